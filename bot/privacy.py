"""What ``/privacy`` shows: what is read and kept, where the person stands, and its buttons."""

import re
from enum import StrEnum
from typing import Any, Final, Protocol, Self

import discord

from . import texts
from .lasting import AnyButton, Click, Lasting, lasting_view

COG: Final = "MoodringPrivacy"
"""The name of the cog that handles the buttons."""


class Press(StrEnum):
    """What a button is for."""

    OPT_OUT = "opt-out"
    OPT_IN = "opt-in"
    MY_DATA = "my-data"
    DELETE = "delete"
    DELETE_NOW = "delete-now"


_LOOKS: Final = {
    Press.OPT_OUT: ("opt-out", discord.ButtonStyle.danger),
    Press.OPT_IN: ("opt-in", discord.ButtonStyle.success),
    Press.MY_DATA: ("my-data", discord.ButtonStyle.secondary),
    Press.DELETE: ("delete-me", discord.ButtonStyle.secondary),
    Press.DELETE_NOW: ("delete-now", discord.ButtonStyle.danger),
}
"""What stands on each, and its style."""


class Handles(Protocol):
    """What does something about a click: the cog."""

    async def pressed(self, interaction: Click, press: Press) -> None:
        """Do what a button says."""
        ...


class PrivacyButton(
    Lasting, discord.ui.DynamicItem[AnyButton], template=rf"moodring:(?P<press>{'|'.join(Press)})"
):
    """A button under ``/privacy``; it works for whoever presses it.

    Args:
        press: What it is for.
    """

    def __init__(self, press: Press) -> None:
        self.press = press
        label, style = _LOOKS[press]
        button: AnyButton = discord.ui.Button(
            label=texts.say(label), style=style, custom_id=f"moodring:{press}"
        )
        super().__init__(button)

    @classmethod
    async def from_custom_id(
        cls, _interaction: Click, _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the button that was pressed."""
        return cls(Press(match["press"]))

    async def used(self, interaction: Click) -> None:
        """Hand the click over."""
        handler: Handles = interaction.client.get_cog(COG)
        await handler.pressed(interaction, self.press)


PARAGRAPHS: Final = (
    "privacy-when",
    "privacy-guess",
    "privacy-kept",
    "privacy-moderators",
    "privacy-mood",
    "privacy-out",
    "privacy-data",
)
"""What is read and kept, in this order."""


def privacy_embed(*, opted_out: bool, faces: bool, contact: str) -> discord.Embed:
    """Return what is read and kept, and where the person stands.

    Args:
        opted_out: Whether the person has opted out.
        faces: Whether faces are read where the person asks.
        contact: Whom to ask; empty where the operator names nobody.
    """
    embed = discord.Embed(
        title=texts.say("privacy-title"), description="\n\n".join(map(texts.say, PARAGRAPHS))
    )
    embed.add_field(
        name="", value=texts.say("privacy-faces") if faces else texts.say("privacy-no-faces"), inline=False
    )
    embed.add_field(
        name="",
        value=texts.say("privacy-where", contact=contact or texts.say("privacy-managers")),
        inline=False,
    )
    embed.add_field(
        name="", value=texts.say("privacy-is-out") if opted_out else texts.say("privacy-is-in"), inline=False
    )
    return embed


def choice_view() -> discord.ui.View:
    """Return what stands under it."""
    presses = (Press.OPT_OUT, Press.OPT_IN, Press.MY_DATA, Press.DELETE)
    return lasting_view(*map(PrivacyButton, presses))
