"""A run and its judging as messages: counts and links, and none of the words."""

import math
from collections.abc import Iterator

import discord

from .. import texts
from ..backtest import MIN_JUDGEMENTS, PRESET_OF, Suggestion
from ..boxes import COLOUR, Layout, box
from ..moderation.cards import jump_url
from .buttons import BacktestButton, Press
from .run import MAX_MESSAGES, Ending, Run


def progress_box(run: Run) -> Layout:
    """Return a run that goes on."""
    blocks = [
        f"### {texts.say('backtest-going-on')}\n{_title(run)}",
        _progress(run),
        f"-# {texts.say('backtest-keeps')}",
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
    counts = [texts.say("backtest-read", messages=_progress(run), count=backtest.read)]
    if backtest.skipped:
        reasons = (
            texts.say(f"unread-{why.name.lower()}", count=count) for why, count in backtest.skipped.items()
        )
        counts.append(f"-# {texts.say('backtest-skipped', reasons=texts.listed(reasons))}")
    if backtest.foreign:
        counts.append(f"-# {texts.say('backtest-foreign', count=backtest.foreign)}")
    blocks = [
        f"### {texts.say('backtest-over')}\n{_title(run)}",
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
            blocks.append(f"-# {texts.say('judge-about')}")
            judge.append(BacktestButton(Press.JUDGE, run.id))
        else:
            few = texts.say("too-few-to-judge", examples=run.judging.size, enough=MIN_JUDGEMENTS)
            blocks.append(f"-# {few}")
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
        return _thanks(run, texts.say("nothing-left-to-judge"))
    link = jump_url(run.channel.guild.id, run.channel.id, message_id)
    blocks = [
        f"### {texts.say('judge-question')}\n[{texts.say('to-the-message')}]({link})",
        *suggestion_lines(judging.suggestion()),
        f"-# {_judged(judging.judged)}",
    ]
    answers = [BacktestButton(press, run.id, message_id) for press in (Press.RIGHT, Press.NOT, Press.SKIP)]
    return box(blocks, [*answers, BacktestButton(Press.STOP, run.id)], _use(run), stripe=COLOUR)


def stopped_box(run: Run) -> Layout:
    """Return what a judge sees who has stopped."""
    return _thanks(run, texts.say("judging-stopped"))


def used_box(threshold: float, *, trial_anew: bool) -> Layout:
    """Return what a judge sees who has taken the suggestion.

    Args:
        threshold: From which toxicity messages are flagged from now on.
        trial_anew: Whether the trial of an automatic action begins anew.
    """
    used = "threshold-used-trial" if trial_anew else "threshold-used"
    return box([texts.say(used, threshold=texts.exact_percent(threshold))], stripe=COLOUR)


def usable(threshold: float) -> int:
    """Return a suggested threshold in thousandths, rounded down: it flags all that the suggestion does."""
    return max(math.floor(threshold * 1000), 1)


def _thanks(run: Run, line: str) -> Layout:
    judging = run.judging
    blocks = [line, *suggestion_lines(judging.suggestion()), f"-# {_judged(judging.judged)}"]
    return box(blocks, _use(run), stripe=COLOUR)


def _notes(run: Run) -> list[str]:
    """Return what is to be said of how a run ended, if it did not end as it should."""
    match run.ending:
        case None | Ending.COMPLETE:
            return []
        case Ending.CAPPED:
            return [_warning(texts.say("backtest-capped", most=MAX_MESSAGES))]
        case ending:
            return [_warning(texts.say(f"ending-{ending}"))]


def _table(run: Run) -> Iterator[str]:
    yield texts.say("would-flag")
    for flagged in run.backtest.flagged:
        preset = PRESET_OF.get(flagged.threshold)
        rate = 1000 * flagged.count / run.backtest.read
        values: dict[str, str | float] = {
            "threshold": texts.exact_percent(flagged.threshold),
            "count": flagged.count,
            "rate": rate if rate < 10 else round(rate),
        }
        if preset is None:
            yield texts.say("would-flag-line", **values)
        else:
            yield texts.say("would-flag-preset", preset=texts.say(f"preset-{preset}"), **values)


def suggestion_lines(found: Suggestion | None) -> list[str]:
    """Return what judgements say of thresholds; nothing where they are too few."""
    if found is None:
        return []
    if found.threshold is None:
        return [texts.say("no-suggestion", alarms=texts.percent(found.false_alarms))]
    return [
        texts.say(
            "suggestion",
            threshold=texts.exact_percent(usable(found.threshold) / 1000),
            alarms=texts.percent(found.false_alarms),
            low=texts.percent(found.low),
            high=texts.percent(found.high),
            count=found.judged,
        )
    ]


def _use(run: Run) -> list[BacktestButton]:
    found = run.judging.suggestion()
    if found is None or found.threshold is None:
        return []
    return [BacktestButton(Press.USE, run.id, usable(found.threshold))]


def _title(run: Run) -> str:
    return texts.say("backtest-of", channel=run.channel.mention, days=run.days)


def _progress(run: Run) -> str:
    count = run.backtest.messages
    if run.back_to is None:
        return texts.say("backtest-messages", count=count)
    return texts.say("backtest-messages-back", count=count, back=discord.utils.format_dt(run.back_to))


def _judged(count: int) -> str:
    """Return how many examples are judged, by all judges."""
    if count >= MIN_JUDGEMENTS:
        return texts.say("judged", count=count)
    return texts.say("judged-missing", count=count, missing=MIN_JUDGEMENTS - count)


def _warning(text: str) -> str:
    return texts.say("warning", text=text)
