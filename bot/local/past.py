"""A past for the simulated server, invented, so that it has a mood to be looked at when it opens."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Final

from ..mood.counting import HOUR, UNCLEAR, Counting, Span
from ..mood.summary import DAY
from .world import Channel, World

DAYS: Final = 14
"""Days before today that are invented: a week, and one to compare it with."""

_MORNING, _MIDNIGHT = 7, 24
"""Hours (UTC) between which somebody writes."""


@dataclass(frozen=True, slots=True)
class _Talk:
    """What is invented of a channel.

    Attributes:
        people: How many write there.
        busiest: About how many messages its busiest hour of the day has.
        before: What is read in them and how often, in parts, up to a week ago.
        lately: The same of the last week.
        quarrel: How many days ago an evening was angry; None where none was.
    """

    people: int
    busiest: int
    before: Mapping[str, int]
    lately: Mapping[str, int]
    quarrel: int | None = None


_USUAL: Final = {
    "neutral": 44,
    UNCLEAR: 20,
    "joy": 6,
    "amusement": 8,
    "gratitude": 5,
    "admiration": 4,
    "curiosity": 3,
    "surprise": 2,
    "sadness": 2,
    "annoyance": 2,
    "fear": 1,
}
_MERRY: Final = _USUAL | {"joy": 12, "excitement": 8}
_FOND: Final = _USUAL | {"love": 12, "admiration": 14}
_ANGRY: Final = {"neutral": 38, UNCLEAR: 26, "annoyance": 14, "anger": 10, "disapproval": 4, "sadness": 6}

_TALKS: Final[dict[Channel, _Talk]] = {
    Channel.GENERAL: _Talk(people=14, busiest=26, before=_USUAL, lately=_MERRY, quarrel=3),
    Channel.PICTURES: _Talk(people=8, busiest=8, before=_FOND, lately=_FOND),
}

_EVENING: Final = 18
"""The hour (UTC) at which an evening begins."""


async def invent_past(world: World) -> None:
    """Let the bot remember how its channels felt on days that never were; call it once in a world."""
    await world.store.moods.add(invented_spans(world, world.env.now()))


def invented_spans(world: World, now: datetime) -> list[Span]:
    """Return counts of messages that nobody wrote, the same ones at the same time.

    They are counted as real ones are, so what is too small to be shown is missing here as well.

    Args:
        world: Whose channels they are of.
        now: The time, with its zone; they end before its hour.
    """
    counting = Counting()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for channel, talk in _TALKS.items():
        for at, author_id, label in _messages(talk, today, Random(channel)):  # noqa: S311 - no secret
            counting.count(world.guild.id, world.channels[channel].id, author_id, label, at)
    return counting.close(now)


def _messages(talk: _Talk, today: datetime, random: Random) -> Iterator[tuple[datetime, int, str]]:
    """Yield when a message was written, the author's id and what was read in it."""
    for days_ago in range(DAYS, -1, -1):
        for hour in range(_MORNING, _MIDNIGHT):
            feelings = talk.lately if days_ago < DAYS / 2 else talk.before
            if days_ago == talk.quarrel and hour >= _EVENING:
                feelings = _ANGRY
            share = math.sin(math.pi * (hour - _MORNING) / (_MIDNIGHT - _MORNING))
            messages = round(talk.busiest * share * random.uniform(0.5, 1.2))
            at = today - days_ago * DAY + hour * HOUR
            for label in random.choices([*feelings], [*feelings.values()], k=messages):
                yield at, random.randint(1, talk.people), label
