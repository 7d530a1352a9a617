"""``/mood``: how a channel felt, and the weekly digest of that. Nothing here knows of people."""

import asyncio
import contextlib
import io
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import discord
from discord import app_commands
from discord.ext import commands, tasks
from sqlalchemy.exc import SQLAlchemyError

from .. import texts
from ..answers import AnyBot
from ..delivery import promise
from ..intents import hears
from ..lasting import Click
from ..moderation.deeds import RefusedError
from ..mood.afterlife import Afterlife
from ..mood.buttons import COG, Form
from ..mood.counting import MIN_AUTHORS, MIN_MESSAGES, Counting, Span
from ..mood.digest import WeeklyDigest
from ..mood.layouts import chart_file, mood_box, numbers_box
from ..mood.listing import export_csv
from ..mood.summary import Period, Window, bins_of, total_of, widened, window_of
from ..permissions import ChosenChannel, Watchable, is_let_in, lacks_to_read, missing_to_see
from ..speaking import choices, described
from ..store import Store, going_on
from ._feature import Feature

log: Final = logging.getLogger(__name__)

ROUND_MINUTES: Final = 30
"""How often hours are closed that are over, and digests sent that are due."""

SAVED_S: Final = 2
"""Seconds of counts that a crash may cost."""

MAX_UNWRITTEN: Final = 10_000
"""Spans that wait for a database that cannot be written; of more, the oldest are dropped."""


