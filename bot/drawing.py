"""What charts are drawn with: a dark ground of their own, type and lines for half their size on a phone."""

import io
import math
from collections.abc import Sequence
from typing import Final, TypeAlias

from PIL import Image, ImageDraw

from . import texts
from .fonts import font

WIDTH: Final = 800
"""Pixels of a chart, whatever its height."""

GROUND: Final = (43, 45, 49)
DATA: Final = (74, 152, 214)
BOUND: Final = (255, 178, 56)
TEXT: Final = (242, 243, 245)
MUTED: Final = (188, 192, 199)
FAINT: Final = (128, 132, 140)
"""Contrast to the ground: faint 3.6 to 1, data 4.4 to 1, the others 7.5 to 1 and more (WCAG asks for 3 of
what is drawn and for 4.5 of what is written)."""

MARGIN: Final = 28
TITLE, LABEL = 34, 28
"""Heights of type."""

MAX_CHARACTERS: Final = 200
"""Of a line of type: several times what fits, and few enough to be drawn at once, whatever they are."""

DASH, GAP = 14, 10
"""Lengths in a dashed line."""

HATCH: Final = 16
"""Pixels from one line of a hatching to the next."""

_OVERSAMPLING: Final = 2  # Pillow's lines have hard edges: they are drawn larger and scaled down

Point: TypeAlias = tuple[float, float]
"""From the left and from the top, in pixels."""

Colour: TypeAlias = tuple[int, int, int]


def width_of(words: str, size: int = LABEL) -> float:
    """Return how wide one line of type is, in pixels."""
    return font(size * _OVERSAMPLING).getlength(words) / _OVERSAMPLING


class Drawing:
    """A chart while it is drawn, in its final pixels.

    Args:
        title: What stands above.
        height: In pixels; the width is always `WIDTH`.
    """

    def __init__(self, title: str, height: int) -> None:
        size = (WIDTH * _OVERSAMPLING, height * _OVERSAMPLING)
        self._image = Image.new("RGB", size, GROUND)
        self._draw = ImageDraw.Draw(self._image)
        self.text((MARGIN, 24), title, TEXT, "lt", TITLE)

    def line(self, points: Sequence[Point], colour: Colour, width: int) -> None:
        """Draw a line through points."""
        self._draw.line([_scaled(point) for point in points], colour, width * _OVERSAMPLING, joint="curve")

    def dashes(self, start: Point, end: Point) -> None:
        """Draw a bound, with ground on both sides that parts it from what it crosses."""
        length = math.dist(start, end)
        along = ((end[0] - start[0]) / length, (end[1] - start[1]) / length)
        for begin in range(0, math.ceil(length), DASH + GAP):
            stops = (begin, min(begin + DASH, length))
            dash = [(start[0] + along[0] * stop, start[1] + along[1] * stop) for stop in stops]
            self.line(dash, GROUND, 8)
            self.line(dash, BOUND, 4)

    def rectangle(self, corner: Point, opposite: Point, colour: Colour) -> None:
        """Draw a rectangle from its upper left corner to its lower right one."""
        self._draw.rectangle([_scaled(corner), _scaled(opposite)], colour)

    def hatching(self, corner: Point, opposite: Point, colour: Colour) -> None:
        """Fill a rectangle with slanting lines, which continue those of its neighbours."""
        (left, top), (right, bottom) = corner, opposite
        for sum_ in range(math.ceil((left + top) / HATCH) * HATCH, math.ceil(right + bottom), HATCH):
            begin, end = max(left, sum_ - bottom), min(right, sum_ - top)
            self.line([(begin, sum_ - begin), (end, sum_ - end)], colour, 2)

    def dot(self, at: Point) -> None:
        """Draw a dot with a ring around it."""
        radius = 11 * _OVERSAMPLING
        self._draw.circle(_scaled(at), radius, TEXT)
        self._draw.circle(_scaled(at), radius * 0.6, DATA)

    def text(self, at: Point, words: str, colour: Colour, anchor: str, size: int = LABEL) -> None:
        """Write one line, without what is no letter, sign or space; `anchor` as Pillow has it."""
        self._draw.text(
            _scaled(at),
            texts.printable(" ".join(words.split()))[:MAX_CHARACTERS],
            colour,
            font(size * _OVERSAMPLING),
            anchor,
            stroke_width=4 * _OVERSAMPLING,
            stroke_fill=GROUND,
        )

    def png(self) -> bytes:
        """Return it as a PNG file."""
        file = io.BytesIO()
        self._image.reduce(_OVERSAMPLING).save(file, "PNG", optimize=True)
        return file.getvalue()


def _scaled(point: Point) -> Point:
    return point[0] * _OVERSAMPLING, point[1] * _OVERSAMPLING
