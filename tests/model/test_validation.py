"""Quick figures of a network in training follow from what it answers, row by row."""

from collections.abc import Iterator

import numpy as np
import pytest
import tensorflow as tf
from numpy.typing import NDArray

from moodring.model import validation
from moodring.model.batches import Rows, lay_out_faces
from moodring.model.evaluation import Answers
from moodring.model.image import scale
from moodring.model.labels import EMOTIONS
from moodring.model.text import pad
from moodring.model.validation import answer, dev_scores

from .small import sentences, small_classifier, stir


@pytest.fixture(autouse=True)
def eager() -> Iterator[None]:
    """A few rows of a small network are quicker than tracing its graph."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


def rows(
    lengths: list[int],
    pictures: list[int],
    *,
    sets: list[str] | None = None,
    emotions: NDArray[np.float32] | None = None,
    sentiment: NDArray[np.float32] | None = None,
    toxicity: NDArray[np.float32] | None = None,
) -> Rows:
    """Rows of these lengths; a picture of its own where the number is not -1."""
    count = len(lengths)
    drawn = np.random.default_rng(0).integers(0, 256, (max(pictures) + 1, 224, 224, 3), dtype=np.uint8)
    return Rows(
        ids=np.array([f"some/{number}" for number in range(count)]),
        sets=np.array(sets or ["some"] * count),
        texts=[""] * count,
        token_ids=[sentences(1, length, seed)[0] for seed, length in enumerate(lengths)],
        found_ids=[np.zeros(0, np.int32)] * count,
        faces=lay_out_faces([None] * count),
        pictures=drawn,
        picture=np.array(pictures),
        emotions=np.zeros((count, 28), np.float32) if emotions is None else emotions,
        has_emotions=np.full(count, float(emotions is not None), np.float32),
        sentiment=np.zeros((count, 3), np.float32) if sentiment is None else sentiment,
        has_sentiment=np.full(count, float(sentiment is not None), np.float32),
        toxicity=np.zeros(count, np.float32) if toxicity is None else toxicity,
        has_toxicity=np.full(count, float(toxicity is not None), np.float32),
        sexism=np.zeros(count, np.float32) if toxicity is None else 1 - toxicity,
        has_sexism=np.full(count, float(toxicity is not None), np.float32),
    )


def test_every_row_gets_the_answer_that_it_would_get_alone() -> None:
    classifier = small_classifier("progressive")
    stir(classifier.fusion)
    mixed = rows([5, 2, 9, 3], [0, -1, 1, -1])
    answers = answer(classifier, mixed)
    for index in range(4):
        ids = mixed.token_ids[index][None]
        if mixed.picture[index] < 0:
            alone = classifier(ids)
        else:
            alone = classifier(ids, scale(mixed.pictures[mixed.picture[index]][None]), np.ones(1, bool))
        np.testing.assert_allclose(answers.emotions[index], alone.emotions[0], atol=1e-4)
        np.testing.assert_allclose(answers.sentiment[index], alone.sentiment[0], atol=1e-4)
        np.testing.assert_allclose(answers.toxicity[index], alone.toxicity[0], atol=1e-4)
        np.testing.assert_allclose(answers.sexism[index], alone.sexism[0], atol=1e-4)


def test_rows_without_a_picture_are_another_networks_where_there_is_one() -> None:
    classifier, text = small_classifier("progressive"), small_classifier("text", seed=1)
    mixed = rows([5, 2], [0, -1])
    both, paired = answer(classifier, mixed, text), answer(classifier, mixed)
    alone = np.asarray(text.answer_texts(pad([mixed.token_ids[1]])).emotions)[0]
    np.testing.assert_array_equal(both.emotions[1], alone)
    np.testing.assert_array_equal(both.emotions[0], paired.emotions[0])
    assert (paired.emotions[1] != alone).any()


def test_figures_are_kept_apart_by_set_and_given_where_there_are_labels(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    count = 56
    emotions = np.eye(len(EMOTIONS), dtype=np.float32)[np.arange(count) % 28]
    sentiment = np.eye(3, dtype=np.float32)[np.arange(count) % 3]
    toxicity = (np.arange(count) % 2).astype(np.float32)
    right = Answers(9 * emotions - 5, 9 * sentiment, toxicity, sexism=toxicity)
    monkeypatch.setattr(validation, "answer", lambda classifier, given: right)
    texts, no_pictures = [3] * count, [-1] * count
    scores = dev_scores(small_classifier("text"), rows(texts, no_pictures, emotions=emotions))
    assert scores == {"some/macro_f1_cross_fitted": 1.0, "some/top_emotion_accuracy": 1.0}
    halves = ["a"] * 28 + ["b"] * 28
    wrong = np.concatenate([sentiment[:28], np.roll(sentiment[28:], 1, axis=1)])
    scores = dev_scores(
        small_classifier("text"),
        rows(texts, no_pictures, sets=halves, sentiment=wrong, toxicity=toxicity),
    )
    assert scores == {
        "a/sentiment_accuracy": 1.0,
        "a/sentiment_weighted_f1": 1.0,
        "a/sentiment_nll": 0.0002,  # ln(1 + 2 / e⁹)
        "a/toxicity_auroc": 1.0,
        "a/sexism_auroc": 0.0,
        "b/sentiment_accuracy": 0.0,
        "b/sentiment_weighted_f1": 0.0,
        "b/sentiment_nll": 9.0002,
        "b/toxicity_auroc": 1.0,
        "b/sexism_auroc": 0.0,
    }
