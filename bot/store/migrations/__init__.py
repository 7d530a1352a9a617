"""The tables' revisions, and what brings a database up to one.

Neither ``alembic.context`` nor ``alembic.op`` is used: both belong to the whole process, in which a host may
be migrating a database of its own at the same moment.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

VERSION_TABLE: Final = "moodring_alembic_version"
"""Where a database says which revision it has; a host's own is called otherwise."""


def revisions() -> Sequence[str]:
    """Return every revision, oldest first."""
    return [script.revision for script in _scripts().walk_revisions()][::-1]


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring a database up to a revision, with the functions ``upgrade(op)`` in ``versions/``; all or nothing.

    Args:
        connection: Open, in a transaction in which nothing was done yet.
        revision: Which; by default the newest.

    Raises:
        alembic.util.CommandError: The database has a revision that is not known here.
    """
    scripts = _scripts()
    if connection.dialect.name == "sqlite":
        # Python's driver begins a transaction before rows change, but not before tables do: a crash would
        # leave half a revision, on which no start gets further
        # (https://docs.python.org/3/library/sqlite3.html#sqlite3-transaction-control-isolation-level).
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    def steps(current: Any, _context: MigrationContext) -> Iterable[Any]:
        return scripts._upgrade_revs(revision, current)  # noqa: SLF001 - as alembic's own commands do

    options = {"fn": steps, "version_table": VERSION_TABLE, "render_as_batch": True}
    context = MigrationContext.configure(connection, opts=options)
    with context.begin_transaction():
        context.run_migrations(op=Operations(context))


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).parent))
