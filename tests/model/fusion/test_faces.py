"""A face is one more token of its picture at every stage, and none where there is none."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from moodring.model.classifier import EmotionClassifier, View
from moodring.model.encoders.image import STAGE_CHANNELS
from moodring.model.fusion.faces import FaceTokens
from moodring.model.sample import FACE_WIDTH

from ..small import sentences, small_classifier, stir

TOKEN_IDS = sentences(2, 6)
PRESENT = np.ones(2, bool)


def faces(*counts: int) -> Any:
    """So many faces in each picture, of four at most."""
    rows = np.random.default_rng(0).normal(size=(len(counts), 4, FACE_WIDTH)).astype(np.float32)
    return rows * (np.arange(4) < np.array(counts)[:, None])[..., None]


def read(classifier: EmotionClassifier, found: Any, present: Any = PRESENT) -> Any:
    random = np.random.default_rng(1)
    stages = [random.normal(size=(2, 49, channels)).astype(np.float32) for channels in STAGE_CHANNELS]
    return np.asarray(classifier.read(TOKEN_IDS, View(None, stages, found), present).sentiment)


@pytest.fixture(params=["progressive", "late", "feedback"])
def classifier(request: pytest.FixtureRequest) -> EmotionClassifier:
    made = small_classifier(request.param)
    stir(made.fusion)
    return made


def test_a_face_is_a_token_of_every_stage() -> None:
    layer = FaceTokens(STAGE_CHANNELS)
    layer.build((None, None, FACE_WIDTH))
    assert [each.shape for each in layer(faces(4, 2))] == [(2, 4, channels) for channels in STAGE_CHANNELS]


def test_a_face_changes_the_answer_of_its_own_picture_only(classifier: EmotionClassifier) -> None:
    without, with_one = read(classifier, None), read(classifier, faces(0, 1))
    np.testing.assert_allclose(with_one[0], without[0], atol=1e-5)
    assert np.abs(with_one[1] - without[1]).max() > 1e-4


def test_the_order_of_faces_does_not_matter(classifier: EmotionClassifier) -> None:
    found = faces(4, 3)
    np.testing.assert_allclose(
        read(classifier, found), read(classifier, np.ascontiguousarray(found[:, ::-1])), atol=3e-4
    )


def test_a_picture_that_is_hidden_takes_its_faces_along(classifier: EmotionClassifier) -> None:
    hidden = np.array([True, False])
    with_face, without = read(classifier, faces(1, 1), hidden), read(classifier, faces(1, 0), hidden)
    np.testing.assert_allclose(with_face, without, atol=1e-6)


def test_the_layer_is_saved_whole(tmp_path: Path) -> None:
    first, second = small_classifier("progressive", seed=0), small_classifier("progressive", seed=1)
    first.save_weights(tmp_path / "it.weights.h5")
    second.load_weights(tmp_path / "it.weights.h5")
    for one, other in zip(first.face_tokens.weights, second.face_tokens.weights, strict=True):
        np.testing.assert_array_equal(np.asarray(one), np.asarray(other))
