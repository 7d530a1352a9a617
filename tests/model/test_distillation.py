"""A teacher's answers are kept beside its run and mixed into what a student is taught."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from moodring.model import distillation
from moodring.model.batches import Rows, build_rows
from moodring.model.data import Record
from moodring.model.distillation import (
    HEDGED,
    OF_PAIRS,
    DistillationError,
    ask,
    pack,
    read_packed,
    read_soft_labels,
    teach,
)
from moodring.model.labels import FEELINGS, TASKS
from moodring.model.text import Tokenizer
from moodring.model.validation import answer

from .small import small_classifier, stir

RECORDS = {
    "a": [
        Record(id="a/1", text="hot soup", emotions=frozenset({"joy"}), sentiment=(0, 0, 1)),
        Record(id="a/2", text="cold tea", toxicity=1.0),
    ],
    "b": [Record(id="b/1", text="love")],
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer) -> list[Path]:
    """Two teachers that were asked."""
    folders = []
    for seed in range(2):
        classifier = small_classifier("text", seed=seed)
        stir(classifier.heads)
        folders.append(tmp_path_factory.mktemp("teacher"))
        ask(classifier, folders[-1], RECORDS, tokenizer)
    return folders


@pytest.fixture
def rows(tokenizer: Tokenizer) -> Rows:
    return build_rows(RECORDS, tokenizer, 16)


def test_what_is_kept_is_what_the_network_says(runs: list[Path], rows: Rows) -> None:
    soft = read_soft_labels(runs[:1], ["a", "b"])
    classifier = small_classifier("text", seed=0)
    stir(classifier.heads)
    answers = answer(classifier, rows)
    assert soft.places == {"a/1": 0, "a/2": 1, "b/1": 2}
    np.testing.assert_allclose(soft.emotions, 1 / (1 + np.exp(-answers.emotions)), atol=1e-3)
    np.testing.assert_allclose(soft.toxicity, 1 / (1 + np.exp(-answers.toxicity)), atol=1e-3)
    np.testing.assert_allclose(soft.sentiment.sum(axis=1), 1, atol=1e-3)
    assert (soft.sentiment.argmax(axis=1) == answers.sentiment.argmax(axis=1)).all()


def test_several_teachers_are_averaged(runs: list[Path]) -> None:
    one, other, both = (read_soft_labels(given, ["b"]) for given in (runs[:1], runs[1:], runs))
    np.testing.assert_allclose(both.emotions, (one.emotions + other.emotions) / 2, rtol=1e-6)
    assert (one.emotions != other.emotions).any()


def test_a_teacher_speaks_only_of_what_it_was_asked_about(
    runs: list[Path], tmp_path: Path, tokenizer: Tokenizer
) -> None:
    classifier = small_classifier("text", seed=2)
    ask(classifier, tmp_path / "third", {"b": RECORDS["b"]}, tokenizer, FEELINGS)
    three = [tmp_path / "third", *runs]
    before, after = (read_soft_labels(given, ["a", "b"]) for given in (runs, three))
    unheard, heard = slice(0, 2), 2
    np.testing.assert_array_equal(after.emotions[unheard], before.emotions[unheard])
    np.testing.assert_array_equal(after.toxicity, before.toxicity)
    assert (after.emotions[heard] != before.emotions[heard]).any()
    with pytest.raises(DistillationError, match="no teacher was asked about the toxicity of b"):
        read_soft_labels(three[:1], ["b"])
    pack(three, [], tmp_path / "answers.npz")
    assert read_packed(tmp_path / "answers.npz", ["a", "b"])[0].places.keys() == {"a/1", "a/2", "b/1"}


def test_packed_answers_are_the_mean_but_for_a_hundredth(runs: list[Path], tmp_path: Path) -> None:
    file = tmp_path / "packed" / "answers.npz"
    pack(runs, [{"seed": 0}, {"seed": 1}], file)
    soft, manifests = read_packed(file, ["b", "a"])
    mean = read_soft_labels(runs, ["b", "a"])
    assert manifests == [{"seed": 0}, {"seed": 1}]
    assert soft.places == mean.places == {"b/1": 0, "a/1": 1, "a/2": 2}
    for task in TASKS:
        np.testing.assert_allclose(getattr(soft, task), getattr(mean, task), atol=0.011)
    np.testing.assert_allclose(soft.sentiment.sum(axis=1), 1, rtol=1e-5)


def test_packed_answers_that_are_damaged_or_lack_a_set_are_refused(runs: list[Path], tmp_path: Path) -> None:
    file = tmp_path / "answers.npz"
    pack(runs, [], file)
    with pytest.raises(DistillationError, match="holds no answers for c"):
        read_packed(file, ["c"])
    file.write_bytes(file.read_bytes()[:-400])
    with pytest.raises(DistillationError, match="cannot be read as answers"):
        read_packed(file, ["a"])


def test_a_set_that_was_asked_about_is_not_asked_again(
    runs: list[Path], tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(distillation, "answer", lambda *_: pytest.fail("asked again"))
    ask(small_classifier("text"), runs[0], RECORDS, tokenizer)


def test_targets_are_mixed_where_a_label_is_given_and_soft_where_none_is(
    runs: list[Path], rows: Rows
) -> None:
    soft = read_soft_labels(runs, ["a", "b"])
    taught = teach(rows, soft, 0.7)
    np.testing.assert_allclose(taught.emotions[0], 0.7 * soft.emotions[0] + 0.3 * rows.emotions[0], rtol=1e-5)
    np.testing.assert_allclose(taught.emotions[1:], soft.emotions[1:])
    assert taught.toxicity[1] == 1  # a verdict stands alone
    inferred = teach(replace(rows, has_toxicity=rows.has_toxicity / 4), soft, 0.7)
    np.testing.assert_allclose(inferred.toxicity[1], 0.7 * soft.toxicity[1] + 0.3)
    np.testing.assert_allclose(taught.toxicity[[0, 2]], soft.toxicity[[0, 2]])
    hedged = teach(replace(rows, sets=np.full(len(rows.sets), HEDGED[0])), soft, 0.7)
    np.testing.assert_allclose(hedged.toxicity[1], 0.7 * soft.toxicity[1] + 0.3)
    for task in ("emotions", "sentiment", "toxicity", "sexism"):
        assert getattr(taught, f"has_{task}").tolist() == [1, 1, 1]


def test_a_pairs_own_labels_stay_and_what_they_leave_open_is_taught(runs: list[Path], rows: Rows) -> None:
    soft = read_soft_labels(runs, ["a", "b"])
    taught = teach(replace(rows, picture=np.array([0, -1, -1])), soft, 0.7)
    np.testing.assert_array_equal(taught.sentiment[0], rows.sentiment[0])
    np.testing.assert_allclose(taught.toxicity[0], soft.toxicity[0])
    assert (taught.has_sentiment[0], taught.has_toxicity[0]) == (1, np.float32(OF_PAIRS))


def test_rows_that_no_teacher_was_asked_about_keep_their_labels(runs: list[Path], rows: Rows) -> None:
    taught = teach(rows, read_soft_labels(runs, ["b"]), 0.7)
    np.testing.assert_array_equal(taught.emotions[:2], rows.emotions[:2])
    assert taught.has_emotions.tolist() == [1, 0, 1]


def test_a_set_that_no_teacher_was_asked_about_is_named(runs: list[Path]) -> None:
    with pytest.raises(DistillationError, match=r"c\.npz is missing: ask that teacher"):
        read_soft_labels(runs, ["a", "c"])


def test_teachers_that_were_asked_about_other_records_are_not_averaged(
    runs: list[Path], tmp_path: Path, tokenizer: Tokenizer
) -> None:
    ask(small_classifier("text"), tmp_path, {"a": RECORDS["a"][:1]}, tokenizer)
    with pytest.raises(DistillationError, match="different records of a"):
        read_soft_labels([runs[0], tmp_path], ["a"])


@pytest.fixture(autouse=True, scope="module")
def eager() -> None:
    """A few rows are quicker than tracing the graph."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)
