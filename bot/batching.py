"""Batches formed by the threads that run them: nothing waits for a batch to fill."""

import logging
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final, TypeVar

from moodring.model import Logits, Prepared
from moodring.model.text import bucket

from .backends import Backend

MAX_BATCH: Final = 8
"""Most samples in a batch: on a CPU larger ones gain nothing and make the next message wait."""

log = logging.getLogger(__name__)

Result = TypeVar("Result")


class InferenceError(Exception):
    """The model failed on a sample or its neighbours in the batch; the cause is logged."""


@dataclass(frozen=True, slots=True, eq=False)
class _Job:
    prepared: Prepared
    future: Future[Logits] = field(default_factory=Future)

    @property
    def kind(self) -> tuple[int, bool]:
        """What makes samples cost alike: padded length in tokens, and whether there are pictures."""
        return bucket(len(self.prepared.token_ids)), bool(self.prepared.pictures)


class Batcher:
    """Runs samples in length-bucketed batches on a few threads.

    A free thread starts at once with what is there, oldest first; while all are busy, samples
    gather, and the next free thread takes its share of those that are of the oldest one's kind.

    Args:
        backend: What answers a batch.
        threads: Batches that run at the same time.
    """

    def __init__(self, backend: Backend, threads: int) -> None:
        self._backend = backend
        self._threads = threads
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="inference")
        self._waiting: deque[_Job] = deque()
        self._lock = threading.Lock()

    def submit(self, prepared: Prepared) -> Future[Logits]:
        """Queue a sample; cancelling the future before its turn takes it out again."""
        job = _Job(prepared)
        with self._lock:
            self._waiting.append(job)
        self._executor.submit(self._run_batch)
        return job.future

    def run(self, work: Callable[[], Result]) -> Future[Result]:
        """Do other work with the backend when a thread is free, in turn with the batches.

        Whatever it raises becomes an `InferenceError`, and is logged.
        """

        def guarded() -> Result:
            try:
                return work()
            except Exception:
                log.exception("inference failed")
                raise InferenceError("the model failed on this message") from None

        return self._executor.submit(guarded)

    def close(self) -> None:
        """Finish what is queued, end the threads and close the backend."""
        self._executor.shutdown()
        self._backend.close()

    def _run_batch(self) -> None:
        jobs = [job for job in self._take() if job.future.set_running_or_notify_cancel()]
        if not jobs:
            return  # an earlier batch took this sample along
        try:
            answers = self._backend.infer([job.prepared for job in jobs])
            answered = list(zip(jobs, answers, strict=True))
        except Exception:
            log.exception("inference failed", extra={"samples": len(jobs)})
            for job in jobs:
                job.future.set_exception(InferenceError("the model failed on this message"))
            return
        for job, logits in answered:
            job.future.set_result(logits)

    def _take(self) -> list[_Job]:
        """Take the oldest job and others of its kind, up to this thread's share."""
        with self._lock:
            if not self._waiting:
                return []
            share = min(MAX_BATCH, -(-len(self._waiting) // self._threads))
            kind = self._waiting[0].kind
            taken = [job for job in self._waiting if job.kind == kind][:share]
            for job in taken:
                self._waiting.remove(job)
            return taken
