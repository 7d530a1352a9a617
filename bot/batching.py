"""Batches formed by the threads that run them: nothing waits for a batch to fill."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, TypeVar

from moodring.model import Logits, Prepared
from moodring.model.text import bucket

from .backends import Backend, BackendError
from .turns import BusyError

MAX_BATCH: Final = 8
"""Most samples in a batch: on a CPU larger ones gain nothing and make the next message wait."""

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class InferenceError(Exception):
    """The model failed on a sample or its neighbours in the batch; the cause is logged."""


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    prepared: Prepared
    patient: bool
    future: Future[Logits] = field(default_factory=Future)

    @property
    def kind(self) -> tuple[bool, int, bool]:
        """What goes together: those that wait alike and cost alike.

        Whether nobody waits for it, the padded length in tokens, and whether there are pictures.
        """
        return self.patient, bucket(len(self.prepared.token_ids)), bool(self.prepared.pictures)


class Batcher:
    """Runs samples in length-bucketed batches on a few threads.

    A free thread starts at once with what is there, oldest first, but the patient ones last; while
    all are busy, samples gather, and the next free thread takes its share of those that are of the
    first one's kind.

    Args:
        backend: What answers a batch.
        threads: Batches that run at the same time.
    """

    def __init__(self, backend: Backend, threads: int) -> None:
        self._backend = backend
        self._threads = threads
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="inference")
        self._waiting: list[_Job] = []
        self._running: dict[object, float] = {}
        self._lock = threading.Lock()

    def submit(self, prepared: Prepared, *, patient: bool = False) -> Future[Logits]:
        """Queue a sample; cancelling the future before its turn takes it out again.

        Args:
            prepared: The sample.
            patient: Whether all others may go first.
        """
        job = _Job(prepared, patient)
        with self._lock:
            self._waiting.append(job)
        self._executor.submit(self._run_batch)
        return job.future

    def run(self, work: Callable[[], Result]) -> Future[Result]:
        """Do other work with the backend when a thread is free, in turn with the batches.

        `BusyError` is passed on; whatever else it raises becomes an `InferenceError`, and is logged.
        """

        def guarded() -> Result:
            with _told(samples=1), self._timed():
                return work()

        return self._executor.submit(guarded)

    def longest_s(self) -> float:
        """Return the seconds that the longest of what runs now has been running; 0 if nothing does."""
        with self._lock:
            began = min(self._running.values(), default=None)
        return 0.0 if began is None else time.monotonic() - began

    def is_stuck(self, after_s: float) -> bool:
        """Return whether every thread has been running the same for longer than some seconds."""
        with self._lock:
            latest = max(self._running.values(), default=0.0)
            return len(self._running) == self._threads and time.monotonic() - latest > after_s

    @contextmanager
    def _timed(self) -> Iterator[None]:
        key = object()
        with self._lock:
            self._running[key] = time.monotonic()
        try:
            yield
        finally:
            with self._lock:
                del self._running[key]

    def close(self) -> None:
        """Finish what is queued, end the threads and close the backend."""
        self._executor.shutdown()
        self._backend.close()

    def _run_batch(self) -> None:
        jobs = [job for job in self._take() if job.future.set_running_or_notify_cancel()]
        if not jobs:
            return  # an earlier batch took this sample along
        try:
            with _told(len(jobs)):
                with self._timed():
                    answers = self._backend.infer([job.prepared for job in jobs])
                answered = list(zip(jobs, answers, strict=True))
        except (BusyError, InferenceError) as told:
            for job in jobs:
                job.future.set_exception(told)
            return
        for job, logits in answered:
            job.future.set_result(logits)

    def _take(self) -> list[_Job]:
        """Take the first job and others of its kind, up to this thread's share."""
        with self._lock:
            if not self._waiting:
                return []
            share = min(MAX_BATCH, -(-len(self._waiting) // self._threads))
            kind = min(self._waiting, key=lambda job: job.patient).kind  # the first of equals is the oldest
            taken = [job for job in self._waiting if job.kind == kind][:share]
            for job in taken:
                self._waiting.remove(job)
            return taken


@contextmanager
def _told(samples: int) -> Iterator[None]:
    """Turn what a backend raises into what those are told whose samples it failed on; the rest is logged."""
    try:
        yield
    except BusyError:
        raise
    except BackendError as error:
        why = {"samples": samples, "why": str(error)}
        log.error("inference failed", extra=why)  # noqa: TRY400 - it says it all
    except Exception:
        log.exception("inference failed", extra={"samples": samples})
    else:
        return
    raise InferenceError("the model failed on this message")
