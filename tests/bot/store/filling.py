"""A database of a given size, with few large guilds and many small ones, written past the repositories."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final, TypeAlias

import asyncpg
import numpy as np
from sqlalchemy.engine import make_url

from moodring.bot.moderation.cases import APPEAL, AUTHOR_KNOWN, State
from moodring.bot.store.database import ANSWERS_KEPT, MOODS_KEPT
from moodring.bot.store.sqlite import file_of
from moodring.bot.store.tables import Table

NOW: Final = datetime(2026, 6, 1, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
HOURS: Final = MOODS_KEPT // HOUR
CASES_KEPT: Final = timedelta(days=30)

FIRST_ID: Final = 10**17
APART: Final = 1 << 22
"""Ids are as large as Discord's, and as far from each other."""

ACTIVE_HOURS: Final = HOURS * 2 // 3
"""Hours in which a channel has a count, at most."""

COUNTS: Final = ('{"joy": 9, "neutral": 21, "unclear": 4}', '{"anger": 3, "amusement": 7, "neutral": 30}')
SCORES: Final = '{"toxicity": 0.91, "anger": 0.52, "distress": 0.03}'

STATES: Final = {
    State.DISMISSED: 0.35,
    State.ACTED: 0.4,
    State.OPEN: 0.15,
    State.NOT_TOXIC: 0.05,
    State.UPHELD: 0.02,
    State.REVERSED: 0.01,
    State.APPEALED: 0.015,
    State.UNCLEAR: 0.005,
}
"""How often a case stands where."""

PEOPLE: Final = 100_003
MODERATORS: Final = 5003

CHUNK: Final = 50_000
"""Rows that are written at once."""

Rows: TypeAlias = Iterable[tuple[Any, ...]]


@dataclass(frozen=True)
class Size:
    """How much there is.

    Attributes:
        moods: Hourly counts, about.
        cases: Cases; there are three events to four of them, and an answer of the last day to four.
        guilds: Guilds; the one of rank r has 1/r as much as the first (Zipf's law).
    """

    moods: int
    cases: int
    guilds: int


