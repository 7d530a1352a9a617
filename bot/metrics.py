"""Figures of a running bot in Prometheus's terms: how many and how long, never what, who or where."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

SECONDS: Final = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Upper bounds of the buckets in which times are counted."""


class Metrics:
    """The figures of one bot; a registry of its own, so that two in a process do not mix.

    Attributes:
        registry: All of them, for whoever exposes or reads them.
        readings: Samples by how they were asked for (``asked``, ``watched``) and what came of them.
        waiting: Samples that wait for their turn, by how they were asked for.
        shed: Watched messages that were never read, by why.
        stages: Seconds that a stage of reading took, by stage.
        cache: Answers that were known already (``hit``) or not (``miss``).
        replaced: Decoding processes that had to be replaced, by why.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.readings = self._counter("readings", "Samples by what came of them", "kind", "outcome")
        self.waiting = Gauge(
            "moodring_waiting", "Samples that wait for their turn", ["kind"], registry=self.registry
        )
        self.shed = self._counter("shed", "Watched messages that were never read", "why")
        self.stages = Histogram(
            "moodring_stage_seconds",
            "Time that a stage of reading took",
            ["stage"],
            buckets=SECONDS,
            registry=self.registry,
        )
        self.cache = self._counter("cache", "Answers that were known already, or not", "result")
        self.replaced = self._counter("decoders_replaced", "Decoding processes that were replaced", "why")

    def _counter(self, name: str, about: str, *labels: str) -> Counter:
        return Counter(f"moodring_{name}", about, labels, registry=self.registry)
