"""Kills within an upgrade, and while choices are kept: every choice is there, no upgrade stays half done."""

import asyncio
import itertools
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from damages import holds, url
from sqlalchemy import create_engine

from moodring.bot.guild_settings import GuildSettings
from moodring.bot.store import Store
from moodring.bot.store.migrations import VERSION_TABLE, upgrade
from moodring.bot.store.migrations.steps import revisions

KILLED = Path(__file__).with_name("killed.py")

ROWS: dict[str, dict[str, str]] = {
    "0001": {
        "moodring_guilds": "(7, 0.9, 60), (8, 0.7, 10)",
        "moodring_watches": "(11, 7, 'flag'), (12, 8, 'count')",
        "moodring_opt_outs": "(21), (22)",
        "moodring_answers": "(31, 32, 11, 7, 23, '2026-01-01 00:00:00')",
        "moodring_command_trees": "(41, 'digest')",
    },
    "0002": {"moodring_guilds": "(7, 0.9, 60, TRUE), (8, 0.7, 10, FALSE)"},
    "0003": {
        "moodring_guilds": """(7, '{"min_confidence": 0.9, "cooldown_s": 60}'), (8, '{}')""",
        "moodring_cases": """(51, 7, 11, 52, 53, 54, 'toxicity', '{"toxicity": 0.9}', FALSE, 'open', NULL, 24,
            '2026-01-01 00:00:00', '2026-01-01 00:00:00')""",
        "moodring_automations": "(7, 'delete', '2026-01-01 00:00:00', FALSE)",
        "moodring_judgements": "(7, 'toxicity', 19, 3, 1)",
        "moodring_case_events": "(61, 51, 'dismiss', 25, NULL, '2026-01-01 00:00:00')",
    },
    "0004": {"moodring_departures": "(9, '2026-01-01 00:00:00')"},
    "0005": {
        "moodring_moods": """(11, '2026-01-01 00:00:00', 7, 1, '{"joy": 20}')""",
        "moodring_digests": "(7, '2026-01-01 00:00:00')",
    },
    "0006": {},  # indexes alone
}
"""What a revision's tables hold, by the revision that made or changed them."""


def rows_of(revision: str) -> dict[str, str]:
    rows: dict[str, str] = {}
    for each in itertools.takewhile(lambda each: each <= revision, revisions()):
        rows |= ROWS[each]
    return rows


def old_database(path: Path, revision: str) -> None:
    """Make a database as an older version left it, with a row of everything."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode = WAL")
    if revision != "none":
        with engine.begin() as connection:
            upgrade(connection, revision)
            for table, rows in rows_of(revision).items():
                connection.exec_driver_sql(f"INSERT INTO {table} VALUES {rows}")
    engine.dispose()


def contents(path: Path) -> dict[str, list[Any]]:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        tables = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
        tables = [(name, "".join(sql.replace('"', "").split())) for name, sql in tables]  # as alembic or not
        rows = {
            name: [sql, *connection.execute(f"SELECT * FROM {name}").fetchall()]
            for name, sql in tables
            if sql.startswith("CREATETABLE")
        }
    return rows | {name: [sql] for name, sql in tables if not sql.startswith("CREATETABLE")}


def test_every_revision_has_rows_to_lose() -> None:
    assert list(ROWS) == revisions()


@pytest.mark.asyncio
async def test_an_upgrade_killed_at_any_statement_is_done_whole_by_the_next_start(
    tmp_path: Path,
) -> None:
    expected = {}
    for revision in ["none", *revisions()]:
        old_database(tmp_path / f"old-{revision}.sqlite3", revision)
        old_database(tmp_path / f"new-{revision}.sqlite3", revision)
        await (await Store.open(url(tmp_path / f"new-{revision}.sqlite3"))).aclose()
        expected[revision] = contents(tmp_path / f"new-{revision}.sqlite3")
    await asyncio.to_thread(subprocess.run, [sys.executable, str(KILLED), str(tmp_path)], check=True)
    cuts = sorted(tmp_path.glob("cut-*.sqlite3"))
    assert len(cuts) > 5 * len(revisions())
    for cut in cuts:
        await (await Store.open(url(cut))).aclose()
        assert contents(cut) == expected[cut.name.split("-")[1]], cut.name


@pytest.mark.asyncio
@pytest.mark.parametrize("revision", revisions())
async def test_what_any_older_version_kept_is_there_after_the_upgrade(tmp_path: Path, revision: str) -> None:
    path = tmp_path / "old.sqlite3"
    old_database(path, revision)
    with closing(sqlite3.connect(path)) as connection:
        before = {
            table: connection.execute(f"SELECT * FROM {table}").fetchall()
            for table in rows_of(revision)
            if table != "moodring_guilds"
        }
    store = await Store.open(url(path))
    faces = revision == "0002"
    assert await store.guilds.get(7) == GuildSettings(min_confidence=0.9, cooldown_s=60, faces=faces)
    assert await store.guilds.get(8) == GuildSettings()
    await store.aclose()
    after = contents(path)
    assert {table: after[table][1:] for table in before} == before
    assert after[VERSION_TABLE][1:] == [(revisions()[-1],)]


KEEPER = """
import asyncio, itertools, sys
sys.path.insert(0, sys.argv[2])
from damages import keep, url
from pathlib import Path
from moodring.bot.store import Store

async def main():
    store = await Store.open(url(Path(sys.argv[1])))
    for number in itertools.count(1):
        await keep(store, 10 * number)
        print(10 * number, flush=True)

asyncio.run(main())
"""


def _keep_until_killed(path: Path, after: int) -> list[int]:
    """Return what a process said that it kept."""
    command = [sys.executable, "-c", KEEPER, str(path), str(KILLED.parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as keeper:
        assert keeper.stdout is not None
        acknowledged = [int(next(keeper.stdout)) for _ in range(after)]
        keeper.kill()
        return [*acknowledged, *map(int, keeper.stdout)]


@pytest.mark.asyncio
@pytest.mark.parametrize("after", [1, 12])
async def test_what_was_acknowledged_is_there_after_a_kill(tmp_path: Path, after: int) -> None:
    path = tmp_path / "moodring.sqlite3"
    acknowledged = await asyncio.to_thread(_keep_until_killed, path, after)
    store = await Store.open(url(path))
    assert len(acknowledged) >= after
    for guild_id in acknowledged:
        assert await holds(store, guild_id)
    await store.aclose()
