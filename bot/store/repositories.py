"""One class a concern: short questions, each in its own transaction.

Every repository can forget a guild and a user, also where it knows nothing of them, so that a
deletion walks them all and a new table cannot be left out.
"""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Literal, TypeAlias, TypeVarTuple, cast

from sqlalchemy import (
    ColumnElement,
    CursorResult,
    Row,
    Select,
    SQLColumnExpression,
    delete,
    or_,
    select,
    true,
)
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from ..guild_settings import GuildSettings
from .failures import going_on
from .listening import Topic, tell
from .many import BATCH, change_many, guilds_in
from .tables import AnswerRow, CommandTreeRow, GuildRow, Table, WatchRow
from .upsert import put

What: TypeAlias = Literal["reply", "react", "flag"]
"""What may follow a message of a watched channel: an answer, a reaction, a flag for moderators."""

Columns = TypeVarTuple("Columns")

_NOTHING: Final = "count"
"""What stands for a channel that is read without anything following."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A channel that is listened to.

    Attributes:
        channel_id: The channel or thread.
        guild_id: Its guild.
        does: What follows its messages; with nothing they are only counted.
    """

    channel_id: int
    guild_id: int
    does: frozenset[What]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in a channel.

    Attributes:
        message_id: The message that was read.
        answer_id: The bot's message, or ``message_id`` for a reaction on it.
        channel_id: The channel of both.
        guild_id: Its guild; None in a direct message.
        author_id: Who wrote the message that was read.
    """

    message_id: int
    answer_id: int
    channel_id: int
    guild_id: int | None
    author_id: int

    @property
    def is_reaction(self) -> bool:
        """Whether the answer is a reaction on the message instead of a message."""
        return self.answer_id == self.message_id


def utc(time: datetime) -> datetime:
    """Return a time of the database with its zone, which SQLite does not keep."""
    return time if time.tzinfo else time.replace(tzinfo=UTC)


class Repository(ABC):
    """Access to the tables of one concern.

    Attributes:
        tables: Those tables.
    """

    tables: ClassVar[tuple[type[Table], ...]]

    def __init__(self, sessions: async_sessionmaker[AsyncSession]) -> None:
        self._sessions = sessions

    async def guild_ids(self) -> set[int]:
        """Return the guilds about which something is kept."""
        tables = [table for table in self.tables if "guild_id" in table.__table__.columns]
        queries = [select(guilds_in(table).c.guild_id) for table in tables]
        return {guild_id for query in queries async for rows in self._batches(query) for (guild_id,) in rows}

    @abstractmethod
    async def forget_guild(self, guild_id: int) -> None:
        """Delete everything that is kept about a guild."""

    @abstractmethod
    async def forget_user(self, user_id: int) -> None:
        """Delete everything that is kept about a person."""

    async def _delete(self, table: type[Table], where: ColumnElement[bool]) -> int:
        """Delete the rows that match; return how many there were."""
        async with self._sessions.begin() as session:
            result = await session.execute(delete(table).where(where))
        return cast(CursorResult[Any], result).rowcount

    async def _batches(self, query: Select[*Columns]) -> AsyncIterator[Sequence[Row[*Columns]]]:
        """Yield what a query finds by batches: to make objects of very many rows keeps others waiting."""
        async with self._sessions() as session:
            found = await session.stream(query.execution_options(yield_per=BATCH))
            async for rows in found.partitions():
                yield rows

    async def _delete_many(
        self, table: type[Table], where: ColumnElement[bool], by: SQLColumnExpression[Any]
    ) -> None:
        """Delete the rows that match, by batches; see `change_many`."""
        await change_many(self._sessions, table, where, [by], delete(table))

    async def _delete_of_guild(self, table: type[Table], guild_id: int, by: SQLColumnExpression[Any]) -> None:
        """Delete a guild's rows, by batches.

        Args:
            table: The table.
            guild_id: The guild.
            by: The column behind the guild in an index.
        """
        guild = table.__table__.columns["guild_id"]
        # A range, and in the order of both: were the guild given as equal, only the order of the other column
        # would count, and PostgreSQL goes through all guilds in that where this one has much of all.
        await change_many(
            self._sessions, table, guild.between(guild_id, guild_id), [guild, by], delete(table)
        )


class Guilds(Repository):
    """Settings of guilds, each guild's one document: who changes it holds it, see `Store.changing`."""

    tables: ClassVar[tuple[type[Table], ...]] = (GuildRow,)

    async def get(self, guild_id: int) -> GuildSettings:
        """Return a guild's settings, the defaults if it has chosen none."""
        async with self._sessions() as session:
            row = await session.get(GuildRow, guild_id)
        return GuildSettings() if row is None else GuildSettings.parse(row.settings)

    async def documents(self, guild_ids: Sequence[int]) -> Mapping[int, object]:
        """Return what some guilds have chosen, as it is kept: for `GuildSettings.parse`."""
        query = select(GuildRow.guild_id, GuildRow.settings).where(GuildRow.guild_id.in_(guild_ids))
        async with self._sessions() as session:
            return dict((await session.execute(query)).all())

    async def ids(self) -> Sequence[int]:
        """Return the guilds that have chosen settings."""
        async with self._sessions() as session:
            return list(await session.scalars(select(GuildRow.guild_id).order_by(GuildRow.guild_id)))

    async def put(self, guild_id: int, settings: GuildSettings) -> None:
        """Keep a guild's settings."""
        async with self._sessions.begin() as session:
            await session.execute(put(session, GuildRow, guild_id=guild_id, settings=settings.differing()))

    async def forget_guild(self, guild_id: int) -> None:
        """Delete a guild's settings."""
        await self._delete(GuildRow, GuildRow.guild_id == guild_id)

    async def forget_user(self, user_id: int) -> None:
        """Do nothing: a guild's settings say nothing of people."""


