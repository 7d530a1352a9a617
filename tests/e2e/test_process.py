"""`python -m bot` as a process, without a token: what it prints and how it ends."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

START_S = 60
"""Longest wait for the page: a cold disk loads the model slowly."""

END_S = 30
"""Longest wait for the end; ``benchmarks/start.py`` measures it."""


@contextlib.contextmanager
def running(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Start the simulated server in a process group of its own, as a terminal does."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MOODRING_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "moodring.bot"],
        cwd=folder,
        env={**environment, "MOODRING_PAGE_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    too_slow = threading.Timer(START_S, process.kill)
    too_slow.start()
    try:
        yield process
    finally:
        too_slow.cancel()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def first_lines(process: subprocess.Popen[str]) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline() for _ in range(2)]


def test_without_a_token_the_page_and_the_way_to_a_real_server_are_named(tmp_path: Path) -> None:
    with running(tmp_path) as process:
        page, real = first_lines(process)
        found = re.search(r"http://127\.0\.0\.1:\d+/", page)
        assert found
        assert "MOODRING_TOKEN" in real
        with urllib.request.urlopen(found[0], timeout=10) as response:
            assert b"<title>" in response.read()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_without_a_trace(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as process:
        first_lines(process)
        os.killpg(process.pid, number)
        output, errors = process.communicate(timeout=END_S)
        assert process.returncode == 0
        assert output == ""
        assert "Traceback" not in errors
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)  # no process of the group is left
    assert not list(tmp_path.iterdir())
