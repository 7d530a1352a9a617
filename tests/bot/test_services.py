"""The one way from a draft to a prediction, and waiting for what is in flight."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from invented_prediction import prediction

from moodring.bot import services as services_module
from moodring.bot.classifier import BusyError, Explained
from moodring.bot.guild_settings import GuildSettings
from moodring.bot.intake.message import Draft, ImageLink
from moodring.bot.recent import Kept
from moodring.bot.services import (
    ASKED_AT_ONCE,
    PICTURED_AT_ONCE,
    OptedOutError,
    Services,
    harshest,
    open_services,
)
from moodring.bot.settings import Settings
from moodring.bot.store import Store
from moodring.bot.turns import Bounds
from moodring.model import Prediction, Sample, Unreadable
from moodring.model.explain import Explanation


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


class Gated:
    """Reads and fetches what it is given once a gate opens; reading is over in the order that it began.

    Attributes:
        read: The texts that it was given.
        fetched: The addresses that it was given.
        gate: Set to let readings end.
    """

    def __init__(self) -> None:
        self.read: list[str] = []
        self.fetched: list[str] = []
        self.gate = asyncio.Event()

    async def classify(self, sample: Sample) -> Prediction:
        self.read.append(sample.text)
        await self.gate.wait()
        return replace(prediction(0.5), used=("text", "image:0") if sample.images else ("text",))

    async def explain(self, sample: Sample, label: str | None = None) -> Explained:
        await self.classify(sample)
        return Explained(Explanation("joy", 0.5, (), ()), ())

    async def fetch(self, url: str, declared_size: int | None) -> bytes | Unreadable:
        self.fetched.append(url)
        return b"a picture"


@pytest.fixture
def gated() -> Gated:
    return Gated()


@pytest.fixture
def services(gated: Gated, store: Store) -> Services:
    return Services(classifier=gated, downloader=gated, store=store, places=3)


def written(text: str, guild_id: int | None = 5) -> Draft:
    """A message with a picture."""
    return Draft(text, (ImageLink(f"https://cdn.discordapp.com/{text}", 1),), guild_id)


async def until(done: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not done():
            await asyncio.sleep(0)


async def watching(services: Services, gated: Gated, messages: int) -> list[asyncio.Task[object]]:
    """Watch messages of one person until as many are being read as can be; the rest waits or is shed."""
    tasks: list[asyncio.Task[object]] = [
        asyncio.create_task(services.read_watched(7, written(f"watched {number}")))
        for number in range(messages)
    ]
    await until(lambda: len(gated.read) == PICTURED_AT_ONCE)
    return tasks


def counted(services: Services, name: str, **labels: str) -> float:
    return services.metrics.registry.get_sample_value(f"moodring_{name}_total", labels) or 0


@pytest.mark.asyncio
async def test_who_asks_is_read_while_watched_messages_wait(services: Services, gated: Gated) -> None:
    tasks = await watching(services, gated, PICTURED_AT_ONCE + 3)
    asking = asyncio.create_task(services.read(8, written("asked")))
    await until(lambda: "asked" in gated.read)
    assert gated.read == ["watched 0", "watched 1", "asked"]
    gated.gate.set()
    await asyncio.gather(asking, *tasks)


@pytest.mark.asyncio
async def test_words_are_read_while_pictures_hold_everything_up(services: Services, gated: Gated) -> None:
    tasks = await watching(services, gated, PICTURED_AT_ONCE + 3)
    tasks.append(asyncio.create_task(services.read_watched(8, Draft("words alone", guild_id=5))))
    await until(lambda: "words alone" in gated.read)
    assert services.load().watched == 3
    gated.gate.set()
    await asyncio.gather(*tasks)


@pytest.mark.asyncio
async def test_a_picture_waits_no_longer_in_two_lines_than_in_one(
    gated: Gated, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services_module, "Bounds", lambda places: Bounds(places, watched_s=1))
    services = Services(classifier=gated, downloader=gated, store=store)
    loop = asyncio.get_running_loop()
    pictures = await watching(services, gated, PICTURED_AT_ONCE)
    words = [asyncio.create_task(services.read_watched(8, Draft("words", guild_id=5)))]
    await until(lambda: "words" in gated.read)
    began = loop.time()
    late = asyncio.create_task(services.read_watched(9, written("late")))
    await asyncio.sleep(0.7)
    words.append(asyncio.create_task(services.read_watched(8, Draft("more words", guild_id=5))))
    await asyncio.sleep(0)
    pictures[0].cancel()  # its turn is that of the words; the picture's own waits in their line now
    with pytest.raises(BusyError) as busy:
        await late
    assert "more words" in gated.read
    assert busy.value.why == "late"
    assert loop.time() - began < 1.5
    gated.gate.set()
    await asyncio.gather(*words, pictures[1])


@pytest.mark.asyncio
async def test_a_message_that_is_shed_is_counted_and_costs_nothing(
    services: Services, gated: Gated, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[int] = []
    contains = store.opt_outs.contains

    async def noted(user_id: int) -> bool:
        looked_up.append(user_id)
        return await contains(user_id)

    monkeypatch.setattr(store.opt_outs, "contains", noted)
    tasks = await watching(services, gated, PICTURED_AT_ONCE + 5)
    load = services.load()
    assert (load.asked, load.watched, load.shed) == (0, 3, 2)
    assert counted(services, "shed", why="full") == 2
    assert len(looked_up) == len(gated.fetched) == PICTURED_AT_ONCE
    assert services.metrics.registry.get_sample_value("moodring_waiting", {"kind": "watched"}) == 3
    gated.gate.set()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    assert [isinstance(outcome, BusyError) for outcome in outcomes] == [False] * 2 + [True] * 2 + [False] * 3
    assert counted(services, "readings", kind="watched", outcome="answered") == 5
    assert counted(services, "readings", kind="watched", outcome="busy") == 2


@pytest.mark.asyncio
async def test_one_persons_flood_is_refused_and_another_one_is_read(services: Services, gated: Gated) -> None:
    assert Bounds().asked_each < ASKED_AT_ONCE
    flood = [
        asyncio.create_task(services.read(7, Draft(f"flood {number}"), asked_by=1)) for number in range(9)
    ]
    refused, _ = await asyncio.wait(flood, return_when=asyncio.FIRST_COMPLETED)
    assert [isinstance(task.exception(), BusyError) for task in refused] == [True] * (9 - Bounds().asked_each)
    other = asyncio.create_task(services.read(7, Draft("other"), asked_by=2))
    await until(lambda: "other" in gated.read)
    assert counted(services, "readings", kind="asked", outcome="busy") == 9 - Bounds().asked_each
    assert services.load().shed == 0  # they were told
    gated.gate.set()
    await asyncio.gather(other, *(task for task in flood if task not in refused))


@pytest.mark.asyncio
async def test_who_opts_out_while_their_message_waits_is_not_read(
    services: Services, gated: Gated, store: Store
) -> None:
    reading, other, *waiting = await watching(services, gated, PICTURED_AT_ONCE + 2)
    await store.opt_outs.add(7)
    gated.gate.set()
    outcomes = await asyncio.gather(reading, other, *waiting, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [OptedOutError] * 4
    assert gated.read == ["watched 0", "watched 1"]
    assert len(gated.fetched) == PICTURED_AT_ONCE
    assert counted(services, "readings", kind="watched", outcome="opted-out") == 4


@pytest.mark.asyncio
async def test_a_watched_message_is_flagged_by_its_words_in_the_same_turn(
    services: Services, gated: Gated
) -> None:
    gated.gate.set()
    reading, to_flag = await services.read_watched(7, written("words"))
    assert reading.sample == Sample("words", (b"a picture",))
    assert to_flag.toxicity == 0.5
    assert gated.read == ["words", "words"]
    assert counted(services, "readings", kind="watched", outcome="answered") == 1


@pytest.mark.asyncio
async def test_whoever_waits_no_more_frees_the_place(services: Services, gated: Gated) -> None:
    tasks = await watching(services, gated, PICTURED_AT_ONCE + 3)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    assert services.load().watched == 0
    assert counted(services, "readings", kind="watched", outcome="cancelled") == 5
    gated.gate.set()
    await services.explain(Kept(7, Sample("why")), asked_by=8)
    assert gated.read[-1] == "why"


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


class LiteralReader:
    """Finds harm only where a word stands as it is in the dictionary."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def classify(self, sample: Sample) -> Prediction:
        self.texts.append(sample.text)
        return prediction(0.95 if "idiot" in sample.text else 0.1)

    async def explain(self, sample: Sample, label: str | None = None) -> Explained:
        raise AssertionError


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("text", "read", "toxic"),
    [
        ("you are an 1d10t", ["you are an 1d10t", "you are an idiot"], True),
        ("you are an idiot", ["you are an idiot"], True),
        ("you are a star", ["you are a star"], False),
    ],
)
async def test_a_disguised_insult_is_flagged_as_what_it_hides(
    text: str, read: list[str], toxic: bool
) -> None:
    reader = LiteralReader()
    first = await reader.classify(Sample(text))
    found = await harshest(reader, text, first)
    assert reader.texts == read
    assert found.toxic is toxic
    assert (found.emotion, found.sentiment) == (first.emotion, first.sentiment)