class Watches(Repository):
    """Channels that are listened to."""

    tables: ClassVar[tuple[type[Table], ...]] = (WatchRow,)

    async def all(self, owned: Callable[[int], bool] = lambda _: True) -> Sequence[Watch]:
        """Return every watched channel.

        Args:
            owned: Says of a guild's id whether its channels are wanted; by default all are.
        """
        query = select(WatchRow.channel_id, WatchRow.guild_id, WatchRow.mode).order_by(WatchRow.channel_id)
        return [
            Watch(channel_id, guild_id, _does(mode))
            async for rows in self._batches(query)
            for channel_id, guild_id, mode in rows
            if owned(guild_id)
        ]

    async def of_guild(self, guild_id: int) -> Sequence[Watch]:
        """Return the watched channels of a guild."""
        return await self._select(WatchRow.guild_id == guild_id)

    async def contains(self, channel_id: int) -> bool:
        """Return whether a channel is listened to."""
        async with self._sessions() as session:
            return await session.get(WatchRow, channel_id) is not None

    async def start(self, watch: Watch) -> None:
        """Listen to a channel, or to the same one otherwise."""
        mode = ",".join(sorted(watch.does)) or _NOTHING
        row = {"channel_id": watch.channel_id, "guild_id": watch.guild_id, "mode": mode}
        async with self._sessions.begin() as session:
            await session.execute(put(session, WatchRow, **row))
            await tell(session, Topic.WATCHES, watch.guild_id)

    async def stop(self, channel_id: int) -> bool:
        """Listen to a channel no more; return whether it was listened to."""
        stopped = delete(WatchRow).where(WatchRow.channel_id == channel_id).returning(WatchRow.guild_id)
        async with self._sessions.begin() as session:
            guild_id = await session.scalar(stopped)
            if guild_id is None:
                return False
            await tell(session, Topic.WATCHES, guild_id)
        return True

    async def forget_guild(self, guild_id: int) -> None:
        """Listen to no channel of a guild any more."""
        async with self._sessions.begin() as session:
            await session.execute(delete(WatchRow).where(WatchRow.guild_id == guild_id))
            await tell(session, Topic.WATCHES, guild_id)

    async def forget_user(self, user_id: int) -> None:
        """Do nothing: a watch says nothing of people."""

    async def _select(self, where: ColumnElement[bool]) -> Sequence[Watch]:
        async with self._sessions() as session:
            rows = await session.scalars(select(WatchRow).where(where).order_by(WatchRow.channel_id))
            return [Watch(row.channel_id, row.guild_id, _does(row.mode)) for row in rows]


