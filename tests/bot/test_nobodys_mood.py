"""No table, no command, no file, no search and no log can give the mood of one person.

Every column, option and parameter that names somebody or says how something felt stands in a table below. A
new one fails here until somebody has decided on it.
"""

import inspect
import logging
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from typing import Any, TypeAlias

import discord
import pytest
import pytest_asyncio
import simcord
from always_joy import AlwaysJoy
from discord import AppCommandOptionType, AppCommandType, app_commands
from discord.ext import commands

from moodring.bot.app import build_bot
from moodring.bot.logs import JsonFormatter
from moodring.bot.moderation import listing as cases_listing
from moodring.bot.moderation.cases import APPEAL, Action, Outcome
from moodring.bot.mood import listing as mood_listing
from moodring.bot.mood.counting import LABELS, MIN_AUTHORS, Counting, Span
from moodring.bot.mood.groups import GROUPS
from moodring.bot.rules import Group
from moodring.bot.settings import DiscordSettings
from moodring.bot.store import Store, Watch
from moodring.bot.store.tables import PEOPLE, Table

NOW = datetime(2026, 1, 1, tzinfo=UTC)
GUILD, CHANNEL, AUTHOR, MODERATOR = 1, 2, 3, 4


# --- tables ---------------------------------------------------------------------------------------------


class Holds(Enum):
    """What a column is about."""

    PERSON = auto()  # somebody's id
    MESSAGE = auto()  # the id of something that somebody wrote: Discord says who
    MOOD = auto()  # a feeling, or how harmful something looked
    NEITHER = auto()


P, MS, MD, N = Holds.PERSON, Holds.MESSAGE, Holds.MOOD, Holds.NEITHER

COLUMNS = {
    "moodring_guilds": {"guild_id": N, "settings": N},
    "moodring_watches": {"channel_id": N, "guild_id": N, "mode": N},
    "moodring_opt_outs": {"user_id": P},
    "moodring_answers": {
        "message_id": MS,
        "answer_id": N,  # Moodring's own message
        "channel_id": N,
        "guild_id": N,
        "author_id": P,
        "created_at": N,
    },
    "moodring_departures": {"guild_id": N, "left_at": N},
    "moodring_command_trees": {"application_id": N, "digest": N},
    "moodring_cases": {
        "id": N,
        "guild_id": N,
        "channel_id": N,
        "message_id": MS,
        "card_id": N,
        "card_channel_id": N,
        "label_group": MD,
        "scores": MD,
        "would_act": MD,
        "state": N,
        "pending": N,
        "author_id": P,
        "opened_at": N,
        "changed_at": N,
    },
    "moodring_case_events": {
        "id": N,
        "case_id": N,
        "action": N,
        "moderator_id": P,  # who did something, not whom it was done to
        "outcome": N,
        "at": N,
    },
    "moodring_automations": {"guild_id": N, "action": N, "since": N, "active": N},
    "moodring_judgements": {"guild_id": N, "label_group": MD, "step": MD, "right": N, "wrong": N},
    "moodring_moods": {"channel_id": N, "start": N, "guild_id": N, "hours": N, "counts": MD},
    "moodring_digests": {"guild_id": N, "week": N},
}

CASES = "moodring_cases"
"""The one table with both: moderation has to know what a case is about, and whose appeal may come. It says
how harmful *one* flagged message looked; that somebody may not be well is never a case. The author's id is
there only while what was done may be appealed, as a test below shows."""


def test_every_column_is_decided_on() -> None:
    found = {table.name: set(table.columns.keys()) for table in Table.metadata.sorted_tables}
    assert found == {table: set(columns) for table, columns in COLUMNS.items()}
    people = {name for columns in COLUMNS.values() for name, holds in columns.items() if holds is P}
    assert people == set(PEOPLE)


@pytest.mark.parametrize("table", COLUMNS)
def test_no_table_has_a_mood_beside_a_person_or_a_message_but_for_cases(table: str) -> None:
    holds = set(COLUMNS[table].values())
    assert (MD in holds and bool(holds & {P, MS})) == (table == CASES)


def test_no_table_of_moods_leads_to_one_with_people() -> None:
    keys = [
        (table.name, key.column.table.name)
        for table in Table.metadata.sorted_tables
        for key in table.foreign_keys
    ]
    assert keys == [("moodring_case_events", CASES)]


@pytest.mark.asyncio
async def test_a_case_names_its_author_only_while_something_may_be_appealed(store: Store) -> None:
    case = await store.cases.open(
        guild_id=GUILD,
        channel_id=CHANNEL,
        message_id=5,
        group=Group.TOXICITY,
        scores=dict.fromkeys(Group, 0.9),
        would_act=False,
        at=NOW,
    )
    assert case is not None
    assert case.author_id is None
    assert await store.about(AUTHOR) == {}
    event_id = await store.cases.begin(case, Action.WARN, MODERATOR, NOW, author_id=AUTHOR)
    assert event_id is not None
    await store.cases.finish(event_id, Outcome.DONE, NOW)
    assert list(await store.about(AUTHOR)) == [CASES]
    await store.prune(NOW + APPEAL + timedelta(seconds=1))
    assert await store.about(AUTHOR) == {}
    assert len(await store.cases.find(GUILD)) == 1


