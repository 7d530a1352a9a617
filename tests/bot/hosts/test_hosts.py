"""Somebody's bot with Moodring in it: its own features go on, and Moodring's are there as well."""

import sqlite3
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest
from guild import INSULT, PICTURE, Guild

EITHER_WAY = pytest.mark.parametrize("content", [True, False], ids=["content", "no content"])


@pytest.mark.asyncio
async def test_the_hosts_commands_and_listeners_go_on(guild: Guild, module: ModuleType) -> None:
    await guild.alice.send(guild.channel, "!ping")
    assert guild.said() == ["pong"]
    await guild.alice.send(guild.channel, "what a lovely day")
    assert module.heard == ["!ping", "what a lovely day"]
    rolled = await guild.alice.slash(guild.channel, "roll")
    assert rolled.response.content == "a four"
    assert module.failed == []


@pytest.mark.asyncio
async def test_the_hosts_faults_come_to_the_hosts_handlers(guild: Guild, module: ModuleType) -> None:
    await guild.alice.send(guild.channel, "!fail")
    await guild.alice.slash(guild.channel, "err")
    assert len(module.failed) == 2
    assert guild.said() == []


@pytest.mark.asyncio
@pytest.mark.parametrize("module", ["hybrid"], indirect=True)
async def test_a_hybrid_command_works_by_prefix_by_mention_and_as_slash(guild: Guild) -> None:
    await guild.alice.send(guild.channel, "!ping")
    await guild.alice.send(guild.channel, f"{guild.mention} ping")
    await guild.alice.slash(guild.channel, "ping")
    assert guild.said() == ["pong", "pong", "pong"]


@pytest.mark.asyncio
@EITHER_WAY
async def test_who_mentions_the_bot_or_asks_it_is_answered(guild: Guild, content: bool) -> None:
    message = await guild.alice.send(guild.channel, f"{guild.mention} I am so happy", attachments=[PICTURE])
    assert guild.said() == ["😊 Joy"]
    why = await guild.bob.click(guild.last(), label="Why?")
    assert why.response.attachments
    analyzed = await guild.alice.slash(guild.channel, "analyze", text="thank you so much")
    assert analyzed.response.embeds[0].title == "🙏 Gratitude"
    chosen = await guild.bob.context_menu(guild.channel, "Analyze", message)
    assert chosen.response.embeds[0].title == "😊 Joy"
    await guild.alice.edit(message, f"{guild.mention} I am furious")
    assert guild.said() == ["😡 Anger"]
    await guild.alice.delete(message)
    assert guild.said() == []


@pytest.mark.asyncio
async def test_channels_are_watched_and_flagged_with_the_hosts_message_content(guild: Guild) -> None:
    await guild.flag()
    await guild.bob.send(guild.channel, INSULT)
    await guild.boss.click(guild.last(guild.log), label="Delete")
    assert INSULT not in [message.content for message in guild.channel.history()]


@pytest.mark.asyncio
@pytest.mark.parametrize("content", [False])
async def test_without_it_managers_are_told_and_nothing_is_read(guild: Guild, content: bool) -> None:
    told = await guild.boss.slash(guild.channel, "watch start")
    assert "Message Content" in (told.response.content or "")
    await guild.bob.send(guild.channel, "I love this so much, thank you")
    assert guild.said() == []


@pytest.mark.asyncio
async def test_only_tables_of_moodrings_own_are_added_to_the_hosts_database(
    guild: Guild, database: Path
) -> None:
    host = guild.bot
    await host.unload_extension("moodring.bot.plugin")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("CREATE TABLE cases (id INTEGER, host TEXT)")
        connection.execute("INSERT INTO cases VALUES (1, 'mine')")
        connection.commit()
    await host.load_extension("moodring.bot.plugin")
    await guild.alice.slash(guild.channel, "analyze", text="thank you")
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'index')")
        names = {name for (name,) in found if not name.startswith("sqlite_")}
        assert connection.execute("SELECT * FROM cases").fetchall() == [(1, "mine")]
    assert len(names) > 1
    assert all("moodring_" in name for name in names - {"cases"})
