"""Training learns, and a run that was killed goes on where it was."""

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from moodring.model import run as run_folder
from moodring.model import training
from moodring.model.batches import LENGTH_STEP, Batches, Rows, build_rows
from moodring.model.classifier import EmotionClassifier
from moodring.model.data import Record
from moodring.model.distillation import fold_of
from moodring.model.run import (
    LOG_FILE,
    MANIFEST_FILE,
    SETTINGS_FILE,
    WEIGHTS_FILE,
    TrainingError,
    TrainingSettings,
)
from moodring.model.text import Tokenizer
from moodring.model.trainer import Trainer
from moodring.model.training import start_classifier, steps_from, train

from .small import sentences, small_classifier, stir

SETTINGS = TrainingSettings(strategy="text", epochs=2, batch=8, max_tokens=16)
STEPS = 6
RECORDS = [
    Record(
        id=f"some/{number}",
        text="hot soup" if number % 2 else "cold tea",
        emotions=frozenset({"joy" if number % 2 else "anger"}),
        sentiment=(0.0, 0.0, 1.0) if number % 2 else (1.0, 0.0, 0.0),
        toxicity=float(number % 2 == 0),
    )
    for number in range(24)
]


@pytest.fixture(autouse=True)
def eager() -> Iterator[None]:
    """A few steps of a small network are quicker than tracing its graph."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


Run = Callable[..., dict[str, Any]]


@pytest.fixture
def run(tmp_path: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Trains a small network on invented records in one folder."""
    monkeypatch.setattr(training, "start_classifier", lambda *_: small_classifier("text"))
    monkeypatch.setattr(training, "CHECKPOINT_SECONDS", 0.0)
    monkeypatch.setattr(training, "LOG_STEPS", 2)

    def start(settings: TrainingSettings = SETTINGS) -> dict[str, Any]:
        return train(
            settings,
            train_records={"some": RECORDS},
            dev_records={"some": RECORDS[:6]},
            tokenizer=tokenizer,
            pretrained=tmp_path,
            out=tmp_path / "run",
            data_checksums={"some": {"file": "abc"}},
        )

    return start


