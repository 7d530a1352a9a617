"""What other processes change, as PostgreSQL tells it: ``LISTEN`` and ``NOTIFY``.

A notification holds an id, never what became of it: that is in the database. Committing one takes a lock that
all who commit one share, so they go with what people decide now and then, not with every message.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import URL, Dialect, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from .failures import first_line

log: Final = logging.getLogger(__name__)

CHANNEL: Final = "moodring"
"""What is listened to; a database has its own."""

PULSE_S: Final = 2.0
"""Seconds between two looks whether the server is still there: a network that is gone says nothing."""

RETRY_S: Final = 1.0
"""Seconds until the server is tried again."""

PATIENCE_S: Final = 3.0
"""Seconds in which it has to answer: what a silent network keeps back is known 5 s after the last pulse."""


class Topic(StrEnum):
    """What changed; an id goes with it."""

    WATCHES = "watches"  # the watched channels of this guild
    PEOPLE = "people"  # this person opted out or in, or took their answers back


Follower: TypeAlias = Callable[[int | None], Awaitable[None]]
"""Is told whose it is that changed; None where anything may have, unheard."""


async def tell(session: AsyncSession, topic: Topic, number: int) -> None:
    """Tell every process of a change, once the transaction is committed.

    A file of SQLite's has one process: there is nobody to tell.
    """
    if session.get_bind().dialect.name == "postgresql":
        await session.execute(select(func.pg_notify(CHANNEL, f"{topic} {number}")))


class Listener:
    """Hears of changes, by a connection of its own, and passes them on to followers.

    What was told while there was no connection is lost, so with each new one followers are told that anything
    may have changed. No task waits for the server: the connection calls back, and a timer looks after it.

    Args:
        dialect: SQLAlchemy's for asyncpg.
        url: The database.
    """

    def __init__(self, dialect: Dialect, url: URL) -> None:
        self._asyncpg: Any = cast(Any, dialect).loaded_dbapi.asyncpg
        faults = ("PostgresError", "InterfaceError", "InternalClientError")
        self._faults = (OSError, *(getattr(self._asyncpg, name) for name in faults))
        _, named = dialect.create_connect_args(url)
        self._address = {name: value for name, value in named.items() if not name.startswith("prepared_")}
        self._followers: dict[Topic, list[Follower]] = {topic: [] for topic in Topic}
        self._connection: Any = None
        self._unheard = False  # something may have been
        self._deaf = False  # which is logged once
        self._timer: asyncio.TimerHandle | None = None
        self._looking: asyncio.Task[None] | None = None
        self._telling: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def hears_by(self) -> object | None:
        """The connection that changes are heard by, a new one after each outage; None while there is none."""
        return cast(object | None, self._connection)

    def follow(self, topic: Topic, follower: Follower) -> None:
        """Tell somebody of changes from now on, once they follow; the first one begins it all."""
        followers = self._followers[topic]
        if follower not in followers:
            followers.append(follower)
        if self._looking is None:
            self._look()

    def unfollow(self, topic: Topic, follower: Follower) -> None:
        """Tell somebody no more."""
        if follower in self._followers[topic]:
            self._followers[topic].remove(follower)

    async def aclose(self) -> None:
        """Hear nothing any more."""
        self._closed = True
        tasks = [*self._telling, *([] if self._looking is None else [self._looking])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._timer is not None:
            self._timer.cancel()
        self._hang_up()

    def _look(self) -> None:
        """Look after the connection now, and again after a while."""
        if self._closed or (self._looking is not None and not self._looking.done()):
            return
        if self._timer is not None:
            self._timer.cancel()
        self._looking = asyncio.create_task(self._look_after())

    async def _look_after(self) -> None:
        try:
            async with asyncio.timeout(PATIENCE_S):
                if self._connection is None:
                    await self._connect()
                else:
                    await self._connection.fetchval("SELECT 1")
            self._deaf = False
            if self._unheard:
                self._unheard = False
                for topic in Topic:
                    await self._pass_on(topic, None)
        except self._faults as error:
            self._hang_up()
            if not self._deaf:
                self._deaf = True
                log.warning("no connection to hear of other processes", extra={"why": first_line(error)})
        finally:  # whatever happens, it goes on
            wait_s = RETRY_S if self._unheard or self._connection is None else PULSE_S
            self._timer = asyncio.get_running_loop().call_later(wait_s, self._look)

    async def _connect(self) -> None:
        self._unheard = True
        connection = await self._asyncpg.connect(**self._address)
        try:
            await connection.add_listener(CHANNEL, self._heard)
        except BaseException:
            connection.terminate()
            raise
        connection.add_termination_listener(self._ended)
        self._connection = connection

    def _ended(self, connection: object) -> None:
        """Connect again: the server closed it."""
        if connection is self._connection:
            self._connection = None
            self._look()

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    def _heard(self, _connection: object, _pid: int, _channel: str, payload: str) -> None:
        topic, _, number = payload.partition(" ")
        if topic not in set(Topic):  # of a newer version, in a database of the same revision
            return
        task = asyncio.create_task(self._pass_on(Topic(topic), int(number)))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _pass_on(self, topic: Topic, number: int | None) -> None:
        """Tell those who follow a topic; where one cannot look, all do again as after an outage."""
        for follower in list(self._followers[topic]):
            try:
                await follower(number)
            except SQLAlchemyError as error:
                log.warning("a change was not followed", extra={"topic": topic, "why": type(error).__name__})
                self._unheard = True
            except Exception:  # one's fault is not the others'
                log.exception("a change was not followed", extra={"topic": topic})
