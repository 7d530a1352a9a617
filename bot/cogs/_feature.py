"""What the cogs with commands share; those that only listen or keep time need none of it."""

import logging
from typing import Any, Final

import discord
from discord import app_commands
from discord.ext import commands

from .. import texts
from ..apologies import apologise
from ..delivery import ACKNOWLEDGED, FAILED, code_of, is_first, twice, why
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


async def answer_everyone(interaction: discord.Interaction[Any], text: str) -> None:
    """Tell everyone in its channel something as an interaction's first answer, or else as a message.

    Args:
        interaction: What caused it.
        text: What to tell, in the server's language.

    Raises:
        discord.HTTPException, OSError, aiohttp.ClientError: It could not be answered; the channel was told.
    """
    try:
        await twice(lambda: interaction.response.send_message(text))
    except FAILED as error:
        if code_of(error) == ACKNOWLEDGED:  # it stands there, and its way back was lost
            return
        if isinstance(interaction.channel, Watchable):
            await announce(interaction, interaction.channel, text)
        raise


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
