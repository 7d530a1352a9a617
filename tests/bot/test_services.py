"""The one way from a draft to a prediction, and waiting for what is in flight."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from moodring.bot.classifier import Explained
from moodring.bot.guild_settings import GuildSettings
from moodring.bot.intake.message import Draft, ImageLink
from moodring.bot.recent import Kept
from moodring.bot.services import OptedOutError, Services, open_services
from moodring.bot.settings import Settings
from moodring.bot.store import Store
from moodring.model import Prediction, Sample, Unreadable


class Refusing:
    """Fails when it is asked."""

    async def classify(self, sample: Sample) -> Prediction:
        raise AssertionError("read")

    async def explain(self, sample: Sample, label: str | None = None) -> Explained:
        raise AssertionError("read")

    async def fetch(self, url: str, declared_size: int | None) -> bytes | Unreadable:
        raise AssertionError("fetched")


class Shelf:
    """Has every picture."""

    async def fetch(self, url: str, declared_size: int | None) -> bytes | Unreadable:
        return b"a picture"


@pytest.mark.asyncio
@pytest.mark.parametrize(("guild_id", "faces"), [(5, True), (6, False), (None, False)])
async def test_faces_are_read_in_the_guilds_that_want_it_and_not_in_direct_messages(
    guild_id: int | None, faces: bool
) -> None:
    store = await Store.open("sqlite+aiosqlite://")
    await store.guilds.put(5, GuildSettings(faces=True))
    services = Services(classifier=Refusing(), downloader=Shelf(), store=store)
    link = ImageLink("https://cdn.discordapp.com/1", 1)
    assert await services.fetch(7, Draft("joy", (link,), guild_id)) == Sample("joy", (b"a picture",), faces)
    await store.aclose()


@pytest.mark.asyncio
@pytest.mark.parametrize(("guild_id", "picture_text"), [(5, False), (6, True), (None, True)])
async def test_text_in_pictures_is_left_alone_in_the_guilds_that_want_it_so(
    guild_id: int | None, picture_text: bool
) -> None:
    store = await Store.open("sqlite+aiosqlite://")
    await store.guilds.put(5, GuildSettings(ocr=False))
    services = Services(classifier=Refusing(), downloader=Shelf(), store=store)
    link = ImageLink("https://cdn.discordapp.com/1", 1)
    sample = await services.fetch(7, Draft("joy", (link,), guild_id))
    assert sample == Sample("joy", (b"a picture",), picture_text=picture_text)
    await store.aclose()


@pytest.mark.asyncio
async def test_nothing_of_an_opted_out_person_is_fetched_or_read() -> None:
    store = await Store.open("sqlite+aiosqlite://")
    await store.opt_outs.add(7)
    services = Services(classifier=Refusing(), downloader=Refusing(), store=store)
    with pytest.raises(OptedOutError):
        await services.read(7, Draft("joy", (ImageLink("https://cdn.discordapp.com/1", 1),)))
    with pytest.raises(OptedOutError):
        await services.explain(Kept(7, Sample("joy")))
    await store.aclose()


@pytest.mark.asyncio
async def test_draining_waits_for_what_is_in_flight_and_for_nothing_else() -> None:
    store = await Store.open("sqlite+aiosqlite://")
    services = Services(classifier=Refusing(), downloader=Refusing(), store=store)
    gate = asyncio.Event()

    async def answer() -> None:
        with services.answering():
            await gate.wait()

    await services.drain(60)  # nothing is in flight
    answering = asyncio.create_task(answer())
    await asyncio.sleep(0)
    draining = asyncio.create_task(services.drain(60))
    await asyncio.sleep(0)
    assert not draining.done()
    gate.set()
    await draining
    assert answering.done()
    await store.aclose()


@pytest.mark.asyncio
async def test_draining_has_an_end_and_gives_up_what_is_late() -> None:
    store = await Store.open("sqlite+aiosqlite://")
    services = Services(classifier=Refusing(), downloader=Refusing(), store=store)

    async def answer() -> None:
        with services.answering():
            await asyncio.Event().wait()

    answering = asyncio.create_task(answer())
    await asyncio.sleep(0)
    await services.drain(0.01)
    assert answering.cancelled()
    await store.aclose()


@pytest.mark.asyncio
async def test_the_operator_says_how_long_a_servers_data_outlasts_the_bot_and_whom_to_ask(
    tmp_path: Path,
) -> None:
    settings = Settings(_env_file=None, token=None, data_dir=tmp_path, departed_days=1, contact="Ada")
    now = datetime(2026, 1, 1, tzinfo=UTC)
    async with open_services(settings) as services:
        assert services.contact == "Ada"
        await services.store.departures.left(5, now)
        assert await services.store.prune(now + timedelta(days=1)) == []
        assert await services.store.prune(now + timedelta(days=1, seconds=1)) == [5]
