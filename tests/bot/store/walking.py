"""A walk through everything that a store is asked, and what the databases plan for it."""

import inspect
import re
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import wraps
from itertools import count
from typing import Any, Final

from filling import CASES_KEPT, FIRST_ID, HOUR, NOW, PEOPLE, Contents
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection

from moodring.bot.moderation.automation import Automation
from moodring.bot.moderation.cases import Action, Case, Outcome, State
from moodring.bot.mood.counting import Span
from moodring.bot.rules import Group
from moodring.bot.store import Answer, Store, Watch
from moodring.bot.store.tables import Table

DAY: Final = timedelta(days=1)

FRESH: Final = FIRST_ID * 9
"""Ids from here on are not in use."""

OF_THE_STORE: Final = ("prune", "guild_ids", "about", "forget_user", "forget_guild")
"""What a store is asked itself."""


@dataclass
class Asked:
    """What a method did.

    Attributes:
        seconds: How long each call took.
        statements: What it asked the database itself, each with the values of its last time.
        longest_s: How long the longest of these took.
    """

    seconds: list[float] = field(default_factory=list)
    statements: dict[str, Any] = field(default_factory=dict)
    longest_s: float = 0.0


def methods(store: Store) -> Iterator[tuple[object, str, str]]:
    """Yield whatever may be awaited of a store: whose it is, its name, and its full name."""
    for method in OF_THE_STORE:
        yield store, method, f"store.{method}"
    for concern, repository in vars(store).items():
        if repository in store.repositories:
            for method, _ in inspect.getmembers(type(repository), inspect.iscoroutinefunction):
                if not method.startswith("_"):
                    yield repository, method, f"{concern}.{method}"


