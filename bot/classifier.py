"""The way from a sample to its prediction: cache, admission, decoding, batches, deadline."""

import asyncio
import dataclasses
import hashlib
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from moodring.model import Decoded, Prediction, Prepared, Sample, Unreadable
from moodring.model.explain import Explanation, draw_heat, explain
from moodring.model.ocr import OcrUnavailableError, check_installed

from .backends import Backend, open_backend
from .batching import Batcher, InferenceError
from .intake.decode import DecodePool
from .metrics import Metrics
from .settings import Settings, SettingsError
from .turns import BusyError, Kind, whose

if TYPE_CHECKING:
    from moodring.model import Predictor

__all__ = ["BusyError", "Classifier", "DeadlineError", "Explained", "InferenceError", "open_classifier"]

MAX_HELD_BYTES: Final = 64 * 1024**2
"""Encoded pictures held at once: two messages of the largest kind, or some sixty usual photos."""

MAX_EXPLAINING: Final = 4
"""Explanations at once; each reads its message many times."""

STUCK_AFTER: Final = 2
"""Deadlines that an inference may take; if all threads are over it they hang, and nothing more is let in: no
thread can be ended from outside."""

CLOSE_GRACE_S: Final = 1.0
"""Seconds that what is in flight gets to finish when the classifier closes."""


Result = TypeVar("Result")


class DeadlineError(Exception):
    """There was no answer in time; the sample was given up."""

    def __init__(self, deadline_s: float) -> None:
        super().__init__(f"no answer within {deadline_s:g} s; try again later")


@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """Why a sample has its answer.

    Attributes:
        explanation: The weights of words and cells.
        pictures: Each picture that was read as a PNG file, its cells' weights drawn over it.
    """

    explanation: Explanation
    pictures: tuple[bytes, ...]


class Classifier:
    """Answers samples without blocking the event loop; all calls must come from one loop.

    Args:
        predictor: Turns samples into arrays and logits into predictions.
        backend: Turns arrays into logits.
        pool: Decodes pictures.
        threads: Batches that run at the same time.
        queue_limit: Samples in flight; further ones are refused.
        cache_entries: Predictions kept for samples that come again. Content is not kept, only its hash.
        deadline_s: Seconds after which a sample is given up.
        metrics: Counts what is known already and how long the rest takes.
    """

    def __init__(
        self,
        predictor: "Predictor",
        backend: Backend,
        pool: DecodePool,
        *,
        threads: int,
        queue_limit: int,
        cache_entries: int,
        deadline_s: float,
        metrics: Metrics | None = None,
    ) -> None:
        self._metrics = metrics or Metrics()
        self._predictor = predictor
        self._pool = pool
        self._batcher = Batcher(backend, threads)
        self._metrics.watch_inference(self._batcher.longest_s)
        # For what takes some milliseconds of a processor and would hold up the loop.
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="prepare")
        self._queue_limit = queue_limit
        self._deadline_s = deadline_s
        self._cache = _Cache(cache_entries)
        self._in_flight: dict[tuple[Kind, bytes], asyncio.Task[Prediction]] = {}
        self._held_bytes = 0
        self._explaining = 0
        self._closed = False
        self._backend = backend

    async def classify(self, sample: Sample) -> Prediction:
        """Answer one sample; the same one asked for twice at once is read once.

        But who asks does not wait for a reading that was begun behind people.

        Raises:
            NothingToReadError: No text, and no image that could be read.
            BusyError: Too many samples are in flight here or where the backend computes, the model hangs, or
                the classifier is closing.
            DeadlineError: No answer in time.
            InferenceError: The model failed.
        """
        if self._closed:
            raise BusyError
        start = time.perf_counter()
        key = await self._set_aside(fingerprint, sample) if sample.images else fingerprint(sample)
        prediction = self._cache.get(key)
        self._metrics.cache.labels("miss" if prediction is None else "hit").inc()
        if prediction is None:
            # Shielded: who asked may leave (a timed-out interaction), others may wait for the same.
            return await asyncio.shield(self._running(key) or self._admit(key, sample))
        return dataclasses.replace(prediction, ms=_since(start))

    async def explain(self, sample: Sample, label: str | None = None) -> Explained:
        """Say why a sample has its answer; raises the errors of `classify`.

        Args:
            sample: The sample.
            label: The emotion to explain, or ``"toxicity"``; None for the answer's own.
        """
        if self._closed or self._explaining >= MAX_EXPLAINING or self._is_stuck():
            raise BusyError
        self._explaining += 1
        try:
            async with asyncio.timeout(self._deadline_s):
                pictures = await self._pictures(sample)
                prepared = await self._set_aside(self._predictor.prepare, sample.text, pictures)
                work = self._batcher.run(partial(self._explain, sample.text, prepared, label))
                return await asyncio.wrap_future(work)
        except TimeoutError:
            raise DeadlineError(self._deadline_s) from None
        finally:
            self._explaining -= 1

    def _explain(self, text: str, prepared: Prepared, label: str | None) -> Explained:
        explanation = explain(self._predictor, self._backend, text, prepared, label)
        pairs = zip(prepared.pictures, explanation.heat, strict=True)
        return Explained(explanation, tuple(draw_heat(picture, heat) for picture, heat in pairs))

    async def aclose(self) -> None:
        """Refuse what comes, finish what is in flight within a short grace, end threads and processes."""
        self._closed = True
        tasks = list(self._in_flight.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=CLOSE_GRACE_S)
            for task in late:
                task.cancel()
        await self._pool.aclose()
        await asyncio.to_thread(self._batcher.close)
        self._aside.shutdown()

    def _running(self, key: bytes) -> asyncio.Task[Prediction] | None:
        """Return who reads a sample already, for whoever asks or comes after."""
        kinds = (Kind.ASKED,) if whose().kind is Kind.ASKED else (Kind.ASKED, Kind.WATCHED)
        return next((self._in_flight[kind, key] for kind in kinds if (kind, key) in self._in_flight), None)

    def _admit(self, key: bytes, sample: Sample) -> asyncio.Task[Prediction]:
        size = sum(len(image) for image in sample.images if isinstance(image, bytes))
        full = len(self._in_flight) >= self._queue_limit or self._held_bytes + size > MAX_HELD_BYTES
        if self._closed or full or self._is_stuck():
            raise BusyError
        self._held_bytes += size
        task = asyncio.create_task(self._answer(key, sample))
        whom = whose().kind, key
        self._in_flight[whom] = task
        task.add_done_callback(partial(self._settle, whom, size))
        return task

    def _is_stuck(self) -> bool:
        return self._batcher.is_stuck(STUCK_AFTER * self._deadline_s)

    def _settle(self, whom: tuple[Kind, bytes], size: int, task: asyncio.Task[Prediction]) -> None:
        del self._in_flight[whom]
        self._held_bytes -= size
        if not task.cancelled():
            task.exception()  # marks it as seen, for when nobody waits any more

    async def _answer(self, key: bytes, sample: Sample) -> Prediction:
        start = time.perf_counter()
        try:
            async with asyncio.timeout(self._deadline_s):
                pictures = await self._pictures(sample)
                prepared = await self._set_aside(self._predictor.prepare, sample.text, pictures)
                with self._metrics.timed("inference"):
                    work = self._batcher.submit(prepared, patient=whose().kind is Kind.WATCHED)
                    logits = await asyncio.wrap_future(work)
        except TimeoutError:
            raise DeadlineError(self._deadline_s) from None
        prediction = self._predictor.conclude(prepared, logits, _since(start))
        # What could not be read may be readable next time, and what was read in a picture is content.
        unread = any(
            isinstance(picture, Unreadable) or picture.text_skipped or picture.faces_skipped
            for picture in pictures
        )
        if not unread and not prediction.picture_text:
            self._cache.put(key, prediction)
        return prediction

    async def _pictures(self, sample: Sample) -> list[Decoded | Unreadable]:
        async def decode(image: bytes | Unreadable) -> Decoded | Unreadable:
            if isinstance(image, Unreadable):
                return image
            return await self._pool.decode(image, text=sample.picture_text, faces=sample.faces)

        if not sample.images:
            return []
        with self._metrics.timed("decode"):
            return await asyncio.gather(*map(decode, sample.images))

    async def _set_aside(self, work: Callable[..., Result], *given: object) -> Result:
        """Do in a thread what would hold up the loop for some milliseconds."""
        return await asyncio.get_running_loop().run_in_executor(self._aside, partial(work, *given))


