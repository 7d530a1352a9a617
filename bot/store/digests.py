"""Of which week servers had their digest."""

from datetime import datetime
from typing import ClassVar

from .repositories import Repository
from .tables import DigestRow, Table
from .upsert import insert


class Digests(Repository):
    """The last weekly digest of each guild."""

    tables: ClassVar[tuple[type[Table], ...]] = (DigestRow,)

    async def claim(self, guild_id: int, week: datetime) -> bool:
        """Keep that a guild has the digest of a week, before it is sent: rather none than two.

        Args:
            guild_id: The guild.
            week: When the week begins, with its zone (UTC).

        Returns:
            Whether it did not have it, nor that of a later week.
        """
        async with self._sessions.begin() as session:
            claim = insert(session, DigestRow, guild_id=guild_id, week=week)
            claim = claim.on_conflict_do_update(
                index_elements=[DigestRow.guild_id],
                set_={"week": claim.excluded.week},
                where=DigestRow.week < claim.excluded.week,
            )
            return await session.scalar(claim.returning(DigestRow.guild_id)) is not None

    async def forget_guild(self, guild_id: int) -> None:
        """Forget a guild's last digest."""
        await self._delete(DigestRow, DigestRow.guild_id == guild_id)

    async def forget_user(self, user_id: int) -> None:
        """Do nothing: it says nothing of people."""
