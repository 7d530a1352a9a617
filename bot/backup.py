"""``python -m bot backup`` and ``restore``: an SQLite database copied while the bot runs, and put back.

The copy is SQLite's own (https://www.sqlite.org/backup.html). Nothing takes its place before it was checked.
"""

import contextlib
import os
import sqlite3
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import URL, NullPool, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from .settings import StorageSettings
from .store import StoreError
from .store.migrations import VERSION_TABLE, UnknownRevisionError, upgrade
from .store.sqlite import (
    COMPANIONS,
    Claim,
    FileError,
    companion,
    file_of,
    in_memory,
    refuse_damaged_files,
    refuse_damaged_pages,
    remedy,
)

_OURS: Final = "moodring_"
"""What the names of Moodring's tables begin with."""

_FAULTS: Final = (FileError, OSError, sqlite3.Error)


@dataclass(frozen=True, slots=True)
class _Contents:
    """What a database that was checked holds: its revision, and rows by table."""

    revision: str
    rows: dict[str, int]

    def __str__(self) -> str:
        held = [f"{count:,} {table.removeprefix(_OURS)}" for table, count in self.rows.items() if count]
        return f"revision {self.revision}; {', '.join(held) or 'nothing kept yet'}"


@dataclass(frozen=True, slots=True)
class _Present:
    """The database that is to be replaced.

    Attributes:
        opted_out: Who has opted out in it; None where that cannot be read.
        fault: What is wrong with it; empty where it is whole.
    """

    opted_out: Sequence[int] | None
    fault: str


def backup(settings: StorageSettings, target: Path, *, overwrite: bool) -> int:
    """Write a checked copy of the database, also while the bot runs, and print what it holds.

    Args:
        settings: Where the database is.
        target: The file to write; in a folder it gets a name with the time.
        overwrite: Whether a file that is there already may be replaced.

    Returns:
        The exit code, 0.

    Raises:
        StoreError: There is no backup; the message is one line that says why.
    """
    path = _database(settings)
    if target.is_dir():
        target /= f"{path.stem}-{_stamp()}{path.suffix}"
    try:
        if not path.exists():
            raise FileError("there is no such file", "check MOODRING_DATABASE_URL (or MOODRING_DATA_DIR)")
        if not target.parent.is_dir():
            raise FileError(f"there is no folder {target.parent}", "make it first")
        if target.exists() and target.samefile(path):
            raise FileError(f"{target} is the database itself", "name another file")
        if target.exists() and not overwrite:
            raise FileError(f"{target} is there already", "name another file, or add --overwrite")
        refuse_damaged_files(path)
        with _beside(target) as copy:
            _copy(_live(path), copy)
            contents = _checked(copy)
            _put(copy, target)
    except _FAULTS as error:
        raise StoreError(f"no backup of {path}: {_said(error)}") from None
    sys.stdout.write(f"wrote {target}, checked: {contents}\n")
    return 0


def restore(settings: StorageSettings, source: Path) -> int:
    """Put a backup in the place of the database, once it is checked and brought up to date.

    The database that was there is kept beside it, and who has opted out in it stays opted out: that is a
    settled fact. Who opted in again since the backup was made is opted out once more, and may opt in.

    Args:
        settings: Where the database is.
        source: The backup; it stays as it is.

    Returns:
        The exit code, 0.

    Raises:
        StoreError: Nothing was replaced; the message is one line that says why.
    """
    path = _database(settings)
    try:
        if not source.is_file():
            raise FileError(f"there is no file {source}", "name a backup")
        if path.exists() and source.samefile(path):
            raise FileError(f"{source} is the database itself", "name a backup")
        with _alone(path), _beside(path) as copy:
            with _blamed_on(source):
                refuse_damaged_files(source)
                _copy(_still(source), copy)
                held = _checked(copy)
            _refuse_strangers(copy)
            _upgrade(copy)
            present = _survey(path) if path.exists() else None
            carried = _carry(present.opted_out, copy) if present else 0
            contents = _checked(copy)
            aside = _set_aside(path, whole=present is not None and not present.fault)
            _put(copy, path)
    except _FAULTS as error:
        raise StoreError(f"nothing was restored to {path}: {_said(error)}") from None
    was = "" if held.revision == contents.revision else f", brought up from revision {held.revision}"
    sys.stdout.write(f"restored {path} from {source}, checked: {contents}{was}\n")
    if present:
        sys.stdout.write(f"the database before is kept as {aside}\n{_told(present, carried)}\n")
    sys.stdout.write("what members deleted after the backup was made is in it again: see docs/privacy.md\n")
    return 0


