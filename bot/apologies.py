"""What a person sees when a command or a button fails for a reason that nobody expected."""

import logging
from typing import Any, Final

import discord
from discord import app_commands

from . import texts
from .delivery import ACKNOWLEDGED, FAILED, TOO_LATE, code_of, is_lost, why
from .store import explain_failure, is_failure

log: Final = logging.getLogger(__name__)


async def apologise(interaction: discord.Interaction[Any], error: Exception) -> None:
    """Log an unexpected failure with its ids and say sorry, unless an answer stands there already.

    A check that fails has answered already, see ``permissions.StaffGroup``.
    """
    if isinstance(error, app_commands.CheckFailure):
        return
    cause = error.original if isinstance(error, app_commands.CommandInvokeError) else error
    name = interaction.command.qualified_name if interaction.command else "button"
    ids = {"command": name, "interaction_id": interaction.id, "guild_id": interaction.guild_id}
    is_over = code_of(cause) in {ACKNOWLEDGED, *TOO_LATE}
    sorry = "failed"
    if is_over or is_lost(cause):
        log.warning("an answer is lost", extra={**ids, **why(cause)})
    elif is_failure(cause):  # no bug: its operator has to mend it, and needs no traceback
        log.error(explain_failure(cause), extra=ids)
        sorry = "database-failed"
    else:
        log.error("failed", exc_info=error, extra=ids)
    if is_over:
        return
    try:
        if await _answers(interaction, sorry):
            return
        if not is_lost(cause) or await _is_owed(interaction):
            await interaction.followup.send(texts.say(sorry), ephemeral=True)
    except FAILED as again:  # nobody can be told
        log.warning("no apology", extra={**ids, **why(again)})


async def _answers(interaction: discord.Interaction[Any], sorry: str) -> bool:
    """Say sorry as the first answer; return whether there was none, also none whose way back was lost."""
    if interaction.response.is_done():
        return False
    try:
        await interaction.response.send_message(texts.say(sorry), ephemeral=True)
    except discord.HTTPException as error:
        if error.code != ACKNOWLEDGED:
            raise
        return False
    return True


async def _is_owed(interaction: discord.Interaction[Any]) -> bool:
    """Return whether an interaction whose answer may be lost still waits for one."""
    if interaction.response.type is discord.InteractionResponseType.deferred_message_update:
        return True  # the message that it came from stands there anyway
    return (await interaction.original_response()).flags.loading
