"""Networks of the real structure, small enough for tests."""

from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from moodring.model.classifier import EmotionClassifier
from moodring.model.encoders.teacher import TeacherEncoder
from moodring.model.encoders.text import TextEncoder
from moodring.model.labels import EMOTIONS

VOCABULARY = 120
HIDDEN = 16
OUTLIERS = (3, 9)
CLS, SEP = 2, 3
"""Where the tests' tokenizer has them."""


def _text_encoder() -> TextEncoder:
    return TextEncoder(
        vocabulary=VOCABULARY,
        hidden=HIDDEN,
        heads=2,
        feed_forward=32,
        positions=64,
        outliers=OUTLIERS,
        begin=CLS,
        separator=SEP,
        name="text_encoder",
    )


def small_text_encoder() -> TextEncoder:
    encoder = _text_encoder()
    encoder.build((None, None))
    return encoder


def _teacher_encoder() -> TeacherEncoder:
    return TeacherEncoder(
        vocabulary=240, hidden=HIDDEN, layers=2, heads=2, feed_forward=32, positions=64, name="text_encoder"
    )


def small_teacher_encoder() -> TeacherEncoder:
    encoder = _teacher_encoder()
    encoder.build((None, None))
    return encoder


def small_classifier(strategy: str, combine: str = "gated", seed: int = 0) -> EmotionClassifier:
    keras.utils.set_random_seed(seed)
    tower = _teacher_encoder() if strategy == "teacher" else _text_encoder()
    return EmotionClassifier(strategy, combine, tower)


def stir(layer: Any, deviation: float = 0.3) -> None:
    """Add noise to every weight of a layer that training moves, so that none is zero."""
    random = np.random.default_rng(0)
    for variable in layer.trainable_variables:
        variable.assign(np.asarray(variable) + random.normal(0, deviation, variable.shape))


def sentences(rows: int, length: int, seed: int = 0) -> NDArray[np.int32]:
    """Token ids without padding, (rows, length)."""
    return np.random.default_rng(seed).integers(5, VOCABULARY, (rows, length), dtype=np.int32)


def labels(rows: int, seed: int = 0) -> dict[str, NDArray[np.float32]]:
    """Every label of every row."""
    random = np.random.default_rng(seed)
    return {
        "emotions": random.integers(0, 2, (rows, len(EMOTIONS))).astype(np.float32),
        "has_emotions": np.ones(rows, np.float32),
        "sentiment": np.eye(3, dtype=np.float32)[random.integers(0, 3, rows)],
        "has_sentiment": np.ones(rows, np.float32),
        "toxicity": random.integers(0, 2, rows).astype(np.float32),
        "has_toxicity": np.ones(rows, np.float32),
        "sexism": random.integers(0, 2, rows).astype(np.float32),
        "has_sexism": np.ones(rows, np.float32),
    }
