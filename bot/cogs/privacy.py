"""``/privacy``: what is read and kept, opting out of it, and one's own data."""

import io
import logging
from typing import Final

import discord
from discord import app_commands

from .. import texts
from ..answers import Answers
from ..delivery import change_message, promise
from ..lasting import Click, lasting_view
from ..my_data import my_data_file
from ..privacy import COG, Press, PrivacyButton, choice_view, privacy_embed
from ..services import Services
from ..speaking import described
from ._feature import Feature

log: Final = logging.getLogger(__name__)


class Privacy(Feature, name=COG):
    """Tells people what is read and kept, lets them refuse, and hands out or deletes what is kept of them."""

    def __init__(self, services: Services, answers: Answers) -> None:
        self._services = services
        self._store = services.store
        self._opt_outs = services.store.opt_outs
        self._guilds = services.store.guilds
        self._answers = answers
        self._contact = services.contact

    @app_commands.command(name="privacy", description=described("command-privacy"))
    @app_commands.allowed_contexts(guilds=True, dms=True)
    @app_commands.allowed_installs(guilds=True)
    async def privacy(self, interaction: Click) -> None:
        """Show what is read and kept, and where the person stands."""
        opted_out = await self._opt_outs.contains(interaction.user.id)
        embed = await self._embed(interaction, opted_out=opted_out)
        await interaction.response.send_message(embed=embed, view=choice_view(), ephemeral=True)

    async def pressed(self, interaction: Click, press: Press) -> None:
        """Do what a button says."""
        with self._services.answering():
            match press:
                case Press.OPT_OUT | Press.OPT_IN:
                    await self._choose(interaction, opted_out=press is Press.OPT_OUT)
                case Press.MY_DATA:
                    await self._hand_out(interaction)
                case Press.DELETE:
                    await self._ask_to_delete(interaction)
                case Press.DELETE_NOW:
                    await self._delete(interaction)

    async def _choose(self, interaction: Click, *, opted_out: bool) -> None:
        """Keep what a person chose, show it, and take back the answers to one who opted out."""
        user_id = interaction.user.id
        if opted_out:
            await self._opt_outs.add(user_id)
        else:
            await self._opt_outs.remove(user_id)
        try:
            await change_message(interaction, embed=await self._embed(interaction, opted_out=opted_out))
        finally:  # also where that cannot be shown
            if opted_out:
                await self._answers.withdraw_from(user_id)

    async def _hand_out(self, interaction: Click) -> None:
        """Give a person a file of all that is kept about them."""
        kept = await self._store.about(interaction.user.id)
        if not kept:
            await interaction.response.send_message(texts.say("nothing-kept"), ephemeral=True)
            return
        file = discord.File(io.BytesIO(my_data_file(kept)), "moodring-my-data.json")
        await interaction.response.send_message(texts.say("my-data-here"), file=file, ephemeral=True)

    async def _ask_to_delete(self, interaction: Click) -> None:
        """Say what deleting means, before it is done."""
        view = lasting_view(PrivacyButton(Press.DELETE_NOW))
        await interaction.response.send_message(texts.say("delete-means"), view=view, ephemeral=True)

    async def _delete(self, interaction: Click) -> None:
        """Take back the answers to a person and delete what is kept about them, but for what has to stay."""
        user_id = interaction.user.id
        await promise(interaction, thinking=False)  # a day may hold more answers than Discord waits for
        await self._answers.withdraw_from(user_id)
        await self._store.forget_user(user_id)
        log.info("deleted", extra={"interaction_id": interaction.id})
        await interaction.edit_original_response(content=texts.say("deleted"), view=None)

    async def _embed(self, interaction: Click, *, opted_out: bool) -> discord.Embed:
        guild_id = interaction.guild_id
        faces = guild_id is not None and (await self._guilds.get(guild_id)).faces
        return privacy_embed(opted_out=opted_out, faces=faces, contact=self._contact)
