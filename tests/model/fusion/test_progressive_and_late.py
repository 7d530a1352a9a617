"""Both fusions of finished towers: what is hidden has no say, what is there has."""

from typing import Any

import numpy as np
import pytest

from moodring.model.encoders.text import mean_pool
from moodring.model.fusion.late import COMBINATIONS, LateFusion
from moodring.model.fusion.progressive import ProgressiveFusion

from ..small import HIDDEN, stir
from .memories import IMAGE_TOKENS, SHAPES, image_stages, memories, text_states


def progressive() -> ProgressiveFusion:
    fusion = ProgressiveFusion(tokens=2, width=8, heads=2, hidden=HIDDEN)
    fusion.build(*SHAPES)
    return fusion


def late(combine: str) -> LateFusion:
    fusion = LateFusion(combine, HIDDEN)
    fusion.build(*SHAPES)
    return fusion


@pytest.fixture(scope="module", params=["progressive", *COMBINATIONS])
def fusion(request: pytest.FixtureRequest) -> Any:
    made = progressive() if request.param == "progressive" else late(request.param)
    stir(made)
    return made


def test_one_vector_a_sample(fusion: Any) -> None:
    assert memories(rows=3).read_by(fusion).shape == (3, HIDDEN)
    assert memories(rows=3).without_image().read_by(fusion).shape == (3, HIDDEN)


def test_both_modalities_have_a_say(fusion: Any) -> None:
    plain = memories()
    other_text = plain.with_text(text_states(5, seed=7), plain.text_mask)
    other_image = plain.with_image(image_stages(seed=7), np.ones((2, IMAGE_TOKENS), bool))
    for other in (other_text, other_image, plain.without_image()):
        assert np.abs(other.read_by(fusion) - plain.read_by(fusion)).max() > 1e-3


def test_a_hidden_image_changes_nothing_whatever_it_shows(fusion: Any) -> None:
    plain = memories()
    hidden = np.zeros((2, IMAGE_TOKENS), bool)
    without = plain.without_image().read_by(fusion)
    for seed in (1, 2):
        seen = plain.with_image([100 * stage for stage in image_stages(seed=seed)], hidden)
        np.testing.assert_allclose(seen.read_by(fusion), without, atol=1e-5)


def test_an_image_is_hidden_for_its_own_sample_only(fusion: Any) -> None:
    plain = memories()
    present = np.repeat([[True], [False]], IMAGE_TOKENS, axis=1)
    mixed = plain.with_image(image_stages(), present).read_by(fusion)
    np.testing.assert_allclose(mixed[0], plain.read_by(fusion)[0], atol=1e-5)
    np.testing.assert_allclose(mixed[1], plain.without_image().read_by(fusion)[1], atol=1e-5)


def test_padding_of_the_text_changes_nothing(fusion: Any) -> None:
    plain = memories(tokens=5)
    longer = [
        np.concatenate([state, 100 * more], axis=1)
        for state, more in zip(plain.text, text_states(3, seed=9), strict=True)
    ]
    mask = np.pad(plain.text_mask, ((0, 0), (0, 3)))
    np.testing.assert_allclose(
        plain.with_text(longer, mask).read_by(fusion), plain.read_by(fusion), atol=1e-5
    )


def test_without_text_its_states_change_nothing(fusion: Any) -> None:
    plain = memories()
    nothing = np.zeros((2, 5), bool)
    first, second = (plain.with_text(text_states(5, seed=seed), nothing).read_by(fusion) for seed in (1, 2))
    one_token = plain.with_text(text_states(1), np.zeros((2, 1), bool)).read_by(fusion)
    np.testing.assert_allclose(first, second, atol=1e-5)
    np.testing.assert_allclose(one_token, first, atol=1e-5)


def test_several_images_are_a_set(fusion: Any) -> None:
    one, other = image_stages(seed=1), image_stages(seed=2)
    present = np.ones((2, 2 * IMAGE_TOKENS), bool)
    plain = memories()

    def both(first: list[Any], second: list[Any]) -> Any:
        stages = [np.concatenate(pair, axis=1) for pair in zip(first, second, strict=True)]
        return plain.with_image(stages, present).read_by(fusion)

    np.testing.assert_allclose(both(one, other), both(other, one), atol=1e-5)
    assert np.abs(both(one, other) - plain.read_by(fusion)).max() > 1e-3
    present[:, IMAGE_TOKENS:] = False
    np.testing.assert_allclose(both(one, other), plain.read_by(fusion), atol=1e-5)


def test_a_fusion_is_built_again_from_its_configuration(fusion: Any) -> None:
    again = type(fusion).from_config(fusion.get_config())
    assert again.get_config() == fusion.get_config()


def test_progressive_fusion_starts_from_the_text_towers_own_answer() -> None:
    plain = memories()
    fused = plain.read_by(progressive())
    np.testing.assert_allclose(fused, mean_pool(plain.text[-1], plain.text_mask), atol=1e-6)


def test_an_unknown_combination_is_refused() -> None:
    with pytest.raises(ValueError, match="combine is 'multiply', not one of concatenate, add, gated"):
        LateFusion("multiply")


@pytest.mark.parametrize("options", [{"stages": 1}, {"stages": 2}, {"tokens": 1}, {"gated": False}])
def test_a_progressive_fusion_with_one_thing_changed_still_reads_both(options: dict[str, Any]) -> None:
    changed = ProgressiveFusion(**{"tokens": 2, "width": 8, "heads": 2, "hidden": HIDDEN, **options})
    changed.build(*SHAPES)
    stir(changed)
    plain = memories()
    fused = plain.read_by(changed)
    assert np.abs(plain.without_image().read_by(changed) - fused).max() > 1e-3
    stages = [image_stages(seed=7)[0], *image_stages()[1:]]
    first = plain.with_image(stages, np.ones((2, IMAGE_TOKENS), bool))
    seen = np.abs(first.read_by(changed) - fused).max() > 1e-4
    assert seen == (changed.stages == 3)
