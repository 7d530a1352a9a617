"""Decoding of strangers' pictures, in a pool of processes that may be killed.

A decoder that is attacked, hangs or eats memory costs its own process and one picture, never the bot.
"""

import asyncio
import logging
import math
import os
import sys
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from multiprocessing import Pipe
from subprocess import DEVNULL, Popen, TimeoutExpired
from typing import Final

import numpy as np

from moodring.model import Picture, Unreadable
from moodring.model.image import MAX_BYTES, SIZE

from . import worker

WORKER: Final[tuple[str, ...]] = (sys.executable, "-P", "-m", worker.__name__)
"""The worker's command line. ``-P`` keeps files of the working directory out of its imports."""

START_TIMEOUT_S: Final = 20.0
"""Seconds a worker may take to start: 0.3 are usual, a cold and busy disk is slow."""

EXIT_TIMEOUT_S: Final = 1.0
"""Seconds a killed worker may take to be gone."""

MAX_REPLY_BYTES: Final = 1 + SIZE * SIZE * 3
"""Longest reply: the tag and a picture."""

_ENVIRONMENT: Final = ("HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")
"""The variables that a worker inherits: enough to start Python, no secret."""

log = logging.getLogger(__name__)


class DecodePool:
    """Decodes pictures in worker processes, started when they are first needed.

    Args:
        workers: Most processes, and so most pictures decoded at the same time.
        timeout_s: Seconds a picture may take before its process is killed.
        memory_mib: Address space of a process in MiB.
        program: The worker's command line.
    """

    def __init__(
        self, *, workers: int, timeout_s: float, memory_mib: int, program: Sequence[str] = WORKER
    ) -> None:
        self._timeout_s = timeout_s
        self._command = (*program, str(memory_mib * 1024**2), str(math.ceil(timeout_s) + 1))
        # Each thread owns one process: it waits for it, replaces it and never shares it.
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="decode")
        self._own = threading.local()
        self._workers: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False

    async def decode(self, data: bytes) -> Picture | Unreadable:
        """Decode an untrusted image file.

        Args:
            data: An encoded PNG, JPEG, GIF or WebP file.

        Returns:
            uint8 RGB of shape (224, 224, 3), or why there is none.
        """
        if len(data) > MAX_BYTES:
            return Unreadable(f"larger than {MAX_BYTES // 1024**2} MiB")
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._decode, data)

    async def aclose(self) -> None:
        """End all workers at once; what they decode, and what waits for them, becomes unreadable."""
        with self._lock:
            self._closed = True
            for each in self._workers:
                each.kill()
        await asyncio.to_thread(self._threads.shutdown)
        for each in self._workers:
            each.close()
        self._workers.clear()

    def _decode(self, data: bytes) -> Picture | Unreadable:
        try:
            own = self._own_worker()
        except (OSError, EOFError):
            if not self._closed:
                log.exception("decode worker did not start")
            return Unreadable("pictures cannot be read at the moment")
        try:
            return own.decode(data, self._timeout_s)
        except TimeoutError:
            reason = f"took longer than {self._timeout_s:g} s to decode"
        except (OSError, EOFError):
            reason = "could not be decoded safely"
        self._discard(own)
        log.warning("decode worker ended", extra={"reason": reason})
        return Unreadable(reason)

    def _own_worker(self) -> "_Worker":
        """Return this thread's worker, a new one where there is none alive."""
        own: _Worker | None = getattr(self._own, "worker", None)
        if own is not None and own.alive():
            return own
        if own is not None:
            self._discard(own)
        with self._lock:
            if self._closed:
                raise EOFError("the pool is closed")
            own = self._own.worker = _Worker(self._command)
            self._workers.add(own)
        try:
            own.wait_until_ready()
        except (OSError, EOFError):
            self._discard(own)
            raise
        return own

    def _discard(self, own: "_Worker") -> None:
        self._own.worker = None
        with self._lock:
            self._workers.discard(own)
        own.close()


class _Worker:
    """One process and the pipe to it."""

    def __init__(self, command: Sequence[str]) -> None:
        self._connection, theirs = Pipe()
        program, limits = command[:-2], command[-2:]
        with theirs:
            self._process = Popen(
                [*program, str(theirs.fileno()), *limits],
                stdin=DEVNULL,
                stdout=DEVNULL,
                stderr=DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=_environment(),
            )

    def wait_until_ready(self) -> None:
        """Wait for the worker's first words.

        Raises:
            EOFError, OSError: It ended instead, or takes too long.
        """
        if not self._connection.poll(START_TIMEOUT_S):
            raise TimeoutError
        self._connection.recv_bytes(len(worker.READY))

    def alive(self) -> bool:
        """Return whether the process still runs."""
        return self._process.poll() is None

    def decode(self, data: bytes, timeout_s: float) -> Picture | Unreadable:
        """Have a file decoded.

        Raises:
            TimeoutError: It took too long; the process is dead.
            EOFError, OSError: The process died.
        """
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            self.kill()  # ends every wait below, also that of a send which nobody reads

        timer = threading.Timer(timeout_s, expire)
        timer.start()
        try:
            self._connection.send_bytes(data)
            reply = self._connection.recv_bytes(MAX_REPLY_BYTES)
        except (OSError, EOFError):
            if expired.is_set():
                raise TimeoutError from None
            raise
        finally:
            timer.cancel()
        return _parse(reply)

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()

    def close(self) -> None:
        """End the process and free what it held."""
        self.kill()
        with suppress(TimeoutExpired):
            self._process.wait(EXIT_TIMEOUT_S)
        self._connection.close()


def _parse(reply: bytes) -> Picture | Unreadable:
    tag, body = reply[:1], reply[1:]
    if tag == worker.REFUSED:
        return Unreadable(body.decode(errors="replace"))
    if tag != worker.DECODED or len(body) != MAX_REPLY_BYTES - 1:
        raise EOFError("the worker broke the protocol")
    return np.frombuffer(body, np.uint8).reshape(SIZE, SIZE, 3)


def _environment() -> dict[str, str]:
    # One thread: OpenBLAS would reserve address space for as many as there are cores.
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return {**kept, "OPENBLAS_NUM_THREADS": "1"}
