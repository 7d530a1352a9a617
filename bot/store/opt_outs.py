"""People who are not to be read."""

from collections import OrderedDict
from typing import ClassVar, Final

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .listening import Listener, Topic, tell
from .repositories import Repository
from .tables import OptOutRow, Table
from .upsert import put

REMEMBERED: Final = 10_000
"""People of whom the answer is remembered, about 1 MB; who was asked for longest ago goes first."""

_ALONE: Final = object()
"""What a process hears by that nobody else changes anything beside."""


class OptOuts(Repository):
    """People who are not to be read.

    Every message asks for its author, before it is read and after, so the answers are remembered: but only
    for as long as each change is heard of, and never past one.

    Args:
        sessions: The database.
        listener: Hears what other processes change; None where there are none.
    """

    tables: ClassVar[tuple[type[Table], ...]] = (OptOutRow,)

    def __init__(self, sessions: async_sessionmaker[AsyncSession], listener: Listener | None) -> None:
        super().__init__(sessions)
        self._listener = listener
        self._remembered: OrderedDict[int, bool] = OrderedDict()  # by when they were asked for
        self._heard_by: object | None = None  # what all of them were heard by
        self._changes = 0

    async def add(self, user_id: int) -> None:
        """Read nothing of a person from now on."""
        try:
            async with self._sessions.begin() as session:
                await session.execute(put(session, OptOutRow, user_id=user_id))
                await tell(session, Topic.PEOPLE, user_id)
        finally:  # an error does not say that nothing changed
            await self._changed(user_id)

    async def remove(self, user_id: int) -> None:
        """Take an opt-out back."""
        try:
            async with self._sessions.begin() as session:
                await session.execute(delete(OptOutRow).where(OptOutRow.user_id == user_id))
                await tell(session, Topic.PEOPLE, user_id)
        finally:
            await self._changed(user_id)

    async def contains(self, user_id: int) -> bool:
        """Return whether a person has opted out."""
        heard_by = self._hears_by()
        if heard_by is not self._heard_by:
            self._remembered.clear()
            self._heard_by = heard_by
        if user_id in self._remembered:
            self._remembered.move_to_end(user_id)
            return self._remembered[user_id]
        changes = self._changes
        async with self._sessions() as session:
            opted_out = await session.get(OptOutRow, user_id) is not None
        # What changed while the database was asked may have come after its answer.
        if heard_by is not None and heard_by is self._hears_by() and changes == self._changes:
            self._remembered[user_id] = opted_out
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return opted_out

    async def forget_guild(self, guild_id: int) -> None:
        """Do nothing: an opt-out holds in every guild."""

    async def forget_user(self, user_id: int) -> None:
        """Do nothing: who wants to be forgotten does not want to be read again; they may opt in."""

    def _hears_by(self) -> object | None:
        """Return what changes are heard by, another object after each outage; None while they are not."""
        if self._listener is None:
            return _ALONE
        self._listener.follow(Topic.PEOPLE, self._changed)
        return self._listener.hears_by

    async def _changed(self, user_id: int | None) -> None:
        self._changes += 1
        if user_id is None:
            self._remembered.clear()
        else:
            self._remembered.pop(user_id, None)
