"""A database in memory."""

from collections.abc import AsyncIterator

import pytest_asyncio

from moodring.bot.store import Store


@pytest_asyncio.fixture
async def store() -> AsyncIterator[Store]:
    store = await Store.open("sqlite+aiosqlite://")
    yield store
    await store.aclose()
