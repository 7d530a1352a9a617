"""No question to a large table reads all of it, in either database; a new one cannot be forgotten."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from filling import Contents, Size, fill
from walking import Walk, observe, walked_over

from moodring.bot.store import Store

SIZE = Size(moods=5000, cases=5000, guilds=500)

WANTS_ALL = {"watches.all", "guilds.ids", "guilds.guild_ids", "automations.guild_ids", "digests.guild_ids"}
"""What is asked for every row: watched channels at the start; guilds where each has one row."""

SMALL = {"moodring_departures", "moodring_command_trees"}
"""Tables with a row an application, or a guild that the bot left this week."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path / 'filled.sqlite3'}"
    made: str = request.getfixturevalue("server").url()
    return made


@pytest_asyncio.fixture
async def filled(store: Store, url: str) -> AsyncIterator[Contents]:
    contents = Contents(SIZE)
    await fill(url, contents)
    yield contents


@pytest.mark.asyncio
async def test_no_question_reads_all_of_a_large_table(store: Store, filled: Contents) -> None:
    asked = observe(store)
    walk = Walk(store, filled)
    await walk.ask(0)
    await walk.look_over()
    await walk.delete(0)
    assert [name for name, each in asked.items() if not each.seconds] == [], "not walked"
    async with store._engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            # Of so few rows it would rather read all; this leaves that for where no index serves.
            for way in ("seqscan", "hashjoin", "mergejoin"):
                await connection.exec_driver_sql(f"SET enable_{way} = off")
        found = {
            f"{name} reads all of {table}: {statement}"
            for name, each in asked.items()
            for statement, parameters in each.statements.items()
            for table in await walked_over(connection, statement, parameters)
            if name not in WANTS_ALL and table not in SMALL
        }
    assert not found, "\n".join(sorted(found))
