"""systemd hears what it is told, over real sockets."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from moodring.bot.health.notify import READY, notify


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.settimeout(5)
        yield listener


def test_a_state_is_one_datagram(
    listener: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listener.bind(str(tmp_path / "notify"))
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    notify(READY)
    assert listener.recv(100) == b"READY=1"


def test_an_abstract_socket_begins_with_an_at_sign(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"moodring-test-{os.getpid()}"
    listener.bind(f"\0{name}")
    monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
    notify(READY)
    assert listener.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", [None, "", "vsock:2:1234"])
def test_nothing_happens_where_nobody_listens(
    address: str | None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    if address is None:
        monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    else:
        monkeypatch.setenv("NOTIFY_SOCKET", address)
    notify(READY)
    assert caplog.records == []


def test_a_socket_that_is_gone_is_logged_and_harms_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    notify(READY)
    assert [record.message for record in caplog.records] == ["cannot notify systemd"]


def test_a_full_one_does_not_hold_the_bot_up(
    listener: socket.socket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    listener.bind(str(tmp_path / "notify"))
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    for _ in range(10_000):
        notify(READY)
        if caplog.records:
            break
    assert caplog.records
