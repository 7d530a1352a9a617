"""Nothing is kept for longer than it is needed."""

import asyncio
from typing import Final

import discord
from discord.ext import commands, tasks
from sqlalchemy.exc import DBAPIError

from ..store import Store

PRUNE_HOURS: Final = 1
"""How often that is looked after."""


class Retention(commands.Cog):
    """Deletes what has been kept for long enough."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pruning = asyncio.Lock()
        self.prune.add_exception_type(DBAPIError)  # a locked database is tried again

    async def cog_load(self) -> None:
        """Start deleting."""
        self.prune.start()

    async def cog_unload(self) -> None:
        """Stop the clock, but between two rounds: cut off while it closes, aiosqlite would wait for ever."""
        async with self._pruning:
            self.prune.cancel()

    @tasks.loop(hours=PRUNE_HOURS)
    async def prune(self) -> None:
        """Delete which answer belongs to which message after a day, and old cases."""
        async with self._pruning:
            await self._store.prune(discord.utils.utcnow())
