"""Counts of feelings while the database or the folder in memory fails: none is lost, none counts twice."""

import sqlite3
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import discord
import pytest
from sqlalchemy.exc import OperationalError

from moodring.bot.cogs.mood import Mood
from moodring.bot.mood.afterlife import FILE, Afterlife
from moodring.bot.mood.counting import Counting
from moodring.bot.store import Store

MESSAGES = 24
GUILD, CHANNEL = 1, 2


@pytest.fixture(autouse=True)
def in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("moodring.bot.mood.afterlife.is_in_memory", lambda folder: True)


@pytest.fixture
def now() -> datetime:
    return discord.utils.utcnow()


@pytest.fixture
def bot() -> Any:
    return discord.Client(intents=discord.Intents.none())


async def counted(bot: Any, store: Store, folder: Path, now: datetime) -> Mood:
    """A run that has counted an hour of six people."""
    counting = Counting()
    mood = Mood(bot, store, counting, Afterlife(folder))
    for number in range(MESSAGES):
        counting.count(GUILD, CHANNEL, 100 + number % 6, "joy", now - timedelta(hours=1))
    await mood._put_aside()
    return mood


async def kept_by_the_next_run(killed: Mood, bot: Any, store: Store, folder: Path, now: datetime) -> int:
    assert killed._afterlife is not None
    killed._afterlife.close()  # as the kernel does
    afterlife = Afterlife(folder)
    mood = Mood(bot, store, Counting(), afterlife)
    mood._restore(afterlife.load())
    await mood._close(now)
    spans = await store.moods.of_channel(CHANNEL, now - timedelta(days=2), now + timedelta(days=1))
    return sum(sum(span.counts.values()) for span in spans)


@pytest.mark.asyncio
async def test_what_is_kept_does_not_count_again_after_a_crash_on_a_full_memory(
    bot: Any, store: Store, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    mood = await counted(bot, store, tmp_path, now)

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("moodring.bot.mood.afterlife.json.dump", full)
        await mood._close(now)
    assert await kept_by_the_next_run(mood, bot, store, tmp_path, now) == MESSAGES


@pytest.mark.asyncio
async def test_what_a_locked_database_does_not_take_at_the_end_the_next_run_writes(
    bot: Any, store: Store, tmp_path: Path, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    mood = await counted(bot, store, tmp_path, now)

    async def locked(*_: Any) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr(store.moods, "add", locked)
        await mood.cog_unload()
    assert await kept_by_the_next_run(mood, bot, store, tmp_path, now) == MESSAGES


def test_a_link_that_somebody_put_there_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / FILE).with_suffix(".new").symlink_to(victim)
    afterlife = Afterlife(tmp_path)
    afterlife.save({"hours": []})
    assert victim.read_text() == "precious"
    assert afterlife.load() == {"hours": []}
    victim.replace(tmp_path / "elsewhere")
    (tmp_path / FILE).unlink()
    (tmp_path / FILE).symlink_to(tmp_path / "elsewhere")
    assert afterlife.load() is None
