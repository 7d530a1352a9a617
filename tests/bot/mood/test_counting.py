"""What leaves the counting says nothing of one person, is in no other span, and is not counted twice."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_prediction import prediction

from moodring.bot.mood.counting import (
    HOUR,
    LABELS,
    MIN_AUTHORS,
    MIN_MESSAGES,
    UNCLEAR,
    Counting,
    Span,
    hour_of,
    label_of,
)

MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)
GUILD, CHANNEL, OTHER_CHANNEL = 1, 2, 3
LATEST = timedelta(minutes=90)

BURSTS = st.lists(
    st.tuples(
        st.integers(0, 5 * 60),  # minutes since the one before
        st.sampled_from([CHANNEL, OTHER_CHANNEL]),
        st.integers(1, 2 * MIN_AUTHORS),
        st.integers(1, 2 * MIN_MESSAGES),
        st.sampled_from([timedelta(), -LATEST, LATEST]),  # how late, or early, they come
    ),
    max_size=40,
)
"""Messages that some authors write at a time."""


def write(
    counting: Counting,
    at: datetime,
    *,
    authors: int = MIN_AUTHORS,
    messages: int = MIN_MESSAGES,
    channel: int = CHANNEL,
) -> None:
    """Let authors write in turn; each message is counted as its author's id: counts tell who wrote."""
    for number in range(messages):
        author = 1 + number % authors
        counting.count(GUILD, channel, author, str(author), at)


def messages(spans: Iterable[Span]) -> int:
    return sum(sum(span.counts.values()) for span in spans)


def disjoint(spans: list[Span]) -> bool:
    pairs = combinations(spans, 2)
    return all(
        one.channel_id != other.channel_id or one.end <= other.start or other.end <= one.start
        for one, other in pairs
    )


@given(BURSTS, st.booleans())
def test_no_span_is_small_whatever_comes_in(
    bursts: list[tuple[int, int, int, int, timedelta]], at_once: bool
) -> None:
    counting, now, spans, written = Counting(), MIDNIGHT, [], 0
    for minutes, channel, authors, count, off in bursts:
        now += timedelta(minutes=minutes)
        if not at_once:
            spans += counting.close(now)
        write(counting, now + off, authors=authors, messages=count, channel=channel)
        written += count
    spans += counting.finish()
    for span in spans:
        assert len(span.counts) >= MIN_AUTHORS  # the labels are the authors
        assert sum(span.counts.values()) >= MIN_MESSAGES
        assert min(span.counts.values()) > 0
        assert (span.end - HOUR).date() == span.start.date()
        assert hour_of(span.start) == span.start
    assert disjoint(spans)
    assert messages(spans) <= written


@given(BURSTS)
def test_a_span_is_the_sum_of_its_hours_and_of_nothing_else(
    bursts: list[tuple[int, int, int, int, timedelta]],
) -> None:
    counting, now, spans, written = Counting(), MIDNIGHT, [], []
    for minutes, channel, authors, count, _ in bursts:
        now += timedelta(minutes=minutes)
        spans += counting.close(now)
        write(counting, now, authors=authors, messages=count, channel=channel)
        written += [(channel, now, str(1 + number % authors)) for number in range(count)]
    for span in [*spans, *counting.finish()]:
        assert span.counts == Counter(
            label
            for channel, at, label in written
            if channel == span.channel_id and span.start <= at < span.end
        )


@given(BURSTS, st.integers(0, 40))
def test_a_restart_lets_nothing_small_out_either(
    bursts: list[tuple[int, int, int, int, timedelta]], restarted: int
) -> None:
    counting, now, spans = Counting(), MIDNIGHT, []
    for number, (minutes, channel, authors, count, _) in enumerate(bursts):
        now += timedelta(minutes=minutes)
        if number == restarted:
            spans += counting.finish()
            counting = Counting()
        spans += counting.close(now)
        write(counting, now, authors=authors, messages=count, channel=channel)
    spans += counting.finish()
    assert all(len(span.counts) >= MIN_AUTHORS and messages([span]) >= MIN_MESSAGES for span in spans)


def test_a_lively_hour_is_let_out_when_it_is_over() -> None:
    counting = Counting()
    write(counting, MIDNIGHT + timedelta(minutes=59))
    assert counting.close(MIDNIGHT + timedelta(minutes=59)) == []
    [span] = counting.close(MIDNIGHT + HOUR)
    assert (span.start, span.hours, messages([span])) == (MIDNIGHT, 1, MIN_MESSAGES)
    assert counting.close(MIDNIGHT + HOUR) == []


@pytest.mark.parametrize(
    ("authors", "count"), [(MIN_AUTHORS - 1, 5 * MIN_MESSAGES), (MIN_AUTHORS, MIN_MESSAGES - 1)]
)
def test_an_hour_that_is_too_small_waits_and_is_merged(authors: int, count: int) -> None:
    counting = Counting()
    write(counting, MIDNIGHT + HOUR, authors=authors, messages=count)
    assert counting.close(MIDNIGHT + 2 * HOUR) == []
    write(counting, MIDNIGHT + 4 * HOUR)
    [span] = counting.close(MIDNIGHT + 5 * HOUR)
    assert (span.start, span.hours, messages([span])) == (MIDNIGHT + HOUR, 4, count + MIN_MESSAGES)


def test_different_hours_are_not_taken_for_different_people() -> None:
    counting, spans = Counting(), []
    for hour in range(20):
        write(counting, MIDNIGHT + hour * HOUR, authors=MIN_AUTHORS - 1)
        spans += counting.close(MIDNIGHT + (hour + 1) * HOUR)
    assert spans == []


