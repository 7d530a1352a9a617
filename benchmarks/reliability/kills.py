"""Kill the bot at random moments of a busy session, and look what of all that it acknowledged is still there.

A stand-in for Discord goes on; the bot is started, used by several people at once, killed by SIGKILL at a
seeded moment and started again on the same database. What somebody was told is done has to be there:
settings, opt-outs, watched channels, cases and what was done in them. Nothing may have been done twice.
"""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path

from kills_counts import UNSAVED_S, Counts
from kills_database import Database
from kills_evidence import Evidence
from kills_people import ACTIONS, EFFECT_S, PATIENCE_S, People
from parts import Outcome, Row, on_the_wire

on_the_wire()

from people import Guild
from process import Bot, running
from stand_in import StandIn, open_stand_in


class Moment(StrEnum):
    """When a kill comes."""

    START = "while it started"
    SOON = "within seconds of work"
    LATE = "after many seconds of work"
    ACTION = "while Discord did what a moderator decided"
    TOLD = "as somebody was told"


SHARES = {Moment.START: 5, Moment.SOON: 7, Moment.LATE: 3, Moment.ACTION: 2, Moment.TOLD: 3}
"""How many of the kills, of as many as these are together, come when."""

WORK_S = {
    Moment.SOON: (0.0, 3.5),
    Moment.LATE: (12.0, 12.5),
    Moment.ACTION: (0.0, 1.0),
    Moment.TOLD: (0.0, 1.0),
}
"""Seconds of work before it; what has to come then comes after them."""

KINDS = ("setting", "panel", "opt-out", "watch", "case", "action")
"""What people are told of; without any of them the run says nothing."""

FULL = 100
"""Kills from which on each kind of moment has to have been hit."""


