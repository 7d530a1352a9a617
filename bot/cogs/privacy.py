"""``/privacy``: what is read and kept, opting out of it, and one's own data."""

import io
import logging
from typing import Any, Final, Self

import discord
from discord import app_commands
from discord.ext import commands

from .. import texts
from ..answers import Answers, AnyBot
from ..my_data import my_data_file
from ..services import Services
from ._errors import LastingView, report

log: Final = logging.getLogger(__name__)


class Privacy(commands.Cog):
    """Tells people what is read and kept, lets them refuse, and hands out or deletes what is kept of them."""

    def __init__(self, bot: AnyBot, services: Services, answers: Answers) -> None:
        self._bot = bot
        self._store = services.store
        self._opt_outs = services.store.opt_outs
        self._guilds = services.store.guilds
        self._answers = answers
        self._contact = services.contact
        self._choice = Choice(self)
        self._confirmation = Confirmation(self)

    async def cog_load(self) -> None:
        """Let the buttons work that were sent before a restart."""
        self._bot.add_view(self._choice)
        self._bot.add_view(self._confirmation)

    async def cog_unload(self) -> None:
        """Leave the buttons to nobody."""
        self._choice.stop()
        self._confirmation.stop()

    async def cog_app_command_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError
    ) -> None:
        """Apologise for an unexpected failure."""
        await report(interaction, error)

    @app_commands.command(name="privacy", description=texts.PRIVACY)
    @app_commands.allowed_contexts(guilds=True, dms=True)
    @app_commands.allowed_installs(guilds=True)
    async def privacy(self, interaction: discord.Interaction[Any]) -> None:
        """Show what is read and kept, and where the person stands."""
        opted_out = await self._opt_outs.contains(interaction.user.id)
        embed = await self._embed(interaction, opted_out=opted_out)
        await interaction.response.send_message(embed=embed, view=self._choice, ephemeral=True)

    async def choose(self, interaction: discord.Interaction[Any], *, opted_out: bool) -> None:
        """Keep what a person chose, show it, and take back the answers to one who opted out."""
        user_id = interaction.user.id
        if opted_out:
            await self._opt_outs.add(user_id)
        else:
            await self._opt_outs.remove(user_id)
        await interaction.response.edit_message(embed=await self._embed(interaction, opted_out=opted_out))
        if opted_out:
            await self._answers.withdraw_from(user_id)

    async def hand_out(self, interaction: discord.Interaction[Any]) -> None:
        """Give a person a file of all that is kept about them."""
        kept = await self._store.about(interaction.user.id)
        if not kept:
            await interaction.response.send_message(texts.NOTHING_KEPT, ephemeral=True)
            return
        file = discord.File(io.BytesIO(my_data_file(kept)), texts.MY_DATA_FILE)
        await interaction.response.send_message(texts.MY_DATA_HERE, file=file, ephemeral=True)

    async def ask_to_delete(self, interaction: discord.Interaction[Any]) -> None:
        """Say what deleting means, before it is done."""
        await interaction.response.send_message(texts.DELETE_MEANS, view=self._confirmation, ephemeral=True)

    async def delete(self, interaction: discord.Interaction[Any]) -> None:
        """Take back the answers to a person and delete what is kept about them, but for what has to stay."""
        user_id = interaction.user.id
        await interaction.response.defer()  # a day may hold more answers than Discord waits for
        await self._answers.withdraw_from(user_id)
        await self._store.forget_user(user_id)
        log.info("deleted", extra={"interaction_id": interaction.id})
        await interaction.edit_original_response(content=texts.DELETED, view=None)

    async def _embed(self, interaction: discord.Interaction[Any], *, opted_out: bool) -> discord.Embed:
        guild_id = interaction.guild_id
        faces = guild_id is not None and (await self._guilds.get(guild_id)).faces
        return privacy_embed(opted_out=opted_out, faces=faces, contact=self._contact)


class Choice(LastingView):
    """The buttons under it; they work for whoever presses them, also after a restart."""

    def __init__(self, cog: Privacy) -> None:
        super().__init__()
        self._cog = cog

    @discord.ui.button(label=texts.OPT_OUT, style=discord.ButtonStyle.danger, custom_id="moodring:opt-out")
    async def opt_out(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Self]) -> None:
        """Read nothing of the person who pressed from now on."""
        await self._cog.choose(interaction, opted_out=True)

    @discord.ui.button(label=texts.OPT_IN, style=discord.ButtonStyle.success, custom_id="moodring:opt-in")
    async def opt_in(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Self]) -> None:
        """Take the opt-out of the person who pressed back."""
        await self._cog.choose(interaction, opted_out=False)

    @discord.ui.button(label=texts.MY_DATA, style=discord.ButtonStyle.secondary, custom_id="moodring:my-data")
    async def my_data(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Self]) -> None:
        """Hand out what is kept about the person who pressed."""
        await self._cog.hand_out(interaction)

    @discord.ui.button(
        label=texts.DELETE_ME, style=discord.ButtonStyle.secondary, custom_id="moodring:delete"
    )
    async def delete(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Self]) -> None:
        """Ask whether what is kept about the person who pressed shall be deleted."""
        await self._cog.ask_to_delete(interaction)


class Confirmation(LastingView):
    """The button that deletes for good."""

    def __init__(self, cog: Privacy) -> None:
        super().__init__()
        self._cog = cog

    @discord.ui.button(
        label=texts.DELETE_NOW, style=discord.ButtonStyle.danger, custom_id="moodring:delete-now"
    )
    async def delete(self, interaction: discord.Interaction[Any], _button: discord.ui.Button[Self]) -> None:
        """Delete what is kept about the person who pressed."""
        await self._cog.delete(interaction)


def privacy_embed(*, opted_out: bool, faces: bool, contact: str) -> discord.Embed:
    """Return what is read and kept, and where the person stands.

    Args:
        opted_out: Whether the person has opted out.
        faces: Whether faces are read where the person asks.
        contact: Whom to ask; empty where the operator names nobody.
    """
    embed = discord.Embed(title=texts.PRIVACY_TITLE, description=texts.PRIVACY_BODY)
    embed.add_field(name="", value=texts.PRIVACY_FACES if faces else texts.PRIVACY_NO_FACES, inline=False)
    embed.add_field(name="", value=texts.privacy_where(contact), inline=False)
    embed.add_field(name="", value=texts.PRIVACY_IS_OUT if opted_out else texts.PRIVACY_IS_IN, inline=False)
    return embed
