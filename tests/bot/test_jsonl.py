"""A stream of lines is answered line by line, in order, whatever stands in them."""

import asyncio
import io
import json
import os
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot.backends.litert import LiteRTBackend
from moodring.bot.classifier import Classifier
from moodring.bot.jsonl import (
    MAX_LINE_BYTES,
    READ_BYTES,
    InputError,
    LineError,
    Request,
    answer_lines,
    parse,
    split_lines,
)
from moodring.bot.stream import IN_FLIGHT

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)


@pytest.mark.parametrize(
    ("line", "request_"),
    [
        (b'{"id": 1, "text": "hi", "images": ["a.png"]}', Request(1, "hi", ("a.png",))),
        (b'{"id": 1, "images": ["a.png"], "faces": true}', Request(1, "", ("a.png",), True)),
        (b'{"text": "no id"}', Request(None, "no id", ())),
        (b'{"id": "only images", "images": ["a", "b"]}', Request("only images", "", ("a", "b"))),
        (b'{"id": null}', Request(None, "", ())),
        (b'{"id": {"any": ["value"]}, "text": "", "more": 1}\r', Request({"any": ["value"]}, "", ())),
        ('{"text": "größer 😀"}'.encode(), Request(None, "größer 😀", ())),
    ],
)
def test_a_line_is_a_message(line: bytes, request_: Request) -> None:
    assert parse(line) == request_


@pytest.mark.parametrize(
    ("line", "message", "identity"),
    [
        (b"", "the line is not JSON: Expecting value at column 1", None),
        (b"hello", "the line is not JSON: Expecting value at column 1", None),
        (b'{"id": 1', "the line is not JSON: Expecting ',' delimiter at column 9", None),
        (b'{"id": 1} {"id": 2}', "the line is not JSON: Extra data at column 11", None),
        (b'{"id": NaN}', "the line has a number that cannot be read", None),
        (b'{"id": 1e999}', "the line has a number that cannot be read", None),
        (b'{"id": ' + b"9" * 5000 + b"}", "the line has a number that cannot be read", None),
        (b"[" * 100_000, "the line is nested too deeply", None),
        (b'{"text": "\xff"}', "the line is not UTF-8", None),
        (b"\x00", "the line is not JSON: Expecting value at column 1", None),
        (b"[1, 2]", "the line is not a JSON object", None),
        (b'"text"', "the line is not a JSON object", None),
        (b'{"id": 7, "text": null}', '"text" is not a string', 7),
        (b'{"id": [7], "text": 7}', '"text" is not a string', [7]),
        (b'{"id": 7, "images": null}', '"images" is not a list of strings', 7),
        (b'{"id": 7, "images": "a.png"}', '"images" is not a list of strings', 7),
        (b'{"id": 7, "images": ["a.png", 7]}', '"images" is not a list of strings', 7),
        (b'{"id": 7, "faces": "yes"}', '"faces" is not true or false', 7),
        (b" " * (MAX_LINE_BYTES + 1), "the line is longer than 1024 KiB", None),
    ],
)
def test_a_line_that_is_no_message_says_what_is_wrong(line: bytes, message: str, identity: object) -> None:
    with pytest.raises(LineError) as caught:
        parse(line)

    assert str(caught.value) == message
    assert caught.value.identity == identity


