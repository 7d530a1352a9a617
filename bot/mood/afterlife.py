"""What is counted and not yet kept, in a file that is memory alone: it survives a crash, not the machine.

Hours that go on may be too small to tell of, so they must not reach a disk (see `counting`). A *tmpfs* is
memory with a file's name (https://docs.kernel.org/filesystems/tmpfs.html): it outlives a process that is
killed, and is gone with the machine.
"""

import fcntl
import json
import logging
import os
from pathlib import Path
from typing import Any, Final

log: Final = logging.getLogger(__name__)

FILE: Final = "moodring-counted.json"

IN_MEMORY: Final = frozenset({"tmpfs", "ramfs"})
"""File systems that are memory."""

MOUNTS: Final = Path("/proc/self/mounts")


class UnfitFolderError(Exception):
    """A folder does not do for what is to survive in memory; the message says why, in one line."""


def refuse_unfit(folder: Path) -> None:
    """Raise where a folder does not do.

    Raises:
        UnfitFolderError: It is not in memory, or cannot be written.
    """
    if not is_in_memory(folder):
        raise UnfitFolderError(
            f"{folder} is not there, or no folder in memory (tmpfs), as those below /run and /dev/shm are"
        )
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise UnfitFolderError(f"{folder} cannot be read and written; correct its owner or its mode")


class Afterlife:
    """The file. Its folder is one bot's alone; with a process its claim on it is gone.

    Args:
        folder: A folder in memory.

    Raises:
        UnfitFolderError: It is not, cannot be written, or another bot has it.
    """

    def __init__(self, folder: Path) -> None:
        refuse_unfit(folder)
        self._path = folder / FILE
        self._folder: int | None = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(self._folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.close()
            raise UnfitFolderError(f"another bot uses {folder}; give each one a folder of its own") from None

    def close(self) -> None:
        """Let another bot have the folder; again is harmless."""
        if self._folder is not None:
            os.close(self._folder)
            self._folder = None

    def load(self) -> dict[str, Any] | None:
        """Return what a bot left that was killed; None if there is nothing, or nothing readable of ours."""
        try:
            with os.fdopen(os.open(self._path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
                if os.fstat(file.fileno()).st_uid != os.geteuid():
                    raise PermissionError(f"{self._path} is somebody else's")
                found = json.loads(file.read())
        except FileNotFoundError:
            return None
        except (OSError, ValueError):
            log.warning("what was counted before a crash cannot be read")
            return None
        return found if isinstance(found, dict) else None

    def save(self, counted: dict[str, Any]) -> None:
        """Put something in the place of what is there, for nobody else to read."""
        fresh = self._path.with_suffix(".new")
        fresh.unlink(missing_ok=True)
        # In a folder like /dev/shm others may have put a link there, or a file of theirs.
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(counted, file)
        fresh.replace(self._path)

    def clear(self) -> None:
        """Leave nothing."""
        self._path.unlink(missing_ok=True)


def is_in_memory(folder: Path, mounts: Path = MOUNTS) -> bool:
    """Return whether a folder is there and lies in memory alone.

    Args:
        folder: The folder.
        mounts: What is mounted where, as in ``proc(5)``.
    """
    try:
        device = folder.stat().st_dev
        lines = mounts.read_text("utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return False
    for line in lines:
        _, point, kind, *_ = line.split(" ")
        place = Path(point.encode("utf-8", "surrogateescape").decode("unicode_escape"))
        if kind in IN_MEMORY and _device(place) == device:
            return folder.is_dir()
    return False


def _device(place: Path) -> int | None:
    try:
        return place.stat().st_dev
    except OSError:
        return None
