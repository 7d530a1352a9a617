"""A database that fails under the running bot: reading goes on, nothing is said to be kept that is not."""

import asyncio
import logging
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from damages import AT, SETTINGS, Disk, RealDisk, exhaust, held, holds, keep, url
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError

from moodring.bot import texts
from moodring.bot.faults import FAULTS, explain
from moodring.bot.local.scenario import Channel, Person
from moodring.bot.local.world import open_world
from moodring.bot.moderation.cases import Action
from moodring.bot.store import Answer, Store, explain_failure, is_failure

FULL = "the database failed: database or disk is full; make room on its disk"


@pytest.mark.asyncio
async def test_on_a_full_disk_reading_goes_on_and_writing_comes_back_without_a_restart(
    disk: Disk, store: Store
) -> None:
    disk.fill()
    kept = await exhaust(store)
    assert await holds(store)
    with pytest.raises(DBAPIError) as raised:
        await store.opt_outs.add(900_000)
    assert is_failure(raised.value)
    assert explain_failure(raised.value) == FULL
    assert await holds(store)
    disk.free()
    await keep(store, guild_id=500_000)
    assert await holds(store, guild_id=500_000)
    assert all([await store.opt_outs.contains(person) for person in kept])


@pytest.mark.asyncio
@pytest.mark.parametrize("disk", ["a real disk"], indirect=True)
async def test_on_a_full_disk_an_action_in_a_case_is_not_begun_and_later_it_is(
    disk: Disk, store: Store
) -> None:
    [case] = await store.cases.find(5)
    disk.fill()
    await exhaust(store)
    with pytest.raises(DBAPIError):
        await store.cases.begin(case, Action.NOT_TOXIC, 1, AT)
    assert await store.cases.find(5) == [case]
    disk.free()
    assert await store.cases.begin(case, Action.NOT_TOXIC, 1, AT) is not None


@pytest.mark.asyncio
async def test_while_another_process_holds_the_database_reading_goes_on_and_writing_waits(
    database: Path,
) -> None:
    store = await Store.open(url(database))
    with held(database):
        waiting = asyncio.create_task(store.opt_outs.add(900))
        assert await holds(store)
        assert not waiting.done()
    await waiting
    assert await store.opt_outs.contains(900)
    await store.aclose()


@pytest.mark.asyncio
async def test_a_lock_that_lasts_is_told_and_over_when_it_is_over(database: Path) -> None:
    store = await Store.open(url(database))
    event.listen(store._engine.sync_engine.pool, "checkout", _impatient)
    with held(database), pytest.raises(DBAPIError) as raised:
        await store.guilds.put(6, SETTINGS)
    said = "the database failed: database is locked; another program holds it: end that one"
    assert explain_failure(raised.value) == said
    assert isinstance(raised.value, FAULTS)
    assert explain(raised.value) == said
    await store.guilds.put(6, SETTINGS)
    await store.aclose()


def _impatient(connection: object, *_: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA busy_timeout = 50")
    cursor.close()


@pytest.mark.asyncio
async def test_the_log_stays_small_however_much_is_written(database: Path) -> None:
    store = await Store.open(url(database))
    log = database.with_name(f"{database.name}-wal")
    largest = 0
    for number in range(400):
        await store.answers.add(Answer(number, number, 1, 1, 1), AT)
        largest = max(largest, log.stat().st_size)
    await store.answers.prune(AT + timedelta(days=1))
    assert largest < 6 * 1024**2  # SQLite folds it in after a thousand pages of 4 KiB
    await store.aclose()
    assert not log.exists()


@pytest.mark.asyncio
async def test_every_connection_waits_for_the_disk(database: Path) -> None:
    store = await Store.open(url(database))
    async with store._engine.connect() as one, store._engine.connect() as another:
        for connection in (one, another):
            found = await connection.exec_driver_sql("PRAGMA synchronous")
            assert found.scalar() == 2  # FULL
    await store.aclose()


@pytest.mark.asyncio
async def test_a_person_whose_choice_cannot_be_kept_is_told_so_and_the_rest_goes_on(
    disk: Disk, joy: object, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(disk.folder))
    async with open_world(joy) as world:
        alice, admin = world.people[Person.ALICE], world.people[Person.ADMIN]
        general = world.channels[Channel.GENERAL]
        shown = await alice.slash(general, "privacy")
        disk.fill()
        await exhaust(world.store)
        caplog.clear()
        told = await alice.click(shown.response, label=texts.say("opt-out"))
        assert told.response.content == texts.say("database-failed")
        if isinstance(disk, RealDisk):  # in bounded files there is room yet among the settings
            told = await admin.slash(general, "watch tune", confidence=90)
            assert told.response.content == texts.say("database-failed")
        failures = [record for record in caplog.records if record.levelno >= logging.ERROR]
        assert {(record.getMessage(), record.exc_info) for record in failures} == {(FULL, None)}
        assert all(record.interaction_id for record in failures)

        read = await alice.slash(general, "analyze", text="we won")
        assert read.response.embeds

        disk.free()
        await alice.click(shown.response, label=texts.say("opt-out"))
        assert await world.store.opt_outs.contains(alice.id)
        told = await admin.slash(general, "watch tune", confidence=90)
        assert told.response.content != texts.say("database-failed")


@pytest.mark.asyncio
@pytest.mark.parametrize("language", texts.LANGUAGES)
async def test_that_the_database_failed_is_said_in_every_language(language: str) -> None:
    with texts.speaking(language):
        assert texts.say("database-failed") != texts.say("failed")
