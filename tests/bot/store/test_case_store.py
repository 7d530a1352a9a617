"""Cases in the database: claimed once, kept true over a crash, deleted for good."""

import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeAlias

import pytest

from moodring.bot.moderation.cases import PUNISHING, STEPS, Action, Case, Outcome, State
from moodring.bot.rules import Group
from moodring.bot.store import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)
GUILD, OTHER_GUILD, CHANNEL, AUTHOR, MAX, ADA = 1 << 60, 2, 3, 4, 5, 6

Open: TypeAlias = Callable[..., Awaitable[Case]]


@pytest.fixture
def open_case(store: Store) -> Open:
    numbers = iter(range(1000, 2000))

    async def opened(
        guild: int = GUILD, channel: int = CHANNEL, group: Group = Group.TOXICITY, at: datetime = NOW
    ) -> Case:
        case = await store.cases.open(
            guild_id=guild,
            channel_id=channel,
            message_id=next(numbers),
            group=group,
            scores={Group.TOXICITY: 0.9, Group.ANGER: 0.5, Group.DISTRESS: 0.1},
            would_act=False,
            at=at,
        )
        assert case is not None
        return case

    return opened


async def _do(
    store: Store, case: Case, action: Action, moderator: int | None = MAX, outcome: Outcome = Outcome.DONE
) -> Case:
    event = await store.cases.begin(case, action, moderator, NOW, author_id=AUTHOR)
    assert event is not None
    await store.cases.finish(event, outcome, NOW)
    return await _again(store, case)


async def _again(store: Store, case: Case) -> Case:
    found = await store.cases.get(case.guild_id, case.id)
    assert found is not None
    return found


@pytest.mark.asyncio
async def test_a_message_has_one_case(store: Store, open_case: Open) -> None:
    case = await open_case()
    again = await store.cases.open(
        guild_id=GUILD,
        channel_id=CHANNEL,
        message_id=case.message_id,
        group=Group.ANGER,
        scores={},
        would_act=False,
        at=NOW,
    )
    assert again is None
    assert await store.cases.find(GUILD) == [case]


@pytest.mark.asyncio
async def test_what_was_kept_of_a_case_comes_back(store: Store, open_case: Open) -> None:
    case = await _again(store, await open_case())
    assert (case.group, case.score, case.state, case.author_id) == (Group.TOXICITY, 0.9, State.OPEN, None)
    assert case.opened_at == NOW
    assert case.events == ()


@pytest.mark.asyncio
async def test_a_case_of_another_guild_is_none_of_this_ones(store: Store, open_case: Open) -> None:
    case = await open_case(guild=OTHER_GUILD)
    assert await store.cases.get(GUILD, case.id) is None
    assert await store.cases.find(GUILD) == []


@pytest.mark.asyncio
@pytest.mark.parametrize("action", [Action.DISMISS, Action.NOT_TOXIC, *PUNISHING])
async def test_of_two_moderators_at_once_one_gets_it(store: Store, open_case: Open, action: Action) -> None:
    seen = await open_case()
    first = await store.cases.begin(seen, action, MAX, NOW, author_id=AUTHOR)
    assert first is not None
    assert await store.cases.begin(seen, action, ADA, NOW, author_id=AUTHOR) is None
    await store.cases.finish(first, Outcome.DONE, NOW)
    assert await store.cases.begin(seen, action, ADA, NOW, author_id=AUTHOR) is None
    case = await _again(store, seen)
    assert case.state is STEPS[action].after
    assert [event.moderator_id for event in case.events] == [MAX]


@pytest.mark.asyncio
async def test_what_failed_may_be_tried_again_and_changes_nothing(store: Store, open_case: Open) -> None:
    case = await _do(store, await open_case(), Action.DELETE, outcome=Outcome.FAILED)
    assert (case.state, case.author_id, case.done) == (State.OPEN, None, frozenset())
    case = await _do(store, case, Action.DELETE)
    assert (case.state, case.author_id) == (State.ACTED, AUTHOR)


@pytest.mark.asyncio
async def test_several_things_may_be_done_each_once(store: Store, open_case: Open) -> None:
    case = await _do(store, await open_case(), Action.DELETE)
    case = await _do(store, case, Action.TIME_OUT, ADA)
    assert case.done == {Action.DELETE, Action.TIME_OUT}
    assert case.punished_by == {MAX, ADA}
    assert await store.cases.begin(case, Action.DISMISS, MAX, NOW) is None


@pytest.mark.asyncio
async def test_what_was_done_in_a_case_that_is_deleted_meanwhile_leaves_nothing(
    store: Store, open_case: Open
) -> None:
    case = await open_case()
    event = await store.cases.begin(case, Action.WARN, MAX, NOW, author_id=AUTHOR)
    assert event is not None
    await store.cases.forget_guild(GUILD)
    await store.cases.finish(event, Outcome.DONE, NOW)
    assert await store.cases.find(GUILD) == []
    assert await store.cases.left_open() == []


