"""What is kept, disks that are full, files that are damaged, and programs that hold a database."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import Pool

from moodring.bot.guild_settings import GuildSettings
from moodring.bot.rules import Group
from moodring.bot.store import Store, Watch
from moodring.bot.store.tables import OptOutRow

AT = datetime(2026, 1, 1, tzinfo=UTC)
SETTINGS = GuildSettings(min_confidence=0.9, cooldown_s=60)


def url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def keep(store: Store, guild_id: int = 5) -> None:
    """Keep a setting, a watched channel, a case and an opt-out."""
    await store.guilds.put(guild_id, SETTINGS)
    await store.watches.start(Watch(guild_id + 1, guild_id, frozenset({"flag"})))
    await store.opt_outs.add(guild_id + 2)
    await store.cases.open(
        guild_id=guild_id,
        channel_id=guild_id + 1,
        message_id=guild_id + 3,
        group=Group.TOXICITY,
        scores=dict.fromkeys(Group, 0.9),
        would_act=False,
        at=AT,
    )


async def holds(store: Store, guild_id: int = 5) -> bool:
    """Return whether all of it is there."""
    return (
        await store.guilds.get(guild_id) == SETTINGS
        and await store.watches.contains(guild_id + 1)
        and await store.opt_outs.contains(guild_id + 2)
        and [case.message_id for case in await store.cases.find(guild_id)] == [guild_id + 3]
    )


WRITER = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("INSERT INTO moodring_opt_outs VALUES (77)")
connection.commit()
os._exit(0)  # as a crash: nobody folds the log into the file
"""

HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


class Disk(Protocol):
    """A disk that can be filled."""

    folder: Path

    def fill(self) -> None:
        """Leave no room on it."""
        ...

    def free(self) -> None:
        """Make room again."""
        ...


class RealDisk:
    """A file system of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self) -> None:
        descriptor = os.open(self.folder / "filler", os.O_CREAT | os.O_WRONLY)
        with contextlib.suppress(OSError):
            while True:
                os.write(descriptor, bytes(4096))
        os.close(descriptor)

    def free(self) -> None:
        (self.folder / "filler").unlink()


class BoundedFiles:
    """SQLite's own bound on the pages of a file stands for the end of the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._pages = 0

    def fill(self) -> None:
        self._pages = 1  # as many as there are

    def free(self) -> None:
        self._pages = 2**30

    def bound(self, connection: object, *_: object) -> None:
        if self._pages:
            cursor = connection.cursor()  # type: ignore[attr-defined]
            cursor.execute(f"PRAGMA max_page_count = {self._pages}")
            cursor.close()


@contextlib.contextmanager
def real_disk(folder: Path, kib: int = 1024) -> Iterator[Path]:
    """Mount a small file system in memory; skip where that is not allowed."""
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kib}k", "tmpfs", str(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount(8) here")
    if mounted.returncode:
        pytest.skip(f"no file system may be mounted here: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextlib.contextmanager
def bounded_files(folder: Path) -> Iterator[BoundedFiles]:
    disk = BoundedFiles(folder)
    event.listen(Pool, "checkout", disk.bound)
    try:
        yield disk
    finally:
        event.remove(Pool, "checkout", disk.bound)


async def exhaust(store: Store) -> list[int]:
    """Opt people out until the disk is full; return whose opt-out was acknowledged."""
    acknowledged: list[int] = []
    for size in (256, 64, 16, 4, 1):  # smaller and smaller, until not even one more has room
        while len(acknowledged) < 100_000:
            people = range(len(acknowledged) + 1_000, len(acknowledged) + 1_000 + size)
            try:
                async with store._sessions.begin() as session:
                    session.add_all(OptOutRow(user_id=person) for person in people)
            except DBAPIError:
                break
            acknowledged += people
    return acknowledged


@contextlib.contextmanager
def held(path: Path) -> Iterator[None]:
    """Let another process hold the only right to write to a database."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        assert holder.stdout.readline() == "held\n"
        try:
            yield
        finally:
            holder.stdin.close()
            holder.wait()


def leave_log(path: Path) -> Path:
    """Leave a log behind, as a crash does, in which person 77 opted out."""
    subprocess.run([sys.executable, "-c", WRITER, str(path)], check=True)
    return path.with_name(f"{path.name}-wal")


def overwrite(path: Path, start: int, content: bytes) -> None:
    """Damage a file from a byte on."""
    with path.open("r+b") as file:
        file.seek(start)
        file.write(content)


@contextlib.contextmanager
def unwritable(path: Path) -> Iterator[None]:
    """Let nobody write to a file or a folder, not even root."""
    if os.geteuid() == 0:
        changed = subprocess.run(["chattr", "+i", str(path)], capture_output=True, check=False)
        if changed.returncode:
            pytest.skip("root may write everywhere here: no file can be made immutable")
        try:
            yield
        finally:
            subprocess.run(["chattr", "-i", str(path)], check=True)
    else:
        mode = path.stat().st_mode
        path.chmod(mode & 0o555)
        try:
            yield
        finally:
            path.chmod(mode)