def _does(mode: str) -> frozenset[What]:
    return frozenset(cast(list[What], [] if mode == _NOTHING else mode.split(",")))


class AnswerPairs(Repository):
    """Which answer belongs to which message."""

    tables: ClassVar[tuple[type[Table], ...]] = (AnswerRow,)

    async def add(self, answer: Answer, created_at: datetime) -> None:
        """Keep an answer.

        Args:
            answer: The answer.
            created_at: When it was given, with its time zone (UTC: SQLite keeps no zone).
        """
        row = {
            "message_id": answer.message_id,
            "answer_id": answer.answer_id,
            "channel_id": answer.channel_id,
            "guild_id": answer.guild_id,
            "author_id": answer.author_id,
            "created_at": created_at,
        }
        async with self._sessions.begin() as session:
            await session.execute(put(session, AnswerRow, **row))

    async def to(self, message_id: int) -> Sequence[Answer]:
        """Return the answers to a message."""
        return await self._select(AnswerRow.message_id == message_id)

    async def of(self, answer_id: int) -> Answer | None:
        """Return what an answer belongs to; None for one that is not known."""
        return next(iter(await self._select(AnswerRow.answer_id == answer_id)), None)

    async def to_author(self, author_id: int) -> Sequence[Answer]:
        """Return the answers to a person's messages."""
        return await self._select(AnswerRow.author_id == author_id)

    async def take(self, message_ids: Iterable[int]) -> Sequence[Answer]:
        """Forget messages that are gone, be they answered ones or answers.

        Returns:
            The answers to them, which now stand alone.
        """
        gone = list(message_ids)
        answers = await self._select(AnswerRow.message_id.in_(gone))
        with going_on():  # the answers have to go in any case; their ids have their time
            await self._delete(AnswerRow, or_(AnswerRow.message_id.in_(gone), AnswerRow.answer_id.in_(gone)))
        return answers

    async def prune(self, before: datetime) -> None:
        """Delete what was kept before a time (with its zone, UTC)."""
        await self._delete_many(AnswerRow, AnswerRow.created_at < before, AnswerRow.created_at)

    async def forget_guild(self, guild_id: int) -> None:
        """Delete the answers in a guild."""
        await self._delete_of_guild(AnswerRow, guild_id, AnswerRow.message_id)

    async def forget_user(self, user_id: int) -> None:
        """Delete the answers to a person's messages."""
        async with self._sessions.begin() as session:
            await session.execute(delete(AnswerRow).where(AnswerRow.author_id == user_id))
            await tell(session, Topic.PEOPLE, user_id)

    async def _select(self, where: ColumnElement[bool]) -> Sequence[Answer]:
        async with self._sessions() as session:
            rows = await session.scalars(select(AnswerRow).where(where))
            return [
                Answer(row.message_id, row.answer_id, row.channel_id, row.guild_id, row.author_id)
                for row in rows
            ]


class CommandTrees(Repository):
    """Which commands Discord was last told about."""

    tables: ClassVar[tuple[type[Table], ...]] = (CommandTreeRow,)

    async def digest(self, application_id: int) -> str | None:
        """Return the digest of the commands that an application last sent, if any."""
        async with self._sessions() as session:
            row = await session.get(CommandTreeRow, application_id)
        return None if row is None else row.digest

    async def put(self, application_id: int, digest: str) -> None:
        """Keep the digest of the commands that an application sent."""
        async with self._sessions.begin() as session:
            await session.execute(put(session, CommandTreeRow, application_id=application_id, digest=digest))

    async def clear(self) -> None:
        """Forget every digest, so that the next start sends the commands."""
        await self._delete(CommandTreeRow, true())

    async def forget_guild(self, guild_id: int) -> None:
        """Do nothing: commands are the same in every guild."""

    async def forget_user(self, user_id: int) -> None:
        """Do nothing: commands say nothing of people."""
