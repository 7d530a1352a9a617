"""Training, top to bottom: records to arrays, batches, loss, loop, checkpoints, manifest.

One loop serves every strategy. A run is a folder: ``settings.json``, ``log.jsonl``, ``checkpoints/``
and, when it is done, ``classifier.weights.h5`` and ``manifest.json``. A run that was killed goes on
from its last checkpoint when the same command is given again.
"""

import json
import math
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tqdm import tqdm

from .classifier import EmotionClassifier, Outputs
from .data import Record
from .evaluation import Answers
from .image import augment, decode_image, scale
from .labels import EMOTIONS
from .metrics import accuracy, auroc, macro_f1
from .text import Tokenizer, pad

WEIGHTS_FILE: Final = "classifier.weights.h5"
MANIFEST_FILE: Final = "manifest.json"

IMAGE_DROPOUT: Final = 0.15
"""Share of pairs whose image is hidden in a training step."""

TEXT_DROPOUT: Final = 0.15
"""Share of pairs whose text is hidden; never the same pairs as those without an image."""

AUXILIARY_WEIGHT: Final = 0.3
"""Weight of each modality's own sentiment loss: keeps either tower from being ignored."""

CHECKPOINT_SECONDS: Final = 120.0
"""How much work a kill may cost."""

WEAK_TOXICITY: Final = {"goemotions": 0.25}
"""Weight of toxicity targets that are inferred from other labels; they outnumber the judged ones."""


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What a run depends on, beside the data.

    Attributes:
        strategy: One of ``classifier.STRATEGIES``.
        combine: How late fusion combines.
        epochs: Passes over the pairs (and over the text rows' share).
        batch: Rows a step.
        tower_rate: Peak learning rate of the pretrained text tower.
        head_rate: Peak learning rate of everything that starts from scratch.
        warmup: Share of the steps over which the rates rise; they fall along a cosine after.
        weight_decay: AdamW's decoupled decay.
        max_tokens: Longer texts are cut to this for training.
        shares: Share of a set's rows drawn anew for each epoch; 1 where a set is not named.
        limit: At most this many rows a set, for smoke runs; None for all.
        seed: Seeds initial weights, order, augmentation and dropout.
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
    shares: Mapping[str, float] | None = None
    limit: int | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Rows:
    """Records as arrays; a mask tells which labels a row has.

    Attributes:
        sets: Name of each row's data set.
        token_ids: int32 (n,) each, one a row.
        pictures: uint8 (P, 224, 224, 3), the distinct pictures.
        picture: int (N,), each row's picture or -1.
        emotions: float32 (N, 28) in {0, 1}; has_emotions: float32 (N,).
        sentiment: float32 (N, 3) target distribution; has_sentiment: float32 (N,).
        toxicity: float32 (N,) target; has_toxicity: float32 (N,), less than 1 for
            inferred targets.
    """

    sets: NDArray[np.str_]
    token_ids: list[NDArray[np.int32]]
    pictures: NDArray[np.uint8]
    picture: NDArray[np.int64]
    emotions: NDArray[np.float32]
    has_emotions: NDArray[np.float32]
    sentiment: NDArray[np.float32]
    has_sentiment: NDArray[np.float32]
    toxicity: NDArray[np.float32]
    has_toxicity: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.token_ids)


def _cut(token_ids: NDArray[np.int32], length: int) -> NDArray[np.int32]:
    """Shorten a sequence and keep its closing [SEP]."""
    return token_ids if len(token_ids) <= length else np.append(token_ids[: length - 1], token_ids[-1])


