"""Lets messages come to the bot's services, simulated or real, and sees what becomes of each."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from arrivals import Arrival

from moodring.bot.classifier import BusyError, DeadlineError
from moodring.bot.intake.message import Draft, ImageLink
from moodring.bot.services import Services
from moodring.bot.turns import Kind

FIRST_ID: Final = 1_000_000
"""Ids of guilds and people begin here."""

PICTURE: Final = ImageLink("https://cdn.discordapp.com/a.jpg", 100_000)
"""What a message with a picture has; whoever drives hands in what fetches it."""


@dataclass
class Seen:
    """What became of messages.

    Attributes:
        waited_s: Of those that were answered: seconds from their coming to their end, by kind.
        ended: How many ended how: ``answered``; ``full``, ``late``, ``person`` (shed); ``deadline``.
        seconds: From the first one's coming to the last one's end.
    """

    waited_s: dict[Kind, list[float]] = field(default_factory=lambda: {kind: [] for kind in Kind})
    ended: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def shed(self) -> float:
        """The share that was not answered."""
        return 1 - self.ended["answered"] / max(1, self.ended.total())

    @property
    def throughput(self) -> float:
        """Answers a second."""
        return self.ended["answered"] / self.seconds

    def percentile(self, share: float, *kinds: Kind) -> float:
        """Return the seconds that a share of the answered ones does not exceed; 0 without any."""
        waited = sorted(waited for kind in kinds or Kind for waited in self.waited_s[kind])
        return waited[min(len(waited) - 1, int(share * len(waited)))] if waited else 0.0


def draft_of(arrival: Arrival, number: int, texts: Sequence[str]) -> Draft:
    """Return a message that no other one equals, so that no cache answers."""
    images = (PICTURE,) if arrival.pictured else ()
    return Draft(f"{texts[arrival.text]} {number}", images, FIRST_ID + arrival.guild)


async def drive(services: Services, arrivals: Sequence[Arrival], texts: Sequence[str]) -> Seen:
    """Let messages come, and wait until each has ended.

    Args:
        services: Simulated or real.
        arrivals: The messages, in their order.
        texts: What they say.
    """
    loop = asyncio.get_running_loop()
    seen, began = Seen(), loop.time()

    async def one(arrival: Arrival, number: int) -> None:
        outcome = await _read(services, arrival, draft_of(arrival, number, texts))
        seen.ended[outcome] += 1
        if outcome == "answered":
            seen.waited_s[arrival.kind].append(loop.time() - began - arrival.at_s)

    async with asyncio.TaskGroup() as group:
        for number, arrival in enumerate(arrivals):
            await asyncio.sleep(began + arrival.at_s - loop.time())
            group.create_task(one(arrival, number))
    seen.seconds = loop.time() - began
    return seen


async def saturate(
    services: Services, arrivals: Sequence[Arrival], texts: Sequence[str], at_once: int
) -> Seen:
    """Read messages as fast as they can be read, whenever they would come.

    Args:
        services: Simulated or real.
        arrivals: The messages.
        texts: What they say.
        at_once: Messages that are there at the same time, each followed by the next one.
    """
    loop = asyncio.get_running_loop()
    seen, began = Seen(), loop.time()
    left = iter(enumerate(arrivals))

    async def reader() -> None:
        for number, arrival in left:
            came = loop.time()
            seen.ended[await _read(services, arrival, draft_of(arrival, number, texts))] += 1
            seen.waited_s[arrival.kind].append(loop.time() - came)

    await asyncio.gather(*(reader() for _ in range(at_once)))
    seen.seconds = loop.time() - began
    return seen


async def _read(services: Services, arrival: Arrival, draft: Draft) -> str:
    """Have a message read as the cogs do; return how it ended."""
    person = FIRST_ID + arrival.person
    try:
        if arrival.kind is Kind.ASKED:
            await services.read(person, draft)
        else:
            await services.read_watched(person, draft)
    except BusyError as error:
        return error.why
    except DeadlineError:
        return "deadline"
    return "answered"
