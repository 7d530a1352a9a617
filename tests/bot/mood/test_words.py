"""What a chart shows is also said."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from moodring.bot.mood.counting import HOUR, LABELS, Span
from moodring.bot.mood.summary import DAY, Bin, Period, bins_of, total_of, window_of
from moodring.bot.mood.words import (
    MAX_DESCRIPTION,
    changed,
    dates_of,
    feelings,
    most_frequent,
    sentence,
    time_of,
)

NOW = datetime(2026, 11, 5, 14, tzinfo=UTC)
"""A Thursday."""

TODAY = NOW.replace(hour=0)


def plain(words: str) -> str:
    return words.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("period", "start", "hours", "said"),
    [
        (Period.DAY, TODAY, 1, "00:00–01:00"),
        (Period.DAY, TODAY - 2 * HOUR, 3, "22:00–01:00"),
        (Period.WEEK, TODAY + 6 * HOUR, 6, "Thu 06:00–12:00"),
        (Period.WEEK, TODAY - 6 * HOUR, 6, "Wed 18:00–00:00"),
        (Period.WEEK, TODAY - 6 * HOUR, 12, "Wed 18:00 – Thu 06:00"),
        (Period.WEEK, TODAY, 24, "Thu"),
        (Period.WEEK, TODAY - DAY, 48, "Wed – Thu"),
        (Period.MONTH, TODAY - 5 * DAY, 24, "31 Oct"),
        (Period.MONTH, TODAY, 14, "5 Nov 00:00–14:00"),
    ],
)
def test_the_time_of_a_bin_is_as_short_as_the_period_allows(
    period: Period, start: datetime, hours: int, said: str
) -> None:
    assert time_of(Bin(start, hours, {}), window_of(period, NOW)) == said


def test_the_days_of_a_period_are_said() -> None:
    assert dates_of(window_of(Period.WEEK, NOW)) == "30 Oct to 5 Nov"


def test_every_day_and_month_has_a_name_of_its_own() -> None:
    window = window_of(Period.WEEK, NOW)
    days = [time_of(Bin(TODAY - day * DAY, 24, {}), window) for day in range(7)]
    assert days == ["Thu", "Wed", "Tue", "Mon", "Sun", "Sat", "Fri"]
    months = [dates_of(window_of(Period.WEEK, NOW.replace(month=month, day=28))) for month in range(1, 13)]
    assert [said.split()[-1] for said in months] == (
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    )


def test_feelings_are_named_by_frequency_without_those_that_round_to_nothing() -> None:
    counts = {"love": 30, "joy": 20, "amusement": 20, "fear": 1, "neutral": 500}
    assert plain(feelings(counts)) == "joy 7 %, warmth 5 %"
    assert plain(feelings(counts, 1)) == "joy 7 %"
    assert feelings({"neutral": 20}) == ""


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"joy": 5, "neutral": 15}, "Most frequent: joy 25 %. Neutral or unclear: 75 %."),
        ({"neutral": 15, "unclear": 5}, "Neutral or unclear: 100 %."),
    ],
)
def test_the_most_frequent_feelings_are_said_with_the_share_of_none(
    counts: dict[str, int], said: str
) -> None:
    assert plain(most_frequent(Counter(counts))) == f"20 messages. {said}"


@pytest.mark.parametrize(
    ("before", "said"),
    [
        ({}, ""),
        ({"joy": 100, "neutral": 100}, "Much as in the week before."),
        ({"neutral": 200}, "Compared with the week before: joy 50 % instead of 0 %."),
    ],
)
def test_a_change_is_said_where_there_is_something_to_compare_with(before: dict[str, int], said: str) -> None:
    assert plain(changed({"joy": 100, "neutral": 100}, before, Period.WEEK)) == said


def test_a_chart_is_said_in_words() -> None:
    window = window_of(Period.WEEK, NOW)
    spans = [
        Span(1, 2, TODAY - DAY, 3, {"joy": 10, "neutral": 30}),
        Span(1, 2, TODAY, 3, {"joy": 20, "anger": 10, "neutral": 10}),
    ]
    said = plain(sentence(bins_of(spans, window), window, {"neutral": 200}))
    assert said == (
        "Feelings in 80 messages, 30 Oct to 5 Nov (UTC). "
        "Joy 38 %, at most 50 % (Thu 00:00–06:00); anger 12 %, at most 25 % (Thu 00:00–06:00). "
        "Neutral or unclear: 50 %. Where there were too few people or messages, nothing is shown. "
        "Compared with the week before: joy 38 % instead of 0 %, anger 12 % instead of 0 %."
    )


@pytest.mark.parametrize("period", Period)
def test_the_words_fit_where_discord_has_room_for_them(period: Period) -> None:
    window = window_of(period, NOW)
    bins = bins_of([Span(1, 2, window.until - HOUR, 1, dict.fromkeys(LABELS, 10**6))], window)
    said = sentence(bins, window, Counter(neutral=10**6))
    assert len(said) < MAX_DESCRIPTION
    assert total_of(bins).total() == len(LABELS) * 10**6
