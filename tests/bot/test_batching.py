"""Samples run in batches of their own kind, oldest first, without waiting for a batch to fill."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future

import pytest

from moodring.bot.backends import BackendError
from moodring.bot.backends.litert import LiteRTBackend
from moodring.bot.batching import MAX_BATCH, Batcher, InferenceError
from moodring.bot.turns import BusyError
from moodring.model import Logits

Batchers = Callable[[int], Batcher]


@pytest.fixture
def batchers(predictor) -> Iterator[Batchers]:
    """Open batchers that are closed after the test."""
    opened: list[Batcher] = []

    def open_batcher(threads: int) -> Batcher:
        opened.append(Batcher(LiteRTBackend(predictor), threads))
        return opened[-1]

    yield open_batcher
    predictor.gate.set()
    for batcher in opened:
        batcher.close()


def submit(batcher: Batcher, predictor, words: int, *, patient: bool = False) -> Future[Logits]:
    return batcher.submit(predictor.prepare("joy " * words, ()), patient=patient)


def test_one_sample_runs_at_once_and_alone(batchers: Batchers, predictor) -> None:
    submit(batchers(2), predictor, 3).result(20)

    assert predictor.batches == [[3]]


def test_what_gathers_runs_in_batches_of_one_length_bucket_oldest_first(
    batchers: Batchers, predictor
) -> None:
    batcher = batchers(1)
    predictor.gate.clear()
    futures = [submit(batcher, predictor, 1)]
    predictor.entered.acquire(timeout=20)  # the only thread is busy from here on
    futures += [submit(batcher, predictor, words) for words in (40, 3, 38, 5, 36, 17)]
    predictor.gate.set()

    for future in futures:
        future.result(20)

    assert predictor.batches == [[1], [40, 38, 36], [3, 5], [17]]


def test_what_somebody_waits_for_goes_first_and_apart(batchers: Batchers, predictor) -> None:
    batcher = batchers(1)
    predictor.gate.clear()
    futures = [submit(batcher, predictor, 1)]
    predictor.entered.acquire(timeout=20)
    futures += [submit(batcher, predictor, words, patient=True) for words in (2, 40, 3)]
    futures += [submit(batcher, predictor, words) for words in (4, 50, 5)]
    predictor.gate.set()

    for future in futures:
        future.result(20)

    assert predictor.batches == [[1], [4, 5], [50], [2, 3], [40]]


def test_how_long_inference_has_been_running_is_known(batchers: Batchers, predictor) -> None:
    batcher = batchers(2)
    assert batcher.longest_s() == 0
    predictor.gate.clear()
    futures = [submit(batcher, predictor, 1)]
    predictor.entered.acquire(timeout=20)
    assert batcher.longest_s() > 0
    assert not batcher.is_stuck(0)  # a thread is left
    futures += [submit(batcher, predictor, 1)]
    predictor.entered.acquire(timeout=20)
    assert batcher.is_stuck(0)
    assert not batcher.is_stuck(60)
    predictor.gate.set()
    for future in futures:
        future.result(20)
    assert batcher.longest_s() == 0
    assert not batcher.is_stuck(0)


def test_a_batch_is_bounded(batchers: Batchers, predictor) -> None:
    batcher = batchers(1)
    predictor.gate.clear()
    futures = [submit(batcher, predictor, 1)]
    predictor.entered.acquire(timeout=20)
    futures += [submit(batcher, predictor, 2) for _ in range(MAX_BATCH + 1)]
    predictor.gate.set()

    for future in futures:
        future.result(20)

    assert [len(batch) for batch in predictor.batches] == [1, MAX_BATCH, 1]


def test_free_threads_share_what_gathered(batchers: Batchers, predictor) -> None:
    batcher = batchers(2)
    predictor.gate.clear()
    futures = [submit(batcher, predictor, 1) for _ in range(2)]
    predictor.entered.acquire(timeout=20)
    predictor.entered.acquire(timeout=20)
    futures += [submit(batcher, predictor, 2) for _ in range(4)]
    predictor.gate.set()

    for future in futures:
        future.result(20)

    assert max(len(batch) for batch in predictor.batches) == 2
    assert predictor.engines == 2


def test_a_cancelled_sample_is_not_run(batchers: Batchers, predictor) -> None:
    batcher = batchers(1)
    predictor.gate.clear()
    first = submit(batcher, predictor, 1)
    predictor.entered.acquire(timeout=20)
    second, third = submit(batcher, predictor, 20), submit(batcher, predictor, 3)
    assert second.cancel()
    predictor.gate.set()

    first.result(20)
    third.result(20)

    assert predictor.batches == [[1], [3]]


@pytest.mark.parametrize("answers", [None, []], ids=["raises", "answers too few"])
def test_a_failing_batch_fails_its_samples_and_nothing_else(
    answers: list[Logits] | None,
    batchers: Batchers,
    predictor,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    batcher = batchers(1)

    def fail(batch: object) -> list[Logits]:
        if answers is None:
            raise ValueError("a bug")
        return answers

    with monkeypatch.context() as patch:
        patch.setattr(predictor, "infer", fail)
        with pytest.raises(InferenceError):
            submit(batcher, predictor, 1).result(20)

    assert submit(batcher, predictor, 1).result(20)
    assert "inference failed" in caplog.text


def test_a_backend_that_is_busy_tells_the_whole_batch_and_no_log(
    batchers: Batchers, predictor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(batch: object) -> list[Logits]:
        predictor.entered.release()
        predictor.gate.wait(20)
        raise BusyError

    monkeypatch.setattr(predictor, "infer", refuse)
    batcher = batchers(1)
    predictor.gate.clear()
    futures = [submit(batcher, predictor, 1)]
    predictor.entered.acquire(timeout=20)
    futures += [submit(batcher, predictor, 2) for _ in range(3)]
    predictor.gate.set()

    for future in futures:
        with pytest.raises(BusyError):
            future.result(20)
    with pytest.raises(BusyError):
        batcher.run(lambda: refuse(None)).result(20)
    assert caplog.text == ""


def test_what_a_backend_elsewhere_says_of_itself_is_logged_in_one_line(
    batchers: Batchers, predictor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(batch: object) -> list[Logits]:
        raise BackendError("no answer within 3 s")

    monkeypatch.setattr(predictor, "infer", fail)
    with pytest.raises(InferenceError):
        submit(batchers(1), predictor, 1).result(20)

    said = [(record.getMessage(), record.why, record.exc_info) for record in caplog.records]
    assert said == [("inference failed", "no answer within 3 s", None)]
    assert caplog.records[0].exc_info is None


def test_other_work_takes_its_turn_with_the_batches(batchers: Batchers, predictor) -> None:
    predictor.gate.clear()
    batcher = batchers(1)
    first = submit(batcher, predictor, 1)
    work = batcher.run(lambda: list(predictor.batches))
    assert not work.done()
    predictor.gate.set()
    first.result(20)
    assert work.result(20) == [[1]]


def test_other_work_that_fails_is_an_inference_error(batchers: Batchers) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(InferenceError):
        batchers(1).run(fail).result(20)


def test_the_backend_is_closed_once_everything_is_answered(
    predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = LiteRTBackend(predictor)
    batcher = Batcher(backend, 1)
    last = submit(batcher, predictor, 3)
    answered: list[bool] = []
    monkeypatch.setattr(backend, "close", lambda: answered.append(last.done()))

    batcher.close()

    assert answered == [True]
