"""Networks are split into files only where they can be, and served as they answer."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from moodring.model.conversion import ExportError, convert, write_saved_model
from moodring.model.image import scale

from .exported import picture, small_runs
from .small import sentences, small_classifier, stir


@pytest.mark.parametrize("strategy", ["text", "early"])
def test_a_network_without_towers_of_its_own_is_not_split(strategy: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=f"a {strategy} model has no towers that run on their own"):
        convert(small_classifier("text"), small_classifier(strategy), tmp_path)


def test_a_run_over_other_lower_layers_than_the_text_runs_does_not_ship(tmp_path: Path) -> None:
    text_run, classifier = small_runs()
    stir(classifier.text_encoder.blocks[0])
    with pytest.raises(ExportError, match="other lower layers than the text run"):
        convert(text_run, classifier, tmp_path)


@pytest.mark.parametrize("strategy", ["progressive", "early"])
def test_a_saved_model_answers_by_its_signature_as_the_networks_do(strategy: str, tmp_path: Path) -> None:
    text_run, classifier = small_classifier("text", seed=1), small_classifier(strategy)
    write_saved_model(text_run, classifier, tmp_path / "1")
    served = tf.saved_model.load(str(tmp_path / "1")).signatures["serving_default"]
    token_ids, present = sentences(2, 6), np.array([True, False])
    pictures = np.stack([picture(0), picture(1)])
    answers = served(
        token_ids=tf.constant(token_ids), pictures=tf.constant(pictures), present=tf.constant(present)
    )
    paired, alone = classifier(token_ids, scale(pictures), present), text_run(token_ids)
    assert set(answers) == {"emotions", "sentiment", "toxicity", "sexism"}
    for name, answer in answers.items():
        np.testing.assert_allclose(answer[0], getattr(paired, name)[0], atol=1e-4)
        np.testing.assert_allclose(answer[1], getattr(alone, name)[1], atol=1e-4)
