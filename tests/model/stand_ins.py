"""Stands in for trained weights where a test is about what lies around them."""

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from moodring.model.calibration import Calibration
from moodring.model.labels import EMOTIONS
from moodring.model.predictor import CARD_FILE, FILES, TOKENIZER_FILE
from moodring.model.sample import Logits, Prepared

CALIBRATION = Calibration(
    emotion_temperature=2.0,
    sentiment_temperature=0.5,
    toxicity_weights=(-0.5, 2.0),
    sexism_weights=(-1.0, 0.5),
    toxic_from=0.9,
    thresholds=(0.4,) * 28,
    confidence_weights=(0.1, 0.9, -0.3),
    sure_from=0.6,
)


def write_weights(folder: Path, tokenizer_file: Path, **changes: Any) -> Path:
    """A folder with a true card, a real tokenizer and files that are no networks."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (folder / name).write_bytes(f"not really {name}".encode())
    shutil.copy(tokenizer_file, folder / TOKENIZER_FILE)
    files = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in FILES}
    card = {
        "version": "stand-in-1",
        "strategy": "progressive",
        "alternate": None,
        "calibration": CALIBRATION.as_dict(),
        "files": {name: {"sha256": digest} for name, digest in files.items()},
    }
    (folder / CARD_FILE).write_text(json.dumps({**card, **changes}))
    return folder


def logits(
    emotions: Mapping[str, float],
    sentiment: Sequence[float] = (0, 0, 0),
    toxicity: float = 0.0,
    sexism: float = 0.0,
) -> Logits:
    """Logits with the given emotions over a floor of -6."""
    levels = [emotions.get(emotion, -6.0) for emotion in EMOTIONS]
    return Logits(np.array(levels, np.float32), np.array(sentiment, np.float32), toxicity, sexism)


class ScriptedEngine:
    """Answers what it is told to for each number of tokens, and keeps what it was asked."""

    def __init__(self, answers: Mapping[int, Logits]) -> None:
        self.answers = answers
        self.asked: list[Prepared] = []

    def infer(self, batch: Sequence[Prepared]) -> list[Logits]:
        self.asked += batch
        return [self.answers[len(prepared.token_ids)] for prepared in batch]
