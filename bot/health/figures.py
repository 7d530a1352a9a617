"""Figures of the process: how late its event loop is, what Discord answers it, and what it is."""

import asyncio
from importlib.metadata import version
from typing import Any, Final

import aiohttp
from prometheus_client import CollectorRegistry, Counter, Histogram, Info, ProcessCollector

LAG_BUCKETS_S: Final = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
"""Upper bounds; one of them, 50 ms, is what 99 % of the samples should stay within."""

LAG_SAMPLE_S: Final = 0.1
"""How often the event loop's lag is measured."""

STUCK_S: Final = 60.0
"""Seconds after which an inference that still runs is stuck: the longest that there is takes a few."""

COUNTED: Final = frozenset({401, 403, 429})
"""Statuses counted each for itself: of these Discord takes 10,000 in ten minutes, then it bans an address
(https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans)."""

RESIDENT: Final = "process_resident_memory_bytes"


def expose_process(registry: CollectorRegistry) -> None:
    """Add what the process takes, and which version it is."""
    ProcessCollector(registry=registry)
    Info("moodring_build", "What is running", registry=registry).info({"version": version("moodring")})


def resident_bytes() -> float | None:
    """Return the memory that this process holds, without those that decode; None where nobody tells."""
    found = ProcessCollector(registry=None).collect()
    return next((metric.samples[0].value for metric in found if metric.name == RESIDENT), None)


async def measure_lag(registry: CollectorRegistry) -> None:
    """Measure for ever how much later than due the event loop gets to something.

    The times at which a sample is due are fixed beforehand. A loop that is blocked for a second is therefore
    late for each of the ten samples of that second, as it would have been for whatever came in meanwhile; one
    sample alone would hide it ("coordinated omission", G. Tene, "How NOT to Measure Latency", 2013).
    """
    lag = Histogram(
        "moodring_event_loop_lag_seconds",
        "How much later than due the event loop gets to something",
        buckets=LAG_BUCKETS_S,
        registry=registry,
    )
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        due += LAG_SAMPLE_S
        await asyncio.sleep(max(0.0, due - loop.time()))
        lag.observe(max(0.0, loop.time() - due))


def count_requests(registry: CollectorRegistry) -> aiohttp.TraceConfig:
    """Return what counts the requests of a client session by their statuses; for discord.py's ``http_trace``.

    Args:
        registry: Gets the figures.
    """
    counter = Counter(
        "moodring_discord_requests", "Requests to Discord by status", ["status"], registry=registry
    )
    for status in (*COUNTED, "5xx", "failed"):
        counter.labels(status)  # Prometheus sees no increase of what was not there at 0

    async def answered(_session: Any, _context: Any, told: aiohttp.TraceRequestEndParams) -> None:
        status = told.response.status
        counter.labels(status if status in COUNTED else f"{status // 100}xx").inc()

    async def failed(_session: Any, _context: Any, _told: aiohttp.TraceRequestExceptionParams) -> None:
        counter.labels("failed").inc()

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(answered)
    trace.on_request_exception.append(failed)
    return trace
