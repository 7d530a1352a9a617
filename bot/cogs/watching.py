"""Listening to channels: ``/watch`` and what it sets going."""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from .. import texts
from ..answers import Answers, AnyBot
from ..intake.message import draft_of_message, is_from_person
from ..permissions import ManagerGroup, Watchable, missing_to_react, missing_to_reply
from ..rules import deserves_answer, has_cooled_down
from ..services import REFUSALS, Services
from ..store import GuildSettings, Watch
from ..store.repositories import Mode
from ._errors import report

log: Final = logging.getLogger(__name__)

MISSING: Final = {"reply": missing_to_reply, "react": missing_to_react}
"""What the bot may lack in a channel, by the way it answers there."""

LONGEST_COOLDOWN_S: Final = 3600
"""An hour: whoever wants fewer answers stops the watch."""


class Watching(commands.Cog):
    """Reads the channels that a server's managers chose."""

    watch = ManagerGroup(name="watch", description=texts.WATCH)

    def __init__(self, bot: AnyBot, services: Services, answers: Answers) -> None:
        self._bot = bot
        self._services = services
        self._answers = answers
        # Asked for every message of every channel, so kept in memory: one small entry a watched channel.
        self._watches: dict[int, Watch] = {}
        self._answered_at: dict[int, datetime] = {}

    async def cog_load(self) -> None:
        """Go on listening where the last run did."""
        watches = await self._services.store.watches.all()
        if self._bot.intents.message_content:
            self._watches = {watch.channel_id: watch for watch in watches}
        elif watches:
            log.warning(
                "no Message Content intent: watched channels are not read", extra={"watches": len(watches)}
            )

    async def cog_app_command_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError
    ) -> None:
        """Apologise for an unexpected failure."""
        await report(interaction, error)

    @watch.command(name="start", description=texts.WATCH_START)
    @app_commands.describe(channel=texts.WATCH_CHANNEL, mode=texts.WATCH_MODE)
    async def start(
        self, interaction: discord.Interaction[Any], channel: Watchable | None = None, mode: Mode = "reply"
    ) -> None:
        """Listen to a channel; everyone there sees that it is read from now on."""
        place = channel or interaction.channel
        if not self._bot.intents.message_content:
            await interaction.response.send_message(texts.NEEDS_MESSAGE_CONTENT, ephemeral=True)
        elif not isinstance(place, Watchable):
            await interaction.response.send_message(texts.NOT_WATCHABLE, ephemeral=True)
        elif missing := MISSING[mode](place):
            await interaction.response.send_message(
                texts.missing_permissions(place.mention, missing), ephemeral=True
            )
        else:
            watch = Watch(place.id, place.guild.id, mode)
            await self._services.store.watches.start(watch)
            self._watches[place.id] = watch
            settings = await self._services.store.guilds.get(place.guild.id)
            notice = texts.watch_started(place.mention, mode, settings.min_confidence, settings.cooldown_s)
            await interaction.response.send_message(notice)

    @watch.command(name="stop", description=texts.WATCH_STOP)
    @app_commands.describe(channel=texts.WATCH_CHANNEL)
    async def stop(self, interaction: discord.Interaction[Any], channel: Watchable | None = None) -> None:
        """Listen to a channel no more."""
        place = channel or interaction.channel
        if not isinstance(place, Watchable):
            await interaction.response.send_message(texts.NOT_WATCHABLE, ephemeral=True)
        elif await self._stop(place.id):
            await interaction.response.send_message(texts.watch_stopped(place.mention))
        else:
            await interaction.response.send_message(texts.not_watched(place.mention), ephemeral=True)

    @watch.command(name="status", description=texts.WATCH_STATUS)
    async def status(self, interaction: discord.Interaction[Any]) -> None:
        """Show the watched channels, how they are answered and what stands in the way."""
        guild = interaction.guild
        assert guild is not None, "the group is for guilds only"  # noqa: S101
        settings = await self._services.store.guilds.get(guild.id)
        lines = []
        for watch in await self._services.store.watches.of_guild(guild.id):
            missing = MISSING[watch.mode](guild.get_channel_or_thread(watch.channel_id))
            lines.append((f"<#{watch.channel_id}>", watch.mode, missing))
        text = texts.watch_status(lines, settings.min_confidence, settings.cooldown_s)
        if not self._bot.intents.message_content:
            text = f"{text}\n{texts.NEEDS_MESSAGE_CONTENT}"
        await interaction.response.send_message(text, ephemeral=True)

    @watch.command(name="tune", description=texts.WATCH_TUNE)
    @app_commands.describe(confidence=texts.WATCH_CONFIDENCE, cooldown=texts.WATCH_COOLDOWN)
    async def tune(
        self,
        interaction: discord.Interaction[Any],
        confidence: app_commands.Range[int, 1, 100] | None = None,
        cooldown: app_commands.Range[int, 0, LONGEST_COOLDOWN_S] | None = None,
    ) -> None:
        """Set how sure and how rarely watched channels are answered; what is left out stays."""
        guild_id = interaction.guild_id
        assert guild_id is not None, "the group is for guilds only"  # noqa: S101
        old = await self._services.store.guilds.get(guild_id)
        new = replace(
            old,
            min_confidence=old.min_confidence if confidence is None else confidence / 100,
            cooldown_s=old.cooldown_s if cooldown is None else cooldown,
        )
        await self._services.store.guilds.put(guild_id, new)
        text = texts.watch_tuned(new.min_confidence, new.cooldown_s)
        await interaction.response.send_message(text, ephemeral=True)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Read a message of a watched channel; one that mentions the bot is answered as a request."""
        watch = self._watches.get(message.channel.id)
        me = self._bot.user
        if watch is None or me is None or me.id in message.raw_mentions or not is_from_person(message):
            return
        with self._services.answering():
            async with self._answers.lock(message.id):
                await self._consider(message, watch, me.id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Stop listening to a channel that is gone."""
        await self._stop(channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Stop listening to a thread that is gone."""
        await self._stop(payload.thread_id)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Keep nothing of a guild that the bot has left."""
        for watch in [watch for watch in self._watches.values() if watch.guild_id == guild.id]:
            self._drop(watch.channel_id)
        await self._services.store.forget_guild(guild.id)
        log.info("forgot guild", extra={"guild_id": guild.id})

    async def _consider(self, message: discord.Message, watch: Watch, my_id: int) -> None:
        """Read a message if its channel may be answered now, and answer it if that says something."""
        settings = await self._services.store.guilds.get(watch.guild_id)
        if not self._has_cooled_down(message, settings):
            return
        if missing := MISSING[watch.mode](message.channel):
            log.warning("cannot answer", extra={"channel_id": watch.channel_id, "lacking": ",".join(missing)})
            return
        try:
            reading = await self._services.read(message.author.id, draft_of_message(message, my_id))
        except REFUSALS as error:
            log.debug("not read", extra={"message_id": message.id, "why": type(error).__name__})
            return
        # Asked again: another message of the channel may have been answered meanwhile.
        worth_it = deserves_answer(reading.prediction, settings.min_confidence)
        if worth_it and self._has_cooled_down(message, settings):
            self._answered_at[watch.channel_id] = message.created_at
            if watch.mode == "react":
                await self._answers.react(message, reading)
            else:
                await self._answers.reply(message, reading, message)

    def _has_cooled_down(self, message: discord.Message, settings: GuildSettings) -> bool:
        answered_at = self._answered_at.get(message.channel.id)
        return has_cooled_down(answered_at, message.created_at, settings.cooldown_s)

    async def _stop(self, channel_id: int) -> bool:
        """Listen to a channel no more; return whether it was listened to."""
        self._drop(channel_id)
        return await self._services.store.watches.stop(channel_id)

    def _drop(self, channel_id: int) -> None:
        self._watches.pop(channel_id, None)
        self._answered_at.pop(channel_id, None)
