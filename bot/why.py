"""The button **Why?** under every answer."""

import re
from typing import Any, Final, Protocol, Self

import discord

from . import texts
from .lasting import AnyButton, Click, Lasting, lasting_view

COG: Final = "MoodringWhy"
"""The name of the cog that handles it."""


class Handles(Protocol):
    """What does something about a click: the cog."""

    async def explain(self, interaction: Click) -> None:
        """Explain the answer that the button is under."""
        ...


class WhyButton(Lasting, discord.ui.DynamicItem[AnyButton], template="moodring:why"):
    """The button."""

    def __init__(self) -> None:
        button: AnyButton = discord.ui.Button(label=texts.say("why"), custom_id="moodring:why")
        super().__init__(button)

    @classmethod
    async def from_custom_id(
        cls, _interaction: Click, _item: discord.ui.Item[Any], _match: re.Match[str], /
    ) -> Self:
        """Return the button that was pressed."""
        return cls()

    async def used(self, interaction: Click) -> None:
        """Hand the click over."""
        handler: Handles = interaction.client.get_cog(COG)
        await handler.explain(interaction)


def why_view() -> discord.ui.View:
    """Return what is sent under an answer."""
    return lasting_view(WhyButton())
