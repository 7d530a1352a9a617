"""Faces are found where they are, each once, and only what can be read is read."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from moodring.model import faces
from moodring.model.conversion import convert_faces
from moodring.model.faces import (
    ANCHORS,
    EXPRESSIONS,
    FACE_SIDE,
    MAX_FACES,
    MAX_OVERLAP,
    MIN_FACE,
    VIEWS,
    FaceReader,
    decode_grid,
    letterbox,
    suppress,
    to_picture,
)
from moodring.model.predictor import FACES_FILE, shipped_weights

from .face_networks import PRETRAINED, needs_weights

Box = tuple[float, float, float, float]
"""Left, top, right and bottom."""

PICTURES = Path(__file__).parents[2] / "bot" / "local" / "pictures"


def logit(share: float) -> float:
    return float(np.log(share / (1 - share)))


def write_box(grid: NDArray[Any], box: Box, score: float, anchor: int = 0) -> None:
    """Write a box, relative to the square, into a grid (G, G, 25) as the detector would say it."""
    cells = len(grid)
    left, top, right, bottom = (edge * cells for edge in box)
    x, y = (left + right) / 2, (top + bottom) / 2
    width, height = ANCHORS[anchor]
    grid[int(y), int(x), anchor * 5 : anchor * 5 + 5] = [
        logit(x % 1),
        logit(y % 1),
        np.log((right - left) / width),
        np.log((bottom - top) / height),
        logit(score),
    ]


def empty_grid(cells: int) -> NDArray[np.float32]:
    return np.full((cells, cells, 25), -20, np.float32)


def overlap(one: Sequence[float], other: Sequence[float]) -> float:
    """Intersection over union of two boxes."""
    width = min(one[2], other[2]) - max(one[0], other[0])
    height = min(one[3], other[3]) - max(one[1], other[1])
    shared = max(width, 0) * max(height, 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (one, other)]
    return float(shared / (sum(areas) - shared))


# --------------------------------------------------------------------------- boxes

shares = st.floats(0.02, 0.98)


@given(st.integers(1, 13), st.data(), st.integers(0, 4), shares, st.floats(0.05, 1.5), st.floats(0.05, 1.5))
def test_a_box_is_decoded_where_the_detector_put_it(
    cells: int, data: st.DataObject, anchor: int, score: float, width: float, height: float
) -> None:
    x, y = ((data.draw(st.integers(0, cells - 1)) + data.draw(shares)) / cells for _ in range(2))
    box = (x - width / 2, y - height / 2, x + width / 2, y + height / 2)
    grid = empty_grid(cells)
    write_box(grid, box, score, anchor)
    boxes, scores = decode_grid(grid)
    assert boxes.shape == (cells * cells * 5, 4)
    best = int(scores.argmax())
    np.testing.assert_allclose(boxes[best], box, atol=1e-5)
    assert scores[best] == pytest.approx(score, abs=1e-5)
    assert (scores > 0.01).sum() == 1


edges = st.floats(0, 1)
some_boxes = st.lists(
    st.tuples(edges, edges, st.floats(0.05, 1), st.floats(0.05, 1), st.floats(0.01, 1)),
    max_size=12,
    unique_by=lambda box: box[4],
)


@given(some_boxes)
def test_of_overlapping_boxes_only_the_best_stays(
    drawn: list[tuple[float, float, float, float, float]],
) -> None:
    boxes = np.array([(x, y, x + width, y + height) for x, y, width, height, _ in drawn]).reshape(-1, 4)
    scores = np.array([score for *_, score in drawn])
    kept = suppress(boxes, scores)
    assert [scores[index] for index in kept] == sorted(scores[kept], reverse=True)
    for index in range(len(boxes)):
        rivals = [overlap(boxes[index], boxes[other]) for other in kept if scores[other] > scores[index]]
        largest = max(rivals, default=0.0)
        if largest != pytest.approx(MAX_OVERLAP):  # where rounding decides, either is right
            assert (index in kept) == (largest < MAX_OVERLAP)


@given(some_boxes, st.randoms(use_true_random=False))
def test_the_order_of_the_boxes_does_not_matter(
    drawn: list[tuple[float, float, float, float, float]], random: Any
) -> None:
    boxes = np.array([(x, y, x + width, y + height) for x, y, width, height, _ in drawn]).reshape(-1, 4)
    scores = np.array([score for *_, score in drawn])
    order = list(range(len(boxes)))
    random.shuffle(order)
    again = suppress(boxes[order], scores[order])
    assert [order[index] for index in again] == suppress(boxes, scores)


# ----------------------------------------------------------------------- letterbox


@given(st.integers(40, 600), st.integers(40, 600), st.sampled_from(sorted(VIEWS.values())))
def test_a_box_in_the_square_is_mapped_back_to_the_picture(width: int, height: int, side: int) -> None:
    image = Image.new("RGB", (width, height), (60, 60, 60))
    marked = (width // 4, height // 2, width // 4 + width // 3, height // 2 + height // 3)
    image.paste((255, 255, 255), marked)
    rows, columns = np.nonzero(letterbox(image, side)[..., 0] > 157)
    found = np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]]) / side
    pixels = to_picture(found, width, height)[0] * (width, height, width, height)
    tolerance = 1.5 * max(1, max(width, height) / side)  # one pixel of the coarser of the two, and a half
    np.testing.assert_allclose(pixels, marked, atol=tolerance)


@pytest.mark.parametrize("size", [(80, 40), (40, 80), (1, 5000), (5000, 1), (1, 1), (112, 112)])
def test_a_picture_of_any_shape_lies_in_the_middle_of_its_square(size: tuple[int, int]) -> None:
    square = letterbox(Image.new("RGB", size, "white"), FACE_SIDE, place=0.5)
    assert square.shape == (FACE_SIDE, FACE_SIDE, 3)
    filled = [np.flatnonzero(square[..., 0].any(axis=axis)) for axis in (1, 0)]
    assert max(map(len, filled)) == FACE_SIDE
    for places in filled:
        assert abs(places[0] - (FACE_SIDE - 1 - places[-1])) <= 1
        assert len(places) == places[-1] - places[0] + 1


# -------------------------------------------------------------------------- reader


class Scripted:
    """Stands for LiteRT: a detector that says what it is told to, an expression network that remembers."""

    def __init__(self) -> None:
        self.grids = {f"{view}_grid": empty_grid(side // 32)[None] for view, side in VIEWS.items()}
        self.views: dict[str, NDArray[np.uint8]] = {}
        self.faces: list[NDArray[np.uint8]] = []

    def __call__(self, **_: object) -> "Scripted":
        return self

    def get_signature_runner(self, name: str) -> Callable[..., dict[str, Any]]:
        return {"detect": self.detect, "express": self.express}[name]

    def detect(self, **views: NDArray[np.uint8]) -> dict[str, Any]:
        self.views = views
        return self.grids

    def express(self, face: NDArray[np.uint8]) -> dict[str, Any]:
        self.faces.append(face)
        expressions = np.zeros((1, len(EXPRESSIONS)), np.float32)
        expressions[0, len(self.faces) % 7] = 1
        return {"expressions": expressions, "features": np.ones((1, 256), np.float32)}

    def show(self, box: Box, size: tuple[int, int], score: float = 0.9, view: str = "fine") -> None:
        """Let a view's detector find a box, relative to a picture of this size."""
        square = tuple(edge * side / max(size) for edge, side in zip(box, (*size, *size), strict=True))
        write_box(self.grids[f"{view}_grid"][0], square, score)