class Run:
    """A bot that is killed and started again.

    Args:
        stand_in: Discord.
        folder: Where it keeps its data.
        memory: A folder in memory.
        seed: Of the moments and of what people do.
        url: An empty database; None for a file in the folder.

    Attributes:
        hit: How many kills came when.
        faults: What did not hold, in words.
    """

    def __init__(
        self, stand_in: StandIn, folder: Path, memory: Path, seed: int, url: str | None = None
    ) -> None:
        self._stand_in = stand_in
        self._folder = folder
        self._settings = {"MOODRING_MEMORY_DIR": str(memory)}
        self._random = random.Random(seed)  # noqa: S311 - a seed, no secret
        self._start_s = float("inf")  # the shortest start so far
        if url is None:
            database = Database.of_file(folder / "moodring.sqlite3")
        else:
            self._settings["MOODRING_DATABASE_URL"] = url
            database = Database(url)
        self.people = People(stand_in, Guild(stand_in), seed)
        self.counts = Counts(self.people.hall.id, database, memory)
        self.evidence = Evidence(self.people, database)
        self.hit: Counter[Moment] = Counter()
        self.faults: list[str] = []
        self._known: set[str] = set()

    async def prepare(self) -> None:
        """Let people set the server up, and stop in order."""
        async with self._running() as bot:
            await self.people.prepare()
            self.evidence.begin()
            await self._stop(bot)

    async def kill_often(self, kills: int) -> None:
        """Kill it, and stop it in order in the middle and at the end."""
        moments: list[Moment] = []
        while len(moments) < kills:
            share = [moment for moment, count in SHARES.items() for _ in range(count)]
            self._random.shuffle(share)
            moments += share
        for number, moment in enumerate(moments[:kills], 1):
            if moment is Moment.START:
                await self._kill_in_start()
            else:
                await self._kill_at_work(moment)
            self._look(f"kill {number} ({moment})")
            if number == kills // 2:
                async with self._running() as bot:
                    await self._stop(bot)
        async with self._running() as bot:
            # on_ready comes 2 s after the guilds; then cards are brought up to date.
            await self._stand_in.quiet(3)
            self._report("after all", self.evidence.unshown())
            await self._stop(bot)

    @asynccontextmanager
    async def _running(self) -> AsyncIterator[Bot]:
        began = time.monotonic()
        async with running(self._stand_in, self._folder, self._settings) as bot:
            self._start_s = min(self._start_s, time.monotonic() - began)
            yield bot

    def _look(self, when: str, *, in_order: bool = False) -> None:
        self.counts.ended(in_order=in_order)
        self._report(when, [*self.evidence.check(), *self.counts.faults])

    def _report(self, when: str, faults: Iterable[str]) -> None:
        """Take note of faults; what is lost is found missing after every kill, and is lost once."""
        for fault in faults:
            if fault not in self._known:
                self._known.add(fault)
                self.faults.append(f"{when}: {fault}")

    async def _kill_in_start(self) -> None:
        starting = asyncio.create_task(self._hold())
        await asyncio.sleep(self._random.uniform(0, self._start_s))
        self.hit[Moment.START] += not self._stand_in.gateway.ready.is_set()
        starting.cancel()
        await asyncio.wait([starting])
        if not starting.cancelled():  # it was over before the kill came
            self._report("a start", [f"it failed by itself: {str(starting.exception())[-200:]}"])

    async def _hold(self) -> None:
        async with self._running():
            await asyncio.Event().wait()

    async def _kill_at_work(self, moment: Moment) -> None:
        seconds = self._random.uniform(*WORK_S[moment])
        async with self._running() as bot:
            people = [asyncio.create_task(work()) for work in self.people.workers(self.counts)]
            people.append(asyncio.create_task(self.counts.follow()))
            await asyncio.sleep(seconds)
            self.hit[moment] += await self._comes(moment)
            await bot.kill()
            for person in people:
                person.cancel()
            for ended in await asyncio.gather(*people, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended

    async def _comes(self, moment: Moment) -> bool:
        """Wait for what a kill is to come with; return whether it came."""
        event = {Moment.ACTION: self.people.acting, Moment.TOLD: self.people.just_told}.get(moment)
        if event is None:
            return True
        event.clear()
        try:
            async with asyncio.timeout(PATIENCE_S):
                await event.wait()
        except TimeoutError:
            return False
        if moment is Moment.ACTION:
            await asyncio.sleep(self._random.uniform(0, EFFECT_S))
        return True

    async def _stop(self, bot: Bot) -> None:
        """End it as a service manager does."""
        self._report("until then", (f"error in the log: {error['event']}" for error in bot.errors()))
        assert await bot.stop() == 0
        self._look("a stop in order", in_order=True)


async def kill_often(kills: int, seed: int, url: str | None = None) -> Outcome:
    """Kill the bot, again and again.

    Args:
        kills: How often.
        seed: Of the moments and of what people do.
        url: An empty database; None for a file of SQLite's.
    """
    async with open_stand_in() as stand_in:
        with (
            tempfile.TemporaryDirectory(prefix="moodring-") as folder,
            tempfile.TemporaryDirectory(prefix="moodring-", dir="/dev/shm") as memory,
        ):
            run = Run(stand_in, Path(folder), Path(memory), seed, url)
            await run.prepare()
            await run.kill_often(kills)
        gaps = [f"Discord's stand-in does not know {gap}" for gap in stand_in.gaps]
    return _outcome(run, kills, seed, gaps)


def _outcome(run: Run, kills: int, seed: int, gaps: list[str]) -> Outcome:
    people, counts, evidence = run.people, run.counts, run.evidence
    hollow = [*gaps, *(f"nobody was told of any {kind}" for kind in KINDS if not people.told[kind])]
    if kills >= FULL:
        hollow += [f"no kill came {moment}" for moment in Moment if not run.hit[moment]]
        hollow += [] if evidence.cut_off else ["no kill cut an action off between intent and outcome"]
        done = {action for _, action in people.done}
        hollow += [f"no {action} was done" for action in ACTIONS.values() if action not in done]
    told = ", ".join(f"{kind} {count}" for kind, count in sorted(people.told.items()))
    moments = ", ".join(f"{run.hit[moment]} {moment}" for moment in Moment)
    return Outcome(
        "kills",
        [
            Row(
                "killed by SIGKILL at a random moment, then started again",
                kills,
                "nothing acknowledged is lost, nothing is done twice, the database is whole",
                not run.faults and not hollow,
                f"{moments}; acknowledged meanwhile: {told}; looked up {evidence.checked} times; "
                f"{len(evidence.cut_off)} actions cut off between intent and outcome, "
                "shown as *check this*; "
                f"{len(people.unread)} messages by somebody who had opted out, none read",
            ),
            Row(
                "counts of feelings through these kills",
                counts.written,
                f"no kill costs what was written more than {UNSAVED_S:.0f} s before, nothing counts twice",
                not counts.faults,
                f"looked at {counts.looks} times: the oldest message that a kill would have cost was "
                f"{counts.oldest_s:.1f} s old; {counts.counted} counted at the end, "
                f"{counts.lost} lost, {counts.worst_kill} at most by one kill",
            ),
        ],
        lost=len(run.faults),
        faults=run.faults + hollow,
        seed=seed,
    )
