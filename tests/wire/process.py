"""The real bot as a process of its own, sent to the stand-in."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from stand_in import StandIn

START_S = 60
"""Seconds until a bot is connected; two or three are usual."""

STOP_S = 20
"""Seconds that it has to end after a signal."""


class Bot:
    """A running bot. Made by :func:`running`.

    Attributes:
        pid: Its process.
    """

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log
        self.pid = process.pid

    @property
    def alive(self) -> bool:
        return self._process.returncode is None

    def log(self) -> list[dict[str, Any]]:
        """Return the events that it logged so far."""
        lines = self._log.read_text("utf-8").splitlines()
        return [json.loads(line) if line.startswith("{") else {"event": line} for line in lines]

    def errors(self) -> list[dict[str, Any]]:
        """Return what it logged that nobody expected: errors with a traceback."""
        return [event for event in self.log() if "error" in event or "Traceback" in event["event"]]

    async def kill(self) -> None:
        """End it as the kernel does: no word, no clean-up."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        await self._process.wait()

    async def stop(self) -> int:
        """End it as a service manager does; return its exit code."""
        if self.alive:
            self._process.terminate()
        async with asyncio.timeout(STOP_S):
            return await self._process.wait()


@asynccontextmanager
async def running(
    stand_in: StandIn, folder: Path, settings: dict[str, str] | None = None, *arguments: str
) -> AsyncIterator[Bot]:
    """Start the bot and wait until it is connected; end it afterwards.

    Args:
        stand_in: Discord.
        folder: Where it keeps its data and its log.
        settings: Further variables.
        arguments: What it is started with.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("MOODRING_")}
    environment = {
        **inherited,
        **stand_in.environment,
        "MOODRING_DATA_DIR": str(folder),
        "MOODRING_MESSAGE_CONTENT": "true",
        "MOODRING_LOG_FORMAT": "json",
        **(settings or {}),
    }
    log = folder / "log.jsonl"
    stand_in.gateway.ready.clear()
    with log.open("ab") as sink:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "moodring.bot", *arguments),
            cwd=folder,
            env=environment,
            stdout=sink,
            stderr=sink,
        )
    bot = Bot(process, log)
    try:
        ended = asyncio.create_task(process.wait())
        connected = asyncio.create_task(stand_in.gateway.ready.wait())
        await asyncio.wait({ended, connected}, timeout=START_S, return_when=asyncio.FIRST_COMPLETED)
        connected.cancel()
        assert stand_in.gateway.ready.is_set(), f"the bot did not connect:\n{log.read_text('utf-8')[-3000:]}"
        ended.cancel()
        yield bot
    finally:
        await bot.kill()
