"""Training, top to bottom: settings, loss, step, loop, checkpoints, manifest.

One loop serves every strategy. A run is a folder: ``settings.json``, ``log.jsonl``, ``checkpoint.npz``
and, when it is done, ``classifier.weights.h5`` and ``manifest.json``. A run that was killed goes on
from its last checkpoint when the same command is given again.
"""

import hashlib
import json
import math
import platform
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray
from tqdm import tqdm

from .backend import StepFunction, gradients, replicas
from .backend import version as backend_version
from .batches import Batches, Rows, build_rows
from .classifier import FUSIONS, PICTURES, PRESENT, TOKEN_IDS, EmotionClassifier, Outputs, View
from .data import Record
from .distillation import FOLDS, SoftLabels, fold_of, read_packed, read_soft_labels, teach
from .encoders.image import STAGE_CHANNELS, STEM_CHANNELS
from .labels import EMOTIONS
from .sample import FACE_WIDTH
from .text import Tokenizer, shorten
from .validation import dev_scores
from .views import Stages, see_augmented

SETTINGS_FILE: Final = "settings.json"
LOG_FILE: Final = "log.jsonl"
WEIGHTS_FILE: Final = "classifier.weights.h5"
MANIFEST_FILE: Final = "manifest.json"
CHECKPOINT_FILE: Final = "checkpoint.npz"

AUXILIARY_WEIGHT: Final = 0.3
"""Weight of each modality's own sentiment loss: keeps either tower from being ignored."""

CHECKPOINT_SECONDS: Final = 300.0
"""How much work a kill may cost."""

LARGEST_GRADIENT: Final = 1.0
"""Norm to which all gradients together are clipped."""

LOG_STEPS: Final = 50
"""Steps whose mean loss is one line of the log."""


class TrainingError(RuntimeError):
    """A run cannot start or go on; the message is one line."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What a run depends on, beside the data.

    Attributes:
        strategy: One of ``classifier.STRATEGIES``.
        combine: How late fusion combines.
        epochs: Passes over the pairs (and over the text rows' share).
        batch: Rows a step.
        tower_rate: Peak learning rate of the pretrained text tower; 0 freezes it.
        head_rate: Peak learning rate of everything that starts from scratch.
        warmup: Share of the steps over which the rates rise; they fall along a cosine after.
        weight_decay: AdamW's decoupled decay.
        max_tokens: Longer texts are cut to this for training.
        shares: Share of a set's rows drawn anew for each epoch, or how often each comes; 1 where a set is
            not named, and with 0 it is left out.
        limit: At most this many rows a set, for smoke runs; None for all.
        seed: Seeds initial weights, order, augmentation and dropout.
        views: Augmented versions of each picture that the image tower looks at once, before the training;
            0 augments and looks anew in each step. Early fusion reads what no view keeps.
        varied: Share of the texts that are spelled otherwise each time they are drawn.
        soft: Share of the teachers' answers in the targets of labelled rows; only read with teachers.
        products: Type of the factors of the text tower's matrix products in training; ``bfloat16`` halves
            the time on a processor that has it and is very slow on one that has not.
        fold: Part of the rows, 0 to ``distillation.FOLDS`` - 1, that is left out so that the run may be asked
            about it; None for none.
        upper: Whether only those layers of the text tower are trained that what ships has apart for pairs
            (``encoders.text.SHARED``).
    """

    strategy: str = "progressive"
    combine: str = "gated"
    epochs: int = 3
    batch: int = 64
    tower_rate: float = 1e-4
    head_rate: float = 1e-3
    warmup: float = 0.06
    weight_decay: float = 0.01
    max_tokens: int = 64
    shares: Mapping[str, float] = field(default_factory=dict)
    limit: int | None = None
    seed: int = 0
    views: int = 0
    varied: float = 0.0
    soft: float = 0.7
    products: str = "float32"
    fold: int | None = None
    upper: bool = False


def _mean(losses: Any, weights: Any) -> Any:
    """Return the mean over the rows that have the label; weak ones count less, also among themselves."""
    return ops.sum(losses * weights) / ops.maximum(ops.sum(ops.sign(weights)), 1.0)


