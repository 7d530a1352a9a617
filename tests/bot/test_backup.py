"""Backups are whole or not there, and nothing is replaced by what is not one."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from moodring.bot.backup import backup, restore
from moodring.bot.settings import StorageSettings
from moodring.bot.store import Store, StoreError
from moodring.bot.store.migrations import upgrade
from moodring.bot.store.migrations.steps import revisions


@pytest.fixture
def settings(tmp_path: Path) -> StorageSettings:
    (tmp_path / "data").mkdir()
    return StorageSettings.model_validate({"data_dir": tmp_path / "data"})


@pytest.fixture
def database(settings: StorageSettings) -> Path:
    """A database in which person 7 opted out."""
    in_store(settings, lambda store: store.opt_outs.add(7))
    return settings.data_dir / "moodring.sqlite3"


def in_store(settings: StorageSettings, do: Callable[[Store], Awaitable[None]]) -> None:
    async def opened() -> None:
        store = await Store.open(settings.database_url)
        await do(store)
        await store.aclose()

    asyncio.run(opened())


def opted_out(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as connection:
        return [
            person for (person,) in connection.execute("SELECT user_id FROM moodring_opt_outs ORDER BY 1")
        ]


def written(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_a_backup_is_one_file_for_its_owner_alone_and_says_what_it_holds(
    settings: StorageSettings, database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "copies" / "copy.sqlite3"
    target.parent.mkdir()
    assert backup(settings, target, overwrite=False) == 0
    assert names(target.parent) == ["copy.sqlite3"]
    assert target.stat().st_mode & 0o777 == 0o600
    assert opted_out(target) == [7]
    out = capsys.readouterr().out
    assert out == f"wrote {target}, checked: revision {revisions()[-1]}; 1 opt_outs\n"
    assert names(database.parent) == ["moodring.sqlite3"]


def test_in_a_folder_a_backup_is_named_by_its_time(
    settings: StorageSettings, database: Path, tmp_path: Path
) -> None:
    backup(settings, tmp_path, overwrite=False)
    [made] = tmp_path.glob("moodring-*.sqlite3")
    assert opted_out(made) == [7]


@pytest.mark.asyncio
async def test_a_backup_is_made_while_the_bot_writes(settings: StorageSettings, tmp_path: Path) -> None:
    store = await Store.open(settings.database_url)
    await store.opt_outs.add(1)
    acknowledged = 1

    async def go_on() -> None:
        nonlocal acknowledged
        while not done.is_set():
            await store.opt_outs.add(acknowledged + 1)
            acknowledged += 1

    done = asyncio.Event()
    writing = asyncio.create_task(go_on())
    for number in range(3):
        before = acknowledged
        await asyncio.to_thread(backup, settings, tmp_path / f"{number}.sqlite3", overwrite=False)
        kept = opted_out(tmp_path / f"{number}.sqlite3")
        assert kept == list(range(1, len(kept) + 1))
        assert before <= len(kept) <= acknowledged + 1
    done.set()
    await writing
    await store.aclose()


def test_a_file_that_is_there_is_replaced_only_when_told(
    settings: StorageSettings, database: Path, tmp_path: Path
) -> None:
    target = tmp_path / "precious"
    target.write_text("photos")
    with pytest.raises(StoreError, match="is there already; name another file, or add --overwrite"):
        backup(settings, target, overwrite=False)
    assert target.read_text() == "photos"
    backup(settings, target, overwrite=True)
    assert opted_out(target) == [7]
    with pytest.raises(StoreError, match="is the database itself"):
        backup(settings, database, overwrite=True)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.unlink(), "there is no such file"),
        (lambda path: path.write_bytes(b""), "it is an empty file"),
        (lambda path: path.write_bytes(path.read_bytes()[: 2 * 4096]), "malformed"),
        (lambda path: path.write_bytes(b"no database" * 1000), "not a database"),
        (lambda path: written(path, "DROP TABLE moodring_alembic_version"), "no database of Moodring's"),
    ],
)
def test_of_a_database_that_is_not_whole_there_is_no_backup(
    settings: StorageSettings, database: Path, tmp_path: Path, damage: Callable[[Path], object], said: str
) -> None:
    damage(database)
    before = names(tmp_path)
    with pytest.raises(StoreError, match=said) as raised:
        backup(settings, tmp_path / "copy", overwrite=False)
    assert "\n" not in str(raised.value)
    assert names(tmp_path) == before


@pytest.mark.parametrize("command", ["backup", "restore"])
@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+asyncpg://bot:hunter2@localhost/moodring", "use its own pg_dump and pg_restore"),
        ("sqlite+aiosqlite://", "in memory"),
        ("sqlite+aiosqlite:///file:x?mode=ro&uri=true", "the option mode is not taken"),
    ],
)
def test_where_there_is_no_file_another_way_is_named(
    url: str, said: str, command: str, tmp_path: Path
) -> None:
    settings = StorageSettings(database_url=url)
    run = {"backup": partial(backup, overwrite=False), "restore": restore}[command]
    with pytest.raises(StoreError, match=said) as raised:
        run(settings, tmp_path / "copy")
    assert "hunter2" not in str(raised.value)


def test_what_was_backed_up_is_there_again_and_what_was_there_is_kept_beside(
    settings: StorageSettings, database: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup(settings, tmp_path / "copy", overwrite=False)
    before = (tmp_path / "copy").read_bytes()
    written(database, "INSERT INTO moodring_opt_outs VALUES (8)")
    written(database, "INSERT INTO moodring_command_trees VALUES (1, 'new')")
    capsys.readouterr()
    assert restore(settings, tmp_path / "copy") == 0
    said = capsys.readouterr().out
    assert "opt-outs carried over from it: 1\n" in said
    assert "what members deleted after the backup was made is in it again" in said
    assert opted_out(database) == [7, 8]
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("SELECT * FROM moodring_command_trees").fetchall() == []
    [aside] = database.parent.glob("moodring.sqlite3.before-*")
    assert str(aside) in said
    assert opted_out(aside) == [7, 8]
    assert names(database.parent) == ["moodring.sqlite3", aside.name]
    assert (tmp_path / "copy").read_bytes() == before

    async def works(store: Store) -> None:
        await store.opt_outs.add(9)

    in_store(settings, works)
    assert opted_out(database) == [7, 8, 9]


def test_a_backup_comes_back_where_there_is_no_database_any_more(
    settings: StorageSettings, database: Path, tmp_path: Path
) -> None:
    backup(settings, tmp_path / "copy", overwrite=False)
    database.unlink()
    database.with_name("moodring.sqlite3-wal").write_bytes(b"left behind")  # SQLite would apply it
    restore(settings, tmp_path / "copy")
    assert opted_out(database) == [7]
    assert not database.with_name("moodring.sqlite3-wal").exists()


@pytest.mark.parametrize("revision", revisions())
def test_a_backup_of_an_older_version_is_brought_up_to_date(
    settings: StorageSettings, tmp_path: Path, revision: str, capsys: pytest.CaptureFixture[str]
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'old'}")
    with engine.begin() as connection:
        upgrade(connection, revision)
        connection.exec_driver_sql("INSERT INTO moodring_opt_outs VALUES (7)")
    engine.dispose()
    restore(settings, tmp_path / "old")
    assert (f"brought up from revision {revision}" in capsys.readouterr().out) is (
        revision != revisions()[-1]
    )

    async def holds(store: Store) -> None:
        assert await store.opt_outs.contains(7)

    in_store(settings, holds)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.unlink(), "there is no file"),
        (lambda path: path.write_bytes(b""), "empty file"),
        (lambda path: path.write_bytes(path.read_bytes()[: 2 * 4096]), "take another backup"),
        (lambda path: path.write_bytes(b"no database" * 1000), "take another backup"),
        (lambda path: written(path, "DROP TABLE moodring_alembic_version"), "no database of Moodring's"),
        (
            lambda path: written(path, "CREATE TABLE cookies (id)"),
            r"another program has tables in the backup too \(cookies\); restore it by hand",
        ),
        (
            lambda path: written(path, "UPDATE moodring_alembic_version SET version_num = '9999'"),
            "a newer version of Moodring made the backup; upgrade Moodring",
        ),
    ],
)
def test_what_is_no_backup_replaces_nothing(
    settings: StorageSettings, database: Path, tmp_path: Path, damage: Callable[[Path], object], said: str
) -> None:
    backup(settings, tmp_path / "copy", overwrite=False)
    damage(tmp_path / "copy")
    before = database.read_bytes()
    with pytest.raises(StoreError, match=said) as raised:
        restore(settings, tmp_path / "copy")
    assert "\n" not in str(raised.value)
    assert names(database.parent) == ["moodring.sqlite3"]
    assert database.read_bytes() == before


@pytest.mark.asyncio
async def test_nothing_is_restored_under_a_running_bot(
    settings: StorageSettings, database: Path, tmp_path: Path
) -> None:
    await asyncio.to_thread(backup, settings, tmp_path / "copy", overwrite=False)
    store = await Store.open(settings.database_url)
    with pytest.raises(StoreError, match=r"a bot is using a database in .*; stop it first"):
        await asyncio.to_thread(restore, settings, tmp_path / "copy")
    await store.opt_outs.add(9)
    await store.aclose()
    assert opted_out(database) == [7, 9]


def test_nothing_is_restored_under_another_program(
    settings: StorageSettings, database: Path, tmp_path: Path
) -> None:
    backup(settings, tmp_path / "copy", overwrite=False)
    with closing(sqlite3.connect(database)) as shell:
        shell.execute("SELECT * FROM moodring_opt_outs").fetchall()
        with pytest.raises(StoreError, match="another program has it open; end that one first"):
            restore(settings, tmp_path / "copy")
    assert names(database.parent) == ["moodring.sqlite3"]


def test_a_database_behind_a_link_is_replaced_where_it_lies(
    settings: StorageSettings, database: Path, tmp_path: Path
) -> None:
    real = database.rename(tmp_path / "real.sqlite3")
    database.symlink_to(real)
    backup(settings, tmp_path / "copy", overwrite=False)
    written(database, "INSERT INTO moodring_command_trees VALUES (1, 'new')")
    restore(settings, tmp_path / "copy")
    assert database.is_symlink()
    with closing(sqlite3.connect(real)) as connection:
        assert connection.execute("SELECT * FROM moodring_command_trees").fetchall() == []
    assert names(database.parent) == ["moodring.sqlite3"]
