"""``/faces``: whether the faces in a server's pictures are read."""

import logging
from typing import Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from .. import texts
from ..permissions import MANAGER, StaffGroup
from ..services import Services
from ._errors import report

log: Final = logging.getLogger(__name__)


class Faces(commands.Cog):
    """Lets a server's managers switch on what is off everywhere at first."""

    faces = StaffGroup(name="faces", description=texts.FACES, needs=MANAGER)

    def __init__(self, services: Services) -> None:
        self._guilds = services.store.guilds

    async def cog_app_command_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError
    ) -> None:
        """Apologise for an unexpected failure."""
        await report(interaction, error)

    @faces.command(name="on", description=texts.FACES_ON)
    async def on(self, interaction: discord.Interaction[Any]) -> None:
        """Read the faces in pictures from now on; everyone there sees it."""
        await self._switch(interaction, faces=True)

    @faces.command(name="off", description=texts.FACES_OFF)
    async def off(self, interaction: discord.Interaction[Any]) -> None:
        """Read no faces any more."""
        await self._switch(interaction, faces=False)

    async def _switch(self, interaction: discord.Interaction[Any], *, faces: bool) -> None:
        guild_id = interaction.guild_id
        assert guild_id is not None, "the group is for guilds only"  # noqa: S101
        await self._guilds.put(guild_id, (await self._guilds.get(guild_id)).changed(faces=faces))
        await interaction.response.send_message(texts.FACES_ARE_READ if faces else texts.FACES_ARE_NOT_READ)
        log.info("faces switched", extra={"guild_id": guild_id, "faces": faces})
