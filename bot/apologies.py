"""What a person sees when a command or a button fails for a reason that nobody expected."""

import logging
from typing import Any, Final

import discord
from discord import app_commands

from . import texts

log: Final = logging.getLogger(__name__)


async def apologise(interaction: discord.Interaction[Any], error: Exception) -> None:
    """Log an unexpected failure with its ids and say sorry.

    A check that fails has answered already, see ``permissions.StaffGroup``.
    """
    if isinstance(error, app_commands.CheckFailure):
        return
    name = interaction.command.qualified_name if interaction.command else "button"
    ids = {"command": name, "interaction_id": interaction.id, "guild_id": interaction.guild_id}
    log.error("failed", exc_info=error, extra=ids)
    if interaction.response.is_done():
        await interaction.followup.send(texts.say("failed"), ephemeral=True)
    else:
        await interaction.response.send_message(texts.say("failed"), ephemeral=True)
