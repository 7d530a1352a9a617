"""The chat lines that measure the model are well formed and cover what they promise."""

import tomllib
from collections import Counter
from pathlib import Path

from moodring.model.labels import EMOTIONS, SENTIMENTS

LINES = tomllib.loads((Path(__file__).parent / "data" / "chat.toml").read_text("utf-8"))["line"]
MIN_LINES = 110
MAX_ACCEPTABLE = 5
KINDS = {
    "plain",
    "neutral",
    "negation",
    "quotes",
    "sarcasm",
    "slang",
    "emoji",
    "elongation",
    "custom_emoji",
    "mention",
    "link",
    "short",
}


def test_there_are_enough_lines_of_every_kind() -> None:
    kinds = Counter(line["kind"] for line in LINES)
    assert len(LINES) >= MIN_LINES
    assert kinds.keys() == KINDS
    assert min(kinds.values()) >= 6


def test_no_line_stands_twice() -> None:
    assert len({line["text"] for line in LINES}) == len(LINES)


def test_answers_are_labels_and_the_sets_stay_narrow() -> None:
    for line in LINES:
        emotions = line["emotions"]
        assert 1 <= len(set(emotions)) == len(emotions) <= MAX_ACCEPTABLE, line
        assert set(emotions) <= set(EMOTIONS), line
        assert set(line.get("sentiments", [])) <= set(SENTIMENTS), line


def test_every_emotion_is_wanted_somewhere() -> None:
    assert {emotion for line in LINES for emotion in line["emotions"]} == set(EMOTIONS)
