"""Counts of feelings by channel and time."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import ClassVar

from sqlalchemy import ColumnElement, select

from ..mood.counting import Span
from .repositories import Repository, utc
from .tables import MoodRow, Table


class Moods(Repository):
    """Spans of channels, each large enough to say nothing of one person."""

    tables: ClassVar[tuple[type[Table], ...]] = (MoodRow,)

    async def add(self, spans: Iterable[Span]) -> None:
        """Keep spans.

        One that begins with another one of its channel is added to it: a restart divides an hour in two, and
        each part was large enough by itself.
        """
        async with self._sessions.begin() as session:
            for span in spans:
                row = await session.get(MoodRow, (span.channel_id, span.start))
                if row is None:
                    row = MoodRow(
                        channel_id=span.channel_id,
                        start=span.start,
                        guild_id=span.guild_id,
                        hours=0,
                        counts={},
                    )
                    session.add(row)
                row.hours = max(row.hours, span.hours)
                row.counts = dict(Counter(row.counts) + Counter(span.counts))
                await session.flush()

    async def of_channel(self, channel_id: int, start: datetime, end: datetime) -> Sequence[Span]:
        """Return the spans of a channel that begin in a time, oldest first.

        Args:
            channel_id: The channel or thread.
            start: The first moment, with its zone (UTC).
            end: The first moment that is too late.
        """
        return await self._select(MoodRow.channel_id == channel_id, start, end)

    async def of_guild(self, guild_id: int, start: datetime, end: datetime) -> Sequence[Span]:
        """Return the spans of all channels of a guild that begin in a time, as `of_channel` does."""
        return await self._select(MoodRow.guild_id == guild_id, start, end)

    async def prune(self, before: datetime) -> None:
        """Delete the spans that begin before a time (with its zone, UTC)."""
        await self._delete(MoodRow, MoodRow.start < before)

    async def forget_channel(self, channel_id: int) -> None:
        """Delete the spans of a channel."""
        await self._delete(MoodRow, MoodRow.channel_id == channel_id)

    async def forget_guild(self, guild_id: int) -> None:
        """Delete the spans of a guild."""
        await self._delete(MoodRow, MoodRow.guild_id == guild_id)

    async def forget_user(self, user_id: int) -> None:
        """Do nothing: no count is anybody's, and none can be told apart again into who wrote what."""

    async def _select(self, where: ColumnElement[bool], start: datetime, end: datetime) -> Sequence[Span]:
        query = (
            select(MoodRow)
            .where(where, MoodRow.start >= start, MoodRow.start < end)
            .order_by(MoodRow.start, MoodRow.channel_id)
        )
        async with self._sessions() as session:
            rows = await session.scalars(query)
            return [Span(row.guild_id, row.channel_id, utc(row.start), row.hours, row.counts) for row in rows]
