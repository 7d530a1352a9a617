"""The server is restarted and connections are cut while processes work: what was acknowledged is there.

A commit whose answer was cut off is unknown: it may be there or not, and nobody was told that it is.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Final

from crowd import Member, compare, hear_all
from hammering import settled
from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.postgres import Server

WORK_S: Final = (0.5, 2.5)
"""Seconds of work before each blow."""

DOWN_S: Final = (0.0, 1.5)
"""Seconds that the server stays away."""

_CUT: Final = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


async def crash(
    server: Server, url: str, members: Sequence[Member], blows: int, seed: int
) -> tuple[dict[str, Any], list[str]]:
    """Hit the server, again and again, and compare what processes were told with what is there.

    Args:
        server: It runs without ``fsync``: the end of its processes leaves what the system was given, an end
            of the machine's power would not.
        url: The database, of its, in which nobody but these processes has worked.
        members: The processes.
        blows: How many, restarts and cuts in turns.
        seed: Of their moments.

    Returns:
        The figures, and what does not hold.
    """
    moments = random.Random(seed)  # noqa: S311 - a seed, no secret
    hits: Sequence[Callable[[], Awaitable[None]]] = (
        lambda: _restart(server, moments.uniform(*DOWN_S)),
        lambda: _cut(url),
    )
    came_back = []
    await hear_all(members, "hammer")
    for number in range(blows):
        await asyncio.sleep(moments.uniform(*WORK_S))
        await hits[number % len(hits)]()
        came_back.append(await _back(members))
    ledgers = await hear_all(members, "stop")
    faults = await settled(members)
    figures, wrong = await compare(url, ledgers)
    faults += wrong
    failures: dict[str, int] = {}
    for ledger in ledgers:
        for name, count in ledger["failures"].items():
            failures[name] = failures.get(name, 0) + count
    faults += (
        [] if failures or not blows else ["nothing ever failed: no blow came in the middle of something"]
    )
    return {
        "blows": blows,
        "failed_meanwhile": failures,
        "back_s": {
            "median": _round(sorted(came_back)[len(came_back) // 2]),
            "longest": _round(max(came_back)),
        },
        "kept": figures,
    }, faults


async def _back(members: Sequence[Member]) -> float:
    """Return the seconds until every process has something acknowledged again."""
    began = time.monotonic()
    before = await hear_all(members, "told")
    while True:
        now = await hear_all(members, "told")
        if all(after["count"] > each["count"] for after, each in zip(now, before, strict=True)):
            return time.monotonic() - began
        await asyncio.sleep(0.02)


async def _restart(server: Server, down_s: float) -> None:
    await asyncio.to_thread(server.stop)
    await asyncio.sleep(down_s)
    await asyncio.to_thread(server.start)


async def _cut(url: str) -> None:
    """Cut every connection off, listeners' too."""
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(_CUT)
    await engine.dispose()


def _round(seconds: float) -> float:
    return round(seconds, 3)
