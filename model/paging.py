"""Memory of files that are mapped and no longer needed."""

import contextlib
import ctypes
import mmap
import sys
from pathlib import Path
from typing import Final

_MAPS: Final = Path("/proc/self/maps")
"""Linux's list of a process's mappings: https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html."""


def release_pages(path: Path) -> None:
    """Let the system have the memory back in which this process has mapped a file.

    LiteRT maps its file, and XNNPACK keeps the weights once more in an order of its own; of the file only
    tables that are looked up are read again, and whatever is read comes back by itself. For all that ships it
    is 30 MB. Elsewhere than on Linux nothing happens.

    Args:
        path: The file; mapped, and never written to.
    """
    if sys.platform != "linux":
        return
    name = str(path.resolve())
    advise = ctypes.CDLL(None).madvise
    with contextlib.suppress(OSError):  # no /proc
        for line in _MAPS.read_text("utf-8", "surrogateescape").splitlines():
            span, _, rest = line.partition(" ")
            if rest.endswith(f" {name}"):
                start, end = (int(address, 16) for address in span.split("-"))
                advise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), mmap.MADV_DONTNEED)
