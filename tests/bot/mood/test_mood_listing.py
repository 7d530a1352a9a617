"""The numbers behind a chart, all of them that fit a message, and all in a file."""

import csv
import io
from datetime import UTC, datetime

import pytest

from moodring.bot.mood.counting import HOUR, LABELS, Span
from moodring.bot.mood.listing import COLUMNS, MAX_CHARACTERS, export_csv, number_blocks
from moodring.bot.mood.summary import DAY, Period, bins_of, window_of

NOW = datetime(2026, 11, 5, 14, tzinfo=UTC)
TODAY = NOW.replace(hour=0)


def test_a_file_has_a_line_for_each_feeling() -> None:
    spans = [Span(1, 2, TODAY, 3, {"joy": 15, "anger": 5}), Span(1, 2, TODAY + 5 * HOUR, 1, {"unclear": 20})]
    rows = list(csv.reader(io.StringIO(export_csv(spans))))
    assert rows == [
        list(COLUMNS),
        ["2026-11-05T00:00:00+00:00", "3", "anger", "5"],
        ["2026-11-05T00:00:00+00:00", "3", "joy", "15"],
        ["2026-11-05T05:00:00+00:00", "1", "unclear", "20"],
    ]


def test_the_numbers_are_those_of_the_whole_and_of_every_bin() -> None:
    window = window_of(Period.WEEK, NOW)
    spans = [
        Span(1, 2, TODAY - DAY, 24, {"joy": 15, "amusement": 5, "neutral": 20}),
        Span(1, 2, TODAY, 6, {"neutral": 20}),
    ]
    blocks = [
        block.replace("\N{NO-BREAK SPACE}", " ") for block in number_blocks(bins_of(spans, window), window)
    ]
    assert blocks == [
        "60 messages. Most frequent: joy 33 %. Neutral or unclear: 67 %.",
        "-# neutral 40, joy 15, amusement 5",
        (
            "**Fri – Tue**: too few\n**Wed**: 40 · joy 50 %\n"
            "**Thu 00:00–06:00**: 20 · neutral or unclear\n**Thu 06:00–14:00**: too few"
        ),
    ]


@pytest.mark.parametrize("period", Period)
def test_a_busy_period_fits_a_message_with_its_newest_bins(period: Period) -> None:
    window = window_of(period, NOW)
    hours = (window.until - window.start) // HOUR
    spans = [
        Span(1, 2, window.start + number * HOUR, 1, dict.fromkeys(LABELS, 10**7)) for number in range(hours)
    ]
    bins = bins_of(spans, window)
    blocks = number_blocks(bins, window)
    assert sum(map(len, blocks)) <= MAX_CHARACTERS + 200
    lines = blocks[2].splitlines()
    left_out = len(lines) < len(bins)
    assert ("CSV" in blocks[-1]) == left_out
    assert len(lines) > 15
    assert lines[-1] == number_blocks(bins[-1:], window)[2]