@pytest.mark.parametrize("later", [HOUR, 30 * HOUR])
def test_what_is_too_small_by_midnight_is_dropped(later: timedelta) -> None:
    counting = Counting()
    write(counting, MIDNIGHT + 23 * HOUR, messages=MIN_MESSAGES - 1)
    tomorrow = MIDNIGHT + 23 * HOUR + later
    assert counting.close(tomorrow) == []
    assert counting._waiting == {}
    write(counting, tomorrow)
    [span] = counting.close(tomorrow + HOUR)
    assert (span.start, messages([span])) == (hour_of(tomorrow), MIN_MESSAGES)


def test_days_that_are_closed_late_stay_apart() -> None:
    counting = Counting()
    for hour in (23, 24):
        write(counting, MIDNIGHT + hour * HOUR, messages=MIN_MESSAGES - 1)
    assert counting.close(MIDNIGHT + 90 * HOUR) == []


def test_what_is_read_after_its_hour_was_closed_belongs_to_the_next() -> None:
    counting = Counting()
    write(counting, MIDNIGHT)
    counting.close(MIDNIGHT + HOUR)
    write(counting, MIDNIGHT)
    [span] = counting.close(MIDNIGHT + 2 * HOUR)
    assert span.start == MIDNIGHT + HOUR


def test_at_the_end_the_present_hour_is_let_out_if_it_is_enough() -> None:
    counting = Counting()
    write(counting, MIDNIGHT)
    write(counting, MIDNIGHT, authors=MIN_AUTHORS - 1, channel=OTHER_CHANNEL)
    [span] = counting.finish()
    assert span.channel_id == CHANNEL
    assert counting.finish() == []


@pytest.mark.parametrize("whole_guild", [False, True])
def test_what_was_counted_where_nothing_is_kept_is_dropped(whole_guild: bool) -> None:
    counting = Counting()
    write(counting, MIDNIGHT, messages=MIN_MESSAGES - 1)
    counting.close(MIDNIGHT + HOUR)
    write(counting, MIDNIGHT + HOUR)
    counting.count(9, OTHER_CHANNEL, 1, "joy", MIDNIGHT + HOUR)
    if whole_guild:
        counting.forget_guild(GUILD)
    else:
        counting.forget_channel(CHANNEL)
    assert counting.finish() == []


def test_an_author_is_forgotten_with_the_hour() -> None:
    counting, author = Counting(), 987654321987654321
    counting.count(GUILD, CHANNEL, author, "joy", MIDNIGHT)
    counting.close(MIDNIGHT + HOUR)
    assert counting._hours == {}
    assert str(author) not in repr(counting._waiting)
    assert "sketch" not in repr(counting._waiting).lower()


def test_a_message_counts_as_the_feeling_that_was_read_with_confidence() -> None:
    assert label_of(prediction(0.1)) == "anger"
    assert label_of(replace(prediction(0.1), sure=False)) == UNCLEAR
    assert {label_of(prediction(0.1)), UNCLEAR} < set(LABELS)


def test_an_hour_is_one_in_every_zone() -> None:
    there = datetime.fromisoformat("2026-01-01T05:45:30+05:30")
    assert hour_of(there) == MIDNIGHT


def test_after_a_clock_that_ran_ahead_hours_are_hours_again() -> None:
    counting = Counting()
    counting.close(MIDNIGHT + timedelta(days=30))
    for hour in range(MIN_AUTHORS):  # one author each
        counting.count(GUILD, CHANNEL, hour, "joy", MIDNIGHT + hour * HOUR)
    assert counting.close(MIDNIGHT + MIN_AUTHORS * HOUR) == []
    later = MIDNIGHT + (MIN_AUTHORS + 1) * HOUR
    write(counting, later)
    [span] = counting.close(later + HOUR)
    assert (span.start, messages([span])) == (later, MIN_MESSAGES)


@given(bursts=BURSTS, cut=st.integers(0, 40))
def test_a_crash_in_between_changes_nothing_that_leaves_the_counting(
    bursts: list[tuple[int, int, int, int, timedelta]], cut: int
) -> None:
    def spans(cut: int | None) -> list[Span]:
        counting, now, found = Counting(), MIDNIGHT, []
        for number, (minutes, channel, authors, count, late) in enumerate(bursts):
            now += timedelta(minutes=minutes)
            found += counting.close(now)
            if number == cut:
                counting = _after_a_crash(counting, now)
            write(counting, max(now - late, MIDNIGHT), authors=authors, messages=count, channel=channel)
        return [*found, *counting.finish()]

    assert spans(cut) == spans(None)


def _after_a_crash(counting: Counting, now: datetime) -> Counting:
    fresh = Counting()
    fresh.restore(json.loads(json.dumps(counting.state())))
    assert fresh.close(now) == []
    return fresh


def test_a_damaged_state_is_refused_whole() -> None:
    counting = Counting()
    write(counting, MIDNIGHT)
    state = counting.state()
    del state["hours"][0]["sketch"]["key"]
    fresh = Counting()
    with pytest.raises(KeyError):
        fresh.restore(state)
    assert fresh.finish() == []


def test_a_span_comes_back_as_it_was() -> None:
    span = Span(GUILD, CHANNEL, MIDNIGHT, 3, {"joy": 20})
    assert Span.restored(json.loads(json.dumps(span.state()))) == span
