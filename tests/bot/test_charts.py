"""Charts show what they are given, on every ground and also to who cannot see them."""

import io
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from moodring.bot import texts
from moodring.bot.charts import (
    BINS,
    HEIGHT,
    LABEL_ROWS,
    heat_chart,
    heat_sentence,
    histogram,
    histogram_sentence,
)
from moodring.bot.drawing import BOUND, DATA, FAINT, GROUND, MARGIN, MUTED, TEXT, WIDTH, Drawing
from moodring.bot.heat import LEVELS_KEPT
from moodring.bot.thresholds import MAX_THRESHOLDS

LONGEST_DESCRIPTION = 1024
"""Characters that Discord takes as a file's description."""

TYPICAL = (9120, 640, 260, 140, 88, 51, 33, 21, 12, 4)

levels_of_channels = st.lists(st.floats(0, 1), min_size=1, max_size=LEVELS_KEPT)
counts_of_channels = st.lists(st.integers(0, 10**9), min_size=BINS, max_size=BINS)
some_marks = st.lists(st.floats(0, 1), max_size=MAX_THRESHOLDS)


def pixels(png: bytes) -> NDArray[np.uint8]:
    image = Image.open(io.BytesIO(png))
    assert image.format == "PNG"
    assert (image.mode, image.size) == ("RGB", (WIDTH, HEIGHT))
    return np.asarray(image)


def where(png: bytes, colour: tuple[int, int, int]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of the pixels that are of a colour."""
    rows, columns = np.nonzero((pixels(png) == colour).all(axis=2))
    return rows, columns


def top_of_line(png: bytes, column: int) -> int:
    return int(np.nonzero((pixels(png)[:, column] == DATA).all(axis=1))[0].min())


def bound_of(png: bytes) -> tuple[int, int]:
    """The first and the last row of the dashed line, which is all there is of its colour in mid-chart."""
    found = np.nonzero((pixels(png)[:, WIDTH // 3 : WIDTH // 2] == BOUND).all(axis=2))[0]
    return int(found.min()), int(found.max())


def height_of_bar(png: bytes, number: int) -> int:
    """Rows of a bar's colour at its left edge, where no count stands."""
    step = (WIDTH - 96) / BINS
    column = round(48 + step * number + 7)
    return int((pixels(png)[:, column] == DATA).all(axis=1).sum())


def luminance(colour: tuple[int, int, int]) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in colour)]
    return float(np.dot(linear, (0.2126, 0.7152, 0.0722)))


# --- heat ---------------------------------------------------------------------------------------


def test_the_line_crosses_the_bound_where_the_levels_do() -> None:
    chart = heat_chart([0.1, 0.1, 0.5, 0.5], 0.3)
    first, last = bound_of(chart)
    left, right = 180, 600  # within the first and the last stretch
    assert top_of_line(chart, right) < first <= last < top_of_line(chart, left)