def build_rows(
    records: Mapping[str, Sequence[Record]], tokenizer: Tokenizer, max_tokens: int, limit: int | None = None
) -> Rows:
    """Tokenise texts, decode pictures and lay out the targets.

    Args:
        records: Records by the name of their set.
        tokenizer: The text tower's.
        max_tokens: Longer texts are cut.
        limit: At most this many records a set.

    Returns:
        The rows; records without any readable part are left out.
    """
    kept = [(name, record) for name, group in records.items() for record in group[:limit]]
    names, token_ids, pictures, picture = [], [], [], []
    rows: list[Record] = []
    for name, record in tqdm(kept, "read", disable=None, leave=False):
        ids, _ = tokenizer.encode(record.text)
        if len(ids) == 0 and record.image is None:
            continue
        picture.append(len(pictures) if record.image is not None else -1)
        if record.image is not None:
            pictures.append(decode_image(record.image.read_bytes()))
        names.append(name)
        token_ids.append(_cut(ids, max_tokens))
        rows.append(record)
    emotions = np.array(
        [[label in (row.emotions or ()) for label in EMOTIONS] for row in rows], np.float32
    ).reshape(len(rows), len(EMOTIONS))
    return Rows(
        sets=np.array(names, np.str_),
        token_ids=token_ids,
        pictures=np.array(pictures, np.uint8).reshape(-1, 224, 224, 3),
        picture=np.array(picture, np.int64),
        emotions=emotions,
        has_emotions=np.array([row.emotions is not None for row in rows], np.float32),
        sentiment=np.array([row.sentiment or (0, 0, 0) for row in rows], np.float32).reshape(-1, 3),
        has_sentiment=np.array([row.sentiment is not None for row in rows], np.float32),
        toxicity=np.array([row.toxicity or 0.0 for row in rows], np.float32),
        has_toxicity=np.array(
            [
                0.0 if row.toxicity is None else WEAK_TOXICITY.get(name, 1.0)
                for name, row in zip(names, rows, strict=True)
            ],
            np.float32,
        ),
    )


class Batches:
    """The batches of a run, the same for the same seed, so that a resumed run goes on where it was.

    Rows with a picture come in batches of their own; to the ``text`` strategy every row is text.

    Args:
        rows: The training rows.
        settings: Strategy, batch size, shares and seed are read.
    """

    def __init__(self, rows: Rows, settings: TrainingSettings) -> None:
        self._rows = rows
        self._settings = settings
        self._lengths = np.array([len(ids) for ids in rows.token_ids])
        self._paired = (rows.picture >= 0) & (settings.strategy != "text")

    def plan(self, epoch: int) -> list[NDArray[np.int64]]:
        """Return the epoch's batches as row numbers, similar lengths together, in random order."""
        random = np.random.default_rng((self._settings.seed, epoch))
        shares = self._settings.shares or {}
        drawn = random.random(len(self._rows))
        share = np.array([shares.get(name, 1.0) for name in self._rows.sets.tolist()])
        size = self._settings.batch
        batches: list[NDArray[np.int64]] = []
        for paired in (True, False):
            chosen = random.permutation(np.flatnonzero((drawn < share) & (self._paired == paired)))
            for start in range(0, len(chosen), size * 32):
                chunk = chosen[start : start + size * 32]
                chunk = chunk[np.argsort(self._lengths[chunk], kind="stable")]
                batches += [chunk[first : first + size] for first in range(0, len(chunk), size)]
        return [batches[index] for index in random.permutation(len(batches))]

    def arrays(self, batch: NDArray[np.int64], random: np.random.Generator) -> dict[str, Any]:
        """Return one batch's arrays; pictures are augmented and modalities hidden at random."""
        rows = self._rows
        paired = bool(self._paired[batch[0]])
        longest = max(8, max(len(rows.token_ids[index]) for index in batch))
        token_ids = pad([rows.token_ids[index] for index in batch], math.ceil(longest / 8) * 8)
        arrays: dict[str, Any] = {
            "token_ids": token_ids,
            **{
                name: getattr(rows, name)[batch]
                for name in (
                    "emotions",
                    "has_emotions",
                    "sentiment",
                    "has_sentiment",
                    "toxicity",
                    "has_toxicity",
                )
            },
        }
        if paired:
            hidden = random.random(len(batch))
            token_ids[(hidden >= IMAGE_DROPOUT) & (hidden < IMAGE_DROPOUT + TEXT_DROPOUT)] = 0
            pictures = [augment(rows.pictures[rows.picture[index]], random) for index in batch]
            arrays["pictures"] = scale(np.array(pictures))
            arrays["present"] = hidden >= IMAGE_DROPOUT
        return arrays


