"""Counts of feelings by channel and time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from ..mood.counting import HOUR, Span
from .repositories import Repository, utc
from .tables import MoodRow, Table
from .upsert import insert


class Moods(Repository):
    """Spans of channels, each large enough to say nothing of one person."""

    tables: ClassVar[tuple[type[Table], ...]] = (MoodRow,)

    async def add(self, spans: Iterable[Span]) -> None:
        """Keep spans.

        One that begins with another one of its channel is added to it: a restart divides an hour in two, and
        each part was large enough by itself.
        """
        async with self._sessions.begin() as session:
            # In one order everywhere: two processes that hold rows of each other would wait for ever.
            for span in sorted(spans, key=lambda span: (span.channel_id, span.start)):
                new = insert(session, MoodRow, **asdict(span)).on_conflict_do_nothing()
                begin = new.returning(MoodRow.channel_id)
                while await session.scalar(begin) is None and not await _add_to_kept(session, span):
                    pass  # it was deleted in between

    async def of_channel(self, channel_id: int, start: datetime, end: datetime) -> Sequence[Span]:
        """Return the spans of a channel that begin in a time, oldest first.

        Args:
            channel_id: The channel or thread.
            start: The first moment, with its zone (UTC).
            end: The first moment that is too late.
        """
        query = _spans(MoodRow.channel_id == channel_id, start, end)
        async with self._sessions() as session:
            rows = await session.execute(query)
            return [Span(row.guild_id, row.channel_id, utc(row.start), row.hours, row.counts) for row in rows]

    async def of_guild(self, guild_id: int, start: datetime, end: datetime) -> Sequence[Span]:
        """Return what was counted in all channels of a guild: a span a channel and day (UTC), oldest first.

        Each is the sum of all that begin on its day and in a time, from the first one's start to the last
        one's end. A large guild has a hundred thousand of them in two weeks: they are read by batches.
        Arguments are as in `of_channel`.
        """
        days: dict[tuple[int, date], _Day] = {}
        async for rows in self._batches(_spans(MoodRow.guild_id == guild_id, start, end)):
            for _, channel_id, begin, hours, counts in rows:
                at = utc(begin)
                day = days.setdefault((channel_id, at.date()), _Day(at, at))
                day.end = max(day.end, at + hours * HOUR)
                day.counts.update(counts)
        return [
            Span(guild_id, channel_id, day.start, (day.end - day.start) // HOUR, dict(day.counts))
            for (channel_id, _), day in days.items()
        ]

    async def prune(self, before: datetime) -> None:
        """Delete the spans that begin before a time (with its zone, UTC)."""
        await self._delete_many(MoodRow, MoodRow.start < before, MoodRow.start)

    async def forget_channel(self, channel_id: int) -> None:
        """Delete the spans of a channel."""
        await self._delete_many(MoodRow, MoodRow.channel_id == channel_id, MoodRow.start)

    async def forget_guild(self, guild_id: int) -> None:
        """Delete the spans of a guild."""
        await self._delete_of_guild(MoodRow, guild_id, MoodRow.start)

    async def forget_user(self, user_id: int) -> None:
        """Do nothing: no count is anybody's, and none can be told apart again into who wrote what."""


@dataclass(slots=True)
class _Day:
    """What was counted in a channel on a day, so far."""

    start: datetime
    end: datetime
    counts: Counter[str] = field(default_factory=Counter)


def _spans(
    where: ColumnElement[bool], start: datetime, end: datetime
) -> Select[int, int, datetime, int, dict[str, int]]:
    """Return the query for spans that begin in a time, oldest first."""
    columns = (MoodRow.guild_id, MoodRow.channel_id, MoodRow.start, MoodRow.hours, MoodRow.counts)
    within = (where, MoodRow.start >= start, MoodRow.start < end)
    return select(*columns).where(*within).order_by(MoodRow.start, MoodRow.channel_id)


async def _add_to_kept(session: AsyncSession, span: Span) -> bool:
    """Add a span to the one that is kept, and hold that until the end; return whether there is one."""
    key = span.channel_id, span.start
    row = await session.get(MoodRow, key, with_for_update=True, populate_existing=True)
    if row is None:
        return False
    row.hours = max(row.hours, span.hours)
    row.counts = dict(Counter(row.counts) + Counter(span.counts))
    await session.flush()
    return True
