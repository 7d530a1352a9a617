"""Appeals: a member says in their own words why what was done to them is wrong."""

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import discord

from .. import texts
from .cards import COLOURS, card_embed
from .cases import PUNISHING, Action, Case

MAX_WORDS: Final = 1000
"""Characters of an appeal: what a moderator reads at a glance, and one field of an embed holds."""

Appealed: TypeAlias = Callable[[discord.Interaction[Any], Case, str], Awaitable[None]]
"""What happens with an appeal."""


def appealable(case: Case) -> bool:
    """Return whether a case holds something that may be appealed."""
    return case.may(Action.APPEAL) and not case.done.isdisjoint(PUNISHING)


class AppealForm(discord.ui.Modal):
    """The form in which a member writes.

    Args:
        case: What is appealed.
        then: What happens with it.
    """

    def __init__(self, case: Case, then: Appealed) -> None:
        super().__init__(title=texts.appeal_title(case.id), custom_id=f"moodring:appeal:{case.id}")
        self._case = case
        self._then = then
        self._words: discord.ui.TextInput[AppealForm] = discord.ui.TextInput(
            style=discord.TextStyle.paragraph, max_length=MAX_WORDS
        )
        label = discord.ui.Label(
            text=texts.APPEAL_WORDS, description=texts.APPEAL_READERS, component=self._words
        )
        self.add_item(label)

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Hand the words over."""
        await self._then(interaction, self._case, self._words.value)


def appeal_embed(case: Case, member: discord.User | discord.Member, words: str) -> discord.Embed:
    """Return an appeal as moderators see it.

    Args:
        case: What is appealed.
        member: Who appeals.
        words: Why, in their words.
    """
    quoted = discord.utils.escape_mentions(discord.utils.escape_markdown(words))
    embed = card_embed([case])
    embed.title = texts.appealed_title(case.id)
    embed.colour = discord.Colour(COLOURS[case.group])
    embed.insert_field_at(0, name=texts.APPEAL_BY, value=member.mention, inline=False)
    embed.insert_field_at(1, name=texts.APPEAL_SAYS, value=quoted[:MAX_WORDS], inline=False)
    return embed
