"""Early fusion: patches are words among words, and a hidden picture is none."""

import numpy as np
import pytest
from numpy.typing import NDArray

from moodring.model.encoders.text import TextEncoder, mean_pool
from moodring.model.fusion.early import EarlyFusion

from ..small import HIDDEN, sentences, small_text_encoder, stir

SHOWN, HIDDEN_FROM_VIEW = np.array([True, True]), np.array([False, False])


@pytest.fixture(scope="module")
def encoder() -> TextEncoder:
    encoder = small_text_encoder()
    stir(encoder)
    return encoder


@pytest.fixture(scope="module")
def fusion() -> EarlyFusion:
    fusion = EarlyFusion(HIDDEN)
    fusion.build()
    stir(fusion)
    return fusion


def stem(seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).random((2, 112, 112, 32)).astype(np.float32)


def test_one_vector_a_sample_and_the_picture_has_a_say(fusion: EarlyFusion, encoder: TextEncoder) -> None:
    token_ids = sentences(2, 6)
    fused, other = (np.asarray(fusion(token_ids, stem(seed), SHOWN, encoder=encoder)) for seed in (0, 1))
    assert fused.shape == (2, HIDDEN)
    assert np.abs(fused - other).max() > 1e-3


def test_a_hidden_picture_leaves_the_text_towers_answer(fusion: EarlyFusion, encoder: TextEncoder) -> None:
    token_ids = sentences(2, 6)
    fused = fusion(token_ids, stem(), HIDDEN_FROM_VIEW, encoder=encoder)
    alone = mean_pool(encoder(token_ids)[-1], token_ids != 0)
    np.testing.assert_allclose(fused, alone, atol=1e-5)


def test_padding_of_the_text_changes_nothing(fusion: EarlyFusion, encoder: TextEncoder) -> None:
    token_ids = sentences(2, 6)
    padded = np.pad(token_ids, ((0, 0), (0, 4)))
    fused, longer = (fusion(ids, stem(), SHOWN, encoder=encoder) for ids in (token_ids, padded))
    np.testing.assert_allclose(longer, fused, atol=1e-5)


def test_a_fusion_is_built_again_from_its_configuration(fusion: EarlyFusion) -> None:
    assert EarlyFusion.from_config(fusion.get_config()).get_config() == fusion.get_config()
