"""Whose turn it is: people before watching, guilds by turns, a guild's people by turns, an end to waiting.

Whatever a reading takes that there is little of is handed out by `Turns`: the right to be read at all, a
download, a decoding process. What comes first is who asks and waits for an answer. Among those of one kind
the guilds take turns, and in a guild its people, so a flood makes its own queue long and nobody else's.
A flood is held by bounds: what has waited longest of it is given up, for it is worth least.

Nothing of this runs on its own. It is looked after when somebody comes or goes, or has waited long enough.
"""

import asyncio
import time
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """How a reading came about, what comes first standing first."""

    ASKED = "asked"  # a command, a menu, a mention, a button: a person waits
    WATCHED = "watched"


@dataclass(frozen=True, slots=True)
class Whose:
    """Whom a turn counts for.

    Attributes:
        kind: How it came about.
        place: The guild, or in a direct message the person: ids of both never meet.
        person: Who asked or, of a watched message, wrote it.
    """

    kind: Kind = Kind.ASKED
    place: int = 0
    person: int = 0


SOMEBODY: Final = Whose()
"""Whom a task works for that nobody's name is on, such as a command in a shell."""

_whose: Final[ContextVar[Whose]] = ContextVar("whose", default=SOMEBODY)
"""Goes with the task that reads a message, as its language does: whatever it uses knows whose turn it is."""


def whose() -> Whose:
    """Return whom the current task works for."""
    return _whose.get()


@contextmanager
def on_behalf_of(somebody: Whose) -> Iterator[None]:
    """Work for somebody."""
    token = _whose.set(somebody)
    try:
        yield
    finally:
        _whose.reset(token)


class BusyError(Exception):
    """Too much is being read already; nothing was done.

    Args:
        why: What was too much, for the metrics: ``full``, ``late`` or ``person``.
    """

    def __init__(self, why: str = "full") -> None:
        super().__init__("busy with other messages; try again in a moment")
        self.why = why


PLACES: Final = 64
"""Turns of each kind that may be waited for, unless the operator says otherwise."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much may wait.

    Attributes:
        places: How many of each kind may wait. Of one more, the oldest goes of whoever has most there.
        asked_each: How many turns one person may wait for or have who asks.
        asked_s: Seconds after which who asked is told that it takes too long.
        watched_s: Seconds after which a watched message is not worth reading any more: the conversation
            has gone on.
    """

    places: int = PLACES
    asked_each: int = 3
    asked_s: float = 8.0
    watched_s: float = 5.0

    def patience_s(self, kind: Kind) -> float:
        """Return the seconds that a turn of a kind is waited for."""
        return self.asked_s if kind is Kind.ASKED else self.watched_s


