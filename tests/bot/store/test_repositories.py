"""What the repositories keep, and that they let go of it."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import BigInteger, Column, select

from moodring.bot.guild_settings import GuildSettings
from moodring.bot.moderation.automation import Automation
from moodring.bot.moderation.cases import Action
from moodring.bot.mood.counting import Span
from moodring.bot.rules import Group
from moodring.bot.store import Answer, Store, Watch
from moodring.bot.store.repositories import Repository
from moodring.bot.store.tables import PEOPLE, Table

NOW = datetime(2026, 1, 2, tzinfo=UTC)
GUILD, OTHER_GUILD, CHANNEL, USER, OTHER_USER = 1 << 60, 2, 3, 4, 5


async def _fill(store: Store) -> None:
    """Keep something of every kind about a guild and a user, and about others."""
    for guild, user in ((GUILD, USER), (OTHER_GUILD, OTHER_USER)):
        await store.guilds.put(guild, GuildSettings(min_confidence=0.5, cooldown_s=60))
        await store.watches.start(Watch(CHANNEL + guild, guild, frozenset({"reply"})))
        await store.opt_outs.add(user)
        await store.answers.add(Answer(100 + user, 200 + user, CHANNEL, guild, user), NOW)
        case = await store.cases.open(
            guild_id=guild,
            channel_id=CHANNEL,
            message_id=300 + user,
            group=Group.TOXICITY,
            scores=dict.fromkeys(Group, 0.9),
            would_act=False,
            at=NOW,
        )
        assert case is not None
        assert await store.cases.begin(case, Action.WARN, user, NOW, author_id=user)
        await store.automations.put(Automation(guild, Action.DELETE, NOW))
        await store.judgements.add(guild, Group.TOXICITY, 0.9, right=1)
        await store.moods.add([Span(guild, CHANNEL + guild, NOW, 1, {"joy": 20})])
        await store.digests.claim(guild, NOW)
        await store.departures.left(guild, NOW)
    await store.command_trees.put(9, "digest")


async def _ids_kept(store: Store, kinds: set[str]) -> set[int]:
    """Every id in any table's column of these names."""
    kept: set[int] = set()
    async with store.guilds._sessions() as session:
        for table in Table.metadata.sorted_tables:
            for name in kinds & set(table.columns.keys()):
                column: Column[int] = table.columns[name]
                assert isinstance(column.type, BigInteger), f"{table.name}.{name} is too small for an id"
                kept |= set(await session.scalars(select(column).where(column.is_not(None))))
    return kept


@pytest.mark.asyncio
async def test_a_guild_is_forgotten_everywhere(store: Store) -> None:
    await _fill(store)
    await store.forget_guild(GUILD)
    assert await _ids_kept(store, {"guild_id"}) == {OTHER_GUILD}
    assert await _ids_kept(store, {"user_id"}) == {USER, OTHER_USER}


@pytest.mark.asyncio
async def test_it_is_known_about_which_guilds_something_is_kept(store: Store) -> None:
    assert await store.guild_ids() == set()
    await _fill(store)
    assert await store.guild_ids() == {GUILD, OTHER_GUILD}
    await store.answers.add(Answer(1, 11, CHANNEL, None, USER), NOW)
    await store.watches.start(Watch(CHANNEL, 77, frozenset()))
    assert await store.guild_ids() == {GUILD, OTHER_GUILD, 77}


@pytest.mark.asyncio
async def test_a_guild_is_forgotten_a_week_after_the_bot_has_left(store: Store) -> None:
    await _fill(store)
    await store.departures.returned(OTHER_GUILD)
    await store.departures.left(GUILD, NOW + timedelta(days=3))  # known already: the first time holds
    assert await store.prune(NOW + timedelta(days=7)) == []
    assert await store.guild_ids() == {GUILD, OTHER_GUILD}
    assert await store.prune(NOW + timedelta(days=7, seconds=1)) == [GUILD]
    assert await store.guild_ids() == {OTHER_GUILD}


@pytest.mark.asyncio
async def test_a_user_is_forgotten_but_for_a_refusal_and_for_deeds_as_a_moderator(store: Store) -> None:
    await _fill(store)
    await store.forget_user(USER)
    assert await _ids_kept(store, {"author_id"}) == {OTHER_USER}
    assert await _ids_kept(store, {"user_id"}) == {USER, OTHER_USER}
    assert await _ids_kept(store, {"moderator_id"}) == {USER, OTHER_USER}
    assert await _ids_kept(store, {"guild_id"}) == {GUILD, OTHER_GUILD}


