"""The real bot as a process, connected to the stand-in; one for all tests of a module."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from people import Guild
from process import Bot, running
from stand_in import StandIn, open_stand_in

GLOBAL_LIMIT = 50
"""Requests a second that Discord lets a bot make (https://docs.discord.com/developers/topics/rate-limits)."""

MOST = 1_000
"""Requests that the tests of one file lead to; the busiest leads to some 200, and a storm to more at once."""

LONG = {"test_outages", "test_silent_gateway", "test_storms", "test_invalid_sessions"}
"""Files that mostly wait."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that other files run beside it (with ``--no-loadscope-reorder``)."""
    items.sort(key=lambda item: item.path.stem not in LONG)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def discord_here() -> AsyncIterator[StandIn]:
    async with open_stand_in() as stand_in:
        yield stand_in
        assert stand_in.gaps == []
        assert stand_in.busiest(1) <= GLOBAL_LIMIT
        assert len(stand_in.requests) <= MOST


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guild(discord_here: StandIn) -> Guild:
    return Guild(discord_here)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(
    discord_here: StandIn, guild: Guild, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Bot]:
    folder: Path = tmp_path_factory.mktemp("bot")
    async with running(discord_here, folder) as bot:
        shown = guild.slash("admin", "watch start", mode="reply", channel=guild.general)
        await discord_here.until(lambda: guild.shown(shown))
        shown = guild.slash("admin", "watch tune", cooldown=0)
        await discord_here.until(lambda: guild.shown(shown))
        yield bot
        assert bot.alive, "a fault ended the bot"
        assert await bot.stop() == 0
        assert bot.errors() == [], "a fault was not expected by the code"