@pytest.mark.asyncio
async def test_what_is_kept_of_moods_is_not_about_anybody(store: Store) -> None:
    counting = Counting()
    for number in range(20):
        counting.count(GUILD, CHANNEL, AUTHOR + number % MIN_AUTHORS, "joy", NOW)
    await store.moods.add(counting.finish())
    assert await store.moods.of_channel(CHANNEL, NOW, NOW + timedelta(days=1)) == [
        Span(GUILD, CHANNEL, NOW, 1, {"joy": 20})
    ]
    assert await store.about(AUTHOR) == {}


# --- searches -------------------------------------------------------------------------------------------

BY_PERSON = {
    ("OptOuts", "add"),
    ("OptOuts", "remove"),
    ("OptOuts", "contains"),
    ("AnswerPairs", "to_author"),  # which answers to take back; no feeling is kept beside them
    ("Cases", "begin"),
    ("Cases", "of_author"),  # what a member may appeal, for that member
}
"""What may be asked or done in the store by a person, apart from forgetting them."""


def test_nothing_else_is_searched_by_person(store: Store) -> None:
    found = {
        (type(repository).__name__, name)
        for repository in store.repositories
        for name, method in inspect.getmembers(repository, inspect.iscoroutinefunction)
        if not name.startswith("_") and set(inspect.signature(method).parameters) & set(PEOPLE)
    }
    assert {each for each in found if each[1] != "forget_user"} == BY_PERSON


@pytest.mark.parametrize("columns", [cases_listing.COLUMNS, mood_listing.COLUMNS])
def test_no_file_has_a_column_for_people(columns: tuple[str, ...]) -> None:
    parts = {part for column in columns for part in str(column).split("_")}
    assert not parts & {"author", "member", "moderator", "person", "user", "who", "name"}


def test_the_file_of_moods_has_nothing_that_leads_to_a_message() -> None:
    assert mood_listing.COLUMNS == ("start", "hours", "emotion", "messages")


# --- commands and logs ----------------------------------------------------------------------------------

AnyCommand: TypeAlias = "app_commands.Command[Any, ..., Any] | app_commands.ContextMenu"


@pytest_asyncio.fixture
async def env(store: Store) -> AsyncIterator[simcord.Env]:
    settings = DiscordSettings(token=None, message_content=True)
    intents = discord.Intents.default()
    intents.message_content = True
    bot = build_bot(settings, classifier=AlwaysJoy(), downloader=AlwaysJoy(), store=store)
    env = simcord.Env(bot, shard_count=1, approved_intents=intents)
    await env.start()
    yield env
    await env.shutdown()


def every_command(env: simcord.Env) -> Iterator[AnyCommand]:
    assert isinstance(env.bot, commands.AutoShardedBot)
    for kind in AppCommandType:
        for command in env.bot.tree.walk_commands(type=kind):
            if not isinstance(command, app_commands.Group):
                yield command


@pytest.mark.asyncio
async def test_no_command_takes_a_person(env: simcord.Env) -> None:
    names = set()
    for command in every_command(env):
        names.add(command.qualified_name)
        if isinstance(command, app_commands.ContextMenu):
            assert command.type is AppCommandType.message, command.name
            continue
        for option in command.parameters:
            person = {AppCommandOptionType.user, AppCommandOptionType.mentionable}
            assert option.type not in person, f"{command.qualified_name} {option.name}"
            assert option.name not in {"author", "member", "person", "user", "who"}
    assert {"mood", "cases list", "backtest", "analyze", "Analyze"} <= names


@pytest.mark.asyncio
async def test_a_mood_is_asked_for_by_channel_and_period_only(env: simcord.Env) -> None:
    [mood] = [command for command in every_command(env) if command.qualified_name == "mood"]
    assert isinstance(mood, app_commands.Command)
    options = {option.name: option.type for option in mood.parameters}
    assert options == {"channel": AppCommandOptionType.channel, "period": AppCommandOptionType.string}


@pytest.mark.asyncio
async def test_no_line_of_the_log_has_a_feeling_or_who_wrote(
    env: simcord.Env, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    people = [guild.add_member(env.create_user(f"user{number}")) for number in range(MIN_AUTHORS)]
    await store.watches.start(Watch(channel.id, guild.id, frozenset({"flag", "reply", "react"})))
    await env.restart_bot(
        build_bot(
            DiscordSettings(token=None, message_content=True),
            classifier=AlwaysJoy(),
            downloader=AlwaysJoy(),
            store=store,
        )
    )
    caplog.set_level(logging.DEBUG, "moodring")
    for _ in range(4):
        for person in people:
            await person.send(channel, "something to be read")
    await env.advance_time(2 * 3600)
    [span] = await store.moods.of_channel(channel.id, NOW, NOW + timedelta(days=1))
    assert span.counts == {"joy": 20}
    shown = await people[0].slash(channel, "mood")
    await people[0].click(shown.response, label="CSV")
    own = [record for record in caplog.records if record.name.startswith("moodring")]
    lines = [JsonFormatter().format(record).lower() for record in own]
    assert any("answered" in line for line in lines)
    for line in lines:
        assert not any(label in line for label in (*LABELS, *GROUPS, *Group))
        assert not any(str(person.id) in line for person in people)
