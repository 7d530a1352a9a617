"""Commands that Ctrl-C ends, whenever it comes."""

import asyncio
import signal
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")


def run_until_stopped(
    work: Coroutine[Any, Any, Result], signals: tuple[signal.Signals, ...] = (signal.SIGINT,)
) -> Result:
    """Run something until it ends, or until a signal cancels it.

    `asyncio.run` alone sleeps through a Ctrl-C that comes just before its loop goes to sleep: Python
    remembers the signal, and nothing wakes the loop up to see it. A loop that handles it itself is woken up
    (https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.loop.add_signal_handler).

    Args:
        work: What to run.
        signals: Those that cancel it.

    Returns:
        What `work` returns.

    Raises:
        KeyboardInterrupt: A signal cancelled it.
        Exception: Whatever `work` raises.
    """
    stopped = False

    async def stoppable() -> Result:
        task = asyncio.current_task()
        assert task is not None, "asyncio.run makes one"  # noqa: S101

        def stop() -> None:
            nonlocal stopped
            stopped = True
            task.cancel()

        for number in signals:
            asyncio.get_running_loop().add_signal_handler(number, stop)
        return await work

    try:
        return asyncio.run(stoppable())
    except asyncio.CancelledError:
        if stopped:
            raise KeyboardInterrupt from None
        raise
