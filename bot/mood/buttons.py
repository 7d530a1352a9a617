"""The buttons under a chart. After a restart they answer as before: all they need is in their ids."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, Protocol, Self

import discord

from .. import texts
from ..lasting import AnyButton, Click, Lasting
from .summary import Period, Window

COG: Final = "MoodringMood"
"""The name of the cog that handles them."""


class Form(StrEnum):
    """How numbers are given."""

    NUMBERS = "numbers"
    CSV = "csv"


class Handles(Protocol):
    """What does something about a click: the cog."""

    async def pressed(
        self, interaction: Click, form: Form, channel_id: int, period: Period, until: datetime
    ) -> None:
        """Give the numbers behind a chart.

        Args:
            interaction: The click.
            form: How.
            channel_id: The channel or thread.
            period: Of what period.
            until: When it ended (UTC).
        """
        ...


class MoodButton(
    Lasting,
    discord.ui.DynamicItem[AnyButton],
    template=rf"moodring:mood:(?P<form>{'|'.join(Form)}):(?P<period>{'|'.join(Period)})"
    r":(?P<channel>[0-9]{1,20}):(?P<until>[0-9]{1,10})",
):
    """A button that gives the numbers behind a chart, those that were drawn and no newer ones.

    Args:
        form: How.
        channel_id: The channel or thread.
        period: Of what period.
        until: When it ended (UTC).
    """

    def __init__(self, form: Form, channel_id: int, period: Period, until: datetime) -> None:
        self.form = form
        self.channel_id = channel_id
        self.period = period
        self.until = until
        button: AnyButton = discord.ui.Button(
            label=texts.say(f"form-{form}"),
            custom_id=f"moodring:mood:{form}:{period}:{channel_id}:{int(until.timestamp())}",
        )
        super().__init__(button)

    @classmethod
    async def from_custom_id(
        cls, _interaction: Click, _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the button that was pressed."""
        until = datetime.fromtimestamp(int(match["until"]), UTC)
        return cls(Form(match["form"]), int(match["channel"]), Period(match["period"]), until)

    async def used(self, interaction: Click) -> None:
        """Hand the click over."""
        handler: Handles = interaction.client.get_cog(COG)
        await handler.pressed(interaction, self.form, self.channel_id, self.period, self.until)


def buttons(channel_id: int, window: Window) -> list[MoodButton]:
    """Return the buttons under the chart of a channel."""
    return [MoodButton(form, channel_id, window.period, window.until) for form in Form]


ITEMS: Final = (MoodButton,)
"""What the bot has to know of after a restart."""