def _database(settings: StorageSettings) -> Path:
    """Return the file of the database."""
    try:
        url = make_url(settings.database_url)
        if url.get_backend_name() != "sqlite":
            raise StoreError("the database is PostgreSQL: use its own pg_dump and pg_restore")
        if in_memory(url):
            raise StoreError("the database is in memory: there is nothing to back up or restore")
        return file_of(url)
    except ArgumentError:
        raise StoreError("the database URL cannot be read; correct MOODRING_DATABASE_URL") from None
    except FileError as error:
        raise StoreError(f"the database cannot be used: {error}") from None


def _stamp() -> str:
    return f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"


@contextlib.contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Make a file that only its owner reads, on the disk where it is to be; it is gone afterwards."""
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}-", dir=path.parent)
    os.close(descriptor)
    made = Path(name)
    try:
        yield made
    finally:
        for each in (made, *(companion(made, suffix) for suffix in COMPANIONS)):
            each.unlink(missing_ok=True)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    claim = Claim(path, alone=True)
    try:
        yield
    finally:
        claim.release()


@contextlib.contextmanager
def _blamed_on(source: Path) -> Iterator[None]:
    """Say of what fails that the backup is at fault: what is to be done is another one."""
    try:
        yield
    except FileError as error:
        raise FileError(f"{source}: {error.reason}", "take another backup") from None
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            raise
        raise FileError(f"{source}: {error}", "take another backup") from None


def _live(path: Path) -> sqlite3.Connection:
    """Open the database, which others may be using."""
    if not os.access(path.parent, os.W_OK):  # SQLite needs to write beside it where others might
        return _still(path)
    return sqlite3.connect(_uri(path, "mode=rw"), uri=True)


def _still(path: Path) -> sqlite3.Connection:
    """Open a database that nobody uses, and leave it as it is."""
    with_log = companion(path, "-wal").exists()
    return sqlite3.connect(_uri(path, "mode=ro" if with_log else "immutable=1"), uri=True)


def _uri(path: Path, option: str) -> str:
    return f"file:{quote(str(path.resolve()))}?{option}"


def _copy(opened: sqlite3.Connection, target: Path) -> None:
    """Copy a database as it is at one moment, with what is in its log, into one file; close it."""
    with closing(opened), closing(sqlite3.connect(target)) as copy:
        opened.execute("BEGIN")
        opened.execute("SELECT count(*) FROM sqlite_master").fetchone()  # else a lock is waited for for ever
        opened.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # a single file, whoever opens it


def _checked(path: Path) -> _Contents:
    """Look through a database and return what it holds.

    Raises:
        FileError: It is damaged, or none of Moodring's.
    """
    with closing(sqlite3.connect(path)) as connection:
        refuse_damaged_pages(connection, "integrity_check")
        tables = _tables(connection)
        if VERSION_TABLE not in tables:
            raise FileError("it is no database of Moodring's", "check MOODRING_DATABASE_URL")
        revision = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608
        rows = {
            table: int(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])  # noqa: S608
            for table in tables
            if table.startswith(_OURS) and table != VERSION_TABLE
        }
    return _Contents("none" if revision is None else str(revision[0]), rows)


def _tables(connection: sqlite3.Connection) -> Sequence[str]:
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [name for (name,) in found if not name.startswith("sqlite_")]


def _refuse_strangers(path: Path) -> None:
    """Refuse a database that is shared: another program's tables would be put back as well."""
    with closing(sqlite3.connect(path)) as connection:
        for name in _tables(connection):
            if not name.startswith(_OURS):
                raise FileError(
                    f"another program has tables in the backup too ({name})", "restore it by hand"
                )


