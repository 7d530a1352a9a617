"""Figures of a running bot: counted for ever and lately, without what, who or where."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import Counter

from moodring.bot.metrics import LATELY_S, Events, Metrics


def test_lately_ends_and_for_ever_does_not() -> None:
    time = 1000.0
    counter = Counter("happened", "", ["why"], registry=None)
    events = Events(counter, now=lambda: time)
    events.count("full")
    time += LATELY_S / 2
    events.count("full")
    events.count("late")
    assert events.lately() == 3
    time += LATELY_S / 2 + 10
    assert events.lately() == 2
    time += LATELY_S
    assert events.lately() == 0
    samples = [sample for family in counter.collect() for sample in family.samples]
    totals = {sample.labels["why"]: sample.value for sample in samples if sample.name == "happened_total"}
    assert totals == {"full": 2, "late": 1}


@given(st.lists(st.floats(0, 100), max_size=60))
def test_lately_is_right_within_a_step(pauses: list[float]) -> None:
    time = 0.0
    events = Events(Counter("happened", "", ["why"], registry=None), now=lambda: time)
    times = []
    for pause in pauses:
        time += pause
        times.append(time)
        events.count("full")
        least = sum(time - when < LATELY_S for when in times)
        most = sum(time - when < LATELY_S + 10 for when in times)
        assert least <= events.lately() <= most


def test_two_bots_in_a_process_do_not_mix() -> None:
    one, other = Metrics(), Metrics()
    one.shed.count("full")
    assert one.registry.get_sample_value("moodring_shed_total", {"why": "full"}) == 1
    assert other.registry.get_sample_value("moodring_shed_total", {"why": "full"}) is None


def test_what_is_expected_is_there_at_0_before_it_happens() -> None:
    metrics = Metrics()
    metrics.shed.expect("full")
    assert metrics.registry.get_sample_value("moodring_shed_total", {"why": "full"}) == 0


def test_a_stage_that_fails_is_not_counted_as_one_that_ended() -> None:
    metrics = Metrics()
    with metrics.timed("decode"):
        pass
    with pytest.raises(ZeroDivisionError), metrics.timed("decode"):
        raise ZeroDivisionError
    assert metrics.registry.get_sample_value("moodring_stage_seconds_count", {"stage": "decode"}) == 1
