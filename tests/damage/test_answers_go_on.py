"""A disk that fills up: messages are answered, answers go with their messages, actions end as they ended."""

import logging
import tempfile
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from damages import AT, RealDisk, exhaust, real_disk

from moodring.bot.local.scenario import Channel, Person
from moodring.bot.local.world import World, open_world
from moodring.bot.moderation.cases import Action, Outcome, State
from moodring.bot.rules import Group


@pytest.fixture
def disk(tmp_path):
    with real_disk(tmp_path) as folder:
        yield RealDisk(folder)


@pytest_asyncio.fixture
async def world(disk: RealDisk, joy: object, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(tempfile, "tempdir", str(disk.folder))
    async with open_world(joy) as world:
        yield world


def errors(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    return [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.asyncio
async def test_watched_channels_and_mentions_are_answered_while_nothing_can_be_kept(
    disk: RealDisk, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    alice, admin = world.people[Person.ALICE], world.people[Person.ADMIN]
    general = world.channels[Channel.GENERAL]
    await admin.slash(general, "watch start")
    disk.fill()
    await exhaust(world.store)
    caplog.clear()
    await alice.send(general, "we won")
    watched = general.last_message
    await alice.send(general, "@moodring we won")
    mentioned = general.last_message
    assert watched.embeds
    assert mentioned.embeds
    assert watched.id != mentioned.id
    assert {record.getMessage() for record in errors(caplog)} == {
        "the database failed: database or disk is full; make room on its disk"
    }
    assert all(record.exc_info is None and record.message_id for record in errors(caplog))


@pytest.mark.asyncio
async def test_an_answer_goes_with_its_message_even_if_its_ids_cannot(disk: RealDisk, world: World) -> None:
    alice, general = world.people[Person.ALICE], world.channels[Channel.GENERAL]
    asked = await alice.send(general, "@moodring we won")
    answer = general.last_message
    disk.fill()
    await exhaust(world.store)
    await alice.delete(asked)
    assert answer.id not in {message.id for message in general.history()}


@pytest.mark.asyncio
async def test_how_an_action_ended_is_kept_once_there_is_room(disk: RealDisk, world: World) -> None:
    cases = world.store.cases
    [first, second] = [
        await cases.open(
            guild_id=world.guild.id,
            channel_id=world.channels[Channel.GENERAL].id,
            message_id=number,
            group=Group.TOXICITY,
            scores=dict.fromkeys(Group, 0.9),
            would_act=False,
            at=AT,
        )
        for number in (1, 2)
    ]
    deeds = world.bot.get_cog("MoodringCases")._deeds
    effect = deeds._effect

    async def filling(*given: object, **named: object) -> None:
        await effect(*given, **named)
        disk.fill()
        await exhaust(world.store)

    deeds._effect = filling
    case = await deeds.do(first, Action.NOT_TOXIC, None)
    assert case.pending is Action.NOT_TOXIC
    deeds._effect = effect
    disk.free()
    await deeds.do(second, Action.NOT_TOXIC, None)
    after = await cases.get(world.guild.id, first.id)
    assert after.pending is None
    assert after.state is (await cases.get(world.guild.id, second.id)).state is not State.OPEN
    assert [event.outcome for event in after.events] == [Outcome.DONE]
