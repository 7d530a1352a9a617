"""Nothing is kept for longer than it is needed."""

import asyncio
import logging
from datetime import datetime
from functools import partial
from typing import Final

import discord
from discord.ext import commands, tasks
from sqlalchemy.exc import SQLAlchemyError

from ..answers import AnyBot
from ..delivery import FAILED, why
from ..shards import owns
from ..store import Store, going_on

log: Final = logging.getLogger(__name__)

PRUNE_HOURS: Final = 1
"""How often that is looked after."""


class Retention(commands.Cog, name="MoodringRetention"):
    """Deletes what has been kept for long enough, of the guilds that Discord tells this process of.

    Args:
        bot: The host.
        store: What is kept.
    """

    def __init__(self, bot: AnyBot, store: Store) -> None:
        self._bot = bot
        self._store = store
        self._pruning = asyncio.Lock()
        self._left: dict[int, datetime] = {}  # guilds of which that is not written yet
        self.prune.add_exception_type(SQLAlchemyError)  # a locked database is tried again

    async def cog_load(self) -> None:
        """Start deleting."""
        self.prune.start()
        if self._bot.is_ready():  # loaded by a host that runs already
            await self._take_stock()

    async def cog_unload(self) -> None:
        """Stop the clock, but between two rounds: cut off while it closes, aiosqlite would wait for ever."""
        async with self._pruning:
            self.prune.cancel()

    @tasks.loop(hours=PRUNE_HOURS)
    async def prune(self) -> None:
        """Delete what has been kept for long enough."""
        async with self._pruning:
            for guild_id in await self._store.departures.guild_ids():
                if self._bot.get_guild(guild_id) is not None:  # it is back, which could not be written then
                    await self._store.departures.returned(guild_id)
            await self._write_departures()
            for guild_id in await self._store.prune(discord.utils.utcnow(), partial(owns, self._bot)):
                log.info("forgot guild", extra={"guild_id": guild_id})

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Let the time begin after which nothing of a guild is kept."""
        self._left[guild.id] = discord.utils.utcnow()
        with going_on(guild_id=guild.id):  # with the next round
            await self._write_departures()

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Let everything be as it was where the bot comes back in time."""
        self._left.pop(guild.id, None)
        with going_on(guild_id=guild.id):  # with the next round
            await self._store.departures.returned(guild.id)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Find out what happened while the bot was off."""
        with going_on():  # with the next session
            await self._take_stock()

    async def _take_stock(self) -> None:
        departed = await self._store.departures.guild_ids()
        kept = await self._store.guild_ids()
        for guild_id in sorted(guild_id for guild_id in kept if owns(self._bot, guild_id)):
            if self._bot.get_guild(guild_id) is not None:
                if guild_id in departed:
                    await self._store.departures.returned(guild_id)
            elif guild_id not in departed and await self._has_left(guild_id):
                self._left[guild_id] = discord.utils.utcnow()
        await self._write_departures()

    async def _has_left(self, guild_id: int) -> bool:
        """Ask Discord: a guild that this process does not see may be there all the same."""
        try:
            await self._bot.fetch_guild(guild_id, with_counts=False)
        except (discord.NotFound, discord.Forbidden):
            return True
        except FAILED as error:
            log.warning("cannot tell whether still there", extra={"guild_id": guild_id, **why(error)})
        return False

    async def _write_departures(self) -> None:
        """Keep which guilds the bot has left; what cannot be written is tried again with the next round."""
        for guild_id, at in list(self._left.items()):
            await self._store.departures.left(guild_id, at)
            self._left.pop(guild_id, None)
            log.info("left guild", extra={"guild_id": guild_id})