def loss(outputs: Outputs, batch: Mapping[str, Any]) -> Any:
    """Return the batch's loss: a scalar, the sum of the tasks' means over the rows that have the label.

    Emotions: binary cross-entropy summed over the 28 labels. Sentiment: cross-entropy with the target
    distribution. Toxicity and sexism: binary cross-entropy. The auxiliary heads learn the sentiment too.
    """
    emotions = ops.binary_crossentropy(batch["emotions"], outputs.emotions, from_logits=True)
    toxicity = ops.binary_crossentropy(batch["toxicity"], outputs.toxicity, from_logits=True)
    sexism = ops.binary_crossentropy(batch["sexism"], outputs.sexism, from_logits=True)

    def sentiment(logits: Any) -> Any:
        losses = ops.categorical_crossentropy(batch["sentiment"], logits, from_logits=True)
        return _mean(losses, batch["has_sentiment"])

    total = _mean(ops.sum(emotions, axis=-1), batch["has_emotions"])
    total += sentiment(outputs.sentiment)
    total += _mean(toxicity, batch["has_toxicity"]) + _mean(sexism, batch["has_sexism"])
    for auxiliary in (outputs.text_sentiment, outputs.image_sentiment):
        if auxiliary is not None:
            total += AUXILIARY_WEIGHT * sentiment(auxiliary)
    return total


_STAGES: Final = tuple(f"stage_{index}" for index in range(len(STAGE_CHANNELS)))

_SPECS: Final = {
    "token_ids": TOKEN_IDS,
    "emotions": keras.KerasTensor((None, len(EMOTIONS)), "float32"),
    "has_emotions": keras.KerasTensor((None,), "float32"),
    "sentiment": keras.KerasTensor((None, 3), "float32"),
    "has_sentiment": keras.KerasTensor((None,), "float32"),
    "toxicity": keras.KerasTensor((None,), "float32"),
    "has_toxicity": keras.KerasTensor((None,), "float32"),
    "sexism": keras.KerasTensor((None,), "float32"),
    "has_sexism": keras.KerasTensor((None,), "float32"),
    "pictures": PICTURES,
    "present": PRESENT,
    "stem": keras.KerasTensor((None, None, None, STEM_CHANNELS), "float32"),
    **{
        name: keras.KerasTensor((None, None, channels), "float32")
        for name, channels in zip(_STAGES, STAGE_CHANNELS, strict=True)
    },
    "faces": keras.KerasTensor((None, None, FACE_WIDTH), "float32"),
}
"""All that a batch may hold; pictures come as they are or as what the image tower saw in them."""


def as_view(batch: Mapping[str, Any]) -> View:
    """Return what was seen in a batch's pictures beforehand."""
    return View(batch.get("stem"), [batch[name] for name in _STAGES], batch.get("faces"))


def _apply(optimizer: keras.optimizers.Optimizer, gradients: Sequence[Any], variables: Sequence[Any]) -> None:
    """Move the variables that the batch used: with a gradient of zero the others would still decay."""
    used = [pair for pair in zip(gradients, variables, strict=True) if pair[0] is not None]
    if used:
        optimizer.apply([gradient for gradient, _ in used], [variable for _, variable in used])


