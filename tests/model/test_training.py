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

from moodring.model import training
from moodring.model.batches import LENGTH_STEP, Batches, Rows, build_rows
from moodring.model.classifier import EmotionClassifier, Outputs
from moodring.model.data import Record
from moodring.model.distillation import fold_of
from moodring.model.encoders.text import SHARED
from moodring.model.text import Tokenizer
from moodring.model.training import (
    LOG_FILE,
    MANIFEST_FILE,
    SETTINGS_FILE,
    WEIGHTS_FILE,
    Trainer,
    TrainingError,
    TrainingSettings,
    start_classifier,
    steps_from,
    train,
)

from .small import labels, sentences, small_classifier, stir

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


def test_the_rates_rise_and_fall_to_a_fiftieth() -> None:
    trainer = Trainer(small_classifier("text"), TrainingSettings(warmup=0.1), 100)
    factors = [trainer.schedule(step) for step in range(100)]
    assert factors[0] == pytest.approx(0.1)
    assert factors[9] == factors[10] == 1.0
    assert factors[10:] == sorted(factors[10:], reverse=True)
    assert factors[-1] == pytest.approx(0.02, abs=0.001)


def outputs(rows: int, **logits: Any) -> Outputs:
    zeros = {"emotions": (rows, 28), "sentiment": (rows, 3), "toxicity": (rows,), "sexism": (rows,)}
    given = {name: np.zeros(shape, np.float32) for name, shape in zeros.items()}
    return Outputs(**{**given, **logits})


def test_the_loss_is_the_sum_of_the_tasks_means() -> None:
    undecided = 28 * np.log(2) + np.log(3) + 2 * np.log(2)
    assert float(training.loss(outputs(4), labels(4))) == pytest.approx(undecided, rel=1e-5)
    sentiments = np.zeros((4, 3), np.float32)
    both = outputs(4, text_sentiment=sentiments, image_sentiment=sentiments)
    extra = 2 * training.AUXILIARY_WEIGHT * np.log(3)
    assert float(training.loss(both, labels(4))) == pytest.approx(undecided + extra, rel=1e-5)


TASKS = ("emotions", "sentiment", "toxicity", "sexism")


@pytest.mark.parametrize("task", TASKS)
def test_a_row_without_a_label_has_no_part_in_that_tasks_loss(task: str) -> None:
    batch = labels(4)
    batch[f"has_{task}"][2:] = 0
    wrong = getattr(outputs(4), task).copy()
    before = float(training.loss(outputs(4), batch))
    wrong[2:] += np.arange(wrong[2:].size, dtype=np.float32).reshape(wrong[2:].shape)
    assert float(training.loss(outputs(4, **{task: wrong}), batch)) == pytest.approx(before)
    batch[f"has_{task}"][:] = 0
    assert np.isfinite(float(training.loss(outputs(4), batch)))


def test_weak_labels_count_less_even_in_a_batch_of_their_own() -> None:
    def toxicity_loss(weight: float) -> float:
        batch = labels(4)
        for task in TASKS:
            batch[f"has_{task}"][:] = weight if task == "toxicity" else 0
        return float(training.loss(outputs(4), batch))

    assert toxicity_loss(0.25) == pytest.approx(0.25 * toxicity_loss(1.0))


def test_a_few_steps_on_texts_and_pairs_lower_the_loss() -> None:
    classifier = small_classifier("progressive")
    trainer = Trainer(classifier, TrainingSettings(tower_rate=1e-2, head_rate=3e-2, warmup=0.0), 1_000)
    text = {"token_ids": sentences(2, 8), **labels(2)}
    pictures = np.random.default_rng(0).random((2, 224, 224, 3)).astype(np.float32)
    pair = {**text, "pictures": pictures, "present": np.array([True, False])}
    frozen = classifier.image_encoder.get_weights()
    losses = [(trainer.train_step(text, step), trainer.train_step(pair, step)) for step in range(4)]
    assert losses[-1][0] < 0.9 * losses[0][0]
    assert losses[-1][1] < 0.9 * losses[0][1]
    after = classifier.image_encoder.get_weights()
    assert all((now == before).all() for now, before in zip(after, frozen, strict=True))


def test_a_few_steps_of_a_teacher_lower_the_loss() -> None:
    trainer = Trainer(small_classifier("teacher"), TrainingSettings(head_rate=3e-2, warmup=0.0), 1_000)
    text = {"token_ids": sentences(4, 8), **labels(4)}
    losses = [trainer.train_step(text, step) for step in range(5)]
    assert losses[-1] < 0.9 * losses[0]


@pytest.mark.parametrize("tower_rate", [0.0, 1e-2])
def test_a_text_tower_without_a_rate_stays_as_it_is(tower_rate: float) -> None:
    classifier = small_classifier("progressive")
    trainer = Trainer(classifier, TrainingSettings(tower_rate=tower_rate, head_rate=1e-2, warmup=0.0), 10)
    tower, heads = classifier.text_encoder.get_weights(), classifier.heads.get_weights()
    trainer.train_step({"token_ids": sentences(2, 8), **labels(2)}, 0)
    moved = [
        (now != before).any()
        for now, before in zip(classifier.text_encoder.get_weights(), tower, strict=True)
    ]
    assert any(moved) == (tower_rate > 0)
    assert any(
        (now != before).any() for now, before in zip(classifier.heads.get_weights(), heads, strict=True)
    )


def test_a_step_without_pictures_leaves_the_images_head_as_it_is() -> None:
    classifier = small_classifier("progressive")
    trainer = Trainer(classifier, TrainingSettings(head_rate=1e-2, warmup=0.0), 10)
    before = classifier.image_head.get_weights()
    for step in range(2):
        trainer.train_step({"token_ids": sentences(2, 8), **labels(2)}, step)
    for now, then in zip(classifier.image_head.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_run_of_the_upper_layers_leaves_those_that_are_shared() -> None:
    classifier = small_classifier("progressive")
    encoder = classifier.text_encoder
    settings = TrainingSettings(tower_rate=1e-2, head_rate=1e-2, warmup=0.0, upper=True)
    trainer = Trainer(classifier, settings, 10)
    parts = [encoder.words, encoder.segments, encoder.embedding_norm, *encoder.blocks]
    before = [part.get_weights() for part in parts]
    trainer.train_step({"token_ids": sentences(2, 8), **labels(2)}, 0)
    moved = [
        any((now != then).any() for now, then in zip(part.get_weights(), weights, strict=True))
        for part, weights in zip(parts, before, strict=True)
    ]
    assert moved == [False] * (3 + SHARED) + [True] * (len(encoder.blocks) - SHARED)


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
    monkeypatch.setattr(
        training, "EmotionClassifier", lambda strategy, *_, **__: small_classifier(strategy, seed=1)
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
    monkeypatch.setattr(
        training, "EmotionClassifier", lambda strategy, *_, **__: small_classifier(strategy, seed=1)
    )
    monkeypatch.setattr(EmotionClassifier, "load_pretrained", lambda *_: None)
    rows = build_rows({"some": RECORDS}, tokenizer, 16)
    second = start_classifier(TrainingSettings(), tmp_path, rows, tmp_path)
    for part in ("fusion", "image_head", "heads"):
        expected, found = (getattr(network, part).get_weights() for network in (first, second))
        for mine, theirs in zip(found, expected, strict=True):
            np.testing.assert_array_equal(mine, theirs)
