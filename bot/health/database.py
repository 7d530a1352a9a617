"""The database: how long it takes, what fails, and whether it answers at all."""

import asyncio
import logging
import time
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from sqlalchemy import Connection, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DatabaseError, OperationalError, SQLAlchemyError

from ..metrics import SECONDS
from ..store import Store, StoreError, explain_failure

log: Final = logging.getLogger(__name__)

PATIENCE_S: Final = 2.0
"""Seconds in which the database has to answer a question as small as there is."""

STATEMENTS: Final = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
"""Those that are counted each for itself."""

_BEGAN: Final = "moodring_began"


def expose_database(store: Store, registry: CollectorRegistry) -> None:
    """Count how long the statements of a store take, and which faults there are.

    Args:
        store: The store, open.
        registry: Gets the figures.
    """
    seconds = Histogram(
        "moodring_database_seconds",
        "Time that a statement took",
        ["statement"],
        buckets=(0.001, 0.002, *SECONDS),
        registry=registry,
    )
    faults = Counter("moodring_database_faults", "Statements that failed, by why", ["why"], registry=registry)
    for fault in (DatabaseError, OperationalError):  # a damaged file, and most else
        faults.labels(fault.__name__)  # Prometheus sees no increase of what was not there at 0

    def before(connection: Connection, *_: Any) -> None:
        connection.info[_BEGAN] = time.perf_counter()

    def after(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        word = statement.lstrip()[:6].upper()
        took = time.perf_counter() - connection.info.pop(_BEGAN)
        seconds.labels(word if word in STATEMENTS else "other").observe(took)

    def failed(context: ExceptionContext) -> None:
        # The class of the fault, such as OperationalError: its text may hold what was to be written.
        fault = context.sqlalchemy_exception or context.original_exception
        faults.labels(type(fault).__name__).inc()

    event.listen(store.engine, "before_cursor_execute", before)
    event.listen(store.engine, "after_cursor_execute", after)
    event.listen(store.engine, "handle_error", failed)


class DatabaseProbe:
    """Asks the database something small.

    Args:
        store: What it is asked through.
        patience_s: Seconds in which it has to answer.
    """

    def __init__(self, store: Store, patience_s: float = PATIENCE_S) -> None:
        self._store = store
        self._patience_s = patience_s
        self._asking: asyncio.Task[float | None] | None = None

    async def seconds(self) -> float | None:
        """Return how long the database takes to answer; None where it does not, which is logged."""
        # A question that hangs is left alone, not cut off: aiosqlite takes that badly. Nor is there a second.
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        done, _ = await asyncio.wait({self._asking}, timeout=self._patience_s)
        if not done:
            log.error("database silent", extra={"patience_s": self._patience_s})
            return None
        return self._asking.result()

    async def _ask(self) -> float | None:
        began = time.perf_counter()
        try:
            await self._store.ping()
        except (SQLAlchemyError, StoreError, OSError) as error:
            log.error("database fails", extra={"why": explain_failure(error)})  # noqa: TRY400 - no bug
            return None
        return time.perf_counter() - began