class Trainer:
    """The model, its two optimizers and the compiled step.

    Args:
        classifier: The network, weights loaded.
        settings: Rates, decay, warm-up.
        total_steps: Steps of the whole run, for the schedule.
    """

    def __init__(self, classifier: EmotionClassifier, settings: TrainingSettings, total_steps: int) -> None:
        self.classifier = classifier
        self._settings = settings
        self._total_steps = total_steps
        classifier.text_encoder.trainable = settings.tower_rate > 0
        if settings.upper:
            classifier.text_encoder.freeze_shared()
        self._tower = classifier.text_encoder.trainable_variables
        in_tower = {id(variable) for variable in self._tower}
        self._rest = [variable for variable in classifier.trainable_variables if id(variable) not in in_tower]
        decay = settings.weight_decay
        self.tower_optimizer = keras.optimizers.AdamW(settings.tower_rate, weight_decay=decay)
        self.head_optimizer = keras.optimizers.AdamW(settings.head_rate, weight_decay=decay)
        self.tower_optimizer.build(self._tower)
        self.head_optimizer.build(self._rest)
        self._compiled_step = StepFunction(self._step, _SPECS)

    def _view(self, batch: Mapping[str, Any]) -> View | None:
        if _STAGES[0] in batch:
            return as_view(batch)
        view = self.classifier.look(batch.get("pictures"))
        return None if view is None else view._replace(faces=batch.get("faces"))

    def _step(self, batch: dict[str, Any]) -> Any:
        view = self._view(batch)
        token_ids, present = batch["token_ids"], batch.get("present")
        total, found = gradients(
            lambda: loss(self.classifier.read(token_ids, view, present, training=True), batch),
            [*self._tower, *self._rest],
            LARGEST_GRADIENT,
        )
        _apply(self.tower_optimizer, found[: len(self._tower)], self._tower)
        _apply(self.head_optimizer, found[len(self._tower) :], self._rest)
        return total

    def restart(self, settings: TrainingSettings, total_steps: int) -> None:
        """Forget all that the optimizers gathered, for another run with the compiled step.

        Args:
            settings: Rates and warm-up of that run; whether the text tower is trained must not change.
            total_steps: Its steps.
        """
        self._settings = settings
        self._total_steps = total_steps
        for optimizer in (self.tower_optimizer, self.head_optimizer):
            for variable in optimizer.variables:
                variable.assign(ops.zeros_like(variable.value))

    def schedule(self, step: int) -> float:
        """Return the factor on both peak rates at a step: linear warm-up, then cosine to 2 %."""
        warmup = max(1, round(self._settings.warmup * self._total_steps))
        if step < warmup:
            return (step + 1) / warmup
        done = (step - warmup) / max(1, self._total_steps - warmup)
        return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done))

    def train_step(self, batch: dict[str, Any], step: int) -> Any:
        """Take one step and return its loss, a scalar tensor that need not be computed yet."""
        factor = self.schedule(step)
        self.tower_optimizer.learning_rate.assign(self._settings.tower_rate * factor)
        self.head_optimizer.learning_rate.assign(self._settings.head_rate * factor)
        return self._compiled_step(batch)


class Checkpoint:
    """The whole state of a run in one file.

    Args:
        path: Where it lies.
        trainer: Holds the network and the optimizers, built.
    """

    def __init__(self, path: Path, trainer: Trainer) -> None:
        self._path = path
        # Among them the states of dropout: with those a resumed run drops what it would have dropped.
        self._variables = [
            *trainer.classifier.variables,
            *trainer.tower_optimizer.variables,
            *trainer.head_optimizer.variables,
        ]

    def save(self, done: int) -> None:
        """Keep the state after ``done`` steps; a kill meanwhile leaves the one before."""
        arrays = {str(n): ops.convert_to_numpy(each.value) for n, each in enumerate(self._variables)}
        unfinished = self._path.with_suffix(".part.npz")
        np.savez(unfinished, done=done, **arrays)
        unfinished.rename(self._path)

    def restore(self) -> int:
        """Take up what was kept and return how many steps that were; 0 where nothing was."""
        if not self._path.is_file():
            return 0
        with np.load(self._path, allow_pickle=False) as file:
            for number, variable in enumerate(self._variables):
                variable.assign(file[str(number)])
            return int(file["done"])


class Step(NamedTuple):
    """One step of a run: its number, its epoch, whether it ends the epoch, and its row numbers."""

    number: int
    epoch: int
    ends_epoch: bool
    rows: NDArray[np.int64]


def steps_from(first: int, batches: Batches, epochs: int) -> Iterator[Step]:
    """Yield a run's steps from number ``first`` on."""
    number = 0
    for epoch in range(epochs):
        plan = batches.plan(epoch)
        for place, rows in enumerate(plan, start=1):
            if number >= first:
                yield Step(number, epoch, place == len(plan), rows)
            number += 1


