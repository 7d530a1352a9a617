"""A step follows its loss and its rates, and moves only what it may."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from moodring.model.classifier import Outputs
from moodring.model.encoders.text import SHARED
from moodring.model.run import TrainingSettings
from moodring.model.trainer import AUXILIARY_WEIGHT, Trainer, loss

from .small import labels, sentences, small_classifier


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
    assert float(loss(outputs(4), labels(4))) == pytest.approx(undecided, rel=1e-5)
    sentiments = np.zeros((4, 3), np.float32)
    both = outputs(4, text_sentiment=sentiments, image_sentiment=sentiments)
    extra = 2 * AUXILIARY_WEIGHT * np.log(3)
    assert float(loss(both, labels(4))) == pytest.approx(undecided + extra, rel=1e-5)


TASKS = ("emotions", "sentiment", "toxicity", "sexism")


@pytest.mark.parametrize("task", TASKS)
def test_a_row_without_a_label_has_no_part_in_that_tasks_loss(task: str) -> None:
    batch = labels(4)
    batch[f"has_{task}"][2:] = 0
    wrong = getattr(outputs(4), task).copy()
    before = float(loss(outputs(4), batch))
    wrong[2:] += np.arange(wrong[2:].size, dtype=np.float32).reshape(wrong[2:].shape)
    assert float(loss(outputs(4, **{task: wrong}), batch)) == pytest.approx(before)
    batch[f"has_{task}"][:] = 0
    assert np.isfinite(float(loss(outputs(4), batch)))


def test_weak_labels_count_less_even_in_a_batch_of_their_own() -> None:
    def toxicity_loss(weight: float) -> float:
        batch = labels(4)
        for task in TASKS:
            batch[f"has_{task}"][:] = weight if task == "toxicity" else 0
        return float(loss(outputs(4), batch))

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
