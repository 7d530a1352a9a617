"""Listening to channels: ``/watch`` and what it sets going."""

import logging
from collections import Counter
from collections.abc import Callable
from typing import Any, Final, cast

import discord
from discord import app_commands
from discord.ext import commands

from moodring.model import Prediction

from .. import texts
from ..answers import Answers, AnyBot
from ..delivery import is_new
from ..guild_settings import LONGEST_COOLDOWN_S, GuildSettings
from ..intake.message import draft_of_message, is_from_person
from ..intents import hears
from ..moderation.moderation import Moderation
from ..mood.counting import Counting, label_of
from ..permissions import MANAGER, ChosenChannel, StaffGroup, Watchable
from ..rules import deserves_answer, has_cooled_down
from ..services import REFUSALS, Reading, Services
from ..setup.changes import change_settings
from ..setup.describe import watch_status, watch_tuned
from ..speaking import choices, described, language_in
from ..store import Watch, going_on
from ..store.repositories import What
from ..watched import MISSING, Watched, missing_in
from ._feature import Feature, announce, answer_everyone

log: Final = logging.getLogger(__name__)

MODES: Final = ("reply", "react", "flag", "count")
"""What ``/watch start`` offers; the panel can have several at once."""

MOST_UNDER_WAY: Final = 5
"""Answers in a channel that Discord has not taken yet; as many as it takes there at once. In an outage more
would gather, and come together when it ends, to what nobody speaks of any more."""


