"""The simulated server: who is there, what the bot may do, and what is left behind."""

import io
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from first_word import FirstWord
from PIL import Image
from simcord import SetupError

from moodring.bot.local.world import BOT_PERMISSIONS, Channel, Person, World, open_world

pytestmark = pytest.mark.asyncio


async def test_the_bot_has_no_more_permissions_than_its_invitation_asks_for(world: World) -> None:
    me = world.guild.me
    assert me is not None
    for channel in (Channel.GENERAL, Channel.PICTURES, Channel.STAFF):
        granted = me.guild.get_channel(world.channels[channel].id).permissions_for(me)
        assert granted == BOT_PERMISSIONS


async def test_only_the_staff_see_their_channel(world: World) -> None:
    staff = world.channels[Channel.STAFF]
    assert [member.name for member in world.viewers(Channel.STAFF)] == [Person.ADMIN, Person.MODERATOR]
    await world.people[Person.MODERATOR].send(staff, "a word among us")
    with pytest.raises(SetupError):
        staff.history(viewer=world.people[Person.ALICE])


async def test_a_mention_is_made_of_the_bots_name_but_not_in_code(world: World) -> None:
    alice, general = world.people[Person.ALICE], world.channels[Channel.GENERAL]
    sent = await alice.send(general, "hi @Moodring, write `@moodring` or @moodrings")
    assert sent.content == f"hi <@{world.bot_id}>, write `@moodring` or @moodrings"


async def test_the_clock_stands_still_until_it_catches_up(world: World) -> None:
    assert world.env.now() < datetime.now(UTC) - timedelta(days=1)
    world.catch_up()
    assert abs(datetime.now(UTC) - world.env.now()) < timedelta(minutes=1)


async def test_what_the_bot_stores_lasts_as_long_as_the_world(
    predictor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    async with open_world(FirstWord(predictor)) as world:
        [database] = tmp_path.glob("*/moodring.sqlite3")
        await world.store.opt_outs.add(1)
        await world.restart()
        assert [*tmp_path.glob("*/moodring.sqlite3")] == [database]
        assert await world.store.opt_outs.contains(1)
    assert not [*tmp_path.iterdir()]


async def test_everyone_has_an_avatar_of_their_own(world: World) -> None:
    avatars = world.avatars()
    assert len(avatars) == len(Person) + 1
    assert len({picture for _, picture in avatars.values()}) == len(avatars)
    for _, picture in avatars.values():
        assert Image.open(io.BytesIO(picture)).format == "PNG"
