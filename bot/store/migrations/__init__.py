"""The tables' revisions, and what brings a database up to one."""

from typing import Final

from sqlalchemy import Connection, inspect

from ..tables import Table

VERSION_TABLE: Final = "moodring_alembic_version"
"""Where a database says which revision it has; a host's own is called otherwise."""

HEAD: Final = "0006"
"""The newest revision."""

_LOCK: Final = 0x6D6F6F64
"""What processes that upgrade one PostgreSQL database at once agree on."""


class UnknownRevisionError(RuntimeError):
    """A database has a revision that is not known here: a newer Moodring made it."""


def upgrade(connection: Connection, revision: str = HEAD) -> None:
    """Bring a database up to a revision; all or nothing.

    Args:
        connection: Open, in a transaction in which nothing was done yet.
        revision: Which; by default the newest.

    Raises:
        UnknownRevisionError: The database has a revision that is not known here.
    """
    if connection.dialect.name == "sqlite":
        # Python's driver begins a transaction before rows change, but not before tables do: a crash would
        # leave half a revision, on which no start gets further
        # (https://docs.python.org/3/library/sqlite3.html#sqlite3-transaction-control-isolation-level).
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        # Of several processes that start at once one upgrades, and the others find it done.
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    found = _revision(connection)
    if found is None and revision == HEAD:
        _create(connection)
    elif found != revision:
        from .steps import walk  # alembic takes a third of a second to import

        walk(connection, revision)


def _create(connection: Connection) -> None:
    """Make all tables as they are now in a database that has none."""
    Table.metadata.create_all(connection, checkfirst=False)
    version = "version_num VARCHAR(32) NOT NULL"  # as alembic has it
    connection.exec_driver_sql(
        f"CREATE TABLE {VERSION_TABLE} ({version}, CONSTRAINT {VERSION_TABLE}_pkc PRIMARY KEY (version_num))"
    )
    connection.exec_driver_sql(f"INSERT INTO {VERSION_TABLE} VALUES ('{HEAD}')")  # noqa: S608 - two constants


def _revision(connection: Connection) -> str | None:
    """Return the revision that a database has; None for one without tables."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()  # noqa: S608
    return found
