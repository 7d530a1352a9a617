"""What ``doctor`` finds."""

import asyncio
import base64
import re
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
import yarl
from loopback_discord import BOT, LoopbackDiscord

from moodring.bot import classifier, doctor
from moodring.bot.backends.litert import LiteRTBackend
from moodring.bot.brake import KEPT
from moodring.bot.doctor import (
    Finding,
    Visitor,
    check_backend,
    check_database,
    check_health,
    check_memory,
    check_ocr,
    check_permissions,
    check_shards,
    check_token,
    check_weights,
    discord_login,
    examine,
    looks_like_token,
)
from moodring.bot.guild_settings import GuildSettings
from moodring.bot.health.endpoint import open_endpoint
from moodring.bot.settings import DiscordSettings, Settings
from moodring.bot.store import Store, Watch
from moodring.bot.store.repositories import What
from moodring.model.ocr import OcrUnavailableError


def _token(bot_id: bytes = b"123456789012345678") -> str:
    return f"{base64.urlsafe_b64encode(bot_id).decode().rstrip('=')}.Gabcde.{'x' * 38}"


class _Visitor:
    """Logged in, in no server."""

    application_id = 42

    def __init__(self, allowed: discord.ApplicationFlags) -> None:
        self.application_flags = allowed

    async def gateway(self) -> tuple[int, discord.SessionStartLimits]:
        limits = discord.SessionStartLimits(total=1000, remaining=1000, reset_after=0, max_concurrency=1)
        return 1, limits

    async def whole_guild(self, guild_id: int) -> discord.Guild:
        raise AssertionError("there is no server")


@asynccontextmanager
async def _login(token: str) -> AsyncIterator[Visitor]:
    yield _Visitor(discord.ApplicationFlags(gateway_message_content_limited=True))


@asynccontextmanager
async def _login_without_content(token: str) -> AsyncIterator[Visitor]:
    yield _Visitor(discord.ApplicationFlags())


@asynccontextmanager
async def _refused(token: str) -> AsyncIterator[Visitor]:
    raise discord.LoginFailure("Improper token has been passed.")
    yield


@asynccontextmanager
async def _unreachable(token: str) -> AsyncIterator[Visitor]:
    raise aiohttp.ClientConnectionError("no route to host")
    yield


@asynccontextmanager
async def _never(token: str) -> AsyncIterator[Visitor]:
    raise AssertionError("Discord must not be asked")
    yield


def _settings(token: str | None, *, message_content: bool = False) -> DiscordSettings:
    return DiscordSettings.model_validate({"token": token, "message_content": message_content})


@pytest.mark.parametrize(
    ("token", "good"),
    [
        (_token(), True),
        (_token(b"1234567890123456789"), True),
        (_token(b"not a number at all"), False),
        ("", False),
        ("0123456789abcdef0123456789abcdef", False),  # a client secret
        (_token() + ".more", False),
        ("*" * 24 + ".Gabcde." + "x" * 38, False),
        ("a" * 25 + ".Gabcde." + "x" * 38, False),  # no length that base64 has
        ("ä" * 24 + ".Gabcde." + "x" * 38, False),
    ],
)
def test_only_what_has_the_form_of_a_bot_token_is_taken_for_one(token: str, good: bool) -> None:
    assert looks_like_token(token) is good


def test_what_reads_text_in_pictures_is_looked_for_where_it_is_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert check_ocr(Settings(_env_file=None, ocr=False)) == []
    monkeypatch.setattr(classifier, "check_installed", lambda: None)
    [found] = check_ocr(Settings(_env_file=None, ocr=True))
    assert found.good

    def missing() -> None:
        raise OcrUnavailableError("nothing reads text here")

    monkeypatch.setattr(classifier, "check_installed", missing)
    [found] = check_ocr(Settings(_env_file=None, ocr=True))
    assert not found.good
    assert found.text == "MOODRING_OCR is on, but nothing reads text here"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("settings", "login", "good", "said"),
    [
        (_settings(None), _never, True, "simulated server"),
        (_settings("nonsense"), _never, False, "does not look like a bot token"),
        (_settings(_token()), _login, True, "accepts"),
        (_settings(_token(), message_content=True), _login, True, "accepts"),
        (_settings(_token(), message_content=True), _login_without_content, False, "Message Content"),
        (_settings(_token()), _login_without_content, True, "accepts"),
        (_settings(_token()), _refused, False, "refuses the token"),
        (_settings(_token()), _unreachable, False, "cannot be reached"),
    ],
)
async def test_a_token_is_judged_with_what_to_do(
    settings: DiscordSettings, login: doctor.Login, good: bool, said: str
) -> None:
    async with AsyncExitStack() as stack:
        finding, visitor = await check_token(settings, login, stack)
    assert finding.good is good
    assert (visitor is not None) is (login in {_login, _login_without_content})
    assert said in finding.text
    assert settings.token is None or settings.token.get_secret_value() not in str(finding)


