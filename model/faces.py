"""Faces in a picture and what they express: LiteRT, numpy and Pillow, no TensorFlow.

A small detector looks at the whole picture, and a second network at each face that it found. Their
arithmetic is that of face-api.js (V. Mühler, 2018: TinyFaceDetector and FaceExpressionNet), carried on in
https://github.com/vladmandic/face-api; ``encoders/face.py`` builds and exports them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from PIL import Image

from .image import decode_whole
from .sample import FACE_WIDTH, Faces

EXPRESSIONS: Final = ("neutral", "happy", "sad", "angry", "fearful", "disgusted", "surprised")
"""What the expression network tells apart, in its order."""

FEATURES: Final = 256
"""Width of what the expression network knows of a face before it names an expression."""

VIEWS: Final = {"coarse": 224, "fine": 416}
"""Sides in pixels at which the detector looks at the picture, multiples of 32.

A face that fills the picture is found in the coarse view, a small one in the fine view. Measured against a
larger detector on 500 pictures of MVSA-Single, faces of an eighth of the picture's side or more are found
by the fine view in 72 %, by the coarse one in 82 % and by both together in 87 % of all cases."""

FACE_SIDE: Final = 112
"""Side of the expression network's input in pixels."""

ANCHORS: Final = (
    (1.603231, 2.094468),
    (6.041143, 7.080126),
    (2.882459, 3.518061),
    (4.266906, 5.178857),
    (9.041765, 10.66308),
)
"""Width and height of the faces that each cell of the detector's grid looks for, in cells."""

MIN_SCORE: Final = 0.5
"""Score from which a box counts as a face, as the detector's author set it."""

MAX_OVERLAP: Final = 0.4
"""Intersection over union beyond which two boxes are the same face, also the author's."""

MIN_FACE: Final = 20
"""Shorter side of a face in pixels of the picture: of a smaller one no expression can be read."""

MAX_FACES: Final = 4
"""Most faces that are read, the largest: it bounds the time that a crowd takes."""

Boxes: TypeAlias = NDArray[np.float64]
"""float64 (N, 4): left, top, right and bottom."""

Scores: TypeAlias = NDArray[np.float64]
"""float64 (N,): how sure the detector is of each box, 0..1."""


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """One face.

    Attributes:
        box: Left, top, right and bottom, 0..1 of the picture's width and height.
        score: How sure the detector is that this is a face, 0..1.
        expressions: float32 of shape (7,), order of `EXPRESSIONS`; they sum to 1. Not calibrated: the
            network is far too sure of itself.
        features: float32 of shape (256,), what the expressions were read from.
    """

    box: tuple[float, float, float, float]
    score: float
    expressions: NDArray[np.float32]
    features: NDArray[np.float32]


def letterbox(image: Image.Image, side: int, place: float = 0.0) -> NDArray[np.uint8]:
    """Fit an image into a black square; proportions keep.

    Args:
        image: An RGB image.
        side: Side of the square in pixels.
        place: Where the image lies along its shorter side: 0 is left or top, 0.5 the middle.

    Returns:
        uint8 of shape (side, side, 3).
    """
    scale = side / max(image.size)
    width, height = (max(1, round(length * scale)) for length in image.size)
    square = Image.new("RGB", (side, side))
    fitted = image.resize((width, height), Image.Resampling.BILINEAR)
    square.paste(fitted, (round((side - width) * place), round((side - height) * place)))
    return np.asarray(square, np.uint8)


def decode_grid(grid: NDArray[np.float32]) -> tuple[Boxes, Scores]:
    """Turn the detector's output into boxes, as YOLO v2 does (https://arxiv.org/abs/1612.08242).

    Args:
        grid: float32 of shape (G, G, 25): for each cell and each of five anchors the logits of the
            centre's x and y within the cell, the logarithms of width and height in anchors, and the
            score's logit.

    Returns:
        The boxes relative to the detector's square, not clipped, and their scores.
    """
    cells = len(grid)
    rows, columns = np.indices((cells, cells))[..., None]
    parts = grid.astype(np.float64).reshape(cells, cells, len(ANCHORS), 5)
    x, y, score = (1 / (1 + np.exp(-parts[..., part])) for part in (0, 1, 4))
    centre = np.stack([columns + x, rows + y], axis=-1)
    half = np.exp(parts[..., 2:4]) * ANCHORS / 2
    boxes = np.concatenate([centre - half, centre + half], axis=-1) / cells
    return boxes.reshape(-1, 4), score.reshape(-1)


