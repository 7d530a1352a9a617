"""Forms that people fill in."""

from typing import Any

import discord

from .apologies import apologise
from .speaking import speak_to


class Modal(discord.ui.Modal):
    """A form that speaks the language of who fills it in, and apologises for an unexpected failure."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Speak the language of who filled it in."""
        speak_to(interaction)
        return True

    async def on_error(  # type: ignore[override]  # a modal knows of no item, unlike its base
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """Apologise for an unexpected failure."""
        await apologise(interaction, error)
