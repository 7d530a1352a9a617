"""Sessions begin one after the other, over all processes: in 5 s Discord takes one IDENTIFY a *bucket*.

The bucket of a shard is its number modulo ``max_concurrency``, which Discord grants by a bot's size, 1 to
most (https://docs.discord.com/developers/events/gateway#rate-limiting). discord.py 2.7.1 begins the sessions
of a process five seconds apart, whatever Discord grants, and knows nothing of other processes.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, TypeAlias

from sqlalchemy import NullPool, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from .settings import SettingsError
from .shards import Shards
from .store import explain_failure

SPACING_S: Final = 5.5
"""Seconds between two sessions of a bucket: five, and some where one is longer on its way than the next."""

PATIENCE_S: Final = 40.0
"""Seconds that a shard waits for its turn. Its socket is open meanwhile, and discord.py gives a reconnect up
after 60, of which it pauses 5 after a refusal, and the question for `max_concurrency` takes some."""

LEFT_BEHIND_S: Final = 15
"""Seconds after which PostgreSQL ends the turn of a process that went without a word, with its machine."""

_LOCK: Final = 0x6D6F6F64
"""What stands before the number of the bucket in the key of the lock: other programs that share the database
have locks of their own."""

_LOCK_NOT_AVAILABLE: Final = "55P03"
"""PostgreSQL's code after a wait of `lock_timeout` (its manual, appendix A)."""


class TurnError(ConnectionError):
    """No turn came: too many others were before, or the database does not say. discord.py tries again."""


_Gate: TypeAlias = AbstractAsyncContextManager[object]


class Identifying:
    """Lets the sessions of this process begin one after the other, and those of others where there are any.

    Args:
        engine: PostgreSQL, where all processes of a bot meet; None where this one is alone.
    """

    def __init__(self, engine: AsyncEngine | None = None) -> None:
        self._engine = engine
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._turns: set[asyncio.Task[None]] = set()

    async def turn(self, bucket: int) -> None:
        """Wait until a session of a bucket may begin; the next one may `SPACING_S` later.

        Args:
            bucket: The shard's number modulo ``max_concurrency``.

        Raises:
            TurnError: No turn came in time, or the database does not say whose it is.
        """
        # In a task, which nobody cancels with a connection in the midst of something: discord.py cancels what
        # takes too long.
        came: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = asyncio.create_task(self._take(bucket, came))
        self._turns.add(task)
        task.add_done_callback(self._turns.discard)
        await came

    async def aclose(self) -> None:
        """Let others have what turns there are."""
        turns = set(self._turns)
        for task in turns:
            task.cancel()
        if turns:
            await asyncio.wait(turns)

    async def _take(self, bucket: int, came: asyncio.Future[None]) -> None:
        try:
            async with self._gate(bucket):
                if not came.done():  # else it was given up
                    came.set_result(None)
                    await asyncio.sleep(SPACING_S)
        except Exception as error:  # noqa: BLE001 - asyncpg's own, where no connection is to be had
            if not came.done():
                came.set_exception(TurnError(f"no turn to begin a session: {_explained(error)}"))
        finally:
            came.cancel()  # where this is closed

    def _gate(self, bucket: int) -> _Gate:
        if self._engine is None:
            return self._locks[bucket]
        return _shared_gate(self._engine, bucket)


def _explained(error: Exception) -> str:
    if isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
        return f"for {PATIENCE_S:g} s other processes came first"
    return explain_failure(error)


@asynccontextmanager
async def _shared_gate(engine: AsyncEngine, bucket: int) -> AsyncIterator[None]:
    """Hold the lock of a bucket, which PostgreSQL hands out in the order of asking.

    The lock is the transaction's, so there may be a pool of connections between. It ends with its process.
    """
    async with engine.connect() as connection:
        bounds = (
            f"SELECT set_config('lock_timeout', '{PATIENCE_S:g}s', true), "
            f"set_config('idle_in_transaction_session_timeout', '{LEFT_BEHIND_S}s', true)"
        )
        await connection.execute(text(bounds))
        await connection.execute(
            text("SELECT pg_advisory_xact_lock(:lock, :bucket)"), {"lock": _LOCK, "bucket": bucket}
        )
        yield


def check_shared(database_url: str, shards: Shards | None) -> None:
    """Look whether processes with other shards can share a database.

    Args:
        database_url: The database.
        shards: What this process runs; None for all.

    Raises:
        SettingsError: There have to be others, and it is a file, which is for one process.
    """
    if shards is None or shards.are_all or database_url.startswith("postgresql"):
        return
    raise SettingsError(
        f"--shards {shards} leaves shards to other processes, and several processes need PostgreSQL: set "
        "MOODRING_DATABASE_URL, or run all shards in one process"
    )


@asynccontextmanager
async def open_identifying(database_url: str, shards: Shards | None) -> AsyncIterator[Identifying]:
    """Open what sessions wait for, and close it at the end.

    Args:
        database_url: The database, which :func:`check_shared` found fit.
        shards: What this process runs; None for all.
    """
    engine = None
    if shards is not None and not shards.are_all:
        # Not the store's: a wait for a turn is no slow statement, and takes no connection from others.
        engine = create_async_engine(database_url, hide_parameters=True, poolclass=NullPool)
    identifying = Identifying(engine)
    try:
        yield identifying
    finally:
        await identifying.aclose()
