"""What is done to tables of millions of rows: changes by batches, and a walk over the guilds in them."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any, Final, cast

from sqlalchemy import (
    CTE,
    ColumnElement,
    CursorResult,
    Delete,
    SQLColumnExpression,
    Update,
    func,
    select,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from .tables import Table

BATCH: Final = 1000
"""Rows that are changed in one transaction, or fetched at once."""

PAUSE_S: Final = 0.1
"""Seconds between two of them. Whoever waits for SQLite's writer asks again after a tenth of a second at the
latest (``sqliteDefaultBusyCallback`` in https://github.com/sqlite/sqlite/blob/master/src/main.c)."""


async def change_many(
    sessions: async_sessionmaker[AsyncSession],
    table: type[Table],
    where: ColumnElement[bool],
    by: Sequence[SQLColumnExpression[Any]],
    change: Delete | Update,
) -> None:
    """Change the rows of a table that match until there are none, `BATCH` in a transaction.

    A kill takes one batch back, no row is locked for long, and SQLite's one writer is free in between. A row
    that somebody else is changing at this moment is passed over: what is kept too long is looked for again.

    Args:
        sessions: What makes transactions.
        table: The table.
        where: Which rows; no row may match once it is changed.
        by: In which order: that of an index which has them together, else each batch looks for them anew.
        change: What to do with them: a statement without a condition of its own.
    """
    key = table.__mapper__.primary_key
    # Processes that do the same at once take different rows: else each may hold what the other one waits for.
    some = select(*key).where(where).order_by(*by).limit(BATCH).with_for_update(skip_locked=True)
    batch = change.where(tuple_(*key).in_(some)).execution_options(synchronize_session=False)
    while True:
        async with sessions.begin() as session:
            result = await session.execute(batch)
        if cast(CursorResult[Any], result).rowcount < BATCH:
            return
        await asyncio.sleep(PAUSE_S)


def parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """Yield ids by batches: a statement takes some ten thousand values, and keeps others waiting."""
    return (ids[first : first + BATCH] for first in range(0, len(ids), BATCH))


def guilds_in(table: type[Table]) -> CTE:
    """Return the guilds of which a table has rows, by an index that begins with the guild.

    It goes from one guild to the next in the index (a *loose index scan*), where DISTINCT reads every row:
    https://wiki.postgresql.org/wiki/Loose_indexscan.

    Returns:
        A table with one column, ``guild_id``, each once and without NULL.
    """
    guild_id = table.__table__.columns["guild_id"]
    if [column.name for column in table.__mapper__.primary_key] == ["guild_id"]:
        return select(guild_id).cte("guilds")
    walk = select(func.min(guild_id).label("guild_id")).cte("walk", recursive=True)
    following = select(func.min(guild_id)).where(guild_id > walk.c.guild_id).scalar_subquery()
    walk = walk.union_all(select(following).where(walk.c.guild_id.is_not(None)))
    return select(walk.c.guild_id).where(walk.c.guild_id.is_not(None)).cte("guilds")
