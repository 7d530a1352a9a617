"""The buttons of a run and of judging. After a restart they answer, if only that the run is gone."""

import re
from enum import StrEnum
from typing import Any, Final, Protocol, Self

import discord

from .. import texts
from ..lasting import AnyButton, Click, Lasting

COG: Final = "MoodringBacktesting"
"""The name of the cog that handles them."""


class Press(StrEnum):
    """What a button is for."""

    CANCEL = "cancel"
    JUDGE = "judge"
    RIGHT = "right"
    NOT = "not"
    SKIP = "skip"
    STOP = "stop"
    USE = "use"


_STYLES: Final = {
    Press.JUDGE: discord.ButtonStyle.primary,
    Press.RIGHT: discord.ButtonStyle.primary,  # both alike: colours would lead the judge
    Press.NOT: discord.ButtonStyle.primary,
    Press.USE: discord.ButtonStyle.primary,
}


class Handles(Protocol):
    """What does something about a click: the cog."""

    async def pressed(self, interaction: Click, press: Press, run_id: int, about: int) -> None:
        """Do what a button says.

        Args:
            interaction: The click.
            press: What the button is for.
            run_id: The run.
            about: The id of the message that is judged or skipped, or the threshold to use in thousandths.
        """
        ...


class BacktestButton(
    Lasting,
    discord.ui.DynamicItem[AnyButton],
    template=rf"moodring:backtest:(?P<press>{'|'.join(Press)}):(?P<run>[0-9]{{1,20}}):(?P<about>[0-9]{{1,20}})",
):
    """A button of a run.

    Args:
        press: What it is for.
        run_id: The run.
        about: See `Handles.pressed`.
    """

    def __init__(self, press: Press, run_id: int, about: int = 0) -> None:
        self.press = press
        self.run_id = run_id
        self.about = about
        button: AnyButton = discord.ui.Button(
            label=texts.say(f"press-{press}"),
            style=_STYLES.get(press, discord.ButtonStyle.secondary),
            custom_id=f"moodring:backtest:{press}:{run_id}:{about}",
        )
        super().__init__(button)

    @classmethod
    async def from_custom_id(
        cls, _interaction: Click, _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the button that was pressed."""
        return cls(Press(match["press"]), int(match["run"]), int(match["about"]))

    async def used(self, interaction: Click) -> None:
        """Hand the click over."""
        handler: Handles = interaction.client.get_cog(COG)
        await handler.pressed(interaction, self.press, self.run_id, self.about)


ITEMS: Final = (BacktestButton,)
"""What the bot has to know of after a restart."""
