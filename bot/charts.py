"""Small charts for messages: PNG files, and the same in a sentence for who cannot see them.

Discord shows them no wider than the message, on a phone half as wide as they are: type and lines are drawn
for that. They bring a dark ground of their own, so that they look alike in every theme. What is blue and what
is orange differs in shape too, so that nobody has to tell colours apart.
"""

import math
from collections.abc import Sequence
from typing import Final, TypeAlias

from . import texts
from .drawing import BOUND, DATA, GAP, LABEL, MARGIN, MUTED, TEXT, WIDTH, Drawing, width_of

HEIGHT: Final = 450
"""Pixels of a chart."""

BINS: Final = 10
"""Bars of a histogram."""

DWARFED_FROM: Final = 0.8
"""Share of all messages above which one bar would leave the others too low to be seen."""

LABEL_ROWS: Final = 3
"""Rows for the labels of thresholds. One that finds no room has only its line; the sentence names all."""

_NUMBER: Final = 26  # height of type
_BASE: Final = HEIGHT - 66  # where scales begin
_BAR_GAP: Final = 8
_LEAST_BAR: Final = 4

_LabelPlace: TypeAlias = tuple[float, int]


def heat_chart(levels: Sequence[float], hot_from: float) -> bytes:
    """Draw the heat of a channel's last messages.

    Args:
        levels: One a message, the newest last; clipped to 0..1.
        hot_from: The level from which a conversation is hot, 0..1.

    Returns:
        A PNG file of `WIDTH` × `HEIGHT` pixels.

    Raises:
        ValueError: There are no levels.
    """
    shown = _clipped(levels)
    left, right, top = MARGIN + 124, WIDTH - 112, 100  # beside the bound's label and the latest level
    highest = max(*shown, hot_from)
    scale = (_BASE - top) / (highest or 1)
    step = (right - left) / max(len(shown) - 1, 1)
    points = [(right - step * before, _BASE - scale * level) for before, level in enumerate(reversed(shown))]
    newest, bound = points[0], _BASE - scale * hot_from
    below = _BASE + 38  # where what is written there stands

    drawing = Drawing(texts.say("heat-chart"), HEIGHT)
    drawing.line([(left, _BASE), (right, _BASE)], MUTED, 2)
    if _BASE - bound > 2 * LABEL:  # else the bound's label stands there
        drawing.text((left - 14, _BASE), texts.percent(0), MUTED, "rm")
    drawing.dashes((left, bound), (right, bound))
    drawing.text((left - 14, bound - 11), texts.say("hot-from"), BOUND, "rs")
    drawing.text((left - 14, bound + 5), texts.percent(hot_from), BOUND, "rt")
    if len(points) > 1:
        drawing.line(points, DATA, 6)
        drawing.text((left, below), texts.say("messages-before", count=len(points) - 1), MUTED, "ls")
    drawing.dot(newest)
    drawing.text((right + 20, newest[1]), texts.percent(shown[-1]), TEXT, "lm")
    drawing.text((right, below), texts.say("latest"), MUTED, "rs")
    return drawing.png()


def heat_sentence(levels: Sequence[float], hot_from: float) -> str:
    """Return what `heat_chart` shows, for `discord.File.description`; raises what it raises."""
    shown = _clipped(levels)
    return texts.heat_of_messages(len(shown), shown[0], shown[-1], max(shown), hot_from)


def histogram(counts: Sequence[int], marks: Sequence[float]) -> bytes:
    """Draw how many messages have which score; on a logarithmic scale where nearly all are in one bar.

    Args:
        counts: How many in each tenth of 0..1, lowest scores first.
        marks: Thresholds, 0..1.

    Returns:
        A PNG file of `WIDTH` × `HEIGHT` pixels.

    Raises:
        ValueError: There are not `BINS` counts.
    """
    _check_bins(counts)
    left, right = MARGIN + 20, WIDTH - MARGIN - 20
    labels = [texts.exact_percent(mark) for mark in marks]
    places = [left + (right - left) * mark for mark in marks]
    label_places = _label_places(labels, places)
    first_row, row_height = 126, 36
    top = first_row + row_height * max((at[1] for at in label_places if at), default=0) + 22
    largest = max(counts)
    is_log = DWARFED_FROM * sum(counts) < largest < sum(counts)
    highest = _BASE - top - _NUMBER - 14  # so that its count has room
    heights = [highest * _share(count, largest, is_log=is_log) for count in counts]
    width = (right - left) / BINS

    drawing = Drawing(texts.say("histogram"), HEIGHT)
    scale = texts.say("histogram-log-scale" if is_log else "histogram-scale")
    drawing.text((MARGIN, 72), scale, MUTED, "lt")
    bars = [
        (left + width * (bin_ + 0.5), _BASE - max(height, _LEAST_BAR), count)
        for bin_, (count, height) in enumerate(zip(counts, heights, strict=True))
        if count
    ]
    for middle, bar, _ in bars:
        half = (width - _BAR_GAP) / 2
        drawing.rectangle((middle - half, bar), (middle + half, _BASE), DATA)
    drawing.line([(left, _BASE), (right, _BASE)], MUTED, 2)
    for place, label, at in zip(places, labels, label_places, strict=True):
        drawing.dashes((place, top), (place, _BASE))
        if at is not None:
            drawing.text((at[0], first_row + row_height * at[1]), label, BOUND, "mm", _NUMBER)
    for middle, bar, count in bars:  # over the dashes
        drawing.text((middle, bar - 6), texts.short_count(count), TEXT, "mb", _NUMBER)
    for tick in (0, 0.2, 0.4, 0.6, 0.8, 1):
        drawing.text((left + (right - left) * tick, _BASE + 16), texts.percent(tick), MUTED, "mt")
    return drawing.png()


def histogram_sentence(counts: Sequence[int], marks: Sequence[float]) -> str:
    """Return what `histogram` shows, for `discord.File.description`; raises what it raises."""
    _check_bins(counts)
    bins = [(bin_ / BINS, (bin_ + 1) / BINS, count) for bin_, count in enumerate(counts) if count]
    return texts.scores_of_messages(bins, marks)


def _clipped(levels: Sequence[float]) -> list[float]:
    if not levels:
        raise ValueError("there are no levels to draw")
    return [min(max(level, 0.0), 1.0) for level in levels]


def _check_bins(counts: Sequence[int]) -> None:
    if len(counts) != BINS:
        raise ValueError(f"there are {len(counts)} counts: a histogram has {BINS}")


def _share(count: int, largest: int, *, is_log: bool) -> float:
    """Return how high a bar is, as a share of the highest."""
    if not count:
        return 0
    return math.log1p(count) / math.log1p(largest) if is_log else count / largest


def _label_places(labels: Sequence[str], places: Sequence[float]) -> list[_LabelPlace | None]:
    """Return where each label is centred, and in which row it has room; None where in no row."""
    found: list[_LabelPlace | None] = [None] * len(labels)
    ends = [-math.inf] * LABEL_ROWS
    for index in sorted(range(len(labels)), key=places.__getitem__):
        half = width_of(labels[index], _NUMBER) / 2
        middle = min(max(places[index], GAP + half), WIDTH - GAP - half)  # within the picture
        row = next((row for row, end in enumerate(ends) if middle - half > end), None)
        if row is not None:
            ends[row] = middle + half + GAP
            found[index] = (middle, row)
    return found
