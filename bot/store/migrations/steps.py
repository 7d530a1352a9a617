"""Walking the revisions with alembic, which only a database of another revision needs.

Neither ``alembic.context`` nor ``alembic.op`` is used: both belong to the whole process, in which a host may
be migrating a database of its own at the same moment.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection

from . import VERSION_TABLE, UnknownRevisionError


def revisions() -> Sequence[str]:
    """Return every revision, oldest first."""
    return [script.revision for script in _scripts().walk_revisions()][::-1]


def walk(connection: Connection, revision: str) -> None:
    """Run the functions ``upgrade(op)`` in ``versions/`` up to a revision; see `upgrade`."""
    scripts = _scripts()

    def steps(current: Any, _context: MigrationContext) -> Iterable[Any]:
        return scripts._upgrade_revs(revision, current)  # noqa: SLF001 - as alembic's own commands do

    options = {"fn": steps, "version_table": VERSION_TABLE, "render_as_batch": True}
    context = MigrationContext.configure(connection, opts=options)
    try:
        with context.begin_transaction():
            context.run_migrations(op=Operations(context))
    except CommandError as error:
        raise UnknownRevisionError(str(error)) from error


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).parent))
