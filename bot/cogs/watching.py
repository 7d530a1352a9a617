"""Listening to channels: ``/watch`` and what it sets going."""

import logging
from typing import Any, Final, Literal, TypeAlias

import discord
from discord import app_commands
from discord.ext import commands

from moodring.model import Prediction

from .. import texts
from ..answers import Answers, AnyBot
from ..guild_settings import LONGEST_COOLDOWN_S, GuildSettings
from ..intake.message import draft_of_message, is_from_person
from ..moderation.moderation import Moderation
from ..permissions import MANAGER, StaffGroup, Watchable
from ..rules import deserves_answer, has_cooled_down
from ..services import REFUSALS, Reading, Services
from ..store import Watch
from ..store.repositories import What
from ..watched import MISSING, Watched, missing_in
from ._errors import report

log: Final = logging.getLogger(__name__)

Mode: TypeAlias = Literal["reply", "react", "flag", "count"]
"""What ``/watch start`` offers; the panel can have several at once."""


class Watching(commands.Cog):
    """Reads the channels that a server's managers chose."""

    watch = StaffGroup(name="watch", description=texts.WATCH, needs=MANAGER)

    def __init__(
        self, bot: AnyBot, services: Services, answers: Answers, watched: Watched, moderation: Moderation
    ) -> None:
        self._bot = bot
        self._services = services
        self._answers = answers
        self._watched = watched
        self._moderation = moderation

    async def cog_load(self) -> None:
        """Go on listening where the last run did."""
        await self._watched.load(message_content=self._bot.intents.message_content)

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
        elif missing := missing_in(place, _does(mode)):
            await interaction.response.send_message(
                texts.missing_permissions(place.mention, missing), ephemeral=True
            )
        else:
            await self._watched.start(Watch(place.id, place.guild.id, _does(mode)))
            settings = await self._services.store.guilds.get(place.guild.id)
            notice = texts.watch_started(
                place.mention, sorted(_does(mode)), settings.min_confidence, settings.cooldown_s
            )
            await interaction.response.send_message(notice)
            if mode == "flag" and settings.log_channel_id is None:
                await interaction.followup.send(texts.NO_LOG_CHANNEL, ephemeral=True)

    @watch.command(name="stop", description=texts.WATCH_STOP)
    @app_commands.describe(channel=texts.WATCH_CHANNEL)
    async def stop(self, interaction: discord.Interaction[Any], channel: Watchable | None = None) -> None:
        """Listen to a channel no more."""
        place = channel or interaction.channel
        if not isinstance(place, Watchable):
            await interaction.response.send_message(texts.NOT_WATCHABLE, ephemeral=True)
        elif await self._watched.stop(place.id):
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
        for watch in await self._watched.of_guild(guild.id):
            missing = missing_in(guild.get_channel_or_thread(watch.channel_id), watch.does)
            lines.append((f"<#{watch.channel_id}>", texts.what_follows(sorted(watch.does)), missing))
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
        new = old.changed(
            min_confidence=old.min_confidence if confidence is None else confidence / 100,
            cooldown_s=old.cooldown_s if cooldown is None else cooldown,
        )
        await self._services.store.guilds.put(guild_id, new)
        text = texts.watch_tuned(new.min_confidence, new.cooldown_s)
        await interaction.response.send_message(text, ephemeral=True)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Read a message of a watched channel; one that mentions the bot is answered as a request."""
        watch = self._watched.get(message.channel.id)
        me = self._bot.user
        if watch is None or me is None or me.id in message.raw_mentions or not is_from_person(message):
            return
        with self._services.answering():
            async with self._answers.lock(message.id):
                await self._consider(message, watch, me.id)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Read a message again that its author changed, where messages are flagged: abuse may come later."""
        message = payload.message
        watch = self._watched.get(message.channel.id)
        me = self._bot.user
        if watch is None or "flag" not in watch.does or me is None or not is_from_person(message):
            return
        if message.edited_at is None:
            return  # also pins and link previews arrive as edits
        with self._services.answering():
            async with self._answers.lock(message.id):
                await self._look_again(message, watch, me.id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Stop listening to a channel that is gone."""
        await self._watched.stop(channel.id)
        self._moderation.forget_channel(channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Stop listening to a thread that is gone."""
        await self._watched.stop(payload.thread_id)
        self._moderation.forget_channel(payload.thread_id)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Know nothing of a guild's channels any more; what is in the database has its time."""
        self._watched.forget_guild(guild.id)
        for channel in (*guild.channels, *guild.threads):
            self._moderation.forget_channel(channel.id)

    @commands.Cog.listener()
    async def on_guild_join(self, _guild: discord.Guild) -> None:
        """Go on listening where the bot comes back in time."""
        await self._watched.load(message_content=self._bot.intents.message_content)

    async def _consider(self, message: discord.Message, watch: Watch, my_id: int) -> None:
        """Read a message, flag it if moderators should see it, and answer it if that says something."""
        if (read := await self._read(message, my_id)) is None:
            return
        reading, to_flag = read
        settings = await self._services.store.guilds.get(watch.guild_id)
        await self._moderation.consider(message, to_flag, settings, flag="flag" in watch.does)
        if watch.does & {"reply", "react"} and deserves_answer(reading.prediction, settings.min_confidence):
            await self._answer(message, watch, reading, settings)

    async def _look_again(self, message: discord.Message, watch: Watch, my_id: int) -> None:
        """Flag a message that was changed, unless it was flagged before."""
        if (read := await self._read(message, my_id)) is not None:
            settings = await self._services.store.guilds.get(watch.guild_id)
            await self._moderation.flag(message, read[1], settings)

    async def _read(self, message: discord.Message, my_id: int) -> tuple[Reading, Prediction] | None:
        """Return what a message says and what it is flagged by; None where it is not read."""
        try:
            reading = await self._services.read(message.author.id, draft_of_message(message, my_id))
            return reading, await self._services.to_flag(reading)
        except REFUSALS as error:
            log.debug("not read", extra={"message_id": message.id, "why": type(error).__name__})
            return None

    async def _answer(
        self, message: discord.Message, watch: Watch, reading: Reading, settings: GuildSettings
    ) -> None:
        """Answer a message if its channel may be answered now."""
        answered_at = self._watched.answered_at(watch.channel_id)
        if not has_cooled_down(answered_at, message.created_at, settings.cooldown_s):
            return
        self._watched.answer(watch.channel_id, message.created_at)
        for what in ("react", "reply"):
            if what not in watch.does:
                continue
            if missing := MISSING[what](message.channel):
                ids = {"channel_id": watch.channel_id, "lacking": ",".join(missing)}
                log.warning("cannot answer", extra=ids)
            elif what == "react":
                await self._answers.react(message, reading)
            else:
                await self._answers.reply(message, reading, message)


def _does(mode: Mode) -> frozenset[What]:
    return frozenset() if mode == "count" else frozenset({mode})
