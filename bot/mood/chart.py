"""The chart of a mood: a row a group of feelings, bars over time, all rows on one scale.

A bar is a *share* of messages. Counts would show when people write: in every row the same days and nights.
How many messages there were is in the last row, by the hour, as bins differ in length. What has no feeling is
in no row, since it would dwarf all others; its share is written above. Rows are named where they stand and
all bars are of one colour, so there are none to tell apart.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

from .. import texts
from ..drawing import DATA, FAINT, MARGIN, MUTED, TEXT, WIDTH, Drawing, width_of
from .groups import GROUPS, group_name, neutral_share, shares
from .summary import DAY, Bin, Period, Window, total_of
from .words import clock, date, weekday

SCALES: Final = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.0)
"""What the full height of a row may stand for: the least that no bar exceeds."""

_FIRST_ROW: Final = 162
_NAME: Final = 44  # height of a row's name
_BARS: Final = 58
_PITCH: Final = _NAME + _BARS + 14
HEIGHT: Final = _FIRST_ROW + _PITCH * (len(GROUPS) + 1) + 52
"""Pixels of a chart without gaps."""

LEGEND_HEIGHT: Final = 48
"""How much higher it is where the hatching of gaps has to be explained."""

LARGE, SMALL = 32, 29
"""Heights of type."""

_LEAST_BAR: Final = 3
_LEFT, _RIGHT = MARGIN, WIDTH - MARGIN
_MONTH_TICKS: Final = 7  # days between two dates


def mood_chart(title: str, bins: Sequence[Bin], window: Window) -> bytes:
    """Draw a mood.

    Args:
        title: What stands above.
        bins: The window's.
        window: What is shown.

    Returns:
        A PNG file of `WIDTH` × `HEIGHT` pixels, or `LEGEND_HEIGHT` more.

    Raises:
        ValueError: No bin has anything to show.
    """
    shown = [each for each in bins if each.counts]
    if not shown:
        raise ValueError("there is nothing to draw")
    counts = total_of(shown)
    scale = next(each for each in SCALES if each >= max(max(shares(one.counts).values()) for one in shown))
    drawing = _Rows(title, bins, window)
    neutral = texts.percent(neutral_share(counts))
    drawing.note(texts.say("mood-chart-total", messages=counts.total(), neutral=neutral), 72)
    drawing.note(texts.say("mood-chart-scale", share=texts.percent(scale)), 112)
    of_all = shares(counts)
    for group in GROUPS:
        heights = [shares(each.counts)[group] / scale if each.counts else None for each in bins]
        drawing.row(texts.capital(group_name(group)), texts.percent(of_all[group]), heights)
    rates = [sum(each.counts.values()) / each.hours if each.counts else None for each in bins]
    highest = max(filter(None, rates))
    most = texts.say("mood-chart-most", rate=round(highest) if highest >= 10 else round(highest, 1))
    drawing.row(
        texts.say("mood-chart-rate"), most, [None if rate is None else rate / highest for rate in rates]
    )
    drawing.times()
    return drawing.png()


class _Rows(Drawing):
    """A chart while its rows are drawn, from above."""

    def __init__(self, title: str, bins: Sequence[Bin], window: Window) -> None:
        self._gaps = any(not each.counts for each in bins)
        super().__init__(title, HEIGHT + LEGEND_HEIGHT * self._gaps)
        self._bins = bins
        self._window = window
        self._top = _FIRST_ROW

    def note(self, words: str, top: float) -> None:
        """Write a line below the title."""
        self.text((_LEFT, top), words, MUTED, "lt", SMALL)

    def row(self, name: str, number: str, heights: Sequence[float | None]) -> None:
        """Draw a row.

        Args:
            name: What it shows.
            number: What stands at its right.
            heights: How high each bin's bar is, 0..1; None where there is too little to show.
        """
        top, base = self._top + _NAME, self._top + _NAME + _BARS
        self._top += _PITCH
        for moment, _ in self._ticks():
            place = self._place(moment)
            self.line([(place, top), (place, base)], FAINT, 1)
        self.line([(_LEFT, top), (_RIGHT, top)], FAINT, 1)
        for found, height in zip(self._bins, heights, strict=True):
            left, right = self._place(found.start), self._place(found.end)
            if height is None:
                self.hatching((left, top), (right, base), FAINT)
            elif height:
                gap = min(4.0, (right - left) / 6)
                bar = base - max(_LEAST_BAR, height * _BARS)
                self.rectangle((left + gap / 2, bar), (right - gap / 2, base), DATA)
        self.line([(_LEFT, base), (_RIGHT, base)], MUTED, 2)
        self.text((_LEFT, top - 10), name, TEXT, "ls", LARGE)
        self.text((_RIGHT, top - 10), number, TEXT, "rs", LARGE)

    def times(self) -> None:
        """Write the times below the rows, and what the hatching means if there is any."""
        base = self._top + 18
        for moment, words in self._ticks():
            end = min(moment + DAY, self._window.end)
            middle = (self._place(moment) + self._place(end)) / 2
            place = self._place(moment) if self._window.period is Period.DAY else middle
            half = width_of(words, SMALL) / 2
            place = min(max(place, _LEFT + half), _RIGHT - half)
            self.text((place, base), words, MUTED, "ms", SMALL)
        if self._gaps:
            self.hatching((_LEFT, HEIGHT), (_LEFT + 44, HEIGHT + 28), FAINT)
            self.text((_LEFT + 58, HEIGHT + 24), texts.say("mood-chart-too-few"), MUTED, "ls", SMALL)

    def _place(self, moment: datetime) -> float:
        """Return where a time is, in pixels from the left."""
        passed = (moment - self._window.start) / (self._window.end - self._window.start)
        return _LEFT + (_RIGHT - _LEFT) * passed

    def _ticks(self) -> Iterator[tuple[datetime, str]]:
        """Yield the times that are named, with their names: hours, or days by their beginning."""
        window = self._window
        if window.period is Period.DAY:
            hours = (window.start + number * window.cell for number in range(24))
            yield from ((hour, clock(hour)) for hour in hours if hour.hour % 6 == 0)
            return
        days = [window.start + number * DAY for number in range((window.end - window.start) // DAY)]
        if window.period is Period.WEEK:
            yield from ((day, weekday(day)) for day in days)
        else:
            yield from ((day, date(day)) for day in days[1::_MONTH_TICKS])
