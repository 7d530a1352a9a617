"""Progressive fusion with a way back: words are read in the light of the picture."""

import numpy as np
import pytest

from moodring.model.classifier import EmotionClassifier

from ..small import sentences, small_classifier, stir

SHOWN = np.array([True, True])


@pytest.fixture(scope="module")
def classifier() -> EmotionClassifier:
    return small_classifier("feedback")


def pictures(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).random((2, 224, 224, 3)).astype(np.float32)


def test_it_starts_from_the_text_towers_own_answer(classifier: EmotionClassifier) -> None:
    token_ids = sentences(2, 6)
    view = classifier.look(pictures(0))
    _, states = classifier.fusion.read_together(
        token_ids, view.stages, np.ones((2, 49), bool), encoder=classifier.text_encoder
    )
    for state, alone in zip(states, classifier.text_encoder(token_ids), strict=True):
        np.testing.assert_allclose(state, alone, atol=1e-5)


def test_once_trained_the_picture_changes_how_words_are_read(classifier: EmotionClassifier) -> None:
    stir(classifier.fusion)
    token_ids = sentences(2, 6)
    stages = [classifier.look(pictures(seed)).stages for seed in (0, 1)]
    present, encoder = np.ones((2, 49), bool), classifier.text_encoder
    shown = [classifier.fusion.read_together(token_ids, seen, present, encoder=encoder)[1] for seen in stages]
    np.testing.assert_allclose(shown[0][0], shown[1][0], atol=1e-5)
    assert np.abs(np.asarray(shown[0][2]) - np.asarray(shown[1][2])).max() > 1e-3


def test_a_hidden_picture_answers_as_no_picture_does(classifier: EmotionClassifier) -> None:
    token_ids = sentences(2, 6)
    hidden = classifier(token_ids, pictures(0), ~SHOWN).emotions
    np.testing.assert_allclose(hidden, classifier(token_ids).emotions, atol=1e-5)
