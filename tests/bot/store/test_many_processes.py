"""Several processes share a PostgreSQL: nothing is lost, by each other or by crashes of the server.

What they do is in ``benchmarks/postgres``, which does it for longer and prints its figures.
"""

import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from tests.postgres import Server

sys.path.insert(0, str(Path(__file__).parents[3] / "benchmarks" / "postgres"))

from crashing import crash
from crowd import Member, crowd
from hammering import CHANGES, hammer, measure_telling
from worker import GUILD, TOLD_S

pytestmark = pytest.mark.asyncio(loop_scope="module")

COUNTED = {"moods", "judgements", "settings", "opt-outs", "digests", "cases", "warnings"}


@pytest.fixture(scope="module")
def url(server: Server) -> str:
    return server.url()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def members(url: str) -> AsyncIterator[Sequence[Member]]:
    """Processes that share a database; it takes seconds to start one."""
    async with crowd(url, 3) as members:
        yield members


async def test_what_all_count_and_change_at_once_is_the_exact_sum(
    url: str, members: Sequence[Member]
) -> None:
    figures, faults = await hammer(url, members, seconds=3)
    assert faults == []
    assert figures["kept"].keys() == COUNTED
    for kept in figures["kept"].values():
        assert kept["there"] == kept["acknowledged"] > 0


async def test_what_one_process_changes_holds_in_the_others_within_seconds(members: Sequence[Member]) -> None:
    figures, faults = await measure_telling(members, rounds=3)
    assert faults == []
    assert figures.keys() == set(CHANGES)
    assert all(told["longest_s"] < TOLD_S for told in figures.values())


async def test_restarts_and_cut_connections_lose_nothing_that_was_acknowledged(
    server: Server, url: str, members: Sequence[Member]
) -> None:
    figures, faults = await crash(server, url, members, blows=4, seed=1)
    assert faults == []
    assert figures["failed_meanwhile"]
    assert all(kept["acknowledged"] > 0 for kept in figures["kept"].values())


async def test_a_process_that_ends_in_the_middle_of_a_change_keeps_no_other_one(server: Server) -> None:
    async with crowd(server.url(), 2) as (one, other):
        for end in ((signal.SIGSTOP, signal.SIGCONT), (signal.SIGKILL,)):  # it hangs for a while; it dies
            await one.ask("hold", GUILD)
            one.process.send_signal(end[0])
            began = time.monotonic()
            assert (await other.ask("set", 5))["at"] < began + TOLD_S
            for then in end[1:]:
                one.process.send_signal(then)