class Watching(Feature, name="MoodringWatching"):
    """Reads the channels that a server's managers chose."""

    watch = StaffGroup(name="watch", description=described("command-watch"), needs=MANAGER)

    def __init__(
        self,
        bot: AnyBot,
        services: Services,
        answers: Answers,
        watched: Watched,
        moderation: Moderation,
        *,
        counting: Counting,
    ) -> None:
        self._bot = bot
        self._services = services
        self._answers = answers
        self._watched = watched
        self._moderation = moderation
        self._counting = counting
        self._under_way: Counter[int] = Counter()

    async def cog_load(self) -> None:
        """Go on listening where the last run did."""
        await self._watched.load(hears=hears(self._bot.intents))

    async def cog_unload(self) -> None:
        """Follow no changes any more."""
        self._watched.close()

    @watch.command(name="start", description=described("command-watch-start"))
    @app_commands.describe(
        channel=described("command-watch-start.channel"), mode=described("command-watch-start.mode")
    )
    @app_commands.choices(mode=choices(*(f"mode-{mode}" for mode in MODES)))
    async def start(
        self, interaction: discord.Interaction[Any], channel: ChosenChannel | None = None, mode: str = "reply"
    ) -> None:
        """Listen to a channel; everyone there sees that it is read from now on."""
        place = channel or interaction.channel
        if not hears(self._bot.intents):
            await interaction.response.send_message(texts.say("needs-message-content"), ephemeral=True)
        elif not isinstance(place, Watchable):
            await interaction.response.send_message(texts.say("not-watchable"), ephemeral=True)
        elif missing := missing_in(place, _does(mode)):
            await interaction.response.send_message(texts.i_lack(place.mention, missing), ephemeral=True)
        else:
            await self._watched.start(Watch(place.id, place.guild.id, _does(mode)))
            settings = await self._services.store.guilds.get(place.guild.id)
            does = sorted(_does(mode))
            await _tell(
                interaction,
                place,
                settings,
                lambda: texts.watch_started(
                    place.mention, does, settings.min_confidence, settings.cooldown_s
                ),
            )
            if mode == "flag" and settings.log_channel_id is None:
                await interaction.followup.send(texts.say("no-log-channel"), ephemeral=True)

    @watch.command(name="stop", description=described("command-watch-stop"))
    @app_commands.describe(channel=described("command-watch-stop.channel"))
    async def stop(self, interaction: discord.Interaction[Any], channel: ChosenChannel | None = None) -> None:
        """Listen to a channel no more."""
        place = channel or interaction.channel
        if not isinstance(place, Watchable):
            await interaction.response.send_message(texts.say("not-watchable"), ephemeral=True)
        elif await self._watched.stop(place.id):
            settings = await self._services.store.guilds.get(place.guild.id)
            await _tell(
                interaction, place, settings, lambda: texts.say("watch-stopped", channel=place.mention)
            )
        else:
            await interaction.response.send_message(
                texts.say("not-watched", channel=place.mention), ephemeral=True
            )

    @watch.command(name="status", description=described("command-watch-status"))
    async def status(self, interaction: discord.Interaction[Any]) -> None:
        """Show the watched channels, how they are answered and what stands in the way."""
        guild = interaction.guild
        assert guild is not None, "the group is for guilds only"  # noqa: S101
        settings = await self._services.store.guilds.get(guild.id)
        told = hears(self._bot.intents)
        lines = []
        for watch in await self._watched.of_guild(guild.id):
            place = guild.get_channel_or_thread(watch.channel_id)
            missing = missing_in(place, watch.does) if told else []  # else nothing is read there anyway
            lines.append((f"<#{watch.channel_id}>", sorted(watch.does), missing))
        text = watch_status(lines, settings)
        if not told:
            text = f"{text}\n{texts.say('needs-message-content')}"
        await interaction.response.send_message(text, ephemeral=True)

    @watch.command(name="tune", description=described("command-watch-tune"))
    @app_commands.describe(
        confidence=described("command-watch-tune.confidence"),
        cooldown=described("command-watch-tune.cooldown"),
    )
    async def tune(
        self,
        interaction: discord.Interaction[Any],
        confidence: app_commands.Range[int, 1, 100] | None = None,
        cooldown: app_commands.Range[int, 0, LONGEST_COOLDOWN_S] | None = None,
    ) -> None:
        """Set how sure and how rarely watched channels are answered; what is left out stays."""
        guild_id = interaction.guild_id
        assert guild_id is not None, "the group is for guilds only"  # noqa: S101
        changed = await change_settings(
            self._services.store,
            guild_id,
            lambda old: old.changed(
                min_confidence=old.min_confidence if confidence is None else confidence / 100,
                cooldown_s=old.cooldown_s if cooldown is None else cooldown,
            ),
        )
        await interaction.response.send_message(watch_tuned(changed.new), ephemeral=True)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        """Read a message of a watched channel; one that mentions the bot is answered as a request."""
        watch = self._watched.get(message.channel.id)
        me = self._bot.user
        if watch is None or me is None or me.id in message.raw_mentions or not is_from_person(message):
            return
        if not is_new(self._bot, message.id):
            return
        with self._services.answering():
            async with self._answers.lock(message.id):
                with going_on(message_id=message.id):
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
                with going_on(message_id=message.id):
                    await self._look_again(message, watch, me.id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Stop listening to a channel that is gone."""
        with going_on(channel_id=channel.id):
            await self._watched.stop(channel.id)
        self._moderation.forget_channel(channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Stop listening to a thread that is gone."""
        with going_on(channel_id=payload.thread_id):
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
        with going_on():
            await self._watched.load(hears=hears(self._bot.intents))

    async def _consider(self, message: discord.Message, watch: Watch, my_id: int) -> None:
        """Read a message, flag it if moderators should see it, and answer it if that says something."""
        if (read := await self._read(message, my_id)) is None:
            return
        reading, to_flag = read
        label = label_of(reading.prediction)
        self._counting.count(watch.guild_id, watch.channel_id, message.author.id, label, message.created_at)
        settings = await self._services.store.guilds.get(watch.guild_id)
        texts.speak(language_in(message.guild, settings))
        with going_on(message_id=message.id):  # it is answered all the same
            await self._moderation.consider(message, to_flag, settings, flag="flag" in watch.does)
        if watch.does & {"reply", "react"} and deserves_answer(reading.prediction, settings.min_confidence):
            await self._answer(message, watch, reading, settings)

    async def _look_again(self, message: discord.Message, watch: Watch, my_id: int) -> None:
        """Flag a message that was changed, unless it was flagged before."""
        if (read := await self._read(message, my_id)) is not None:
            settings = await self._services.store.guilds.get(watch.guild_id)
            texts.speak(language_in(message.guild, settings))
            await self._moderation.flag(message, read[1], settings)

    async def _read(self, message: discord.Message, my_id: int) -> tuple[Reading, Prediction] | None:
        """Return what a message says and what it is flagged by; None where it is not read."""
        try:
            return await self._services.read_watched(message.author.id, draft_of_message(message, my_id))
        except REFUSALS as error:
            log.debug("not read", extra={"message_id": message.id, "why": type(error).__name__})
            return None

    async def _answer(
        self, message: discord.Message, watch: Watch, reading: Reading, settings: GuildSettings
    ) -> None:
        """Answer a message if its channel may be answered now, and answers come through."""
        answered_at = self._watched.answered_at(watch.channel_id)
        if not has_cooled_down(answered_at, message.created_at, settings.cooldown_s):
            return
        if self._under_way[watch.channel_id] >= MOST_UNDER_WAY:
            log.debug("answers are stuck", extra={"message_id": message.id, "channel_id": watch.channel_id})
            return
        self._watched.answer(watch.channel_id, message.created_at)
        self._under_way[watch.channel_id] += 1
        try:
            await self._send(message, watch, reading)
        finally:
            self._under_way -= Counter([watch.channel_id])  # without those of whom there is none any more

    async def _send(self, message: discord.Message, watch: Watch, reading: Reading) -> None:
        """Answer a message in all the ways in which its channel is answered."""
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


async def _tell(
    interaction: discord.Interaction[Any],
    place: Watchable,
    settings: GuildSettings,
    say: Callable[[], str],
) -> None:
    """Tell everyone in a channel what becomes of it, and whoever decided so where that is another channel.

    Args:
        interaction: The command.
        place: The channel.
        settings: The guild's.
        say: Says it, in the language that is spoken.
    """
    with texts.speaking(language_in(place.guild, settings)):
        notice = say()
    if interaction.channel_id == place.id:
        await answer_everyone(interaction, notice)
        return
    try:
        await interaction.response.send_message(say(), ephemeral=True)
    finally:  # it is so, also where who decided it cannot be told
        await announce(interaction, place, notice)


def _does(mode: str) -> frozenset[What]:
    return frozenset() if mode == "count" else frozenset({cast(What, mode)})