def _upgrade(path: Path) -> None:
    """Bring a database up to date.

    Raises:
        FileError: A newer version of Moodring made it.
    """
    engine = create_engine(URL.create("sqlite", database=str(path)), poolclass=NullPool)
    try:
        with engine.begin() as connection:
            upgrade(connection)
    except UnknownRevisionError:
        raise FileError("a newer version of Moodring made the backup", "upgrade Moodring") from None
    except DBAPIError as error:
        raise error.orig if isinstance(error.orig, sqlite3.Error) else error from None


def _survey(path: Path) -> _Present:
    """Look at the database that is to be replaced, and change nothing."""
    people, fault = None, ""
    try:
        refuse_damaged_files(path)
    except FileError as error:
        fault = error.reason
    try:
        with closing(sqlite3.connect(_uri(path, "mode=ro"), uri=True)) as connection:
            people = [person for (person,) in connection.execute("SELECT user_id FROM moodring_opt_outs")]
            refuse_damaged_pages(connection, "quick_check")
    except FileError as error:
        fault = fault or error.reason
    except sqlite3.Error as error:
        fault = fault or str(error)
    return _Present(people, fault)


def _carry(people: Sequence[int] | None, copy: Path) -> int:
    """Opt people out in a copy; return how many were not yet."""
    with closing(sqlite3.connect(copy)) as connection:
        query = "INSERT OR IGNORE INTO moodring_opt_outs VALUES (?)"
        added = connection.executemany(query, [(person,) for person in people or ()]).rowcount
        connection.commit()
    return max(added, 0)


def _told(present: _Present, carried: int) -> str:
    """Return what became of the opt-outs."""
    if present.opted_out is None:
        return (
            f"its opt-outs could not be read ({present.fault}): "
            "ask members who opted out after the backup was made to do so again"
        )
    told = f"opt-outs carried over from it: {carried:,}"
    if not present.fault:
        return told
    return f"{told}; it is damaged ({present.fault}), there may have been more: ask members to see /privacy"


def _set_aside(path: Path, *, whole: bool) -> Path:
    """Keep the database under another name too; its place is never empty, or a start would make a new one.

    Args:
        path: The database.
        whole: Whether it is not damaged; else what is in its log is kept as it is.

    Raises:
        FileError: A program has it open that is no bot.
    """
    aside = companion(path, f".before-{_stamp()}")
    if whole:
        with closing(sqlite3.connect(path)) as connection:
            try:
                connection.execute("PRAGMA journal_mode = DELETE")  # takes nobody else, and leaves no log
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                    raise
                raise FileError("another program has it open", "end that one first") from None
    for suffix in COMPANIONS:  # SQLite would apply the old log to the new file
        if (left := companion(path, suffix)).exists():
            left.rename(companion(aside, suffix))
    if path.exists():
        aside.hardlink_to(path)
    return aside


def _put(copy: Path, target: Path) -> None:
    """Put a file in the place of another, or of none, so that even a power cut leaves one of them whole."""
    # The folder may be another user's, who could put a link in the place of the copy.
    descriptor = os.open(copy, os.O_RDONLY | os.O_NOFOLLOW)
    try:
        if os.fstat(descriptor).st_nlink != 1:
            raise FileError(f"somebody else meddles with {copy}", "look who may write to its folder")
        if os.geteuid() == 0:  # the bot is to be able to open what root restored for it
            owner = (target if target.exists() else target.parent).stat()
            os.fchown(descriptor, owner.st_uid, owner.st_gid)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    copy.replace(target)
    _sync(target.parent)


def _sync(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _said(error: Exception) -> str:
    """Return what is wrong and what to do, in one line."""
    if isinstance(error, OSError):
        return f"{error.strerror}: {error.filename}"
    todo = remedy(error)
    return f"{error}; {todo}" if todo else str(error)
