"""Twenty seconds in which every request fails: no storm meanwhile, and no flood of late answers after it."""

import asyncio

import faults
import pytest
import pytest_asyncio
from conftest import GLOBAL_LIMIT
from outages import BUCKET, Outage, outage

pytestmark = pytest.mark.asyncio(loop_scope="module")

RETRY_S = 6.0
"""Seconds after which a request may be made again, says a 429 of these."""

OUTAGES = {
    "500": faults.fails(500),
    "503": faults.fails(503),
    "429 of a route": faults.too_many("user", RETRY_S),
    "429 of a resource, shared": faults.too_many("shared", RETRY_S),
    "429 of everything, global": faults.too_many("global", RETRY_S),
}

INVALID_LIMIT = 10_000 / 10
"""Requests a minute that may be answered by 401, 403 or 429
(https://docs.discord.com/developers/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans)."""


Ended = dict[str, asyncio.Task[Outage]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def outages(tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """All of them at the same time, each with a Discord and a bot of its own."""
    tasks = {
        name: asyncio.create_task(outage(fault, tmp_path_factory.mktemp("bot")))
        for name, fault in OUTAGES.items()
    }
    await asyncio.wait(tasks.values())
    return tasks


@pytest.mark.parametrize("name", OUTAGES)
async def test_an_outage_is_no_storm(outages: Ended, name: str) -> None:
    seen = outages[name].result()
    assert seen.requests  # it did try
    assert seen.busiest_s <= GLOBAL_LIMIT
    assert seen.a_minute(401, 403, 429) <= INVALID_LIMIT
    if name.startswith("429"):
        assert seen.most_messages(RETRY_S * 0.9) <= BUCKET
    assert seen.errors == []


@pytest.mark.parametrize("name", OUTAGES)
async def test_what_was_written_in_an_outage_is_not_answered_all_at_once_after_it(
    outages: Ended, name: str
) -> None:
    assert outages[name].result().answered <= BUCKET


@pytest.mark.parametrize("name", OUTAGES)
async def test_a_command_of_an_outage_is_answered_once_or_never(outages: Ended, name: str) -> None:
    # Those of its last three seconds may be; of others Discord takes no first answer, nor what follows one.
    assert all(used.followup_ids == [] for used in outages[name].result().commands)
