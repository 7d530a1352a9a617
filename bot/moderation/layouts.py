"""Cards as messages: text and buttons in one box."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

import discord

from .. import texts
from ..rules import Group
from .buttons import SHOW, CaseButton, CaseMenu, DistressButton
from .cards import COLOURS, MAX_ON_CARD, SETTLED_COLOUR, buttons, case_text, cases_text, colour
from .cases import PUNISHING, Action, Case

Layout: TypeAlias = discord.ui.LayoutView

MAX_QUOTE: Final = 1000
"""Characters of an appeal on its card: what a moderator reads at a glance."""


def card(cases: Sequence[Case]) -> Layout:
    """Return the card of one case, or of several in the same channel.

    Args:
        cases: At least one, oldest first.
    """
    if len(cases) == 1:
        [case] = cases
        return _box(colour(cases), case_text(case), *_rows(case))
    options = [
        discord.SelectOption(
            label=texts.case_option(case.id, texts.GROUP_NAMES[case.group], case.score),
            description=texts.STATE_NAMES[case.state],
            value=str(case.id),
        )
        for case in cases[:MAX_ON_CARD]
    ]
    return _box(colour(cases), cases_text(cases), [CaseMenu(cases[0].id, options)])


def appeal_card(case: Case, member: discord.User | discord.Member, words: str) -> Layout:
    """Return an appeal as moderators see it.

    Args:
        case: What is appealed.
        member: Who appeals.
        words: Why, in their words.
    """
    said = discord.utils.escape_mentions(discord.utils.escape_markdown(words))[:MAX_QUOTE]
    quoted = "\n".join(f"> {line}" for line in said.splitlines())
    head = f"### {texts.appealed_title(case.id)}\n{texts.APPEAL_BY}: {member.mention}\n{quoted}"
    return _box(COLOURS[case.group], [head, *case_text(case)], *_rows(case))


def distress_card(blocks: Sequence[str]) -> Layout:
    """Return the card about somebody who may not be well.

    Args:
        blocks: What it says.
    """
    return _box(COLOURS[Group.DISTRESS], blocks, [DistressButton("talk"), DistressButton("dismiss")])


def settled(message: discord.Message, line: str) -> Layout:
    """Return a card that somebody has dealt with: its text, a line on that, and no buttons.

    Args:
        message: The card.
        line: Who dealt with it, and how.
    """
    shown = discord.ui.LayoutView.from_message(message)
    said = [each.content for each in shown.walk_children() if isinstance(each, discord.ui.TextDisplay)]
    return _box(SETTLED_COLOUR, [*said, line])


def _rows(case: Case) -> list[list[CaseButton]]:
    """Return the buttons of a case, looking and waving through before what is done to somebody."""
    gentle = [] if Action.DELETE in case.done else [CaseButton(SHOW, case.id)]
    gentle += [CaseButton(action, case.id) for action in buttons(case) if action not in PUNISHING]
    return [gentle, [CaseButton(action, case.id) for action in buttons(case) if action in PUNISHING]]


def _box(stripe: int, blocks: Iterable[str], *rows: Sequence[discord.ui.Item[Any]]) -> Layout:
    items: list[discord.ui.Item[Any]] = [discord.ui.TextDisplay(block) for block in blocks]
    items += [discord.ui.ActionRow(*row) for row in rows if row]
    return discord.ui.LayoutView(timeout=None).add_item(discord.ui.Container(*items, accent_colour=stripe))
