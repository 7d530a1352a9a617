"""Cards as messages: text and buttons in one box."""

from collections.abc import Sequence
from typing import Final

import discord

from .. import texts
from ..boxes import Layout, box
from ..rules import Group
from .buttons import SHOW, CaseButton, CaseMenu, DistressButton
from .cards import COLOURS, MAX_ON_CARD, SETTLED_COLOUR, buttons, case_option, case_text, cases_text, colour
from .cases import PUNISHING, Action, Case

MAX_QUOTE: Final = 1000
"""Characters of an appeal on its card: what a moderator reads at a glance."""


def card(cases: Sequence[Case]) -> Layout:
    """Return the card of one case, or of several in the same channel.

    Args:
        cases: At least one, oldest first.
    """
    if len(cases) == 1:
        [case] = cases
        return box(case_text(case), *_rows(case), stripe=colour(cases))
    options = [
        discord.SelectOption(
            label=case_option(case),
            description=texts.say(f"state-{case.state}"),
            value=str(case.id),
        )
        for case in cases[:MAX_ON_CARD]
    ]
    return box(cases_text(cases), [CaseMenu(cases[0].id, options)], stripe=colour(cases))


def appeal_card(case: Case, member: discord.User | discord.Member, words: str) -> Layout:
    """Return an appeal as moderators see it.

    Args:
        case: What is appealed.
        member: Who appeals.
        words: Why, in their words.
    """
    said = texts.literal(words)[:MAX_QUOTE]
    quoted = "\n".join(f"> {line}" for line in said.splitlines())
    title, by = texts.say("appealed-title", case=str(case.id)), texts.say("appeal-by")
    head = f"### {title}\n{texts.labelled(by, member.mention)}\n{quoted}"
    return box([head, *case_text(case)], *_rows(case), stripe=COLOURS[case.group])


def distress_card(blocks: Sequence[str]) -> Layout:
    """Return the card about somebody who may not be well.

    Args:
        blocks: What it says.
    """
    return box(blocks, [DistressButton("talk"), DistressButton("dismiss")], stripe=COLOURS[Group.DISTRESS])


def settled(message: discord.Message, line: str) -> Layout:
    """Return a card that somebody has dealt with: its text, a line on that, and no buttons.

    Args:
        message: The card.
        line: Who dealt with it, and how.
    """
    shown = discord.ui.LayoutView.from_message(message)
    said = [each.content for each in shown.walk_children() if isinstance(each, discord.ui.TextDisplay)]
    return box([*said, line], stripe=SETTLED_COLOUR)


def _rows(case: Case) -> list[list[CaseButton]]:
    """Return the buttons of a case, looking and waving through before what is done to somebody."""
    gentle = [] if Action.DELETE in case.done else [CaseButton(SHOW, case.id)]
    gentle += [CaseButton(action, case.id) for action in buttons(case) if action not in PUNISHING]
    return [gentle, [CaseButton(action, case.id) for action in buttons(case) if action in PUNISHING]]
