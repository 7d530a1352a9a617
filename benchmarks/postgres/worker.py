"""A process as a bot's is, as far as the database goes: it works as fast as it can, and keeps a ledger.

It takes commands from its standard input, a JSON object a line, and answers each with one.
"""

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from moodring.bot.classifier import InferenceError
from moodring.bot.guild_settings import GuildSettings
from moodring.bot.intake.message import Draft
from moodring.bot.moderation.cases import Action, Outcome
from moodring.bot.mood.counting import Span
from moodring.bot.rules import Group
from moodring.bot.services import OptedOutError, Services
from moodring.bot.setup.changes import change_settings
from moodring.bot.store import Answer, Store, Watch, is_failure
from moodring.bot.watched import Watched

GUILD, CHANNEL, NOON = 7, 70, datetime(2026, 1, 1, 12, tzinfo=UTC)
LABELS: Final = ("anger", "joy", "unclear")
OWN: Final = ("cooldown_s", "timeout_minutes", "retention_days", "min_confidence")
"""Settings of which each process changes one of its own; a text among the settings counts all changes."""

WATCHED: Final = range(100, 106)
"""Channels that all processes start and stop listening to."""

PEOPLE: Final = 1_000_000
"""Ids that each process has of its own."""

TOLD_S: Final = 5.0
"""Seconds in which what one process changed has to be known to the others."""


class Reads:
    """Stands in for the classifier and for downloads: whoever may be read is not read."""

    async def classify(self, _sample: object) -> Any:
        """Fail; that it was asked is all that matters."""
        raise InferenceError

    explain = fetch = classify