class Turns:
    """Hands out something that there is a number of; all calls must come from one loop.

    Args:
        number: How many turns there are at the same time.
        watched: How many of them watched messages may have, so that something is left for who asks.
        bounds: How much may wait; None where those who come are bounded already.
        now: Tells seconds.
    """

    def __init__(
        self,
        number: int,
        *,
        watched: int,
        bounds: Bounds | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._number = number
        self._watched = watched
        self._bounds = bounds
        self._now = now
        self._lines = {kind: _Line() for kind in Kind}
        self._running: Counter[Kind] = Counter()
        self._asking: Counter[int] = Counter()

    def waiting(self, kind: Kind) -> int:
        """Return how many wait for a turn of a kind."""
        return len(self._lines[kind])

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a turn of whom the current task works for, and have it; raises what `take` raises."""
        somebody = await self.take()
        try:
            yield
        finally:
            self.give_back(somebody)

    async def take(self) -> Whose:
        """Wait for a turn, to be given back with what this returns.

        Raises:
            BusyError: Too many wait, it takes too long, or the person has as many turns as one may have.
        """
        somebody = whose()
        if somebody.kind is Kind.ASKED:
            if self._bounds is not None and self._asking[somebody.person] >= self._bounds.asked_each:
                raise BusyError("person")
            self._asking[somebody.person] += 1
        if self._may_run(somebody.kind):  # then nobody waits who could run instead
            self._running[somebody.kind] += 1
            return somebody
        waiter = _Waiter(somebody, self._now(), asyncio.get_running_loop().create_future())
        line = self._lines[somebody.kind]
        line.add(waiter)
        self._shed()
        patience_s = None if self._bounds is None else self._bounds.patience_s(somebody.kind)
        try:
            async with asyncio.timeout(patience_s):  # also where nobody else comes or goes meanwhile
                await waiter.turn
        except BaseException as error:
            if waiter in line:
                line.remove(waiter)
                self._leave(somebody)
            elif waiter.turn.cancelled() or waiter.turn.exception():
                self._leave(somebody)  # shed
            else:
                self.give_back(somebody)  # cancelled in the moment that its turn came
            if isinstance(error, TimeoutError):
                raise BusyError("late") from None
            raise
        return somebody

    def give_back(self, somebody: Whose) -> None:
        """End a turn; the next one begins."""
        self._running[somebody.kind] -= 1
        self._leave(somebody)
        self._shed()
        for kind, line in self._lines.items():
            while line and self._may_run(kind):
                waiter = line.take_next()
                if not waiter.turn.done():  # cancelled, but it does not know yet
                    self._running[kind] += 1
                    waiter.turn.set_result(None)

    def _may_run(self, kind: Kind) -> bool:
        free = self._running.total() < self._number
        return free and (kind is Kind.ASKED or self._running[kind] < self._watched)

    def _leave(self, somebody: Whose) -> None:
        if somebody.kind is Kind.ASKED:
            self._asking[somebody.person] -= 1
            if not self._asking[somebody.person]:
                del self._asking[somebody.person]

    def _shed(self) -> None:
        """Give up what has waited too long, and what is too much."""
        if self._bounds is None:
            return
        now = self._now()
        for kind, line in self._lines.items():
            while line and now - line.oldest().since > self._bounds.patience_s(kind):
                _refuse(line, line.oldest(), "late")
            while len(line) > self._bounds.places:
                _refuse(line, line.oldest_of_most(), "full")


@dataclass(frozen=True, slots=True, eq=False)
class _Waiter:
    whose: Whose
    since: float
    turn: asyncio.Future[None]


class _Line:
    """Those of one kind who wait."""

    def __init__(self) -> None:
        self._all: dict[_Waiter, None] = {}  # by age, as are the dictionaries within
        self._places: OrderedDict[int, OrderedDict[int, dict[_Waiter, None]]] = OrderedDict()
        self._counts: Counter[int] = Counter()

    def __len__(self) -> int:
        return len(self._all)

    def __contains__(self, waiter: _Waiter) -> bool:
        return waiter in self._all

    def add(self, waiter: _Waiter) -> None:
        """Let somebody wait, behind all others of their place and person."""
        self._all[waiter] = None
        people = self._places.setdefault(waiter.whose.place, OrderedDict())
        people.setdefault(waiter.whose.person, {})[waiter] = None
        self._counts[waiter.whose.place] += 1

    def remove(self, waiter: _Waiter) -> None:
        """Let somebody wait no more."""
        place, person = waiter.whose.place, waiter.whose.person
        del self._all[waiter]
        people = self._places[place]
        del people[person][waiter]
        if not people[person]:
            del people[person]
        self._counts[place] -= 1
        if not people:
            del self._places[place], self._counts[place]

    def take_next(self) -> _Waiter:
        """Remove and return whose turn is next; their place and they in it are the last ones now."""
        place, people = next(iter(self._places.items()))
        person, waiters = next(iter(people.items()))
        waiter = next(iter(waiters))
        self._places.move_to_end(place)
        people.move_to_end(person)
        self.remove(waiter)
        return waiter

    def oldest(self) -> _Waiter:
        """Return who has waited longest."""
        return next(iter(self._all))

    def oldest_of_most(self) -> _Waiter:
        """Return who has waited longest of the person that has most waiting in the place that has most."""

        def crowd(waiters: dict[_Waiter, None]) -> tuple[int, int, float]:
            head = next(iter(waiters))
            return self._counts[head.whose.place], len(waiters), -head.since

        queues = [waiters for people in self._places.values() for waiters in people.values()]
        largest = max(queues, key=crowd)
        return next(iter(largest))


def _refuse(line: _Line, waiter: _Waiter, why: str) -> None:
    line.remove(waiter)
    if not waiter.turn.done():
        waiter.turn.set_exception(BusyError(why))
