"""A run and its judging as messages: counts and links, and none of the words."""

import math
from collections.abc import Iterator
from typing import Final

import discord

from .. import texts
from ..backtest import MIN_JUDGEMENTS, PRESET_OF, Suggestion
from ..boxes import Layout, box
from ..moderation.cards import jump_url
from .buttons import BacktestButton, Press
from .run import MAX_MESSAGES, Ending, Run

COLOUR: Final = 0x3A7CA5
"""The stripe beside a run says nothing that the words do not."""


def progress_box(run: Run) -> Layout:
    """Return a run that goes on."""
    blocks = [
        f"### {texts.BACKTEST_GOING_ON}\n{texts.backtest_of(run.channel.mention, run.days)}",
        texts.backtest_progress(run.backtest.messages, _back_to(run)),
        f"-# {texts.BACKTEST_KEEPS}",
    ]
    return box(blocks, [BacktestButton(Press.CANCEL, run.id)], stripe=COLOUR)


def result_box(run: Run, histogram: discord.File | str | None) -> Layout:
    """Return a run that has ended.

    Args:
        run: The run.
        histogram: How many messages have which score: as a picture, in words where none may be sent, or
            None where nothing was read.
    """
    backtest = run.backtest
    counts = [texts.backtest_counts(backtest.messages, backtest.read, _back_to(run))]
    skipped = [(backtest.skipped[reason], str(reason)) for reason in backtest.skipped]
    counts += [f"-# {texts.backtest_skipped(skipped)}"] if skipped else []
    counts += [f"-# {texts.backtest_foreign(backtest.foreign)}"] if backtest.foreign else []
    blocks = [
        f"### {texts.BACKTEST_ENDED}\n{texts.backtest_of(run.channel.mention, run.days)}",
        *_notes(run),
        "\n".join(counts),
    ]
    if backtest.read:
        blocks.append("\n".join(_table(run)))
    if isinstance(histogram, str):
        blocks.append(histogram)
    judge = []
    if run.ending is not Ending.STOPPED:
        if run.judging.size >= MIN_JUDGEMENTS:
            blocks.append(f"-# {texts.JUDGE_ABOUT}")
            judge.append(BacktestButton(Press.JUDGE, run.id))
        else:
            blocks.append(f"-# {texts.too_few_to_judge(run.judging.size, MIN_JUDGEMENTS)}")
    picture = histogram if isinstance(histogram, discord.File) else None
    return box(blocks, judge, stripe=COLOUR, picture=picture)


def judging_box(run: Run, message_id: int | None) -> Layout:
    """Return what a judge sees: a link, and neither the words nor the score.

    Args:
        run: The run.
        message_id: What is to be judged; None where nothing is left.
    """
    judging = run.judging
    if message_id is None:
        return _thanks(run, texts.NOTHING_LEFT_TO_JUDGE)
    link = jump_url(run.channel.guild.id, run.channel.id, message_id)
    blocks = [
        f"### {texts.JUDGE_QUESTION}\n[{texts.TO_THE_MESSAGE}]({link})",
        *suggestion_lines(judging.suggestion()),
        f"-# {texts.judged(judging.judged, MIN_JUDGEMENTS)}",
    ]
    answers = [BacktestButton(press, run.id, message_id) for press in (Press.RIGHT, Press.NOT, Press.SKIP)]
    return box(blocks, [*answers, BacktestButton(Press.STOP, run.id)], _use(run), stripe=COLOUR)


def stopped_box(run: Run) -> Layout:
    """Return what a judge sees who has stopped."""
    return _thanks(run, texts.JUDGING_STOPPED)


def used_box(threshold: float, *, trial_anew: bool) -> Layout:
    """Return what a judge sees who has taken the suggestion.

    Args:
        threshold: From which toxicity messages are flagged from now on.
        trial_anew: Whether the trial of an automatic action begins anew.
    """
    return box([texts.threshold_used(threshold, trial_anew=trial_anew)], stripe=COLOUR)


def usable(threshold: float) -> int:
    """Return a suggested threshold in thousandths, rounded down: it flags all that the suggestion does."""
    return max(math.floor(threshold * 1000), 1)


def _thanks(run: Run, line: str) -> Layout:
    judging = run.judging
    counted = texts.judged(judging.judged, MIN_JUDGEMENTS)
    blocks = [line, *suggestion_lines(judging.suggestion()), f"-# {counted}"]
    return box(blocks, _use(run), stripe=COLOUR)


def _notes(run: Run) -> list[str]:
    """Return what is to be said of how a run ended, if it did not end as it should."""
    match run.ending:
        case None | Ending.COMPLETE:
            return []
        case Ending.CAPPED:
            return [texts.warning(texts.backtest_capped(MAX_MESSAGES))]
        case ending:
            return [texts.warning(texts.BACKTEST_ENDINGS[ending])]


def _table(run: Run) -> Iterator[str]:
    yield texts.WOULD_FLAG
    for flagged in run.backtest.flagged:
        preset = PRESET_OF.get(flagged.threshold)
        name = None if preset is None else texts.PRESET_NAMES[preset]
        yield texts.would_flag(
            flagged.threshold, name, flagged.count, 1000 * flagged.count / run.backtest.read
        )


def suggestion_lines(found: Suggestion | None) -> list[str]:
    """Return what judgements say of thresholds; nothing where they are too few."""
    if found is None:
        return []
    if found.threshold is None:
        return [texts.no_suggestion(found.false_alarms)]
    threshold = usable(found.threshold) / 1000
    return [texts.suggestion(threshold, found.false_alarms, found.low, found.high, found.judged)]


def _use(run: Run) -> list[BacktestButton]:
    found = run.judging.suggestion()
    if found is None or found.threshold is None:
        return []
    return [BacktestButton(Press.USE, run.id, usable(found.threshold))]


def _back_to(run: Run) -> str | None:
    return None if run.back_to is None else discord.utils.format_dt(run.back_to)
