"""What ``doctor`` finds."""

import base64
from pathlib import Path

import aiohttp
import discord
import pytest
from loopback_discord import LoopbackDiscord

from moodring.bot import classifier, doctor
from moodring.bot.doctor import (
    Finding,
    check_database,
    check_ocr,
    check_token,
    check_weights,
    discord_login,
    looks_like_token,
)
from moodring.bot.settings import DiscordSettings, Settings
from moodring.model.ocr import OcrUnavailableError


def _token(bot_id: bytes = b"123456789012345678") -> str:
    return f"{base64.urlsafe_b64encode(bot_id).decode().rstrip('=')}.Gabcde.{'x' * 38}"


async def _login(token: str) -> discord.ApplicationFlags:
    return discord.ApplicationFlags(gateway_message_content_limited=True)


async def _login_without_content(token: str) -> discord.ApplicationFlags:
    return discord.ApplicationFlags()


async def _refused(token: str) -> discord.ApplicationFlags:
    raise discord.LoginFailure("Improper token has been passed.")


async def _unreachable(token: str) -> discord.ApplicationFlags:
    raise aiohttp.ClientConnectionError("no route to host")


async def _never(token: str) -> discord.ApplicationFlags:
    raise AssertionError("Discord must not be asked")


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
    finding = await check_token(settings, login)
    assert finding.good is good
    assert said in finding.text
    assert settings.token is None or settings.token.get_secret_value() not in str(finding)


@pytest.mark.asyncio
async def test_discord_is_asked_what_the_application_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    remote = LoopbackDiscord()
    remote.allowed = discord.ApplicationFlags(gateway_message_content_limited=True)
    async with remote.serve(monkeypatch):
        assert (await discord_login("not.a.token")).gateway_message_content_limited
        remote.refused_token = True
        with pytest.raises(discord.LoginFailure):
            await discord_login("not.a.token")


@pytest.mark.asyncio
async def test_a_database_is_opened_to_judge_it(tmp_path: Path) -> None:
    assert (await check_database(f"sqlite+aiosqlite:///{tmp_path}/new.sqlite3")).good
    missing = await check_database(f"sqlite+aiosqlite:///{tmp_path}/missing/new.sqlite3")
    assert not missing.good
    assert "MOODRING_DATABASE_URL" in missing.text


def test_missing_weights_are_named(tmp_path: Path) -> None:
    finding = check_weights(Settings(weights=tmp_path))
    assert not finding.good
    assert str(tmp_path) in finding.text


@pytest.mark.parametrize(("good", "code"), [(True, 0), (False, 1)])
def test_the_exit_code_tells_whether_all_is_well(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], good: bool, code: int
) -> None:
    async def examine(settings: Settings, login: doctor.Login) -> list[Finding]:
        return [Finding("settings", True, "fine"), Finding("database", good, "as it is")]

    monkeypatch.setattr(doctor, "examine", examine)
    assert doctor.doctor(Settings()) == code
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "ok     settings:  fine"
    assert lines[1].startswith("ok" if good else "WRONG")
