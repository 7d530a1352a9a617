"""What all cogs do alike."""

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from ..apologies import apologise
from ..speaking import speak_to


class Feature(commands.Cog):
    """A cog that speaks the language of whoever uses it, and apologises for an unexpected failure."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Speak the language of whoever uses a command."""
        speak_to(interaction)
        return True

    async def cog_app_command_error(
        self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError
    ) -> None:
        """Apologise for an unexpected failure."""
        await apologise(interaction, error)
