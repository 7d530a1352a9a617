"""The bot's life, from login to stop, over sockets of this machine."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from loopback_discord import LoopbackDiscord

from moodring.bot import app
from moodring.bot.services import Services
from moodring.bot.settings import Settings
from moodring.bot.store import Store, StoreError
from moodring.model import Prediction, Sample, Unreadable


class Unused:
    """Is never asked."""

    async def classify(self, sample: Sample) -> Prediction:
        raise AssertionError

    async def fetch(self, url: str, declared_size: int | None) -> bytes | Unreadable:
        raise AssertionError


@pytest.fixture
def services() -> list[Services]:
    """The services of the run, once they are open."""
    return []


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, services: list[Services]) -> LoopbackDiscord:
    """Discord on this machine, there as long as the bot runs."""
    remote = LoopbackDiscord()

    @asynccontextmanager
    async def open_services(settings: Settings) -> AsyncIterator[Services]:
        store = await Store.open(f"sqlite+aiosqlite:///{tmp_path}/test.sqlite3")
        services.append(Services(classifier=Unused(), downloader=Unused(), store=store))
        try:
            async with remote.serve(monkeypatch):
                yield services[-1]
        finally:
            await store.aclose()

    monkeypatch.setattr(app, "open_services", open_services)
    return remote


def _settings(**changes: Any) -> Settings:
    return Settings(**{"token": "not.a.token", "message_content": False, **changes})


def _send(number: signal.Signals) -> Callable[[], Awaitable[None]]:
    async def send() -> None:
        os.kill(os.getpid(), number)

    return send


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_bot_with_exit_code_0(
    remote: LoopbackDiscord, capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    remote.when_ready = _send(number)
    assert app.run(_settings()) == 0
    assert capsys.readouterr().err == ""


def test_what_is_in_flight_is_finished_before_the_end(
    remote: LoopbackDiscord, services: list[Services]
) -> None:
    answered: list[str] = []

    async def answer() -> None:
        with services[0].answering():
            os.kill(os.getpid(), signal.SIGTERM)
            await asyncio.sleep(0.1)  # still at it when the signal arrives
            answered.append("answered")

    async def start() -> None:
        answered.append("started")
        answering.append(asyncio.create_task(answer()))

    answering: list[asyncio.Task[None]] = []
    remote.when_ready = start
    assert app.run(_settings()) == 0
    assert answered == ["started", "answered"]


@pytest.mark.parametrize("message_content", [True, False])
def test_message_content_is_asked_for_by_the_setting_alone(
    remote: LoopbackDiscord, message_content: bool
) -> None:
    remote.when_ready = _send(signal.SIGTERM)
    app.run(_settings(message_content=message_content))
    assert {name for name, wanted in remote.intents if wanted} == {
        "guilds",
        "guild_messages",
        "dm_messages",
        *(["message_content"] if message_content else []),
    }


def test_commands_are_sent_again_only_when_they_changed(
    remote: LoopbackDiscord, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote.when_ready = _send(signal.SIGTERM)
    app.run(_settings())
    app.run(_settings())
    assert remote.synced == 1

    async def changed(_tree: object) -> str:
        return "another"

    monkeypatch.setattr("moodring.bot.sync.digest", changed)
    app.run(_settings())
    assert remote.synced == 2


def test_sync_sends_the_commands_even_if_they_did_not_change(remote: LoopbackDiscord) -> None:
    assert app.sync(_settings()) == 0
    assert app.sync(_settings()) == 0
    assert remote.synced == 2


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        ({"refused_token": True}, "refuses the token"),
        ({"close_code": 4014}, "MOODRING_MESSAGE_CONTENT=false"),
    ],
)
def test_a_refusal_by_discord_is_one_line_with_the_remedy(
    remote: LoopbackDiscord, capsys: pytest.CaptureFixture[str], prepare: dict[str, Any], said: str
) -> None:
    vars(remote).update(prepare)
    assert app.run(_settings()) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert said in line


def test_a_missing_token_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.sync(_settings(token=None)) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "MOODRING_TOKEN is missing" in line


def test_a_database_that_cannot_be_opened_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @asynccontextmanager
    async def open_services(settings: Settings) -> AsyncIterator[Services]:
        raise StoreError("the database cannot be used: no room; make some")
        yield

    monkeypatch.setattr(app, "open_services", open_services)
    assert app.run(_settings()) == 1
    assert capsys.readouterr().err == "moodring: the database cannot be used: no room; make some\n"
