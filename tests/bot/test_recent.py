"""What was answered is kept for a while, for as little as possible."""

import sys
from collections.abc import Callable

import pytest

from moodring.bot import recent
from moodring.bot.recent import KEPT_S, Kept, Recent
from moodring.model import Sample, Unreadable

Alarm = tuple[float, Callable[[], None]]


@pytest.fixture
def alarms() -> list[Alarm]:
    return []


@pytest.fixture
def memory(alarms: list[Alarm]) -> Recent:
    return Recent(lambda seconds, call: alarms.append((seconds, call)))


def test_a_message_is_forgotten_by_itself_after_a_quarter_of_an_hour(
    memory: Recent, alarms: list[Alarm]
) -> None:
    kept = Kept(1, Sample("joy"))
    memory.keep(10, kept)
    assert memory.get(10) is kept
    [(seconds, forget)] = alarms
    assert seconds == KEPT_S == 900
    forget()
    assert memory.get(10) is None


def test_what_is_forgotten_leaves_memory_before_its_time_is_up(memory: Recent, alarms: list[Alarm]) -> None:
    sample = Sample("joy")
    memory.keep(10, Kept(1, sample))
    holders = sys.getrefcount(sample)
    memory.forget(10)
    assert sys.getrefcount(sample) == holders - 1
    [(_, forget)] = alarms
    forget()


def test_an_edited_message_is_kept_anew(memory: Recent, alarms: list[Alarm]) -> None:
    memory.keep(10, Kept(1, Sample("joy")))
    edited = Kept(1, Sample("love"))
    memory.keep(10, edited)
    alarms[0][1]()
    assert memory.get(10) is edited


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
