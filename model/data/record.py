"""One labelled text (and image) of a data set, and the set it comes from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

Part: TypeAlias = Literal["train", "dev", "hold"]
"""What a record is for: *hold* is touched by no training and no tuning."""

Sentiment: TypeAlias = tuple[float, float, float]
"""A distribution over ``labels.SENTIMENTS``: negative, neutral, positive."""


class DataError(RuntimeError):
    """The raw or prepared data is missing, changed or not what it should be; one line for people."""


@dataclass(frozen=True, slots=True)
class Record:
    """One example with the labels that its set gives; ``None`` means not labelled.

    Attributes:
        id: Unique over all sets and stable, such as ``"goemotions/eebbqej"``.
        text: The text as it stands in the set.
        image: The picture that belongs to it.
        picture_text: Text found in that picture; empty until the pictures were scanned.
        faces: What was read of the faces in it, float32 (n, ``sample.FACE_WIDTH``); None until the pictures
            were scanned.
        emotions: GoEmotions labels.
        sentiment: Target distribution over negative, neutral and positive.
        toxicity: Target probability that the text is toxic; at least .5 counts as toxic.
        sexism: Target probability that the text is sexist; at least .5 counts as sexist.
        valence: Mean rating from -4 (most negative) to 4 (most positive), for evaluation.
    """

    id: str
    text: str
    image: Path | None = None
    picture_text: str = ""
    faces: NDArray[np.float32] | None = field(default=None, compare=False, repr=False)
    emotions: frozenset[str] | None = None
    sentiment: Sentiment | None = None
    toxicity: float | None = None
    sexism: float | None = None
    valence: float | None = None


@dataclass(frozen=True, slots=True)
class Corpus:
    """A data set: where its files lie, whose it is and how it is read.

    Attributes:
        name: Short name; the first part of its records' ids.
        attribution: Who made it.
        licence: Licence as its makers state it.
        files: Its files and folders, relative to its folder.
        rows: How many records ``load`` gives for each part that the set itself defines; a set
            without a split of its own has only ``train``.
        load: Reads the records of each such part from its folder.
        held: Whether a *hold* part is taken from its train part.
        folder: Where it lies if it ships with this package; None for the source folder.
    """

    name: str
    attribution: str
    licence: str
    files: tuple[str, ...]
    rows: Mapping[Part, int]
    load: Callable[[Path], dict[Part, list[Record]]]
    held: bool
    folder: Path | None = None

    def home(self, source: Path) -> Path:
        """Return the folder its files are relative to, given the source folder."""
        return self.folder or source
