"""Sessions of a bucket begin one after the other, in one process and in several."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from moodring.bot import identifying
from moodring.bot.identifying import Identifying, TurnError, check_shared, open_identifying
from moodring.bot.settings import SettingsError
from moodring.bot.shards import Shards
from tests.postgres import Server

SPACING_S = 0.2
PART = Shards(0, 1, 4)
WHOLE = Shards(0, 3, 4)

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identifying, "SPACING_S", SPACING_S)


@pytest.fixture(params=["one process", "several"])
def processes(request: pytest.FixtureRequest) -> tuple[str, Shards]:
    if request.param == "one process":
        return "sqlite+aiosqlite://", WHOLE
    server: Server = request.getfixturevalue("server")
    return server.url(), PART


@pytest_asyncio.fixture
async def turns(processes: tuple[str, Shards]) -> AsyncIterator[list[Identifying]]:
    """Three of a process's own shards, or three processes with a shard each."""
    url, shards = processes
    async with AsyncExitStack() as stack:
        if shards.are_all:
            yield [await stack.enter_async_context(open_identifying(url, shards))] * 3
        else:
            yield [await stack.enter_async_context(open_identifying(url, shards)) for _ in range(3)]


async def begin(turns: list[Identifying], buckets: list[int]) -> list[float]:
    """Return when each session began."""
    clock = asyncio.get_running_loop().time

    async def one(turn: Identifying, bucket: int) -> float:
        await turn.turn(bucket)
        return clock()

    return await asyncio.gather(*map(one, turns, buckets))


async def test_sessions_of_a_bucket_begin_apart(turns: list[Identifying]) -> None:
    began = sorted(await begin(turns, [3, 3, 3]))
    assert min(later - earlier for earlier, later in pairwise(began)) >= SPACING_S * 0.95


async def test_sessions_of_different_buckets_do_not_wait_for_each_other(
    turns: list[Identifying], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identifying, "SPACING_S", 3600)
    async with asyncio.timeout(60):
        await begin(turns, [0, 1, 2])


async def test_a_turn_that_was_given_up_is_the_next_one_s(turns: list[Identifying]) -> None:
    async with asyncio.timeout(60):
        await turns[0].turn(0)
        given_up = asyncio.create_task(turns[1].turn(0))
        await asyncio.sleep(0)
        given_up.cancel()
        await turns[2].turn(0)
    assert given_up.cancelled()


async def test_whoever_ends_lets_the_others_go_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identifying, "SPACING_S", 3600)
    url = server.url()
    async with asyncio.timeout(60), open_identifying(url, PART) as second:
        async with open_identifying(url, PART) as first:
            await first.turn(0)
            waiting = asyncio.create_task(second.turn(0))
            await asyncio.wait([waiting], timeout=0.5)
            assert not waiting.done()
        await waiting


async def test_whoever_went_without_a_word_holds_nobody_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identifying, "SPACING_S", 3600)
    monkeypatch.setattr(identifying, "LEFT_BEHIND_S", 1)
    url = server.url()
    async with asyncio.timeout(60), open_identifying(url, PART) as gone, open_identifying(url, PART) as next_:
        await gone.turn(0)  # and from now on says nothing
        await next_.turn(0)


async def test_who_waits_too_long_is_told_so_and_may_try_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(identifying, "SPACING_S", 3600)
    monkeypatch.setattr(identifying, "PATIENCE_S", 0.2)
    url = server.url()
    async with open_identifying(url, PART) as last:
        async with open_identifying(url, PART) as first:
            await first.turn(0)
            with pytest.raises(TurnError, match=r"for 0\.2 s other processes came first"):
                await last.turn(0)
        await last.turn(0)


async def test_a_database_that_does_not_answer_is_a_connection_that_failed(tmp_path: Path) -> None:
    url = f"postgresql+asyncpg://postgres@/nowhere?host={tmp_path}"
    async with open_identifying(url, PART) as turns:
        with pytest.raises(ConnectionError, match="the database failed"):
            await turns.turn(0)


async def test_nothing_is_left_in_the_database(server: Server) -> None:
    url = server.url()
    async with open_identifying(url, PART) as turns:
        await turns.turn(0)
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        others = text("SELECT count(*) - 1 FROM pg_stat_activity WHERE datname = current_database()")
        async with asyncio.timeout(20):
            while await connection.scalar(others):
                await asyncio.sleep(0.02)
    await engine.dispose()


@pytest.mark.parametrize("shards", [None, WHOLE])
async def test_one_process_may_have_a_file(shards: Shards | None) -> None:
    check_shared("sqlite+aiosqlite:///there", shards)


async def test_several_processes_may_not() -> None:
    check_shared("postgresql+asyncpg://there", PART)
    with pytest.raises(SettingsError, match="several processes need PostgreSQL"):
        check_shared("sqlite+aiosqlite:///there", PART)
