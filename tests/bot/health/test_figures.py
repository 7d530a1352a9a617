"""The event loop's lag, what Discord answers, what the process takes."""

import asyncio
import contextlib
import time
from importlib.metadata import version

import aiohttp
import pytest
from aiohttp import web
from prometheus_client import CollectorRegistry

from moodring.bot.health.figures import (
    LAG_BUCKETS_S,
    LAG_SAMPLE_S,
    count_requests,
    expose_process,
    measure_lag,
    resident_bytes,
)

LAG = "moodring_event_loop_lag_seconds"


@pytest.mark.asyncio
async def test_a_blocked_loop_is_late_for_all_that_was_due_meanwhile(registry: CollectorRegistry) -> None:
    measuring = asyncio.create_task(measure_lag(registry))
    await asyncio.sleep(0)
    blocked_s = 10 * LAG_SAMPLE_S
    time.sleep(blocked_s)  # noqa: ASYNC251 - the loop is blocked on purpose
    while (registry.get_sample_value(f"{LAG}_count") or 0) < 10:
        await asyncio.sleep(0)
    measuring.cancel()
    late = 10 - (registry.get_sample_value(f"{LAG}_bucket", {"le": "0.05"}) or 0)
    assert late >= 9
    # They are late by 0.9, 0.8 … 0.0 of that time, and whatever the machine adds.
    assert (registry.get_sample_value(f"{LAG}_sum") or 0) >= 4.4 * blocked_s


def test_the_bound_that_is_promised_is_one_of_the_buckets() -> None:
    assert 0.05 in LAG_BUCKETS_S


@pytest.mark.asyncio
async def test_requests_are_counted_by_what_came_of_them(registry: CollectorRegistry) -> None:
    async def answer(request: web.Request) -> web.Response:
        status = int(request.path.removeprefix("/"))
        if status == 0:
            assert request.transport is not None
            request.transport.close()
        return web.Response(status=status or 200)

    app = web.Application()
    app.add_routes([web.get("/{status}", answer)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    _, port = runner.addresses[0]
    async with aiohttp.ClientSession(trace_configs=[count_requests(registry)]) as session:
        for status in (200, 204, 404, 401, 403, 429, 429, 502, 0):
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(f"http://127.0.0.1:{port}/{status:03}"):
                    pass
    await runner.cleanup()

    expected = {"2xx": 2, "4xx": 1, "401": 1, "403": 1, "429": 2, "5xx": 1, "failed": 1}
    counted = {
        sample.labels["status"]: sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == "moodring_discord_requests_total"
    }
    assert counted == expected


def test_the_process_tells_its_memory_its_files_and_its_version(registry: CollectorRegistry) -> None:
    expose_process(registry)
    resident = resident_bytes()
    assert resident is not None
    assert resident > 1_000_000
    assert registry.get_sample_value("process_open_fds")
    assert registry.get_sample_value("moodring_build_info", {"version": version("moodring")}) == 1
