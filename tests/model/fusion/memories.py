"""What two towers might have read, as small arrays."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..small import HIDDEN

CHANNELS = (5, 6, 7)
IMAGE_TOKENS = 4
SHAPES = [(None, None, HIDDEN)] * 3, [(None, None, channels) for channels in CHANNELS]


@dataclass(frozen=True)
class Memories:
    """The arguments of a fusion, in their order."""

    text: list[NDArray[np.float32]]
    text_mask: NDArray[np.bool_]
    image: list[NDArray[np.float32]] | None
    image_present: NDArray[np.bool_] | None

    def read_by(self, fusion: Any) -> NDArray[np.float32]:
        return np.asarray(fusion(self.text, self.text_mask, self.image, self.image_present))

    def without_image(self) -> "Memories":
        return replace(self, image=None, image_present=None)

    def with_text(self, text: list[NDArray[np.float32]], mask: NDArray[np.bool_]) -> "Memories":
        return replace(self, text=text, text_mask=mask)

    def with_image(self, image: list[NDArray[np.float32]], present: NDArray[np.bool_]) -> "Memories":
        return replace(self, image=image, image_present=present)


def noise(rows: int, tokens: int, widths: tuple[int, ...], seed: int) -> list[NDArray[np.float32]]:
    random = np.random.default_rng(seed)
    return [random.normal(size=(rows, tokens, width)).astype(np.float32) for width in widths]


def text_states(tokens: int, rows: int = 2, seed: int = 0) -> list[NDArray[np.float32]]:
    return noise(rows, tokens, (HIDDEN,) * 3, seed)


def image_stages(images: int = 1, rows: int = 2, seed: int = 1) -> list[NDArray[np.float32]]:
    return noise(rows, images * IMAGE_TOKENS, CHANNELS, seed)


def memories(tokens: int = 5, images: int = 1, rows: int = 2) -> Memories:
    return Memories(
        text_states(tokens, rows),
        np.ones((rows, tokens), bool),
        image_stages(images, rows),
        np.ones((rows, images * IMAGE_TOKENS), bool),
    )
