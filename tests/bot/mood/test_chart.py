"""The chart shows what it is given: heights on one scale, times in their places, gaps as gaps."""

import io
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from moodring.bot import texts
from moodring.bot.drawing import DATA, FAINT, GROUND, MARGIN, TITLE, WIDTH, width_of
from moodring.bot.mood.chart import HEIGHT, LARGE, LEGEND_HEIGHT, SCALES, SMALL, mood_chart
from moodring.bot.mood.counting import HOUR, LABELS, Span
from moodring.bot.mood.groups import GROUPS, group_name
from moodring.bot.mood.summary import DAY, Bin, Period, bins_of, last_week, window_of
from moodring.bot.mood.words import date, weekday
from moodring.bot.texts import LANGUAGES, Language

NOW = datetime(2026, 11, 5, 14, tzinfo=UTC)
TODAY = NOW.replace(hour=0)
WEEK = last_week(NOW)
ROWS = [*GROUPS, "rate"]
FIRST_BASE, PITCH, BARS = 264, 116, 58
"""Where the first row stands, how far the next one is, and how high bars may be."""


def pixels(png: bytes) -> NDArray[np.uint8]:
    image = Image.open(io.BytesIO(png))
    assert (image.format, image.mode) == ("PNG", "RGB")
    return np.asarray(image)


def days(*counts: dict[str, int]) -> list[Bin]:
    """Bins of the first days of a week."""
    return [Bin(WEEK.start + number * DAY, 24, each) for number, each in enumerate(counts)]


def drawn(*counts: dict[str, int]) -> NDArray[np.uint8]:
    return pixels(mood_chart("A week", days(*counts), WEEK))


def height(chart: NDArray[np.uint8], row: str, day: int) -> int:
    """How high the bar of a day is in a row, in pixels."""
    base = FIRST_BASE + PITCH * ROWS.index(row)
    column = round(MARGIN + (WIDTH - 2 * MARGIN) * (day + 0.5) / 7)
    return int((chart[base - BARS - 4 : base + 4, column] == DATA).all(axis=1).sum())


def test_bars_are_as_high_as_shares_on_one_scale_for_all_groups() -> None:
    chart = drawn({"joy": 40, "anger": 10, "neutral": 50}, {"joy": 20, "anger": 20, "neutral": 60})
    heights = {(row, day): height(chart, row, day) for row in ("joy", "anger", "fear") for day in (0, 1)}
    full = heights["joy", 0]
    assert full == pytest.approx(BARS, abs=3)
    assert heights["joy", 1] == heights["anger", 1] == pytest.approx(full / 2, abs=2)
    assert heights["anger", 0] == pytest.approx(full / 4, abs=2)
    assert heights["fear", 0] == heights["fear", 1] == 0


def test_a_share_says_nothing_of_how_many_wrote_but_the_last_row_does() -> None:
    chart = drawn({"joy": 40, "neutral": 60}, {"joy": 400, "neutral": 600})
    assert height(chart, "joy", 0) == height(chart, "joy", 1)
    assert height(chart, "rate", 0) == pytest.approx(height(chart, "rate", 1) / 10, abs=2)


def test_a_rare_feeling_is_still_seen() -> None:
    assert height(drawn({"fear": 1, "joy": 900, "neutral": 99}), "fear", 0) >= 2


def test_a_gap_is_hatched_in_every_row_and_explained() -> None:
    whole = drawn({"joy": 20}, {"joy": 20})
    gap = drawn({"joy": 20}, {})
    assert whole.shape == (HEIGHT, WIDTH, 3)
    assert gap.shape == (HEIGHT + LEGEND_HEIGHT, WIDTH, 3)
    left, right = (round(MARGIN + (WIDTH - 2 * MARGIN) * day / 7) for day in (1.2, 1.8))
    for number in range(len(ROWS)):
        base = FIRST_BASE + PITCH * number
        box = np.s_[base - BARS + 6 : base - 6, left:right]
        colours = gap[box].reshape(-1, 3)
        assert (colours == FAINT).all(axis=1).any()
        assert not (colours == DATA).all(axis=1).any()
        assert (gap[box] == GROUND).all(axis=2).mean() > 0.5  # lines with ground between them, no surface


def test_what_is_to_come_is_left_empty() -> None:
    window = window_of(Period.WEEK, NOW)
    chart = pixels(mood_chart("A week", bins_of([Span(1, 2, TODAY, 14, {"joy": 20})], window), window))
    to_come = chart[FIRST_BASE - BARS + 4 : FIRST_BASE - 4, WIDTH - MARGIN - 40 : WIDTH - MARGIN]
    assert (to_come == GROUND).all()


def test_without_anything_to_show_there_is_no_chart() -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        mood_chart("A week", days({}, {}), WEEK)


def test_the_same_numbers_give_the_same_file() -> None:
    assert mood_chart("A week", days({"joy": 20}), WEEK) == mood_chart("A week", days({"joy": 20}), WEEK)


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 29 * 24),
            st.dictionaries(st.sampled_from(LABELS), st.integers(1, 10**9), min_size=1),
        ),
        min_size=1,
        max_size=20,
    ),
    st.sampled_from(Period),
)
def test_any_mood_stays_within_its_chart(found: list[tuple[int, dict[str, int]]], period: Period) -> None:
    window = window_of(period, NOW)
    spans = [Span(1, 2, window.until - HOUR, 1, {"joy": 20})]
    spans += [Span(1, 2, window.until - (ago + 1) * HOUR, 1, counts) for ago, counts in found]
    chart = pixels(mood_chart("Any", bins_of(spans, window), window))
    frame = np.concatenate([chart[:, : MARGIN - 8].reshape(-1, 3), chart[:, -MARGIN + 8 :].reshape(-1, 3)])
    assert (frame == GROUND).all()
    assert (chart[-4:] == GROUND).all()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_fits_into_the_picture_in_every_language(language: Language) -> None:
    room = WIDTH - 2 * MARGIN
    with texts.speaking(language):
        titles = [texts.say(f"mood-chart-title-{period}") for period in (*Period, "digest")]
        total = texts.say("mood-chart-total", messages=1_234_567, neutral=texts.percent(0.5))
        notes = [total, texts.say("mood-chart-scale", share=texts.percent(SCALES[0]))]
        rows = [(group_name(group), texts.percent(1)) for group in GROUPS]
        rows.append((texts.say("mood-chart-rate"), texts.say("mood-chart-most", rate=1_234)))
        days = [weekday(NOW + number * DAY) for number in range(7)]
        dates = [date(NOW + number * DAY) for number in range(365)]
        legend = texts.say("mood-chart-too-few")
    assert [title for title in titles if width_of(title, TITLE) > room] == []
    assert [note for note in notes if width_of(note, SMALL) > room] == []
    assert [row for row in rows if sum(width_of(each, LARGE) for each in row) > room - 40] == []
    assert [day for day in days if width_of(day, SMALL) > room / 7] == []
    assert [day for day in dates if width_of(day, SMALL) > room / 5] == []
    assert width_of(legend, SMALL) < room - 58
