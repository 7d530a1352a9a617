"""What a chart shows in words, and how times and shares are said."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from .. import texts
from .counting import HOUR
from .groups import group_name, neutral_share, shares
from .summary import Bin, Period, Window, changes, total_of

MENTIONED: Final = 3
"""Groups that are named as the most frequent ones."""

CHANGES: Final = 2
"""Changes that are spoken of."""

LEAST_SHARE: Final = 0.005
"""Shares below it would be read as 0 %."""

MAX_DESCRIPTION: Final = 1024
"""Characters that Discord takes as a file's description."""


def date(time: datetime) -> str:
    """Return a day, such as ``"3 Nov"``."""
    return texts.say("mood-date", day=time.day, month=time.month)


def weekday(time: datetime) -> str:
    """Return a day of the week, such as ``"Mon"``."""
    return texts.say("mood-weekday", day=time.weekday())


def clock(time: datetime) -> str:
    """Return a time of day (UTC)."""
    return f"{time:%H:%M}"


def dates_of(window: Window) -> str:
    """Return from which day to which a window goes."""
    return texts.say("mood-dates", first=date(window.start), last=date(window.end - HOUR))


def time_of(found: Bin, window: Window) -> str:
    """Return when a bin is, such as ``"Mon 06:00–12:00"``."""
    times = f"{clock(found.start)}–{clock(found.end)}"
    if window.period is Period.DAY:
        return times
    name = date if window.period is Period.MONTH else weekday
    first, last = name(found.start), name(found.end - HOUR)
    if found.start.hour == found.end.hour == 0:
        return first if first == last else f"{first} – {last}"
    return (
        f"{first} {times}" if first == last else f"{first} {clock(found.start)} – {last} {clock(found.end)}"
    )


def feelings(counts: Mapping[str, int], most: int | None = None) -> str:
    """Return the shares of groups, the largest first, such as ``"joy 21 %, warmth 9 %"``; empty without any.

    Args:
        counts: Messages by label.
        most: How many groups at most.
    """
    return texts.listed(
        texts.say("mood-share", group=group_name(group), share=texts.percent(share))
        for group, share in _frequent(counts)[:most]
    )


def most_frequent(counts: Counter[str]) -> str:
    """Return in sentences how many messages there were, and which feelings were the most frequent."""
    named = feelings(counts, MENTIONED)
    return texts.sentences(
        texts.say("mood-counted-said", messages=counts.total()),
        texts.say("mood-most-frequent", feelings=named) if named else "",
        texts.say("mood-neutral", neutral=texts.percent(neutral_share(counts))),
    )


def changed(counts: Mapping[str, int], before: Mapping[str, int], period: Period) -> str:
    """Return in a sentence what changed since the period before; empty where that had too few messages."""
    if not before:
        return ""
    found = [
        texts.say("mood-changed", group=group_name(group), then=texts.percent(then), now=texts.percent(now))
        for group, then, now in changes(counts, before)[:CHANGES]
    ]
    if not found:
        return texts.say(f"mood-as-before-{period}")
    return texts.say(f"mood-changes-{period}", changes=texts.listed(found))


def sentence(bins: Sequence[Bin], window: Window, before: Mapping[str, int]) -> str:
    """Return what a chart shows, for `discord.File.description`.

    Args:
        bins: The window's.
        window: What is shown.
        before: Messages by label in the period before.
    """
    shown = [each for each in bins if each.counts]
    counts = total_of(shown)

    def highest_of(group: str) -> Bin:
        return max(shown, key=lambda each: shares(each.counts)[group])

    parts = []
    for group, share in _frequent(counts):
        highest = highest_of(group)
        parts.append(
            texts.say(
                "mood-said-group",
                group=group_name(group),
                share=texts.percent(share),
                most=texts.percent(shares(highest.counts)[group]),
                time=time_of(highest, window),
            )
        )
    said = [texts.say("mood-said", messages=counts.total(), dates=dates_of(window))]
    said += (
        [texts.say("mood-said-groups", groups=texts.capital(texts.say("clause-separator").join(parts)))]
        if parts
        else []
    )
    said.append(texts.say("mood-neutral", neutral=texts.percent(neutral_share(counts))))
    said += [texts.say("mood-said-gaps")] if len(shown) < len(bins) else []
    said.append(changed(counts, before, window.period))
    return texts.sentences(*said)[:MAX_DESCRIPTION]


def _frequent(counts: Mapping[str, int]) -> list[tuple[str, float]]:
    """Return the groups whose share is worth a mention, the largest first."""
    found = sorted(shares(counts).items(), key=lambda each: -each[1])
    return [(group, share) for group, share in found if share >= LEAST_SHARE]
