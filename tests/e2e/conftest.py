"""The real bot with the real model in the simulated server."""

from collections.abc import AsyncIterator, Awaitable

import pytest
import pytest_asyncio
import simcord
from discord.app_commands import CheckFailure
from outcome import Outcome

from moodring.bot.backends.litert import LiteRTBackend
from moodring.bot.classifier import Classifier
from moodring.bot.intake.decode import DecodePool
from moodring.bot.local.seen import Change, Scene
from moodring.bot.local.world import Channel, Member, Person, World, open_world
from moodring.bot.services import Classifies
from moodring.model.predictor import Predictor


@pytest.fixture(scope="session")
def predictor() -> Predictor:
    return Predictor()


@pytest_asyncio.fixture
async def classifier(predictor: Predictor) -> AsyncIterator[Classifies]:
    made = Classifier(
        predictor,
        LiteRTBackend(predictor),
        DecodePool(workers=1, timeout_s=10, memory_mib=512, open_faces=predictor.open_faces),
        threads=1,
        queue_limit=8,
        cache_entries=64,
        deadline_s=20,
    )
    yield made
    await made.aclose()


@pytest.fixture
def message_content() -> bool:
    """Whether the bot has Message Content; a test that says otherwise parametrizes it."""
    return True


@pytest_asyncio.fixture
async def world(classifier: Classifies, message_content: bool) -> AsyncIterator[World]:
    async with open_world(classifier, message_content=message_content) as opened:
        yield opened
        # A check that refuses a command is no fault: the bot has told the person.
        faults = [fault for fault in opened.env.errors_since(0) if not isinstance(fault, CheckFailure)]
        assert not faults


@pytest.fixture
def outcome(world: World) -> Outcome:
    """Does something and returns what the bot did."""

    async def does(deed: Awaitable[object]) -> Change:
        before = Scene.of(world)
        await deed
        return Change.between(before, Scene.of(world))

    return does


@pytest.fixture
def admin(world: World) -> Member:
    return world.people[Person.ADMIN]


@pytest.fixture
def alice(world: World) -> Member:
    return world.people[Person.ALICE]


@pytest.fixture
def bob(world: World) -> Member:
    return world.people[Person.BOB]


@pytest.fixture
def olga(world: World) -> Member:
    """She has opted out."""
    return world.people[Person.OLGA]


@pytest.fixture
def general(world: World) -> simcord.ChannelHandle:
    return world.channels[Channel.GENERAL]


@pytest.fixture
def pictures(world: World) -> simcord.ChannelHandle:
    return world.channels[Channel.PICTURES]


@pytest.fixture
def news(world: World) -> simcord.ChannelHandle:
    """The bot may read here, but not write."""
    return world.channels[Channel.NEWS]
