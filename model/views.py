"""What the frozen image tower sees in pictures, computed once and kept in files."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
from keras import ops
from numpy.typing import NDArray
from tqdm import tqdm

from .backend import compiled
from .encoders.image import STAGE_CHANNELS
from .image import augment, scale
from .sample import Picture

LOOK_BATCH: Final = 64
"""Pictures a call."""

Stages = list[NDArray[np.float16]]
"""Tokens of the image tower's stages: (N, 49, channels) each."""

Change = Callable[[Picture, int], Picture]
"""Changes pictures (n, 224, 224, 3) before they are looked at, given the number of the first."""


def see(
    image_encoder: Any, pictures: Picture, folder: Path, name: str, change: Change | None = None
) -> Stages:
    """Return the stages of all pictures; where the files are there already, nothing is looked at.

    Args:
        image_encoder: The image tower.
        pictures: uint8 (N, 224, 224, 3).
        folder: Folder of the files; made if missing.
        name: First part of their names.
        change: What is done to pictures before.

    Returns:
        Arrays that stay on disk until they are read.
    """
    paths = [folder / f"{name}_{index}.npy" for index in range(len(STAGE_CHANNELS))]
    if not all(path.is_file() for path in paths):
        folder.mkdir(parents=True, exist_ok=True)
        look = compiled(image_encoder)
        unfinished = [path.with_suffix(".part") for path in paths]
        files = [
            np.lib.format.open_memmap(path, "w+", np.float16, (len(pictures), 49, channels))
            for path, channels in zip(unfinished, STAGE_CHANNELS, strict=True)
        ]
        for first in tqdm(range(0, len(pictures), LOOK_BATCH), f"look, {name}", disable=None):
            shown = pictures[first : first + LOOK_BATCH]
            _, *stages = look(scale(shown if change is None else change(shown, first)))
            for file, stage in zip(files, stages, strict=True):
                file[first : first + len(shown)] = ops.convert_to_numpy(stage)
        for file, path, done in zip(files, unfinished, paths, strict=True):
            file.flush()
            path.rename(done)
    return [np.load(path, mmap_mode="r") for path in paths]


def see_augmented(image_encoder: Any, pictures: Picture, folder: Path, count: int) -> list[Stages]:
    """Return the stages of several augmented versions of all pictures.

    Args:
        image_encoder: The image tower.
        pictures: uint8 (N, 224, 224, 3).
        folder: Folder of the files; made if missing.
        count: Number of versions; the first are the pictures as they are.

    Returns:
        One entry a version.
    """

    def version(number: int) -> Change | None:
        def change(shown: Picture, first: int) -> Picture:
            random = np.random.default_rng((number, first))
            return np.stack([augment(picture, random) for picture in shown])

        return change if number else None

    return [see(image_encoder, pictures, folder, f"view{number}", version(number)) for number in range(count)]