@pytest.fixture
def scripted(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    stand_in = Scripted()
    monkeypatch.setattr(faces, "Interpreter", stand_in)
    return stand_in


@pytest.fixture
def reader(scripted: Scripted) -> FaceReader:
    return FaceReader(Path("faces.tflite"))


def grey(width: int, height: int) -> NDArray[np.uint8]:
    return np.full((height, width, 3), 128, np.uint8)


def test_a_picture_without_faces_is_looked_at_once(scripted: Scripted, reader: FaceReader) -> None:
    assert reader.read(grey(300, 200)) == []
    assert {view: pixels.shape for view, pixels in scripted.views.items()} == {
        view: (1, side, side, 3) for view, side in VIEWS.items()
    }
    assert scripted.faces == []


def test_a_face_is_read_where_it_is(scripted: Scripted, reader: FaceReader) -> None:
    picture = grey(400, 200)
    picture[50:150, 100:150] = (200, 10, 10)
    box = (0.25, 0.25, 0.375, 0.75)
    scripted.show(box, (400, 200), 0.8)
    [face] = reader.read(picture)
    assert face.box == pytest.approx(box, abs=1e-6)
    assert face.score == pytest.approx(0.8, abs=1e-6)
    assert face.expressions.shape == (7,)
    assert face.features.shape == (256,)
    [crop] = scripted.faces
    assert crop.shape == (1, FACE_SIDE, FACE_SIDE, 3)
    assert crop.dtype == np.uint8
    # Twice as high as wide, and so with black at both sides.
    assert np.abs(crop[0, 4:-4, 32:-32].astype(int) - (200, 10, 10)).max() <= 1
    assert not crop[0, :, :26].any()
    assert not crop[0, :, -26:].any()


def test_a_face_seen_in_both_views_is_one_face(scripted: Scripted, reader: FaceReader) -> None:
    scripted.show((0.2, 0.2, 0.6, 0.6), (300, 300), 0.7, "fine")
    scripted.show((0.22, 0.18, 0.6, 0.6), (300, 300), 0.9, "coarse")
    [face] = reader.read(grey(300, 300))
    assert face.score == pytest.approx(0.9, abs=1e-6)


def test_what_is_probably_no_face_is_left_out(scripted: Scripted, reader: FaceReader) -> None:
    scripted.show((0.2, 0.2, 0.6, 0.6), (300, 300), 0.49)
    assert reader.read(grey(300, 300)) == []


def test_the_largest_faces_are_read_largest_first(scripted: Scripted, reader: FaceReader) -> None:
    widths = [0.11, 0.16, 0.12, 0.15, 0.13, 0.14]
    for index, width in enumerate(widths):
        left = 0.01 + index * 0.16
        scripted.show((left, 0.3, left + width, 0.3 + width), (400, 400))
    found = reader.read(grey(400, 400))
    assert [round(face.box[2] - face.box[0], 3) for face in found] == sorted(widths, reverse=True)[:MAX_FACES]
    assert len(scripted.faces) == MAX_FACES


@pytest.mark.parametrize(("pixels", "count"), [(MIN_FACE - 1, 0), (MIN_FACE + 1, 1)])
def test_faces_of_a_few_pixels_are_left_out(
    scripted: Scripted, reader: FaceReader, pixels: int, count: int
) -> None:
    scripted.show((0.3, 0.3, 0.3 + pixels / 600, 0.8), (600, 150))
    assert len(reader.read(grey(600, 150))) == count


def test_a_face_at_the_edge_is_cut_there(scripted: Scripted, reader: FaceReader) -> None:
    scripted.show((-0.1, 0.7, 0.4, 1.2), (300, 300))
    [face] = reader.read(grey(300, 300))
    assert face.box == pytest.approx((0, 0.7, 0.4, 1), abs=1e-6)


@pytest.mark.parametrize("size", [(1, 1), (3000, 1), (20, 20), (300, 500)])
@pytest.mark.parametrize("seed", range(3))
def test_whatever_the_detector_says_boxes_lie_in_the_picture(
    scripted: Scripted, reader: FaceReader, size: tuple[int, int], seed: int
) -> None:
    random = np.random.default_rng(seed)
    for grid in scripted.grids.values():
        grid[:] = random.normal(0, 20, grid.shape)
    found = reader.read(grey(*size))
    assert len(found) <= MAX_FACES
    for face in found:
        left, top, right, bottom = face.box
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 1
        assert face.score > 0.5


# ---------------------------------------------------------------- the networks that ship


@pytest.fixture(scope="module")
def real() -> FaceReader:
    return FaceReader(shipped_weights() / FACES_FILE)


def drawn_smile(x: int, y: int, radius: int) -> Image.Image:
    """A face as a child draws it, its middle at (x, y) of a picture of 600×450."""
    image = Image.new("RGB", (600, 450), (120, 140, 160))
    draw = ImageDraw.Draw(image)

    def place(left: float, top: float, right: float, bottom: float) -> Box:
        return (x + left * radius, y + top * radius, x + right * radius, y + bottom * radius)

    draw.ellipse(place(-1.05, -1.5, 1.05, 1.2), fill=(60, 40, 30))
    draw.ellipse(place(-0.85, -1.1, 0.85, 1.15), fill=(224, 172, 140))
    for eye in (-0.38, 0.38):
        draw.ellipse(place(eye - 0.18, -0.3, eye + 0.18, -0.1), fill="white")
        draw.ellipse(place(eye - 0.08, -0.29, eye + 0.08, -0.11), fill=(50, 30, 20))
        draw.arc(place(eye - 0.25, -0.55, eye + 0.25, -0.1), 200, 340, (60, 40, 30), max(2, radius // 14))
    nose = [(0, -0.1), (-0.15, 0.3), (0.15, 0.3)]
    draw.polygon([(x + across * radius, y + down * radius) for across, down in nose], fill=(200, 145, 115))
    draw.chord(place(-0.4, 0.2, 0.4, 0.8), 10, 170, fill=(170, 60, 60))
    draw.chord(place(-0.33, 0.3, 0.33, 0.7), 15, 165, fill="white")
    return image


@needs_weights
def test_what_ships_is_what_is_fetched(real: FaceReader, tmp_path: Path) -> None:
    path = tmp_path / FACES_FILE
    path.write_bytes(convert_faces(PRETRAINED))
    picture = np.asarray(drawn_smile(300, 220, 120))
    [shipped], [fetched] = real.read(picture), FaceReader(path).read(picture)
    assert shipped.box == fetched.box
    np.testing.assert_array_equal(shipped.features, fetched.features)


@pytest.mark.parametrize("radius", [60, 90, 120])
@pytest.mark.parametrize("x", [200, 420])
def test_a_drawn_smile_is_a_happy_face(real: FaceReader, x: int, radius: int) -> None:
    [face] = real.read(np.asarray(drawn_smile(x, 220, radius)))
    left, top, right, bottom = np.multiply(face.box, (600, 450, 600, 450))
    assert overlap((left, top, right, bottom), (x - radius, 220 - radius, x + radius, 220 + radius)) > 0.6
    assert EXPRESSIONS[int(face.expressions.argmax())] == "happy"
    assert face.expressions.sum() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("name", ["cat.jpg", "coffee.jpg", "rocket.jpg"])
def test_where_nobody_is_no_face_is_found(real: FaceReader, name: str) -> None:
    with Image.open(PICTURES / name) as image:
        assert real.read(np.asarray(image.convert("RGB"))) == []