def to_picture(boxes: Boxes, width: int, height: int) -> Boxes:
    """Turn boxes relative to a letterboxed square into boxes relative to the picture in it.

    Args:
        boxes: Boxes of a picture that lies at the top left of its square.
        width: The picture's width in any unit.
        height: Its height in the same unit.
    """
    return boxes * (max(width, height) / np.array([width, height, width, height]))


def suppress(boxes: Boxes, scores: Scores) -> list[int]:
    """Keep the best of all boxes that show the same face (non-maximum suppression).

    Returns:
        Indices of the boxes that stay, best first; no two of them overlap by more than `MAX_OVERLAP`.
    """
    areas = np.prod(boxes[:, 2:] - boxes[:, :2], axis=1)
    left = np.argsort(-scores, kind="stable")
    kept: list[int] = []
    while len(left):
        best, left = int(left[0]), left[1:]
        kept.append(best)
        start = np.maximum(boxes[best, :2], boxes[left, :2])
        end = np.minimum(boxes[best, 2:], boxes[left, 2:])
        shared = np.prod(np.maximum(end - start, 0), axis=1)
        left = left[shared <= MAX_OVERLAP * (areas[best] + areas[left] - shared)]
    return kept


def as_rows(faces: Sequence[Face]) -> Faces:
    """Return what the fusion reads of faces, their features and expressions: float32 (n, 263)."""
    rows = [np.concatenate([face.features, face.expressions]) for face in faces]
    return np.array(rows, np.float32).reshape(-1, FACE_WIDTH)


class FaceReader:
    """Finds and reads faces; not thread-safe, open one per thread.

    Args:
        path: The LiteRT file with both networks, ``faces.tflite``.
        threads: Threads of one call.
    """

    def __init__(self, path: Path, threads: int = 1) -> None:
        interpreter = Interpreter(model_path=str(path), num_threads=threads)
        self._detect: Any = interpreter.get_signature_runner("detect")
        self._express: Any = interpreter.get_signature_runner("express")

    def read(self, picture: NDArray[np.uint8]) -> list[Face]:
        """Find and read the largest faces of a picture.

        Args:
            picture: uint8 RGB of shape (H, W, 3), the whole picture, the longer side of about 416 pixels
                or more: the detector sees no more than that, the expressions of small faces do.

        Returns:
            At most `MAX_FACES` faces, the largest first.
        """
        image = Image.fromarray(picture)
        boxes, scores = self._find(image)
        sides = (boxes[:, 2:] - boxes[:, :2]) * image.size
        by_size = np.argsort(-sides.prod(axis=1), kind="stable")
        read = [index for index in by_size if sides[index].min() >= MIN_FACE][:MAX_FACES]
        return [self._read_face(image, boxes[index], float(scores[index])) for index in read]

    def read_file(self, content: bytes) -> Faces:
        """Return the rows (see `as_rows`) of an encoded picture's faces.

        Raises:
            ImageError: It is no picture that can be read.
        """
        return as_rows(self.read(decode_whole(content)))

    def _find(self, image: Image.Image) -> tuple[Boxes, Scores]:
        """Return the faces' boxes, relative to the picture and within it, and their scores."""
        grids = self._detect(**{view: letterbox(image, side)[None] for view, side in VIEWS.items()})
        decoded = [decode_grid(grids[f"{view}_grid"][0]) for view in VIEWS]
        boxes, scores = (np.concatenate(part) for part in zip(*decoded, strict=True))
        likely = scores > MIN_SCORE
        boxes, scores = to_picture(boxes[likely], *image.size), scores[likely]
        kept = suppress(boxes, scores)
        return boxes[kept].clip(0, 1), scores[kept]

    def _read_face(self, image: Image.Image, box: NDArray[np.float64], score: float) -> Face:
        left, top, right, bottom = (float(edge) for edge in box)
        width, height = image.size
        # Without a margin, as face-api.js does: with one, happy faces become sad ones.
        face = image.crop((int(left * width), int(top * height), int(right * width), int(bottom * height)))
        read = self._express(face=letterbox(face, FACE_SIDE, place=0.5)[None])
        return Face((left, top, right, bottom), score, read["expressions"][0], read["features"][0])