@pytest.mark.asyncio
async def test_discord_is_asked_what_the_application_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    remote = LoopbackDiscord()
    remote.allowed = discord.ApplicationFlags(gateway_message_content_limited=True)
    async with remote.serve(monkeypatch):
        async with discord_login("not.a.token") as visitor:
            assert visitor.application_flags.gateway_message_content_limited
        remote.refused_token = True
        with pytest.raises(discord.LoginFailure):
            async with discord_login("not.a.token"):
                pass


class _Large(_Visitor):
    """In many servers, with some sessions left."""

    def __init__(self, remaining: int | None) -> None:
        super().__init__(discord.ApplicationFlags())
        self._remaining = remaining

    async def gateway(self) -> tuple[int, discord.SessionStartLimits]:
        if self._remaining is None:
            raise discord.GatewayNotFound
        limits = discord.SessionStartLimits(
            total=2000, remaining=self._remaining, reset_after=5_400_000, max_concurrency=16
        )
        return 150, limits


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("remaining", "good", "said"),
    [
        (
            1990,
            True,
            "recommends 150, of which 16 may begin a session at once; 1990 of 2000 sessions are left",
        ),
        (KEPT, False, "the bot begins none for 1.5 h"),
        (None, False, "cannot be reached"),
    ],
)
async def test_how_many_shards_there_should_be_is_asked(remaining: int | None, good: bool, said: str) -> None:
    finding = await check_shards(_Large(remaining))
    assert finding.good is good
    assert said in finding.text


@pytest.mark.asyncio
async def test_discord_is_asked_for_the_shards(monkeypatch: pytest.MonkeyPatch) -> None:
    async with LoopbackDiscord().serve(monkeypatch), discord_login("not.a.token") as visitor:
        assert (await check_shards(visitor)).text.startswith("Discord recommends 1, of which 1 may begin")


GUILD = 1
LOG, GENERAL, THREAD = 5, 6, 7
NEEDED = discord.Permissions(
    view_channel=True, send_messages=True, embed_links=True, read_message_history=True, add_reactions=True
)


def _overwrite(target: int, *, deny: discord.Permissions) -> dict[str, Any]:
    return {"id": str(target), "type": 0, "allow": "0", "deny": str(deny.value)}


def _guild_answers(
    role: discord.Permissions = NEEDED, overwrites: Sequence[dict[str, Any]] = ()
) -> dict[str, object]:
    """What Discord says of a server: the bot's role, a hidden log channel and a channel with a thread."""
    hidden = _overwrite(GUILD, deny=discord.Permissions(view_channel=True))
    shown = {"id": "2", "type": 0, "allow": str(discord.Permissions(view_channel=True).value), "deny": "0"}
    return {
        "/guilds/1": {
            "id": "1",
            "name": "Chess \x1b[31mclub",
            "owner_id": "99",
            "roles": [
                {"id": "1", "name": "@everyone", "permissions": "0", "position": 0, "color": 0},
                {"id": "2", "name": "Moodring", "permissions": str(role.value), "position": 1, "color": 0},
            ],
        },
        "/guilds/1/channels": [
            {"id": "5", "type": 0, "name": "log", "position": 0, "permission_overwrites": [hidden, shown]},
            {"id": "6", "type": 0, "name": "general", "position": 1, "permission_overwrites": [*overwrites]},
        ],
        "/guilds/1/threads/active": {
            "threads": [
                {
                    "id": "7",
                    "type": 11,
                    "name": "aside",
                    "parent_id": "6",
                    "owner_id": "99",
                    "message_count": 0,
                    "member_count": 1,
                    "thread_metadata": {
                        "archived": False,
                        "auto_archive_duration": 60,
                        "archive_timestamp": "2026-01-01T00:00:00+00:00",
                    },
                }
            ],
            "members": [],
        },
        "/guilds/1/members/42": {
            "user": BOT,
            "roles": ["2"],
            "joined_at": "2026-01-01T00:00:00+00:00",
            "flags": 0,
        },
    }


