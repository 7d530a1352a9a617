"""What was just answered, for as long as somebody may ask why: in memory, bounded in time and size."""

import asyncio
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from moodring.model import Sample

KEPT_S: Final = 15 * 60
"""Seconds after which a message is forgotten."""

MAX_BYTES: Final = 16 * 1024**2
"""All texts and pictures together; the oldest go first."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
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


class Recent:
    """The messages behind the last answers, by the answer's id.

    Args:
        later: Calls back after some seconds.
    """

    def __init__(self, later: Callable[[float, Callable[[], None]], Any] = _later) -> None:
        self._later = later
        self._kept: OrderedDict[int, Kept] = OrderedDict()

    def keep(self, answer_id: int, kept: Kept) -> None:
        """Keep the message behind an answer; it is forgotten by itself."""
        self._kept.pop(answer_id, None)
        self._kept[answer_id] = kept
        while sum(each.size for each in self._kept.values()) > MAX_BYTES:
            self._kept.popitem(last=False)
        still_kept = weakref.ref(kept)  # the timer must not hold what is forgotten before its time
        self._later(KEPT_S, lambda: self._forget_if(answer_id, still_kept()))

    def get(self, answer_id: int) -> Kept | None:
        """Return the message behind an answer, or None if it is forgotten."""
        return self._kept.get(answer_id)

    def forget(self, answer_id: int) -> None:
        """Forget the message behind an answer."""
        self._kept.pop(answer_id, None)

    def forget_author(self, author_id: int) -> None:
        """Forget all that a person wrote."""
        for answer_id in [key for key, kept in self._kept.items() if kept.author_id == author_id]:
            del self._kept[answer_id]

    def forget_all(self) -> None:
        """Forget everything."""
        self._kept.clear()

    def _forget_if(self, answer_id: int, kept: Kept | None) -> None:
        if kept is not None and self._kept.get(answer_id) is kept:  # not what an edit put in its place
            del self._kept[answer_id]
