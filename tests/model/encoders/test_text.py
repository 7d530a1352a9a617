"""The text tower reads what is there and nothing else."""

import numpy as np
import pytest

from moodring.model.encoders.int8 import Int8Dense, round_kernel, round_rows
from moodring.model.encoders.text import STAGES, TextEncoder, mean_pool

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


def test_rounding_keeps_within_half_a_step_and_keeps_zero() -> None:
    random = np.random.default_rng(0)
    kernel, rows = (random.normal(size=(8, 5)).astype(np.float32) for _ in range(2))
    rows[:, 0] = 0
    rounded = np.asarray(round_kernel(kernel))
    assert (np.abs(rounded - kernel) <= np.abs(kernel).max(axis=0) / 127 / 2 + 1e-6).all()
    rounded = np.asarray(round_rows(rows))
    assert (np.abs(rounded - rows) <= np.ptp(rows, axis=1, keepdims=True) / 255 / 2 + 1e-6).all()
    assert (rounded[:, 0] == 0).all()


def test_a_dense_layer_rounds_only_when_told_to() -> None:
    layer = Int8Dense(4)
    layer.build((None, 6))
    stir(layer)
    x = np.random.default_rng(1).normal(size=(3, 6)).astype(np.float32)
    kernel, bias = layer.get_weights()
    exact = x @ kernel + bias
    np.testing.assert_allclose(layer(x), exact, atol=1e-6)
    layer.simulate_int8 = True
    assert 1e-4 < np.abs(np.asarray(layer(x)) - exact).max() < 0.05