class Mood(Feature, name=COG):
    """Shows people how channels felt that they may read anyway.

    Args:
        bot: The host.
        store: Where counts are kept, once they are large enough.
        counting: Counts what is read in watched channels.
        afterlife: Through which that survives a crash; None where it does not.
    """

    def __init__(
        self, bot: AnyBot, store: Store, counting: Counting, afterlife: Afterlife | None = None
    ) -> None:
        self._bot = bot
        self._afterlife = afterlife
        self._store = store
        self._counting = counting
        self._digest = WeeklyDigest(bot, store)
        self._unwritten: list[Span] = []
        self._closing = asyncio.Lock()  # of hours: nothing comes between counting and keeping
        self._sending = asyncio.Lock()  # of digests: an unload waits for the one on its way
        self.work.add_exception_type(SQLAlchemyError)  # a locked database is tried again

    async def cog_load(self) -> None:
        """Go on with what a killed run had counted, and start the clock."""
        if self._afterlife is not None:
            self._restore(await asyncio.to_thread(self._afterlife.load))
            self.save.start()
        self.work.start()

    async def cog_unload(self) -> None:
        """Stop the clock between two steps, and keep what was counted as far as it is enough."""
        self._digest.stop()
        async with self._closing, self._sending:
            self.work.cancel()
            self.save.cancel()
            self._unwritten += self._counting.finish()
            try:
                await self._write()
            except SQLAlchemyError:
                if self._afterlife is None:
                    log.exception("counts of feelings are lost", extra={"spans": len(self._unwritten)})
                await self._put_aside()  # the next start writes them
            else:
                self._leave_nothing_aside()

    def _restore(self, counted: Mapping[str, Any] | None) -> None:
        """Take over what was put aside."""
        if counted is None:
            return
        try:
            unwritten = [Span.restored(span) for span in counted["unwritten"]]
            self._counting.restore(counted)
        except (KeyError, TypeError, ValueError):
            log.warning("what was counted before a crash cannot be read")
        else:
            self._unwritten += unwritten
            log.info("went on with what was counted before a crash")

    @tasks.loop(seconds=SAVED_S)
    async def save(self) -> None:
        """Put aside what is counted, in memory alone."""
        async with self._closing:
            await self._put_aside()

    async def _put_aside(self) -> None:
        if self._afterlife is None:
            return
        counted = {**self._counting.state(), "unwritten": [span.state() for span in self._unwritten]}
        try:
            await asyncio.to_thread(self._afterlife.save, counted)
        except OSError as error:
            log.warning("what is counted would not survive a crash", extra={"why": error.strerror})
            self._leave_nothing_aside()  # some of what is there may be kept by now, and count twice

    def _leave_nothing_aside(self) -> None:
        if self._afterlife is not None:
            with contextlib.suppress(OSError):
                self._afterlife.clear()

    @tasks.loop(minutes=ROUND_MINUTES)
    async def work(self) -> None:
        """Close the hours that are over, and send the digests that are due."""
        now = discord.utils.utcnow()
        await self._close(now)
        async with self._sending:
            await self._digest.send_due(now)

    async def _close(self, now: datetime) -> None:
        """Keep what was counted in the hours that are over; what could not be written is tried again."""
        async with self._closing:
            self._unwritten += self._counting.close(now)
            if (lost := len(self._unwritten) - MAX_UNWRITTEN) > 0:
                log.error("counts of feelings are lost", extra={"spans": lost})
                del self._unwritten[:lost]
            await self._write()

    async def _write(self) -> None:
        if not self._unwritten:
            return
        await self._store.moods.add(self._unwritten)
        self._unwritten.clear()
        await self._put_aside()  # at once: what is kept must not be counted again after a crash

    # --- channels and servers that go -----------------------------------------------------------------

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """Keep nothing of a channel that is gone."""
        await self._forget_channel(channel.id)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Keep nothing of a thread that is gone."""
        await self._forget_channel(payload.thread_id)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Drop what was counted and not kept; what is in the database has its time."""
        async with self._closing:
            self._counting.forget_guild(guild.id)
            self._unwritten = [span for span in self._unwritten if span.guild_id != guild.id]

    async def _forget_channel(self, channel_id: int) -> None:
        async with self._closing:  # else what is being written would come after
            self._counting.forget_channel(channel_id)
            self._unwritten = [span for span in self._unwritten if span.channel_id != channel_id]
            with going_on(channel_id=channel_id):  # what is kept of it has its time
                await self._store.moods.forget_channel(channel_id)

    # --- the command and its buttons ------------------------------------------------------------------

    @app_commands.command(name="mood", description=described("command-mood"))
    @app_commands.describe(channel=described("command-mood.channel"), period=described("command-mood.period"))
    @app_commands.choices(period=choices(*(f"period-{period}" for period in Period)))
    @app_commands.allowed_contexts(guilds=True)
    @app_commands.allowed_installs(guilds=True)
    async def mood(
        self, interaction: Click, channel: ChosenChannel | None = None, period: str = Period.WEEK
    ) -> None:
        """Show how a channel felt."""
        await promise(interaction)
        now = discord.utils.utcnow()
        with going_on():  # what could not be written is tried again, and what is kept can be shown
            await self._close(now)
        window = window_of(Period(period), now)
        await self._show(interaction, channel or interaction.channel, window, None)

    async def pressed(
        self, interaction: Click, form: Form, channel_id: int, period: Period, until: datetime
    ) -> None:
        """Give the numbers behind a chart to somebody who may still read the channel."""
        await promise(interaction)
        guild = interaction.guild
        place = None if guild is None else guild.get_channel_or_thread(channel_id)
        await self._show(interaction, place, window_of(period, until), form)

    async def _show(self, interaction: Click, place: object, window: Window, form: Form | None) -> None:
        """Show a channel's mood as a chart, or in another form; or say why there is nothing to see."""
        try:
            channel = await _readable(interaction, place)
            answer = await self._answer(channel, window, form)
        except RefusedError as error:
            answer = {"content": str(error)}
        await interaction.followup.send(**answer, ephemeral=True)

    async def _answer(self, place: Watchable, window: Window, form: Form | None) -> dict[str, Any]:
        """Return what to send about a channel's mood, as `discord.Webhook.send` takes it.

        Raises:
            RefusedError: There is nothing to show.
        """
        before = window.before
        of_both = await self._store.moods.of_channel(place.id, before.start, window.end)
        window = widened(window, of_both)
        spans = [span for span in of_both if window.contains(span)]
        if not spans:
            raise RefusedError(await self._why_nothing(place))
        if form is Form.CSV:
            file = discord.File(io.BytesIO(export_csv(spans).encode()), "moodring-mood.csv")
            return {"content": texts.say("mood-csv-about"), "file": file}
        bins = bins_of(spans, window)
        if form is Form.NUMBERS:
            return {"view": numbers_box(place, bins, window)}
        counts_before = total_of(span for span in of_both if before.contains(span))
        title = texts.say(f"mood-chart-title-{window.period}")
        chart = await asyncio.to_thread(chart_file, title, bins, window, counts_before)
        return {"view": mood_box(place, bins, window, counts_before, chart), "file": chart}

    async def _why_nothing(self, place: Watchable) -> str:
        """Return why there is nothing to show of a channel, and what to do."""
        if not hears(self._bot.intents):
            return texts.say("needs-message-content")
        if not await self._store.watches.contains(place.id):
            return texts.say("mood-not-watched", channel=place.mention)
        return texts.say("mood-nothing-yet", channel=place.mention, people=MIN_AUTHORS, messages=MIN_MESSAGES)


async def _readable(interaction: Click, place: object) -> Watchable:
    """Return a channel that somebody may read, and the bot too.

    Raises:
        RefusedError: One of them may not, it is no such channel, or roles are unknown.
    """
    if not interaction.client.intents.guilds:
        raise RefusedError(texts.say("needs-guilds"))
    person = interaction.user
    if not isinstance(place, Watchable) or not isinstance(person, discord.Member):
        raise RefusedError(texts.say("mood-channel-gone") if place is None else texts.say("not-watchable"))
    if missing := lacks_to_read(person, place):
        raise RefusedError(texts.you_lack(place.mention, missing))
    if not await is_let_in(person, place):
        raise RefusedError(texts.say("mood-not-in-thread", channel=place.mention))
    if missing := missing_to_see(place):
        raise RefusedError(texts.i_lack(place.mention, missing))
    return place
