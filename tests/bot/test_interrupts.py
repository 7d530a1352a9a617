"""Ctrl-C ends what a command waits for, also where it comes in the wrong moment."""

import asyncio
import signal
import sys
import threading

import pytest

from moodring.bot.interrupts import run_until_stopped


def sleep_through(number: signal.Signals, ended: threading.Event) -> None:
    """Have a signal noted once the main thread sleeps, without any interruption of its system call."""
    main = threading.main_thread().ident
    assert main is not None
    while sys._current_frames()[main].f_code.co_name != "select":
        ended.wait(0.01)
    signal.pthread_kill(threading.get_ident(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_a_loop_that_went_to_sleep_in_the_moment_it_came(number: signal.Signals) -> None:
    ended = threading.Event()
    in_time: list[bool] = []
    senders: list[threading.Thread] = []

    def send(loop: asyncio.AbstractEventLoop) -> None:
        sleep_through(number, ended)
        in_time.append(ended.wait(10))
        if not in_time[0]:
            loop.call_soon_threadsafe(loop.stop)

    async def work() -> None:
        senders.append(threading.Thread(target=send, args=(asyncio.get_running_loop(),), daemon=True))
        senders[0].start()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    with pytest.raises(KeyboardInterrupt):
        run_until_stopped(work(), (signal.SIGINT, signal.SIGTERM))

    senders[0].join(10)
    assert in_time == [True]


def test_what_ends_by_itself_gives_its_result() -> None:
    async def work() -> int:
        return 7

    assert run_until_stopped(work()) == 7
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_is_cancelled_otherwise_is_not_taken_for_a_signal() -> None:
    async def work() -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        run_until_stopped(work())
