"""What moderators see of cases: pure functions, and nothing in them of what people wrote."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import discord

from .. import texts
from ..rules import Group
from .cases import Action, Case, CaseEvent, State

COLOURS: Final[dict[Group, int]] = {Group.TOXICITY: 0xD1495B, Group.ANGER: 0xE07A5F, Group.DISTRESS: 0x3A7CA5}
SETTLED_COLOUR: Final = 0x8D99AE
"""The stripe beside a card says nothing that the words do not."""

BAR_CELLS: Final = 10

MAX_ON_CARD: Final = 25
"""Cases on one card: as many as a menu of Discord's offers."""

UNSETTLED: Final = frozenset({State.OPEN, State.UNCLEAR, State.APPEALED})
"""States in which somebody has to decide."""


def card_embed(cases: Sequence[Case]) -> discord.Embed:
    """Return the card of one case, or of several in the same channel.

    Args:
        cases: At least one, oldest first.
    """
    return _single(cases[0]) if len(cases) == 1 else _several(cases)


def _single(case: Case) -> discord.Embed:
    embed = discord.Embed(
        title=texts.FLAG_TITLES[case.group], description=_where(case), colour=_colour([case])
    )
    embed.add_field(name=texts.SCORES, value=score_lines(case), inline=False)
    if case.events:
        embed.add_field(name=texts.DONE, value="\n".join(map(event_line, case.events)), inline=False)
    embed.set_footer(text=texts.card_footer(case.id, texts.STATE_NAMES[case.state]))
    return embed


def _several(cases: Sequence[Case]) -> discord.Embed:
    embed = discord.Embed(
        title=texts.flags_title(len(cases)),
        description="\n".join([f"<#{cases[0].channel_id}>", *map(case_line, cases)]),
        colour=_colour(cases),
    )
    embed.set_footer(text=texts.MACHINE_HINT)
    return embed


def _colour(cases: Sequence[Case]) -> int:
    unsettled = [case for case in cases if case.state in UNSETTLED]
    return COLOURS[unsettled[0].group] if unsettled else SETTLED_COLOUR


def _where(case: Case) -> str:
    lines = [
        f"<#{case.channel_id}> · {moment(case.opened_at)}",
        f"[{texts.TO_THE_MESSAGE}]({jump_url(case.guild_id, case.channel_id, case.message_id)})",
    ]
    if case.state is State.UNCLEAR:
        lines.append(texts.CHECK_THIS)
    return "\n".join(lines)


def case_line(case: Case) -> str:
    """Return a case on one line: number, score, link and state."""
    link = jump_url(case.guild_id, case.channel_id, case.message_id)
    score = f"{texts.GROUP_NAMES[case.group]} {texts.percent(case.score)}"
    return f"**#{case.id}** {score} · [{texts.MESSAGE}]({link}) · {texts.STATE_NAMES[case.state]}"


def score_lines(case: Case) -> str:
    """Return the score of each group as a bar and a figure, the one that it was flagged for first."""
    ordered = sorted(case.scores, key=lambda group: (group is not case.group, -case.scores[group]))
    return "\n".join(
        f"`{bar(case.scores[group])}` {texts.percent(case.scores[group])} {texts.GROUP_NAMES[group]}"
        for group in ordered
    )


def bar(share: float) -> str:
    """Return a share, 0..1, as a bar of `BAR_CELLS` cells."""
    full = round(share * BAR_CELLS)
    return "█" * full + "░" * (BAR_CELLS - full)


def event_line(event: CaseEvent) -> str:
    """Return what was done, by whom, and how it ended, on one line."""
    who = None if event.moderator_id is None else f"<@{event.moderator_id}>"
    return f"{texts.event(event.action, event.outcome, who)} · {moment(event.at)}"


def moment(at: datetime) -> str:
    """Return a time as Discord shows it to each reader in their own zone."""
    return discord.utils.format_dt(at, "R")


def jump_url(guild_id: int, channel_id: int, message_id: int) -> str:
    """Return the link to a message."""
    return f"https://discord.com/channels/{guild_id}/{channel_id}/{message_id}"


def buttons(case: Case) -> list[Action]:
    """Return the actions to offer on a card, in the order in which they stand there."""
    offered = (
        Action.DISMISS,
        Action.NOT_TOXIC,
        Action.WARN,
        Action.TIME_OUT,
        Action.DELETE,
        Action.UPHOLD,
        Action.REVERSE,
    )
    return [action for action in offered if case.may(action)]


def distress_embed(
    guild_id: int, channel_id: int, message_ids: Sequence[int], help_text: str
) -> discord.Embed:
    """Return the card about somebody who may not be well: no score, no case, and a text on how to help.

    Args:
        guild_id: The guild.
        channel_id: The channel.
        message_ids: The messages, oldest first.
        help_text: The guild's.
    """
    links = (f"[{texts.TO_THE_MESSAGE}]({jump_url(guild_id, channel_id, each)})" for each in message_ids)
    embed = discord.Embed(
        title=texts.DISTRESS_TITLE,
        description="\n".join([f"<#{channel_id}>", *links, "", help_text]),
        colour=COLOURS[Group.DISTRESS],
    )
    embed.set_footer(text=texts.DISTRESS_FOOTER)
    return embed
