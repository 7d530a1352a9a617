"""``/backtest``: trying thresholds on a channel's past, and judging examples of it."""

import asyncio
import logging
from functools import partial
from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from .. import texts
from ..answers import AnyBot
from ..backtest import DEFAULT_THRESHOLDS
from ..backtesting.buttons import COG, Press
from ..backtesting.layouts import judging_box, progress_box, result_box, stopped_box, used_box
from ..backtesting.pictures import picture_of
from ..backtesting.run import Run
from ..backtesting.runs import Runs
from ..delivery import FAILED, change_message, promise, why
from ..guild_settings import GuildSettingsError
from ..lasting import Click
from ..moderation.deeds import RefusedError
from ..moderation.log_channel import log_channel
from ..permissions import (
    MANAGER,
    NO_PINGS,
    ChosenChannel,
    Watchable,
    allows,
    is_let_in,
    lacks_to_read,
    missing_to_see,
)
from ..services import Services
from ..setup.changes import change_settings
from ..speaking import described, language_in
from ..thresholds import ThresholdsError, parse_thresholds
from ._feature import Feature

log: Final = logging.getLogger(__name__)

MAX_DAYS: Final = 90
DEFAULT_DAYS: Final = 7


class Backtesting(Feature, name=COG):
    """Lets a server's managers try thresholds before they switch anything on."""

    def __init__(self, bot: AnyBot, services: Services) -> None:
        self._bot = bot
        self._services = services
        self._runs = Runs()

    async def cog_unload(self) -> None:
        """Stop what goes on."""
        for run in await self._runs.stop():
            await self._show(run)

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Keep nothing of a guild that the bot has left."""
        self._runs.forget_guild(guild.id)

    @app_commands.command(name="backtest", description=described("command-backtest"))
    @app_commands.describe(
        channel=described("command-backtest.channel"),
        days=described("command-backtest.days"),
        thresholds=described("command-backtest.thresholds"),
    )
    @app_commands.default_permissions(MANAGER)
    @app_commands.allowed_contexts(guilds=True)
    @app_commands.allowed_installs(guilds=True)
    async def backtest(
        self,
        interaction: Click,
        channel: ChosenChannel | None = None,
        days: app_commands.Range[int, 1, MAX_DAYS] = DEFAULT_DAYS,
        thresholds: str | None = None,
    ) -> None:
        """Try thresholds on the past of a channel."""
        if not await allows(interaction, MANAGER):
            return
        await promise(interaction)
        try:
            place = await self._readable(interaction, channel or interaction.channel)
            tried = DEFAULT_THRESHOLDS if thresholds is None else parse_thresholds(thresholds)
            run = Run(interaction.id, place, days=days, now=discord.utils.utcnow(), thresholds=tried)
            with self._services.answering():
                answer = await self._begin(run)
        except ThresholdsError as error:
            answer = texts.say("not-taken", why=texts.literal(str(error)))
        except RefusedError as error:
            answer = str(error)
        await interaction.edit_original_response(content=answer, allowed_mentions=NO_PINGS)

    async def _readable(self, interaction: Click, place: object) -> Watchable:
        """Return a channel whose past may be read for somebody.

        Raises:
            RefusedError: It may not, or cannot.
        """
        person = interaction.user
        if not self._bot.intents.message_content:
            raise RefusedError(texts.say("needs-message-content"))
        if not isinstance(place, Watchable):
            raise RefusedError(texts.say("not-watchable"))
        assert isinstance(person, discord.Member), "the command is for guilds only"  # noqa: S101
        if missing := lacks_to_read(person, place):
            raise RefusedError(texts.you_lack(place.mention, missing))
        if not await is_let_in(person, place):
            raise RefusedError(texts.say("mood-not-in-thread", channel=place.mention))
        if missing := missing_to_see(place):
            raise RefusedError(texts.i_lack(place.mention, missing))
        return place

    async def _begin(self, run: Run) -> str:
        """Show a run in the log channel and let it go on.

        Returns:
            What to tell the person who wanted it.

        Raises:
            RefusedError: It cannot begin.
        """
        guild, me = run.channel.guild, self._bot.user
        assert me is not None, "set by the login"  # noqa: S101
        settings = await self._services.store.guilds.get(guild.id)
        channel = log_channel(guild, settings)
        if channel is None:
            raise RefusedError(texts.say("backtest-no-log"))
        self._runs.add(run)
        try:
            with texts.speaking(language_in(guild, settings)):
                run.message = await channel.send(view=progress_box(run), allowed_mentions=NO_PINGS)
            self._runs.start(run, self._go(run, me.id))
        except BaseException:
            self._runs.forget(run.id)
            if run.message is not None:  # everything was stopped while it was sent
                await run.message.delete()
            raise
        log.info("backtest begun", extra={"guild_id": guild.id, "channel_id": run.channel.id})
        return texts.say("backtest-started", link=run.message.jump_url)

    async def _go(self, run: Run, my_id: int) -> None:
        await run.go(self._services, my_id, partial(self._show, run))
        log.info("backtest ended", extra={"channel_id": run.channel.id, "ending": run.ending})
        await self._show(run)

    async def _show(self, run: Run) -> None:
        """Show how far a run is, or its result; one that nobody can see any more ends."""
        assert run.message is not None, "sent before the run began"  # noqa: S101
        guild = run.channel.guild
        settings = await self._services.store.guilds.get(guild.id)
        try:
            with texts.speaking(language_in(guild, settings)):
                await self._edit(run, run.message)
        except FAILED as error:
            log.warning("Discord refused a backtest", extra={"message_id": run.message.id, **why(error)})
            if isinstance(error, discord.NotFound):
                run.cancel()

    async def _edit(self, run: Run, message: discord.Message) -> None:
        if run.ending is None:
            await message.edit(view=progress_box(run), allowed_mentions=NO_PINGS)
            return
        picture = await asyncio.to_thread(picture_of, run)
        files = [picture] if isinstance(picture, discord.File) else []
        await message.edit(view=result_box(run, picture), attachments=files, allowed_mentions=NO_PINGS)

    # --- the buttons --------------------------------------------------------------------------------

    async def pressed(self, interaction: Click, press: Press, run_id: int, about: int) -> None:
        """Do what a button of a run says."""
        if await allows(interaction, MANAGER):
            await self._pressed(interaction, press, run_id, about)

    async def _pressed(self, interaction: Click, press: Press, run_id: int, about: int) -> None:
        run = self._runs.find(run_id, interaction.guild_id)
        if run is None:
            await interaction.response.send_message(texts.say("backtest-gone"), ephemeral=True)
            return
        if run.ending is None and press is not Press.CANCEL:  # there is nothing to judge yet
            await interaction.response.send_message(texts.say("backtest-running"), ephemeral=True)
            return
        match press:
            case Press.CANCEL:
                run.cancel()
                await promise(interaction, thinking=False)
            case Press.JUDGE | Press.RIGHT | Press.NOT | Press.SKIP:
                await self._judge(interaction, run, press, about)
            case Press.STOP:
                run.judging.leave(interaction.user.id)
                await change_message(interaction, view=stopped_box(run))
            case Press.USE:
                await self._use(interaction, run, about / 1000)

    async def _judge(self, interaction: Click, run: Run, press: Press, about: int) -> None:
        """Take what somebody says of an example, and show the next one; they must see the channel still."""
        try:
            await self._readable(interaction, run.channel)
        except RefusedError as error:
            await interaction.response.send_message(str(error), ephemeral=True)
            return
        judge_id = interaction.user.id
        if press is Press.SKIP:
            run.judging.skip(judge_id, about)
        elif press is not Press.JUDGE:
            run.judging.judge(about, right=press is Press.RIGHT)
        view = judging_box(run, run.judging.next(judge_id))
        if press is Press.JUDGE:
            await interaction.response.send_message(view=view, ephemeral=True)
        else:
            await change_message(interaction, view=view)

    async def _use(self, interaction: Click, run: Run, threshold: float) -> None:
        """Flag from the suggested threshold on, as if somebody had written it in the panel."""
        store, guild_id = self._services.store, run.channel.guild.id
        try:
            changed = await change_settings(
                store, guild_id, lambda settings: settings.changed(flag_toxicity=threshold)
            )
        except GuildSettingsError as error:
            await interaction.response.send_message(texts.say("not-taken", why=str(error)), ephemeral=True)
            return
        log.info("settings changed", extra={"guild_id": guild_id, "names": "flag_toxicity"})
        await change_message(interaction, view=used_box(threshold, trial_anew=changed.trial_anew))
