"""Opening the database: pragmas, migrations, and faults in one line."""

import asyncio
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from moodring.bot.guild_settings import GuildSettings
from moodring.bot.rules import Group
from moodring.bot.store import Store, StoreError
from moodring.bot.store.migrations import HEAD, VERSION_TABLE, upgrade
from moodring.bot.store.migrations.steps import revisions, walk
from moodring.bot.store.tables import GuildRow, Table


def _url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


SCHEMA = {
    "sqlite": "SELECT name, sql FROM sqlite_master",
    "postgresql": """
        SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
        UNION SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'public'::regnamespace
        UNION SELECT table_name || '.' || column_name, concat_ws(' ', data_type, is_nullable, column_default,
            character_maximum_length) FROM information_schema.columns WHERE table_schema = 'public'
    """,
}
"""What a database says of its tables, columns, indexes and constraints."""


def _schema(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text(SCHEMA[connection.dialect.name]))
    return {name: "".join((said or "").replace('"', "").split()) for name, said in rows}


def _drop_all(connection: Connection) -> None:
    Table.metadata.drop_all(connection)
    connection.execute(text(f"DROP TABLE {VERSION_TABLE}"))


@pytest.mark.asyncio
async def test_a_new_database_is_what_all_migrations_together_make(store: Store) -> None:
    async with AsyncEngine(store.engine).begin() as connection:
        new = await connection.run_sync(_schema)
        await connection.run_sync(_drop_all)
        assert await connection.run_sync(_schema) == {}
        await connection.run_sync(walk, HEAD)
        assert await connection.run_sync(_schema) == new


def test_the_migrations_make_exactly_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    with create_engine(f"sqlite:///{tmp_path / 'walked.sqlite3'}").begin() as connection:
        walk(connection, HEAD)
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, Table.metadata) == []
        assert all(name.startswith("moodring_") for name in inspect(connection).get_table_names())


@pytest.mark.asyncio
async def test_what_was_kept_is_there_after_a_restart(tmp_path: Path) -> None:
    store = await Store.open(_url(tmp_path / "kept.sqlite3"))
    await store.opt_outs.add(7)
    await store.aclose()
    store = await Store.open(_url(tmp_path / "kept.sqlite3"))
    assert await store.opt_outs.contains(7)
    await store.aclose()


def test_the_newest_revision_is_named() -> None:
    assert revisions()[-1] == HEAD


def test_a_database_is_made_and_opened_without_what_upgrades_it(tmp_path: Path) -> None:
    program = f"""
import asyncio, sys
from moodring.bot.store import Store

async def main():
    store = await Store.open({_url(tmp_path / "kept.sqlite3")!r})
    await store.aclose()
    print("alembic" in sys.modules)

asyncio.run(main())
"""
    said = [subprocess.check_output([sys.executable, "-c", program], text=True) for _ in range(2)]
    assert said == ["False\n", "False\n"]  # made, then opened


