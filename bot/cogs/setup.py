"""``/setup``: the panel, the list of settings, and settings as a file."""

import io
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final, cast

import discord
from discord import app_commands

from moodring.model import Unreadable

from .. import texts
from ..answers import AnyBot
from ..delivery import FAILED, change_message, promise, show_view
from ..guild_settings import GuildSettings, GuildSettingsError
from ..intents import hears
from ..lasting import Click
from ..modal import Opened
from ..moderation.automation import AUTOMATIC_NEEDS, Automation
from ..moderation.cases import Action
from ..permissions import MANAGER, Watchable, allows
from ..services import Services
from ..setup.changes import change_settings
from ..setup.describe import show_box
from ..setup.files import exported, imported
from ..setup.forms import Form, read
from ..setup.obstacles import grant_url, obstacles
from ..setup.panel import Panel, Shown, Trial
from ..speaking import described, language_in
from ..store import Watch
from ..store.repositories import What
from ..watched import Watched
from ._feature import Feature, announce

log: Final = logging.getLogger(__name__)


class Setup(Feature, name="MoodringSetup"):
    """Lets a server's managers set Moodring up."""

    def __init__(self, bot: AnyBot, services: Services, watched: Watched) -> None:
        self._bot = bot
        self._services = services
        self._guilds = services.store.guilds
        self._automations = services.store.automations
        self._cases = services.store.cases
        self._watched = watched
        self._opened = Opened()

    async def cog_unload(self) -> None:
        """Let no panel and no form work any more that somebody still has open."""
        self._opened.end()

    @app_commands.command(name="setup", description=described("command-setup"))
    @app_commands.describe(show=described("command-setup.show"), file=described("command-setup.file"))
    @app_commands.default_permissions(MANAGER)
    @app_commands.allowed_contexts(guilds=True)
    @app_commands.allowed_installs(guilds=True)
    async def setup(
        self, interaction: Click, *, show: bool = False, file: discord.Attachment | None = None
    ) -> None:
        """Open the panel, list the settings, or take them from a file."""
        if not await allows(interaction, MANAGER):
            return
        if file is not None:
            await self._import(interaction, file)
        elif show:
            await self.show_all(interaction)
        else:
            shown = await self._shown(_guild(interaction))
            await show_view(interaction, self._panel(interaction, shown))

    # --- what the panel's components set going --------------------------------------------------------

    async def turn(self, click: Click, shown: Shown) -> None:
        """Show another page, or another channel."""
        await self._show_again(click, shown)

    async def change(self, click: Click, shown: Shown, **values: Any) -> None:
        """Change settings and show them."""
        guild = _guild(click)
        try:
            changed = await change_settings(
                self._services.store, guild.id, lambda settings: settings.changed(**values)
            )
        except GuildSettingsError as error:
            await click.response.send_message(texts.say("not-taken", why=str(error)), ephemeral=True)
            return
        log.info("settings changed", extra={"guild_id": guild.id, "names": ",".join(sorted(values))})
        try:
            await self._show_again(click, shown)
        finally:  # what people have to know is said also where that cannot be shown
            await self._tell_of_faces(click, changed.old, changed.new)

    async def watch(self, click: Click, shown: Shown, does: Sequence[str] | None) -> None:
        """Listen to the shown channel so, or no more."""
        guild = _guild(click)
        place = guild.get_channel_or_thread(shown.channel_id or 0)
        if shown.channel_id is None or not isinstance(place, Watchable):
            await click.response.send_message(texts.say("not-watchable"), ephemeral=True)
        elif does is None:
            await self._watched.stop(place.id)
            try:
                await self._show_again(click, replace(shown, channel_id=None))
            finally:
                with texts.speaking(language_in(guild, await self._guilds.get(guild.id))):
                    text = texts.say("watch-stopped", channel=place.mention)
                await announce(click, place, text)
        elif not hears(self._bot.intents):
            await click.response.send_message(texts.say("needs-message-content"), ephemeral=True)
        else:
            watch = Watch(place.id, guild.id, frozenset(cast(Sequence[What], does)))
            news = await self._start([watch])
            try:
                await self._show_again(click, shown)
            finally:
                await self._tell_of_watches(click, news)

    async def ask(self, click: Click, shown: Shown, names: Sequence[str]) -> None:
        """Ask for the values of settings in a form."""
        settings = await self._guilds.get(_guild(click).id)
        form = Form(names, settings, partial(self._written, shown))
        self._opened.add(form)
        await click.response.send_modal(form)

    async def automate(self, click: Click, shown: Shown, action: Action | None) -> None:
        """Begin the trial of an automatic action, or end it and the action."""
        guild = _guild(click)
        async with self._services.store.changing(guild.id) as held:
            if action is None:
                await held.automations.stop(guild.id)
            else:
                await held.automations.put(Automation(guild.id, action, discord.utils.utcnow()))
        log.info("automatic action", extra={"guild_id": guild.id, "action": action or "none"})
        await self._show_again(click, shown)

    async def switch_on(self, click: Click, shown: Shown) -> None:
        """Switch the action on whose trial is over; it takes the permission for the action itself."""
        guild = _guild(click)
        automation = await self._automations.get(guild.id)
        if automation is None or not automation.may_be_switched_on(discord.utils.utcnow()):
            await self._show_again(click, shown)
            return
        needs = AUTOMATIC_NEEDS[automation.action]
        if not await allows(click, needs):
            return
        if not guild.me.guild_permissions >= needs:
            names = [name for name, needed in needs if needed]
            await click.response.send_message(
                texts.say("i-lack", permissions=texts.permissions(names)), ephemeral=True
            )
            return
        async with self._services.store.changing(guild.id) as held:
            unchanged = await held.automations.get(guild.id) == automation
            if unchanged:  # else its trial began anew meanwhile, or it was stopped
                await held.automations.put(replace(automation, active=True))
        if unchanged:
            log.info("automatic action on", extra={"guild_id": guild.id, "action": automation.action})
        await self._show_again(click, shown)

    async def show_all(self, click: Click) -> None:
        """Show all settings."""
        guild = _guild(click)
        view = show_box(await self._guilds.get(guild.id), await self._watched.of_guild(guild.id))
        await click.response.send_message(view=view, ephemeral=True)

    async def export(self, click: Click) -> None:
        """Hand the settings out as a file."""
        guild = _guild(click)
        data = exported(await self._guilds.get(guild.id), await self._watched.of_guild(guild.id))
        file = discord.File(io.BytesIO(data), "moodring-settings.json")
        await click.response.send_message(file=file, ephemeral=True)

    # --------------------------------------------------------------------------------------------------

    async def _written(self, shown: Shown, click: Click, written: Mapping[str, str]) -> None:
        if not await allows(click, MANAGER):
            return
        try:
            values = {name: read(name, text) for name, text in written.items()}
        except GuildSettingsError as error:
            await click.response.send_message(texts.say("not-taken", why=str(error)), ephemeral=True)
        else:
            await self.change(click, shown, **values)

    async def _import(self, interaction: Click, file: discord.Attachment) -> None:
        guild = _guild(interaction)
        await promise(interaction)
        data = await self._services.fetch_file(file.url, file.size)
        if isinstance(data, Unreadable):
            await interaction.edit_original_response(
                content=texts.say("not-taken", why=texts.skip_reason(data.reason))
            )
            return
        channels = [each for each in (*guild.channels, *guild.threads) if isinstance(each, Watchable)]
        try:
            found = imported(
                data, guild.id, {channel.id for channel in channels}, {role.id for role in guild.roles}
            )
        except GuildSettingsError as error:
            await interaction.edit_original_response(content=texts.say("not-taken", why=str(error)))
            return
        changed = await change_settings(self._services.store, guild.id, lambda _: found.settings)
        listens = hears(self._bot.intents)
        news = await self._start(found.watches if listens else ())
        log.info("settings imported", extra={"guild_id": guild.id})
        said = [texts.settings_taken(found.left_out)]
        said += [texts.say("needs-message-content")] if found.watches and not listens else []
        try:
            await interaction.edit_original_response(content="\n".join(said))
        finally:
            await self._tell_of_watches(interaction, news)
            await self._tell_of_faces(interaction, changed.old, changed.new)

    async def _start(self, watches: Sequence[Watch]) -> list[Watch]:
        """Listen to channels; return those of which that is news."""
        news = [watch for watch in watches if self._watched.get(watch.channel_id) != watch]
        for watch in news:
            await self._watched.start(watch)
        return news

    # What a server's people have to know is said in public.

    async def _tell_of_watches(self, click: Click, news: Sequence[Watch]) -> None:
        """Tell everyone in channels that they are listened to from now on, and how."""
        settings = await self._guilds.get(_guild(click).id)
        for watch in news:
            place = _guild(click).get_channel_or_thread(watch.channel_id)
            if isinstance(place, Watchable):
                with texts.speaking(language_in(place.guild, settings)):
                    text = texts.watch_started(
                        place.mention, sorted(watch.does), settings.min_confidence, settings.cooldown_s
                    )
                await announce(click, place, text)

    async def _tell_of_faces(self, click: Click, old: GuildSettings, new: GuildSettings) -> None:
        """Tell everyone that faces are read, if that is news."""
        if new.faces and not old.faces:
            with texts.speaking(language_in(click.guild, new)):
                text = texts.say("faces-are-read")
            try:
                await click.followup.send(text)
            except FAILED:
                if isinstance(click.channel, Watchable):
                    await announce(click, click.channel, text)
                raise

    # --------------------------------------------------------------------------------------------------

    async def _show_again(self, click: Click, shown: Shown) -> None:
        now = await self._shown(_guild(click))
        again = replace(now, topic=shown.topic, channel_id=shown.channel_id)
        await change_message(click, view=self._panel(click, again))

    def _panel(self, interaction: Click, shown: Shown) -> Panel:
        guild = _guild(interaction)
        panel = Panel(
            self, shown, {channel.id: channel.name for channel in (*guild.channels, *guild.threads)}
        )
        self._opened.add(panel)
        return panel

    async def _shown(self, guild: discord.Guild) -> Shown:
        """Return the panel's first page as things stand, with what stands in the way."""
        settings = await self._guilds.get(guild.id)
        watches = await self._watched.of_guild(guild.id)
        automation = await self._automations.get(guild.id)
        told = hears(self._bot.intents)
        found = obstacles(guild, settings, watches, automation, hears=told)
        assert self._bot.application_id is not None, "set by the login"  # noqa: S101
        url = grant_url(self._bot.application_id, guild, found.lacking) if found.lacking else None
        return Shown(
            settings,
            tuple(watches),
            notes=found.lines,
            grant_url=url,
            trial=None if automation is None else await self._trial(automation),
        )

    async def _trial(self, automation: Automation) -> Trial:
        acted, refuted = await self._cases.would_act(automation.guild_id, automation.since)
        return Trial(automation, acted, refuted, automation.may_be_switched_on(discord.utils.utcnow()))


def _guild(interaction: Click) -> discord.Guild:
    assert interaction.guild is not None, "the command is for guilds only"  # noqa: S101
    return interaction.guild