class Contents:
    """What is written, the same each time.

    Args:
        size: How much.

    Attributes:
        guild_ids: The guilds, those with most first.
        busiest: Of each guild a channel.
    """

    def __init__(self, size: Size) -> None:
        self.size = size
        self._random = np.random.default_rng(0)
        shares = 1 / np.arange(1, size.guilds + 1)
        hours = np.maximum(1, np.round(size.moods * shares / shares.sum())).astype(int)
        channels = -(-hours // ACTIVE_HOURS)
        guild_ids = FIRST_ID + APART * self._random.permutation(size.guilds)
        channel_ids = FIRST_ID + 7 + APART * (size.guilds + self._random.permutation(channels.sum()))
        self.guild_ids: Sequence[int] = guild_ids.tolist()
        self.busiest: Sequence[int] = channel_ids[np.cumsum(channels) - channels].tolist()
        self._hours = np.repeat(hours // channels, channels)
        self._places = list(zip(channel_ids.tolist(), np.repeat(guild_ids, channels).tolist(), strict=True))

    @property
    def tables(self) -> dict[str, Rows]:
        """The rows of each table, in the order of its columns."""
        settings = ('{"cooldown_s": 30}', '{"retention_days": 60, "faces": true}')
        some = self.guild_ids[::2]
        return {
            "guilds": ((guild, settings[number % 2]) for number, guild in enumerate(some)),
            "watches": ((channel, guild, "flag,react") for channel, guild in self._places),
            "opt_outs": ((FIRST_ID + 2 * number,) for number in range(len(self.guild_ids))),
            "automations": ((guild, "delete", NOW - CASES_KEPT, True) for guild in self.guild_ids[::10]),
            "digests": ((guild, NOW) for guild in some),
            "departures": ((guild, NOW) for guild in self.guild_ids[::1000]),
            "judgements": (
                (guild, "toxicity", step, 40, 3) for guild in self.guild_ids for step in range(14, 20)
            ),
            "answers": self._answers(),
            "moods": self._moods(),
            "cases": self._cases(),
            "case_events": self._events(),
        }

    def _moods(self) -> Rows:
        """Yield counts as they come in, by time."""
        numbers = np.arange(len(self._places))
        for hour in range(HOURS):
            start = NOW - (HOURS - hour) * HOUR
            for number in np.flatnonzero((hour * 7919 + numbers * 104_729) % HOURS < self._hours).tolist():
                channel, guild = self._places[number]
                yield channel, start, guild, 1, COUNTS[number % 2]

    def _cases(self) -> Rows:
        """Yield cases by time."""
        states = self._random.choice(list(STATES), self.size.cases, p=list(STATES.values())).tolist()
        for number, ((channel, guild), state) in enumerate(
            zip(self._drawn(self.size.cases), states, strict=True), 1
        ):
            opened = NOW - CASES_KEPT * (1 - number / self.size.cases)
            known = state in AUTHOR_KNOWN and (opened > NOW - APPEAL or state == State.APPEALED)
            card = None if number % 5000 == 0 else FIRST_ID + 2 * number
            group = "anger" if number % 5 == 0 else "toxicity"
            author = FIRST_ID + number % PEOPLE if known else None
            would_act = number % 10 == 0
            yield (
                *(number, guild, channel, FIRST_ID + number, card, channel + 1),
                *(group, SCORES, would_act, state, None, author, opened, opened),
            )

    def _events(self) -> Rows:
        for case in range(1, self.size.cases + 1):
            if case % 4:
                outcome = None if case % 50_001 == 0 else "done"
                yield case, case, "dismiss", FIRST_ID + case % MODERATORS, outcome, NOW

    def _answers(self) -> Rows:
        wanted = self.size.cases // 4
        for number, (channel, guild) in enumerate(self._drawn(wanted)):
            message = FIRST_ID + 3 * number
            at = NOW - ANSWERS_KEPT * (1 - number / wanted)
            yield message, message + number % 2, channel, guild, FIRST_ID + number % PEOPLE, at

    def _drawn(self, wanted: int) -> Iterator[tuple[int, int]]:
        """Yield channels and their guilds, each as often as it has counts."""
        drawn = self._random.choice(len(self._places), wanted, p=self._hours / self._hours.sum())
        return (self._places[number] for number in drawn.tolist())


async def fill(url: str, contents: Contents) -> dict[str, int]:
    """Write everything into a new database, and let it look at what it got.

    Args:
        url: The database, with its tables.
        contents: What to write.

    Returns:
        The rows of each table.
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _fill_sqlite(url, contents)
    return await _fill_postgresql(url, contents)


def _fill_sqlite(url: str, contents: Contents) -> dict[str, int]:
    with closing(sqlite3.connect(file_of(make_url(url)))) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -1000000")  # kB
        written = {}
        for name, rows in contents.tables.items():
            columns = Table.metadata.tables[f"moodring_{name}"].columns
            insert = f"INSERT INTO moodring_{name} VALUES ({','.join('?' * len(columns))})"
            written[name] = 0
            for some in _chunks(rows):
                connection.executemany(insert, (tuple(map(_plain, row)) for row in some))
                connection.commit()
                written[name] += len(some)
    return written


def _plain(value: Any) -> Any:
    """Return a value as SQLAlchemy keeps it in SQLite."""
    return value.strftime("%Y-%m-%d %H:%M:%S.%f") if isinstance(value, datetime) else value


async def _fill_postgresql(url: str, contents: Contents) -> dict[str, int]:
    parsed = make_url(url).set(drivername="postgresql")
    connection = await asyncpg.connect(parsed.render_as_string(hide_password=False))
    written = {}
    try:
        for name, rows in contents.tables.items():
            table = f"moodring_{name}"
            written[name] = 0
            for some in _chunks(rows):
                await connection.copy_records_to_table(table, records=some)
                written[name] += len(some)
        for name in ("cases", "case_events"):
            table = f"moodring_{name}"
            await connection.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"
            )
        await connection.execute("VACUUM ANALYZE")  # as its daemon does sooner or later
    finally:
        await connection.close()
    return written


def _chunks(rows: Rows) -> Iterator[list[tuple[Any, ...]]]:
    remaining = iter(rows)
    return iter(lambda: list(islice(remaining, CHUNK)), [])
