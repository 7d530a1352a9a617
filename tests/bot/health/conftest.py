"""A connection that a test makes up, and services over a database in memory."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from connected import Clock, Connected
from prometheus_client import CollectorRegistry
from unused import Unused

from moodring.bot.health.gateway import Gateway
from moodring.bot.services import Services
from moodring.bot.store import Store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def bot() -> Connected:
    bot = Connected()
    bot.knows = False
    return bot


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def gateway(bot: Connected, registry: CollectorRegistry, clock: Clock) -> Gateway:
    gateway = Gateway(bot, registry, clock)
    bot.knows = True
    return gateway


@pytest_asyncio.fixture
async def services() -> AsyncIterator[Services]:
    store = await Store.open("sqlite+aiosqlite://")
    yield Services(classifier=Unused(), downloader=Unused(), store=store)  # type: ignore[arg-type]
    await store.aclose()
