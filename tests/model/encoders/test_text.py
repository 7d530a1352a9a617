"""The text tower reads what is there and nothing else."""

import numpy as np
import pytest

from moodring.model.encoders.text import STAGES, TextEncoder, mean_pool, round_words

from ..small import HIDDEN, sentences, small_text_encoder, stir


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    encoder = small_text_encoder()
    stir(encoder)
    return encoder


def test_every_stage_has_a_state_for_every_token(encoder: TextEncoder) -> None:
    states = encoder(sentences(2, 7))
    assert [tuple(state.shape) for state in states] == [(2, 7, HIDDEN)] * len(STAGES)


def test_padding_changes_no_state(encoder: TextEncoder) -> None:
    token_ids = sentences(2, 7)
    padded = np.pad(token_ids, ((0, 0), (0, 9)))
    for state, longer in zip(encoder(token_ids), encoder(padded), strict=True):
        np.testing.assert_allclose(longer[:, :7], state, atol=1e-5)


def test_the_order_of_words_matters(encoder: TextEncoder) -> None:
    token_ids = sentences(1, 7)
    last, turned = encoder(token_ids)[-1], encoder(token_ids[:, ::-1])[-1]
    assert np.abs(np.asarray(last)[:, ::-1] - np.asarray(turned)).max() > 1e-3


def test_a_configured_tower_is_built_again_from_its_configuration(encoder: TextEncoder) -> None:
    again = TextEncoder.from_config(encoder.get_config())
    assert again.get_config() == encoder.get_config()


def test_the_mean_is_over_what_is_there() -> None:
    states = np.array([[[2.0, 0.0], [4.0, 6.0], [99.0, 99.0]], [[1.0, 1.0]] * 3], np.float32)
    mask = np.array([[True, True, False], [False] * 3])
    assert np.asarray(mean_pool(states, mask)).tolist() == [[3.0, 3.0], [0.0, 0.0]]


def test_a_rounded_word_keeps_within_half_a_step_of_its_own_scale() -> None:
    random = np.random.default_rng(0)
    table = (random.normal(size=(6, 8)) * np.array([[0], [1e-3], [1], [1], [10], [100]])).astype(np.float32)
    rounded, scale = round_words(table)
    assert rounded.dtype == np.int8
    assert scale.shape == (6, 1)
    step = np.abs(table).max(axis=1, keepdims=True) / 127
    assert (np.abs(rounded * scale - table) <= step / 2 * 1.001).all()


def test_rounding_a_rounded_table_changes_nothing() -> None:
    table = np.random.default_rng(0).normal(size=(50, 8)).astype(np.float32)
    rounded, scale = round_words(table)
    again, _ = round_words(rounded * scale)
    assert (again == rounded).all()
