"""Many messages in a row: in order, few at a time, with a count that grows."""

import asyncio
import io
import threading
from collections.abc import Callable, Iterator

import pytest

from moodring.bot.settings import Settings
from moodring.bot.stream import IN_FLIGHT, MAX_THREADS, Progress, for_throughput, in_order


async def doubled_late(number: int) -> int:
    """Answer even numbers later than odd ones."""
    for _ in range(3 if number % 2 == 0 else 1):
        await asyncio.sleep(0)
    return 2 * number


@pytest.mark.asyncio
async def test_answers_come_in_the_items_order() -> None:
    answers = [answer async for answer in in_order(range(50), doubled_late)]

    assert answers == [2 * number for number in range(50)]


@pytest.mark.asyncio
async def test_nothing_gives_no_answer() -> None:
    assert [answer async for answer in in_order([], doubled_late)] == []


@pytest.mark.asyncio
async def test_items_are_taken_only_a_little_ahead_of_the_answers() -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    number = 0
    async for _ in in_order(items(), doubled_late):
        assert len(taken) <= number + IN_FLIGHT + 1  # one waits at the door
        number += 1
    assert number == 100


@pytest.mark.asyncio
async def test_items_that_block_do_not_block_the_loop() -> None:
    arrived = threading.Event()

    def items() -> Iterator[int]:
        yield 1
        arrived.wait(20)
        yield 2

    answers = []
    async for answer in in_order(items(), doubled_late):
        answers.append(answer)
        arrived.set()
    assert answers == [2, 4]


@pytest.mark.asyncio
async def test_what_the_items_raise_comes_after_the_answers_before_it() -> None:
    def items() -> Iterator[int]:
        yield from (1, 2)
        raise OSError("the disk is gone")

    answers = in_order(items(), doubled_late)

    assert [await anext(answers), await anext(answers)] == [2, 4]
    with pytest.raises(OSError, match="the disk is gone"):
        await anext(answers)


@pytest.mark.asyncio
async def test_what_an_answer_raises_comes_in_its_place() -> None:
    async def odd(number: int) -> int:
        if number % 2 == 0:
            raise ValueError("even")
        return number

    answers = in_order([1, 3, 4, 5], odd)

    assert [await anext(answers), await anext(answers)] == [1, 3]
    with pytest.raises(ValueError, match="even"):
        await anext(answers)


@pytest.mark.parametrize(("cores", "chosen", "threads"), [(2, 1, 2), (64, 1, MAX_THREADS), (2, 6, 6)])
def test_a_stream_uses_the_cores(
    cores: int, chosen: int, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: cores)

    assert for_throughput(Settings(threads=chosen)).threads == threads


def shown(
    times: list[float], monkeypatch: pytest.MonkeyPatch, share: Callable[[], float | None] = lambda: None
) -> str:
    """What a terminal gets while as many things are counted as there are times between first and last."""
    clock = iter(times)
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    terminal = io.StringIO()
    progress = Progress(terminal, "lines", share)
    for number in range(len(times) - 2):
        progress.count(failed=number == 1)
    progress.end()
    return terminal.getvalue()


def test_progress_is_shown_twice_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown([0.0, 0.3, 0.6, 0.9, 1.2, 2.0], monkeypatch) == (
        "\r2 lines, 1 failed, 3 lines/s\r4 lines, 1 failed, 3 lines/s\r4 lines, 1 failed, 2 lines/s\n"
    )


def test_a_shorter_count_leaves_nothing_of_the_longer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = shown([0.0, *[0.1] * 9, 0.6, 10.0], monkeypatch).split("\r")[1:]

    assert first == "10 lines, 1 failed, 17 lines/s"
    assert second == "10 lines, 1 failed, 1 lines/s \n"


@pytest.mark.parametrize(
    ("share", "bar"),
    [(0.0, "░" * 20 + "   0%"), (0.5, "█" * 10 + "░" * 10 + "  50%"), (1.0, "█" * 20 + " 100%")],
)
def test_a_bar_shows_how_much_is_done(share: float, bar: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown([0.0, 2.0], monkeypatch, lambda: share) == f"\r{bar}  0 lines, 0 failed, 0 lines/s\n"


def test_without_a_terminal_progress_is_only_counted() -> None:
    progress = Progress(None, "lines")
    progress.count(failed=True)
    progress.count(failed=False)
    progress.end()

    assert (progress.done, progress.failed) == (2, 1)
