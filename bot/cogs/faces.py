"""``/faces``: whether the faces in a server's pictures are read."""

import logging
from typing import Any, Final

import discord

from .. import texts
from ..permissions import MANAGER, StaffGroup
from ..services import Services
from ..setup.changes import change_settings
from ..speaking import described, language_in
from ._feature import Feature, answer_everyone

log: Final = logging.getLogger(__name__)


class Faces(Feature, name="MoodringFaces"):
    """Lets a server's managers switch on what is off everywhere at first."""

    faces = StaffGroup(name="faces", description=described("command-faces"), needs=MANAGER)

    def __init__(self, services: Services) -> None:
        self._store = services.store

    @faces.command(name="on", description=described("command-faces-on"))
    async def on(self, interaction: discord.Interaction[Any]) -> None:
        """Read the faces in pictures from now on; everyone there sees it."""
        await self._switch(interaction, faces=True)

    @faces.command(name="off", description=described("command-faces-off"))
    async def off(self, interaction: discord.Interaction[Any]) -> None:
        """Read no faces any more."""
        await self._switch(interaction, faces=False)

    async def _switch(self, interaction: discord.Interaction[Any], *, faces: bool) -> None:
        guild_id = interaction.guild_id
        assert guild_id is not None, "the group is for guilds only"  # noqa: S101
        changed = await change_settings(self._store, guild_id, lambda settings: settings.changed(faces=faces))
        with texts.speaking(language_in(interaction.guild, changed.new)):
            said = texts.say("faces-are-read" if faces else "faces-are-not-read")
        await answer_everyone(interaction, said)
        log.info("faces switched", extra={"guild_id": guild_id, "faces": faces})
