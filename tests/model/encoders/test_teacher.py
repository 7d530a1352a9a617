"""The teacher reads the small tower's token ids and tells near from far, before from after."""

import numpy as np
import pytest

from moodring.model.encoders.teacher import BUCKETS, TeacherEncoder, relative_buckets
from moodring.model.encoders.text import CLS, SEP

from ..small import HIDDEN, small_teacher_encoder, stir


@pytest.fixture(scope="module")
def teacher() -> TeacherEncoder:
    encoder = small_teacher_encoder()
    stir(encoder)
    encoder.words.set_weights([np.random.default_rng(0).normal(0, 0.5, (240, HIDDEN))])
    return encoder


def test_near_places_have_buckets_of_their_own_and_far_ones_share_the_last() -> None:
    buckets = relative_buckets(300)
    assert buckets[0, :8].tolist() == [0, *range(17, 24)]
    assert buckets[:8, 0].tolist() == list(range(8))
    assert buckets[299, 0] == BUCKETS // 2 - 1
    assert buckets[0, 299] == BUCKETS - 1
    assert (np.diff(buckets[:, 0]) >= 0).all()


def test_padding_changes_no_state(teacher: TeacherEncoder) -> None:
    token_ids = np.array([[CLS, 7, 8, 9, SEP]])
    [state], [longer] = teacher(token_ids), teacher(np.pad(token_ids, ((0, 0), (0, 6))))
    np.testing.assert_allclose(longer[:, :5], state, atol=1e-5)


def test_the_order_of_words_matters(teacher: TeacherEncoder) -> None:
    [state], [turned] = teacher(np.array([[CLS, 7, 8, SEP]])), teacher(np.array([[CLS, 8, 7, SEP]]))
    assert np.abs(np.asarray(state)[0, [1, 2]] - np.asarray(turned)[0, [2, 1]]).max() > 1e-3


def test_token_ids_are_moved_to_the_teachers_vocabulary(teacher: TeacherEncoder) -> None:
    seen: list[np.ndarray] = []

    class Words:
        def __call__(self, ids: np.ndarray) -> np.ndarray:
            seen.append(np.asarray(ids))
            return np.zeros((*np.shape(ids), HIDDEN), np.float32)

    other = small_teacher_encoder()
    other._tracker.unlock()
    other.words = Words()
    other(np.array([[CLS, 7, SEP, 0]]))
    assert seen[0].tolist() == [[0, 11, 2, 1]]


def test_it_is_built_again_from_its_configuration(teacher: TeacherEncoder) -> None:
    assert TeacherEncoder.from_config(teacher.get_config()).get_config() == teacher.get_config()
