"""When messages come: many guilds, a few of them lively, each quiet at times and in bursts at others.

A doubly stochastic (Cox) process, modulated by a two-state Markov chain a guild: the *Markov-modulated
Poisson process* of Fischer and Meier-Hellstern (1993, https://doi.org/10.1016/0166-5316(93)90035-S). How
lively the guilds are follows Zipf's law.
"""

import random
from dataclasses import dataclass, fields
from itertools import accumulate

from moodring.bot.turns import Kind


@dataclass(frozen=True, slots=True)
class Traffic:
    """How people write.

    Attributes:
        guilds: How many there are.
        zipf: Exponent of Zipf's law over them: 0, all alike; 1, the n-th writes an n-th of the first.
        burst_factor: How many times as much is written in a burst as out of one; 1, no bursts.
        burst_share: Share of the time that a guild is in a burst.
        burst_s: Seconds that a burst lasts on average.
        people: Members of a guild who write; the n-th writes an n-th of the first.
        asked: Share of the messages that ask for an answer.
        pictured: Share of them with a picture.
        texts: How many different texts there are to choose from.
    """

    guilds: int = 1_000
    zipf: float = 1.0
    burst_factor: float = 8.0
    burst_share: float = 0.1
    burst_s: float = 60.0
    people: int = 20
    asked: float = 0.05
    pictured: float = 0.0
    texts: int = 1

    def __post_init__(self) -> None:
        if not (0 < self.burst_share < 1 and min(self.guilds, self.people, self.texts, self.burst_s) > 0):
            values = ", ".join(f"{field.name}={getattr(self, field.name)}" for field in fields(self))
            raise ValueError(f"no such traffic: {values}")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message.

    Attributes:
        at_s: When it comes, in seconds from the beginning.
        kind: Whether somebody asks, or it is watched.
        guild: Where.
        person: Who of all people.
        text: Which text, below `Traffic.texts`.
        pictured: Whether it has a picture.
    """

    at_s: float
    kind: Kind
    guild: int
    person: int
    text: int
    pictured: bool


def draw(traffic: Traffic, rate: float, seconds: float, seed: int) -> list[Arrival]:
    """Return ``round(rate × seconds)`` messages in the order of their coming.

    Given their number, the messages of such a process come independently of each other, as the rate has it:
    so a short trace has its rate, and its bursts.

    Args:
        traffic: How people write.
        rate: Messages a second over all guilds.
        seconds: For how long.
        seed: Of all that is random.
    """
    chance = random.Random(seed)  # noqa: S311 - a seed, no secret
    pieces: list[tuple[int, float, float]] = []
    masses: list[float] = []
    for guild in range(traffic.guilds):
        weight = (guild + 1) ** -traffic.zipf
        for start, end, factor in _states(traffic, seconds, chance):
            pieces.append((guild, start, end))
            masses.append(weight * factor * (end - start))
    chosen = chance.choices(pieces, cum_weights=list(accumulate(masses)), k=round(rate * seconds))
    times = sorted((chance.uniform(start, end), guild) for guild, start, end in chosen)
    numbers = range(traffic.people)
    shares = [1 / (number + 1) for number in numbers]
    people = chance.choices(numbers, shares, k=len(times))
    return [
        Arrival(
            at_s,
            Kind.ASKED if chance.random() < traffic.asked else Kind.WATCHED,
            guild,
            guild * traffic.people + person,
            chance.randrange(traffic.texts),
            chance.random() < traffic.pictured,
        )
        for (at_s, guild), person in zip(times, people, strict=True)
    ]


def _states(traffic: Traffic, seconds: float, chance: random.Random) -> list[tuple[float, float, float]]:
    """Return when one guild is quiet and when not, each with its factor."""
    quiet_s = traffic.burst_s * (1 - traffic.burst_share) / traffic.burst_share
    bursts = chance.random() < traffic.burst_share
    states = []
    start = 0.0
    while start < seconds:
        end = min(seconds, start + chance.expovariate(1 / (traffic.burst_s if bursts else quiet_s)))
        states.append((start, end, traffic.burst_factor if bursts else 1.0))
        start, bursts = end, not bursts
    return states
