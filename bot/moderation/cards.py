"""What moderators see of cases: pure functions, and nothing in them of what people wrote."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import discord

from .. import texts
from ..rules import Group
from .cases import Action, Case, CaseEvent, State

COLOURS: Final[dict[Group, int]] = {Group.TOXICITY: 0xD1495B, Group.ANGER: 0xE07A5F, Group.DISTRESS: 0x3A7CA5}
HEAT_COLOUR: Final = 0xEDAE49
SETTLED_COLOUR: Final = 0x8D99AE
"""The stripe beside a card says nothing that the words do not."""

BAR_CELLS: Final = 10

MAX_ON_CARD: Final = 25
"""Cases on one card: as many as a menu of Discord's offers."""

OFFERED: Final = (
    Action.DISMISS,
    Action.NOT_TOXIC,
    Action.WARN,
    Action.TIME_OUT,
    Action.DELETE,
    Action.UPHOLD,
    Action.REVERSE,
)
"""What moderators may do by a button, in the order in which they stand on a card."""

UNSETTLED: Final = frozenset({State.OPEN, State.UNCLEAR, State.APPEALED})
"""States in which somebody has to decide."""


def case_text(case: Case) -> list[str]:
    """Return a case as blocks of text: what and where, scores, what was done, number and state."""
    lines = [
        f"### {texts.say(f'flag-{case.group}')}",
        f"<#{case.channel_id}> · {moment(case.opened_at)} · {link(case)}",
    ]
    if case.state is State.UNCLEAR:
        lines.append(texts.say("check-this"))
    blocks = ["\n".join(lines), score_lines(case)]
    if case.events:
        blocks.append("\n".join(map(event_line, case.events)))
    footer = texts.say("card-footer", case=str(case.id), state=texts.say(f"state-{case.state}"))
    return [*blocks, f"-# {footer}"]


def cases_text(cases: Sequence[Case]) -> list[str]:
    """Return several cases of the same channel as blocks of text.

    Args:
        cases: At least one, oldest first.
    """
    lines = [
        f"### {texts.say('flags-title', count=len(cases))}",
        f"<#{cases[0].channel_id}>",
        *map(case_line, cases),
    ]
    return ["\n".join(lines), f"-# {texts.say('machine-hint')}"]


def colour(cases: Sequence[Case]) -> int:
    """Return the stripe beside a card: of the first case that is not settled."""
    unsettled = [case for case in cases if case.state in UNSETTLED]
    return COLOURS[unsettled[0].group] if unsettled else SETTLED_COLOUR


def link(case: Case) -> str:
    """Return the link to a case's message."""
    return f"[{texts.say('to-the-message')}]({jump_url(case.guild_id, case.channel_id, case.message_id)})"


def case_line(case: Case) -> str:
    """Return a case on one line: number, score, link and state."""
    score = f"{texts.say(f'group-{case.group}')} {texts.score(case.score)}"
    url = jump_url(case.guild_id, case.channel_id, case.message_id)
    return f"**#{case.id}** {score} · {texts.say(f'state-{case.state}')} · [{texts.say('message')}]({url})"


def score_lines(case: Case) -> str:
    """Return the score of each group as a bar and a figure, the one that it was flagged for first."""
    ordered = sorted(case.scores, key=lambda group: (group is not case.group, -case.scores[group]))
    return "\n".join(
        f"`{bar(case.scores[group])}` {texts.score(case.scores[group])} {texts.say(f'group-{group}')}"
        for group in ordered
    )


def bar(share: float) -> str:
    """Return a share, 0..1, as a bar of `BAR_CELLS` cells."""
    full = round(share * BAR_CELLS)
    return "█" * full + "░" * (BAR_CELLS - full)


def case_option(case: Case) -> str:
    """Return a case as an entry of a menu."""
    group, score = texts.say(f"group-{case.group}"), texts.score(case.score)
    return texts.say("case-option", case=str(case.id), group=group, score=score)


def event_line(event: CaseEvent) -> str:
    """Return what was done, by whom, and how it ended, on one line."""
    who = None if event.moderator_id is None else f"<@{event.moderator_id}>"
    action = texts.say(f"action-{event.action}")
    done = texts.say("event", action=action) if who is None else texts.say("event-by", action=action, who=who)
    outcome = texts.say(f"outcome-{event.outcome or 'under-way'}", event=done)
    return f"{outcome} · {moment(event.at)}"


def moment(at: datetime) -> str:
    """Return a time as Discord shows it to each reader in their own zone."""
    return discord.utils.format_dt(at, "R")


def jump_url(guild_id: int, channel_id: int, message_id: int) -> str:
    """Return the link to a message."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"


def buttons(case: Case) -> list[Action]:
    """Return the actions to offer on a card, in the order in which they stand there."""
    return [action for action in OFFERED if case.may(action)]


def distress_text(guild_id: int, channel_id: int, message_ids: Sequence[int], help_text: str) -> list[str]:
    """Return what is said of somebody who may not be well: no score, no case, and how to help.

    Args:
        guild_id: The guild.
        channel_id: The channel.
        message_ids: The messages, oldest first.
        help_text: The guild's.
    """
    links = (
        f"[{texts.say('to-the-message')}]({jump_url(guild_id, channel_id, each)})" for each in message_ids
    )
    where = f"### {texts.say('distress-title')}\n<#{channel_id}> · {' · '.join(links)}"
    return [where, *filter(None, [help_text]), f"-# {texts.say('distress-footer')}"]
