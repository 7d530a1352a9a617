"""The text tower reads what is there and nothing else."""

import numpy as np
import pytest

from moodring.model.encoders.text import (
    STAGES,
    TextEncoder,
    mean_pool,
)

from ..small import CLS, HIDDEN, SEP, sentences, small_text_encoder, stir


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


def test_messages_in_one_sequence_are_read_as_each_alone(encoder: TextEncoder) -> None:
    messages = [np.array([[CLS, *sentences(1, length, length)[0], SEP]]) for length in (4, 1, 7)]
    together = encoder(np.concatenate([*messages, np.zeros((1, 3), np.int32)], axis=1))
    start = 0
    for message in messages:
        end = start + message.shape[1]
        for state, alone in zip(together, encoder(message), strict=True):
            np.testing.assert_allclose(state[:, start:end], alone, atol=1e-5)
        start = end


def test_what_follows_the_first_separator_is_another_segment(encoder: TextEncoder) -> None:
    words = sentences(1, 3)[0]
    embedded, _ = encoder.embed(np.array([[CLS, *words, SEP, *words, SEP, 0]]))
    embedded, places = np.asarray(embedded)[0], encoder.places(np.arange(8))
    own = embedded[:8] - encoder.words(np.array([CLS, *words, SEP, *words])) - places
    first, second = np.asarray(encoder.segments(np.array([0, 1])))
    np.testing.assert_allclose(own, [first] * 5 + [second] * 3, atol=1e-5)


def test_the_type_of_the_products_changes_little(encoder: TextEncoder) -> None:
    quick = TextEncoder.from_config({**encoder.get_config(), "products": "bfloat16"})
    quick.build((None, None))
    quick.set_weights(encoder.get_weights())
    for state, exact in zip(quick(sentences(2, 7)), encoder(sentences(2, 7)), strict=True):
        np.testing.assert_allclose(state, exact, atol=0.15)


def test_a_configured_tower_is_built_again_from_its_configuration(encoder: TextEncoder) -> None:
    again = TextEncoder.from_config(encoder.get_config())
    assert again.get_config() == encoder.get_config()


def test_the_mean_is_over_what_is_there() -> None:
    states = np.array([[[2.0, 0.0], [4.0, 6.0], [99.0, 99.0]], [[1.0, 1.0]] * 3], np.float32)
    mask = np.array([[True, True, False], [False] * 3])
    assert np.asarray(mean_pool(states, mask)).tolist() == [[3.0, 3.0], [0.0, 0.0]]


def test_an_embedding_is_kept_in_int8_and_moved_by_no_training(encoder: TextEncoder) -> None:
    for embedding in (encoder.words, encoder.places):
        assert embedding.table.dtype == "int8"
        assert not embedding.trainable_variables
