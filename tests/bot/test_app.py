"""The bot's life, from login to stop, over sockets of this machine."""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from loopback_discord import LoopbackDiscord
from unused import Unused

from moodring.bot import app
from moodring.bot.health import watchdog
from moodring.bot.services import Services
from moodring.bot.settings import Settings
from moodring.bot.shards import Shards
from moodring.bot.store import Store, StoreError


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


def test_the_garbage_collector_passes_over_what_was_loaded_for_good(remote: LoopbackDiscord) -> None:
    gc.unfreeze()
    remote.when_ready = _send(signal.SIGTERM)
    assert app.run(_settings()) == 0
    assert gc.get_freeze_count() > 10_000
    gc.unfreeze()


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
        ({"close_code": 4010}, "change the number behind the slash of --shards"),
        ({"close_code": 4011}, "change the number behind the slash of --shards"),
    ],
)
def test_a_refusal_by_discord_is_one_line_with_the_remedy(
    remote: LoopbackDiscord, capsys: pytest.CaptureFixture[str], prepare: dict[str, Any], said: str
) -> None:
    vars(remote).update(prepare)
    assert app.run(_settings()) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert said in line


def test_a_part_of_the_shards_over_a_file_is_refused_in_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(_settings(), Shards(0, 1, 4)) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert "--shards 0-1/4 leaves shards to other processes, and several processes need PostgreSQL" in line


def test_all_shards_in_one_process_are_fine_with_a_file(remote: LoopbackDiscord) -> None:
    remote.when_ready = _send(signal.SIGTERM)
    assert app.run(_settings(), Shards(0, 0, 1)) == 0
    assert remote.synced == 1


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


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A service manager that listens, and looks often."""
    monkeypatch.setattr(watchdog, "LOOK_S", 0.01)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.setblocking(False)
        yield listener


def _heard(manager: socket.socket) -> list[str]:
    heard = []
    while True:
        try:
            heard.append(manager.recv(100).decode())
        except BlockingIOError:
            return heard


def test_the_service_manager_hears_of_start_life_and_stop(
    remote: LoopbackDiscord, manager: socket.socket
) -> None:
    heard: list[str] = []

    async def stop_once_ready() -> None:
        async def wait() -> None:
            while "READY=1" not in heard:
                await asyncio.sleep(0.01)
                heard.extend(_heard(manager))
            os.kill(os.getpid(), signal.SIGTERM)

        waiting.append(asyncio.create_task(wait()))

    waiting: list[asyncio.Task[None]] = []
    remote.when_ready = stop_once_ready
    assert app.run(_settings()) == 0
    heard += _heard(manager)
    assert heard[0] == "WATCHDOG=1"
    assert heard.count("READY=1") == heard.count("STOPPING=1") == 1
    assert heard.index("READY=1") < heard.index("STOPPING=1")


def test_a_gateway_that_stays_silent_ends_the_bot_with_one_line(
    remote: LoopbackDiscord,
    manager: socket.socket,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    silent: list[asyncio.Future[None]] = []

    async def be_silent() -> None:  # its heartbeats are never answered
        silent.append(asyncio.get_running_loop().create_future())
        await silent[0]

    remote.when_ready = be_silent
    monkeypatch.setattr(watchdog, "LOST_S", 0.5)
    assert app.run(_settings()) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert "Discord cannot be reached (its gateway has been silent for" in line
    assert "STOPPING=1" not in _heard(manager)


def test_the_endpoint_shows_the_running_bot(remote: LoopbackDiscord, port: int) -> None:
    page: list[str] = []

    async def look() -> None:
        async def fetch() -> None:
            async with aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
                while not page:
                    async with session.get("/ready") as ready:
                        if ready.status != 200:
                            continue
                    async with session.get("/metrics") as metrics:
                        page.append(await metrics.text())
            os.kill(os.getpid(), signal.SIGTERM)

        looking.append(asyncio.create_task(fetch()))

    looking: list[asyncio.Task[None]] = []
    remote.when_ready = look
    assert app.run(_settings(health_port=port)) == 0
    lines = page[0].splitlines()
    assert "moodring_gateway_shards_up 1.0" in lines
    assert 'moodring_gateway_sessions_total{how="new"} 1.0' in lines
    assert any(line.startswith('moodring_discord_requests_total{status="2xx"}') for line in lines)
    assert any(line.startswith('moodring_database_seconds_count{statement="SELECT"}') for line in lines)
    assert any(line.startswith("moodring_event_loop_lag_seconds_bucket") for line in lines)
    assert any(line.startswith("process_resident_memory_bytes") for line in lines)


def test_no_label_names_anybody(remote: LoopbackDiscord, services: list[Services]) -> None:
    remote.when_ready = _send(signal.SIGTERM)
    app.run(_settings())
    labels = {
        name: value
        for metric in services[0].metrics.registry.collect()
        for sample in metric.samples
        for name, value in sample.labels.items()
    }
    assert set(labels) <= {
        "kind",
        "outcome",
        "why",
        "stage",
        "result",
        "how",
        "status",
        "statement",
        "le",
        "version",
    }


def test_a_port_that_is_taken_is_one_line(
    remote: LoopbackDiscord, port: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        assert app.run(_settings(health_port=port)) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert f"port {port} of this machine" in line
    assert remote.synced == 0
