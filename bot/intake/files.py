"""Pictures from this machine's disk, under the same cap as downloads."""

from collections.abc import Sequence
from pathlib import Path

from moodring.model import Unreadable
from moodring.model.decoding import MAX_BYTES, OVERSIZED

from . import MAX_IMAGES, TOO_MANY


def read_images(paths: Sequence[str]) -> tuple[bytes | Unreadable, ...]:
    """Read image files, undecoded.

    Args:
        paths: Where they are.

    Returns:
        Each file, or why it could not be had, in their order.
    """
    beyond = Unreadable(TOO_MANY)
    return tuple(_read(path) if index < MAX_IMAGES else beyond for index, path in enumerate(paths))


def _read(path: str) -> bytes | Unreadable:
    try:
        if not Path(path).is_file():  # a pipe or device could be read for ever
            return Unreadable("not a file" if Path(path).exists() else "no such file")
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        return Unreadable(f"cannot be read ({error.strerror})")
    except ValueError:  # such as a NUL in the path
        return Unreadable("no such file")
    return data if len(data) <= MAX_BYTES else Unreadable(OVERSIZED)
