"""Decoding processes of a running bot, seen from outside, and how one is made to hang."""

import asyncio
import contextlib
import os
import random
import signal
import time
from pathlib import Path
from typing import Final

from measure import process_tree

DECODERS: Final = 2
"""Decoding processes of a bot, unless it is told otherwise."""

START_S: Final = 5.0
"""Seconds after which a decoder that was started can take pictures: 0.3 are usual."""

LOOK_S: Final = 0.05
"""Seconds between two looks at a process."""

LONGEST_S: Final = 30.0
"""Seconds after which a decoder that hangs is taken for one that is never ended."""

GONE: Final = (FileNotFoundError, ProcessLookupError)
"""What reading /proc raises where a process, or one of its threads, has ended since it was listed."""

_PROGRAM: Final = b"moodring.bot.intake.worker"


def decoders(pid: int) -> set[int]:
    """Return the decoding processes of a bot."""
    while True:
        with contextlib.suppress(*GONE):
            return {each for each in process_tree(pid) if _decodes(each)}


def _decodes(pid: int) -> bool:
    try:
        return _PROGRAM in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except GONE:
        return False


async def hang_one(pid: int, chance: random.Random) -> float:
    """Stop a decoder of a bot that can take pictures: it hangs with the next one, or with the one it has.

    Args:
        pid: The bot's process.
        chance: Chooses which one.

    Returns:
        Seconds until the bot has ended it; infinite where it does not.

    Raises:
        TimeoutError: There is none.
    """
    there: set[int] = set()
    async with asyncio.timeout(LONGEST_S):
        while not there:
            there = decoders(pid)
            await asyncio.sleep(START_S)
            there &= decoders(pid)
    stuck = chance.choice(sorted(there))
    began = time.perf_counter()
    os.kill(stuck, signal.SIGSTOP)
    try:
        while (gone_s := time.perf_counter() - began) < LONGEST_S:
            await asyncio.sleep(LOOK_S)
            if stuck not in decoders(pid):
                return gone_s
        return float("inf")
    finally:
        if _decodes(stuck):
            os.kill(stuck, signal.SIGKILL)  # what the bot does not end would outlive it
