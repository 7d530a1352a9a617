"""``python -m bot analyze --jsonl``: a stream of messages, answered one a line in their order."""

import json
import math
import os
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, Final

from moodring.model import Sample

from .analyze import READING_ERRORS
from .classifier import Classifier, open_classifier
from .interrupts import run_until_stopped
from .settings import Settings
from .stream import Progress, Reader, for_throughput, in_order

MAX_LINE_BYTES: Final = 1024**2
"""Longest line: many times what the longest message with its paths takes, and it bounds memory."""

READ_BYTES: Final = 64 * 1024
"""Bytes taken from the input at once: what a pipe holds."""

_PIXEL: Final = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
"""The smallest GIF."""

WARM_UP: Final = Sample("hello", (_PIXEL,))
"""Reading it starts everything that the first line would wait for."""


class LineError(ValueError):
    """A line that cannot be read as a message.

    Attributes:
        identity: The line's ``id``, as far as it was found.
    """

    def __init__(self, message: str, identity: object = None) -> None:
        super().__init__(message)
        self.identity = identity


class InputError(Exception):
    """The stream itself cannot be read; the message is one line."""


@dataclass(frozen=True, slots=True)
class Request:
    """A line that was read.

    Attributes:
        identity: Its ``id``, any JSON value.
        text: Its ``text``, possibly empty.
        images: Its ``images``: paths of files.
        faces: Its ``faces``: whether those in the images may be read.
    """

    identity: object
    text: str
    images: tuple[str, ...]
    faces: bool = False


def parse(line: bytes) -> Request:
    """Read one line.

    Raises:
        LineError: It is too long, not UTF-8, not JSON, not an object or has wrong types.
    """
    if len(line) > MAX_LINE_BYTES:
        raise LineError(f"the line is longer than {MAX_LINE_BYTES // 1024} KiB")
    try:
        record = json.loads(line.decode(), parse_constant=_finite, parse_float=_finite)
    except UnicodeDecodeError:
        raise LineError("the line is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise LineError(f"the line is not JSON: {error.msg} at column {error.colno}") from None
    except ValueError:  # by `_finite`, or by Python for an integer of thousands of digits
        raise LineError("the line has a number that cannot be read") from None
    except RecursionError:
        raise LineError("the line is nested too deeply") from None
    if not isinstance(record, dict):
        raise LineError("the line is not a JSON object")
    identity, text, images = record.get("id"), record.get("text", ""), record.get("images", [])
    if not isinstance(text, str):
        raise LineError('"text" is not a string', identity)
    if not isinstance(images, list) or not all(isinstance(path, str) for path in images):
        raise LineError('"images" is not a list of strings', identity)
    faces = record.get("faces", False)
    if not isinstance(faces, bool):
        raise LineError('"faces" is not true or false', identity)
    return Request(identity, text, tuple(images), faces)


def _finite(number: str) -> float:
    """Refuse NaN and infinities: JSON has none, so an ``id`` could not be given back."""
    if not math.isfinite(value := float(number)):
        raise ValueError(number)
    return value


def split_lines(read: Callable[[int], bytes]) -> Iterator[bytes]:
    """Split a stream into lines in bounded memory.

    Args:
        read: Returns up to so many bytes as soon as there are any, and none at the end.

    Yields:
        Each line without its end; of one longer than `MAX_LINE_BYTES` at least one byte more than that.
    """
    rest = b""
    while piece := read(READ_BYTES):
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
        rest = rest[: MAX_LINE_BYTES + 1]
    if rest:
        yield rest


def analyze_lines(settings: Settings, source: int = 0) -> int:
    """Answer a stream on standard output, with progress on standard error if that is a terminal.

    Args:
        settings: How to read.
        source: Descriptor of the input.

    Returns:
        The exit code: 1 if any line failed.

    Raises:
        WeightsError: The weights are missing or damaged.
        BrokenPipeError: Nobody reads the answers any more.
        InputError: The input cannot be read.
    """
    progress = Progress(sys.stderr if sys.stderr.isatty() else None, "lines")
    try:
        run_until_stopped(_answer_stream(settings, source, sys.stdout.buffer, progress))
    finally:
        progress.end()
    return 1 if progress.failed else 0


async def _answer_stream(settings: Settings, source: int, sink: BinaryIO, progress: Progress) -> None:
    async with aclosing(open_classifier(for_throughput(settings))) as classifier:
        with suppress(*READING_ERRORS):  # where nothing can be read, each line will say so
            await classifier.classify(WARM_UP)
        async for answer in answer_lines(classifier, source):
            sink.write(json.dumps(answer).encode() + b"\n")
            sink.flush()
            progress.count(failed="error" in answer)


async def answer_lines(classifier: Classifier, source: int) -> AsyncIterator[dict[str, Any]]:
    """Answer each line of a stream, in order, and only a few lines ahead of who takes the answers.

    Args:
        classifier: Reads the messages.
        source: Descriptor of the input.

    Yields:
        A line's ``id`` with the prediction or with ``error``.

    Raises:
        InputError: The input cannot be read.
    """
    answer_line = partial(_answer, Reader(classifier))
    async for answer in in_order(_lines(source), answer_line):
        yield answer


def _lines(source: int) -> Iterator[bytes]:
    try:
        yield from split_lines(partial(os.read, source))
    except OSError as error:
        raise InputError(f"the input cannot be read: {error.strerror}") from error


async def _answer(reader: Reader, line: bytes) -> dict[str, Any]:
    try:
        request = parse(line)
    except LineError as error:
        return {"id": error.identity, "error": str(error)}
    try:
        prediction = await reader.read(request.text, request.images, faces=request.faces)
    except READING_ERRORS as error:
        return {"id": request.identity, "error": str(error)}
    return {"id": request.identity, **prediction.as_dict()}
