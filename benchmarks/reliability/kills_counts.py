"""What a kill at this moment would cost of the counts of feelings, and what kills did cost.

Until an hour is over and large enough, its counts are in a file in memory; then they are in the database. So
at any moment the two of them hold what a bot that is killed now goes on with. Of both only numbers are read.
"""

import asyncio
import json
import time
from pathlib import Path

from kills_database import Database
from sqlalchemy import select

from moodring.bot.mood.afterlife import FILE
from moodring.bot.mood.counting import MIN_MESSAGES
from moodring.bot.store.tables import MoodRow

UNSAVED_S = 3.0
"""Seconds of counts that a kill may cost: two until they are put aside, one until a message is read."""

LOOK_S = 0.1
"""Seconds between two looks while the bot is at work."""


class Counts:
    """The counts of a channel, beside what was written there.

    Args:
        channel_id: The channel; it is only counted.
        database: The bot's.
        memory: The folder in memory.

    Attributes:
        written: How many messages were written.
        lost: How many of them kills have cost.
        worst_kill: The most that one kill has cost.
        oldest_s: How long ago at most a message was written that a kill would have cost, over all looks.
        looks: How many there were.
        counted: How many messages are counted since the last kill.
        faults: What did not hold, in words.
    """

    def __init__(self, channel_id: int, database: Database, memory: Path) -> None:
        self._channel_id = channel_id
        self._database = database
        self._aside = memory / FILE
        self._times: list[float] = []  # of what was written since the last end of the bot
        self._oldest_s = 0.0  # since then
        self._waiting = 0  # what was aside then
        self.written = self.lost = self.worst_kill = self.looks = self.counted = 0
        self.oldest_s = 0.0
        self.faults: list[str] = []

    def wrote(self) -> None:
        """Take note that somebody wrote."""
        self._times.append(time.monotonic())
        self.written += 1

    async def follow(self) -> None:
        """Look for ever while the bot is at work."""
        while True:
            self._look()
            await asyncio.sleep(LOOK_S)

    def ended(self, *, in_order: bool = False) -> None:
        """Look once more now that the bot has ended, and begin anew from what is there.

        Args:
            in_order: Whether it could end by itself; then what is too small to be kept is dropped.
        """
        kept = self._look()
        dropped = self._waiting if in_order and self._waiting < MIN_MESSAGES else 0
        self._waiting = self._aside_now()
        written, self._times = len(self._times), []
        oldest_s, self._oldest_s = self._oldest_s, 0.0
        self.oldest_s = max(self.oldest_s, oldest_s)
        if oldest_s > UNSAVED_S:
            self.faults.append(f"counts were not put aside for {oldest_s:.1f} s")
        if not self.counted - dropped <= kept <= self.counted + written:
            self.faults.append(
                f"{kept} messages are counted, {self.counted} were and {written} were written since"
            )
        if in_order and self._aside.exists():
            self.faults.append("counts were left in memory, though nothing had to survive")
        cost = self.counted + written - kept
        self.lost += cost
        self.worst_kill = max(self.worst_kill, cost)
        self.counted = kept

    def _look(self) -> int:
        """Return how many messages are counted; what is missing of them has to be young."""
        now = time.monotonic()
        kept = self._aside_now() + self._in_database()
        self.looks += 1
        missing_from = max(kept - self.counted, 0)
        if missing_from < len(self._times):
            self._oldest_s = max(self._oldest_s, now - self._times[missing_from])
        return kept

    def _aside_now(self) -> int:
        try:
            found = json.loads(self._aside.read_text("utf-8"))
        except FileNotFoundError:
            return 0
        spans = (span for where in ("hours", "waiting", "unwritten") for span in found[where])
        return sum(sum(span["counts"].values()) for span in spans if span["channel_id"] == self._channel_id)

    def _in_database(self) -> int:
        rows = self._database.rows(select(MoodRow.counts).where(MoodRow.channel_id == self._channel_id))
        return sum(sum(counts.values()) for (counts,) in rows)