async def _permissions(
    monkeypatch: pytest.MonkeyPatch,
    answers: dict[str, object],
    watches: Sequence[Watch],
    log_channel_id: int | None = LOG,
    *,
    message_content: bool = True,
) -> list[Finding]:
    remote = LoopbackDiscord()
    remote.guilds = answers
    async with AsyncExitStack() as stack:
        store = await Store.open("sqlite+aiosqlite://")
        stack.push_async_callback(store.aclose)
        for watch in watches:
            await store.watches.start(watch)
        await store.guilds.put(GUILD, GuildSettings(log_channel_id=log_channel_id))
        await stack.enter_async_context(remote.serve(monkeypatch))
        visitor = await stack.enter_async_context(discord_login("not.a.token"))
        settings = _settings(None, message_content=message_content)
        return await check_permissions(store, visitor, settings)


def _watch(channel_id: int, *does: What) -> Watch:
    return Watch(channel_id, GUILD, frozenset(does))


@pytest.mark.asyncio
async def test_a_server_with_all_that_is_needed_is_ok_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    watches = [_watch(GENERAL, "flag", "react"), _watch(THREAD, "flag")]
    found = await _permissions(monkeypatch, _guild_answers(), watches)
    assert found == [Finding("permissions", True, "Chess [31mclub (1): ok")]


@pytest.mark.asyncio
async def test_what_the_role_lacks_is_granted_with_a_link(monkeypatch: pytest.MonkeyPatch) -> None:
    role = discord.Permissions(NEEDED.value & ~discord.Permissions.embed_links.flag)
    [found] = await _permissions(monkeypatch, _guild_answers(role), [_watch(GENERAL, "reply")])
    assert not found.good
    assert "the bot's role lacks Embed Links, which it needs in #log" in found.text
    assert "the bot's role lacks Embed Links, which it needs in #general" in found.text
    [address] = re.findall(r"https://\S+", found.text)
    assert yarl.URL(address).query == {
        "client_id": "42",
        "scope": "bot applications.commands",
        "permissions": str(NEEDED.value),
        "guild_id": "1",
        "disable_guild_select": "true",
    }


@pytest.mark.asyncio
async def test_what_a_channel_takes_away_is_mended_there(monkeypatch: pytest.MonkeyPatch) -> None:
    overwrite = _overwrite(2, deny=discord.Permissions(add_reactions=True))
    answers = _guild_answers(overwrites=[overwrite])
    [found] = await _permissions(monkeypatch, answers, [_watch(GENERAL, "react")])
    assert found.text.endswith(
        "in #general the bot lacks Add Reactions: allow it to the bot's role in the channel's settings"
    )
    assert "https://" not in found.text
    assert "<#" not in found.text


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("log_channel_id", "message_content", "said"),
    [(None, True, "Choose a log channel"), (8, True, "log channel is gone"), (LOG, False, "Message Content")],
)
async def test_what_else_stands_in_the_way_is_told_in_plain_words(
    monkeypatch: pytest.MonkeyPatch, log_channel_id: int | None, message_content: bool, said: str
) -> None:
    watches = [_watch(GENERAL, "flag")]
    [found] = await _permissions(
        monkeypatch, _guild_answers(), watches, log_channel_id, message_content=message_content
    )
    assert not found.good
    assert said in found.text
    assert "*" not in found.text
    assert "\n" not in found.text


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("path", "status", "good", "said"),
    [
        ("/guilds/1", 404, True, "server 1: the bot is no longer in it"),
        ("/guilds/1", 403, True, "server 1: the bot is no longer in it"),
        ("/guilds/1/channels", 400, False, "server 1: Discord cannot be reached"),
    ],
)
async def test_a_server_that_cannot_be_seen_is_one_line(
    monkeypatch: pytest.MonkeyPatch, path: str, status: int, good: bool, said: str
) -> None:
    answers = _guild_answers() | {path: status}
    [found] = await _permissions(monkeypatch, answers, [])
    assert found.good is good
    assert said in found.text
    assert "\n" not in found.text


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("token", "database", "names"),
    [
        (_token(), "new.sqlite3", ["settings", "weights", "database", "token", "shards", "permissions"]),
        (None, "new.sqlite3", ["settings", "weights", "database", "token"]),
        (_token(), "missing/new.sqlite3", ["settings", "weights", "database", "token", "shards"]),
    ],
)
async def test_permissions_are_looked_at_only_with_a_token_and_a_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, token: str | None, database: str, names: list[str]
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path}/{database}"
    if "missing" not in database:
        store = await Store.open(url)
        await store.watches.start(_watch(GENERAL, "flag"))
        await store.aclose()
    remote = LoopbackDiscord()
    remote.guilds = _guild_answers()
    settings = Settings.model_validate(
        {"token": token, "database_url": url, "weights": tmp_path, "message_content": False}
    )
    async with remote.serve(monkeypatch):
        findings = await examine(settings, discord_login)
    assert [finding.name for finding in findings] == names


