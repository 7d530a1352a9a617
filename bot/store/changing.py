"""Changing what belongs together of a guild: one after the other, in one transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, async_sessionmaker

from .automations import Automations
from .repositories import Guilds

_WAIT_S: Final = 5
"""Seconds that somebody waits for whoever changes the same guild."""

_IDLE_S: Final = 3
"""Seconds after which PostgreSQL ends a change in which nothing happens: its process hangs, or its machine is
gone."""


@dataclass(frozen=True, slots=True)
class Change:
    """A guild that nobody else changes.

    Attributes:
        guilds: Settings.
        automations: The automatic action by them.
    """

    guilds: Guilds
    automations: Automations


@asynccontextmanager
async def changing(engine: AsyncEngine, guild_id: int) -> AsyncIterator[Change]:
    """Hold what is set up in a guild while it is read and changed, in this and in all other processes.

    Everything is kept at the end, or nothing. The lock is the transaction's own: it needs no connection
    besides, and ends with its process or connection.

    Args:
        engine: The database.
        guild_id: The guild.

    Raises:
        DBAPIError: Somebody else has held it for too long, or the database failed; nothing is changed.
    """
    async with engine.begin() as connection:
        await _lock(connection, guild_id)
        sessions = async_sessionmaker(connection, expire_on_commit=False)  # its commits leave it open
        yield Change(Guilds(sessions), Automations(sessions))


async def _lock(connection: AsyncConnection, guild_id: int) -> None:
    if connection.dialect.name == "sqlite":
        await connection.exec_driver_sql("BEGIN IMMEDIATE")  # it waits as any write does
        return
    limits = {"lock_timeout": _WAIT_S, "idle_in_transaction_session_timeout": _IDLE_S}
    settings = (func.set_config(name, f"{seconds}s", True) for name, seconds in limits.items())
    await connection.execute(select(*settings))
    await connection.execute(select(func.pg_advisory_xact_lock(guild_id)))
