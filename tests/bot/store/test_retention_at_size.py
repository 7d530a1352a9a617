"""What has had its time goes by batches: others get their turn, a kill loses one, several may do it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import event, func, select

from moodring.bot.guild_settings import GuildSettings
from moodring.bot.moderation.cases import APPEAL, Action, Case, Outcome
from moodring.bot.mood.counting import HOUR, Span
from moodring.bot.rules import Group
from moodring.bot.store import Answer, Store, many
from moodring.bot.store.database import MOODS_KEPT
from moodring.bot.store.tables import AnswerRow, CaseEventRow, CaseRow, MoodRow, Table

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
GUILD, OTHER_GUILD, CHANNEL, AUTHOR = 1 << 60, 2, 3, 4
BATCH, ROWS = 3, 10

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("url", ["file", "postgresql"], indirect=True)]


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "BATCH", BATCH)
    monkeypatch.setattr(many, "PAUSE_S", 0)


async def _rows(store: Store, table: type[Table]) -> int:
    async with store._sessions() as session:
        return await session.scalar(select(func.count()).select_from(table)) or 0


async def _open(store: Store, message: int, at: datetime = NOW, guild: int = GUILD) -> Case | None:
    return await store.cases.open(
        guild_id=guild,
        channel_id=CHANNEL,
        message_id=message,
        group=Group.TOXICITY,
        scores=dict.fromkeys(Group, 0.9),
        would_act=False,
        at=at,
    )


async def _acted(store: Store, message: int, at: datetime = NOW) -> Case:
    case = await _open(store, message, at)
    assert case is not None
    done = await store.cases.begin(case, Action.WARN, 5, at, AUTHOR)
    assert done is not None
    await store.cases.finish(done, Outcome.DONE, at)
    return case


async def _count_moods(store: Store, *, guild: int = GUILD, first: int = 0) -> None:
    await store.moods.add(
        Span(guild, CHANNEL + guild, NOW + number * HOUR, 1, {"joy": 20}) for number in range(first, ROWS)
    )


async def _fill(store: Store) -> None:
    for number in range(ROWS):
        await store.answers.add(Answer(number, number, CHANNEL, GUILD, AUTHOR), NOW + number * HOUR)
        await _acted(store, number, NOW + number * HOUR)
    await _count_moods(store)


Delete = Callable[[Store], Awaitable[None]]

DELETIONS: dict[str, tuple[type[Table], Delete]] = {
    "answers": (AnswerRow, lambda store: store.answers.prune(NOW + DAY)),
    "answers of a guild": (AnswerRow, lambda store: store.answers.forget_guild(GUILD)),
    "moods": (MoodRow, lambda store: store.moods.prune(NOW + DAY)),
    "moods of a channel": (MoodRow, lambda store: store.moods.forget_channel(CHANNEL + GUILD)),
    "moods of a guild": (MoodRow, lambda store: store.moods.forget_guild(GUILD)),
    "cases": (CaseRow, lambda store: store.cases.prune(GUILD, NOW + DAY)),
    "cases of a guild": (CaseRow, lambda store: store.cases.forget_guild(GUILD)),
}


@pytest.mark.parametrize("what", DELETIONS)
async def test_a_kill_in_the_middle_loses_what_was_deleted_last_at_most(
    store: Store, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    table, delete = DELETIONS[what]
    await _fill(store)
    left = []

    async def look(_seconds: float) -> None:
        left.append(await _rows(store, table))
        if len(left) == 2:
            raise asyncio.CancelledError

    monkeypatch.setattr(many, "asyncio", SimpleNamespace(sleep=look))
    with pytest.raises(asyncio.CancelledError):
        await delete(store)
    assert left == [ROWS - BATCH, ROWS - 2 * BATCH]
    assert await _rows(store, table) == ROWS - 2 * BATCH
    await delete(store)
    assert await _rows(store, table) == 0
    assert await _rows(store, CaseEventRow) == await _rows(store, CaseRow)


async def test_what_has_not_had_its_time_or_is_another_guilds_stays(store: Store) -> None:
    await _fill(store)
    await _open(store, 1 << 50, guild=OTHER_GUILD)
    await _count_moods(store, guild=OTHER_GUILD)
    half = NOW + ROWS // 2 * HOUR
    await store.answers.prune(half)
    await store.moods.prune(half)
    await store.cases.prune(GUILD, half)
    assert [await _rows(store, table) for table in (AnswerRow, MoodRow, CaseRow)] == [5, 10, 6]
    await store.forget_guild(GUILD)
    assert await store.guild_ids() == {OTHER_GUILD}
    assert [await _rows(store, table) for table in (AnswerRow, MoodRow, CaseRow)] == [0, 5, 1]


async def test_others_write_between_two_batches(
    store: Store, other: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await _fill(store)
    written = 0

    async def write(_seconds: float) -> None:
        nonlocal written
        await asyncio.wait_for(other.opt_outs.add(written), 2)
        await asyncio.wait_for(_count_moods(other, first=ROWS - 1), 2)  # also of the rows that are next
        written += 1

    monkeypatch.setattr(many, "asyncio", SimpleNamespace(sleep=write))
    await store.moods.prune(NOW + DAY)
    assert written >= ROWS // BATCH


async def test_several_processes_may_delete_the_same_at_once(store: Store, other: Store) -> None:
    await _fill(store)
    later = NOW + MOODS_KEPT + DAY
    await asyncio.gather(store.prune(later), other.prune(later))
    await store.prune(later)  # rows that one process held the other passed over
    assert [await _rows(store, table) for table in (AnswerRow, MoodRow, CaseRow, CaseEventRow)] == [0] * 4


async def test_all_authors_are_forgotten_but_those_who_appealed(store: Store) -> None:
    cases = [await _acted(store, message) for message in range(ROWS)]
    appeal = await store.cases.begin(cases[4], Action.APPEAL, None, NOW)
    assert appeal is not None
    await store.cases.finish(appeal, Outcome.DONE, NOW)
    await store.prune(NOW + APPEAL + HOUR)
    assert [case.id for case in await store.cases.of_author(GUILD, AUTHOR)] == [cases[4].id]


async def test_each_guild_keeps_cases_for_as_long_as_it_chose(store: Store) -> None:
    days = {10: 8, 11: 30, 12: 60, 13: None}
    for guild, chosen in days.items():
        await _open(store, guild, guild=guild)
        if chosen is not None:
            await store.guilds.put(guild, GuildSettings(retention_days=chosen))
    kept = []
    for age in (7, 9, 29, 31, 61):
        await store.prune(NOW + age * DAY)
        kept.append(await store.cases.guild_ids())
    assert kept == [{10, 11, 12, 13}, {11, 12, 13}, {11, 12, 13}, {12}, set()]


async def test_guilds_with_nothing_to_delete_cost_no_statement_each(store: Store) -> None:
    statements = 0

    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1

    event.listen(store.engine, "before_cursor_execute", count)
    asked = []
    for guild in range(1, 2 * BATCH + 1):
        await _open(store, guild, guild=guild)
        statements = 0
        await store.prune(NOW + DAY)
        asked.append(statements)
    assert len({*asked[:BATCH]}) == 1
    assert {*asked[BATCH:]} == {asked[0] + 1}  # settings of a batch of guilds are one


async def test_the_guilds_of_many_rows_are_found(store: Store) -> None:
    assert await store.guild_ids() == set()
    await store.answers.add(Answer(1, 2, CHANNEL, None, AUTHOR), NOW)  # in a direct message
    assert await store.guild_ids() == set()
    for guild in (1, 7, 1 << 62):
        await _count_moods(store, guild=guild)
    await store.answers.add(Answer(3, 4, CHANNEL, 5, AUTHOR), NOW)
    assert await store.moods.guild_ids() == {1, 7, 1 << 62}
    assert await store.guild_ids() == {1, 5, 7, 1 << 62}


async def test_all_cases_of_a_guild_come_with_what_was_done_newest_first(store: Store) -> None:
    cases = [await _acted(store, message) for message in range(ROWS)]
    found = await store.cases.find(GUILD, limit=None)
    assert [case.id for case in found] == [case.id for case in cases][::-1]
    assert all(case.done == {Action.WARN} for case in found)


async def test_a_message_that_two_processes_are_told_of_gets_one_case(store: Store, other: Store) -> None:
    for message in range(ROWS):
        opened = await asyncio.gather(*(_open(each, message) for each in (store, other, store, other)))
        assert len([case for case in opened if case is not None]) == 1
    assert await _rows(store, CaseRow) == ROWS
