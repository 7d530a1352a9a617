"""The invented chat lines are well-formed, cover every emotion, and are none of the measured ones."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from moodring.model.data import DataError, Record
from moodring.model.data.chat import CORPUS, FILE
from moodring.model.data.splits import text_key
from moodring.model.labels import EMOTIONS

MEASURED = Path(__file__).parents[2] / "data" / "chat.toml"
_WORD_OR_SIGN = re.compile(r"\w+|[^\w\s]")
_CUSTOM_EMOJI = re.compile(r"<a?:(\w+):\d+>")


def words(text: str) -> frozenset[str]:
    return frozenset(_WORD_OR_SIGN.findall(_CUSTOM_EMOJI.sub(r"\1", text.casefold())))


@pytest.fixture(scope="module")
def lines() -> list[Record]:
    assert CORPUS.folder is not None
    return CORPUS.load(CORPUS.folder)["train"]


def test_every_emotion_has_many_lines(lines: list[Record]) -> None:
    assert len(lines) == CORPUS.rows["train"]
    counts = Counter(emotion for line in lines for emotion in line.emotions or ())
    assert counts.keys() == set(EMOTIONS)
    assert min(counts.values()) >= 200


def test_no_line_stands_twice(lines: list[Record]) -> None:
    assert len({line.text.casefold() for line in lines}) == len(lines)


def test_no_line_resembles_a_measured_one(lines: list[Record]) -> None:
    """None is the same but for case and signs, and none shares half of all words with one."""
    measured = [line["text"] for line in tomllib.loads(MEASURED.read_text("utf-8"))["line"]]
    assert not {text_key(line.text) for line in lines} & {text_key(text) for text in measured}
    others = [words(text) for text in measured]
    for line in lines:
        own = words(line.text)
        assert not any(own and 2 * len(own & other) >= len(own | other) for other in others), line.text


@pytest.mark.parametrize(
    "row", ["glee\tpositive\t0\thi", "joy\tgood\t0\thi", "joy\tpositive\t2\thi", "joy,\tpositive\t0\thi"]
)
def test_an_unknown_label_is_named_with_its_line(tmp_path: Path, row: str) -> None:
    (tmp_path / FILE).write_text(f"joy\tpositive\t0\tfine\n{row}\n")
    with pytest.raises(DataError, match=rf"{FILE}, line 2 has unknown labels"):
        CORPUS.load(tmp_path)
