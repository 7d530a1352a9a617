"""Two simulated servers, shared by all that is tried in a file."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest_asyncio

from .guilds import Guilds, open_guilds


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guilds() -> AsyncIterator[Guilds]:
    async with AsyncExitStack() as stack:
        yield await open_guilds(stack)
