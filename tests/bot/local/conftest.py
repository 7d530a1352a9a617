"""A simulated server whose bot takes a message's first word for its emotion."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from first_word import FirstWord

from moodring.bot.local.world import World, open_world


@pytest_asyncio.fixture
async def world(predictor: Any) -> AsyncIterator[World]:
    async with open_world(FirstWord(predictor)) as opened:
        yield opened
