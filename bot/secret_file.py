"""Secrets in files: read only where nobody else on the machine can, and never repeated in a message."""

import os
import re
import stat
from pathlib import Path
from typing import Final

MAX_BYTES: Final = 4_096
"""Longest file that is taken for a secret."""

_HOLDS_SECRET: Final = re.compile(
    r"^[ \t]*(?:export[ \t]+)?MOODRING_(?:TOKEN|DATABASE_URL)[ \t]*=[ \t]*[^\s#]",
    re.MULTILINE | re.IGNORECASE,
)
"""A line of ``.env`` with the token, or with an address that may hold a password."""


def read_secret(path: Path) -> str:
    """Return the only line of a file that nobody else may read.

    Safe is a regular file of this user or of root without any right for others or for a group. Only root's
    own group may read it: that is how systemd shows the access list of its credentials (``LoadCredential=``).

    Raises:
        ValueError: The file is missing, not safe, too large or not one bare line; the message says what
            to do and repeats nothing of it.
    """
    try:
        # Without O_NONBLOCK a pipe would be waited for.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            _require_safe(os.fstat(file.fileno()))
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ValueError(f"the file cannot be read: {error.strerror}") from None
    if len(content) > MAX_BYTES:
        raise ValueError(f"the file should hold the bare secret, at most {MAX_BYTES} bytes")
    secret = content.decode("latin-1").rstrip("\r\n")
    if not re.fullmatch(r"[!-~]+", secret):
        raise ValueError("the file should hold one line, the bare secret, in ASCII and without spaces")
    return secret


def _require_safe(status: os.stat_result) -> None:
    """Raise `ValueError` where an open file is none to keep a secret in."""
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("should name a regular file")
    if status.st_uid not in {0, os.geteuid()}:
        raise ValueError("the file belongs to another user; give it to the one that runs the bot, or to root")
    # What systemd hands over is root's, 0440: the group's bit is the mask of the list that names the user.
    granted = stat.S_IRGRP if (status.st_uid, status.st_gid) == (0, 0) else 0
    if stat.S_IMODE(status.st_mode) & (stat.S_IRWXG | stat.S_IRWXO) & ~granted:
        raise ValueError("others on this machine may read or change the file; run `chmod 600` on it")


def exposed(env_file: Path) -> bool:
    """Return whether every user of this machine may read or change the secrets in a ``.env`` file."""
    try:
        mode = env_file.stat().st_mode
        return bool(mode & (stat.S_IROTH | stat.S_IWOTH)) and bool(
            _HOLDS_SECRET.search(env_file.read_text("utf-8"))
        )
    except (OSError, UnicodeDecodeError):
        return False  # a file that cannot be read is another problem, which has its own message
