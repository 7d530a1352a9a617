"""The bot's database as somebody sees it who looks at it from outside, whichever it is."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Executable, Row, Select, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool


class Database:
    """Answers at once, each time over a new connection: nobody has to be told that the bot was killed.

    Args:
        url: Where it is, as SQLAlchemy has it.
    """

    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(url, poolclass=NullPool)
        self._aside = ThreadPoolExecutor(1)  # whoever looks is in a loop of their own

    @classmethod
    def of_file(cls, path: Path) -> Self:
        """Return a file of SQLite's, to be read only."""
        return cls(f"sqlite+aiosqlite:///file:{path}?mode=ro&uri=true")

    def rows(self, query: str | Select[Any]) -> Sequence[Row[Any]]:
        """Return what a query finds."""
        asked = text(query) if isinstance(query, str) else query
        return self._aside.submit(asyncio.run, self._rows(asked)).result()

    def damage(self) -> Sequence[str]:
        """Return what is not whole; a server of PostgreSQL's refuses to start with what is not."""
        if self._engine.dialect.name != "sqlite":
            return []
        [[whole]] = self.rows("PRAGMA integrity_check")
        lonely = self.rows("PRAGMA foreign_key_check")
        return [
            *([] if whole == "ok" else [f"integrity: {whole}"]),
            *(f"integrity: a row of {table} belongs to nothing" for table, *_ in lonely),
        ]

    async def _rows(self, query: Executable) -> Sequence[Row[Any]]:
        async with self._engine.connect() as connection:
            return (await connection.execute(query)).all()
