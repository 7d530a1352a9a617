"""Every backend answers as the network in this process does, as closely as its arithmetic lets it."""

from collections.abc import Callable
from typing import Final, TypeAlias

import numpy as np
import pytest

from moodring.bot.backends import Backend
from moodring.bot.backends.tfserving import TFServingBackend
from moodring.model import Decoded, Logits, Predictor
from moodring.model.engine import Engine
from moodring.model.sample import FACE_WIDTH
from moodring.model.text import MAX_TOKENS

AssertSame: TypeAlias = Callable[[list[Logits], list[Logits]], None]

TEXTS = {
    "a word": "hello",
    "a sentence": "thank you all, that was the best evening of my whole life!",
    "some sentences": "I can't believe that you did this to me again. " * 4,
    "more than fits": "what a day " * MAX_TOKENS,
    "signs": "🎉🎉 ¿qué? 好",
}


def picture(seed: int, faces: int = 0) -> Decoded:
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (224, 224, 3), np.uint8)
    return Decoded(pixels, faces=random.random((faces, FACE_WIDTH), np.float32))


@pytest.fixture(scope="session")
def engine(shipped: Predictor) -> Engine:
    """The network in this process."""
    return shipped.open()


SAME: Final = 1e-4
ROUNDED: Final = 0.2
"""How far logits may be apart: TensorFlow does not round what goes into a product, LiteRT does."""


@pytest.fixture
def assert_same(backend: Backend) -> AssertSame:
    atol = ROUNDED if isinstance(backend, TFServingBackend) else SAME

    def assert_same(answers: list[Logits], expected: list[Logits]) -> None:
        assert len(answers) == len(expected)
        for answer, wanted in zip(answers, expected, strict=True):
            np.testing.assert_allclose(answer.emotions, wanted.emotions, atol=atol)
            np.testing.assert_allclose(answer.sentiment, wanted.sentiment, atol=atol)
            assert answer.toxicity == pytest.approx(wanted.toxicity, abs=atol)
            assert answer.sexism == pytest.approx(wanted.sexism, abs=atol)

    return assert_same


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_text(
    text: str, backend: Backend, shipped: Predictor, engine: Engine, assert_same: AssertSame
) -> None:
    sample = [shipped.prepare(text)]
    assert_same(backend.infer(sample), engine.infer(sample))


@pytest.mark.parametrize("pictures", [1, 4])
@pytest.mark.parametrize("text", ["", "look at this"], ids=["alone", "with words"])
def test_pictures(
    pictures: int, text: str, backend: Backend, shipped: Predictor, engine: Engine, assert_same: AssertSame
) -> None:
    sample = [shipped.prepare(text, [picture(seed) for seed in range(pictures)])]
    assert_same(backend.infer(sample), engine.infer(sample))


def test_faces(backend: Backend, shipped: Predictor, engine: Engine, assert_same: AssertSame) -> None:
    sample = [shipped.prepare("who is that", [picture(0, faces=2), picture(1)])]
    assert_same(backend.infer(sample), engine.infer(sample))


def test_a_batch_in_its_order(
    backend: Backend, shipped: Predictor, engine: Engine, assert_same: AssertSame
) -> None:
    batch = [shipped.prepare(text) for text in TEXTS.values()]
    batch.insert(2, shipped.prepare("seen?", [picture(0)]))
    assert_same(backend.infer(batch), engine.infer(batch))


def test_a_batch_of_nothing(backend: Backend) -> None:
    assert backend.infer([]) == []


@pytest.mark.parametrize("pictures", [0, 2])
def test_variants_of_a_sample(
    pictures: int, backend: Backend, shipped: Predictor, engine: Engine, assert_same: AssertSame
) -> None:
    sample = shipped.prepare("thank you so much for this", [picture(seed) for seed in range(pictures)])
    texts = [shipped.tokenizer.encode(text)[0] for text in ("thank you", "for this", "you")]
    cells = pictures * 49
    hidden = list(np.eye(cells, dtype=np.bool_)[::20])

    answers, expected = (each.infer_variants(sample, texts, hidden) for each in (backend, engine))

    for some, wanted in zip(answers, expected, strict=True):
        assert_same(some, wanted)
