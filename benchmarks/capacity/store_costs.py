"""What rows take of an SQLite file, and how many transactions a second its disk makes durable."""

import random
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, create_engine, insert

from moodring.bot.store import Answer, Store
from moodring.bot.store.tables import AnswerRow, CaseEventRow, CaseRow, MoodRow, Table
from moodring.model.labels import EMOTIONS

ROWS: Final = 20_000
"""Rows of each table: enough that pages which are half empty do not count."""

COMMITS: Final = 300
"""Transactions one after the other, each durable before the next."""

FIRST_ID: Final = 10**18
"""Ids of Discord have this length."""

FEELINGS: Final = 8
"""Different feelings in an hour of a channel."""

START: Final = datetime(2026, 1, 1, tzinfo=UTC)


async def measure_store(rows: int = ROWS) -> dict[str, float]:
    """Return the bytes that a row of each table takes, indexes counted, and the transactions a second.

    Args:
        rows: How many of each.
    """
    chance = random.Random(1)  # noqa: S311 - a seed, no secret
    tables: Mapping[str, tuple[type[Table], Sequence[dict[str, Any]]]] = {
        "mood_bytes": (MoodRow, [_mood(number, chance) for number in range(rows)]),
        "case_bytes": (CaseRow, [_case(number, chance) for number in range(rows)]),
        "event_bytes": (CaseEventRow, [_event(number) for number in range(rows)]),
        "answer_bytes": (AnswerRow, [_answer(number, chance) for number in range(rows)]),
    }
    with tempfile.TemporaryDirectory(prefix="moodring-") as folder:
        file = Path(folder) / "store.sqlite3"
        store = await Store.open(f"sqlite+aiosqlite:///{file}")
        try:
            began = time.perf_counter()
            for number in range(COMMITS):
                ids = FIRST_ID - 1 - number
                await store.answers.add(Answer(ids, ids, ids, ids, ids), START)
            found = {"commits_s": round(COMMITS / (time.perf_counter() - began), 1)}
        finally:
            await store.aclose()
        engine = create_engine(f"sqlite:///{file}")
        for name, (table, values) in tables.items():
            with engine.begin() as connection:
                before = _size(connection)
                connection.execute(insert(table), values)
                found[name] = round((_size(connection) - before) / rows, 1)
        engine.dispose()
        return found


def _size(connection: Connection) -> int:
    """Return the bytes of all pages."""
    counts = [
        connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in ("page_count", "page_size")
    ]
    return int(counts[0]) * int(counts[1])


def _mood(number: int, chance: random.Random) -> dict[str, Any]:
    channel, hour = number % 500, number // 500
    return {
        "channel_id": FIRST_ID + channel,
        "start": START + timedelta(hours=hour),
        "guild_id": FIRST_ID + channel % 50,
        "hours": 1,
        "counts": {feeling: chance.randint(1, 99) for feeling in chance.sample(EMOTIONS, FEELINGS)},
    }


def _case(number: int, chance: random.Random) -> dict[str, Any]:
    return {
        "id": number + 1,
        "guild_id": FIRST_ID + number % 50,
        "channel_id": FIRST_ID + number % 500,
        "message_id": FIRST_ID + number * 4_000_000,
        "card_id": FIRST_ID + number * 4_000_000 + 1,
        "card_channel_id": FIRST_ID + number % 50,
        "label_group": "toxicity",
        "scores": {label: round(chance.random(), 4) for label in ("toxicity", "anger", "sexism")},
        "would_act": False,
        "state": "open",
        "pending": None,
        "author_id": FIRST_ID + chance.randrange(10**6),
        "opened_at": START + timedelta(minutes=number),
        "changed_at": START + timedelta(minutes=number),
    }


def _event(number: int) -> dict[str, Any]:
    return {
        "case_id": number + 1,
        "action": "dismiss",
        "moderator_id": FIRST_ID + number % 100,
        "outcome": "done",
        "at": START + timedelta(minutes=number),
    }


def _answer(number: int, chance: random.Random) -> dict[str, Any]:
    return {
        "message_id": FIRST_ID + number * 4_000_000,
        "answer_id": FIRST_ID + number * 4_000_000 + 1,
        "channel_id": FIRST_ID + number % 500,
        "guild_id": FIRST_ID + number % 50,
        "author_id": FIRST_ID + chance.randrange(10**6),
        "created_at": START + timedelta(seconds=number),
    }
