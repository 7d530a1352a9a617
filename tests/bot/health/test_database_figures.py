"""How long the database takes, what fails, and whether it answers."""

import asyncio

import pytest
import sqlalchemy
from prometheus_client import CollectorRegistry
from sqlalchemy.exc import OperationalError

from moodring.bot.health.database import DatabaseProbe, expose_database
from moodring.bot.services import Services

pytestmark = pytest.mark.asyncio


async def test_statements_are_timed_by_their_kind(services: Services, registry: CollectorRegistry) -> None:
    expose_database(services.store, registry)
    await services.store.opt_outs.add(1)
    await services.store.opt_outs.contains(1)
    await services.store.opt_outs.remove(1)
    timed = {
        sample.labels["statement"]
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == "moodring_database_seconds_count" and sample.value
    }
    assert timed == {"INSERT", "SELECT", "DELETE"}


async def test_a_fault_is_counted_by_its_class_without_its_words(
    services: Services, registry: CollectorRegistry
) -> None:
    expose_database(services.store, registry)
    async with services.store._engine.connect() as connection:
        with pytest.raises(OperationalError):
            await connection.execute(sqlalchemy.text("SELECT secret FROM nowhere"))
        await connection.execute(sqlalchemy.text("PRAGMA user_version"))
    assert registry.get_sample_value("moodring_database_faults_total", {"why": "OperationalError"}) == 1
    assert registry.get_sample_value("moodring_database_seconds_count", {"statement": "other"}) == 1


async def test_the_probe_tells_how_long_it_took(services: Services) -> None:
    seconds = await DatabaseProbe(services.store).seconds()
    assert seconds is not None
    assert 0 < seconds < 2


async def test_a_database_that_fails_does_not_answer(
    services: Services, caplog: pytest.LogCaptureFixture
) -> None:
    await services.store.aclose()
    assert await DatabaseProbe(services.store).seconds() is None
    assert [record.message for record in caplog.records] == ["database fails"]


async def test_one_that_hangs_is_asked_once_and_not_waited_for(
    services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked = []
    answer = asyncio.Event()

    async def hang() -> None:
        asked.append("ping")
        await answer.wait()

    monkeypatch.setattr(services.store, "ping", hang)
    probe = DatabaseProbe(services.store, patience_s=0.01)
    assert await probe.seconds() is None
    assert await probe.seconds() is None
    assert len(asked) == 1
    assert {record.message for record in caplog.records} == {"database silent"}
    answer.set()
    assert await probe.seconds() is not None
