"""An outage of Discord's HTTP interface, in which people go on writing, and what the bot asks for then."""

import asyncio
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import faults
from asking import ask
from moderating import answer
from people import Guild
from process import running
from simcord.backend.models import Interaction, Message
from stand_in import Fault, Request, StandIn, open_stand_in

LASTS_S = 22
"""Seconds of an outage: discord.py tries a request five times within 16 s, and gives it up after 25."""

PAUSE_S = 1.0
"""Seconds between a message with a command and the next ones."""

TRY_S = 4
"""Seconds in which what is asked after an outage is answered, or asked anew."""

BACK_S = 60
"""Seconds in which the bot has to work again."""

BUCKET = 5
"""Messages within some seconds that Discord takes in a channel."""


@dataclass(frozen=True, slots=True)
class Outage:
    """What there was in an outage.

    Attributes:
        requests: What the bot asked for while it lasted.
        seconds: How long that was.
        commands: The commands that were used meanwhile.
        answered: How many messages of the time before its end were answered after it.
        latest_s: How many seconds old the oldest of these was.
        back_s: Seconds from its end until the bot worked again.
        busiest_s: The most requests within a second, the time after it included.
        errors: What the bot logged that nobody expected.
    """

    requests: list[Request]
    seconds: float
    commands: list[Interaction]
    answered: int
    latest_s: float
    back_s: float
    busiest_s: int
    errors: list[dict[str, object]]

    def a_minute(self, *statuses: int) -> float:
        """Return how many requests there were a minute, of those that were answered so."""
        return sum(each.status in statuses for each in self.requests) / self.seconds * 60

    def most_messages(self, window_s: float) -> int:
        """Return the largest number of attempts to send a message within some seconds."""
        return most([each.at for each in self.requests if each.path.startswith("/channels/")], window_s)


def most(times: Sequence[float], window_s: float) -> int:
    """Return the largest number of times, in order, within some seconds."""
    counts = (index - bisect_left(times, at - window_s) + 1 for index, at in enumerate(times))
    return max(counts, default=0)


async def outage(fault: Fault, folder: Path) -> Outage:
    """Let one begin and end for a bot of its own, and wait until that works again.

    Args:
        fault: What becomes of every request.
        folder: Where the bot keeps its data.

    Raises:
        TimeoutError: It does not work again.
    """
    loop = asyncio.get_running_loop()
    async with open_stand_in() as stand_in:
        guild = Guild(stand_in)

        async with running(stand_in, folder) as bot:
            await answer(stand_in, guild, guild.slash("admin", "watch start", mode="reply"))
            await answer(stand_in, guild, guild.slash("admin", "watch tune", cooldown=0))
            # From its answer discord.py learns how many messages may be on their way at once.
            stand_in.strike("POST", f"/channels/{guild.general.id}/messages", faults.exhausted)
            await until_answered(stand_in, guild)
            before, began = len(stand_in.requests), loop.time()
            stand_in.outage = fault
            asked = []
            while loop.time() < began + LASTS_S:
                asked.append(ask(guild))
                await asyncio.sleep(PAUSE_S)
            stand_in.outage = None
            requests, ended, over_at = list(stand_in.requests)[before:], loop.time(), stand_in.now()
            await until_answered(stand_in, guild)
            back_s = loop.time() - ended
            await stand_in.quiet(3, within=BACK_S)
            ages = [_age_s(message, over_at) for message, _ in asked if guild.answers_to(message)]
            return Outage(
                requests,
                ended - began,
                [used for _, used in asked],
                len(ages),
                max(ages, default=0),
                back_s,
                stand_in.busiest(1),
                bot.errors(),
            )


async def until_answered(stand_in: StandIn, guild: Guild) -> None:
    """Ask until a message and a command are answered.

    Raises:
        TimeoutError: They never are.
    """
    async with asyncio.timeout(BACK_S):
        while not await _answers(stand_in, guild):
            pass


async def _answers(stand_in: StandIn, guild: Guild) -> bool:
    message, used = ask(guild)
    try:
        await stand_in.until(lambda: guild.answers_to(message) and guild.shown(used), TRY_S)
    except TimeoutError:
        return False
    return True


def _age_s(message: Message, now: datetime) -> float:
    return (now - datetime.fromisoformat(message.timestamp)).total_seconds()
