"""What is counted and not yet kept, in a file that is memory alone: it survives a crash, not the machine.

Hours that go on may be too small to tell of, so they must not reach a disk (see `counting`). A *tmpfs* is
memory with a file's name (https://docs.kernel.org/filesystems/tmpfs.html): it outlives a process that is
killed, and is gone with the machine.
"""

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


class NotInMemoryError(Exception):
    """A folder that is to be in memory lies elsewhere; the message is one line that says what to do."""


class Afterlife:
    """The file.

    Args:
        folder: A folder in memory.

    Raises:
        NotInMemoryError: It is not, or cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        if not is_in_memory(folder):
            raise NotInMemoryError(
                f"{folder} is not there, or no folder in memory (tmpfs), as those below /run and /dev/shm are"
            )
        if not os.access(folder, os.W_OK | os.X_OK):
            raise NotInMemoryError(f"{folder} cannot be written; correct its owner or its mode")
        self._path = folder / FILE

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
