"""Guilds that the bot has left."""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from sqlalchemy import select

from .repositories import Repository
from .tables import DepartureRow, Table
from .upsert import insert


class Departures(Repository):
    """When the bot left a guild about which something is still kept."""

    tables: ClassVar[tuple[type[Table], ...]] = (DepartureRow,)

    async def left(self, guild_id: int, at: datetime) -> None:
        """Keep that the bot is no longer in a guild; where that is known, the first time holds.

        Args:
            guild_id: The guild.
            at: When it left or was found to have left, with its zone (UTC).
        """
        async with self._sessions.begin() as session:
            left = insert(session, DepartureRow, guild_id=guild_id, left_at=at)
            await session.execute(left.on_conflict_do_nothing())

    async def returned(self, guild_id: int) -> None:
        """Keep that the bot is in a guild."""
        await self._delete(DepartureRow, DepartureRow.guild_id == guild_id)

    async def before(self, time: datetime) -> Sequence[int]:
        """Return the guilds that the bot left before a time (with its zone, UTC)."""
        query = select(DepartureRow.guild_id).where(DepartureRow.left_at < time)
        async with self._sessions() as session:
            return (await session.scalars(query)).all()

    async def forget_guild(self, guild_id: int) -> None:
        """Forget that the bot has left a guild."""
        await self.returned(guild_id)

    async def forget_user(self, user_id: int) -> None:
        """Do nothing: it says nothing of people."""
