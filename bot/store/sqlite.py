"""SQLite's file: who has it open, whether it is whole, and what its errors mean.

How SQLite itself goes about a file: https://www.sqlite.org/wal.html, https://www.sqlite.org/fileformat2.html.
"""

import contextlib
import fcntl
import os
import sqlite3
import struct
import tempfile
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from sqlalchemy import URL

RESTORE: Final = "restore a backup: moodring restore FILE"

COMPANIONS: Final = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database, behind its name."""

_CONNECTION_PRAGMAS: Final = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # what is deleted is overwritten, not only left out
    "PRAGMA busy_timeout = 5000",  # milliseconds that a writer waits for another one
    # With NORMAL a power cut may take the last commits along: "WAL mode does lose durability"
    # (https://www.sqlite.org/pragma.html#pragma_synchronous). FULL is the usual default but a build may have
    # another. It costs an fsync a commit, and what is kept here is a few commits a second at most.
    "PRAGMA synchronous = FULL",
)
_FILE_PRAGMA: Final = "PRAGMA journal_mode = WAL"  # readers do not wait for a writer; the file remembers it

_MEMORY: Final = (None, "", ":memory:")
_URI_OPTIONS: Final = frozenset({"cache", "immutable", "mode", "modeof", "nolock", "psow", "vfs"})

_REMEDIES: Final = {
    sqlite3.SQLITE_FULL: "make room on its disk",
    sqlite3.SQLITE_CANTOPEN: "may the bot's user read and write file and folder, and open further files?",
    sqlite3.SQLITE_IOERR: "is its disk full, or failing?",
    sqlite3.SQLITE_READONLY: "let the bot's user write to file and folder; is the disk mounted read-only?",
    sqlite3.SQLITE_BUSY: "another program holds it: end that one",
    sqlite3.SQLITE_CORRUPT: RESTORE,
    sqlite3.SQLITE_NOTADB: f"check MOODRING_DATABASE_URL, or {RESTORE}",
}
"""What to do, by the primary code of SQLite's error: https://www.sqlite.org/rescode.html."""

_WAL_HEADER: Final = 32
"""Bytes before the first frame of a write-ahead log."""


class FileError(Exception):
    """A database's file cannot be used.

    Attributes:
        reason: What is wrong, in a few words.
        remedy: What to do.
    """

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}; {remedy}")
        self.reason = reason
        self.remedy = remedy


def in_memory(url: URL) -> bool:
    """Return whether a database lives in memory only."""
    return url.database in _MEMORY


def file_of(url: URL) -> Path:
    """Return the file of a database, which may be given as one of SQLite's own URIs (``file:…?uri=true``).

    A link is followed, as SQLite does: what belongs to the file lies beside it, not beside the link.

    Raises:
        FileError: The URI wants what a bot cannot do with, such as ``mode=ro``, or names no file.
    """
    name = url.database or ""
    if "uri" not in url.query:
        return Path(name).resolve()
    # https://www.sqlite.org/uri.html
    path = unquote(urlsplit(name).path)
    options = sorted(_URI_OPTIONS & url.query.keys())
    if options or path in _MEMORY:
        wanted = f"the option {options[0]}" if options else "memory"
        raise FileError(f"{wanted} is not taken in a URI of SQLite's", "give the path of a file alone")
    return Path(path).resolve()


