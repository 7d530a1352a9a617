"""From spans to what is shown of a period: bins side by side, and what changed since the period before."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from .counting import HOUR, Span, hour_of
from .groups import shares

DAY: Final = timedelta(days=1)
WEEK: Final = timedelta(days=7)

NOTABLE: Final = 0.05
"""By how much the share of a group has to differ from the period before to be spoken of."""

NOTABLE_ERRORS: Final = 2.0
"""And by how many standard errors, so that twenty messages are not taken for a change."""


class Period(StrEnum):
    """Over which time a mood is shown."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time that is shown. All times are whole hours in UTC.

    Attributes:
        period: How long it is.
        start: When it begins.
        end: When it ends; this may be to come, as the end of today.
        until: Up to when it is over; not after ``end``.
        cell: How long its shortest bins are.
    """

    period: Period
    start: datetime
    end: datetime
    until: datetime
    cell: timedelta

    def contains(self, span: Span) -> bool:
        """Return whether a span lies in it as a whole."""
        return self.start <= span.start and span.end <= self.until

    @property
    def before(self) -> "Window":
        """The window of the same length before it, as far as this one is over."""
        back = self.end - self.start
        return Window(self.period, self.start - back, self.start, self.until - back, self.cell)


@dataclass(frozen=True, slots=True)
class Bin:
    """A part of a window.

    Attributes:
        start: When it begins (UTC).
        hours: How long it is.
        counts: Messages by label, the sum of whole spans; empty where there were too few to show.
    """

    start: datetime
    hours: int
    counts: Mapping[str, int]

    @property
    def end(self) -> datetime:
        """When it ends (UTC)."""
        return self.start + self.hours * HOUR


def window_of(period: Period, now: datetime) -> Window:
    """Return the window that ends now: the last 24 hours, or whole days (UTC) with the present one.

    Args:
        period: How long.
        now: The time, with its zone.
    """
    until = hour_of(now)
    if period is Period.DAY:
        return Window(period, until - DAY, until, until, HOUR)
    end = until.replace(hour=0) + DAY
    if period is Period.WEEK:
        return Window(period, end - WEEK, end, until, 6 * HOUR)
    return Window(period, end - 30 * DAY, end, until, DAY)


def widened(window: Window, spans: Iterable[Span]) -> Window:
    """Return a window that begins earlier if a span reaches into it from before, so as to show that whole.

    Args:
        window: What is asked for.
        spans: Of one channel.
    """
    reaching = [span.start for span in spans if span.start < window.start < span.end]
    return replace(window, start=min([window.start, *reaching]))


def last_week(now: datetime) -> Window:
    """Return the last week from Monday to Sunday (UTC) that is over, by days."""
    today = hour_of(now).replace(hour=0)
    monday = today - today.weekday() * DAY
    return Window(Period.WEEK, monday - WEEK, monday, monday, DAY)


def bins_of(spans: Iterable[Span], window: Window) -> list[Bin]:
    """Return a window in bins, without a gap or an overlap.

    A span that reaches over several cells makes one bin of them, so that a bin holds whole spans and says
    truly of which time they are. Cells without any are one bin where they are neighbours.

    Args:
        spans: Of one channel or of several; those that the window does not contain are left out.
        window: What is shown.
    """
    cells = math.ceil((window.until - window.start) / window.cell)
    counts: list[Counter[str]] = [Counter() for _ in range(cells)]
    joined = [False] * cells  # whether a cell is one bin with the one before
    for span in filter(window.contains, spans):
        first = (span.start - window.start) // window.cell
        last = (span.end - HOUR - window.start) // window.cell
        counts[first].update(span.counts)
        joined[first + 1 : last + 1] = [True] * (last - first)
    firsts = [cell for cell in range(cells) if not joined[cell]]
    bins: list[Bin] = []
    for first, stop in zip(firsts, [*firsts[1:], cells], strict=True):
        found = sum(counts[first:stop], Counter())
        start = window.start + first * window.cell
        if bins and not found and not bins[-1].counts:
            start = bins.pop().start
        end = min(window.start + stop * window.cell, window.until)
        bins.append(Bin(start, (end - start) // HOUR, found))
    return bins


def total_of(found: Iterable[Bin | Span]) -> Counter[str]:
    """Return the messages by label in all of them together."""
    return sum((Counter(each.counts) for each in found), Counter())


def changes(counts: Mapping[str, int], before: Mapping[str, int]) -> Sequence[tuple[str, float, float]]:
    """Return what changed since the period before, the largest change first.

    Shares are compared as if messages did not depend on each other (the two-proportion z-test). They do, so
    what is spoken of may still be chance.

    Args:
        counts: Messages by label now.
        before: The same of the period before.

    Returns:
        The groups whose share differs by `NOTABLE` and by `NOTABLE_ERRORS`, with the share then and now,
        0..1. None where one of the periods has no messages.
    """
    now_total, then_total = sum(counts.values()), sum(before.values())
    if not now_total or not then_total:
        return []
    now, then = shares(counts), shares(before)
    found = []
    for group in now:
        pooled = (now[group] * now_total + then[group] * then_total) / (now_total + then_total)
        error = math.sqrt(pooled * (1 - pooled) * (1 / now_total + 1 / then_total))
        if abs(now[group] - then[group]) >= max(NOTABLE, NOTABLE_ERRORS * error):
            found.append((group, then[group], now[group]))
    return sorted(found, key=lambda change: -abs(change[2] - change[1]))
