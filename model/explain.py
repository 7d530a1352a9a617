"""Why an answer is what it is: which words and which parts of a picture speak for it or against it.

By occlusion (Zeiler and Fergus, 2014, https://arxiv.org/abs/1311.2901), in the LiteRT run time: the message
is read again without each word, and without each cell of its pictures. What an answer loses without a part
is what the part gave it; that is measured, not attributed.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .calibration import Calibration
from .labels import EMOTIONS
from .sample import Logits, Picture, Prepared
from .text import MAX_TOKENS, join

if TYPE_CHECKING:
    from .engine import Engine
    from .predictor import Predictor

MAX_SEQUENCES: Final = 8
"""Most sequences that the text tower reads for one explanation, beside that of the text itself; a sequence
holds several variations. With the heads, which read all at once, that makes ten calls for words alone."""

GRID: Final = 7
"""Side of the grid of cells that a picture is read in."""

TOXICITY: Final = "toxicity"
"""What can be explained beside the 28 emotions."""

FOR, AGAINST = (255, 140, 0), (60, 90, 255)
"""Orange and blue, which colour-blind people tell apart as well."""

STRONGEST: Final = 0.65
"""Opacity of the cell of largest weight."""

EPSILON: Final = 1e-6

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Words:
    """A part of the text and its weight.

    Attributes:
        start: Its first character in the text as written.
        end: The character behind its last.
        weight: What the answer's log-odds lose without it; below zero where it speaks against the answer.
    """

    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """Why one label has its probability.

    Attributes:
        label: An emotion or ``"toxicity"``.
        probability: Its calibrated probability, 0..1.
        words: The text's words in their order; in a long text neighbours share a weight.
        heat: For each picture that was read, float64 (7, 7): each cell's weight, as that of words.
    """

    label: str
    probability: float
    words: tuple[Words, ...]
    heat: tuple[NDArray[np.float64], ...]

    def as_dict(self, text: str) -> dict[str, Any]:
        """Return the explanation as the command line's JSON contract has it.

        Args:
            text: The text that was explained.
        """
        return {
            "label": self.label,
            "probability": self.probability,
            "words": [
                {
                    "text": text[word.start : word.end],
                    "start": word.start,
                    "end": word.end,
                    "weight": word.weight,
                }
                for word in self.words
            ],
            "heat": [cells.tolist() for cells in self.heat],
        }


def split_words(text: str, most: int) -> list[tuple[int, int]]:
    """Return where the text's words are; where there are more than ``most``, neighbours are joined."""
    words = [found.span() for found in _WORD.finditer(text)]
    groups = np.array_split(np.arange(len(words)), min(most, len(words))) if words else []
    return [(words[group[0]][0], words[group[-1]][1]) for group in groups]


def _log_odds(calibration: Calibration, logits: Sequence[Logits], label: str) -> NDArray[np.float64]:
    if label == TOXICITY:
        probabilities = calibration.toxicity_probabilities(np.array([each.toxicity for each in logits]))
    else:
        emotions = calibration.emotion_probabilities(np.array([each.emotions for each in logits]))
        probabilities = emotions[:, EMOTIONS.index(label)]
    clipped = np.clip(probabilities, EPSILON, 1 - EPSILON)
    return np.asarray(np.log(clipped) - np.log1p(-clipped))


def explain(
    predictor: "Predictor", engine: "Engine", text: str, prepared: Prepared, label: str | None = None
) -> Explanation:
    """Explain the answer to a message.

    Args:
        predictor: What prepared the message.
        engine: What reads it, one of this thread.
        text: The message's text as written.
        prepared: What the predictor made of text and pictures.
        label: The emotion to explain, or ``"toxicity"``; None for the top emotion.

    Returns:
        The weights of its words and of its pictures' cells.
    """
    length = len(prepared.token_ids)
    most = MAX_SEQUENCES * (MAX_TOKENS // length) if length else 0
    spans = split_words(text, most) if most else []
    found = predictor.tokenizer.encode(prepared.picture_text)[0]
    variants = [join(predictor.tokenizer.encode(text[:start] + text[end:])[0], found) for start, end in spans]
    cells = len(prepared.pictures) * GRID * GRID
    hidden = list(np.eye(cells, dtype=np.bool_))
    (own, *without_words), without_cells = engine.infer_variants(
        prepared, [prepared.token_ids, *variants], hidden
    )
    if label is None:
        label = EMOTIONS[int(own.emotions.argmax())]
    calibration = predictor.calibration
    whole, *rest = _log_odds(calibration, [own, *without_words, *without_cells], label)
    weights = whole - np.array(rest)
    heat = weights[len(spans) :].reshape(-1, GRID, GRID)
    return Explanation(
        label=label,
        probability=float(1 / (1 + np.exp(-whole))),
        words=tuple(
            Words(start, end, float(weight))
            for (start, end), weight in zip(spans, weights[: len(spans)], strict=True)
        ),
        heat=tuple(heat),
    )


def draw_heat(picture: Picture, heat: NDArray[np.float64]) -> bytes:
    """Draw a picture's weights over it: orange speaks for the answer, blue against it.

    Args:
        picture: uint8 (224, 224, 3), as it was read.
        heat: float64 (7, 7), its cells' weights.

    Returns:
        A PNG file.
    """
    largest = max(float(np.abs(heat).max()), EPSILON)
    base = Image.fromarray(picture)
    for sign, colour in ((1, FOR), (-1, AGAINST)):
        strength = np.clip(sign * heat / largest, 0, 1) * STRONGEST * 255
        mask = Image.fromarray(strength.astype(np.uint8)).resize(base.size, Image.Resampling.BICUBIC)
        base.paste(Image.new("RGB", base.size, colour), mask=mask)
    file = io.BytesIO()
    base.save(file, "PNG")
    return file.getvalue()
