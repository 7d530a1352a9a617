"""What goes into the model and what comes out: the border between bot and model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

Picture: TypeAlias = NDArray[np.uint8]
"""A decoded image as the image tower takes it: uint8 RGB of shape (224, 224, 3)."""

FACE_WIDTH: Final = 263
"""Numbers that stand for a face: 256 features and the probabilities of 7 expressions."""

Faces: TypeAlias = NDArray[np.float32]
"""The faces in a picture, the largest first: float32 of shape (n, `FACE_WIDTH`)."""


def no_faces() -> Faces:
    """Return what stands for a picture without faces."""
    return np.zeros((0, FACE_WIDTH), np.float32)


class Language(StrEnum):
    """What language a text is in, as far as it matters: the network reads English best."""

    ENGLISH = "english"
    OTHER = "other"
    UNKNOWN = "unknown"  # no words, or too few to tell


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Stands in an image's place when it could not be had, so that part numbers keep.

    Attributes:
        reason: One short clause for people, such as ``"larger than 8 MiB"``.
    """

    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """What was made of one image file.

    Attributes:
        pixels: The picture.
        text: What is written in it; empty where nothing is or nobody looked.
        text_skipped: Why the text in it could not be read, if somebody tried: one short clause for people.
        faces: float32 (n, `FACE_WIDTH`), what was read of the faces in it; no rows where none is or nobody
            looked.
        faces_skipped: Why the faces could not be read, if somebody tried.
    """

    pixels: Picture
    text: str = ""
    text_skipped: str = ""
    faces: Faces = field(default_factory=no_faces)
    faces_skipped: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """One message as the model sees it.

    Attributes:
        text: The text as written; may be empty.
        images: Encoded image files (PNG, JPEG, GIF or WebP) in the message's order.
        faces: Whether the faces in the images may be read as well.
        picture_text: Whether the text in the images may be read, where something is there that can.
    """

    text: str = ""
    images: tuple[bytes | Unreadable, ...] = ()
    faces: bool = False
    picture_text: bool = True


@dataclass(frozen=True, slots=True)
class Skipped:
    """A part of the message that was not read.

    Attributes:
        part: ``"text"``, ``"image:<index>"``, or of an image ``"image_text:<index>"``, the text in it, or
            ``"image_faces:<index>"``.
        reason: One short clause for people.
    """

    part: str
    reason: str


class NothingToReadError(ValueError):
    """The sample has no text and no image that could be read.

    Attributes:
        skipped: The parts that were there but could not be read.
    """

    def __init__(self, skipped: tuple[Skipped, ...] = ()) -> None:
        self.skipped = skipped
        parts = "; ".join(f"{skip.part}: {skip.reason}" for skip in skipped)
        super().__init__(f"nothing to read ({parts})" if parts else "nothing to read: no text and no image")


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A sample as arrays: what a backend gets.

    Attributes:
        token_ids: int32 of shape (n,), ``[CLS] … [SEP]``, and the text found in pictures as second
            segment; shape (0,) without any text.
        pictures: The decoded images, each uint8 of shape (224, 224, 3).
        faces: What was read of the faces in each, float32 (n, `FACE_WIDTH`).
        used: The parts that are in the arrays; see `Skipped` for their names.
        skipped: The parts that are not, each with its reason.
        language: The text's.
        picture_text: What was found written in the pictures.
    """

    token_ids: NDArray[np.int32]
    pictures: tuple[Picture, ...]
    used: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    language: Language = Language.UNKNOWN
    picture_text: str = ""
    faces: tuple[Faces, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Logits:
    """What the network says of one sample before calibration.

    Attributes:
        emotions: float32 of shape (28,), order of ``labels.EMOTIONS``.
        sentiment: float32 of shape (3,), order of ``labels.SENTIMENTS``.
        toxicity: One float.
        sexism: One float.
    """

    emotions: NDArray[np.float32]
    sentiment: NDArray[np.float32]
    toxicity: float
    sexism: float


@dataclass(frozen=True, slots=True)
class Prediction:
    """The answer to one sample.

    Attributes:
        emotion: The label of the highest calibrated probability.
        confidence: The probability that ``emotion`` is right, 0..1.
        sure: Whether ``confidence`` reaches the calibrated threshold and the text is not in another language
            than English.
        labels: The emotions over their thresholds, or the top one; most probable first.
        emotions: Probability of each of the 28 labels (independent, they need not sum to 1).
        sentiment: The most probable of the three sentiments.
        sentiments: Their probabilities; they sum to 1.
        toxicity: Probability that the message is toxic, 0..1.
        toxic: Whether ``toxicity`` reaches the threshold that ordinary talk next to never reaches, and the
            text is not in another language than English.
        sexism: Probability that the message is sexist, 0..1; only that kind of toxicity has data of its own.
        used: The parts that were read; see `Skipped` for their names.
        skipped: The parts that were not, each with its reason.
        model: Version of the weights that answered.
        ms: Milliseconds from taking the sample up to its answer.
        language: The text's.
        picture_text: What was found written in the pictures.
    """

    emotion: str
    confidence: float
    sure: bool
    labels: tuple[str, ...]
    emotions: Mapping[str, float]
    sentiment: str
    sentiments: Mapping[str, float]
    toxicity: float
    toxic: bool
    sexism: float
    used: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    model: str
    ms: float
    language: Language = Language.UNKNOWN
    picture_text: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the answer as the command line's JSON contract has it."""
        return {
            "emotion": self.emotion,
            "confidence": self.confidence,
            "sure": self.sure,
            "labels": list(self.labels),
            "emotions": dict(self.emotions),
            "sentiment": self.sentiment,
            "sentiments": dict(self.sentiments),
            "toxicity": self.toxicity,
            "toxic": self.toxic,
            "sexism": self.sexism,
            "used": list(self.used),
            "skipped": [{"part": skip.part, "reason": skip.reason} for skip in self.skipped],
            "language": self.language.value,
            "picture_text": self.picture_text,
            "model": self.model,
            "ms": self.ms,
        }
