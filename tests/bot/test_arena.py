"""All threads of the bot take their memory from one place."""

import platform
import subprocess
import sys

import pytest

COUNT = """
import ctypes, sys, threading
from moodring.bot.arena import share_arena

if sys.argv[1] == "shared":
    share_arena()
held, all_hold = [], threading.Barrier(5)

def hold():
    held.append(bytes(10_000))
    all_hold.wait(60)

threads = [threading.Thread(target=hold) for _ in range(4)]
for thread in threads:
    thread.start()
all_hold.wait(60)
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
output = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, output)
libc.fflush(output)
"""
"""Prints glibc's account of its memory while four threads hold some
(https://man7.org/linux/man-pages/man3/malloc_info.3.html)."""


@pytest.mark.skipif("glibc" not in platform.libc_ver(), reason="the C library is another one")
def test_threads_take_memory_from_one_arena() -> None:
    arenas = {
        how: subprocess.run([sys.executable, "-c", COUNT, how], check=True, capture_output=True).stdout.count(
            b"<heap nr="
        )
        for how in ("apart", "shared")
    }

    assert arenas["shared"] == 1 < arenas["apart"]
