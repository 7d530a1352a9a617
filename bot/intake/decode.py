"""Decoding of strangers' pictures, in a pool of processes that may be killed.

A decoder that is attacked, hangs or eats memory costs its own process and one picture, never the bot.
"""

import asyncio
import logging
import math
import os
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from multiprocessing import Pipe
from subprocess import DEVNULL, Popen, TimeoutExpired
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from moodring.model import Decoded, Picture, Unreadable
from moodring.model.decoding import MAX_BYTES, OVERSIZED, SIZE, WHOLE_SIDE
from moodring.model.ocr import MAX_TEXT
from moodring.model.sample import Faces

from ..metrics import Metrics
from ..turns import Turns
from . import worker

WORKER: Final[tuple[str, ...]] = (sys.executable, "-P", "-m", worker.__name__)
"""The worker's command line. ``-P`` keeps files of the working directory out of its imports."""

START_TIMEOUT_S: Final = 20.0
"""Seconds a worker may take to start: 0.3 are usual, a cold and busy disk is slow."""

EXIT_TIMEOUT_S: Final = 1.0
"""Seconds a killed worker may take to be gone."""

TEXT_MEMORY_MIB: Final = 2_048
"""Address space that reading text takes besides; a fifth of it is ever used."""

MAX_TEXT_BYTES: Final = 4 * MAX_TEXT
"""Longest text of a picture in UTF-8."""

MAX_REPLY_BYTES: Final = 1 + SIZE * SIZE * 3
"""Longest reply: the tag and a picture."""

MAX_WHOLE_BYTES: Final = worker.SHAPE.size + WHOLE_SIDE * WHOLE_SIDE * 3
"""Longest uncropped picture."""

ReadFaces: TypeAlias = Callable[[NDArray[np.uint8]], Faces]
"""Reads the faces in an uncropped picture, uint8 (H, W, 3)."""

_ENVIRONMENT: Final = ("HOME", "LANG", "LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")
"""The variables that a worker inherits: enough to start Python, no secret."""

NOT_NOW: Final = "pictures cannot be read at the moment"
"""Why a picture is not read by a pool that is closing or starts no process."""

LATE: Final = "late"
DIED: Final = "died"
NOT_STARTED: Final = "not-started"
"""Why a process was replaced, for the metrics."""

log = logging.getLogger(__name__)


