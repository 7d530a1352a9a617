"""Every test of the store runs on SQLite and on a real PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from moodring.bot.store import Store
from tests.postgres import Server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A new database; those that several may open are ``file`` and ``postgresql``."""
    if request.param == "sqlite":
        return "sqlite+aiosqlite://"
    if request.param == "file":
        folder: Path = request.getfixturevalue("tmp_path")
        return f"sqlite+aiosqlite:///{folder / 'shared.sqlite3'}"
    server: Server = request.getfixturevalue("server")
    return server.url()


@pytest_asyncio.fixture
async def store(url: str) -> AsyncIterator[Store]:
    store = await Store.open(url)
    yield store
    await store.aclose()


@pytest_asyncio.fixture
async def other(url: str, store: Store) -> AsyncIterator[Store]:
    """The same database in another process, as far as the database knows."""
    other = await Store.open(url)
    yield other
    await other.aclose()
