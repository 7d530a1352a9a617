"""The classifier caches, refuses, gives up in time and never reads the same thing twice at once."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import numpy as np
import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot import classifier as classifier_module
from moodring.bot.backends.litert import LiteRTBackend
from moodring.bot.batching import Batcher
from moodring.bot.classifier import (
    MAX_EXPLAINING,
    MAX_HELD_BYTES,
    BusyError,
    Classifier,
    DeadlineError,
    InferenceError,
    fingerprint,
)
from moodring.bot.metrics import Metrics
from moodring.bot.turns import Kind, Whose, on_behalf_of
from moodring.model import NothingToReadError, Sample, Skipped, Unreadable
from moodring.model.explain import Explanation

Classifiers = Callable[..., Classifier]


@pytest_asyncio.fixture
async def classifiers(predictor, pool) -> AsyncIterator[Classifiers]:
    """Open classifiers that are closed after the test."""
    opened: list[Classifier] = []

    def open_classifier(**options) -> Classifier:
        limits = {"threads": 1, "queue_limit": 64, "cache_entries": 100, "deadline_s": 20, **options}
        opened.append(Classifier(predictor, LiteRTBackend(predictor), pool, **limits))
        return opened[-1]

    yield open_classifier
    predictor.gate.set()
    for classifier in opened:
        await classifier.aclose()


async def started(predictor) -> None:
    """Wait until a batch has reached an engine."""
    assert await asyncio.to_thread(predictor.entered.acquire, timeout=20)


@pytest.mark.asyncio
async def test_a_sample_is_answered(classifiers: Classifiers) -> None:
    prediction = await classifiers().classify(Sample("pride indeed", (b"picture", Unreadable("gone"))))

    assert prediction.emotion == "pride"
    assert prediction.used == ("text", "image:0")
    assert prediction.skipped == (Skipped("image:1", "gone"),)
    assert prediction.ms > 0


@pytest.mark.asyncio
async def test_the_same_sample_again_comes_from_the_cache(classifiers: Classifiers, predictor) -> None:
    classifier = classifiers()

    first = await classifier.classify(Sample("joy", (b"picture",)))
    second = await classifier.classify(Sample("joy", (b"picture",)))

    assert replace(second, ms=first.ms) == first
    assert len(predictor.batches) == 1


@pytest.mark.asyncio
async def test_faces_are_read_only_where_they_may_be_also_from_the_cache(classifiers: Classifiers) -> None:
    classifier = classifiers()

    answers = [await classifier.classify(Sample("", (b"picture",), faces)) for faces in (True, False, True)]

    read = [answer.used for answer in answers]
    assert read == [("image:0", "image_faces:0"), ("image:0",), ("image:0", "image_faces:0")]


@pytest.mark.asyncio
async def test_text_in_pictures_is_read_only_where_it_may_be_also_from_the_cache(
    classifiers: Classifiers,
) -> None:
    classifier = classifiers()
    picture = (b"says joy",)

    answers = [
        await classifier.classify(Sample("", picture, picture_text=may)) for may in (False, True, False)
    ]

    assert [answer.picture_text for answer in answers] == ["", "joy", ""]


@pytest.mark.asyncio
async def test_the_cache_forgets_what_was_not_asked_for_longest(classifiers: Classifiers, predictor) -> None:
    classifier = classifiers(cache_entries=2)

    for text in ("joy", "fear", "joy", "anger", "joy", "fear"):
        await classifier.classify(Sample(text))

    assert len(predictor.batches) == 4  # joy, fear, anger, and fear again


@pytest.mark.asyncio
async def test_without_entries_nothing_is_cached(classifiers: Classifiers, predictor) -> None:
    classifier = classifiers(cache_entries=0)

    for _ in range(2):
        await classifier.classify(Sample("joy"))

    assert len(predictor.batches) == 2


@pytest.mark.asyncio
async def test_an_answer_without_its_picture_is_not_cached(classifiers: Classifiers, predictor) -> None:
    classifier = classifiers()

    for _ in range(2):
        prediction = await classifier.classify(Sample("joy", (b"broken",)))
        assert prediction.skipped == (Skipped("image:0", "damaged"),)

    assert len(predictor.batches) == 2


@pytest.mark.asyncio
async def test_what_was_read_in_a_picture_is_answered_and_not_kept(
    classifiers: Classifiers, predictor
) -> None:
    classifier = classifiers()

    for _ in range(2):
        prediction = await classifier.classify(Sample("joy", (b"says hello",)))
        assert prediction.picture_text == "hello"

    assert len(predictor.batches) == 2


@pytest.mark.asyncio
async def test_the_same_sample_asked_twice_at_once_is_read_once(classifiers: Classifiers, predictor) -> None:
    classifier = classifiers()

    first, second = await asyncio.gather(*(classifier.classify(Sample("joy")) for _ in range(2)))

    assert first == second
    assert len(predictor.batches) == 1


@pytest.mark.asyncio
async def test_who_leaves_does_not_take_the_answer_from_others(classifiers: Classifiers, predictor) -> None:
    classifier = classifiers()
    predictor.gate.clear()
    leaving, staying = (asyncio.create_task(classifier.classify(Sample("joy"))) for _ in range(2))
    await started(predictor)

    leaving.cancel()
    predictor.gate.set()

    assert (await staying).emotion == "joy"
    assert leaving.cancelled()


@pytest.mark.asyncio
async def test_beyond_the_limit_it_says_busy_and_recovers(classifiers: Classifiers, predictor) -> None:
    classifier = classifiers(queue_limit=1)
    predictor.gate.clear()
    first = asyncio.create_task(classifier.classify(Sample("joy")))
    await started(predictor)

    with pytest.raises(BusyError, match="try again"):
        await classifier.classify(Sample("fear"))

    predictor.gate.set()
    await first
    assert (await classifier.classify(Sample("fear"))).emotion == "fear"


@pytest.mark.asyncio
async def test_nobody_who_asks_waits_for_what_was_begun_behind_people(
    classifiers: Classifiers, predictor
) -> None:
    classifier = classifiers(cache_entries=0)
    predictor.gate.clear()
    waiting = []
    for kind in (Kind.WATCHED, Kind.WATCHED, Kind.ASKED, Kind.WATCHED):
        with on_behalf_of(Whose(kind)):
            waiting.append(asyncio.create_task(classifier.classify(Sample("joy"))))
    await asyncio.sleep(0)
    assert len(classifier._in_flight) == 2

    predictor.gate.set()
    assert {prediction.emotion for prediction in await asyncio.gather(*waiting)} == {"joy"}
    assert sum(map(len, predictor.batches)) == 2


@pytest.mark.asyncio
async def test_encoded_pictures_are_held_up_to_a_bound(classifiers: Classifiers, predictor) -> None:
    classifier = classifiers()
    predictor.gate.clear()
    first = asyncio.create_task(classifier.classify(Sample("joy", (bytes(MAX_HELD_BYTES),))))
    await started(predictor)

    with pytest.raises(BusyError):
        await classifier.classify(Sample("joy", (b"one more",)))

    predictor.gate.set()
    await first
    assert await classifier.classify(Sample("joy", (b"one more",)))


@pytest.mark.asyncio
async def test_no_answer_in_time_is_an_error_and_frees_the_place(classifiers: Classifiers, predictor) -> None:
    classifier = classifiers(queue_limit=1, deadline_s=0.05)
    predictor.gate.clear()

    with pytest.raises(DeadlineError, match=r"no answer within 0\.05 s"):
        await classifier.classify(Sample("joy"))
    with pytest.raises(DeadlineError):
        await classifier.classify(Sample("fear"))

    assert len(predictor.batches) == 1  # the second never left the queue


@pytest.mark.asyncio
async def test_while_the_model_hangs_all_are_told_busy_until_it_goes_on(
    classifiers: Classifiers, predictor
) -> None:
    metrics = Metrics()
    classifier = classifiers(deadline_s=0.05, metrics=metrics)
    predictor.gate.clear()
    outcomes: list[str] = []

    async def read_until(wanted: str) -> None:
        while wanted not in outcomes:
            try:
                outcomes.append((await classifier.classify(Sample("joy"))).emotion)
            except (BusyError, DeadlineError) as error:
                outcomes.append(type(error).__name__)

    async with asyncio.timeout(20):
        await read_until("BusyError")
        assert outcomes[0] == "DeadlineError"
        with pytest.raises(BusyError):
            await classifier.explain(Sample("joy"))
        assert metrics.registry.get_sample_value("moodring_inference_running_seconds") > 0.1
        predictor.gate.set()
        await read_until("joy")


@pytest.mark.asyncio
async def test_who_asks_is_answered_before_what_is_watched(
    classifiers: Classifiers, predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued: list[bool] = []
    submit = Batcher.submit

    def noted(batcher, prepared, *, patient):
        queued.append(patient)
        return submit(batcher, prepared, patient=patient)

    monkeypatch.setattr(Batcher, "submit", noted)
    classifier = classifiers()
    predictor.gate.clear()

    async def ask(kind: Kind, words: int) -> None:
        with on_behalf_of(Whose(kind)):
            await classifier.classify(Sample("joy " * words))

    tasks = [asyncio.create_task(ask(Kind.WATCHED, 1))]
    await started(predictor)
    for number, kind in enumerate((Kind.WATCHED, Kind.WATCHED, Kind.ASKED), 2):
        tasks.append(asyncio.create_task(ask(kind, number)))
        async with asyncio.timeout(20):
            while len(queued) < number:
                await asyncio.sleep(0)
    predictor.gate.set()
    await asyncio.gather(*tasks)

    assert predictor.batches == [[1], [4], [2, 3]]


@pytest.mark.asyncio
async def test_preparing_and_hashing_pictures_do_not_hold_up_the_loop(
    classifiers: Classifiers, predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[threading.Thread] = []

    def noted(work):
        return lambda *given: (threads.append(threading.current_thread()), work(*given))[1]

    monkeypatch.setattr(predictor, "prepare", noted(predictor.prepare))
    monkeypatch.setattr(classifier_module, "fingerprint", noted(fingerprint))
    await classifiers().classify(Sample("joy", (b"picture",)))

    assert len(threads) == 2
    assert threading.current_thread() not in threads


@pytest.mark.asyncio
async def test_what_is_known_already_and_what_takes_how_long_is_counted(
    classifiers: Classifiers,
) -> None:
    metrics = Metrics()
    classifier = classifiers(metrics=metrics)
    for sample in (Sample("joy", (b"picture",)), Sample("joy", (b"picture",)), Sample("fear")):
        await classifier.classify(sample)
    value = metrics.registry.get_sample_value

    assert [value("moodring_cache_total", {"result": result}) for result in ("hit", "miss")] == [1, 2]
    stages = [value("moodring_stage_seconds_count", {"stage": stage}) for stage in ("decode", "inference")]
    assert stages == [1, 2]


@pytest.mark.asyncio
async def test_nothing_to_read_says_why(classifiers: Classifiers) -> None:
    with pytest.raises(NothingToReadError, match="image:0: damaged"):
        await classifiers().classify(Sample("", (b"broken",)))


@pytest.mark.asyncio
async def test_a_failing_model_is_an_error(
    classifiers: Classifiers, predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictor, "infer", lambda batch: [])

    with pytest.raises(InferenceError):
        await classifiers().classify(Sample("joy"))


@pytest.mark.asyncio
async def test_closing_finishes_what_is_in_flight_and_refuses_the_rest(
    classifiers: Classifiers, predictor
) -> None:
    classifier = classifiers()
    predictor.gate.clear()
    in_flight = asyncio.create_task(classifier.classify(Sample("joy")))
    await started(predictor)

    closing = asyncio.create_task(classifier.aclose())
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await classifier.classify(Sample("fear"))
    predictor.gate.set()
    await closing

    assert (await in_flight).emotion == "joy"


@pytest.mark.asyncio
async def test_no_task_stands_when_nothing_is_asked(classifiers: Classifiers) -> None:
    classifier = classifiers()
    await classifier.classify(Sample("joy"))

    assert asyncio.all_tasks() == {asyncio.current_task()}


IMAGES = st.lists(st.binary(max_size=4) | st.builds(Unreadable, st.text(max_size=4)), max_size=3).map(tuple)
SAMPLES = st.builds(
    Sample, st.text(st.characters(codec=None), max_size=4), IMAGES, st.booleans(), st.booleans()
)


@given(SAMPLES, SAMPLES)
def test_fingerprints_tell_samples_apart(one: Sample, other: Sample) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (one == other)


@pytest.mark.asyncio
async def test_an_answer_is_explained_by_the_same_model(
    classifiers: Classifiers, predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[object, ...]] = []

    def explain(*given: object) -> Explanation:
        asked.append(given)
        return Explanation("joy", 0.5, (), (np.ones((7, 7)),))

    monkeypatch.setattr(classifier_module, "explain", explain)
    explained = await classifiers().explain(Sample("joy", (b"picture", b"broken")))
    assert explained.explanation.label == "joy"
    assert [picture[:4] for picture in explained.pictures] == [b"\x89PNG"]
    [(used, _, text, prepared, label)] = asked
    assert used is predictor
    assert (text, label) == ("joy", None)
    assert prepared.used == ("text", "image:0")


@pytest.mark.asyncio
async def test_explanations_are_bounded_and_refused_when_closing(
    classifiers: Classifiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    monkeypatch.setattr(
        classifier_module, "explain", lambda *_: gate.wait(20) and Explanation("joy", 1, (), ())
    )
    classifier = classifiers()
    running = [asyncio.create_task(classifier.explain(Sample("joy"))) for _ in range(MAX_EXPLAINING)]
    await asyncio.sleep(0)
    with pytest.raises(BusyError):
        await classifier.explain(Sample("joy"))
    gate.set()
    await asyncio.gather(*running)
    await classifier.explain(Sample("joy"))
    await classifier.aclose()
    with pytest.raises(BusyError):
        await classifier.explain(Sample("joy"))


@pytest.mark.asyncio
async def test_an_explanation_that_takes_too_long_is_given_up(
    classifiers: Classifiers, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = threading.Event()
    monkeypatch.setattr(classifier_module, "explain", lambda *_: gate.wait(20))
    with pytest.raises(DeadlineError):
        await classifiers(deadline_s=0.01).explain(Sample("joy"))
    gate.set()
