"""Figures of a running bot in Prometheus's terms: how many and how long, never what, who or where."""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Upper bounds of the buckets in which times are counted."""

LATELY_S: Final = 300
"""Seconds that count as lately."""

_STEP_S: Final = 10
"""Seconds that are counted together, so that what happened lately takes no room of its own."""


@dataclass(frozen=True, slots=True)
class Load:
    """How busy a bot is, for people.

    Attributes:
        asked: Readings that people asked for and that wait for their turn.
        watched: Watched messages that wait for theirs.
        shed: Watched messages that were shed in the last `LATELY_S` seconds.
        replaced: Decoding processes that were replaced in the same time.
        inference_s: Seconds that the inference which takes longest has been running; far above a second it
            is stuck, which nothing but a restart ends.
    """

    asked: int
    watched: int
    shed: int
    replaced: int
    inference_s: float


class Events:
    """Counts events by why, for ever and lately; from any thread.

    Args:
        counter: Counts for ever, by one label.
        now: Tells seconds.
    """

    def __init__(self, counter: Counter, now: Callable[[], float] = time.monotonic) -> None:
        self._counter = counter
        self._now = now
        self._steps: deque[tuple[int, int]] = deque(maxlen=LATELY_S // _STEP_S + 1)
        self._lock = threading.Lock()

    def expect(self, *whys: str) -> None:
        """Show these at 0 from the start: Prometheus sees no increase of what was not there."""
        for why in whys:
            self._counter.labels(why)

    def count(self, why: str) -> None:
        """Count one."""
        self._counter.labels(why).inc()
        step = int(self._now() // _STEP_S)
        with self._lock:
            last, count = self._steps.pop() if self._steps and self._steps[-1][0] == step else (step, 0)
            self._steps.append((last, count + 1))

    def lately(self) -> int:
        """Return how many there were in the last `LATELY_S` seconds, give or take a step of ten."""
        since = self._now() - LATELY_S
        with self._lock:
            return sum(count for step, count in self._steps if (step + 1) * _STEP_S > since)


class Metrics:
    """The figures of one bot; a registry of its own, so that two in a process do not mix.

    Attributes:
        registry: All of them, for whoever exposes or reads them.
        readings: Readings by how they were asked for (``asked``, ``watched``) and what came of them.
        waiting: Readings that wait for their turn, by how they were asked for.
        shed: Watched messages that were never read, by why.
        stages: Seconds that a stage of reading took, by stage: ``waiting``, ``download``, ``decode``,
            ``inference``, ``whole``.
        cache: Answers that were known already (``hit``) or not (``miss``).
        replaced: Decoding processes that ended before their time, by why.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.readings = self._counter("readings", "Readings by what came of them", "kind", "outcome")
        self.waiting = Gauge(
            "moodring_waiting", "Readings that wait for their turn", ["kind"], registry=self.registry
        )
        self.shed = Events(self._counter("shed", "Watched messages that were never read", "why"))
        self.stages = Histogram(
            "moodring_stage_seconds",
            "Time that a stage of reading took",
            ["stage"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.cache = self._counter("cache", "Answers that were known already, or not", "result")
        self.replaced = Events(
            self._counter("decoders_replaced", "Decoding processes that ended before their time", "why")
        )
        self._inference_s: Callable[[], float] = float
        Gauge(
            "moodring_inference_running_seconds",
            "Time that the inference which takes longest has been running",
            registry=self.registry,
        ).set_function(self.inference_s)

    def watch_inference(self, longest_s: Callable[[], float]) -> None:
        """Ask from now on how long the inference that takes longest has been running."""
        self._inference_s = longest_s

    def inference_s(self) -> float:
        """Return the seconds that the inference which takes longest has been running; 0 if none runs."""
        return self._inference_s()

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Count how long a stage takes that comes to its end."""
        began = time.perf_counter()
        yield
        self.stages.labels(stage).observe(time.perf_counter() - began)

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"moodring_{name}", about, labels, registry=self.registry)
