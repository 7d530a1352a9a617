"""A backup put back after the damage: who opted out since stays opted out, where that can be read."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from damages import RealDisk, holds, leave_log, overwrite, real_disk, url

from moodring.bot.backup import backup, restore
from moodring.bot.settings import StorageSettings
from moodring.bot.store import Store, StoreError

PAGE = 4096
NOISE = 64 * b"\x5a"


def _settings(database: Path) -> StorageSettings:
    return StorageSettings(database_url=url(database))


DAMAGES: dict[str, tuple[Callable[[Path], object], bool, str]] = {
    "a log of a crash": (lambda path: None, True, "opt-outs carried over from it: 1\n"),
    "empty": (lambda path: path.write_bytes(b""), False, "could not be read (it is an empty file"),
    "no database": (
        lambda path: overwrite(path, 0, bytes(PAGE)),
        False,
        "could not be read (file is not a database)",
    ),
    "a log of noise": (
        lambda path: overwrite(path.with_name(f"{path.name}-wal"), 0, NOISE),
        False,
        "there may have been more: ask members to see /privacy",
    ),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("damage", DAMAGES)
async def test_after_a_damage_the_backup_is_back_and_so_are_the_opt_outs_that_can_be_read(
    database: Path, tmp_path: Path, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    inflict, carried, said = DAMAGES[damage]
    copy = tmp_path / "copies"
    copy.mkdir()
    backup(_settings(database), copy / "copy.sqlite3", overwrite=False)
    leave_log(database)  # person 77 opts out, and the bot is killed
    inflict(database)
    capsys.readouterr()
    restore(_settings(database), copy / "copy.sqlite3")
    assert said in capsys.readouterr().out
    store = await Store.open(url(database))
    assert await holds(store)
    assert await store.opt_outs.contains(77) is carried
    await store.aclose()


@pytest.mark.asyncio
async def test_opt_outs_are_carried_over_from_a_database_that_is_damaged_elsewhere(
    database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    backup(_settings(database), database.with_name("copy"), overwrite=False)
    store = await Store.open(url(database))
    await store.opt_outs.add(77)
    async with store._engine.connect() as connection:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'moodring_digests'"
        page = (await connection.exec_driver_sql(query)).scalar()
    await store.aclose()
    overwrite(database, (page - 1) * PAGE, bytes(PAGE))
    with pytest.raises(StoreError, match="it is damaged"):
        await Store.open(url(database))
    restore(_settings(database), database.with_name("copy"))
    assert "opt-outs carried over from it: 1; it is damaged" in capsys.readouterr().out
    store = await Store.open(url(database))
    assert await store.opt_outs.contains(77)
    await store.aclose()


@pytest.mark.asyncio
async def test_a_restore_that_finds_no_room_changes_nothing_and_succeeds_later(tmp_path: Path) -> None:
    with real_disk(tmp_path) as folder:
        path = folder / "moodring.sqlite3"
        store = await Store.open(url(path))
        await store.opt_outs.add(77)
        await store.aclose()
        backup(_settings(path), folder / "copy", overwrite=False)
        disk = RealDisk(folder)
        disk.fill()
        before = path.read_bytes()
        for refused in (
            lambda: restore(_settings(path), folder / "copy"),
            lambda: backup(_settings(path), folder / "second", overwrite=False),
        ):
            with pytest.raises(StoreError, match=r"full|No space"):
                refused()
        assert path.read_bytes() == before
        assert sorted(
            each.name for each in folder.glob("[cms]*") if each.suffix[-4:] not in {"-wal", "-shm"}
        ) == [
            "copy",
            "moodring.sqlite3",
        ]
        disk.free()
        restore(_settings(path), folder / "copy")
        store = await Store.open(url(path))
        assert await store.opt_outs.contains(77)
        await store.aclose()


@pytest.mark.asyncio
async def test_a_bot_that_was_killed_is_in_nobodys_way(database: Path) -> None:
    backup(_settings(database), database.with_name("copy"), overwrite=False)
    bot = """
import asyncio, sys
from moodring.bot.store import Store
async def main():
    store = await Store.open(sys.argv[1])
    print("open", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""
    with subprocess.Popen(  # noqa: ASYNC220 - nothing else waits
        [sys.executable, "-c", bot, url(database)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        with pytest.raises(StoreError, match="a bot is using"):
            restore(_settings(database), database.with_name("copy"))
        process.kill()
        process.wait()
    restore(_settings(database), database.with_name("copy"))
    store = await Store.open(url(database))
    assert await holds(store)
    await store.aclose()
