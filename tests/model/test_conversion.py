"""Networks are split into files only where they can be."""

from pathlib import Path

import pytest

from moodring.model.conversion import ExportError, convert

from .exported import small_runs
from .small import small_classifier, stir


@pytest.mark.parametrize("strategy", ["text", "early"])
def test_a_network_without_towers_of_its_own_is_not_split(strategy: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=f"a {strategy} model has no towers that run on their own"):
        convert(small_classifier("text"), small_classifier(strategy), tmp_path)


def test_a_run_over_other_lower_layers_than_the_text_runs_does_not_ship(tmp_path: Path) -> None:
    text_run, classifier = small_runs()
    stir(classifier.text_encoder.blocks[0])
    with pytest.raises(ExportError, match="other lower layers than the text run"):
        convert(text_run, classifier, tmp_path)