def _mean(losses: Any, weights: Any) -> Any:
    return tf.reduce_sum(losses * weights) / tf.maximum(tf.reduce_sum(weights), 1.0)


def loss(outputs: Outputs, batch: Mapping[str, Any]) -> Any:
    """Return the batch's loss: a scalar, the sum of the tasks' means over the rows that have the label.

    Emotions: binary cross-entropy summed over the 28 labels. Sentiment: cross-entropy with the target
    distribution. Toxicity: binary cross-entropy. The auxiliary heads learn the sentiment as well.
    """
    emotions = tf.nn.sigmoid_cross_entropy_with_logits(batch["emotions"], outputs.emotions)
    toxicity = tf.nn.sigmoid_cross_entropy_with_logits(batch["toxicity"], outputs.toxicity)

    def sentiment(logits: Any) -> Any:
        losses = tf.nn.softmax_cross_entropy_with_logits(batch["sentiment"], logits)
        return _mean(losses, batch["has_sentiment"])

    total = _mean(tf.reduce_sum(emotions, axis=-1), batch["has_emotions"])
    total += sentiment(outputs.sentiment) + _mean(toxicity, batch["has_toxicity"])
    for auxiliary in (outputs.text_sentiment, outputs.image_sentiment):
        if auxiliary is not None:
            total += AUXILIARY_WEIGHT * sentiment(auxiliary)
    return total


_LABEL_SPECS: Final = {
    "emotions": tf.TensorSpec((None, len(EMOTIONS)), tf.float32),
    "has_emotions": tf.TensorSpec((None,), tf.float32),
    "sentiment": tf.TensorSpec((None, 3), tf.float32),
    "has_sentiment": tf.TensorSpec((None,), tf.float32),
    "toxicity": tf.TensorSpec((None,), tf.float32),
    "has_toxicity": tf.TensorSpec((None,), tf.float32),
}
_TEXT_SPECS: Final = {"token_ids": tf.TensorSpec((None, None), tf.int32), **_LABEL_SPECS}
_PAIR_SPECS: Final = {
    **_TEXT_SPECS,
    "pictures": tf.TensorSpec((None, 224, 224, 3), tf.float32),
    "present": tf.TensorSpec((None,), tf.bool),
}


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
        self._tower = classifier.text_encoder.trainable_variables
        in_tower = {id(variable) for variable in self._tower}
        self._rest = [variable for variable in classifier.trainable_variables if id(variable) not in in_tower]
        decay = settings.weight_decay
        self.tower_optimizer = keras.optimizers.AdamW(settings.tower_rate, weight_decay=decay)
        self.head_optimizer = keras.optimizers.AdamW(settings.head_rate, weight_decay=decay)
        self.tower_optimizer.build(self._tower)
        self.head_optimizer.build(self._rest)
        self._text_step = tf.function(self._step, input_signature=[_TEXT_SPECS])
        self._pair_step = tf.function(self._step, input_signature=[_PAIR_SPECS])

    def _step(self, batch: dict[str, Any]) -> Any:
        with tf.GradientTape() as tape:
            outputs = self.classifier(
                batch["token_ids"], batch.get("pictures"), batch.get("present"), training=True
            )
            total = loss(outputs, batch)
        gradients = tape.gradient(
            total, [*self._tower, *self._rest], unconnected_gradients=tf.UnconnectedGradients.ZERO
        )
        gradients, _ = tf.clip_by_global_norm(gradients, 1.0)
        self.tower_optimizer.apply(gradients[: len(self._tower)], self._tower)
        self.head_optimizer.apply(gradients[len(self._tower) :], self._rest)
        return total

    def schedule(self, step: int) -> float:
        """Return the factor on both peak rates at a step: linear warm-up, then cosine to 2 %."""
        warmup = max(1, round(self._settings.warmup * self._total_steps))
        if step < warmup:
            return (step + 1) / warmup
        done = (step - warmup) / max(1, self._total_steps - warmup)
        return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done))

    def train_step(self, batch: dict[str, Any], step: int) -> float:
        """Take one step and return its loss."""
        factor = self.schedule(step)
        self.tower_optimizer.learning_rate.assign(self._settings.tower_rate * factor)
        self.head_optimizer.learning_rate.assign(self._settings.head_rate * factor)
        compiled = self._pair_step if "pictures" in batch else self._text_step
        return float(compiled({name: tf.constant(value) for name, value in batch.items()}))


