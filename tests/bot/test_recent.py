"""What was answered is kept for a while, for as little as possible."""

import sys
from collections.abc import Callable
from operator import itemgetter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot import recent
from moodring.bot.recent import KEPT_S, Kept, Recent
from moodring.model import Sample, Unreadable


class Clock:
    """Time that passes when told to, and calls back what was asked for until then."""

    def __init__(self) -> None:
        self.now = 0.0
        self.alarms: list[tuple[float, Callable[[], None]]] = []

    def later(self, seconds: float, call: Callable[[], None]) -> None:
        self.alarms.append((self.now + seconds, call))

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while due := min(
            (alarm for alarm in self.alarms if alarm[0] <= end), default=None, key=itemgetter(0)
        ):
            self.alarms.remove(due)
            self.now, call = due
            call()
        self.now = end


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(clock: Clock) -> Recent:
    return Recent(clock.later, lambda: clock.now)


def test_a_message_is_forgotten_by_itself_after_a_quarter_of_an_hour(memory: Recent, clock: Clock) -> None:
    kept = Kept(1, Sample("joy"))
    memory.keep(10, kept)
    clock.wait(899.9)
    assert memory.get(10) is kept
    clock.wait(0.1)
    assert memory.get(10) is None


def test_each_is_forgotten_in_its_time_by_one_timer_for_all(memory: Recent, clock: Clock) -> None:
    for answer in range(100):
        memory.keep(answer, Kept(1, Sample("joy")))
        assert len(clock.alarms) == 1
        clock.wait(1)
    clock.wait(KEPT_S - 50)
    assert [answer for answer in range(100) if memory.get(answer)] == list(range(51, 100))
    clock.wait(50)
    assert not any(memory.get(answer) for answer in range(100))
    assert clock.alarms == []


def test_what_is_forgotten_leaves_memory_before_its_time_is_up(memory: Recent, clock: Clock) -> None:
    sample = Sample("joy")
    memory.keep(10, Kept(1, sample))
    holders = sys.getrefcount(sample)
    memory.forget(10)
    assert sys.getrefcount(sample) == holders - 1
    clock.wait(KEPT_S)


def test_an_edited_message_is_kept_anew(memory: Recent, clock: Clock) -> None:
    memory.keep(10, Kept(1, Sample("joy")))
    clock.wait(KEPT_S / 2)
    edited = Kept(1, Sample("love"))
    memory.keep(10, edited)
    clock.wait(KEPT_S / 2)
    assert memory.get(10) is edited


@given(st.lists(st.tuples(st.sampled_from(["keep", "forget", "author", "all"]), st.integers(0, 5))))
def test_what_was_forgotten_takes_no_room(steps: list[tuple[str, int]]) -> None:
    clock = Clock()
    memory = Recent(clock.later, lambda: clock.now)
    for step, number in steps:
        match step:
            case "keep":
                memory.keep(number, Kept(number % 2, Sample("x" * number)))
            case "forget":
                memory.forget(number)
            case "author":
                memory.forget_author(number)
            case "all":
                memory.forget_all()
    memory.forget_all()

    each = recent.MAX_BYTES // 8
    for answer in range(8):
        memory.keep(answer, Kept(1, Sample("", (b"x" * each,))))
    assert all(memory.get(answer) for answer in range(8))


def test_the_oldest_make_room(memory: Recent, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recent, "MAX_BYTES", 1_000)
    for answer in range(3):
        memory.keep(answer, Kept(1, Sample("", (b"x" * 400, Unreadable("gone")))))
    assert [memory.get(answer) is not None for answer in range(3)] == [False, True, True]
    memory.keep(3, Kept(1, Sample("x" * 251)))
    assert [memory.get(answer) is not None for answer in range(4)] == [False, False, False, False]


def test_a_person_and_an_answer_can_be_forgotten(memory: Recent) -> None:
    for answer, author in ((10, 1), (11, 2), (12, 1), (13, 2)):
        memory.keep(answer, Kept(author, Sample("joy")))
    memory.forget_author(1)
    memory.forget(13)
    memory.forget(99)
    assert [answer for answer in range(10, 14) if memory.get(answer)] == [11]