def load_run(run: Path, products: str = "float32") -> EmotionClassifier:
    """Return the network of a finished run.

    Args:
        run: The run's folder.
        products: Type of the factors of the text tower's matrix products.

    Raises:
        TrainingError: The folder holds no finished run.
    """
    settings = read_manifest(run)["settings"]
    classifier = EmotionClassifier(settings["strategy"], settings["combine"], products=products)
    classifier.load_weights(run / WEIGHTS_FILE)
    return classifier


def start_classifier(
    settings: TrainingSettings, pretrained: Path, train: Rows, init: Path | None
) -> EmotionClassifier:
    """Build the network with its starting weights.

    Args:
        settings: Strategy and seed are read.
        pretrained: Folder with the towers' pretrained files.
        train: The training rows, for the labels' frequencies.
        init: Folder of a finished run whose text tower and heads are taken over, and whose fusion is where it
            is of the same strategy; or None.
    """
    keras.utils.set_random_seed(settings.seed)
    classifier = EmotionClassifier(settings.strategy, settings.combine, products=settings.products)
    classifier.load_pretrained(pretrained)
    labelled = train.emotions[train.has_emotions > 0]
    if len(labelled):
        classifier.start_from_prior(labelled.mean(axis=0))
    if init is not None:
        first = load_run(init)
        parts = ["text_encoder", "heads", "text_head"]
        if first.strategy == settings.strategy and first.reads_pictures:
            parts += ["fusion", "image_head", "face_tokens"]
        for part in parts:
            getattr(classifier, part).set_weights(getattr(first, part).get_weights())
    return classifier


def read_manifest(run: Path) -> dict[str, Any]:
    """Return what a finished run wrote about itself.

    Raises:
        TrainingError: The folder holds no finished run.
    """
    path = run / MANIFEST_FILE
    if not path.is_file():
        raise TrainingError(f"{path} is missing: the run has not finished, give its command again")
    manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return manifest


