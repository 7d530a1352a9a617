"""The folder of a run: what it was started with, what came out."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from .classifier import EmotionClassifier

SETTINGS_FILE: Final = "settings.json"
LOG_FILE: Final = "log.jsonl"
WEIGHTS_FILE: Final = "classifier.weights.h5"
MANIFEST_FILE: Final = "manifest.json"
CHECKPOINT_FILE: Final = "checkpoint.npz"


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


def claim(out: Path, settings: TrainingSettings) -> None:
    """Write the run's settings, or check that the run that goes on was started with the same.

    Args:
        out: The run's folder; made if missing.
        settings: What it was started with.

    Raises:
        TrainingError: The folder holds a run with other settings.
    """
    out.mkdir(parents=True, exist_ok=True)
    path = out / SETTINGS_FILE
    content = json.dumps(asdict(settings), indent=2) + "\n"
    if path.is_file() and path.read_text("utf-8") != content:
        raise TrainingError(
            f"{out} holds a run with other settings (see {SETTINGS_FILE}): give those, or another folder"
        )
    path.write_text(content, "utf-8")


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


def take_over(classifier: EmotionClassifier, run: Path) -> None:
    """Give a network the text tower and heads of a finished run, and its fusion if it has the same strategy.

    Args:
        classifier: The network; its weights change in place.
        run: The run's folder.

    Raises:
        TrainingError: The folder holds no finished run.
    """
    first = load_run(run)
    parts = ["text_encoder", "heads", "text_head"]
    if first.strategy == classifier.strategy and first.reads_pictures:
        parts += ["fusion", "image_head", "face_tokens"]
    for part in parts:
        getattr(classifier, part).set_weights(getattr(first, part).get_weights())
