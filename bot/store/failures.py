"""A database that fails while it is in use: by its disk, a lock or the network."""

import contextlib
import logging
import sqlite3
from collections.abc import Iterator
from typing import Final

from sqlalchemy import exc

from .sqlite import remedy

log: Final = logging.getLogger(__name__)

_SERVER_FAULTS: Final = ("08", "25006", "25P03", "40", "53", "55P03", "57", "58")
"""How PostgreSQL's codes begin for a connection, a server that only reads, a transaction that hung, a
deadlock, a full disk or memory, a lock that is held for too long, an end by its operator, and its own system;
asyncpg's errors of all these are of no class of their own:
https://www.postgresql.org/docs/current/errcodes-appendix.html."""


def is_failure(error: Exception) -> bool:
    """Return whether a database failed, and not what was asked of it: a bug is none."""
    cause = cause_of(error)
    if isinstance(cause, sqlite3.Error):
        return remedy(cause) is not None
    if isinstance(error, exc.DBAPIError):
        code = getattr(cause, "sqlstate", None) or ""
        if error.connection_invalidated or code.startswith(_SERVER_FAULTS):
            return True
    return isinstance(error, exc.OperationalError | exc.InterfaceError | exc.TimeoutError)


def explain_failure(error: Exception) -> str:
    """Return what is wrong with a database that failed and what to do, in one line without ids."""
    cause = cause_of(error)
    what = f"the database failed: {first_line(cause)}"
    todo = remedy(cause)
    return what if todo is None else f"{what}; {todo}"


@contextlib.contextmanager
def going_on(**ids: object) -> Iterator[None]:
    """Go on where the database fails, with a line in the log: for what must not stop what is more important.

    Args:
        ids: What the log says besides.
    """
    try:
        yield
    except exc.SQLAlchemyError as error:
        if not is_failure(error):
            raise
        log.error(explain_failure(error), extra=ids)  # noqa: TRY400 - no bug, no traceback


def cause_of(error: Exception) -> BaseException:
    """Return the driver's own error, where there is one: SQLAlchemy's names the statement too."""
    return error.orig if isinstance(error, exc.DBAPIError) and error.orig is not None else error


def first_line(error: BaseException) -> str:
    """Return what an error says, on one line."""
    return (str(error).strip() or type(error).__name__).splitlines()[0]
