"""Opening the database: connection, migrations, and the repositories over it."""

import asyncio
import contextlib
import logging
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, Final, Self, cast

from sqlalchemy import AsyncAdaptedQueuePool, Engine, QueuePool, event, or_, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine

from ..guild_settings import GuildSettings, GuildSettingsError
from ..moderation.cases import APPEAL
from .automations import Automations
from .cases import Cases
from .changing import Change, changing
from .departures import Departures
from .digests import Digests
from .failures import cause_of, first_line
from .judgements import Judgements
from .listening import Follower, Listener, Topic
from .many import parts
from .migrations import UnknownRevisionError, upgrade
from .moods import Moods
from .opt_outs import OptOuts
from .repositories import AnswerPairs, CommandTrees, Guilds, Repository, Watches
from .sqlite import Claim, FileError, file_of, in_memory, prepare, remedy, set_pragmas
from .tables import PEOPLE, OptOutRow, Table

log: Final = logging.getLogger(__name__)

ANSWERS_KEPT = timedelta(hours=24)
"""How long it is known which answer belongs to which message."""

MOODS_KEPT = timedelta(days=90)
"""How long counts of feelings are kept: a month, the one before to compare it with, and one to spare."""

DEPARTED_KEPT = timedelta(days=7)
"""How long a guild's data outlasts the bot's removal from it, unless the operator says otherwise."""

_SERVER_POOL: Final = {"pool_size": 5, "max_overflow": 10}
"""Connections to a server: how many stay, and how many more there may be."""

_CLOSING_S = 5.0
"""Seconds that what is being written may take when the database is closed."""


class StoreError(RuntimeError):
    """The database cannot be used; the message is one line that says what to do."""


class Store:
    """Everything that is kept, one repository a concern.

    Made by :meth:`open`. A database that fails later, such as by a full disk, raises SQLAlchemy's
    ``DBAPIError`` from whatever was asked of it, and works again as soon as it can.

    Several processes may share a PostgreSQL database. A file of SQLite's is for one: what others keep there
    is not lost, but nobody is told of it.
    """

    def __init__(self, engine: AsyncEngine, claim: Claim | None, departed_kept: timedelta) -> None:
        self._engine = engine
        self._claim = claim
        self._departed_kept = departed_kept
        self._listener = Listener(engine.dialect, engine.url) if engine.dialect.name != "sqlite" else None
        self._sessions = sessions = async_sessionmaker(engine, expire_on_commit=False)
        self.guilds = Guilds(sessions)
        self.watches = Watches(sessions)
        self.opt_outs = OptOuts(sessions, self._listener)
        self.answers = AnswerPairs(sessions)
        self.cases = Cases(sessions)
        self.automations = Automations(sessions)
        self.judgements = Judgements(sessions)
        self.moods = Moods(sessions)
        self.digests = Digests(sessions)
        self.departures = Departures(sessions)
        self.command_trees = CommandTrees(sessions)

    @classmethod
    async def open(cls, url: str, *, departed_kept: timedelta = DEPARTED_KEPT) -> Self:
        """Connect to a database and bring its tables up to date.

        Args:
            url: An SQLAlchemy URL with an asynchronous driver; ``sqlite+aiosqlite://`` alone lives in
                memory.
            departed_kept: How long a guild's data outlasts the bot's removal from it.

        Raises:
            StoreError: The database cannot be reached, read, written or migrated, or is damaged.
        """
        try:
            # An error names its statement and, unless told not to, the values: ids beside scores, into a log.
            engine = create_async_engine(url, hide_parameters=True, **_pool(url))
        except (ArgumentError, ImportError) as error:
            raise StoreError(_explained(url, error)) from None
        claim = None
        try:
            if engine.dialect.name == "sqlite":
                event.listen(engine.sync_engine, "connect", set_pragmas)
                if not in_memory(engine.url):
                    path = file_of(engine.url)
                    claim = Claim(path)
                    await asyncio.to_thread(prepare, path)
            else:
                event.listen(engine.sync_engine, "do_connect", _connect)
                event.listen(engine.sync_engine, "checkout", _drop_closed)
            async with engine.begin() as connection:
                await connection.run_sync(upgrade)
        except BaseException as error:  # also one that cuts it off: a connection has a thread of its own
            await engine.dispose()
            if claim is not None:
                claim.release()
            if isinstance(error, DBAPIError | OSError | UnknownRevisionError | sqlite3.Error | FileError):
                raise StoreError(_explained(url, error)) from None
            raise
        return cls(engine, claim, departed_kept)

    @property
    def engine(self) -> Engine:
        """What statements go through, for whoever counts them: its events are SQLAlchemy's own."""
        return self._engine.sync_engine

    @property
    def repositories(self) -> tuple[Repository, ...]:
        """Every repository."""
        return (
            self.guilds,
            self.watches,
            self.opt_outs,
            self.answers,
            self.cases,
            self.automations,
            self.judgements,
            self.moods,
            self.digests,
            self.departures,
            self.command_trees,
        )

    async def ping(self) -> None:
        """Ask the database something small, which it answers or raises a fault of."""
        async with self._sessions() as session:
            await session.execute(select(OptOutRow.user_id).limit(1))

    def changing(self, guild_id: int) -> AbstractAsyncContextManager[Change]:
        """Hold a guild's settings and the automatic action by them, to get and put them.

        Settings are one document: of two people who change different ones at once, the later would write
        back what the earlier had changed, who was told that it is so. See `changing.changing`.
        """
        return changing(self._engine, guild_id)

    def follow(self, topic: Topic, follower: Follower) -> None:
        """Tell somebody from now on of what any process changes; with SQLite, of nothing.

        Args:
            topic: Of what.
            follower: Gets the id of what changed, and has to look up what became of it; None where anything
                may have changed, as after the first connection and after each that was lost.
        """
        if self._listener is not None:
            self._listener.follow(topic, follower)

    def unfollow(self, topic: Topic, follower: Follower) -> None:
        """Tell somebody no more."""
        if self._listener is not None:
            self._listener.unfollow(topic, follower)

    async def prune(
        self, now: datetime, owns: Callable[[int], bool] = lambda _guild_id: True
    ) -> Sequence[int]:
        """Delete what has been kept for long enough.

        Args:
            now: The time, with its zone (UTC).
            owns: Which guilds this process looks after; of several, each has its own.

        Returns:
            The guilds about which nothing is kept any more, since the bot left them long ago.
        """
        departed = [*filter(owns, await self.departures.before(now - self._departed_kept))]
        for guild_id in departed:
            await self.forget_guild(guild_id)
        await self.answers.prune(now - ANSWERS_KEPT)
        await self.moods.prune(now - MOODS_KEPT)
        await self.cases.release_authors(now - APPEAL)
        oldest = await self.cases.oldest()
        for guild_ids in parts([*filter(owns, oldest)]):
            chosen = await self.guilds.documents(guild_ids)
            for guild_id in guild_ids:
                try:
                    days = GuildSettings.parse(chosen.get(guild_id, {})).retention_days
                except GuildSettingsError:  # one guild's fault is not the others'
                    log.exception("how long are cases kept?", extra={"guild_id": guild_id})
                else:
                    before = now - timedelta(days=days)
                    if oldest[guild_id] < before:
                        await self.cases.prune(guild_id, before)
        return departed

    async def guild_ids(self) -> set[int]:
        """Return the guilds about which something is kept."""
        return set().union(*[await repository.guild_ids() for repository in self.repositories])

    async def forget_guild(self, guild_id: int) -> None:
        """Delete everything that is kept about a guild."""
        for repository in self.repositories:
            await repository.forget_guild(guild_id)

    async def about(self, user_id: int) -> dict[str, list[dict[str, Any]]]:
        """Return everything that is kept about a person.

        Args:
            user_id: The person.

        Returns:
            By name of the table: its rows that name the person, by name of the column.
        """
        found = {}
        async with self._sessions() as session:
            for table in Table.metadata.sorted_tables:
                named = [table.columns[name] == user_id for name in PEOPLE if name in table.columns]
                if not named:
                    continue
                rows = (await session.execute(select(table).where(or_(*named)))).mappings().all()
                if rows:
                    found[table.name] = [dict(row) for row in rows]
        return found

    async def forget_user(self, user_id: int) -> None:
        """Delete what is kept about a person, but for what each repository says has to stay."""
        for repository in self.repositories:
            await repository.forget_user(user_id)

    async def aclose(self) -> None:
        """Close every connection, once what is being written is written, and open none any more.

        Else a click in the last moment would leave a connection behind, and its thread.
        """
        if self._listener is not None:
            await self._listener.aclose()
        event.listen(self._engine.sync_engine, "do_connect", _refuse, insert=True)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_CLOSING_S):
                # The pool tells of a connection before it is back, not after: there is nothing to wait for.
                while cast(QueuePool, self._engine.pool).checkedout():  # noqa: ASYNC110
                    await asyncio.sleep(0.01)
        await self._engine.dispose()
        if self._claim is not None:
            self._claim.release()


