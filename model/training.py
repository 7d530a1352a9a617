"""Training, top to bottom: rows, network, loop, manifest.

One loop serves every strategy. A run is a folder: ``settings.json``, ``log.jsonl``, ``checkpoint.npz``
and, when it is done, ``classifier.weights.h5`` and ``manifest.json``. A run that was killed goes on
from its last checkpoint when the same command is given again.
"""

import hashlib
import json
import platform
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from .backend import replicas
from .backend import version as backend_version
from .batches import Batches, Rows, build_rows
from .classifier import FUSIONS, EmotionClassifier
from .data import Record
from .distillation import FOLDS, SoftLabels, fold_of, read_packed, read_soft_labels, teach
from .run import (
    CHECKPOINT_FILE,
    LOG_FILE,
    MANIFEST_FILE,
    WEIGHTS_FILE,
    TrainingError,
    TrainingSettings,
    claim,
    read_manifest,
    take_over,
)
from .text import Tokenizer, shorten
from .trainer import Checkpoint, Trainer
from .validation import dev_scores
from .views import Stages, see_augmented

CHECKPOINT_SECONDS: Final = 300.0
"""How much work a kill may cost."""

LOG_STEPS: Final = 50
"""Steps whose mean loss is one line of the log."""


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


def start_classifier(
    settings: TrainingSettings, pretrained: Path, train: Rows, init: Path | None
) -> EmotionClassifier:
    """Build the network with its starting weights.

    Args:
        settings: Strategy and seed are read.
        pretrained: Folder with the towers' pretrained files.
        train: The training rows, for the labels' frequencies.
        init: Folder of a finished run to start from (see ``run.take_over``), or None.
    """
    keras.utils.set_random_seed(settings.seed)
    classifier = EmotionClassifier(settings.strategy, settings.combine, products=settings.products)
    classifier.load_pretrained(pretrained)
    labelled = train.emotions[train.has_emotions > 0]
    if len(labelled):
        classifier.start_from_prior(labelled.mean(axis=0))
    if init is not None:
        take_over(classifier, init)
    return classifier


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


def _run_steps(
    settings: TrainingSettings, classifier: EmotionClassifier, batches: Batches, dev_rows: Rows, out: Path
) -> dict[str, float]:
    """Go through the steps that are left and return the figures on dev."""
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
    return scores


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
    claim(out, settings)
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
    scores = _run_steps(settings, classifier, batches, dev_rows, out)
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
