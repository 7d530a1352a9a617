"""Two processes that do the same at once: the second waits for the first, and goes by what it left."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeAlias

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import async_sessionmaker

from moodring.bot.guild_settings import GuildSettings
from moodring.bot.moderation.automation import Automation
from moodring.bot.moderation.cases import Action, Case
from moodring.bot.mood.counting import Span
from moodring.bot.rules import Group
from moodring.bot.store import Answer, Store, Watch
from moodring.bot.store.automations import Automations
from moodring.bot.store.cases import Cases
from moodring.bot.store.departures import Departures
from moodring.bot.store.digests import Digests
from moodring.bot.store.judgements import Judgements
from moodring.bot.store.moods import Moods
from moodring.bot.store.opt_outs import OptOuts
from moodring.bot.store.repositories import AnswerPairs, CommandTrees, Guilds, Watches
from moodring.bot.store.tables import CaseEventRow, CaseRow
from tests.postgres import Server

GUILD, CHANNEL, PERSON, NOON = 1 << 60, 3, 4, datetime(2026, 1, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)

Of: TypeAlias = Callable[[Callable[..., Any]], Any]
"""Returns a repository over some connection."""

pytestmark = [pytest.mark.asyncio, pytest.mark.parametrize("url", ["postgresql"], indirect=True)]


async def at_once(
    store: Store, other: Store, first: Callable[[Of], Awaitable[Any]], second: Callable[[Of], Awaitable[Any]]
) -> tuple[Any, Any]:
    """Let one process do something in the middle of which another one does so too; return what each gets."""
    async with store._engine.connect() as connection:
        inside = async_sessionmaker(connection, expire_on_commit=False)
        await connection.begin()
        got = await first(lambda kind: kind(inside))
        task = asyncio.create_task(second(lambda kind: kind(other._sessions)))
        done, _ = await asyncio.wait([task], timeout=0.1)
        assert not done, "it does not wait for the other one"
        await connection.commit()
    return got, await task


def _open(of: Of, guild_id: int = GUILD) -> Awaitable[Case | None]:
    return of(Cases).open(
        guild_id=guild_id,
        channel_id=CHANNEL,
        message_id=5,
        group=Group.TOXICITY,
        scores=dict.fromkeys(Group, 0.9),
        would_act=False,
        at=NOON,
    )


@pytest.mark.parametrize(
    ("first", "second", "look", "left"),
    [
        (
            lambda of: of(partial(OptOuts, listener=None)).add(PERSON),
            lambda of: of(partial(OptOuts, listener=None)).add(PERSON),
            lambda store: store.opt_outs.contains(PERSON),
            True,
        ),
        (
            lambda of: of(Guilds).put(GUILD, GuildSettings(faces=True)),
            lambda of: of(Guilds).put(GUILD, GuildSettings(ocr=False)),
            lambda store: store.guilds.get(GUILD),
            GuildSettings(ocr=False),
        ),
        (
            lambda of: of(Watches).start(Watch(CHANNEL, GUILD, frozenset({"flag"}))),
            lambda of: of(Watches).start(Watch(CHANNEL, GUILD, frozenset({"reply"}))),
            lambda store: store.watches.all(),
            [Watch(CHANNEL, GUILD, frozenset({"reply"}))],
        ),
        (
            lambda of: of(AnswerPairs).add(Answer(1, 2, CHANNEL, GUILD, PERSON), NOON),
            lambda of: of(AnswerPairs).add(Answer(1, 2, CHANNEL, None, PERSON), NOON),
            lambda store: store.answers.to(1),
            [Answer(1, 2, CHANNEL, None, PERSON)],
        ),
        (
            lambda of: of(CommandTrees).put(1, "old"),
            lambda of: of(CommandTrees).put(1, "new"),
            lambda store: store.command_trees.digest(1),
            "new",
        ),
        (
            lambda of: of(Automations).put(Automation(GUILD, Action.DELETE, NOON)),
            lambda of: of(Automations).put(Automation(GUILD, Action.TIME_OUT, LATER, active=True)),
            lambda store: store.automations.get(GUILD),
            Automation(GUILD, Action.TIME_OUT, LATER, active=True),
        ),
        (
            lambda of: of(Departures).left(GUILD, NOON),
            lambda of: of(Departures).left(GUILD, LATER),
            lambda store: store.departures.before(LATER),
            [GUILD],  # the first time holds
        ),
        (
            lambda of: of(Moods).add([Span(GUILD, CHANNEL, NOON, 1, {"joy": 20, "fear": 1})]),
            lambda of: of(Moods).add([Span(GUILD, CHANNEL, NOON, 2, {"joy": 30, "anger": 2})]),
            lambda store: store.moods.of_channel(CHANNEL, NOON, LATER),
            [Span(GUILD, CHANNEL, NOON, 2, {"joy": 50, "fear": 1, "anger": 2})],
        ),
    ],
    ids=["opt-out", "settings", "watch", "answer", "commands", "automation", "departure", "mood"],
)
async def test_the_last_word_holds_and_nothing_is_lost(
    store: Store,
    other: Store,
    first: Callable[[Of], Awaitable[Any]],
    second: Callable[[Of], Awaitable[Any]],
    look: Callable[[Store], Awaitable[Any]],
    left: object,
) -> None:
    await at_once(store, other, first, second)
    assert await look(store) == left


async def test_judgements_add_up(store: Store, other: Store) -> None:
    def judge(of: Of) -> Awaitable[None]:
        return of(Judgements).add(GUILD, Group.TOXICITY, 0.9, right=1, wrong=2)

    await at_once(store, other, judge, judge)
    await at_once(store, other, judge, judge)
    [judged] = await store.judgements.of_guild(GUILD, Group.TOXICITY)
    assert (judged.right, judged.wrong) == (4, 8)


async def test_counts_of_feelings_add_up(store: Store, other: Store) -> None:
    def count(of: Of) -> Awaitable[None]:
        return of(Moods).add([Span(GUILD, CHANNEL, NOON, 1, {"joy": 20})])

    await at_once(store, other, count, count)
    await at_once(store, other, count, count)
    [kept] = await store.moods.of_channel(CHANNEL, NOON, LATER)
    assert kept.counts == {"joy": 80}


async def test_of_two_digests_one_is_sent(store: Store, other: Store) -> None:
    def claim(of: Of) -> Awaitable[bool]:
        return of(Digests).claim(GUILD, NOON)

    def claim_later(of: Of) -> Awaitable[bool]:
        return of(Digests).claim(GUILD, LATER)

    assert await at_once(store, other, claim, claim) == (True, False)
    assert await at_once(store, other, claim_later, claim_later) == (True, False)


async def test_of_two_processes_that_see_a_message_one_opens_its_case(store: Store, other: Store) -> None:
    opened, refused = await at_once(store, other, _open, _open)
    assert opened == await store.cases.get(GUILD, opened.id)
    assert refused is None


async def test_what_was_done_while_a_moderator_waited_is_not_done_again(store: Store, other: Store) -> None:
    case = await _open(lambda kind: kind(store._sessions))
    assert case is not None

    async def done(of: Of) -> None:
        async with of(Cases)._sessions.begin() as session:
            await session.execute(select(CaseRow).where(CaseRow.id == case.id).with_for_update())
            session.add(CaseEventRow(case_id=case.id, action=Action.WARN, outcome="done", at=NOON))

    def warn(of: Of) -> Awaitable[int | None]:
        return of(Cases).begin(case, Action.WARN, 1, NOON, author_id=PERSON)

    assert await at_once(store, other, done, warn) == (None, None)


async def test_spans_in_any_order_wait_for_each_other_and_not_for_ever(store: Store, other: Store) -> None:
    spans = [Span(GUILD, channel, NOON, 1, {"joy": 20}) for channel in range(40)]
    orders = (spans, spans[::-1]) * 5
    await asyncio.gather(
        *(each.moods.add(order) for each, order in zip((store, other) * 5, orders, strict=True))
    )
    kept = await store.moods.of_guild(GUILD, NOON, LATER)
    assert {span.counts["joy"] for span in kept} == {200}
    assert len(kept) == len(spans)


async def test_connections_that_the_server_closed_fail_nobody(store: Store, server: Server) -> None:
    await asyncio.gather(*(store.opt_outs.contains(number) for number in range(5)))
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.start)
    await asyncio.gather(*(store.opt_outs.add(number) for number in range(5)))
    assert await store.opt_outs.contains(4)
