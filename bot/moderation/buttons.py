"""The buttons of cards. They work after a restart: all that they know is in their ids."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol, Self

import discord

from .. import texts
from ..lasting import AnyButton, Click, Lasting
from .cards import OFFERED
from .cases import Action

COG: Final = "MoodringCases"
"""The name of the cog that handles them."""

SHOW: Final = "show"

_NUMBER: Final = re.compile("[0-9]{1,18}")
"""A case's; there is none with 0."""

_STYLES: Final[Mapping[str, discord.ButtonStyle]] = {
    Action.NOT_TOXIC: discord.ButtonStyle.success,
    Action.WARN: discord.ButtonStyle.primary,
    Action.TIME_OUT: discord.ButtonStyle.danger,
    Action.DELETE: discord.ButtonStyle.danger,
}


class Handles(Protocol):
    """What does something about a click: the cog."""

    async def pressed(self, interaction: Click, case_id: int, what: str) -> None:
        """Do what a button of a case says; ``what`` is `SHOW` or an action."""
        ...

    async def chosen(self, interaction: Click, case_id: int) -> None:
        """Show a case that was chosen from a card with several."""
        ...

    async def distress(self, interaction: Click, what: str) -> None:
        """Do what a button under a card about distress says; ``what`` is ``"talk"`` or ``"dismiss"``."""
        ...


def _handler(interaction: Click) -> Any:
    return interaction.client.get_cog(COG)


class CaseButton(
    Lasting,
    discord.ui.DynamicItem[AnyButton],
    template=rf"moodring:case:(?P<what>{'|'.join((SHOW, *OFFERED))}):(?P<case>[0-9]{{1,18}})",
):
    """A button of a case.

    Args:
        what: `SHOW` or an action.
        case_id: The case's number.
    """

    def __init__(self, what: str, case_id: int) -> None:
        self.what = what
        self.case_id = case_id
        action = None if what == SHOW else Action(what)
        button: AnyButton = discord.ui.Button(
            label=texts.say("show") if action is None else texts.say(f"action-{action}"),
            style=_STYLES.get(what, discord.ButtonStyle.secondary),
            custom_id=f"moodring:case:{what}:{case_id}",
        )
        super().__init__(button)

    @classmethod
    async def from_custom_id(
        cls, _interaction: Click, _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the button that was pressed."""
        return cls(match["what"], int(match["case"]))

    async def used(self, interaction: Click) -> None:
        """Hand the click over."""
        handler: Handles = _handler(interaction)
        await handler.pressed(interaction, self.case_id, self.what)


class CaseMenu(
    Lasting,
    discord.ui.DynamicItem[discord.ui.Select[Any]],
    template=r"moodring:cases:(?P<first>[0-9]{1,18})",
):
    """The menu of a card with several cases.

    Args:
        first: The number of the card's first case, which tells menus apart.
        options: The cases.
    """

    def __init__(self, first: int, options: Sequence[discord.SelectOption]) -> None:
        menu: discord.ui.Select[Any] = discord.ui.Select(
            placeholder=texts.say("choose-case"), options=list(options), custom_id=f"moodring:cases:{first}"
        )
        super().__init__(menu)

    @classmethod
    async def from_custom_id(
        cls, _interaction: Click, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the menu that was used."""
        options = item.options if isinstance(item, discord.ui.Select) else []
        return cls(int(match["first"]), options)

    async def used(self, interaction: Click) -> None:
        """Hand the choice over."""
        handler: Handles = _handler(interaction)
        chosen = next(iter(self.item.values), "")
        await handler.chosen(interaction, int(chosen) if _NUMBER.fullmatch(chosen) else 0)


class DistressButton(
    Lasting,
    discord.ui.DynamicItem[AnyButton],
    template=r"moodring:distress:(?P<what>talk|dismiss)",
):
    """A button under a card about somebody who may not be well.

    Args:
        what: ``"talk"`` or ``"dismiss"``.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        talks = what == "talk"
        button: AnyButton = discord.ui.Button(
            label=texts.say("talk" if talks else "put-away"),
            style=discord.ButtonStyle.primary if talks else discord.ButtonStyle.secondary,
            custom_id=f"moodring:distress:{what}",
        )
        super().__init__(button)

    @classmethod
    async def from_custom_id(
        cls, _interaction: Click, _item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """Return the button that was pressed."""
        return cls(match["what"])

    async def used(self, interaction: Click) -> None:
        """Hand the click over."""
        handler: Handles = _handler(interaction)
        await handler.distress(interaction, self.what)


ITEMS: Final = (CaseButton, CaseMenu, DistressButton)
"""What the bot has to know of after a restart."""