@pytest.mark.asyncio
async def test_all_that_is_kept_about_a_user_is_found(store: Store) -> None:
    await _fill(store)
    found = await store.about(USER)
    assert found.keys() == {
        "moodring_opt_outs",
        "moodring_answers",
        "moodring_cases",
        "moodring_case_events",
    }
    assert all(USER in row.values() for rows in found.values() for row in rows)
    assert not any(OTHER_USER in row.values() for rows in found.values() for row in rows)
    assert await store.about(999) == {}


def test_a_column_that_names_people_is_known_to_do_so() -> None:
    others = {"guild_id", "channel_id", "message_id", "answer_id", "application_id", "case_id"}
    others |= {"card_id", "card_channel_id", "id"}
    ids = {
        column.name
        for table in Table.metadata.sorted_tables
        for column in table.columns
        if column.name == "id" or column.name.endswith("_id")
    }
    assert ids == others | set(PEOPLE)


@pytest.mark.asyncio
async def test_no_repository_and_no_table_is_left_out(store: Store) -> None:
    assert {type(repository) for repository in store.repositories} == set(Repository.__subclasses__())
    kept = [table.__tablename__ for repository in store.repositories for table in repository.tables]
    assert sorted(kept) == sorted(Table.metadata.tables)


@pytest.mark.asyncio
async def test_a_guild_without_a_choice_has_the_defaults(store: Store) -> None:
    assert await store.guilds.get(GUILD) == GuildSettings()


@pytest.mark.asyncio
async def test_the_last_choice_of_a_guild_holds(store: Store) -> None:
    await store.guilds.put(GUILD, GuildSettings(min_confidence=0.5, cooldown_s=60))
    await store.guilds.put(GUILD, GuildSettings(min_confidence=0.9, cooldown_s=0))
    assert await store.guilds.get(GUILD) == GuildSettings(min_confidence=0.9, cooldown_s=0)


@pytest.mark.asyncio
async def test_a_channel_is_watched_once_in_its_last_mode_until_it_is_stopped(store: Store) -> None:
    await store.watches.start(Watch(CHANNEL, GUILD, frozenset({"reply"})))
    await store.watches.start(Watch(CHANNEL, GUILD, frozenset({"react"})))
    await store.watches.start(Watch(CHANNEL + 1, OTHER_GUILD, frozenset({"reply"})))
    assert await store.watches.of_guild(GUILD) == [Watch(CHANNEL, GUILD, frozenset({"react"}))]
    assert len(await store.watches.all()) == 2
    assert await store.watches.stop(CHANNEL)
    assert not await store.watches.stop(CHANNEL)
    assert await store.watches.of_guild(GUILD) == []


@pytest.mark.asyncio
async def test_an_opt_out_holds_until_it_is_taken_back(store: Store) -> None:
    assert not await store.opt_outs.contains(USER)
    await store.opt_outs.add(USER)
    await store.opt_outs.add(USER)
    assert await store.opt_outs.contains(USER)
    assert not await store.opt_outs.contains(OTHER_USER)
    await store.opt_outs.remove(USER)
    assert not await store.opt_outs.contains(USER)


@pytest.mark.asyncio
async def test_a_deleted_message_hands_back_its_answers_once(store: Store) -> None:
    first, second = Answer(1, 11, CHANNEL, GUILD, USER), Answer(1, 12, CHANNEL, None, USER)
    for answer in (first, second, Answer(2, 21, CHANNEL, GUILD, USER)):
        await store.answers.add(answer, NOW)
    assert sorted(await store.answers.take([1, 77]), key=lambda answer: answer.answer_id) == [first, second]
    assert await store.answers.take([1]) == []
    assert len(await store.answers.to(2)) == 1


@pytest.mark.asyncio
async def test_a_deleted_answer_is_forgotten(store: Store) -> None:
    await store.answers.add(Answer(1, 11, CHANNEL, GUILD, USER), NOW)
    assert await store.answers.take([11]) == []
    assert await store.answers.to(1) == []


@pytest.mark.asyncio
async def test_old_answers_are_pruned(store: Store) -> None:
    await store.answers.add(Answer(1, 11, CHANNEL, GUILD, USER), NOW - timedelta(hours=24, seconds=1))
    await store.answers.add(Answer(2, 21, CHANNEL, GUILD, USER), NOW - timedelta(hours=23, minutes=59))
    await store.answers.prune(NOW - timedelta(hours=24))
    assert [answer.message_id for answer in await store.answers.to_author(USER)] == [2]


@pytest.mark.asyncio
async def test_commands_are_known_by_application_until_cleared(store: Store) -> None:
    await store.command_trees.put(1, "a")
    await store.command_trees.put(1, "b")
    assert await store.command_trees.digest(1) == "b"
    assert await store.command_trees.digest(2) is None
    await store.command_trees.clear()
    assert await store.command_trees.digest(1) is None
