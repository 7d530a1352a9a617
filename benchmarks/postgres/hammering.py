"""Several processes work with one database at once: nothing is lost, and they hear of each other."""

import asyncio
import itertools
import time
from collections.abc import Sequence
from typing import Any, Final

from crowd import Member, compare, hear_all

CHANGES: Final = ("opt_out", "start", "set")
"""What is changed in one process and has to hold in the others: a refusal, a channel, a setting."""

_FIRST: Final = 900_000
"""Ids that nobody uses but who measures; below those that are counted, `worker.PEOPLE`."""


async def hammer(url: str, members: Sequence[Member], seconds: float) -> tuple[dict[str, Any], list[str]]:
    """Let processes work, and compare what they were told with what is there.

    Args:
        url: The database, new.
        members: The processes.
        seconds: How long they work.

    Returns:
        The figures, and what does not hold.
    """
    began = time.monotonic()
    await hear_all(members, "hammer")
    await asyncio.sleep(seconds)
    ledgers = await hear_all(members, "stop")
    took = time.monotonic() - began
    faults = await settled(members)
    figures, wrong = await compare(url, ledgers)
    faults += wrong + [
        f"process {n}: {ledger['failures']}" for n, ledger in enumerate(ledgers) if ledger["failures"]
    ]
    done = sum(sum(ledger["kept"].values()) for ledger in ledgers)
    return {"seconds": round(took, 1), "acknowledged_a_second": round(done / took), "kept": figures}, faults


async def settled(members: Sequence[Member]) -> list[str]:
    """Return whose memory does not become what the database is."""
    after = await hear_all(members, "settle")
    return [
        f"process {n} does not know what is watched"
        for n, each in enumerate(after)
        if each["seconds"] is None
    ]


async def measure_telling(members: Sequence[Member], rounds: int) -> tuple[dict[str, Any], list[str]]:
    """Measure how long it takes until what one process changed holds in all others.

    Args:
        members: The processes.
        rounds: How often each change is made.

    Returns:
        By change: the median and the longest time in seconds from the acknowledgement in the one process
        until another one, asked every 2 ms, behaves accordingly; and what does not hold.
    """
    numbers = itertools.count(_FIRST)
    found: dict[str, list[float]] = {change: [] for change in CHANGES}
    faults = []
    for turn, change in itertools.product(range(rounds), CHANGES):
        number, first = next(numbers), turn % len(members)
        one, *others = (*members[first:], *members[:first])
        seeing = [asyncio.create_task(other.ask("see", change, number)) for other in others]
        at = (await one.ask(change, number))["at"]
        for seen in await asyncio.gather(*seeing):
            if seen["at"] is None:
                faults.append(f"{change}: another process was never told")
            else:
                found[change].append(max(0.0, seen["at"] - at))
    figures = {
        change: {
            "median_s": round(sorted(seconds)[len(seconds) // 2], 4),
            "longest_s": round(max(seconds), 4),
            "times": len(seconds),
        }
        for change, seconds in found.items()
        if seconds
    }
    return figures, faults
