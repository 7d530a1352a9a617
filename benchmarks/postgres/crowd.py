"""Several processes at work with one database, and what they were told against what is there."""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from worker import GUILD, OWN, PEOPLE

from moodring.bot.guild_settings import GuildSettings
from moodring.bot.moderation.cases import Outcome
from moodring.bot.store.tables import (
    CaseEventRow,
    CaseRow,
    DigestRow,
    GuildRow,
    JudgementRow,
    MoodRow,
    OptOutRow,
)

WORKER: Final = Path(__file__).with_name("worker.py")

PATIENCE_S: Final = 60.0
"""Seconds after which a process is taken to be broken, not slow."""

_LINE: Final = 64 * 1024**2
"""Bytes that an answer may have: a ledger holds many ids."""


class Member:
    """One of the processes.

    Args:
        process: The process, started.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def ask(self, *command: object) -> dict[str, Any]:
        """Let it do something, and return what it says of it."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        return await self.hear()

    async def hear(self) -> dict[str, Any]:
        """Return the next thing that it says."""
        assert self.process.stdout is not None
        async with asyncio.timeout(PATIENCE_S):
            line = await self.process.stdout.readline()
        assert line, f"process {self.process.pid} has ended"
        heard: dict[str, Any] = json.loads(line)
        return heard


@asynccontextmanager
async def crowd(url: str, size: int) -> AsyncIterator[Sequence[Member]]:
    """Start processes on one database, and end them."""
    async with AsyncExitStack() as stack:
        members = []
        for number in range(size):
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                str(WORKER),
                url,
                str(number),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                limit=_LINE,
            )
            stack.push_async_callback(_end, process)
            members.append(Member(process))
        await asyncio.gather(*(member.hear() for member in members))
        yield members


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()


async def hear_all(members: Sequence[Member], *command: object) -> list[dict[str, Any]]:
    """Let all processes do the same."""
    return await asyncio.gather(*(member.ask(*command) for member in members))


async def compare(url: str, ledgers: Sequence[dict[str, Any]]) -> tuple[dict[str, Any], list[str]]:
    """Compare what processes were told with what a database holds.

    Args:
        url: The database.
        ledgers: What each process wrote down, see `worker.Ledger`.

    Returns:
        How much is there by name, each beside what was acknowledged and what may be there; and what is wrong.
    """
    there = await _look(url)
    kept, unknown = (
        sum((Counter(ledger[name]) for ledger in ledgers), Counter()) for name in ("kept", "unknown")
    )
    figures = {}
    faults = [f"process {n}: {bug}" for n, ledger in enumerate(ledgers) for bug in ledger["bugs"]]
    for name in ("moods", "judgements", "settings"):
        found = there[name]
        figures[name] = {"acknowledged": kept[name], "unknown": unknown[name], "there": found}
        if not kept[name] <= found <= kept[name] + unknown[name]:
            faults.append(f"{name}: {found} are there of {kept[name]}, and {unknown[name]} that are unknown")
    for name in ("opt-outs", "digests", "cases", "warnings"):
        facts = [number for ledger in ledgers for number in ledger["facts"].get(name, ())]
        maybe = {number for ledger in ledgers for number in ledger["maybe"].get(name, ())}
        figures[name] = {"acknowledged": len(facts), "unknown": len(maybe), "there": len(there[name])}
        twice = [number for number, count in Counter(facts).items() if count > 1]
        faults += [f"{name}: {number} was taken by two" for number in twice]
        faults += [f"{name}: {number} is lost" for number in set(facts) - there[name]]
        invented = there[name] - set(facts) - maybe
        faults += [f"{name}: nobody asked for {number}" for number in invented]
    faults += [f"warnings: case {number} was warned twice" for number in there["twice"]]
    faults += await _chosen(there["document"], ledgers)
    return figures, faults


async def _chosen(document: GuildSettings, ledgers: Sequence[dict[str, Any]]) -> list[str]:
    """Return which process's last choice is not among the settings; some share one where there are many."""
    allowed: dict[str, set[float]] = {}
    for ledger in ledgers:
        allowed.setdefault(ledger["own"], set()).update(ledger["chosen"])
    return [
        f"settings: {name} is {getattr(document, name)}, of {sorted(allowed[name])}"
        for name in OWN
        if name in allowed and getattr(document, name) not in allowed[name]
    ]


async def _look(url: str) -> dict[str, Any]:
    """Return what a database holds."""
    engine = create_async_engine(url)
    done = CaseEventRow.outcome == Outcome.DONE
    twice = select(CaseEventRow.case_id).where(done).group_by(CaseEventRow.case_id).having(func.count() > 1)
    opted_out = select(OptOutRow.user_id).where(OptOutRow.user_id >= PEOPLE)  # others are shared
    async with async_sessionmaker(engine)() as session:
        counts = await session.scalars(select(MoodRow.counts))
        row = await session.get(GuildRow, GUILD)
        document = GuildSettings() if row is None else GuildSettings.parse(row.settings)
        found = {
            "moods": sum(sum(each.values()) for each in counts),
            "judgements": await session.scalar(select(func.sum(JudgementRow.right))) or 0,
            "settings": int(document.warn_line or 0),
            "document": document,
            "opt-outs": set(await session.scalars(opted_out)),
            "digests": set(await session.scalars(select(DigestRow.guild_id))),
            "cases": set(await session.scalars(select(CaseRow.message_id))),
            "warnings": set(await session.scalars(select(CaseEventRow.case_id))),
            "twice": list(await session.scalars(twice)),
        }
    await engine.dispose()
    return found
