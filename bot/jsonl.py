"""``python -m bot analyze --jsonl``: a stream of messages, answered one a line in their order."""

import asyncio
import json
import math
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import aclosing, nullcontext, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, BinaryIO, Final, TextIO

from moodring.model import Sample

from .analyze import READING_ERRORS
from .classifier import Classifier, open_classifier
from .intake.files import read_images
from .settings import Settings

MAX_LINE_BYTES: Final = 1024**2
"""Longest line: many times what the longest message with its paths takes, and it bounds memory."""

READ_BYTES: Final = 64 * 1024
"""Bytes taken from the input at once: what a pipe holds."""

LINES_IN_FLIGHT: Final = 8
"""Lines waiting for their answer: enough to keep the cores busy, few enough to answer each at once."""

PICTURES_IN_FLIGHT: Final = 2
"""Lines with pictures among them: the classifier holds so many of the largest kind and refuses more."""

MAX_THREADS: Final = 4
"""Inference threads if there are as many cores: a stream is for throughput."""

_PIXEL: Final = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
"""The smallest GIF."""

WARM_UP: Final = Sample("hello", (_PIXEL,))
"""Reading it starts everything that the first line would wait for."""

PROGRESS_S: Final = 0.5
"""Seconds between two reports of progress."""


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
    progress = Progress(sys.stderr if sys.stderr.isatty() else None)
    try:
        asyncio.run(_answer_stream(settings, source, sys.stdout.buffer, progress))
    finally:
        progress.end()
    return 1 if progress.failed else 0


async def _answer_stream(settings: Settings, source: int, sink: BinaryIO, progress: "Progress") -> None:
    threads = max(settings.threads, min(os.cpu_count() or 1, MAX_THREADS))
    async with aclosing(open_classifier(settings.model_copy(update={"threads": threads}))) as classifier:
        with suppress(*READING_ERRORS):  # where nothing can be read, each line will say so
            await classifier.classify(WARM_UP)
        async for answer in answer_lines(classifier, source):
            sink.write(json.dumps(answer).encode() + b"\n")
            sink.flush()
            progress.count(failed="error" in answer)


async def answer_lines(classifier: Classifier, source: int) -> AsyncIterator[dict[str, Any]]:
    """Answer each line of a stream, in order, at most `LINES_IN_FLIGHT` ahead of who takes the answers.

    Args:
        classifier: Reads the messages.
        source: Descriptor of the input.

    Yields:
        A line's ``id`` with the prediction or with ``error``.

    Raises:
        InputError: The input cannot be read.
    """
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[asyncio.Task[dict[str, Any]] | OSError | None] = asyncio.Queue()
    places = threading.Semaphore(LINES_IN_FLIGHT)
    pictures = asyncio.Semaphore(PICTURES_IN_FLIGHT)

    def accept(line: bytes) -> None:
        arrived.put_nowait(loop.create_task(_answer(classifier, line, pictures)))

    def read() -> None:
        end = None
        with suppress(RuntimeError):  # the loop was closed: nobody takes the answers any more
            try:
                for line in split_lines(partial(os.read, source)):
                    places.acquire()
                    loop.call_soon_threadsafe(accept, line)
            except OSError as error:
                end = error
            loop.call_soon_threadsafe(arrived.put_nowait, end)

    # A thread, for the event loop cannot wait for a file; a daemon, for it may wait while the program ends.
    threading.Thread(target=read, name="jsonl", daemon=True).start()
    while isinstance(arrival := await arrived.get(), asyncio.Task):
        yield await arrival
        places.release()
    if arrival is not None:
        raise InputError(f"the input cannot be read: {arrival.strerror}") from arrival


async def _answer(classifier: Classifier, line: bytes, pictures: asyncio.Semaphore) -> dict[str, Any]:
    try:
        request = parse(line)
    except LineError as error:
        return {"id": error.identity, "error": str(error)}
    try:
        async with pictures if request.images else nullcontext():
            images = await asyncio.to_thread(read_images, request.images) if request.images else ()
            prediction = await classifier.classify(Sample(request.text, images, request.faces))
    except READING_ERRORS as error:
        return {"id": request.identity, "error": str(error)}
    return {"id": request.identity, **prediction.as_dict()}


class Progress:
    """Counts lines, and shows the count while it grows.

    Args:
        terminal: Where to show it, if anywhere.

    Attributes:
        lines: Lines answered.
        failed: Lines among them that were answered with an error.
    """

    def __init__(self, terminal: TextIO | None) -> None:
        self.lines = self.failed = 0
        self._terminal = terminal
        self._start = self._shown = time.monotonic()

    def count(self, *, failed: bool) -> None:
        """Count one line."""
        self.lines += 1
        self.failed += failed
        now = time.monotonic()
        if now - self._shown >= PROGRESS_S:
            self._shown = now
            self._show(now)

    def end(self) -> None:
        """Show the last count."""
        self._show(time.monotonic(), "\n")

    def _show(self, now: float, end: str = "") -> None:
        if self._terminal is not None:
            rate = self.lines / max(now - self._start, PROGRESS_S)
            text = f"\r{self.lines:,} lines, {self.failed:,} failed, {rate:,.0f} lines/s"
            self._terminal.write(text + end)
            self._terminal.flush()
