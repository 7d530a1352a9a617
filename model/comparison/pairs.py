"""All pairs as arrays, each in the fold that it is held out in."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from ..augmentation import vary
from ..batches import lay_out_faces
from ..classifier import EmotionClassifier
from ..data import Record
from ..data.splits import part_of, text_key
from ..image import decode_image
from ..text import Tokenizer, shorten
from ..views import see

FOLDS: Final = 5

MAX_TOKENS: Final = 48

INNER_SHARE: Final = 8
"""One in this many of the first fold's training pairs is kept apart to choose the rates on."""

PIXEL_NOISE: Final = 64.0
"""Standard deviation of the noise on each of a picture's numbers, of 255."""

SLIPS: Final = 3
"""Variations made of a noisy text, one on top of the other."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs as arrays.

    Attributes:
        written: Token ids of each text, int32 (n,).
        noisy: The same with slips of the finger.
        found: Token ids of the text found in each picture, int32 (n,), mostly none.
        faces: What was read of the faces in each, as `batches.lay_out_faces` returns it.
        pictures: uint8 (N, 224, 224, 3).
        stages: What the image tower sees in them: float16 (N, 49, channels) each.
        noisy_stages: The same for pictures with noise.
        sentiment: int (N,), index into ``labels.SENTIMENTS``.
        fold: int (N,), the fold that a pair is held out in.
        inner: bool (N,), whether a pair is kept apart to choose the rates on.
    """

    written: list[NDArray[np.int32]]
    noisy: list[NDArray[np.int32]]
    found: list[NDArray[np.int32]]
    faces: NDArray[np.float32]
    pictures: NDArray[np.uint8]
    stages: list[NDArray[np.float16]]
    noisy_stages: list[NDArray[np.float16]]
    sentiment: NDArray[np.int64]
    fold: NDArray[np.int64]
    inner: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.sentiment)


def noisy(pictures: NDArray[np.uint8], first: int) -> NDArray[np.uint8]:
    """Return pictures with noise; ``first`` is the first one's number and seeds it."""
    noise = np.random.default_rng(first).normal(0, PIXEL_NOISE, pictures.shape)
    return np.clip(pictures + noise, 0, 255).astype(np.uint8)


def gather(
    records: Sequence[Record], tokenizer: Tokenizer, classifier: EmotionClassifier, folder: Path
) -> Pairs:
    """Read all pairs.

    Args:
        records: Pairs with one clear sentiment; the same text never stands in two folds.
        tokenizer: The text tower's.
        classifier: Any network with the pretrained image tower.
        folder: Where what the tower sees is kept.
    """

    def encode(text: str) -> NDArray[np.int32]:
        return shorten(tokenizer.encode(text)[0], MAX_TOKENS)

    def slip(record: Record) -> str:
        random, text = np.random.default_rng(part_of(record.id, "slips", 2**32)), record.text
        for _ in range(SLIPS):
            text = vary(text, random)
        return text

    pictures = np.array(
        [
            decode_image(record.image.read_bytes())
            for record in tqdm(records, "decode", disable=None)
            if record.image is not None
        ]
    )
    keys = [text_key(record.text) for record in records]
    return Pairs(
        written=[encode(record.text) for record in records],
        noisy=[encode(slip(record)) for record in records],
        found=[encode(record.picture_text) for record in records],
        faces=lay_out_faces([record.faces for record in records]),
        pictures=pictures,
        stages=see(classifier.image_encoder, pictures, folder, "plain"),
        noisy_stages=see(classifier.image_encoder, pictures, folder, "noisy", noisy),
        sentiment=np.array([np.argmax(record.sentiment or (0, 0, 0)) for record in records]),
        fold=np.array([part_of(key, "fold", FOLDS) for key in keys]),
        inner=np.array([part_of(key, "inner", INNER_SHARE) == 0 for key in keys]),
    )