def _claim(out: Path, settings: TrainingSettings) -> None:
    """Write the run's settings, or check that the run that goes on was started with the same."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / SETTINGS_FILE
    content = json.dumps(asdict(settings), indent=2) + "\n"
    if path.is_file() and path.read_text("utf-8") != content:
        raise TrainingError(
            f"{out} holds a run with other settings (see {SETTINGS_FILE}): give those, or another folder"
        )
    path.write_text(content, "utf-8")


def _views(
    settings: TrainingSettings, classifier: EmotionClassifier, rows: Rows, folder: Path
) -> list[Stages]:
    """Return what the image tower sees; runs beside each other share it, whatever their seed."""
    if not settings.views or settings.strategy not in FUSIONS:
        return []
    if settings.strategy == "early":
        raise TrainingError("early fusion reads the image tower's first layer, which no view keeps")
    digest = hashlib.sha256(rows.pictures.tobytes()).hexdigest()[:8]
    return see_augmented(classifier.image_encoder, rows.pictures, folder / f"views-{digest}", settings.views)


def _hear(teachers: Sequence[Path], sets: Sequence[str]) -> tuple[SoftLabels, list[dict[str, Any]]]:
    """Return what teachers said of the sets, and their manifests without who taught the teachers."""
    match teachers:
        case [file] if file.is_file():
            return read_packed(file, sets)
    manifests = [read_manifest(run) for run in teachers]
    own = [
        {key: value for key, value in each.items() if key not in {"started_from", "taught_by"}}
        for each in manifests
    ]
    return read_soft_labels(teachers, sets), own


def train(
    settings: TrainingSettings,
    *,
    train_records: Mapping[str, Sequence[Record]],
    dev_records: Mapping[str, Sequence[Record]],
    tokenizer: Tokenizer,
    pretrained: Path,
    out: Path,
    data_checksums: Mapping[str, Any],
    init: Path | None = None,
    teachers: Sequence[Path] = (),
) -> dict[str, Any]:
    """Train one model; go on from the last checkpoint if ``out`` has one.

    Within the scope of a ``tf.distribute`` strategy (see ``backend.on_replicas``) each replica takes its
    share of every batch.

    Args:
        settings: The run's settings.
        train_records: Training records by set.
        dev_records: Dev records by set, for the log and the manifest.
        tokenizer: The text tower's.
        pretrained: Folder with the towers' pretrained files.
        out: Folder of the run.
        data_checksums: What identifies the data; copied into the manifest.
        init: Folder of a finished run to start from.
        teachers: Folders of finished runs whose answers (see ``distillation``) are mixed into the targets,
            or one file of packed ones.

    Returns:
        The manifest, also written to ``out``.

    Raises:
        TrainingError: ``out`` holds a run with other settings, ``init`` no finished one, or there is no such
            fold.
        DistillationError: A teacher was not asked about the training texts.
        PretrainedError: A pretrained file is missing or damaged.
    """
    if settings.fold not in (None, *range(FOLDS)):
        raise TrainingError(f"there is no part {settings.fold} to leave out: they are 0 to {FOLDS - 1}")
    _claim(out, settings)
    started_from = read_manifest(init) if init else None
    taught_by: list[dict[str, Any]] = []
    # A set without a share is left out altogether: its labels are not even among the frequencies below.
    read = {name: group for name, group in train_records.items() if settings.shares.get(name, 1.0) > 0}
    train_rows = build_rows(read, tokenizer, settings.max_tokens, settings.limit)
    if teachers and read:
        soft, taught_by = _hear(teachers, list(read))
        train_rows = teach(train_rows, soft, settings.soft)
    left_out = np.array([fold_of(text) == settings.fold for text in train_rows.texts], bool)
    dev_rows = build_rows(dev_records, tokenizer, settings.max_tokens, settings.limit)
    classifier = start_classifier(settings, pretrained, train_rows, init)
    batches = Batches(
        train_rows,
        size=settings.batch,
        seed=settings.seed,
        shares=settings.shares,
        images=settings.strategy in FUSIONS,
        varied=settings.varied,
        encode=lambda text: shorten(tokenizer.encode(text)[0], settings.max_tokens),
        views=_views(settings, classifier, train_rows, out.parent),
        left_out=left_out,
    )
    total_steps = sum(len(batches.plan(epoch)) for epoch in range(settings.epochs))
    trainer = Trainer(classifier, settings, total_steps)
    checkpoint = Checkpoint(out / CHECKPOINT_FILE, trainer)
    done = checkpoint.restore()

    saved = started = time.monotonic()
    recent: list[Any] = []
    with (
        (out / LOG_FILE).open("a", encoding="utf-8") as log,
        tqdm(total=total_steps, initial=done, unit="step", disable=None) as bar,
    ):

        def note(**values: Any) -> None:
            print(json.dumps(values), file=log, flush=True)

        for step in steps_from(done, batches, settings.epochs):
            random = np.random.default_rng((settings.seed, 1, step.number))
            recent.append(trainer.train_step(batches.arrays(step.rows, random), step.number))
            done = step.number + 1
            bar.update()
            if done % LOG_STEPS == 0:
                mean = float(np.mean([float(each) for each in recent]))
                seconds = round(time.monotonic() - started, 1)
                note(step=done, of=total_steps, epoch=step.epoch, loss=mean, seconds=seconds)
                bar.set_postfix(loss=f"{mean:.3f}")
                recent.clear()
            if time.monotonic() - saved > CHECKPOINT_SECONDS:
                checkpoint.save(done)
                saved = time.monotonic()
            if step.ends_epoch and done < total_steps:
                note(step=done, epoch=step.epoch, dev=dev_scores(classifier, dev_rows))
        checkpoint.save(done)
        scores = dev_scores(classifier, dev_rows)
        note(step=total_steps, dev=scores)
    classifier.save_weights(out / WEIGHTS_FILE)
    manifest = {
        "settings": asdict(settings),
        "started_from": started_from,
        "taught_by": taught_by,
        "data": dict(data_checksums),
        "replicas": replicas(),
        "rows": dict(sorted(Counter(train_rows.sets[~left_out].tolist()).items())),
        "versions": {
            "python": platform.python_version(),
            keras.config.backend(): backend_version,
            "keras": keras.__version__,
            "numpy": np.__version__,
        },
        "dev": scores,
    }
    (out / MANIFEST_FILE).write_text(json.dumps(manifest, indent=2) + "\n")
    return manifest
