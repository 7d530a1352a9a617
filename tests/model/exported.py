"""A small network that went the whole way from a run's folder to shipped files."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from moodring.model import agreement, litert
from moodring.model import export as export_module
from moodring.model.batches import Rows
from moodring.model.classifier import EmotionClassifier
from moodring.model.data import Record
from moodring.model.decoding import SIZE
from moodring.model.encoders.text import SHARED
from moodring.model.evaluation import Answers
from moodring.model.export import export
from moodring.model.labels import EMOTIONS
from moodring.model.run import MANIFEST_FILE, WEIGHTS_FILE, TrainingSettings, read_manifest
from moodring.model.sample import Picture
from moodring.model.validation import answer

from .small import HIDDEN, small_classifier, stir

CHAT = """
[[line]]
text = "hot | soup"
kind = "plain"
emotions = ["joy"]

[[line]]
text = "cold tea"
kind = "plain"
emotions = [{emotions}]
"""


PAIR_FIGURES = {"mvsa_single/sentiment_accuracy": 0.7, "mvsa_single/sentiment_weighted_f1": 0.6}


@dataclass(frozen=True)
class Exported:
    """What went in and what came out."""

    text: Path
    run: Path
    dev: dict[str, list[Record]]
    text_run: EmotionClassifier
    classifier: EmotionClassifier
    alternate: EmotionClassifier
    folder: Path
    card: dict[str, Any]


def answer_eagerly(
    classifier: EmotionClassifier, rows: Rows, text: EmotionClassifier | None = None
) -> Answers:
    """Read a few rows without tracing the network's graph first."""
    tf.config.run_functions_eagerly(True)
    try:
        return answer(classifier, rows, text)
    finally:
        tf.config.run_functions_eagerly(False)


def load_small_run(run: Path) -> EmotionClassifier:
    """The small network of a run's folder."""
    classifier = small_classifier(read_manifest(run)["settings"]["strategy"])
    classifier.load_weights(run / WEIGHTS_FILE)
    return classifier


def picture(seed: int) -> Picture:
    """A picture of random colours."""
    return np.random.default_rng(seed).integers(0, 255, (SIZE, SIZE, 3), dtype=np.uint8)


@contextmanager
def small_limits() -> Iterator[pytest.MonkeyPatch]:
    """Export and predictor expect the small network's sizes."""
    no_text = {
        name: value if name == "token_ids" else np.zeros((1, 1, HIDDEN), np.float32)
        for name, value in litert._NO_TEXT.items()
    }
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(litert, "_NO_TEXT", no_text)
        patch.setattr(export_module, "load_run", load_small_run)
        patch.setattr(export_module, "answer", answer_eagerly)
        patch.setattr(export_module, "MIN_TEXT_BYTES", 10_000)
        patch.setattr(agreement, "MIN_SAMPLES", 20)
        yield patch


def invented_dev(folder: Path) -> dict[str, list[Record]]:
    """A few rows for every figure: emotions, pairs, toxicity of both kinds, valence."""
    random = np.random.default_rng(0)
    pairs = []
    for number in range(6):
        file = io.BytesIO()
        Image.fromarray(random.integers(0, 255, (8, 8, 3), dtype=np.uint8)).resize((64, 64)).save(file, "PNG")
        path = folder / f"{number}.png"
        path.write_bytes(file.getvalue())
        target = tuple(np.eye(3)[number % 3].tolist())
        pairs.append(Record(id=f"m/{number}", text="hot tea " * (number + 1), image=path, sentiment=target))
    emotions = [
        Record(
            id=f"g/{number}",
            text=f"soup {'a' * (number % 5)} {number}",
            emotions=frozenset({EMOTIONS[number % 28]}),
            sentiment=(0.0, 0.0, 1.0),
        )
        for number in range(56)
    ]
    toxicity = [Record(id=f"h/{n}", text=f"hate {n}", toxicity=float(n % 2)) for n in range(8)]
    tweets = [
        Record(id=f"v/{n}", text=f"love {n}", valence=float(n - 2), sentiment=(0.0, 1.0, 0.0))
        for n in range(5)
    ]
    posts = [
        Record(id=f"e/{n}", text=f"post {n}", toxicity=float(n % 2), sexism=float(n % 2)) for n in range(4)
    ]
    return {
        "goemotions": emotions,
        "mvsa_single": pairs,
        "hatemoji": toxicity,
        "edos": posts,
        "vader_tweets": tweets,
    }


def small_runs() -> tuple[EmotionClassifier, EmotionClassifier]:
    """A text run, and a fusion run that began with it."""
    text_run, classifier = small_classifier("text"), small_classifier("progressive")
    for part in (text_run.text_encoder, text_run.heads):
        stir(part, 0.15)
    classifier.text_encoder.set_weights(text_run.text_encoder.get_weights())
    for part in (*classifier.text_encoder.blocks[SHARED:], classifier.fusion, classifier.heads):
        stir(part, 0.15)
    return text_run, classifier


def export_small_network(folder: Path, tokenizer_file: Path) -> Exported:
    text_run, classifier = small_runs()
    text = folder / "text"
    text.mkdir()
    text_run.save_weights(text / WEIGHTS_FILE)
    first = {
        "settings": asdict(TrainingSettings(strategy="text", epochs=7, shares={"hatemoji": 0.5})),
        "started_from": None,
        "taught_by": [
            {"settings": asdict(TrainingSettings(strategy="teacher", seed=seed)), "rows": rows}
            for seed, rows in ((0, {"chat": 5, "emoji": 6}), (1, {"chat": 5, "emoji": 6}), (0, {"chat": 5}))
        ],
        "rows": {"goemotions": 1_234},
        "dev": {"goemotions/macro_f1_cross_fitted": 0.5},
    }
    (text / MANIFEST_FILE).write_text(json.dumps(first))
    run = folder / "run"
    run.mkdir()
    classifier.save_weights(run / WEIGHTS_FILE)
    manifest = {
        "settings": asdict(TrainingSettings(upper=True, soft=0.6)),
        "started_from": first,
        "taught_by": [
            {
                "settings": asdict(TrainingSettings(upper=True, fold=fold, seed=fold)),
                "rows": {"mvsa_single": 40 + fold},
            }
            for fold in range(2)
        ],
        "rows": {"mvsa_single": 56},
        "dev": PAIR_FIGURES,
    }
    (run / MANIFEST_FILE).write_text(json.dumps(manifest))
    other = folder / "other"
    other.mkdir()
    manifest |= {"settings": manifest["settings"] | {"seed": 1}}
    manifest |= {"dev": manifest["dev"] | {"mvsa_single/sentiment_accuracy": 0.5}}
    (other / MANIFEST_FILE).write_text(json.dumps(manifest))
    late = small_classifier("late")
    for part in (late.fusion, late.heads):
        stir(part, 0.15)
    late.text_encoder.set_weights(classifier.text_encoder.get_weights())
    alternate = folder / "late"
    alternate.mkdir()
    late.save_weights(alternate / WEIGHTS_FILE)
    settings = asdict(TrainingSettings(strategy="late", tower_rate=0.0))
    (alternate / MANIFEST_FILE).write_text(json.dumps(manifest | {"settings": settings}))
    chat = folder / "chat.toml"
    chat.write_text(CHAT.format(emotions=", ".join(f'"{emotion}"' for emotion in EMOTIONS)))
    dev = invented_dev(folder)
    out = folder / "weights"
    with small_limits():
        card = export(text, run, dev, tokenizer_file, out, chat=chat, alternate=alternate, beside=[other])
    return Exported(text, run, dev, text_run, classifier, late, out, card)
