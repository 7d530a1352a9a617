"""One try of thresholds on the past of a channel: politely fetched, read one by one, and forgotten."""

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property
from typing import Final

import discord

from moodring.model import Prediction

from ..backtest import REASONS, Backtest, Skip
from ..classifier import BusyError
from ..intake.message import draft_of_message, is_from_person
from ..permissions import Watchable, missing_to_see
from ..services import OptedOutError, Services
from .judging import Judging

log: Final = logging.getLogger(__name__)

PAGE: Final = 100
"""Messages that Discord hands out at once, at most."""

PAGE_S: Final = 1.0
"""Seconds between two pages: Discord would bear more, but nobody waits for this."""

MAX_MESSAGES: Final = 5_000
"""Messages of one run, at most."""

EXAMPLES: Final = 12
"""Messages of each band that may be judged: with ten bands the 50 that a suggestion takes are there."""

RETRIES: Final = 5
"""How often a message is tried again while live ones keep the model busy."""

RETRY_S: Final = 2.0
"""Seconds before that."""

PROGRESS_S: Final = 5.0
"""Seconds between two reports of progress."""


class Ending(StrEnum):
    """How a run ended."""

    COMPLETE = "complete"
    CAPPED = "capped"
    CANCELLED = "cancelled"
    NO_ACCESS = "no-access"
    FAILED = "failed"
    STOPPED = "stopped"


_SKIPS: Final[dict[type[Exception], Skip]] = {**REASONS, OptedOutError: Skip.OPTED_OUT}


class Run:
    """A run. It is kept in memory alone: counts, and the ids and scores of a few messages.

    Args:
        run_id: What names it.
        channel: Whose past is read.
        days: How many days of it.
        now: When the run begins.
        thresholds: What is tried, each above 0 and at most 1.

    Attributes:
        backtest: What was counted so far.
        back_to: When the oldest message was written that was met so far; None before the first.
        ending: How the run ended; None while it goes on.
        message: What shows it to moderators; None before it is sent.
    """

    def __init__(
        self, run_id: int, channel: Watchable, *, days: int, now: datetime, thresholds: Sequence[float]
    ) -> None:
        self.id = run_id
        self.channel = channel
        self.days = days
        self.backtest = Backtest[int](thresholds, examples=EXAMPLES)
        self.back_to: datetime | None = None
        self.ending: Ending | None = None
        self.message: discord.Message | None = None
        self._since = now - timedelta(days=days)
        self._cancelled = False
        self._reading = asyncio.Lock()

    @cached_property
    def judging(self) -> Judging:
        """The judgements of its examples, once it has ended."""
        return Judging(self.backtest.bands)

    def cancel(self) -> None:
        """Let it end with what was counted so far."""
        self._cancelled = True

    async def go(self, services: Services, reader_id: int, report: Callable[[], Awaitable[None]]) -> None:
        """Read the past until its end, or until something else ends the run; never raises but when stopped.

        Args:
            services: The one way to a prediction.
            reader_id: The bot's own user id.
            report: Called every few seconds.
        """
        try:
            ending = await self._go(services, reader_id, report)
        except (discord.Forbidden, discord.NotFound):
            ending = Ending.NO_ACCESS
        except Exception:  # nobody waits for the run who could be told
            log.exception("backtest failed", extra={"channel_id": self.channel.id})
            ending = Ending.FAILED
        self.ending = ending

    async def stop(self, task: asyncio.Task[None]) -> None:
        """Stop the task that the run goes on in, at once.

        But between two messages: cut off while it asks the database, aiosqlite might wait for ever.
        """
        async with self._reading:
            task.cancel()
        await asyncio.wait([task])
        self.ending = self.ending or Ending.STOPPED

    async def _go(self, services: Services, reader_id: int, report: Callable[[], Awaitable[None]]) -> Ending:
        reported = time.monotonic()
        async with aclosing(_past(self.channel, self._since)) as messages:
            async for message in messages:
                if self._cancelled:
                    return Ending.CANCELLED
                if self.backtest.messages >= MAX_MESSAGES:
                    return Ending.CAPPED
                outcome = await self._read(services, reader_id, message)
                if isinstance(outcome, Skip):
                    self.backtest.skip(outcome)
                else:
                    self.backtest.add(message.id, outcome)
                self.back_to = message.created_at
                if time.monotonic() - reported >= PROGRESS_S:
                    await report()
                    reported = time.monotonic()
        # Where it may see the channel but not its past, Discord says nothing and hands out none.
        return Ending.NO_ACCESS if missing_to_see(self.channel) else Ending.COMPLETE

    async def _read(self, services: Services, reader_id: int, message: discord.Message) -> Prediction | Skip:
        """Return what a message says, or why it was not read; live messages go first."""
        if not is_from_person(message):
            return Skip.BOT if message.author.bot or message.webhook_id else Skip.NOTICE
        for _ in range(RETRIES):
            try:
                async with self._reading:
                    draft = draft_of_message(message, reader_id)
                    _, prediction = await services.read_watched(message.author.id, draft)
                    return prediction
            except BusyError:
                await asyncio.sleep(RETRY_S)
            except tuple(_SKIPS) as error:
                return _SKIPS[type(error)]
        return Skip.BUSY


async def _past(channel: Watchable, since: datetime) -> AsyncGenerator[discord.Message, None]:
    """Yield the messages of a channel, newest first, a page in memory at a time."""
    before: discord.Message | None = None
    while True:
        page = [
            message
            async for message in channel.history(limit=PAGE, before=before, after=since, oldest_first=False)
        ]
        for message in page:
            yield message
        if len(page) < PAGE:
            return
        before = page[-1]
        await asyncio.sleep(PAGE_S)