def observe(store: Store) -> dict[str, Asked]:
    """Look on from now on; return what each method does, by its full name, which fills with the calls."""
    asked = {name: Asked() for _, _, name in methods(store)}
    inside: list[Asked] = []
    begun = 0.0

    def before(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        nonlocal begun
        if inside:
            inside[-1].statements[statement] = parameters
        begun = time.perf_counter()

    def after(*_: Any) -> None:
        if inside:
            inside[-1].longest_s = max(inside[-1].longest_s, time.perf_counter() - begun)

    def observed(method: Callable[..., Awaitable[Any]], name: str) -> Callable[..., Awaitable[Any]]:
        @wraps(method)
        async def call(*given: Any, **named: Any) -> Any:
            inside.append(asked[name])
            start = time.perf_counter()
            try:
                return await method(*given, **named)
            finally:
                inside.pop().seconds.append(time.perf_counter() - start)

        return call

    event.listen(store.engine, "before_cursor_execute", before)
    event.listen(store.engine, "after_cursor_execute", after)
    for target, method, name in methods(store):
        setattr(target, method, observed(getattr(target, method), name))
    return asked


class Walk:
    """Asks a filled store everything, as commands do.

    Args:
        store: The store.
        contents: What is in it.
    """

    def __init__(self, store: Store, contents: Contents) -> None:
        self._store = store
        self._contents = contents
        self._fresh = count(FRESH)

    async def ask(self, rank: int) -> None:
        """Ask for everything, and change single things, in a guild and its busiest channel.

        Args:
            rank: Which guild: 0 has most of everything.
        """
        store, guild, channel = self._store, self._contents.guild_ids[rank], self._contents.busiest[rank]
        await self._settings(guild)
        await store.watches.of_guild(guild)
        await store.watches.contains(channel)
        await store.watches.start(Watch(channel, guild, frozenset({"flag"})))
        await store.watches.stop(next(self._fresh))
        await self._people(guild, channel)
        await self._cases(guild, channel)
        await store.judgements.add(guild, Group.TOXICITY, 0.95, right=1)
        await store.judgements.of_guild(guild, Group.TOXICITY)
        await store.moods.add([Span(guild, channel, NOW + next(self._fresh) % 10_000 * HOUR, 1, {"joy": 20})])
        await store.moods.add([Span(guild, channel, NOW, 1, {"joy": 20})])
        await store.moods.of_channel(channel, NOW - 60 * DAY, NOW)
        await store.moods.of_guild(guild, NOW - 14 * DAY, NOW)
        await store.moods.forget_channel(next(self._fresh))
        await store.digests.claim(guild, NOW)

    async def look_over(self) -> None:
        """Ask for what concerns all guilds, as at a start and each hour, and for all cases of the largest."""
        store = self._store
        await store.cases.find(self._contents.guild_ids[0], limit=None)
        await store.watches.all()
        await store.guilds.ids()
        await store.cases.without_card(NOW - DAY)
        await store.cases.left_open()
        await store.cases.unclear(NOW - DAY)
        await store.cases.oldest()
        await store.departures.before(NOW)
        await store.guild_ids()
        await store.command_trees.put(1, "digest")
        await store.command_trees.digest(1)
        await store.command_trees.clear()

    async def delete(self, rank: int, age: timedelta = HOUR) -> None:
        """Delete what has had its time, and all of a guild.

        Args:
            rank: Which guild.
            age: How long after all was written.
        """
        await self._store.departures.left(next(self._fresh), NOW)
        await self._store.departures.returned(FRESH)
        await self._store.prune(NOW + age)
        await self._store.forget_guild(self._contents.guild_ids[rank])

    async def _settings(self, guild: int) -> None:
        store = self._store
        async with store.changing(guild) as change:
            await change.guilds.put(guild, await change.guilds.get(guild))
        await store.guilds.put(guild, await store.guilds.get(guild))
        await store.guilds.documents(self._contents.guild_ids[:1000])
        await store.automations.put(Automation(guild, Action.DELETE, NOW))
        await store.automations.get(guild)
        await store.automations.stop(guild)

    async def _people(self, guild: int, channel: int) -> None:
        store, person = self._store, FIRST_ID + next(self._fresh) % PEOPLE
        await store.opt_outs.add(person)
        await store.opt_outs.contains(person)
        await store.opt_outs.remove(person)
        message = next(self._fresh)
        await store.answers.add(Answer(message, message + 1, channel, guild, person), NOW)
        await store.answers.to(message)
        await store.answers.of(message + 1)
        await store.answers.to_author(person)
        await store.answers.take(range(message, message + 100))
        await store.about(person)
        await store.forget_user(person)

    async def _cases(self, guild: int, channel: int) -> None:
        cases = self._store.cases
        case = await self._opened(guild, channel)
        await cases.card_before(case)
        await cases.place(replace(case, card_channel_id=channel, card_id=next(self._fresh)))
        event_id = await cases.begin(case, Action.WARN, FIRST_ID, NOW, FIRST_ID)
        assert event_id is not None
        await cases.finish(event_id, Outcome.DONE, NOW)
        await cases.get(guild, case.id)
        await cases.on_card(FIRST_ID + 2 * (case.id // 2))
        counts = await cases.counts(guild)
        await cases.find(guild)
        await cases.find(guild, offset=max(0, sum(counts.values()) - 10))
        await cases.find(guild, channel_id=channel, group=Group.ANGER)
        await cases.find(guild, state=State.UNCLEAR, group=Group.ANGER)
        await cases.find(guild, channel_id=next(self._fresh))
        await cases.of_author(guild, FIRST_ID + case.id % PEOPLE)
        await cases.would_act(guild, NOW - CASES_KEPT)

    async def _opened(self, guild: int, channel: int) -> Case:
        case = await self._store.cases.open(
            guild_id=guild,
            channel_id=channel,
            message_id=next(self._fresh),
            group=Group.TOXICITY,
            scores=dict.fromkeys(Group, 0.9),
            would_act=True,
            at=NOW,
        )
        assert case is not None
        return case


async def walked_over(connection: AsyncConnection, statement: str, parameters: Any) -> Sequence[str]:
    """Return the tables of which a statement reads every row, as the database plans it.

    All ids up to one are as good as all. A partial index may be read as a whole: it has the rows that are
    looked for, and no others.
    """
    is_sqlite = connection.dialect.name == "sqlite"
    explain = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN (FORMAT JSON)"
    plan = (await connection.exec_driver_sql(f"{explain} {statement}", parameters)).all()
    if is_sqlite:
        found = [(scan[1], scan[2]) for row in plan if (scan := _SQLITE_WHOLE.match(row.detail))]
    else:
        [[[described]]] = plan
        found = [*_scans(described["Plan"])]
    partial = {
        index.name
        for table in Table.metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["postgresql"]["where"] is not None
    }
    return [table for table, index in found if table in Table.metadata.tables and index not in partial]


_SQLITE_WHOLE: Final = re.compile(
    r"(?:SCAN|SEARCH(?= \w+ USING INTEGER PRIMARY KEY \(rowid[<>])) (\w+)"
    r"(?: USING (?:COVERING )?INDEX (\w+))?"
)

_WHOLE: Final = {"Seq Scan", "Index Scan", "Index Only Scan"}
"""What reads all of a table, where it has no condition."""


def _scans(node: dict[str, Any]) -> Iterator[tuple[str, str | None]]:
    """Yield what a plan of PostgreSQL's reads as a whole: tables, and the indexes by which it does so."""
    index = node.get("Index Name")
    limited = "Index Cond" in node and (index != "moodring_cases_pkey" or "=" in node["Index Cond"])
    if node["Node Type"] in _WHOLE and not limited:
        yield node["Relation Name"], index
    for child in node.get("Plans", ()):
        yield from _scans(child)
