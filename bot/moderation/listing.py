"""Lists of cases, for people and as a file: ids, scores and states."""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final

from .. import texts
from ..backtest import Judgement, suggest
from ..backtesting.layouts import suggestion_lines
from ..boxes import Layout, box
from ..rules import Group
from ..store.judgements import Judged
from .cards import case_line, moment
from .cases import CONFIRMED, REFUTED, Case, State

COLUMNS: Final = ("case", "opened_at", "channel_id", "message_id", "group", *Group, "state", "actions")
"""The columns of an export."""


def list_box(cases: Sequence[Case], page: int, *, more: bool) -> Layout:
    """Return a page of cases.

    Args:
        cases: Those of the page.
        page: Its number, from 1.
        more: Whether there are further ones.
    """
    lines = [f"{case_line(case)} · <#{case.channel_id}> · {moment(case.opened_at)}" for case in cases]
    blocks = [f"### {texts.say('cases-title')}", "\n".join(lines) or texts.say("no-cases")]
    if more or page > 1:
        footer = "page-footer-more" if more else "page-footer"
        blocks.append(f"-# {texts.say(footer, page=page, next=page + 1)}")
    return box(blocks)


def stats_box(counts: Mapping[tuple[Group, State], int], days: int, judged: Sequence[Judged] = ()) -> Layout:
    """Return how many cases there are and how often moderators agreed with the flag.

    Args:
        counts: Cases by group and state.
        days: For how long cases are kept.
        judged: How flags for toxicity were found so far, by score.
    """
    blocks = [f"### {texts.say('cases-of-days', days=days)}"]
    for group in Group:
        of_group = {state: count for (each, state), count in counts.items() if each is group}
        if not of_group:
            continue
        lines = [f"**{texts.say(f'group-{group}')}**"]
        lines += [
            texts.labelled(texts.say(f"state-{state}"), str(of_group[state]))
            for state in State
            if state in of_group
        ]
        confirmed = sum(count for state, count in of_group.items() if state in CONFIRMED)
        refuted = sum(count for state, count in of_group.items() if state in REFUTED)
        if confirmed + refuted:
            lines.append(_agreed(confirmed, confirmed + refuted))
        blocks.append("\n".join(lines))
    blocks += [] if counts else [texts.say("no-cases")]
    judgements = [
        Judgement(step.score, right)
        for step in judged
        for right, count in ((True, step.right), (False, step.wrong))
        for _ in range(count)
    ]
    return box([*blocks, *suggestion_lines(suggest(judgements))])


def _agreed(confirmed: int, decided: int) -> str:
    share = texts.percent(confirmed / decided)
    return texts.say("agreed", confirmed=confirmed, decided=decided, share=share)


def export_csv(cases: Sequence[Case]) -> str:
    """Return cases as comma-separated values; ids of members are not among them."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for case in cases:
        scores = (f"{case.scores[group]:.3f}" for group in Group)
        actions = " ".join(f"{event.action}:{event.outcome or 'under-way'}" for event in case.events)
        writer.writerow(
            (
                case.id,
                case.opened_at.isoformat(timespec="seconds"),
                case.channel_id,
                case.message_id,
                case.group,
                *scores,
                case.state,
                actions,
            )
        )
    return file.getvalue()
