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
        feelings: How frequent what is read in them is, in parts.
        quarrel: How many days ago they had an evening of another mood; None where they had none.
    """

    people: int
    busiest: int
    feelings: Mapping[str, int]
    quarrel: int | None = None


_CALM: Final = {"neutral": 44, UNCLEAR: 20, "joy": 6, "amusement": 8, "excitement": 3, "gratitude": 5}
_CALM |= {"admiration": 4, "curiosity": 3, "surprise": 2, "sadness": 2, "annoyance": 2, "fear": 1}
_ANGRY: Final = {"neutral": 34, UNCLEAR: 22, "annoyance": 18, "anger": 14, "disapproval": 6, "sadness": 4}

_TALKS: Final[dict[Channel, _Talk]] = {
    Channel.GENERAL: _Talk(people=14, busiest=34, feelings=_CALM, quarrel=3),
    Channel.PICTURES: _Talk(people=8, busiest=16, feelings=_CALM | {"love": 12, "admiration": 14}),
}

_QUARREL_FROM: Final = 18
"""The hour (UTC) at which a quarrel begins; it lasts until midnight."""


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
            at = today - days_ago * DAY + hour * HOUR
            angry = days_ago == talk.quarrel and hour >= _QUARREL_FROM
            feelings = _ANGRY if angry else talk.feelings
            share = math.sin(math.pi * (hour - _MORNING) / (_MIDNIGHT - _MORNING))
            for label in random.choices(
                [*feelings], [*feelings.values()], k=round(talk.busiest * share * random.uniform(0.5, 1.2))
            ):
                yield at, random.randint(1, talk.people), label
