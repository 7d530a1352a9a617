"""What a start makes of a database that is damaged, locked, full or read-only: one line, no silent reset."""

import hashlib
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from damages import RealDisk, held, holds, leave_log, overwrite, real_disk, unwritable, url

from moodring.bot.store import Store, StoreError, sqlite
from moodring.bot.store.sqlite import Claim, FileError

RESTORE = "moodring restore FILE"
PAGE = 4096
NOISE = 64 * b"\x5a"


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def fingerprint(folder: Path) -> dict[str, str]:
    files = [each for each in folder.iterdir() if not each.name.endswith("-shm")]
    return {each.name: hashlib.sha256(each.read_bytes()).hexdigest() for each in files}


DAMAGES: dict[str, tuple[Callable[[Path], object], str, str]] = {
    "truncated": (cut, "malformed", RESTORE),
    "empty": (lambda path: os.truncate(path, 0), "empty file", RESTORE),
    "a page of zeros": (lambda path: overwrite(path, 3 * PAGE, bytes(PAGE)), "damaged", RESTORE),
    "a header of zeros": (lambda path: overwrite(path, 0, bytes(100)), "not a database", RESTORE),
    "no database": (lambda path: path.write_text("not at all\n" * 1000), "not a database", RESTORE),
    "a log of noise": (
        lambda path: overwrite(leave_log(path), 0, NOISE),
        "last changes, in moodring.sqlite3-wal, are damaged",
        "move moodring.sqlite3-wal away",
    ),
}


@pytest.mark.asyncio
@pytest.mark.parametrize("damage", DAMAGES)
async def test_a_damaged_database_is_refused_in_one_line_and_left_alone(database: Path, damage: str) -> None:
    inflict, said, remedy = DAMAGES[damage]
    inflict(database)
    before = fingerprint(database.parent)
    with pytest.raises(StoreError) as raised:
        await Store.open(url(database))
    assert said in str(raised.value)
    assert remedy in str(raised.value)
    assert "\n" not in str(raised.value)
    assert fingerprint(database.parent) == before


@pytest.mark.asyncio
async def test_the_log_of_a_crash_is_no_damage(database: Path) -> None:
    assert leave_log(database).stat().st_size > 0
    store = await Store.open(url(database))
    assert await store.opt_outs.contains(77)
    assert await holds(store)
    await store.aclose()


@pytest.mark.asyncio
async def test_without_the_damaged_log_the_rest_is_read(database: Path) -> None:
    log = leave_log(database)
    overwrite(log, 0, NOISE)
    log.rename(log.with_name("aside"))
    store = await Store.open(url(database))
    assert await holds(store)
    assert not await store.opt_outs.contains(77)
    await store.aclose()


@pytest.mark.asyncio
async def test_a_new_database_is_never_an_empty_file_even_for_a_moment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "new.sqlite3"

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sqlite, "refuse_damaged_files", killed)  # as soon as the file has its name
    with pytest.raises(KeyboardInterrupt):
        sqlite.prepare(path)
    monkeypatch.undo()
    assert path.stat().st_size > 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["new.sqlite3"]
    await (await Store.open(url(path))).aclose()


@pytest.mark.asyncio
async def test_a_file_that_can_only_be_read_is_noticed_at_once(database: Path) -> None:
    with (
        unwritable(database),
        pytest.raises(StoreError, match=r"readonly database; let the bot's user"),
    ):
        await Store.open(url(database))


@pytest.mark.asyncio
async def test_a_folder_that_can_only_be_read_is_noticed_at_once(database: Path) -> None:
    with unwritable(database.parent), pytest.raises(StoreError, match=r"cannot be written to; let the bot's"):
        await Store.open(url(database))


@pytest.mark.asyncio
async def test_a_full_disk_is_told_and_a_start_after_it_has_room_finds_everything(tmp_path: Path) -> None:
    with real_disk(tmp_path) as folder:
        disk = RealDisk(folder)
        disk.fill()
        with pytest.raises(StoreError, match="full"):
            await Store.open(url(folder / "new.sqlite3"))
        disk.free()
        await (await Store.open(url(folder / "new.sqlite3"))).aclose()
        disk.fill()
        with pytest.raises(StoreError, match="disk full"):
            await Store.open(url(folder / "new.sqlite3"))
        disk.free()
        await (await Store.open(url(folder / "new.sqlite3"))).aclose()


@pytest.mark.asyncio
async def test_a_database_that_is_locked_is_told_and_opens_when_it_is_free(
    database: Path,
) -> None:
    with held(database), pytest.raises(StoreError, match="database is locked; another program holds it"):
        await Store.open(url(database))
    store = await Store.open(url(database))
    assert await holds(store)
    await store.aclose()


@pytest.mark.asyncio
async def test_a_newer_database_is_refused_and_left_as_it_is(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE moodring_alembic_version SET version_num = '9999'")
        connection.commit()
    before = fingerprint(database.parent)
    with pytest.raises(StoreError, match="a newer version of Moodring made it; upgrade Moodring"):
        await Store.open(url(database))
    assert fingerprint(database.parent) == before


@pytest.mark.asyncio
async def test_who_replaces_a_database_is_alone_with_it(database: Path) -> None:
    store = await Store.open(url(database))
    second = await Store.open(url(database))
    with pytest.raises(FileError, match="a bot is using a database"):
        Claim(database, alone=True)
    await store.aclose()
    await second.aclose()
    claim = Claim(database, alone=True)
    with pytest.raises(StoreError, match="a backup is being restored"):
        await Store.open(url(database))
    claim.release()
    await (await Store.open(url(database))).aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize("form", ["file:{path}?uri=true", "file://{path}?uri=true"])
async def test_a_uri_of_sqlites_names_the_same_file(database: Path, form: str) -> None:
    named = database.rename(database.with_name("with space.sqlite3"))
    place = form.format(path=str(named).replace(" ", "%20"))
    store = await Store.open(f"sqlite+aiosqlite:///{place}")
    assert await holds(store)
    await store.aclose()
    assert [each.name for each in database.parent.iterdir()] == ["with space.sqlite3"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("{path}?mode=ro&uri=true", "the option mode is not taken"),
        ("{path}?immutable=1&uri=true", "the option immutable is not taken"),
        (":memory:?uri=true", "memory is not taken"),
    ],
)
async def test_what_a_uri_of_sqlites_may_not_ask_for_is_said(database: Path, options: str, said: str) -> None:
    with pytest.raises(StoreError, match=said):
        await Store.open(f"sqlite+aiosqlite:///file:{options.format(path=database)}")
