"""``analyze`` with the shipped model, as other programs use it: through its pipes and exit code."""

import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from moodring.bot import texts
from moodring.bot.analyze import describe, describe_words
from moodring.model import Language, Prediction, Skipped
from moodring.model.explain import Explanation, Words
from moodring.model.labels import EMOTIONS, SENTIMENTS

COMMAND = (sys.executable, "-m", "moodring.bot", "analyze")


def analyze(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *arguments], input=stdin, capture_output=True, check=False, timeout=120)


@pytest.fixture
def pictures(tmp_path: Path) -> dict[str, str]:
    """Files of every kind by name, among them a good one."""
    good = io.BytesIO()
    Image.new("RGB", (300, 200), "orange").save(good, "PNG")
    files = {
        "good": good.getvalue(),
        "broken": good.getvalue()[:100],
        "foreign": b"%PDF-1.7",
        "large": bytes(8 * 1024**2 + 1),
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    return {name: str(tmp_path / name) for name in (*files, "missing")}


def assert_contract(answer: dict[str, Any]) -> None:
    """The shape and the arithmetic that other programs rely on."""
    assert answer["emotion"] == max(answer["emotions"], key=answer["emotions"].__getitem__)
    assert answer["labels"]
    assert set(answer["labels"]) <= set(EMOTIONS)
    assert list(answer["emotions"]) == list(EMOTIONS)
    assert list(answer["sentiments"]) == list(SENTIMENTS)
    assert sum(answer["sentiments"].values()) == pytest.approx(1)
    assert answer["sentiment"] == max(answer["sentiments"], key=answer["sentiments"].__getitem__)
    for probability in (answer["confidence"], answer["toxicity"], *answer["emotions"].values()):
        assert 0 <= probability <= 1
    assert isinstance(answer["sure"], bool)
    assert isinstance(answer["model"], str)
    assert answer["ms"] > 0


def test_people_get_a_few_lines(pictures: dict[str, str]) -> None:
    run = analyze("--text", "Thank you so much!", "--image", pictures["good"], pictures["foreign"])

    first, *others = run.stdout.decode().splitlines()
    assert run.returncode == 0
    assert re.fullmatch(r"[A-Z]\w+ \([a-z ]+, \d+\s%\)", first)
    assert re.fullmatch(r"Sentiment: (negative|neutral|positive) \(\d+\s%\)", others[0])
    assert others[1:] == [
        "Read: text, picture 1",
        "Skipped: picture 2, not a PNG, JPEG, GIF or WebP image",
    ]


def test_programs_get_one_object(pictures: dict[str, str]) -> None:
    files = [pictures[name] for name in ("good", "broken", "missing", "large", "good")]

    run = analyze("--text", "What a day", "--image", *files, "--json")

    answer = json.loads(run.stdout)
    assert run.returncode == 0
    assert_contract(answer)
    assert answer["used"] == ["text", "image:0"]
    assert answer["skipped"] == [
        {"part": "image:1", "reason": "damaged image file"},
        {"part": "image:2", "reason": "no such file"},
        {"part": "image:3", "reason": "larger than 8 MiB"},
        {"part": "image:4", "reason": "only the first 4 pictures are read"},
    ]


def test_an_answer_is_explained_to_programs(pictures: dict[str, str], tmp_path: Path) -> None:
    files = [pictures["good"], pictures["broken"]]
    text = "I hate  Mondays"
    run = analyze("--text", text, "--image", *files, "--json", "--explain", "--heat", str(tmp_path / "heat"))

    answer = json.loads(run.stdout)
    assert_contract(answer)
    explanation = answer["explanation"]
    assert explanation["label"] == answer["emotion"]
    assert explanation["probability"] == pytest.approx(answer["emotions"][answer["emotion"]], abs=1e-4)
    assert [word["text"] for word in explanation["words"]] == ["I", "hate", "Mondays"]
    assert all(text[word["start"] : word["end"]] == word["text"] for word in explanation["words"])
    [cells] = explanation["heat"]
    assert [len(row) for row in cells] == [7] * 7
    [file] = explanation["files"]
    with Image.open(file) as picture:
        assert (picture.format, picture.size) == ("PNG", (224, 224))


def test_an_answer_is_explained_to_people() -> None:
    run = analyze("--text", "I am so happy, thank you", "--explain")
    lines = run.stdout.decode().splitlines()
    assert re.search(r"^Speaks for it: \S.* \(\+\d\.\d\)", lines[-2])
    assert lines[-1].startswith("Speaks against it: ")


def test_a_heat_folder_that_cannot_be_made_is_one_line(pictures: dict[str, str]) -> None:
    run = analyze("--image", pictures["good"], "--explain", "--heat", pictures["good"])
    assert run.returncode == 1
    assert run.stdout == b""
    assert run.stderr.splitlines()[-1].startswith(b"moodring: ")
    assert b"Traceback" not in run.stderr


def test_nothing_to_read_is_one_line_and_exit_code_1(pictures: dict[str, str]) -> None:
    run = analyze("--image", pictures["missing"])

    assert run.returncode == 1
    assert run.stdout == b""
    assert b"moodring: nothing to read (image:0: no such file)\n" in run.stderr
    assert b"Traceback" not in run.stderr


def test_a_stream_is_answered_in_order_with_errors_in_place(pictures: dict[str, str]) -> None:
    lines: list[bytes] = [
        json.dumps({"id": number, "text": f"{'so ' * (number % 50)}happy, number {number}"}).encode()
        for number in range(100)
    ]
    lines[3] = b"nonsense"
    lines[5] = b'{"id": {"any": [1, "value"]}, "text": "fine"}'
    lines[30] = b'{"id": 30, "text": "\xff"}'
    lines[60] = json.dumps({"id": 60, "images": [pictures["good"], pictures["missing"]]}).encode()
    lines[61] = json.dumps({"id": 61, "images": [pictures["broken"]]}).encode()
    lines[62] = b'{"id": 62, "text": "lone surrogate \\ud83d"}'
    lines[99] = b'{"id": 99, "text": null}'

    run = analyze("--jsonl", stdin=b"\n".join(lines))

    answers = [json.loads(line) for line in run.stdout.splitlines()]
    expected = {3: None, 5: {"any": [1, "value"]}, 30: None}
    assert run.returncode == 1
    assert [answer["id"] for answer in answers] == [expected.get(number, number) for number in range(100)]
    assert {number: answer["error"] for number, answer in enumerate(answers) if "error" in answer} == {
        3: "the line is not JSON: Expecting value at column 1",
        30: "the line is not UTF-8",
        61: "nothing to read (image:0: damaged image file)",
        99: '"text" is not a string',
    }
    for answer in answers:
        if "error" not in answer:
            assert_contract(answer)
    assert answers[60]["used"] == ["image:0"]
    assert answers[60]["skipped"] == [{"part": "image:1", "reason": "no such file"}]


def test_a_stream_without_failures_ends_well() -> None:
    run = analyze("--jsonl", stdin=b'{"text": "hello"}\n' * 3)

    assert run.returncode == 0
    assert len(run.stdout.splitlines()) == 3


def test_an_empty_stream_ends_well() -> None:
    run = analyze("--jsonl")

    assert (run.returncode, run.stdout) == (0, b"")


@pytest.fixture
def stream() -> Iterator[subprocess.Popen[bytes]]:
    """A stream that stays open."""
    pipe = subprocess.PIPE
    with subprocess.Popen([*COMMAND, "--jsonl"], stdin=pipe, stdout=pipe, stderr=pipe) as process:
        yield process
        process.kill()


def ask(stream: subprocess.Popen[bytes], line: bytes) -> dict[str, Any]:
    assert stream.stdin
    assert stream.stdout
    stream.stdin.write(line + b"\n")
    stream.stdin.flush()
    answer: dict[str, Any] = json.loads(stream.stdout.readline())
    return answer


def test_each_line_is_answered_while_the_stream_stays_open(stream: subprocess.Popen[bytes]) -> None:
    for number in range(3):
        assert ask(stream, b'{"id": %d, "text": "hello"}' % number)["id"] == number


def test_a_reader_that_leaves_ends_the_stream_quietly(stream: subprocess.Popen[bytes]) -> None:
    ask(stream, b'{"text": "hello"}')
    assert stream.stdin
    assert stream.stdout
    assert stream.stderr
    stream.stdout.close()
    stream.stdin.write(b'{"text": "is anybody there?"}\n')
    stream.stdin.flush()  # and stays open: the end must not wait for it

    assert stream.wait(60) == 1
    assert b"Traceback" not in (complaints := stream.stderr.read())
    assert b"Exception" not in complaints


def test_ctrl_c_ends_an_idle_stream_quietly(stream: subprocess.Popen[bytes]) -> None:
    ask(stream, b'{"text": "hello"}')
    os.kill(stream.pid, signal.SIGINT)

    assert stream.wait(60) == 130
    assert stream.stderr
    assert b"Traceback" not in stream.stderr.read()


def prediction(**changes: Any) -> Prediction:
    values = {
        "emotion": "grief",
        "confidence": 0.914,
        "sure": True,
        "labels": ("grief",),
        "emotions": dict.fromkeys(EMOTIONS, 0.1),
        "sentiment": "negative",
        "sentiments": {"negative": 0.876, "neutral": 0.1, "positive": 0.024},
        "toxicity": 0.0,
        "toxic": False,
        "sexism": 0.0,
        "used": ("text", "image:1"),
        "skipped": (Skipped("image:0", "damaged image file"),),
        "model": "1",
        "ms": 3.0,
    }
    return Prediction(**{**values, **changes})


def test_an_answer_tells_how_sure_it_is_what_was_read_and_what_not() -> None:
    assert describe(prediction()).replace("\N{NO-BREAK SPACE}", " ").splitlines() == [
        "Grief (very sure, 91 %)",
        "Sentiment: negative (88 %)",
        "Read: text, picture 2",
        "Skipped: picture 1, damaged image file",
    ]


def test_an_answer_to_another_language_says_that_it_is_less_sure() -> None:
    assert describe(prediction(language=Language.OTHER)).splitlines()[1] == texts.say("not-english")


def test_an_unsure_answer_says_so() -> None:
    assert describe(prediction(sure=False)).startswith("Grief (not sure, 91")


def test_a_terminal_is_told_no_more_than_words() -> None:
    text = "\x1b[31mred\x1b[0m \u202eturned"
    words = (Words(0, 12, 1.0), Words(13, len(text), -1.0))
    explanation = Explanation("joy", 0.9, words, ())
    for line in describe_words(text, explanation).splitlines():
        assert line.isprintable()
    described = describe(prediction(picture_text="a\x1b[2J\nb\u2028c", used=("image:0", "image_text:0")))
    assert all(line.replace("\N{NO-BREAK SPACE}", " ").isprintable() for line in described.split("\n"))