def answer(classifier: EmotionClassifier, rows: Rows, batch: int = 64, images: bool = True) -> Answers:
    """Run the network over rows, in their order.

    Args:
        classifier: The network.
        rows: What to read.
        batch: Rows a call.
        images: False hides every picture.

    Returns:
        The logits.
    """
    emotions = np.zeros((len(rows), len(EMOTIONS)), np.float32)
    sentiment = np.zeros((len(rows), 3), np.float32)
    toxicity = np.zeros(len(rows), np.float32)
    specs = (_TEXT_SPECS["token_ids"], _PAIR_SPECS["pictures"], _PAIR_SPECS["present"])
    read_text = tf.function(classifier, input_signature=specs[:1])
    read_pair = tf.function(classifier, input_signature=specs)
    lengths = np.array([len(ids) for ids in rows.token_ids])
    paired = (rows.picture >= 0) & images & (classifier.strategy != "text")
    for group in (np.flatnonzero(paired), np.flatnonzero(~paired)):
        group = group[np.argsort(lengths[group], kind="stable")]
        for start in range(0, len(group), batch):
            chosen = group[start : start + batch]
            token_ids = pad([rows.token_ids[index] for index in chosen])
            if paired[chosen[0]]:
                pictures = scale(rows.pictures[rows.picture[chosen]])
                outputs = read_pair(token_ids, pictures, np.ones(len(chosen), bool))
            else:
                outputs = read_text(token_ids)
            emotions[chosen] = outputs.emotions
            sentiment[chosen] = outputs.sentiment
            toxicity[chosen] = outputs.toxicity
    return Answers(emotions, sentiment, toxicity)


def dev_scores(classifier: EmotionClassifier, rows: Rows) -> dict[str, float]:
    """Return quick figures for the log; ``evaluation`` has the full ones on what is exported."""
    answers = answer(classifier, rows)
    scores: dict[str, float] = {}
    for name in sorted(set(rows.sets.tolist())):
        here = rows.sets == name
        labelled = here & (rows.has_emotions > 0)
        if labelled.any():
            probabilities = 1 / (1 + np.exp(-answers.emotions[labelled]))
            scores[f"{name}/macro_f1_at_.3"] = macro_f1(rows.emotions[labelled] > 0, probabilities > 0.3)
        labelled = here & (rows.sentiment.max(axis=1) > 0.5)
        if labelled.any():
            gold, read = rows.sentiment[labelled].argmax(axis=1), answers.sentiment[labelled].argmax(axis=1)
            scores[f"{name}/sentiment_accuracy"] = accuracy(gold, read)
        labelled = here & (rows.has_toxicity > 0)
        toxic = rows.toxicity[labelled] >= 0.5
        if toxic.any() and not toxic.all():
            scores[f"{name}/toxicity_auroc"] = auroc(toxic, answers.toxicity[labelled])
    return {name: round(float(score), 4) for name, score in scores.items()}


def _batches_from(batches: Batches, settings: TrainingSettings, first: int) -> Iterator[tuple[int, int, Any]]:
    """Yield (epoch, step, row numbers) from step ``first`` on."""
    step = 0
    for epoch in range(settings.epochs):
        for batch in batches.plan(epoch):
            if step >= first:
                yield epoch, step, batch
            step += 1


def start_classifier(
    settings: TrainingSettings, pretrained: Path, train: Rows, init: Path | None
) -> EmotionClassifier:
    """Build the network with its starting weights.

    Args:
        settings: Strategy and seed are read.
        pretrained: Folder with the towers' pretrained files.
        train: The training rows, for the labels' frequencies.
        init: Folder of a finished ``text`` run whose text tower and heads are taken over, or None.
    """
    keras.utils.set_random_seed(settings.seed)
    classifier = EmotionClassifier(settings.strategy, settings.combine)
    classifier.load_pretrained(pretrained)
    labelled = train.emotions[train.has_emotions > 0]
    if len(labelled):
        classifier.start_from_prior(labelled.mean(axis=0))
    if init is not None:
        text = EmotionClassifier("text")
        text.load_weights(init / WEIGHTS_FILE)
        for part in ("text_encoder", "heads", "text_head"):
            getattr(classifier, part).set_weights(getattr(text, part).get_weights())
    return classifier