class Claim:
    """A word to others on this machine that a database is in use; with a process its claim is gone.

    It is a lock on the folder: one on the file would end with SQLite's own locks there, and hold on to a file
    that was replaced. Bots share it; who replaces the file needs it alone.

    Args:
        path: The database.
        alone: Whether to be the only one.

    Raises:
        FileError: Somebody else is there, or the folder is not to be had.
    """

    def __init__(self, path: Path, *, alone: bool = False) -> None:
        folder = path.parent
        try:
            self._folder: int | None = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except OSError as error:
            reason = f"unable to open database file: the folder {folder}: {error.strerror}"
            raise FileError(reason, "check MOODRING_DATABASE_URL (or MOODRING_DATA_DIR)") from None
        try:
            fcntl.flock(self._folder, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            if alone:
                raise FileError(f"a bot is using a database in {folder}", "stop it first") from None
            raise FileError("a backup is being restored", "start again when that is done") from None
        if not os.access(folder, os.W_OK):
            self.release()
            reason = f"the folder {folder} cannot be written to"
            raise FileError(reason, "let the bot's user write there; is the disk mounted read-only?")

    def release(self) -> None:
        """Let others have it; again is harmless."""
        if self._folder is not None:
            os.close(self._folder)
            self._folder = None


def prepare(path: Path) -> None:
    """Make the file if there is none, else look whether it is whole and can be written to.

    The driver opens it after that: its thread would outlive a failure.

    Raises:
        FileError: It is damaged.
        sqlite3.Error: It cannot be read or written.
        OSError: It cannot be made.
    """
    if not path.exists():
        _make(path)
    refuse_damaged_files(path)
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(_FILE_PRAGMA)
        refuse_damaged_pages(connection, "quick_check")
        # A file that may only be read is opened in silence, and even BEGIN IMMEDIATE succeeds.
        connection.execute("BEGIN IMMEDIATE")
        [version] = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {version:d}")
        connection.rollback()


def refuse_damaged_files(path: Path) -> None:
    """Refuse what SQLite itself would take for nothing, and silently begin anew on.

    Raises:
        FileError: The file is empty, or its write-ahead log is no such log.
    """
    if path.stat().st_size == 0:  # a new one is never empty, see `_make`
        raise FileError(
            "it is an empty file, so what it held is lost", f"{RESTORE}; or delete it to begin anew"
        )
    log = companion(path, "-wal")
    if log.exists() and log.stat().st_size > _WAL_HEADER and not _is_wal(log):
        raise FileError(
            f"the last changes, in {log.name}, are damaged",
            f"{RESTORE}; or move {log.name} away to go on without them",
        )


def refuse_damaged_pages(connection: sqlite3.Connection, check: str) -> None:
    """Look through all pages.

    Args:
        connection: To the database.
        check: ``quick_check``, or ``integrity_check``, which compares indices too and takes 20 times as long.

    Raises:
        FileError: Something is damaged.
        sqlite3.Error: It cannot be read.
    """
    [found] = connection.execute(f"PRAGMA {check}(1)").fetchone()
    if found != "ok":
        raise FileError(f"it is damaged ({' '.join(found.split())})", RESTORE)


def companion(path: Path, suffix: str) -> Path:
    """Return one of the files that SQLite keeps beside a database."""
    return path.with_name(path.name + suffix)


def set_pragmas(connection: Any, _record: object) -> None:
    """Set a new connection up; SQLAlchemy calls this."""
    cursor = connection.cursor()
    for pragma in _CONNECTION_PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def remedy(error: BaseException | None) -> str | None:
    """Return what to do about an error of SQLite's; None for others."""
    code = getattr(error, "sqlite_errorcode", None)
    return None if code is None else _REMEDIES.get(code & 0xFF)


def _make(path: Path) -> None:
    """Make a database without tables, whole or not at all: an empty file is then always a damaged one."""
    descriptor, name = tempfile.mkstemp(prefix=f"{path.name}-", dir=path.parent)
    os.close(descriptor)
    made = Path(name)
    try:
        with contextlib.closing(sqlite3.connect(made)) as connection:
            connection.execute(_FILE_PRAGMA)
        with contextlib.suppress(FileExistsError):  # another process was faster
            path.hardlink_to(made)
    finally:
        made.unlink()


def _is_wal(log: Path) -> bool:
    """Return whether a file begins as a write-ahead log does, checksum included."""
    with log.open("rb") as file:
        header = file.read(_WAL_HEADER)
    [magic] = struct.unpack_from(">I", header)
    if magic not in {0x377F0682, 0x377F0683}:
        return False
    order = ">" if magic & 1 else "<"
    first = second = 0
    for left, right in struct.iter_unpack(f"{order}II", header[:24]):
        first = first + left + second & 0xFFFFFFFF
        second = second + right + first & 0xFFFFFFFF
    return struct.unpack_from(">II", header, 24) == (first, second)