@pytest.mark.asyncio
async def test_a_database_is_opened_to_judge_it(tmp_path: Path) -> None:
    async with AsyncExitStack() as stack:
        opened, store = await check_database(f"sqlite+aiosqlite:///{tmp_path}/new.sqlite3", stack)
        assert opened.good
        assert store is not None
        assert await store.guilds.ids() == []
        missing, store = await check_database(f"sqlite+aiosqlite:///{tmp_path}/missing/new.sqlite3", stack)
    assert not missing.good
    assert store is None
    assert "MOODRING_DATABASE_URL" in missing.text


def test_missing_weights_are_named(tmp_path: Path) -> None:
    finding = check_weights(Settings(weights=tmp_path))
    assert not finding.good
    assert str(tmp_path) in finding.text


@pytest.mark.asyncio
async def test_a_network_elsewhere_is_asked(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    assert await check_backend(Settings(_env_file=None)) == []

    [found] = await check_backend(Settings(_env_file=None, backend="tfserving"))
    assert not found.good
    assert "MOODRING_BACKEND_URL" in found.text
    there = Settings(_env_file=None, backend="ray", backend_url=f"127.0.0.1:{port}")
    [found] = await check_backend(there)
    assert not found.good
    assert "no Ray cluster" in found.text

    monkeypatch.setattr(doctor, "open_backend", lambda _, predictor: LiteRTBackend(predictor))
    [found] = await check_backend(there)
    assert found.good
    assert found.text.startswith("ray answered in ")


@pytest.mark.parametrize(("good", "code"), [(True, 0), (False, 1)])
def test_the_exit_code_tells_whether_all_is_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], good: bool, code: int
) -> None:
    async def examine(settings: Settings, login: doctor.Login) -> list[Finding]:
        return [Finding("settings", True, "fine"), Finding("database", good, "as it is")]

    monkeypatch.setattr(doctor, "examine", examine)
    assert doctor.doctor(Settings()) == code
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "ok     settings:    fine"
    assert lines[1].startswith("ok" if good else "WRONG")


def test_a_folder_that_is_not_in_memory_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert check_memory(Settings(token=None, memory_dir=None)) == []
    [missing] = check_memory(Settings(token=None, memory_dir=tmp_path / "gone"))
    assert not missing.good
    assert "MOODRING_MEMORY_DIR" in missing.text
    monkeypatch.setattr("moodring.bot.mood.afterlife.is_in_memory", lambda folder: True)
    [found] = check_memory(Settings(token=None, memory_dir=tmp_path))
    assert found.good


@pytest.mark.asyncio
async def test_the_port_for_health_is_free_or_a_bot_s_or_somebody_else_s() -> None:
    assert await check_health(Settings(token=None)) == []
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings = Settings(token=None, health_port=taken.getsockname()[1])
        taken.listen()
        taken.settimeout(0)
        accepting = asyncio.create_task(hang_up(taken))
        [found] = await check_health(settings)
        accepting.cancel()
        assert (found.good, "another program has it" in found.text) == (False, True)
    [found] = await check_health(settings)
    assert (found.good, found.text) == (True, f"port {settings.health_port} is free")
    async with open_endpoint(settings.health_port):
        [found] = await check_health(settings)
        assert (found.good, "a bot that runs" in found.text) == (True, True)


async def hang_up(listening: socket.socket) -> None:
    """Close every connection unheard."""
    while True:
        connection, _ = await asyncio.get_running_loop().sock_accept(listening)
        connection.close()
