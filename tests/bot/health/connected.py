"""A bot whose connection a test makes up, and time that a test lets pass."""

import asyncio
import math

import discord
from discord.ext import commands


class Clock:
    """Stands still unless told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Connected(commands.AutoShardedBot):
    """Has shards, knows its servers, and never connects.

    Attributes:
        measured: The latencies of the shards in seconds.
    """

    def __init__(self, shards: int = 1) -> None:
        intents = discord.Intents(guilds=True)
        super().__init__(commands.when_mentioned, intents=intents, help_command=None, shard_count=shards)
        self.measured = dict.fromkeys(range(shards), math.inf)
        self.knows = True

    @property
    def latencies(self) -> list[tuple[int, float]]:
        return list(self.measured.items())

    def is_ready(self) -> bool:
        return self.knows


async def hears(bot: commands.Bot | commands.AutoShardedBot, event: str, *told: object) -> None:
    """Dispatch an event to a bot, and wait until it was heard."""
    bot.loop = asyncio.get_running_loop()
    before = asyncio.all_tasks()
    bot.dispatch(event, *told)
    await asyncio.gather(*(asyncio.all_tasks() - before))
