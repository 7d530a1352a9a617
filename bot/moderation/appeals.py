"""Appeals: a member says in their own words why what was done to them is wrong."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import discord

from .. import texts
from ..modal import Modal
from .cases import PUNISHING, Action, Case
from .layouts import MAX_QUOTE

Appealed: TypeAlias = Callable[[discord.Interaction[Any], Case, str], Awaitable[None]]
"""What happens with an appeal."""


def appealable(case: Case) -> bool:
    """Return whether a case holds something that may be appealed."""
    return case.may(Action.APPEAL) and not case.done.isdisjoint(PUNISHING)


class AppealForm(Modal):
    """The form in which a member writes.

    Args:
        case: What is appealed.
        then: What happens with it.
    """

    def __init__(self, case: Case, then: Appealed) -> None:
        super().__init__(title=texts.say("appeal-title", case=str(case.id)))
        self._case = case
        self._then = then
        self._words: discord.ui.TextInput[AppealForm] = discord.ui.TextInput(
            custom_id="words", style=discord.TextStyle.paragraph, max_length=MAX_QUOTE
        )
        label = discord.ui.Label(
            text=texts.say("appeal-words"), description=texts.say("appeal-readers"), component=self._words
        )
        self.add_item(label)

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Hand the words over; without any there is nothing that moderators could decide by."""
        if not self._words.value.strip():
            await interaction.response.send_message(texts.say("appeal-words"), ephemeral=True)
            return
        await self._then(interaction, self._case, self._words.value)
