"""Inserting a row whose key may be there already, in one statement on either database.

Of two processes that first look and then write, both find nothing: one fails, or undoes the other's work.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncSession

from .tables import Table

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql


def insert(session: AsyncSession, table: type[Table], **values: Any) -> "postgresql.Insert":
    """Return an INSERT of a row that can say what follows where its key is there already.

    Args:
        session: Says which database it is for; SQLite's has the same methods.
        table: The table.
        values: Of the row, by column.
    """
    dialect = import_module(
        f"sqlalchemy.dialects.{session.get_bind().dialect.name}"
    )  # the one in use, no other
    statement: postgresql.Insert = dialect.insert(table)
    return statement.values(values)


def put(session: AsyncSession, table: type[Table], **values: Any) -> "postgresql.Insert":
    """Return what keeps a row, in place of the one with its key; takes what `insert` takes."""
    statement = insert(session, table, **values)
    keys = [column.name for column in table.__mapper__.primary_key]
    others = {name: statement.excluded[name] for name in values if name not in keys}
    if not others:
        return statement.on_conflict_do_nothing()
    return statement.on_conflict_do_update(index_elements=keys, set_=others)