def _pool(url: str) -> dict[str, Any]:
    """Return how connections are kept: a database in memory has a single one, for one task at a time.

    Shared, as SQLAlchemy has it by default, the end of one transaction would undo another one's work.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return _SERVER_POOL
    if not in_memory(parsed):
        return {}
    return {"poolclass": AsyncAdaptedQueuePool, "pool_size": 1, "max_overflow": 0}


def _connect(dialect: Any, _record: object, given: Sequence[Any], named: dict[str, Any]) -> Any:
    """Connect to a server; asyncpg's own error where nobody answers looks like one of Discord's."""
    try:
        return dialect.connect(*given, **named)
    except OSError as error:
        raise dialect.loaded_dbapi.OperationalError(str(error) or type(error).__name__) from error


def _drop_closed(connection: Any, *_: object) -> None:
    """Let the pool make another connection where the server has closed one, as with a restart.

    asyncpg knows that already. SQLAlchemy's ``pool_pre_ping`` would ask the server before each use, in a
    transaction of its own: three more ways there and back.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError


def _refuse(*_: object) -> None:
    """Let nobody connect."""
    raise StoreError("the database is closed already: Moodring is being stopped or unloaded")


def _explained(url: str, error: Exception) -> str:
    """Return one line: which database, what is wrong, what to do. Never the password."""
    try:
        name = make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "the database URL cannot be read; correct MOODRING_DATABASE_URL"
    cause = cause_of(error)
    reason = first_line(cause)
    todo = remedy(cause) or (
        "check MOODRING_DATABASE_URL (or MOODRING_DATA_DIR) and the rights on the file or server"
    )
    if isinstance(error, FileError):
        reason, todo = error.reason, error.remedy
    elif isinstance(error, ImportError):
        todo = "for PostgreSQL, install the extra moodring[postgres]"
    elif isinstance(error, UnknownRevisionError):
        reason, todo = "a newer version of Moodring made it", "upgrade Moodring, or restore an older backup"
    return f"the database {name} cannot be used: {reason}; {todo}"