class Ledger:
    """What was acknowledged, and what may have become so.

    Attributes:
        kept: How much of what was acknowledged.
        unknown: How much of what failed by the database, after which it may be there or not.
        facts: Ids of what was acknowledged, by what.
        maybe: Ids of what failed.
        failures: How often the database failed, by the error.
        bugs: Errors that are no failure of a database.
        silent_s: The longest time in which nothing at all was acknowledged.
    """

    def __init__(self) -> None:
        self.kept: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.facts: dict[str, list[int]] = {}
        self.maybe: dict[str, list[int]] = {}
        self.failures: Counter[str] = Counter()
        self.bugs: list[str] = []
        self.silent_s = 0.0
        self._heard = time.monotonic()

    def as_json(self) -> dict[str, Any]:
        """Return all of it."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    async def attempt(
        self, what: str, work: Callable[[], Awaitable[Any]], *, count: int = 1, number: int | None = None
    ) -> Any:
        """Do something, and take note of how it ended; returns what it returns, None where it fails.

        Args:
            what: What is done.
            work: Does it.
            count: How much that is.
            number: Which one; of those, what comes to nothing (False, None) is not noted.
        """
        try:
            done = await work()
        except SQLAlchemyError as error:
            if not is_failure(error):
                self.bugs.append(f"{what}: {type(error).__name__}: {error}"[:300])
            self.failures[type(getattr(error, "orig", None) or error).__name__] += 1
            self.unknown[what] += count
            if number is not None:
                self.maybe.setdefault(what, []).append(number)
            await asyncio.sleep(0.05)
            return None
        except Exception as error:  # noqa: BLE001 - the bot's own code expects none of these
            self.bugs.append(f"{what}: {type(error).__name__}: {error}"[:300])
            return None
        now = time.monotonic()
        self.silent_s, self._heard = max(self.silent_s, now - self._heard), now
        self.kept[what] += count
        if number is not None and done:
            self.facts.setdefault(what, []).append(number)
        return done


class Worker:
    """What the process does.

    Args:
        store: The database, which others work with too.
        number: Its own among the processes, from 0.
    """

    def __init__(self, store: Store, number: int) -> None:
        self._store = store
        self._number = number
        self._random = random.Random(number)  # noqa: S311 - a seed, no secret
        reads: Any = Reads()
        self._services = Services(classifier=reads, downloader=reads, store=store)
        self._watched = Watched(store)
        self.ledger = Ledger()
        self._own = OWN[number % len(OWN)]
        self._chosen: tuple[float, list[float]] = (getattr(GuildSettings(), self._own), [])
        self._unwritten: list[int] = []
        self._working: list[asyncio.Task[None]] = []
        self._holding: asyncio.Task[None] | None = None
        self._stopping = False

    async def load(self) -> None:
        """Begin as a bot does."""
        await self._watched.load(hears=True)

    # --- commands ---------------------------------------------------------------------------------------

    async def do_hammer(self) -> dict[str, Any]:
        """Begin to work, or go on."""
        self._stopping = False
        works = (self._count, self._count, self._judge, self._choose, self._claim, self._refuse, self._watch)
        self._working = [asyncio.create_task(self._go_on(work)) for work in works]
        return {}

    async def do_stop(self) -> dict[str, Any]:
        """Stop, and hand the ledger of all work so far over."""
        self._stopping = True  # nothing is cut off: whoever asked for it would not be told how it ended
        await asyncio.gather(*self._working)
        while self._unwritten:
            await self._write()
        value, tried = self._chosen
        return {**self.ledger.as_json(), "own": self._own, "chosen": [value, *tried]}

    async def do_told(self) -> dict[str, Any]:
        """Say how much was acknowledged so far."""
        return {"count": self.ledger.kept.total()}

    async def do_settle(self) -> dict[str, Any]:
        """Wait until memory is as the database is; say how long that took, None where it does not come."""
        began = time.monotonic()
        while time.monotonic() < began + TOLD_S:
            kept = {watch.channel_id: watch for watch in await self._store.watches.all()}
            if all(self._watched.get(channel) == kept.get(channel) for channel in WATCHED):
                return {"seconds": time.monotonic() - began}
            await asyncio.sleep(0.02)
        return {"seconds": None}

    async def do_opt_out(self, number: int) -> dict[str, Any]:
        """Refuse for somebody."""
        await self._store.opt_outs.add(number)
        return {"at": time.monotonic()}

    async def do_start(self, number: int) -> dict[str, Any]:
        """Listen to a channel."""
        await self._watched.start(Watch(number, GUILD, frozenset({"flag"})))
        return {"at": time.monotonic()}

    async def do_set(self, number: int) -> dict[str, Any]:
        """Change a setting."""
        await change_settings(self._store, GUILD, lambda old: old.changed(log_channel_id=number))
        return {"at": time.monotonic()}

    async def do_hold(self, number: int) -> dict[str, Any]:
        """Begin to change a guild, and never end it."""

        async def hold() -> None:
            async with self._store.changing(number):
                held.set()
                await asyncio.Event().wait()

        held = asyncio.Event()
        self._holding = asyncio.create_task(hold())
        await held.wait()
        return {}

    async def do_see(self, what: str, number: int) -> dict[str, Any]:
        """Wait until something that another process changed holds here too; say when."""
        holds = {"opt_out": self._refuses, "start": self._listens, "set": self._is_set}[what]
        until = time.monotonic() + 2 * TOLD_S
        while not await holds(number):
            if time.monotonic() > until:
                return {"at": None}
            await asyncio.sleep(0.002)
        return {"at": time.monotonic()}

    async def _refuses(self, person: int) -> bool:
        try:
            await self._services.read(person, Draft("hello"))
        except OptedOutError:
            return True
        except InferenceError:
            return False
        raise AssertionError

    async def _listens(self, channel: int) -> bool:
        return self._watched.get(channel) is not None

    async def _is_set(self, channel: int) -> bool:
        return (await self._store.guilds.get(GUILD)).log_channel_id == channel

    # --- work -------------------------------------------------------------------------------------------

    async def _go_on(self, work: Callable[[], Awaitable[None]]) -> None:
        while not self._stopping:
            await work()

    async def _count(self) -> None:
        """Add to counts that all add to, in any order."""
        channels = self._random.sample(range(CHANNEL, CHANNEL + 4), 3)
        spans = [Span(GUILD, channel, NOON, 1, dict.fromkeys(LABELS, 1)) for channel in channels]
        messages = len(spans) * len(LABELS)
        await self.ledger.attempt("moods", lambda: self._store.moods.add(spans), count=messages)

    async def _judge(self) -> None:
        add = self._store.judgements.add
        await self.ledger.attempt("judgements", lambda: add(GUILD, Group.TOXICITY, 0.9, right=1))

    async def _choose(self) -> None:
        """Change a setting of one's own, and count that in a text among the settings."""
        value = self._random.randrange(8, 300)
        mine = value / 1000 if self._own == "min_confidence" else value

        def change(old: GuildSettings) -> GuildSettings:
            return old.changed(**{self._own: mine}, warn_line=str(int(old.warn_line or 0) + 1))

        before = self.ledger.kept["settings"]
        await self.ledger.attempt("settings", lambda: change_settings(self._store, GUILD, change))
        if self.ledger.kept["settings"] > before:
            self._chosen = mine, []
        else:
            self._chosen[1].append(mine)

    async def _claim(self) -> None:
        """Take what only one may have, at the same time as the others."""
        number = 1000 + self.ledger.kept["digests"] + self.ledger.unknown["digests"]
        claim, cases = self._store.digests.claim, self._store.cases
        await self.ledger.attempt("digests", lambda: claim(number, NOON), number=number)
        await self.ledger.attempt("cases", lambda: self._open(number), number=number)
        for case in await self.ledger.attempt("list", lambda: cases.find(GUILD, limit=1)) or ():
            begin = partial(cases.begin, case, Action.WARN, 1, NOON, author_id=1)
            event = await self.ledger.attempt("warnings", begin, number=case.id)
            self._unwritten += [] if event is None else [event]
        await self._write()

    async def _open(self, message: int) -> bool:
        case = await self._store.cases.open(
            guild_id=GUILD,
            channel_id=CHANNEL,
            message_id=message,
            group=Group.TOXICITY,
            scores=dict.fromkeys(Group, 0.9),
            would_act=False,
            at=NOON,
        )
        return case is not None

    async def _write(self) -> None:
        """Keep how things ended, as `moderation.deeds` does."""
        for event in list(self._unwritten):
            failed = self.ledger.unknown["outcomes"]
            finish = partial(self._store.cases.finish, event, Outcome.DONE, NOON)
            await self.ledger.attempt("outcomes", finish)
            if self.ledger.unknown["outcomes"] == failed:
                self._unwritten.remove(event)

    async def _refuse(self) -> None:
        """Refuse for somebody of one's own, and keep what all keep."""
        nth = self.ledger.kept["opt-outs"] + self.ledger.unknown["opt-outs"]
        person = PEOPLE * (self._number + 1) + nth
        store = self._store

        async def add() -> bool:
            await store.opt_outs.add(person)
            return True

        await self.ledger.attempt("opt-outs", add, number=person)
        await self.ledger.attempt("shared", lambda: store.opt_outs.add(nth))
        await self.ledger.attempt("shared", lambda: store.departures.left(nth, NOON))
        await self.ledger.attempt("shared", lambda: store.answers.add(Answer(nth, nth, 1, GUILD, nth), NOON))

    async def _watch(self) -> None:
        channel = self._random.choice(WATCHED)
        if self._random.random() < 0.3:
            await self.ledger.attempt("watches", lambda: self._watched.stop(channel))
        else:
            does: Any = frozenset(self._random.sample(("flag", "react", "reply"), 2))
            await self.ledger.attempt("watches", lambda: self._watched.start(Watch(channel, GUILD, does)))
        await asyncio.sleep(0.05)


async def main(url: str, number: int) -> None:
    """Do what is asked until there is nothing more to read."""
    store = await Store.open(url)
    worker = Worker(store, number)
    await worker.load()
    commands = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    print("{}", flush=True)
    while line := await commands.readline():
        name, *arguments = json.loads(line)
        work: Callable[..., Awaitable[dict[str, Any]]] = getattr(worker, f"do_{name}")
        print(json.dumps(await work(*arguments)), flush=True)
    await store.aclose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