class _Cache:
    """The most recently used predictions."""

    def __init__(self, entries: int) -> None:
        self._entries = entries
        self._known: OrderedDict[bytes, Prediction] = OrderedDict()

    def get(self, key: bytes) -> Prediction | None:
        if key in self._known:
            self._known.move_to_end(key)
        return self._known.get(key)

    def put(self, key: bytes, prediction: Prediction) -> None:
        self._known[key] = prediction
        if len(self._known) > self._entries:
            self._known.popitem(last=False)


_FINGERPRINT_KEY: Final = secrets.token_bytes(16)


def fingerprint(sample: Sample) -> bytes:
    """Return a hash that tells samples apart; keyed anew in each process, so it tells nothing else."""
    digest = hashlib.blake2b(digest_size=16, key=_FINGERPRINT_KEY)
    digest.update(bytes([sample.faces, sample.picture_text]))
    for part in (sample.text, *sample.images):
        kind, content = _tagged(part)
        digest.update(kind + len(content).to_bytes(8))
        digest.update(content)
    return digest.digest()


def _tagged(part: str | bytes | Unreadable) -> tuple[bytes, bytes]:
    match part:
        case str():
            return b"text", part.encode("utf-8", "surrogatepass")
        case bytes():
            return b"file", part
        case Unreadable(reason):
            return b"gone", reason.encode()


def _since(start: float) -> float:
    return (time.perf_counter() - start) * 1000


def require_ocr() -> None:
    """Raise where `MOODRING_OCR` is on and cannot be.

    Raises:
        SettingsError: Nothing that reads text in pictures is installed.
    """
    try:
        check_installed()
    except OcrUnavailableError as error:
        raise SettingsError(f"MOODRING_OCR is on, but {error}") from None


def open_classifier(settings: Settings, metrics: Metrics | None = None) -> Classifier:
    """Return a classifier over the shipped (or configured) weights and the configured backend.

    Args:
        settings: All of them.
        metrics: Where the bot's figures go.

    Raises:
        WeightsError: The weights are missing or damaged.
        SettingsError: Text in pictures is to be read, and nothing that reads it is installed; or the backend
            lacks a setting or a library.
        BackendError: What computes elsewhere is not there.
    """
    from moodring.model import Predictor

    metrics = metrics or Metrics()
    predictor = Predictor(settings.weights, settings.fusion)
    if settings.ocr:
        require_ocr()
    backend = open_backend(settings, predictor)
    pool = DecodePool(
        workers=settings.decode_workers,
        timeout_s=settings.decode_timeout_s,
        memory_mib=settings.decode_memory_mib,
        text_timeout_s=settings.ocr_timeout_s if settings.ocr else None,
        open_faces=predictor.open_faces,
        metrics=metrics,
    )
    return Classifier(
        predictor,
        backend,
        pool,
        threads=settings.threads,
        queue_limit=settings.queue_limit,
        cache_entries=settings.cache_entries,
        deadline_s=settings.deadline_s,
        metrics=metrics,
    )