class Watch:
    """Notes each step's batch and the weights before it; ends the run at a given step."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.steps: list[tuple[int, bytes]] = []
        self.weights: list[list[np.ndarray]] = []
        self.kill_at = STEPS
        taken = Trainer.train_step

        def step(trainer: Trainer, batch: dict[str, Any], number: int) -> float:
            parts = (trainer.tower_optimizer, trainer.head_optimizer)
            variables = trainer.classifier.trainable_variables + [v for part in parts for v in part.variables]
            self.weights.append([variable.numpy() for variable in variables])
            if number == self.kill_at:
                raise KeyboardInterrupt
            self.steps.append((number, batch["token_ids"].tobytes()))
            return taken(trainer, batch, number)

        monkeypatch.setattr(Trainer, "train_step", step)


def test_a_killed_run_goes_on_where_it_was(
    run: Run, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    watch = Watch(monkeypatch)
    watch.kill_at = 2
    with pytest.raises(KeyboardInterrupt):
        run()
    left = watch.weights[-1]
    assert not (tmp_path / "run" / MANIFEST_FILE).exists()

    watch.kill_at = STEPS
    manifest = run()
    found = watch.weights[3]  # before the first step after the kill
    assert all(np.array_equal(now, before) for now, before in zip(found, left, strict=True))
    rows = build_rows({"some": RECORDS}, tokenizer, SETTINGS.max_tokens)
    batches = Batches(rows, size=SETTINGS.batch, seed=SETTINGS.seed, shares={}, images=False)
    undisturbed = [
        (step.number, batches.arrays(step.rows, np.random.default_rng(0))["token_ids"].tobytes())
        for step in steps_from(0, batches, SETTINGS.epochs)
    ]
    assert watch.steps == undisturbed

    folder = tmp_path / "run"
    assert json.loads((folder / MANIFEST_FILE).read_text()) == manifest
    assert manifest["data"] == {"some": {"file": "abc"}}
    assert manifest["rows"] == {"some": 24}
    assert manifest["settings"]["batch"] == 8
    assert manifest["dev"].keys() == {
        "some/macro_f1_cross_fitted",
        "some/sentiment_accuracy",
        "some/sentiment_nll",
        "some/sentiment_weighted_f1",
        "some/top_emotion_accuracy",
        "some/toxicity_auroc",
    }
    lines = [json.loads(line) for line in (folder / LOG_FILE).read_text().splitlines()]
    assert [line["step"] for line in lines if "loss" in line] == [2, 4, 6]
    assert [line["step"] for line in lines if "dev" in line] == [3, 6]
    assert json.loads((folder / SETTINGS_FILE).read_text()) == manifest["settings"]
    small_classifier("text").load_weights(folder / WEIGHTS_FILE)


def test_a_resumed_run_ends_where_an_undisturbed_one_does(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def trained() -> list[np.ndarray]:
        classifier = small_classifier("text", seed=1)
        classifier.load_weights(tmp_path / "run" / WEIGHTS_FILE)
        weights: list[np.ndarray] = classifier.get_weights()
        return weights

    run()
    undisturbed = trained()
    shutil.rmtree(tmp_path / "run")
    watch = Watch(monkeypatch)
    watch.kill_at = 2
    with pytest.raises(KeyboardInterrupt):
        run()
    watch.kill_at = STEPS
    run()
    for found, expected in zip(trained(), undisturbed, strict=True):
        np.testing.assert_array_equal(found, expected)


def test_a_set_without_a_share_is_left_out_altogether(
    tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[Rows] = []

    def start(settings: TrainingSettings, pretrained: Path, rows: Rows, init: Path | None) -> Any:
        started.append(rows)
        return small_classifier("text")

    monkeypatch.setattr(training, "start_classifier", start)
    manifest = train(
        replace(SETTINGS, epochs=1, shares={"other": 0.0}),
        train_records={"some": RECORDS, "other": [replace(RECORDS[0], id="other/0")]},
        dev_records={"some": RECORDS},
        tokenizer=tokenizer,
        pretrained=tmp_path,
        out=tmp_path / "run",
        data_checksums={},
    )
    assert manifest["rows"] == {"some": len(RECORDS)}
    assert set(started[0].sets.tolist()) == {"some"}


def test_a_run_leaves_its_fold_out(run: Run, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch(monkeypatch)
    fold = fold_of("hot soup")
    assert fold_of("cold tea") != fold
    manifest = run(replace(SETTINGS, epochs=1, fold=fold))
    assert manifest["rows"] == {"some": len(RECORDS) // 2}
    cold, _ = tokenizer.encode("cold tea")
    shown = np.concatenate([np.frombuffer(ids, np.int32).reshape(-1, LENGTH_STEP) for _, ids in watch.steps])
    assert len(shown) == len(RECORDS) // 2
    assert (shown[:, : len(cold)] == cold).all()


def test_a_fold_that_there_is_not_is_refused(run: Run) -> None:
    with pytest.raises(TrainingError, match="there is no part 5 to leave out: they are 0 to 4"):
        run(replace(SETTINGS, fold=5))


def test_a_run_without_a_row_is_what_it_starts_from(
    tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = small_classifier("progressive")
    monkeypatch.setattr(training, "start_classifier", lambda *_: start)
    before = start.get_weights()
    manifest = train(
        replace(SETTINGS, strategy="progressive", views=2, upper=True),
        train_records={},
        dev_records={"some": RECORDS},
        tokenizer=tokenizer,
        pretrained=tmp_path,
        out=tmp_path / "run",
        data_checksums={},
        teachers=[tmp_path / "has nothing to say"],
    )
    assert manifest["rows"] == {}
    assert "some/sentiment_accuracy" in manifest["dev"]
    for now, then in zip(start.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_run_goes_on_only_with_its_own_settings(run: Run, tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / SETTINGS_FILE).write_text('{"seed": 1}')
    with pytest.raises(TrainingError, match="run holds a run with other settings"):
        run()


def test_a_finished_text_run_is_taken_over_whole(
    tmp_path: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = small_classifier("text")
    text.save_weights(tmp_path / WEIGHTS_FILE)
    manifest = {"settings": asdict(TrainingSettings(strategy="text"))}
    (tmp_path / MANIFEST_FILE).write_text(json.dumps(manifest))
    for module in (training, run_folder):
        monkeypatch.setattr(
            module, "EmotionClassifier", lambda strategy, *_, **__: small_classifier(strategy, seed=1)
        )
    monkeypatch.setattr(EmotionClassifier, "load_pretrained", lambda *_: None)
    rows = build_rows({"some": RECORDS}, tokenizer, 16)
    pairs = start_classifier(TrainingSettings(), tmp_path, rows, tmp_path)
    token_ids = sentences(2, 6)
    for name in ("emotions", "sentiment", "toxicity", "text_sentiment"):
        expected, found = (getattr(network(token_ids), name) for network in (text, pairs))
        np.testing.assert_allclose(found, expected, atol=1e-5)


def test_a_finished_run_of_the_same_strategy_is_taken_over_with_its_fusion(
    tmp_path: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = small_classifier("progressive", seed=2)
    stir(first.fusion, 0.3)
    first.save_weights(tmp_path / WEIGHTS_FILE)
    manifest = {"settings": asdict(TrainingSettings())}
    (tmp_path / MANIFEST_FILE).write_text(json.dumps(manifest))
    for module in (training, run_folder):
        monkeypatch.setattr(
            module, "EmotionClassifier", lambda strategy, *_, **__: small_classifier(strategy, seed=1)
        )
    monkeypatch.setattr(EmotionClassifier, "load_pretrained", lambda *_: None)
    rows = build_rows({"some": RECORDS}, tokenizer, 16)
    second = start_classifier(TrainingSettings(), tmp_path, rows, tmp_path)
    for part in ("fusion", "image_head", "heads"):
        expected, found = (getattr(network, part).get_weights() for network in (first, second))
        for mine, theirs in zip(found, expected, strict=True):
            np.testing.assert_array_equal(mine, theirs)
