"""How often the bot connects to a gateway that lets it down."""

import asyncio
import contextlib
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from moodring.bot import brake as brake_module
from moodring.bot.brake import (
    FREE,
    KEPT,
    LONGEST_S,
    WINDOW_S,
    Brake,
    NoSessionsLeftError,
    check_sessions,
)


class Time:
    """A clock that moves when somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def opened() -> list[str]:
    return []


@pytest.fixture
def brake(time: Time, opened: list[str]) -> Brake:
    async def connect(url: str, *, compress: int) -> str:
        opened.append(url)
        return url

    return Brake(connect, lambda: 1, time.sleep, time)


@pytest.mark.asyncio
async def test_a_start_and_a_few_reconnects_wait_for_nothing(brake: Brake, time: Time) -> None:
    for _ in range(FREE + 2):
        assert await brake("wss://gateway") == "wss://gateway"
    assert time.waits == []


@pytest.mark.asyncio
async def test_further_ones_wait_the_longer_the_more_there_were(brake: Brake, time: Time) -> None:
    for _ in range(FREE + 2 + 12):
        await brake("wss://gateway")
    for step, wait in enumerate(time.waits):
        longest = min(2**step, LONGEST_S)
        assert longest / 2 <= wait <= longest


@pytest.mark.asyncio
async def test_an_hour_of_a_broken_gateway_sees_few_connections(
    brake: Brake, time: Time, opened: list[str]
) -> None:
    while time.now < 3600:
        await brake("wss://gateway")
        time.now += 0.05
    assert len(opened) < 200


@pytest.mark.asyncio
async def test_after_a_while_nobody_waits_any_more(brake: Brake, time: Time) -> None:
    for _ in range(FREE + 2 + 3):
        await brake("wss://gateway")
    time.now += WINDOW_S + 1
    time.waits.clear()
    await brake("wss://gateway")
    assert time.waits == []


class Http:
    """Says how many sessions are left, or fails."""

    def __init__(self, remaining: int | None) -> None:
        self._remaining = remaining

    async def get_bot_gateway(self) -> tuple[int, str, dict[str, int]]:
        if self._remaining is None:
            raise aiohttp.ServerDisconnectedError
        limit = {"total": 1000, "remaining": self._remaining, "reset_after": 5_400_000, "max_concurrency": 16}
        return 1, "wss://gateway", limit


@pytest.mark.asyncio
async def test_a_session_begins_where_discord_does_not_say_and_the_question_is_never_cancelled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(brake_module, "ASKING_S", 0.01)
    asked: list[asyncio.Task[Any] | None] = []
    said = asyncio.Event()

    async def hangs() -> None:
        asked.append(asyncio.current_task())
        await said.wait()
        raise aiohttp.ServerDisconnectedError

    client: Any = SimpleNamespace(http=SimpleNamespace(get_bot_gateway=hangs))
    await check_sessions(client)
    monkeypatch.setattr(brake_module, "ASKING_S", 10)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(check_sessions(client), 0.01)  # as discord.py does
    assert [task.done() for task in asked if task] == [False, False]
    said.set()


@pytest.mark.asyncio
@pytest.mark.parametrize(("remaining", "at_once"), [(1000, 16), (None, 1)])
async def test_how_many_sessions_may_begin_at_once_is_what_discord_says(
    remaining: int | None, at_once: int
) -> None:
    client: Any = SimpleNamespace(http=Http(remaining))
    assert await check_sessions(client) == at_once


@pytest.mark.asyncio
@pytest.mark.parametrize(("remaining", "begins"), [(KEPT + 1, True), (KEPT, False), (0, False), (None, True)])
async def test_the_last_sessions_of_a_day_are_kept(remaining: int | None, begins: bool) -> None:
    client: Any = SimpleNamespace(http=Http(remaining))
    expected = contextlib.nullcontext() if begins else pytest.raises(NoSessionsLeftError, match=r"1\.5 h")
    with expected:
        await check_sessions(client)
