"""Each strategy is one network over the same towers and heads."""

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from moodring.model.classifier import FUSIONS, STRATEGIES, EmotionClassifier

from .small import sentences, small_classifier

Floats = NDArray[np.float32]


@pytest.fixture(scope="module", params=STRATEGIES)
def classifier(request: pytest.FixtureRequest) -> EmotionClassifier:
    made = small_classifier(request.param)
    if request.param in {
        "progressive",
        "feedback",
    }:  # its readout starts at zero: the image would have no say
        kernel, bias = made.fusion.readout.get_weights()
        made.fusion.readout.set_weights([np.random.default_rng(0).normal(0, 0.1, kernel.shape), bias])
    return made


def pictures(seed: int = 0) -> Floats:
    return np.random.default_rng(seed).random((2, 224, 224, 3)).astype(np.float32)


def logits(outputs: Any) -> Floats:
    parts = (outputs.emotions, outputs.sentiment, outputs.toxicity[:, None])
    return np.concatenate([np.asarray(part) for part in parts], axis=1)


def test_every_strategy_answers_texts_and_pairs(classifier: EmotionClassifier) -> None:
    token_ids = sentences(2, 6)
    text = classifier(token_ids)
    assert logits(text).shape == (2, 28 + 3 + 1)
    assert text.sexism.shape == (2,)
    assert text.text_sentiment.shape == (2, 3)
    assert text.image_sentiment is None
    pair = classifier(token_ids, pictures(), np.array([True, True]))
    assert logits(pair).shape == (2, 28 + 3 + 1)
    if classifier.strategy not in FUSIONS:
        assert (logits(pair) == logits(text)).all()
    else:
        assert pair.image_sentiment.shape == (2, 3)
        assert np.abs(logits(pair) - logits(text)).max() > 1e-4


def test_a_hidden_picture_answers_as_no_picture_does(classifier: EmotionClassifier) -> None:
    token_ids = sentences(2, 6)
    hidden = classifier(token_ids, pictures(), np.array([False, False]))
    np.testing.assert_allclose(logits(hidden), logits(classifier(token_ids)), atol=1e-5)


def test_towers_that_keep_their_pretrained_weights_are_not_trained(classifier: EmotionClassifier) -> None:
    trained = {id(variable) for variable in classifier.trainable_variables}
    kept = list(classifier.text_encoder.words.variables)
    if classifier.strategy in FUSIONS:
        kept += classifier.image_encoder.variables
    assert not trained & {id(variable) for variable in kept}
    assert trained >= {id(variable) for variable in classifier.text_encoder.blocks[0].trainable_variables}


def test_the_emotions_start_from_how_often_they_are_given() -> None:
    classifier = small_classifier("text")
    frequencies = np.linspace(0.0, 0.5, 28, dtype=np.float32)
    classifier.start_from_prior(frequencies)
    _, bias = classifier.heads.outer["emotions"].get_weights()
    np.testing.assert_allclose(1 / (1 + np.exp(-bias)), frequencies, atol=2e-5)
    assert np.isfinite(bias).all()


def test_an_unknown_strategy_is_refused() -> None:
    with pytest.raises(
        ValueError, match="strategy is 'middle', not one of progressive, late, early, feedback"
    ):
        EmotionClassifier("middle")
