"""A guild of somebody else's bot."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import discord
import simcord
from discord.ext import commands

from moodring.bot.guild_settings import GuildSettings
from moodring.bot.store import Store

PICTURE: Final = ("smile.png", (Path(__file__).parents[2] / "data" / "smile.png").read_bytes())
INSULT: Final = "you are a pathetic stupid idiot and everyone hates you"


def components(message: simcord.ResponseMessage) -> Iterator[dict[str, Any]]:
    """All components of an answer, the nested ones included."""
    waiting = list(message.components)
    while waiting:
        found = waiting.pop()
        yield found
        waiting += found.get("components", ())


class Guild:
    """A guild with two channels, two members, somebody who may do everything, and the bot."""

    def __init__(self, env: simcord.Env, database_url: str) -> None:
        self.env = env
        self._database_url = database_url
        guild = self._guild = env.create_guild()
        self.channel = guild.create_text_channel("general")
        self.log = guild.create_text_channel("log")
        everything = guild.create_role("Staff", permissions=discord.Permissions.all())
        self.alice = guild.add_member(env.create_user("alice"))
        self.bob = guild.add_member(env.create_user("bob"))
        self.boss = guild.add_member(env.create_user("boss"), roles=[everything])

    @property
    def bot(self) -> commands.Bot:
        assert isinstance(self.env.bot, commands.Bot | commands.AutoShardedBot)
        return self.env.bot

    @property
    def mention(self) -> str:
        return f"<@{self.env.backend.bot_user.id}>"

    def said(self, channel: simcord.ChannelHandle | None = None) -> list[str | None]:
        """What the bot said in a channel, oldest first: the text, or the headline of the embed."""
        history = sorted((channel or self.channel).history(), key=lambda message: message.id)
        mine = [message for message in history if message.author.bot]
        return [message.embeds[0].title if message.embeds else message.content for message in mine]

    def last(self, channel: simcord.ChannelHandle | None = None) -> discord.Message:
        """The bot's last message in a channel."""
        history = [message for message in (channel or self.channel).history() if message.author.bot]
        return max(history, key=lambda message: message.id)

    async def flag(self) -> None:
        """Let what is written in the channel be flagged."""
        store = await Store.open(self._database_url)
        await store.guilds.put(self._guild.id, GuildSettings().changed(log_channel_id=self.log.id))
        await store.aclose()
        await self.boss.slash(self.channel, "watch start", mode="flag")
