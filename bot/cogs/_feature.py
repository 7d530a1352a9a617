"""What the cogs with commands share; those that only listen or keep time need none of it."""

import logging
from typing import Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from .. import texts
from ..apologies import apologise
from ..delivery import FAILED, is_first, why
from ..permissions import NO_PINGS, Watchable
from ..speaking import speak_to

log: Final = logging.getLogger(__name__)


async def announce(interaction: discord.Interaction[Any], place: Watchable, text: str) -> None:
    """Tell everyone in a channel something; where Discord refuses, whoever caused it has to.

    Args:
        interaction: What caused it; answered already.
        place: The channel.
        text: What to tell, in the server's language.
    """
    try:
        await place.send(text, allowed_mentions=NO_PINGS)
    except FAILED as error:
        log.warning("not announced", extra={"channel_id": place.id, **why(error)})
        told = texts.say("not-announced", channel=place.mention)
        await interaction.followup.send(told, ephemeral=True)


class Feature(commands.Cog):
    """A cog that speaks the language of whoever uses it, and apologises for an unexpected failure."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Speak the language of whoever uses a command; carried out once, however often it arrives."""
        speak_to(interaction)
        return is_first(interaction)

    async def cog_app_command_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError
    ) -> None:
        """Apologise for an unexpected failure."""
        await apologise(interaction, error)
