"""Thresholds are read as people write them, as shares or in per cent."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot.thresholds import MAX_THRESHOLDS, ThresholdsError, parse_thresholds


@pytest.mark.parametrize(
    ("text", "thresholds"),
    [
        (".7, .85", (0.7, 0.85)),
        ("70, 85, 92", (0.7, 0.85, 0.92)),
        ("85 %,70%", (0.7, 0.85)),
        ("82.5", (0.825,)),
        ("0.5 %", (0.005,)),
        ("1", (1.0,)),
        ("1 %", (0.01,)),
        ("100", (1.0,)),
        (".7, 70, 70 %", (0.7,)),
        (" 1e-1 ", (0.1,)),
    ],
)
def test_shares_and_per_cent_are_read(text: str, thresholds: tuple[float, ...]) -> None:
    assert parse_thresholds(text) == thresholds


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "“” is not a number"),
        (".5,", "“” is not a number"),
        ("%", "“%” is not a number"),
        ("70 85", "“70 85” is not a number"),
        ("high", "“high” is not a number"),
        ("0", "0 is no threshold"),
        ("-3", "-3 is no threshold"),
        ("101", "101 is no threshold"),
        ("nan", "nan is no threshold"),
        ("inf", "inf is no threshold"),
        ("500\u2028%", r"500\u2028% is no threshold"),
        ("x" * 5000, f"“{'x' * 20}…” is not a number"),
        ("9" * 5000, f"{'9' * 20}… is no threshold"),
        (",".join(map(str, range(1, MAX_THRESHOLDS + 2))), "more than 20 are too many"),
    ],
)
def test_what_is_no_threshold_is_told_in_one_short_line(text: str, complaint: str) -> None:
    with pytest.raises(ThresholdsError) as caught:
        parse_thresholds(text)
    assert str(caught.value).startswith(complaint)


@given(st.text(max_size=200))
def test_whatever_is_written_gives_thresholds_or_one_short_line(text: str) -> None:
    thresholds: tuple[float, ...] = ()
    complaint = ""
    try:
        thresholds = parse_thresholds(text)
    except ThresholdsError as error:
        complaint = str(error)
    assert bool(thresholds) is not bool(complaint)
    assert list(thresholds) == sorted(set(thresholds))
    assert all(0 < threshold <= 1 for threshold in thresholds)
    assert len(complaint.splitlines()) <= 1
    assert len(complaint) < 200