def test_the_scale_begins_at_zero() -> None:
    calm, half, full = (heat_chart([level] * 2, 1.0) for level in (0.0, 0.25, 0.5))
    base, quarter, middle = (top_of_line(chart, WIDTH // 2) for chart in (calm, half, full))
    assert base - quarter == pytest.approx(quarter - middle, abs=1)


def test_the_newest_message_is_at_the_right_and_marked() -> None:
    chart = heat_chart([0.1, 0.2, 0.4], 0.3)
    ring = pixels(chart)[:, 690 - 12 : 690 + 8]
    assert (ring == TEXT).all(axis=2).any()
    line = where(chart, DATA)
    assert line[0][line[1].argmax()] < line[0].mean()


def test_one_message_is_a_dot_and_no_line() -> None:
    columns = where(heat_chart([0.4], 0.3), DATA)[1]
    assert np.ptp(columns) < 20


def test_levels_beyond_the_scale_are_drawn_at_its_ends() -> None:
    assert heat_chart([-0.5, 1.7, 2.0], 0.3) == heat_chart([0.0, 1.0, 1.0], 0.3)
    assert heat_sentence([-0.5, 1.7, 2.0], 0.3) == heat_sentence([0.0, 1.0, 1.0], 0.3)


@pytest.mark.parametrize("levels", [[0.0], [0.0] * LEVELS_KEPT])
@pytest.mark.parametrize("hot_from", [0.0, 0.3, 1.0])
def test_a_calm_channel_is_drawn_on_the_base(levels: list[float], hot_from: float) -> None:
    rows = where(heat_chart(levels, hot_from), DATA)[0]
    assert np.ptp(rows) < 20
    assert rows.min() > HEIGHT * 0.8


@settings(max_examples=15)
@given(levels_of_channels, st.floats(0, 1))
def test_heat_of_any_kind_stays_within_its_chart(levels: list[float], hot_from: float) -> None:
    chart = pixels(heat_chart(levels, hot_from))
    edges = (chart[:8], chart[-8:], chart[:, :8], chart[:, -8:])
    assert all((edge == GROUND).all() for edge in edges)


@pytest.mark.parametrize(
    ("levels", "said"),
    [
        (
            [0.034, 0.4, 0.336],
            "Heat over the last 3 messages: from 3 % to 34 %, at most 40 %; the bound is 28 %.",
        ),
        ([0.336], "Heat with the latest message: 34 %; the bound is 28 %."),
    ],
)
def test_heat_is_told_in_a_sentence(levels: list[float], said: str) -> None:
    assert heat_sentence(levels, 0.28).replace("\N{NO-BREAK SPACE}", " ") == said


@pytest.mark.parametrize("tell", [heat_chart, heat_sentence])
def test_without_levels_there_is_nothing_to_draw(tell: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match="no levels"):
        tell([], 0.3)


# --- histogram ----------------------------------------------------------------------------------


def test_bars_are_as_high_as_their_counts() -> None:
    chart = histogram([100, 50, 25, 0, 0, 0, 0, 0, 0, 0], [])
    full, half, quarter, none = (height_of_bar(chart, number) for number in range(4))
    assert (full / half, half / quarter) == pytest.approx((2, 2), rel=0.05)
    assert none == 0


def test_one_message_among_thousands_can_be_seen() -> None:
    chart = histogram([9000, 0, 0, 0, 0, 0, 0, 0, 0, 1], [])
    full, one = height_of_bar(chart, 0), height_of_bar(chart, 9)
    assert one / full == pytest.approx(np.log(2) / np.log(9001), abs=0.02)


@pytest.mark.parametrize(
    ("counts", "scale"),
    [
        (TYPICAL, texts.say("histogram-log-scale")),
        ((4, 12, 21, 33, 51, 88, 140, 260, 640, 9120), texts.say("histogram-log-scale")),
        ((80, 20, *[0] * 8), texts.say("histogram-scale")),
        ((81, 19, *[0] * 8), texts.say("histogram-log-scale")),
        ((5, *[0] * 9), texts.say("histogram-scale")),
        ((0,) * BINS, texts.say("histogram-scale")),
    ],
)
def test_the_scale_is_logarithmic_where_one_bar_dwarfs_the_rest_and_says_so(
    counts: Sequence[int], scale: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = pixels(histogram(counts, []))[66:104]
    say = texts.say
    monkeypatch.setattr(
        texts, "say", lambda key, **values: scale if key.endswith("-scale") else say(key, **values)
    )
    assert np.array_equal(pixels(histogram(counts, []))[66:104], said)


@pytest.mark.parametrize("mark", [0.0, 0.25, 0.925, 1.0])
def test_a_threshold_stands_at_its_place_on_the_scale(mark: float) -> None:
    chart = histogram([0] * BINS, [mark])
    rows, columns = where(chart, BOUND)
    line = columns[rows > HEIGHT // 2]
    assert line.mean() == pytest.approx(48 + (WIDTH - 96) * mark, abs=1)
    assert where(histogram([0] * BINS, []), BOUND)[0].size == 0


@pytest.mark.parametrize(
    ("marks", "rows"),
    [
        ([0.7], 1),
        ([0.7, 0.8], 1),
        ([0.7, 0.71], 2),
        ([0.7, 0.71, 0.72], 3),
        ([0.7, 0.71, 0.72, 0.73], 3),  # the last has only its line
    ],
)
def test_labels_of_close_thresholds_stand_below_each_other(marks: Sequence[float], rows: int) -> None:
    found, columns = where(histogram(TYPICAL, marks), BOUND)
    at_first = abs(columns - (48 + (WIDTH - 96) * marks[0])) < 32
    spread = [
        np.ptp(columns[at_first & (abs(found - (126 + 36 * row)) < 10)]) for row in range(LABEL_ROWS + 1)
    ]
    assert [row for row, wide in enumerate(spread) if wide > 40] == list(range(rows))  # lines are narrower


def test_thresholds_need_no_order() -> None:
    assert histogram(TYPICAL, [0.92, 0.7, 0.71]) == histogram(TYPICAL, [0.7, 0.71, 0.92])


@settings(max_examples=15)
@given(counts_of_channels, some_marks)
def test_messages_of_any_number_stay_within_their_chart(counts: list[int], marks: list[float]) -> None:
    chart = pixels(histogram(counts, marks))
    edges = (chart[:8], chart[-8:], chart[:, :4], chart[:, -4:])
    assert all((edge == GROUND).all() for edge in edges)


@pytest.mark.parametrize(
    ("counts", "marks", "said"),
    [
        (
            (9120, 0, 3, *[0] * 7),
            [0.7, 0.925],
            "Messages by toxicity: 9,120 from 0 to 10 %; 3 from 20 to 30 %. Marked: 70 %, 92.5 %.",
        ),
        ((0,) * BINS, [], "Messages by toxicity: none."),
    ],
)
def test_a_histogram_is_told_in_a_sentence(counts: Sequence[int], marks: Sequence[float], said: str) -> None:
    assert histogram_sentence(counts, marks).replace("\N{NO-BREAK SPACE}", " ") == said


@given(levels_of_channels, st.floats(0, 1), counts_of_channels, some_marks)
def test_sentences_fit_into_a_description(
    levels: list[float], hot_from: float, counts: list[int], marks: list[float]
) -> None:
    assert len(heat_sentence(levels, hot_from)) <= LONGEST_DESCRIPTION
    assert len(histogram_sentence(counts, marks)) <= LONGEST_DESCRIPTION


@pytest.mark.parametrize("tell", [histogram, histogram_sentence])
@pytest.mark.parametrize("number", [0, 9, 11])
def test_a_histogram_has_ten_bars(number: int, tell: Callable[..., object]) -> None:
    with pytest.raises(ValueError, match=rf"there are {number} counts"):
        tell([1] * number, [])


@pytest.mark.parametrize(
    ("count", "short"),
    [
        (0, "0"),
        (9_999, "9,999"),
        (10_000, "10k"),
        (12_345, "12k"),
        (999_499, "999k"),
        (999_500, "1M"),
        (10**9, "1,000M"),
    ],
)
def test_counts_are_short_enough_for_their_bars(count: int, short: str) -> None:
    assert texts.short_count(count) == short


# --- both ---------------------------------------------------------------------------------------


def test_the_same_numbers_give_the_same_file() -> None:
    assert heat_chart([0.1, 0.4], 0.3) == heat_chart([0.1, 0.4], 0.3)
    assert histogram(TYPICAL, [0.7]) == histogram(TYPICAL, [0.7])


@pytest.mark.parametrize(
    ("colour", "least"), [(FAINT, 3), (DATA, 3), (BOUND, 4.5), (TEXT, 4.5), (MUTED, 4.5)]
)
def test_everything_stands_out_from_the_ground(colour: tuple[int, int, int], least: float) -> None:
    assert (luminance(colour) + 0.05) / (luminance(GROUND) + 0.05) >= least


@pytest.mark.parametrize(
    "words",
    [
        "two\nlines",
        "\x1b[31m\0",
        "\u202ethgir",
        "e" + "\u0301" * 10_000,
        "x" * 100_000,
        "\ud800\U0010ffff",
        "",
    ],
    ids=["lines", "control", "directions", "marks", "long", "no letter", "empty"],
)
def test_a_line_is_drawn_whatever_is_in_it(words: str) -> None:
    drawing = Drawing(words, 100)
    drawing.text((MARGIN, 60), words, TEXT, "ls")
    with Image.open(io.BytesIO(drawing.png())) as image:
        assert image.size == (WIDTH, 100)


def test_a_line_keeps_its_letters_and_spaces() -> None:
    def drawn(words: str) -> bytes:
        return Drawing(words, 100).png()

    assert drawn("74\N{NO-BREAK SPACE}% 中") == drawn("74 % 中")
    assert drawn("two\nlines\0") == drawn("two lines")
    assert drawn("two lines") != drawn("twolines")
