"""`python -m bot simulate FILE`: what it prints and its exit code."""

from pathlib import Path
from typing import Any

import pytest
from first_word import FirstWord

from moodring.bot.local import commands
from moodring.bot.settings import Settings

TALK = """
title = "A talk"
[[step]]
who = "bob"
channel = "general"
says = """


@pytest.fixture
def classifier(predictor: Any, monkeypatch: pytest.MonkeyPatch) -> FirstWord:
    made = FirstWord(predictor)
    monkeypatch.setattr(commands, "open_classifier", lambda _: made)
    return made


def simulate(folder: Path, text: str) -> int:
    path = folder / "talk.toml"
    path.write_text(text, "utf-8")
    return commands.simulate(path, Settings(token=None))


def test_a_talk_that_goes_as_expected_ends_well(
    tmp_path: Path, classifier: FirstWord, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate(tmp_path, f'{TALK}"@moodring joy"\nexpect = {{ emotion = "joy" }}') == 0
    assert capsys.readouterr().out.splitlines() == [
        "A talk",
        "  1 bob in #general: @moodring joy",
        "      ✓ emotion joy",
        "1 of 1 steps as expected",
    ]
    assert classifier.closed


def test_a_talk_that_goes_otherwise_shows_expected_and_seen_and_fails(
    tmp_path: Path, classifier: FirstWord, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate(tmp_path, f'{TALK}"@moodring joy"\nexpect = {{ emotion = "grief" }}') == 1
    assert capsys.readouterr().out.splitlines()[2:] == [
        "      ✗ expected: emotion grief",
        "        seen:     joy",
        "0 of 1 steps as expected",
    ]
    assert classifier.closed


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        ('"joy"\ncolour = "red"', "step 1, colour: unknown key"),
        ('"joy"\nimages = ["dog.jpg"]', "step 1: no picture 'dog.jpg' beside the scenario"),
    ],
)
def test_a_talk_that_cannot_be_played_is_told_in_one_line(
    tmp_path: Path, classifier: FirstWord, capsys: pytest.CaptureFixture[str], rest: str, told: str
) -> None:
    assert simulate(tmp_path, TALK + rest) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(f"moodring: {tmp_path / 'talk.toml'}: {told}")


def test_a_message_of_several_lines_is_reported_on_one(
    tmp_path: Path, classifier: FirstWord, capsys: pytest.CaptureFixture[str]
) -> None:
    assert simulate(tmp_path, TALK + '"""one\ntwo"""') == 0
    assert "  1 bob in #general: one / two" in capsys.readouterr().out.splitlines()
