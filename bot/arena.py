"""Where the threads of the bot take their memory from."""

import ctypes
import sys
from contextlib import suppress
from typing import Final

_M_ARENA_MAX: Final = -8
"""What glibc calls that parameter in malloc.h."""


def share_arena() -> None:
    """Have all threads take memory from one arena, where they are those of glibc.

    By default each keeps what it has freed in its own, 4 MB in all; what takes time here computes outside of
    them (https://www.gnu.org/software/libc/manual/html_node/Malloc-Tunable-Parameters.html).
    """
    if sys.platform == "linux":
        with suppress(AttributeError):  # another C library
            ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
