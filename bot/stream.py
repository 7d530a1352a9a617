"""What the commands share that read a long row of messages: bounds, order, pictures from disk, progress."""

import asyncio
import os
import threading
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import nullcontext, suppress
from typing import Any, Final, TextIO, TypeVar

from moodring.model import Prediction, Sample

from .classifier import Classifier
from .intake.files import read_images
from .settings import Settings

IN_FLIGHT: Final = 8
"""Messages waiting for their answer: enough to keep the cores busy, few enough to answer each at once."""

PICTURES_IN_FLIGHT: Final = 2
"""Messages with pictures among them: the classifier holds so many of the largest kind and refuses more."""

MAX_THREADS: Final = 4
"""Inference threads if there are as many cores: a stream is for throughput."""

PROGRESS_S: Final = 0.5
"""Seconds between two reports of progress."""

BAR_COLUMNS: Final = 20
"""Columns of the bar that shows how much is done."""

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def for_throughput(settings: Settings) -> Settings:
    """Return settings with as many inference threads as a stream can use here."""
    threads = max(settings.threads, min(os.cpu_count() or 1, MAX_THREADS))
    return settings.model_copy(update={"threads": threads})


async def in_order(
    items: Iterable[Item], answer: Callable[[Item], Coroutine[Any, Any, Answer]]
) -> AsyncIterator[Answer]:
    """Answer items as they come and hand the answers out in the items' order.

    At most `IN_FLIGHT` items wait for their answer, or their answers for whoever takes them.

    Args:
        items: May block, as a pipe or a disk does: they are taken in a thread of their own.
        answer: Answers one, in the event loop.

    Yields:
        The answers.

    Raises:
        Exception: Whatever `items` or `answer` raises, in its turn.
    """
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[asyncio.Task[Answer] | Exception | None] = asyncio.Queue()
    places = threading.Semaphore(IN_FLIGHT)

    def accept(item: Item) -> None:
        arrived.put_nowait(loop.create_task(answer(item)))

    def read() -> None:
        end: Exception | None = None
        with suppress(RuntimeError):  # the loop was closed: nobody takes the answers any more
            try:
                for item in items:
                    places.acquire()
                    loop.call_soon_threadsafe(accept, item)
            except Exception as error:  # noqa: BLE001 - raised below, where somebody waits for it
                end = error
            loop.call_soon_threadsafe(arrived.put_nowait, end)

    # A thread, for the event loop cannot wait for a file; a daemon, for it may wait while the program ends.
    threading.Thread(target=read, name="stream", daemon=True).start()
    while isinstance(arrival := await arrived.get(), asyncio.Task):
        yield await arrival
        places.release()
    if arrival is not None:
        raise arrival


class Reader:
    """Reads messages whose pictures are files of this machine, few of those at a time.

    Args:
        classifier: Reads them.
    """

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self._pictures = asyncio.Semaphore(PICTURES_IN_FLIGHT)

    async def read(self, text: str, paths: Sequence[str] = (), *, faces: bool = False) -> Prediction:
        """Return what a message says; raises the errors of `Classifier.classify`.

        Args:
            text: Its text, possibly empty.
            paths: Where its pictures are.
            faces: Whether the faces in them may be read.
        """
        async with self._pictures if paths else nullcontext():
            images = await asyncio.to_thread(read_images, paths) if paths else ()
            return await self._classifier.classify(Sample(text, images, faces))


class Progress:
    """Counts what is done, and shows the count while it grows.

    Args:
        terminal: Where to show it, if anywhere.
        what: What is counted, in the plural.
        share: Returns how much of all is done, 0..1, where that is known; then a bar shows it.

    Attributes:
        done: How many are done.
        failed: How many of them failed.
    """

    def __init__(
        self, terminal: TextIO | None, what: str, share: Callable[[], float | None] = lambda: None
    ) -> None:
        self.done = self.failed = 0
        self._terminal = terminal
        self._what = what
        self._share = share
        self._columns = 0
        self._start = self._shown = time.monotonic()

    def count(self, *, failed: bool) -> None:
        """Count one."""
        self.done += 1
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
            rate = self.done / max(now - self._start, PROGRESS_S)
            counts = f"{self.done:,} {self._what}, {self.failed:,} failed, {rate:,.0f} {self._what}/s"
            text = _bar(self._share()) + counts
            self._terminal.write("\r" + text.ljust(self._columns) + end)
            self._terminal.flush()
            self._columns = len(text)


def _bar(share: float | None) -> str:
    if share is None:
        return ""
    return f"{'█' * round(share * BAR_COLUMNS):░<{BAR_COLUMNS}} {share:4.0%}  "
