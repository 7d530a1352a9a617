"""The channels that are listened to are known at once, after a restart too."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import discord
import pytest
import pytest_asyncio
from sqlalchemy.exc import OperationalError

from moodring.bot.store import Store, Watch
from moodring.bot.store.repositories import What
from moodring.bot.watched import Watched, missing_in

FLAG = Watch(5, 1, frozenset({"flag"}))
REPLY = Watch(6, 1, frozenset({"reply"}))
ELSEWHERE = Watch(7, 2, frozenset())
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Channel(discord.abc.GuildChannel):
    """A channel in which the bot may do some things."""

    def __init__(self, granted: discord.Permissions) -> None:
        self.guild: Any = SimpleNamespace(me=None)
        self._granted = granted

    def permissions_for(self, _person: object, /) -> discord.Permissions:
        return self._granted


@pytest_asyncio.fixture
async def watched(store: Store) -> Watched:
    watched = Watched(store)
    for watch in (FLAG, REPLY, ELSEWHERE):
        await watched.start(watch)
    return watched


@pytest.mark.asyncio
async def test_a_channel_is_known_from_its_start_to_its_stop(watched: Watched) -> None:
    assert watched.get(5) == FLAG
    assert await watched.stop(5)
    assert watched.get(5) is None
    assert not await watched.stop(5)
    assert watched.get(6) == REPLY


@pytest.mark.asyncio
async def test_a_channel_is_listened_to_in_one_way_at_a_time(watched: Watched) -> None:
    otherwise = Watch(5, 1, frozenset({"react", "reply"}))
    await watched.start(otherwise)
    assert watched.get(5) == otherwise
    assert await watched.of_guild(1) == [otherwise, REPLY]


@pytest.mark.asyncio
async def test_the_next_run_goes_on_where_this_one_stopped(watched: Watched, store: Store) -> None:
    await watched.stop(6)
    again = Watched(store)
    assert again.get(5) is None
    await again.load(hears=True)
    assert [again.get(channel_id) for channel_id in (5, 6, 7)] == [FLAG, None, ELSEWHERE]


@pytest.mark.asyncio
async def test_a_process_of_several_keeps_no_channel_of_the_others_guilds(
    watched: Watched, store: Store
) -> None:
    one = Watched(store, owns=lambda guild_id: guild_id == ELSEWHERE.guild_id)
    await one.load(hears=True)
    assert [one.get(channel_id) for channel_id in (5, 6, 7)] == [None, None, ELSEWHERE]


@pytest.mark.asyncio
async def test_without_message_content_nothing_is_listened_to_and_nothing_forgotten(
    watched: Watched, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    again = Watched(store)
    with caplog.at_level(logging.WARNING):
        await again.load(hears=False)
    assert again.get(5) is None
    assert await again.of_guild(1) == [FLAG, REPLY]
    assert "intents" in caplog.text


@pytest.mark.asyncio
async def test_a_server_is_forgotten_at_once_and_no_other(watched: Watched) -> None:
    watched.answer(6, NOON)
    watched.forget_guild(1)
    assert [watched.get(channel_id) for channel_id in (5, 6, 7)] == [None, None, ELSEWHERE]
    assert watched.answered_at(6) is None


@pytest.mark.asyncio
async def test_the_last_answer_is_remembered_while_the_channel_is_listened_to(watched: Watched) -> None:
    assert watched.answered_at(6) is None
    watched.answer(6, NOON)
    assert watched.answered_at(6) == NOON
    assert watched.answered_at(5) is None
    await watched.stop(6)
    assert watched.answered_at(6) is None


SEES = {"view_channel": True, "read_message_history": True}


@pytest.mark.parametrize(
    ("granted", "does", "missing"),
    [
        (SEES, [], []),
        (SEES, ["flag"], []),
        ({}, [], ["view_channel", "read_message_history"]),
        ({"view_channel": True}, ["flag"], ["read_message_history"]),
        (SEES, ["react"], ["add_reactions"]),
        (SEES, ["reply"], ["send_messages", "embed_links"]),
        (SEES, ["react", "reply"], ["add_reactions", "send_messages", "embed_links"]),
        (SEES | {"send_messages": True, "embed_links": True}, ["reply", "flag"], []),
    ],
)
def test_what_the_bot_lacks_depends_on_what_it_does(
    granted: dict[str, bool], does: Collection[What], missing: list[str]
) -> None:
    assert missing_in(Channel(discord.Permissions(**granted)), does) == missing


def test_in_a_channel_that_is_gone_nothing_is_lacking() -> None:
    assert missing_in(None, ["reply", "react", "flag"]) == []


@pytest.mark.asyncio
async def test_an_older_message_that_is_answered_later_does_not_bring_the_time_back(watched: Watched) -> None:
    watched.answer(5, NOON)
    watched.answer(5, NOON - timedelta(seconds=3))
    assert watched.answered_at(5) == NOON


@pytest.mark.asyncio
async def test_a_channel_that_is_stopped_while_all_are_loaded_stays_stopped(
    watched: Watched, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, go_on, look = asyncio.Event(), asyncio.Event(), store.watches.all

    async def slow(owned: Callable[[int], bool]) -> Sequence[Watch]:
        found = await look(owned)
        looked.set()
        await go_on.wait()
        return found

    monkeypatch.setattr(store.watches, "all", slow)
    loading = asyncio.create_task(watched.load(hears=True))
    await looked.wait()
    stopping = asyncio.create_task(watched.stop(5))
    done, _ = await asyncio.wait([stopping], timeout=0.1)
    assert not done
    go_on.set()
    await asyncio.gather(loading, stopping)
    assert watched.get(5) is None


@pytest.mark.asyncio
async def test_what_a_database_does_not_take_leaves_things_as_they_were(
    watched: Watched, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(_: object) -> bool:
        raise OperationalError("DELETE", {}, sqlite3.OperationalError("database is locked"))

    monkeypatch.setattr(store.watches, "stop", locked)
    monkeypatch.setattr(store.watches, "start", locked)
    with pytest.raises(OperationalError):
        await watched.stop(5)
    with pytest.raises(OperationalError):
        await watched.start(Watch(5, 1, frozenset({"reply"})))
    assert watched.get(5) == FLAG