@pytest.mark.asyncio
async def test_what_a_crash_left_open_waits_for_somebody_to_look(store: Store, open_case: Open) -> None:
    case = await open_case()
    event = await store.cases.begin(case, Action.TIME_OUT, MAX, NOW, author_id=AUTHOR)
    assert await store.cases.left_open() == [(GUILD, event)]
    assert not (await _again(store, case)).may(Action.DISMISS)
    assert event is not None
    await store.cases.finish(event, Outcome.UNCLEAR, NOW)
    case = await _again(store, case)
    assert (case.state, case.pending, case.author_id) == (State.UNCLEAR, None, AUTHOR)
    assert await store.cases.left_open() == []
    assert case.may(Action.TIME_OUT)
    assert case.may(Action.DISMISS)


@pytest.mark.asyncio
@pytest.mark.parametrize(("last", "state"), [(Action.UPHOLD, State.UPHELD), (Action.REVERSE, State.REVERSED)])
async def test_an_appeal_is_decided_once_and_then_the_author_is_forgotten(
    store: Store, open_case: Open, last: Action, state: State
) -> None:
    case = await _do(store, await open_case(), Action.WARN)
    assert await store.cases.of_author(GUILD, AUTHOR) == [case]
    case = await _do(store, case, Action.APPEAL, None)
    assert (case.state, case.author_id) == (State.APPEALED, AUTHOR)
    assert await store.cases.begin(case, Action.APPEAL, None, NOW) is None
    case = await _do(store, case, last, ADA)
    assert (case.state, case.author_id) == (state, None)
    assert await store.cases.of_author(GUILD, AUTHOR) == []


@pytest.mark.asyncio
async def test_who_wants_to_be_forgotten_stays_known_to_an_open_appeal(store: Store, open_case: Open) -> None:
    acted = await _do(store, await open_case(), Action.WARN)
    appealed = await _do(store, await _do(store, await open_case(), Action.WARN), Action.APPEAL, None)
    await store.forget_user(AUTHOR)
    assert (await _again(store, acted)).author_id is None
    assert (await _again(store, appealed)).author_id == AUTHOR
    await _do(store, appealed, Action.UPHOLD, ADA)
    assert (await _again(store, appealed)).author_id is None


@pytest.mark.asyncio
async def test_an_author_is_forgotten_when_nothing_was_appealed_in_time(
    store: Store, open_case: Open
) -> None:
    acted = await _do(store, await open_case(), Action.WARN)
    appealed = await _do(store, await _do(store, await open_case(), Action.WARN), Action.APPEAL, None)
    await store.cases.release_authors(NOW)
    assert (await _again(store, acted)).author_id == AUTHOR
    await store.cases.release_authors(NOW + timedelta(seconds=1))
    assert (await _again(store, acted)).author_id is None
    assert (await _again(store, appealed)).author_id == AUTHOR


@pytest.mark.asyncio
async def test_cases_are_searched_by_channel_group_and_state_newest_first(
    store: Store, open_case: Open
) -> None:
    first = await open_case()
    elsewhere = await open_case(channel=CHANNEL + 1)
    angry = await open_case(group=Group.ANGER)
    dismissed = await _do(store, await open_case(), Action.DISMISS)
    cases = store.cases
    assert await cases.find(GUILD) == [dismissed, angry, elsewhere, first]
    assert await cases.find(GUILD, channel_id=CHANNEL + 1) == [elsewhere]
    assert await cases.find(GUILD, group=Group.ANGER) == [angry]
    assert await cases.find(GUILD, state=State.DISMISSED) == [dismissed]
    assert await cases.find(GUILD, offset=1, limit=2) == [angry, elsewhere]
    assert await cases.counts(GUILD) == {
        (Group.TOXICITY, State.OPEN): 2,
        (Group.TOXICITY, State.DISMISSED): 1,
        (Group.ANGER, State.OPEN): 1,
    }


@pytest.mark.asyncio
async def test_the_last_card_of_a_channel_before_a_case_has_its_cases(store: Store, open_case: Open) -> None:
    first, second, third, fourth = [await open_case() for _ in range(4)]
    assert await store.cases.card_before(fourth) == []
    for case, card_id in ((first, 700), (second, 701), (third, 701)):
        await store.cases.place(replace(case, card_channel_id=70, card_id=card_id))
    assert [case.id for case in await store.cases.card_before(fourth)] == [second.id, third.id]
    assert [case.id for case in await store.cases.card_before(second)] == [first.id]
    assert await store.cases.card_before(first) == []
    assert [case.card_channel_id for case in await store.cases.on_card(700)] == [70]


@pytest.mark.asyncio
async def test_old_cases_go_with_all_that_was_done_in_them(tmp_path: Path, open_case: Open) -> None:
    path = tmp_path / "cases.sqlite3"
    store = await Store.open(f"sqlite+aiosqlite:///{path}")
    for message_id, days in ((987654321987654321, 31), (123456789123456789, 29)):
        case = await store.cases.open(
            guild_id=GUILD,
            channel_id=CHANNEL,
            message_id=message_id,
            group=Group.TOXICITY,
            scores=dict.fromkeys(Group, 0.9),
            would_act=False,
            at=NOW - timedelta(days=days),
        )
        assert case is not None
        await _do(store, case, Action.WARN)
    await store.cases.prune(GUILD, NOW - timedelta(days=30))
    assert [case.message_id for case in await store.cases.find(GUILD)] == [123456789123456789]
    await store.aclose()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM moodring_case_events").fetchone() == (1,)
    connection.close()
    assert (987654321987654321).to_bytes(8) not in path.read_bytes()
    assert (123456789123456789).to_bytes(8) in path.read_bytes()
