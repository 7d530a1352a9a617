"""Who opted out is remembered, and never past a change."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession

from moodring.bot.store import Store, listening, opt_outs
from moodring.bot.store.opt_outs import OptOuts
from tests.bot.store.test_listener import until

pytestmark = pytest.mark.asyncio


@pytest.fixture
def asked(store: Store) -> list[Any]:
    """What the database is asked from now on about who opted out."""
    asked: list[Any] = []

    def before(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith("SELECT moodring_opt_outs"):
            asked.append(values[0])

    event.listen(store.engine, "before_cursor_execute", before)
    return asked


async def hears(store: Store) -> None:
    """Wait until a store hears of other processes, where there may be any."""
    await store.opt_outs.contains(0)
    if store._listener is not None:
        await until(lambda: store._listener is not None and store._listener.hears_by is not None)
        await until(lambda: store._listener is not None and not store._listener._unheard)


async def test_the_database_is_asked_once_of_each_person(store: Store, asked: list[Any]) -> None:
    await store.opt_outs.add(7)
    await hears(store)
    asked.clear()
    for _ in range(3):
        assert [await store.opt_outs.contains(person) for person in (7, 8)] == [True, False]
    assert asked == [7, 8]


async def test_what_a_person_decides_holds_at_once(store: Store) -> None:
    await hears(store)
    for _ in range(2):
        assert not await store.opt_outs.contains(7)
        await store.opt_outs.add(7)
        assert await store.opt_outs.contains(7)
        await store.opt_outs.remove(7)


async def test_who_was_asked_for_longest_ago_is_asked_for_again(
    store: Store, asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opt_outs, "REMEMBERED", 2)
    await hears(store)
    asked.clear()
    for person in (1, 2, 1, 3, 1, 2):
        await store.opt_outs.contains(person)
    assert asked == [1, 2, 3, 2]


class Sessions:
    """A store's own, but something happens after the database has answered and before who asked knows."""

    def __init__(self, store: Store, then: Callable[[], Awaitable[object]]) -> None:
        self._sessions = store._sessions
        self._then = then

    @asynccontextmanager
    async def __call__(self) -> AsyncIterator[AsyncSession]:
        async with self._sessions() as session:
            yield session
        await self._then()

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        async with self._sessions.begin() as session:
            yield session
        await self._then()


def over(store: Store, then: Callable[[], Awaitable[object]]) -> OptOuts:
    """Return opt-outs over such sessions, in a process that is alone with the database."""
    sessions: Any = Sessions(store, then)
    return OptOuts(sessions, None)


async def test_what_changes_while_the_database_answers_is_not_overlooked(store: Store) -> None:
    answered, goes_on = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        if not answered.is_set():
            answered.set()
            await goes_on.wait()

    people = over(store, wait)
    before = asyncio.create_task(people.contains(7))
    await answered.wait()
    await people.add(7)
    goes_on.set()
    assert not await before  # it was asked before
    assert await people.contains(7)


async def test_a_change_whose_answer_is_lost_is_looked_up(store: Store) -> None:
    cut = False

    async def cut_off() -> None:
        if cut:
            raise ConnectionResetError

    people = over(store, cut_off)
    for change, after in ((people.add, True), (people.remove, False)):
        assert await people.contains(7) is not after
        cut = True
        with pytest.raises(ConnectionResetError):
            await change(7)
        cut = False
        assert await people.contains(7) is after


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_what_another_process_changes_is_heard_of(store: Store, other: Store, asked: list[Any]) -> None:
    await hears(store)
    for change, after in ((other.opt_outs.add, True), (other.opt_outs.remove, False)):
        changes = store.opt_outs._changes
        assert await store.opt_outs.contains(7) is not after
        await change(7)
        await until(lambda changes=changes: store.opt_outs._changes > changes)  # type: ignore[misc]
        assert await store.opt_outs.contains(7) is after
    asked.clear()
    assert not await store.opt_outs.contains(7)
    assert asked == []


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
async def test_nothing_is_remembered_while_other_processes_are_not_heard(
    store: Store, other: Store, asked: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    await hears(store)
    assert not await store.opt_outs.contains(7)
    listener = store._listener
    assert listener is not None
    connect = listener._asyncpg.connect

    async def refused(**_: Any) -> Any:
        raise ConnectionRefusedError

    monkeypatch.setattr(listener._asyncpg, "connect", refused)
    monkeypatch.setattr(listening, "RETRY_S", 0.05)
    listener._connection.terminate()
    await until(lambda: listener.hears_by is None)
    await other.opt_outs.add(7)
    assert await store.opt_outs.contains(7)
    await other.opt_outs.remove(7)
    assert not await store.opt_outs.contains(7)
    monkeypatch.setattr(listener._asyncpg, "connect", connect)
    await until(lambda: listener.hears_by is not None)
    await hears(store)
    asked.clear()
    for _ in range(2):
        assert not await store.opt_outs.contains(7)
    assert asked == [7]