@given(st.binary(max_size=40) | JSON.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_are_a_message_or_an_error(line: bytes) -> None:
    try:
        outcome = parse(line).text
    except LineError as error:
        outcome = str(error)

    assert isinstance(outcome, str)


@given(JSON)
def test_an_id_comes_back_as_it_was(identity: Any) -> None:
    request = parse(json.dumps({"id": identity}).encode())

    assert json.loads(json.dumps(request.identity)) == identity


@given(st.lists(st.binary(max_size=5)), st.booleans())
def test_lines_are_split_wherever_the_pieces_end(pieces: list[bytes], ended: bool) -> None:
    whole = b"".join(pieces) + b"\n" * ended
    arriving = iter([piece for piece in pieces if piece] + [b"\n"] * ended)

    lines = list(split_lines(lambda _: next(arriving, b"")))

    assert lines == whole.removesuffix(b"\n").split(b"\n") if whole else lines == []


def test_an_endless_line_is_held_in_bounded_memory() -> None:
    stream = io.BytesIO(b"x" * (5 * MAX_LINE_BYTES) + b"\nnext\n")

    first, second = split_lines(stream.read)

    assert MAX_LINE_BYTES < len(first) <= MAX_LINE_BYTES + READ_BYTES + 1
    assert second == b"next"


@pytest_asyncio.fixture
async def classifier(predictor, pool) -> AsyncIterator[Classifier]:
    classifier = Classifier(
        predictor,
        LiteRTBackend(predictor),
        pool,
        threads=2,
        queue_limit=64,
        cache_entries=0,
        deadline_s=20,
    )
    async with aclosing(classifier):
        yield classifier
        predictor.gate.set()


class Input:
    """The writing end of a stream that is being answered."""

    def __init__(self, classifier: Classifier) -> None:
        source, self._sink = os.pipe()
        self.answers = answer_lines(classifier, source)

    def write(self, *lines: object) -> None:
        for line in lines:
            data = line if isinstance(line, bytes) else json.dumps(line).encode()
            os.write(self._sink, data + b"\n")

    def end(self) -> None:
        os.close(self._sink)

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(20):
            return await anext(self.answers)


@pytest.fixture
def stream(classifier: Classifier) -> Input:
    return Input(classifier)


@pytest.mark.asyncio
async def test_answers_keep_the_lines_order_and_errors_their_place(stream: Input) -> None:
    lines = [{"id": number, "text": "joy " * (number % 40 or 1)} for number in range(100)]
    lines[17] = {"id": 17, "text": 17}
    lines[40] = {"id": 40}
    stream.write(*lines)
    stream.end()

    answers = [answer async for answer in stream.answers]

    assert [answer["id"] for answer in answers] == list(range(100))
    failed = {answer["id"]: answer["error"] for answer in answers if "error" in answer}
    assert failed == {17: '"text" is not a string', 40: "nothing to read: no text and no image"}


@pytest.mark.asyncio
async def test_an_answer_follows_the_contract(stream: Input, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"picture")
    (tmp_path / "b.png").write_bytes(b"broken")
    paths = [str(tmp_path / name) for name in ("a.png", "b.png", "c.png")]
    stream.write({"id": "x", "text": "joy", "images": paths})

    answer = await stream.next()

    assert list(answer) == [
        "id",
        "emotion",
        "confidence",
        "sure",
        "labels",
        "emotions",
        "sentiment",
        "sentiments",
        "toxicity",
        "toxic",
        "sexism",
        "used",
        "skipped",
        "language",
        "picture_text",
        "model",
        "ms",
    ]
    assert answer["used"] == ["text", "image:0"]
    assert answer["skipped"] == [
        {"part": "image:1", "reason": "damaged"},
        {"part": "image:2", "reason": "no such file"},
    ]


@pytest.mark.asyncio
async def test_a_line_is_answered_while_the_input_idles(stream: Input) -> None:
    stream.write({"id": 1, "text": "joy"})
    assert (await stream.next())["id"] == 1

    stream.write(b"nonsense")
    assert (await stream.next())["error"]

    stream.end()
    with pytest.raises(StopAsyncIteration):
        await stream.next()


@pytest.mark.asyncio
async def test_a_last_line_without_an_end_is_answered(stream: Input) -> None:
    os.write(stream._sink, b'{"id": 1, "text": "joy"}')
    stream.end()

    assert [answer["id"] async for answer in stream.answers] == [1]


@pytest.mark.asyncio
async def test_few_lines_are_in_flight(
    classifier: Classifier, stream: Input, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    classify = classifier.classify

    async def counted(sample):
        asked.append(sample.text)
        return await classify(sample)

    monkeypatch.setattr(classifier, "classify", counted)
    stream.write(*({"id": number, "text": f"joy {number}"} for number in range(500)))

    for number in range(10):
        assert (await stream.next())["id"] == number
        assert len(asked) <= number + IN_FLIGHT


@pytest.mark.asyncio
async def test_lines_with_many_large_pictures_wait_instead_of_failing(stream: Input, tmp_path: Path) -> None:
    large = tmp_path / "large.png"
    large.write_bytes(bytes(8 * 1024**2))
    stream.write(*({"id": number, "images": [str(large)] * 4} for number in range(8)))
    stream.end()

    answers = [answer async for answer in stream.answers]

    assert [answer["used"] for answer in answers] == [["image:0", "image:1", "image:2", "image:3"]] * 8


@pytest.mark.asyncio
async def test_an_input_that_cannot_be_read_is_told(classifier: Classifier, tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)

    with pytest.raises(InputError, match="cannot be read: Is a directory"):
        await anext(answer_lines(classifier, folder))