class DecodePool:
    """Decodes pictures in worker processes, started when they are first needed.

    Args:
        workers: Most processes, and so most pictures decoded at the same time.
        timeout_s: Seconds a picture may take before its process is killed.
        memory_mib: Address space of a process in MiB.
        text_timeout_s: Seconds that reading the text in a picture may take after that, or None to read none.
        open_faces: Returns what reads the faces in an uncropped picture, one for each thread.
        program: The worker's command line.
        metrics: Counts the processes that ended before their time.
    """

    def __init__(
        self,
        *,
        workers: int,
        timeout_s: float,
        memory_mib: int,
        text_timeout_s: float | None = None,
        open_faces: Callable[[], ReadFaces],
        program: Sequence[str] = WORKER,
        metrics: Metrics | None = None,
    ) -> None:
        self._timeout_s = timeout_s
        self._text_timeout_s = text_timeout_s
        self._open_faces = open_faces
        self._program = program
        self._replaced = (metrics or Metrics()).replaced
        self._replaced.expect(LATE, DIED, NOT_STARTED)
        reads_text = text_timeout_s is not None
        memory = memory_mib + (TEXT_MEMORY_MIB if reads_text else 0)
        alarm = math.ceil(2 * timeout_s + (text_timeout_s or 0)) + 1  # twice: the uncropped picture
        self._limits = (memory * 1024**2, alarm, int(reads_text))
        # Each thread owns one process: it waits for it, replaces it and never shares it.
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="decode")
        self._turns = Turns(workers, watched=max(1, workers - 1))
        self._own = threading.local()
        self._workers: set[_Worker] = set()
        self._lock = threading.Lock()
        self._closed = False

    async def decode(self, data: bytes, *, text: bool = True, faces: bool = False) -> Decoded | Unreadable:
        """Decode an untrusted image file.

        Args:
            data: An encoded PNG, JPEG, GIF or WebP file.
            text: Whether the text in it may be read; a pool that reads none leaves it anyway.
            faces: Whether the faces in it may be read.

        Returns:
            The picture and, where they are to be read, the text and the faces in it; or why there is no
            picture.
        """
        if len(data) > MAX_BYTES:
            return Unreadable(OVERSIZED)
        somebody = await self._turns.take()
        loop = asyncio.get_running_loop()

        def done(_: object) -> None:
            loop.call_soon_threadsafe(self._turns.give_back, somebody)

        try:
            work = self._threads.submit(self._decode, data, text, faces)
        except RuntimeError:  # the pool was closed while this waited
            self._turns.give_back(somebody)
            return Unreadable(NOT_NOW)
        work.add_done_callback(done)  # not where the wait ends: who gave up leaves a process busy
        return await asyncio.wrap_future(work)

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

    def _decode(self, data: bytes, text: bool, faces: bool) -> Decoded | Unreadable:
        try:
            own = self._own_worker()
        except (OSError, EOFError):
            if not self._closed:
                log.exception("decode worker did not start")
                self._replaced.count(NOT_STARTED)
            return Unreadable(NOT_NOW)
        wanted = worker.Wanted.TEXT * text | worker.Wanted.WHOLE * faces
        try:
            picture = own.decode(data, wanted, self._timeout_s)
        except TimeoutError:
            why, reason = LATE, _late(self._timeout_s, "decode")
        except (OSError, EOFError):
            why, reason = DIED, "could not be decoded safely"
        else:
            if isinstance(picture, Unreadable):
                return picture
            decoded = Decoded(picture)
            if text:
                decoded = self._with_text(own, decoded)
            return self._with_faces(own, decoded) if faces else decoded
        self._give_up(own, why, reason)
        return Unreadable(reason)

    def _with_text(self, own: "_Worker", decoded: Decoded) -> Decoded:
        """Wait for the text in a picture; without it the picture is still worth reading."""
        if self._text_timeout_s is None:
            return decoded
        try:
            return replace(decoded, text=own.read(self._text_timeout_s))
        except TimeoutError:
            why, reason = LATE, _late(self._text_timeout_s, "read")
        except (OSError, EOFError):
            why, reason = DIED, "could not be read safely"
        self._give_up(own, why, reason)
        return replace(decoded, text_skipped=reason)

    def _with_faces(self, own: "_Worker", decoded: Decoded) -> Decoded:
        """Read the faces in a picture that the worker hands over uncropped."""
        if decoded.text_skipped:  # the worker ended over it
            return replace(decoded, faces_skipped=decoded.text_skipped)
        try:
            whole = own.whole(self._timeout_s)
        except TimeoutError:
            why, reason = LATE, _late(self._timeout_s, "decode")
        except (OSError, EOFError):
            why, reason = DIED, "could not be decoded safely"
        else:
            read: ReadFaces | None = getattr(self._own, "faces", None)
            if read is None:
                read = self._own.faces = self._open_faces()
            return replace(decoded, faces=read(whole))
        self._give_up(own, why, reason)
        return replace(decoded, faces_skipped=reason)

    def _give_up(self, own: "_Worker", why: str, reason: str) -> None:
        self._discard(own)
        if not self._closed:
            self._replaced.count(why)
        log.warning("decode worker ended", extra={"reason": reason})

    def _own_worker(self) -> "_Worker":
        """Return this thread's worker, a new one where there is none alive."""
        own: _Worker | None = getattr(self._own, "worker", None)
        if own is not None and own.alive():
            return own
        if own is not None:
            self._discard(own)
            self._replaced.count(DIED)
        with self._lock:
            if self._closed:
                raise EOFError("the pool is closed")
            own = self._own.worker = _Worker(self._program, self._limits)
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

    def __init__(self, program: Sequence[str], limits: Sequence[int]) -> None:
        self._connection, theirs = Pipe()
        descriptor = theirs.fileno()
        with theirs:
            self._process = Popen(
                [*program, *map(str, (descriptor, *limits))],
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

    def decode(self, data: bytes, wanted: int, timeout_s: float) -> Picture | Unreadable:
        """Have a file decoded; what else is `wanted`, as `worker.Wanted`, is asked for by further calls.

        Raises:
            TimeoutError: It took too long; the process is dead.
            EOFError, OSError: The process died.
        """
        with self._killed_after(timeout_s):
            self._connection.send_bytes(bytes([wanted]) + data)
            return _parse(self._connection.recv_bytes(MAX_REPLY_BYTES))

    def read(self, timeout_s: float) -> str:
        """Return the text in the picture that was decoded last.

        Raises:
            TimeoutError: It took too long; the process is dead.
            EOFError, OSError: The process died.
        """
        with self._killed_after(timeout_s):
            return self._connection.recv_bytes(MAX_TEXT_BYTES).decode(errors="replace")

    def whole(self, timeout_s: float) -> NDArray[np.uint8]:
        """Return the picture that was decoded last, uncropped: uint8 (H, W, 3).

        Raises:
            TimeoutError: It took too long; the process is dead.
            EOFError, OSError: The process died.
        """
        with self._killed_after(timeout_s):
            return _parse_whole(self._connection.recv_bytes(MAX_WHOLE_BYTES))

    @contextmanager
    def _killed_after(self, timeout_s: float) -> Iterator[None]:
        expired = threading.Event()

        def expire() -> None:
            expired.set()
            self.kill()  # ends every wait within, also that of a send which nobody reads

        timer = threading.Timer(timeout_s, expire)
        timer.start()
        try:
            yield
        except (OSError, EOFError):
            if expired.is_set():
                raise TimeoutError from None
            raise
        finally:
            timer.cancel()

    def kill(self) -> None:
        """End the process, whatever it does."""
        self._process.kill()

    def close(self) -> None:
        """End the process and free what it held."""
        self.kill()
        with suppress(TimeoutExpired):
            self._process.wait(EXIT_TIMEOUT_S)
        self._connection.close()


def _late(seconds: float, verb: str) -> str:
    return f"took too long to {verb} (more than {seconds:g} s)"


def _parse(reply: bytes) -> Picture | Unreadable:
    tag, body = reply[:1], reply[1:]
    if tag == worker.REFUSED:
        return Unreadable(body.decode(errors="replace"))
    if tag != worker.DECODED or len(body) != MAX_REPLY_BYTES - 1:
        raise EOFError("the worker broke the protocol")
    return np.frombuffer(body, np.uint8).reshape(SIZE, SIZE, 3)


def _parse_whole(reply: bytes) -> NDArray[np.uint8]:
    try:
        height, width = worker.SHAPE.unpack_from(reply)
        return np.frombuffer(reply, np.uint8, offset=worker.SHAPE.size).reshape(height, width, 3)
    except (struct.error, ValueError):
        raise EOFError("the worker broke the protocol") from None


def _environment() -> dict[str, str]:
    # One thread: OpenBLAS would reserve address space for as many as there are cores.
    kept = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
    return {**kept, "OPENBLAS_NUM_THREADS": "1"}