def train(
    settings: TrainingSettings,
    train_records: Mapping[str, Sequence[Record]],
    dev_records: Mapping[str, Sequence[Record]],
    tokenizer: Tokenizer,
    pretrained: Path,
    out: Path,
    data_checksums: Mapping[str, Any],
    init: Path | None = None,
) -> dict[str, Any]:
    """Train one model; go on from the last checkpoint if ``out`` has one.

    Args:
        settings: The run's settings.
        train_records: Training records by set.
        dev_records: Dev records by set, for the log and the manifest.
        tokenizer: The text tower's.
        pretrained: Folder with the towers' pretrained files.
        out: Folder of the run.
        data_checksums: What identifies the data; copied into the manifest.
        init: Folder of a finished ``text`` run to start from.

    Returns:
        The manifest, also written to ``out``.
    """
    out.mkdir(parents=True, exist_ok=True)
    train_rows = build_rows(train_records, tokenizer, settings.max_tokens, settings.limit)
    dev_rows = build_rows(dev_records, tokenizer, settings.max_tokens, settings.limit)
    batches = Batches(train_rows, settings)
    total_steps = sum(len(batches.plan(epoch)) for epoch in range(settings.epochs))
    classifier = start_classifier(settings, pretrained, train_rows, init)
    trainer = Trainer(classifier, settings, total_steps)
    done = tf.Variable(0, dtype=tf.int64)
    checkpoint = tf.train.Checkpoint(
        classifier=classifier, tower=trainer.tower_optimizer, head=trainer.head_optimizer, done=done
    )
    manager = tf.train.CheckpointManager(checkpoint, str(out / "checkpoints"), max_to_keep=1)
    checkpoint.restore(manager.latest_checkpoint)
    (out / "settings.json").write_text(json.dumps(asdict(settings), indent=2) + "\n")

    saved, started, recent = time.monotonic(), time.monotonic(), []
    steps_of_epoch = len(batches.plan(0))
    with (
        (out / "log.jsonl").open("a") as log,
        tqdm(total=total_steps, initial=int(done), unit="step", disable=None) as bar,
    ):
        for epoch, step, numbers in _batches_from(batches, settings, int(done)):
            random = np.random.default_rng((settings.seed, 1, step))
            recent.append(trainer.train_step(batches.arrays(numbers, random), step))
            done.assign(step + 1)
            bar.update()
            if (step + 1) % 50 == 0:
                line = {"step": step + 1, "of": total_steps, "epoch": epoch, "loss": float(np.mean(recent))}
                line["seconds"] = round(time.monotonic() - started, 1)
                print(json.dumps(line), file=log, flush=True)
                bar.set_postfix(loss=f"{np.mean(recent):.3f}")
                recent.clear()
            if time.monotonic() - saved > CHECKPOINT_SECONDS:
                manager.save()
                saved = time.monotonic()
            if (step + 1) % steps_of_epoch == 0 or step + 1 == total_steps:
                scores = dev_scores(classifier, dev_rows)
                print(json.dumps({"step": step + 1, "epoch": epoch, "dev": scores}), file=log, flush=True)
    manager.save()
    classifier.save_weights(out / WEIGHTS_FILE)
    manifest = {
        "settings": asdict(settings),
        "started_from": init.name if init else "pretrained towers",
        "data": dict(data_checksums),
        "rows": {
            name: int(np.sum(train_rows.sets == name)) for name in sorted(set(train_rows.sets.tolist()))
        },
        "versions": {
            "python": platform.python_version(),
            "tensorflow": tf.__version__,
            "keras": keras.__version__,
            "numpy": np.__version__,
        },
        "dev": dev_scores(classifier, dev_rows),
    }
    (out / MANIFEST_FILE).write_text(json.dumps(manifest, indent=2) + "\n")
    return manifest
