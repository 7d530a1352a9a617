"""Runs that differ by their seed alone become one."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from moodring.model import averaging
from moodring.model.averaging import AveragingError, average
from moodring.model.data import Record
from moodring.model.text import Tokenizer
from moodring.model.training import MANIFEST_FILE, WEIGHTS_FILE, TrainingError

from .exported import answer_eagerly, load_small_run
from .small import small_classifier, stir

DEV = {"pairs": [Record(id=f"p/{n}", text="hot soup", sentiment=(0.0, 0.0, 1.0)) for n in range(3)]}
SETTINGS = {"strategy": "progressive", "epochs": 2, "max_tokens": 16, "limit": None}
START = {"settings": {"strategy": "progressive", "seed": 0}}


def _run(folder: Path, seed: int, **changes: Any) -> Path:
    folder.mkdir()
    classifier = small_classifier("progressive", seed=seed)
    stir(classifier, 0.1 * seed)
    classifier.save_weights(folder / WEIGHTS_FILE)
    manifest = {"settings": SETTINGS | {"seed": seed}, "started_from": START, "data": {}, "dev": {}}
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest | changes))
    return folder


@pytest.fixture(autouse=True)
def small_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(averaging, "load_run", load_small_run)
    monkeypatch.setattr("moodring.model.validation.answer", answer_eagerly)


def test_every_weight_is_the_mean_and_the_manifest_says_of_what(tmp_path: Path, tokenizer: Tokenizer) -> None:
    runs = [_run(tmp_path / str(seed), seed) for seed in range(3)]
    manifest = average(runs, tmp_path / "mean", DEV, tokenizer)
    *members, mean = (averaging.load_run(run) for run in (*runs, tmp_path / "mean"))
    for weight, *given in zip(mean.weights, *(each.weights for each in members), strict=True):
        if weight.dtype == "float32":
            expected = np.mean([np.asarray(each) for each in given], axis=0)
            np.testing.assert_allclose(np.asarray(weight), expected, rtol=1e-5, atol=1e-6)
    assert manifest == json.loads((tmp_path / "mean" / MANIFEST_FILE).read_text())
    assert manifest["averaged"] == [0, 1, 2]
    assert "pairs/sentiment_accuracy" in manifest["dev"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"settings": SETTINGS | {"seed": 1, "epochs": 3}}, "differ by more than their seed"),
        ({"started_from": None}, "differ by more than their seed"),
        ({"data": {"pairs": "another checksum"}}, "differ by more than their seed"),
    ],
)
def test_runs_that_do_not_belong_together_are_refused(
    changes: dict[str, Any], message: str, tmp_path: Path, tokenizer: Tokenizer
) -> None:
    runs = [_run(tmp_path / "one", 0), _run(tmp_path / "other", 1, **changes)]
    with pytest.raises(AveragingError, match=message):
        average(runs, tmp_path / "mean", DEV, tokenizer)
    assert not (tmp_path / "mean").exists()


@pytest.mark.parametrize("start", [None, {"settings": {"strategy": "text", "seed": 0}}])
def test_a_fusion_that_began_anew_with_each_seed_has_no_middle(
    start: Any, tmp_path: Path, tokenizer: Tokenizer
) -> None:
    runs = [_run(tmp_path / str(seed), seed, started_from=start) for seed in range(2)]
    with pytest.raises(AveragingError, match="their fusion began anew with each seed"):
        average(runs, tmp_path / "mean", DEV, tokenizer)


def test_a_run_that_has_not_finished_is_named(tmp_path: Path, tokenizer: Tokenizer) -> None:
    with pytest.raises(TrainingError, match="the run has not finished"):
        average([tmp_path], tmp_path / "mean", DEV, tokenizer)
