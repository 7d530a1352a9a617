"""The runs of all servers, in memory alone: after a restart there are none."""

import asyncio
from collections.abc import Coroutine
from typing import Any, Final

from .. import texts
from ..moderation.deeds import RefusedError
from .run import Run

MAX_RUNNING: Final = 4
"""Runs at the same time: live messages of all servers share the model with them."""

MAX_KEPT: Final = 64
"""Runs whose examples may still be judged; of more, the oldest that have ended go."""


class Runs:
    """Knows the runs, and what they go on in."""

    def __init__(self) -> None:
        self._runs: dict[int, Run] = {}
        self._tasks: dict[Run, asyncio.Task[None]] = {}
        self._stopped = False

    def find(self, run_id: int, guild_id: int | None) -> Run | None:
        """Return a run of a server, if it is known."""
        run = self._runs.get(run_id)
        return run if run is not None and run.channel.guild.id == guild_id else None

    def add(self, run: Run) -> None:
        """Take a run in.

        Raises:
            RefusedError: Another one goes on in its server, or too many everywhere.
        """
        running = [each for each in self._runs.values() if each.ending is None]
        if any(each.channel.guild.id == run.channel.guild.id for each in running):
            raise RefusedError(texts.say("backtest-running"))
        if len(running) >= MAX_RUNNING:
            raise RefusedError(texts.say("backtests-full"))
        ended = [each.id for each in self._runs.values() if each.ending is not None]
        for run_id in ended[: max(0, len(self._runs) + 1 - MAX_KEPT)]:
            del self._runs[run_id]
        self._runs[run.id] = run

    def start(self, run: Run, work: Coroutine[Any, Any, None]) -> None:
        """Let a run that was taken in go on.

        Raises:
            RefusedError: Everything was stopped meanwhile.
        """
        if self._stopped:
            work.close()
            raise RefusedError(texts.say("failed"))
        task = self._tasks[run] = asyncio.create_task(work)
        task.add_done_callback(lambda _: self._tasks.pop(run))

    def forget(self, run_id: int) -> None:
        """Know of a run no more."""
        self._runs.pop(run_id, None)

    def forget_guild(self, guild_id: int) -> None:
        """End the runs of a server and know of them no more."""
        for run in [each for each in self._runs.values() if each.channel.guild.id == guild_id]:
            run.cancel()
            self.forget(run.id)

    async def stop(self) -> list[Run]:
        """Stop what goes on, and let nothing start any more.

        Returns:
            The runs that were stopped.
        """
        self._stopped = True
        stopped = dict(self._tasks)
        await asyncio.gather(*(run.stop(task) for run, task in stopped.items()))
        return list(stopped)
