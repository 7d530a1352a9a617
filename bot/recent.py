"""What was just answered, for as long as somebody may ask why: in memory, bounded in time and size."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from moodring.model import Sample

KEPT_S: Final = 15 * 60
"""Seconds after which a message is forgotten."""

MAX_BYTES: Final = 16 * 1024**2
"""All texts and pictures together; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A message that was answered.

    Attributes:
        author_id: Who wrote it.
        sample: What was read.
        only_for: Who alone may see it again, or None for everyone who sees the answer.
    """

    author_id: int
    sample: Sample
    only_for: int | None = None

    @property
    def size(self) -> int:
        """Bytes that it holds in memory, nearly."""
        pictures = sum(len(image) for image in self.sample.images if isinstance(image, bytes))
        return 4 * len(self.sample.text) + pictures


def _later(seconds: float, call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_later(seconds, call)


def _now() -> float:
    return time.monotonic()  # looked up each time: the simulated server has a clock of its own


class Recent:
    """The messages behind the last answers, by the answer's id.

    However many there are, one costs the same, and one timer runs for all.

    Args:
        later: Calls back after some seconds.
        now: Tells the time in seconds.
    """

    def __init__(
        self,
        later: Callable[[float, Callable[[], None]], Any] = _later,
        now: Callable[[], float] = _now,
    ) -> None:
        self._later = later
        self._now = now
        self._kept: OrderedDict[int, tuple[float, Kept]] = OrderedDict()  # since when, by age
        self._bytes = 0
        self._timer_runs = False

    def keep(self, answer_id: int, kept: Kept) -> None:
        """Keep the message behind an answer; it is forgotten by itself."""
        self.forget(answer_id)
        self._kept[answer_id] = self._now(), kept
        self._bytes += kept.size
        while self._bytes > MAX_BYTES:
            self.forget(next(iter(self._kept)))
        self._await_oldest()

    def get(self, answer_id: int) -> Kept | None:
        """Return the message behind an answer, or None if it is forgotten."""
        _, kept = self._kept.get(answer_id, (0.0, None))
        return kept

    def forget(self, answer_id: int) -> None:
        """Forget the message behind an answer."""
        if answer_id in self._kept:
            _, kept = self._kept.pop(answer_id)
            self._bytes -= kept.size

    def forget_author(self, author_id: int) -> None:
        """Forget all that a person wrote."""
        for answer_id in [key for key, (_, kept) in self._kept.items() if kept.author_id == author_id]:
            self.forget(answer_id)

    def forget_all(self) -> None:
        """Forget everything."""
        self._kept.clear()
        self._bytes = 0

    def _await_oldest(self) -> None:
        """Forget the oldest once its time is over, if nothing waits for that yet."""
        if self._kept and not self._timer_runs:
            since, _ = next(iter(self._kept.values()))
            self._timer_runs = True
            self._later(max(0.0, since + KEPT_S - self._now()), self._forget_old)

    def _forget_old(self) -> None:
        self._timer_runs = False
        now = self._now()
        for answer_id in [key for key, (since, _) in self._kept.items() if since + KEPT_S <= now]:
            self.forget(answer_id)
        self._await_oldest()
