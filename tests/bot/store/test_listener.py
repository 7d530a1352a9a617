"""What another process changes is heard of, through outages too."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from moodring.bot.classifier import InferenceError
from moodring.bot.recent import Kept
from moodring.bot.services import Services
from moodring.bot.store import Store, Topic, Watch, listening
from moodring.bot.watched import Watched
from moodring.model import Sample

PATIENCE_S = 5.0
"""Seconds in which a change has to be heard of."""

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("url", ["postgresql"], indirect=True)]


async def until(holds: Callable[[], object]) -> None:
    began = time.monotonic()
    while not holds():
        assert time.monotonic() < began + PATIENCE_S, "it was not heard of"
        await asyncio.sleep(0.01)


class Heard:
    """A follower that takes note of what it is told."""

    def __init__(self) -> None:
        self.ids: list[int | None] = []

    async def follow(self, number: int | None) -> None:
        self.ids.append(number)


async def cut(store: Store) -> None:
    """Cut every other connection to the database off."""
    async with store._engine.connect() as connection:
        await connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


async def test_a_channel_is_known_and_forgotten_as_another_process_says(store: Store, other: Store) -> None:
    watched, elsewhere = Watched(store), Watched(other)
    await watched.load(hears=True)
    await elsewhere.load(hears=True)
    flagged, replied = Watch(5, 1, frozenset({"flag"})), Watch(5, 1, frozenset({"reply"}))
    await elsewhere.start(flagged)
    await until(lambda: watched.get(5) == flagged)
    await elsewhere.start(replied)
    await until(lambda: watched.get(5) == replied)
    await watched.start(Watch(6, 2, frozenset()))
    await until(lambda: elsewhere.get(6))
    await elsewhere.stop(5)
    await until(lambda: watched.get(5) is None)
    await other.forget_guild(2)
    await until(lambda: watched.get(6) is None)


async def test_a_process_that_hears_no_messages_takes_no_channel_over(store: Store, other: Store) -> None:
    watched, heard = Watched(store), Heard()
    await watched.load(hears=False)
    await _hears(store, heard)
    await other.watches.start(Watch(5, 1, frozenset({"flag"})))
    await until(lambda: 1 in heard.ids)
    async with watched._changing:  # whoever follows with it is done
        assert watched.get(5) is None


async def test_a_process_takes_over_what_others_change_in_its_own_guilds_alone(
    store: Store, other: Store
) -> None:
    one, all_of_them = Watched(store, owns=lambda guild_id: guild_id == 2), Watched(store)
    for each in (one, all_of_them):
        await each.load(hears=True)
    await other.watches.start(Watch(5, 1, frozenset({"flag"})))
    await other.watches.start(Watch(6, 2, frozenset({"flag"})))
    await until(lambda: one.get(6) and all_of_them.get(5))  # and who followed first was told first
    assert one.get(5) is None


@pytest.mark.parametrize(
    "refuse",
    [
        lambda other: other.opt_outs.add(7),
        lambda other: other.answers.forget_user(7),
        lambda other: other.forget_user(7),
    ],
    ids=["opted out", "answers taken back", "deleted"],
)
async def test_what_somebody_wrote_is_forgotten_where_they_refuse_in_another_process(
    store: Store, other: Store, refuse: Callable[[Store], Awaitable[None]]
) -> None:
    services, heard = _services(store), Heard()
    store.follow(Topic.PEOPLE, heard.follow)
    await until(lambda: None in heard.ids)
    services.recent.keep(1, Kept(7, Sample("mine")))
    services.recent.keep(2, Kept(8, Sample("somebody else's")))
    await refuse(other)
    await until(lambda: services.recent.get(1) is None)
    assert services.recent.get(2) is not None


async def test_what_was_changed_in_an_outage_is_known_after_it(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    watched, services, heard = Watched(store), _services(store), Heard()
    await watched.load(hears=True)
    await _hears(store, heard)
    services.recent.keep(1, Kept(7, Sample("mine")))
    listener = store._listener
    assert listener is not None
    connect = listener._asyncpg.connect
    down = asyncio.Event()

    async def refused(**_: Any) -> Any:
        down.set()
        raise ConnectionRefusedError

    monkeypatch.setattr(listener._asyncpg, "connect", refused)
    monkeypatch.setattr(listening, "RETRY_S", 0.05)
    listener._connection.terminate()
    await down.wait()
    await other.watches.start(Watch(5, 1, frozenset({"flag"})))
    await other.opt_outs.add(7)
    await asyncio.sleep(0.2)  # long enough for whoever had heard of it
    assert watched.get(5) is None
    monkeypatch.setattr(listener._asyncpg, "connect", connect)
    await until(lambda: watched.get(5) is not None)
    await until(lambda: services.recent.get(1) is None)
    assert heard.ids == [None]
    assert caplog.text.count("no connection to hear of other processes") == 1  # of several attempts


async def test_a_connection_that_the_server_cuts_is_made_again(store: Store, other: Store) -> None:
    heard = Heard()
    store.follow(Topic.PEOPLE, heard.follow)
    await until(lambda: heard.ids == [None])
    await cut(other)
    await until(lambda: heard.ids == [None, None])
    await other.opt_outs.add(7)
    await until(lambda: heard.ids == [None, None, 7])


async def test_a_connection_that_says_nothing_any_more_is_made_again(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "PULSE_S", 0.05)
    heard, listener = Heard(), store._listener
    assert listener is not None
    store.follow(Topic.PEOPLE, heard.follow)
    await until(lambda: heard.ids == [None])
    first = listener._connection
    monkeypatch.setattr(listening, "PATIENCE_S", 0.1)

    class Silent:
        """A connection over a network that is gone."""

        terminate = first.terminate

        async def fetchval(self, _query: str) -> None:
            await asyncio.Event().wait()

    listener._connection = Silent()
    monkeypatch.setattr(listening, "RETRY_S", 0.05)
    await until(lambda: not isinstance(listener._connection, Silent | None))
    monkeypatch.setattr(listening, "PATIENCE_S", PATIENCE_S)
    await until(lambda: heard.ids[1:] == [None])
    assert first.is_closed()


async def test_a_change_that_cannot_be_looked_up_is_looked_up_later(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "PULSE_S", 0.05)
    watched = Watched(store)
    await watched.load(hears=True)
    await _hears(store, Heard())
    look, failed = store.watches.of_guild, asyncio.Event()

    async def fail(_guild_id: int) -> Any:
        failed.set()
        raise OperationalError("SELECT", {}, ConnectionError())

    monkeypatch.setattr(store.watches, "of_guild", fail)
    await other.watches.start(Watch(5, 1, frozenset({"flag"})))
    await failed.wait()
    monkeypatch.setattr(store.watches, "of_guild", look)
    await until(lambda: watched.get(5))


async def test_whoever_follows_no_more_is_told_nothing(store: Store, other: Store) -> None:
    gone, there = Heard(), Heard()
    store.follow(Topic.PEOPLE, gone.follow)
    store.follow(Topic.PEOPLE, there.follow)
    store.follow(Topic.PEOPLE, there.follow)  # once is enough
    await until(lambda: there.ids == [None])
    store.unfollow(Topic.PEOPLE, gone.follow)
    store.unfollow(Topic.PEOPLE, gone.follow)
    await other.opt_outs.add(7)
    await until(lambda: there.ids == [None, 7])
    assert gone.ids == [None]


async def test_channels_that_are_closed_follow_nothing(store: Store, other: Store) -> None:
    watched, open_ones, heard = Watched(store), Watched(store), Heard()
    store.follow(Topic.PEOPLE, heard.follow)
    for each in (watched, open_ones):
        await each.load(hears=True)
    await until(lambda: heard.ids == [None])  # and so, before, what began to follow looked everything up
    watched.close()
    await other.watches.start(Watch(5, 1, frozenset({"flag"})))
    await until(lambda: open_ones.get(5))
    assert watched.get(5) is None


async def test_what_was_not_committed_is_told_to_nobody(store: Store, other: Store) -> None:
    heard = Heard()
    store.follow(Topic.PEOPLE, heard.follow)
    await until(lambda: heard.ids == [None])
    async with other._sessions() as session:
        await listening.tell(session, Topic.PEOPLE, 7)
        await session.rollback()
    await other.opt_outs.add(8)
    await until(lambda: 8 in heard.ids)
    assert heard.ids == [None, 8]


async def test_what_a_newer_version_tells_is_let_pass(store: Store, other: Store) -> None:
    heard = Heard()
    store.follow(Topic.PEOPLE, heard.follow)
    await until(lambda: heard.ids == [None])
    async with other._engine.begin() as connection:
        await connection.execute(text("SELECT pg_notify('moodring', 'weather 5')"))
    await other.opt_outs.add(8)
    await until(lambda: heard.ids == [None, 8])


async def test_closing_leaves_neither_a_connection_nor_a_task(url: str, store: Store, other: Store) -> None:
    before = asyncio.all_tasks()
    heard, third = Heard(), await Store.open(url)
    third.follow(Topic.PEOPLE, heard.follow)
    await until(lambda: heard.ids == [None])
    assert asyncio.all_tasks() <= before  # nobody waits for what is to come
    assert third._listener is not None
    connection = third._listener._connection
    await third.aclose()
    assert connection.is_closed()
    await other.opt_outs.add(7)
    assert heard.ids == [None]


async def _hears(store: Store, heard: Heard) -> None:
    """Wait until a process hears of channels, and tell somebody besides of them."""
    listener = store._listener
    assert listener is not None
    await until(lambda: listener._connection and not listener._unheard)
    store.follow(Topic.WATCHES, heard.follow)


def _services(store: Store) -> Services:
    class Reads:
        async def classify(self, _sample: object) -> Any:
            raise InferenceError

        explain = fetch = classify

    return Services(classifier=Reads(), downloader=Reads(), store=store)
