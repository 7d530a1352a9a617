"""What is kept about a server goes when the bot has gone, whether it was running then or not."""

import sqlite3
from datetime import datetime, timedelta
from typing import Any

import pytest
from simulated import Server
from sqlalchemy.exc import OperationalError

from moodring.bot.guild_settings import GuildSettings

ELSEWHERE = 77


async def departed(server: Server) -> list[int]:
    """The servers that the bot is known to have left."""
    return list(await server.store.departures.before(server.env.now() + timedelta(days=365)))


async def leave(server: Server) -> None:
    guild = server.bot.get_guild(server.guild.id)
    assert guild is not None
    await guild.leave()
    await server.env.settle()


@pytest.mark.asyncio
async def test_a_server_that_the_bot_leaves_has_its_time(server: Server) -> None:
    await server.watch()
    await leave(server)
    assert await departed(server) == [server.guild.id]
    [watch] = await server.store.watches.all()
    assert watch.guild_id == server.guild.id


@pytest.mark.asyncio
async def test_a_departure_that_could_not_be_written_is_written_with_the_next_round(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def locked(_guild_id: int, _at: datetime) -> None:
        raise OperationalError("INSERT", {}, Exception("locked"))

    await server.watch()
    left_at = server.env.now()
    with monkeypatch.context() as patch:
        patch.setattr(server.store.departures, "left", locked)
        await server.hears("on_guild_remove", server.bot.get_guild(server.guild.id))
    assert "the database failed: locked" in caplog.text
    assert await departed(server) == []
    await server.env.advance_time(3600)
    assert await departed(server) == [server.guild.id]
    assert await server.store.departures.before(left_at + timedelta(minutes=1)) == [server.guild.id]


@pytest.mark.asyncio
async def test_stock_that_cannot_be_taken_is_taken_with_the_next_session(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def away() -> None:
        raise OperationalError("SELECT", {}, Exception("nobody answers"))

    await server.store.guilds.put(ELSEWHERE, GuildSettings(faces=True))
    with monkeypatch.context() as patch:
        patch.setattr(server.store.departures, "guild_ids", away)
        await server.hears("on_ready")
    assert "the database failed: nobody answers" in caplog.text
    assert await departed(server) == []
    await server.hears("on_ready")
    assert await departed(server) == [ELSEWHERE]


@pytest.mark.asyncio
async def test_where_the_bot_comes_back_in_time_nothing_is_forgotten(server: Server) -> None:
    guild = server.bot.get_guild(server.guild.id)
    assert guild is not None
    for event, known in (("on_guild_remove", [guild.id]), ("on_guild_join", [])):
        await server.hears(event, guild)
        assert await departed(server) == known


@pytest.mark.asyncio
async def test_a_server_that_was_left_while_the_bot_was_off_is_noticed_at_the_start(server: Server) -> None:
    for guild_id in (server.guild.id, ELSEWHERE):
        await server.store.guilds.put(guild_id, GuildSettings(faces=True))
    await server.store.departures.left(server.guild.id, server.env.now())  # it is back by now
    await server.restart()
    await server.env.settle()
    assert await departed(server) == [ELSEWHERE]


@pytest.mark.asyncio
async def test_a_server_that_only_this_process_does_not_see_is_not_left(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await server.store.guilds.put(server.guild.id, GuildSettings(faces=True))
    monkeypatch.setattr(server.bot, "get_guild", lambda _guild_id: None)
    await server.hears("on_ready")
    assert await departed(server) == []


@pytest.mark.asyncio
async def test_of_several_processes_each_looks_after_its_own_servers(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, others = 1 << 22, 2 << 22
    long_ago = server.env.now() - timedelta(days=8)
    for guild_id in (own, own + 1, others, others + 1):
        await server.store.guilds.put(guild_id, GuildSettings(faces=True))
    for guild_id in (own + 1, others + 1):
        await server.store.departures.left(guild_id, long_ago)
    monkeypatch.setattr(server.bot, "shard_count", 2)
    monkeypatch.setattr(server.bot, "shard_ids", [1])
    await server.hears("on_ready")
    assert set(await departed(server)) == {own, own + 1, others + 1}
    retention: Any = server.bot.get_cog("MoodringRetention")
    await retention.prune.coro(retention)
    assert {own, others, others + 1} <= await server.store.guild_ids()
    assert own + 1 not in await server.store.guild_ids()


@pytest.mark.asyncio
async def test_while_discord_fails_nobody_has_left(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    await server.store.guilds.put(ELSEWHERE, GuildSettings(faces=True))
    server.env.inject_error("GET", f"/guilds/{ELSEWHERE}", status=418, code=0)
    await server.hears("on_ready")
    assert await departed(server) == []
    assert "cannot tell whether still there" in caplog.text


@pytest.mark.asyncio
async def test_a_host_that_runs_already_is_looked_at_when_it_loads_the_features(server: Server) -> None:
    await server.store.guilds.put(ELSEWHERE, GuildSettings(faces=True))
    await server.bot.reload_extension("moodring.bot.plugin")
    assert await departed(server) == [ELSEWHERE]


@pytest.mark.asyncio
async def test_a_server_that_is_back_is_not_forgotten_although_that_could_not_be_written(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await server.moderate()
    await server.store.departures.left(server.guild.id, server.env.now() - timedelta(days=8))

    async def locked(*_: object) -> None:
        raise OperationalError("DELETE", {}, sqlite3.OperationalError("database is locked"))

    with monkeypatch.context() as patch:
        patch.setattr(server.store.departures, "returned", locked)
        with pytest.raises(OperationalError):
            await server.hears("on_guild_join", server.bot.get_guild(server.guild.id))
    retention: Any = server.bot.get_cog("MoodringRetention")
    await retention.prune.coro(retention)
    assert await server.store.guilds.ids()
