"""Bins are sums of whole spans, and say truly of which time they are."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot.mood.counting import HOUR, Span
from moodring.bot.mood.summary import (
    DAY,
    NOTABLE,
    WEEK,
    Bin,
    Period,
    Window,
    bins_of,
    changes,
    last_week,
    total_of,
    widened,
    window_of,
)

NOW = datetime(2026, 11, 5, 14, 20, tzinfo=UTC)
"""A Thursday."""

TODAY = NOW.replace(hour=0, minute=0)


def span(start: datetime, hours: int = 1, **counts: int) -> Span:
    return Span(1, 2, start, hours, counts or {"joy": 20})


def joy(found: list[Bin]) -> list[tuple[datetime, int, int]]:
    """When each bin with something in it begins, how long it is, and its messages."""
    return [(each.start, each.hours, sum(each.counts.values())) for each in found if each.counts]


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        (Period.DAY, TODAY + 14 * HOUR - DAY, TODAY + 14 * HOUR),
        (Period.WEEK, TODAY - 6 * DAY, TODAY + DAY),
        (Period.MONTH, TODAY - 29 * DAY, TODAY + DAY),
    ],
)
def test_a_period_ends_now(period: Period, start: datetime, end: datetime) -> None:
    window = window_of(period, NOW)
    assert (window.start, window.end, window.until) == (start, end, TODAY + 14 * HOUR)
    assert window_of(period, window.until) == window  # a button remembers only this
    before = window.before
    assert before.end == window.start
    assert before.until - before.start == window.until - window.start


@pytest.mark.parametrize("weekday", range(7))
def test_the_last_week_goes_from_monday_to_sunday(weekday: int) -> None:
    monday = TODAY - 3 * DAY
    week = last_week(monday + weekday * DAY + 9 * HOUR)
    assert (week.start, week.end, week.until) == (monday - WEEK, monday, monday)
    assert week.start.weekday() == 0


def test_spans_of_a_cell_are_added_up() -> None:
    spans = [span(TODAY), span(TODAY + HOUR, hours=5), span(TODAY + 6 * HOUR)]
    assert joy(bins_of(spans, window_of(Period.WEEK, NOW))) == [(TODAY, 6, 40), (TODAY + 6 * HOUR, 6, 20)]


def test_a_span_over_several_cells_makes_one_bin_of_them() -> None:
    spans = [span(TODAY + 5 * HOUR, hours=3), span(TODAY + 9 * HOUR)]
    assert joy(bins_of(spans, window_of(Period.WEEK, NOW))) == [(TODAY, 12, 40)]
    assert joy(bins_of(spans, window_of(Period.DAY, NOW))) == [
        (TODAY + 5 * HOUR, 3, 20),
        (TODAY + 9 * HOUR, 1, 20),
    ]


def test_parts_of_an_hour_with_a_restart_in_it_are_one_bin() -> None:
    spans = [span(TODAY, hours=3), span(TODAY + 2 * HOUR, hours=2)]
    assert joy(bins_of(spans, window_of(Period.DAY, NOW))) == [(TODAY, 4, 40)]


def test_what_is_not_wholly_in_the_period_is_left_out() -> None:
    window = window_of(Period.DAY, NOW)
    spans = [span(window.start - HOUR, hours=2), span(window.end - HOUR, hours=2)]
    assert joy(bins_of(spans, window)) == []


def test_a_span_that_reaches_into_the_last_24_hours_is_shown_as_a_widened() -> None:
    asked = window_of(Period.DAY, NOW)
    reaching, within = span(asked.start - 3 * HOUR, 4), span(asked.start + 2 * HOUR)
    window = widened(asked, [span(asked.start - 5 * HOUR), reaching, within])
    assert joy(bins_of([reaching, within], window)) == [(reaching.start, 4, 20), (within.start, 1, 20)]
    assert widened(asked, [within, span(asked.start - HOUR)]) == asked
    assert not asked.before.contains(reaching)


def test_the_present_day_ends_with_the_last_full_hour() -> None:
    assert bins_of([span(TODAY + 13 * HOUR)], window_of(Period.MONTH, NOW))[-1].end == TODAY + 14 * HOUR


SPANS = st.lists(
    st.builds(
        lambda day, hour, hours, count: span(
            TODAY - day * DAY + hour * HOUR, min(hours, 24 - hour), joy=count, anger=1
        ),
        st.integers(0, 31),
        st.integers(0, 23),
        st.integers(1, 24),
        st.integers(19, 99),
    ),
    max_size=40,
)


@given(SPANS, st.sampled_from([*(window_of(period, NOW) for period in Period), last_week(NOW)]))
def test_bins_fill_the_period_and_nothing_is_lost_or_divided(spans: list[Span], window: Window) -> None:
    bins = bins_of(spans, window)
    assert [one.end for one in bins] == [*(other.start for other in bins[1:]), window.until]
    assert bins[0].start == window.start
    whole = [each for each in spans if window.contains(each)]
    assert total_of(bins) == total_of(whole)
    for found in bins:
        inside = [each for each in whole if found.start <= each.start and each.end <= found.end]
        assert Counter(found.counts) == total_of(inside)
    gaps = [not found.counts for found in bins]
    assert not any(one and other for one, other in pairwise(gaps))


@pytest.mark.parametrize(
    ("now", "before", "groups"),
    [
        ({"joy": 300, "neutral": 700}, {"joy": 200, "neutral": 800}, ["joy"]),
        ({"joy": 240, "neutral": 760}, {"joy": 200, "neutral": 800}, []),  # less than NOTABLE
        ({"joy": 6, "neutral": 14}, {"joy": 4, "neutral": 16}, []),  # too few messages to tell
        ({"joy": 300, "anger": 700}, {"joy": 200, "anger": 100, "neutral": 700}, ["anger", "joy"]),
        ({"joy": 300}, {}, []),
        ({}, {"joy": 300}, []),
        ({"neutral": 20}, {"unclear": 20}, []),
    ],
)
def test_only_a_large_and_certain_change_is_spoken_of(
    now: dict[str, int], before: dict[str, int], groups: list[str]
) -> None:
    found = changes(now, before)
    assert [group for group, _, _ in found] == groups
    assert all(abs(share - then) >= NOTABLE for _, then, share in found)


def test_a_change_has_the_share_then_and_now() -> None:
    assert changes({"joy": 300, "neutral": 700}, {"joy": 200, "neutral": 800}) == [("joy", 0.2, 0.3)]


def test_the_times_of_a_bin_are_those_of_its_hours() -> None:
    assert Bin(TODAY, 6, {}).end == TODAY + timedelta(hours=6)