def _migrated(path: Path, revision: str) -> Engine:
    """Return a new database as an older version left it."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection, revision)
    return engine


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("revision", "row", "settings"),
    [
        ("0001", "7, 0.9, 60", GuildSettings(min_confidence=0.9, cooldown_s=60)),
        ("0002", "7, 0.7, 10, TRUE", GuildSettings(faces=True)),
    ],
)
async def test_what_a_guild_chose_in_an_older_version_holds(
    tmp_path: Path, revision: str, row: str, settings: GuildSettings
) -> None:
    path = tmp_path / "old.sqlite3"
    with _migrated(path, revision).begin() as connection:
        connection.execute(text(f"INSERT INTO moodring_guilds VALUES ({row})"))
    store = await Store.open(_url(path))
    assert await store.guilds.get(7) == settings
    await store.aclose()


@pytest.mark.asyncio
async def test_tables_of_others_in_the_same_database_stay(tmp_path: Path) -> None:
    with create_engine(f"sqlite:///{tmp_path / 'shared.sqlite3'}").begin() as connection:
        connection.execute(text("CREATE TABLE alembic_version (version_num TEXT)"))
        connection.execute(text("INSERT INTO alembic_version VALUES ('theirs')"))
    await (await Store.open(_url(tmp_path / "shared.sqlite3"))).aclose()
    with create_engine(f"sqlite:///{tmp_path / 'shared.sqlite3'}").connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "theirs"


@pytest.mark.asyncio
async def test_sqlite_does_not_make_readers_wait_for_a_writer(tmp_path: Path) -> None:
    store = await Store.open(_url(tmp_path / "wal.sqlite3"))
    engine = create_async_engine(_url(tmp_path / "wal.sqlite3"))
    async with engine.connect() as connection:
        assert await connection.scalar(text("PRAGMA journal_mode")) == "wal"
    await engine.dispose()
    await store.aclose()


def _from_the_future(connection: Connection) -> None:
    connection.execute(text("CREATE TABLE moodring_alembic_version (version_num VARCHAR(32) NOT NULL)"))
    connection.execute(text("INSERT INTO moodring_alembic_version VALUES ('9999')"))


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("kind", "said", "remedy"),
    [
        ("no folder", "unable to open database file", "check MOODRING_DATABASE_URL"),
        ("not a database", "file is not a database", "check MOODRING_DATABASE_URL"),
        ("newer tables", "a newer version of Moodring", "upgrade Moodring"),
    ],
)
async def test_a_database_that_cannot_be_used_is_one_line_that_says_what_to_do(
    tmp_path: Path, kind: str, said: str, remedy: str
) -> None:
    path = tmp_path / "broken.sqlite3"
    match kind:
        case "no folder":
            path = tmp_path / "missing" / "broken.sqlite3"
        case "not a database":
            path.write_text("certainly not a database file\n" * 100)
        case "newer tables":
            with create_engine(f"sqlite:///{path}").begin() as connection:
                _from_the_future(connection)
    with pytest.raises(StoreError) as raised:
        await Store.open(_url(path))
    message = str(raised.value)
    assert said in message
    assert remedy in message
    assert "\n" not in message


@pytest.mark.asyncio
@pytest.mark.parametrize("url", ["postgresql+asyncpg://bot:hunter2@127.0.0.1:1/moodring", "nonsense"])
async def test_a_fault_never_shows_the_password(url: str) -> None:
    with pytest.raises(StoreError) as raised:
        await Store.open(url)
    assert "hunter2" not in str(raised.value)


@pytest.mark.asyncio
async def test_tasks_that_share_a_database_in_memory_do_not_undo_each_others_work() -> None:
    store = await Store.open("sqlite+aiosqlite://")

    async def ask() -> None:
        for _ in range(50):
            await store.guilds.get(1)

    async def keep() -> None:
        for user_id in range(1, 51):
            await store.opt_outs.add(user_id)

    await asyncio.gather(ask(), keep(), ask())
    assert all([await store.opt_outs.contains(user_id) for user_id in range(1, 51)])
    await store.aclose()


@pytest.mark.asyncio
async def test_closing_waits_for_what_has_begun_and_lets_nobody_begin_again(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    store = await Store.open(_url(tmp_path / "closing.sqlite3"))
    late = [asyncio.create_task(store.opt_outs.add(person)) for person in range(20)]
    await asyncio.sleep(0)  # each has begun
    await store.aclose()
    await asyncio.gather(*late)
    with pytest.raises(StoreError, match="closed already"):
        await store.opt_outs.contains(0)
    left = [thread for thread in set(threading.enumerate()) - before if not thread.name.startswith("asyncio")]
    for thread in left:  # it has said that it is closed, and is about to end
        await asyncio.to_thread(thread.join, 5)
    assert not any(thread.is_alive() for thread in left)
    store = await Store.open(_url(tmp_path / "closing.sqlite3"))
    assert all([await store.opt_outs.contains(person) for person in range(20)])
    await store.aclose()


@pytest.mark.asyncio
async def test_an_error_names_no_value(tmp_path: Path) -> None:
    store = await Store.open(_url(tmp_path / "kept.sqlite3"))
    async with store._engine.begin() as connection:
        await connection.execute(text("DROP TABLE moodring_opt_outs"))
    with pytest.raises(DBAPIError) as raised:
        await store.opt_outs.add(123_456_789)
    assert "moodring_opt_outs" in str(raised.value)
    assert "123456789" not in str(raised.value)
    await store.aclose()


@pytest.mark.asyncio
async def test_a_guild_whose_settings_cannot_be_read_keeps_no_other_ones_cases(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    for guild_id in (5, 6):
        await store.cases.open(
            guild_id=guild_id,
            channel_id=1,
            message_id=guild_id,
            group=Group.TOXICITY,
            scores=dict.fromkeys(Group, 0.9),
            would_act=False,
            at=at,
        )
    async with store._sessions.begin() as session:
        session.add(GuildRow(guild_id=5, settings={"of_another_version": 1}))
    await store.prune(at + timedelta(days=40))
    assert await store.cases.guild_ids() == {5}
    assert "how long are cases kept?" in caplog.text


@pytest.mark.asyncio
async def test_databases_that_are_opened_at_once_get_their_own_tables(tmp_path: Path) -> None:
    urls = [_url(tmp_path / f"{number}.sqlite3") for number in range(5)]
    stores = await asyncio.gather(*map(Store.open, urls))
    for number, store in enumerate(stores):
        await store.opt_outs.add(number)
    for number, store in enumerate(stores):
        async with store._engine.connect() as connection:
            names = await connection.run_sync(lambda each: set(inspect(each).get_table_names()))
        assert names == {*Table.metadata.tables, VERSION_TABLE}
        assert await store.opt_outs.contains(number)
        assert not await store.opt_outs.contains(number + 1)
        await store.aclose()
