"""A teacher's answers are kept beside its run and mixed into what a student is taught."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from moodring.model import distillation
from moodring.model.batches import Rows, build_rows
from moodring.model.data import Record
from moodring.model.distillation import (
    FOLDS,
    HEDGED,
    OF_PAIRS,
    DistillationError,
    ask,
    fold_of,
    pack,
    read_packed,
    read_soft_labels,
    teach,
    unseen,
)
from moodring.model.evaluation import Answers
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


def test_what_a_pairs_labels_leave_open_is_taught_by_little(runs: list[Path], rows: Rows) -> None:
    soft = read_soft_labels(runs, ["a", "b"])
    taught = teach(replace(rows, picture=np.array([0, -1, -1])), soft, 0.0)
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


def test_of_each_record_those_teachers_count_that_were_asked_about_it(
    runs: list[Path], tmp_path: Path, tokenizer: Tokenizer
) -> None:
    classifier = small_classifier("text", seed=2)
    stir(classifier.heads)
    ask(classifier, tmp_path, {"a": RECORDS["a"][1:]}, tokenizer)
    one, other, both = (
        read_soft_labels(given, ["a"]) for given in (runs[:1], [tmp_path], [tmp_path, runs[0]])
    )
    assert both.places == {"a/1": 0, "a/2": 1}
    np.testing.assert_allclose(both.emotions[0], one.emotions[0])
    np.testing.assert_allclose(both.emotions[1], (one.emotions[1] + other.emotions[0]) / 2, rtol=1e-6)


def test_a_task_that_nobody_was_asked_of_some_records_is_named(
    runs: list[Path], tmp_path: Path, tokenizer: Tokenizer
) -> None:
    for name, part, tasks in (("one", RECORDS["a"][:1], TASKS), ("other", RECORDS["a"][1:], FEELINGS)):
        ask(small_classifier("text"), tmp_path / name, {"a": part}, tokenizer, tasks)
    with pytest.raises(DistillationError, match="about the toxicity of a, or not about all of it"):
        read_soft_labels([tmp_path / "one", tmp_path / "other"], ["a"])


def test_every_part_is_spoken_of_by_the_one_run_that_left_it_out() -> None:
    records = {name: [Record(id=f"{name}/{n}", text=f"soup {n}") for n in range(60)] for name in "ab"}
    parts = [unseen(records, fold) for fold in range(FOLDS)]
    assert all(part["a"] for part in parts)
    for fold, part in enumerate(parts):
        assert {fold_of(record.text) for group in part.values() for record in group} == {fold}
    spoken = [record.id for part in parts for group in part.values() for record in group]
    assert sorted(spoken) == sorted(record.id for group in records.values() for record in group)
    assert unseen(records, None) == records


def test_copies_of_a_text_are_in_one_part() -> None:
    assert (
        len({fold_of(text) for text in ("Hot soup!", "hot soup", "@somebody HOT soup https://t.co/x")}) == 1
    )


def test_a_network_that_reads_pictures_is_asked_with_them(
    tmp_path: Path, tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    picture = tmp_path / "red.png"
    Image.new("RGB", (8, 8), "red").save(picture)
    shown: list[bool] = []

    def answers(_: object, rows: Rows) -> Answers:
        shown.append(bool((rows.picture >= 0).all()))
        nothing = np.zeros(len(rows), np.float32)
        return Answers(
            np.zeros((len(rows), 28), np.float32), np.zeros((len(rows), 3), np.float32), nothing, nothing
        )

    monkeypatch.setattr(distillation, "answer", answers)
    for strategy in ("late", "text"):
        ask(
            small_classifier(strategy),
            tmp_path / strategy,
            {"a": [Record(id="a/1", text="soup", image=picture)]},
            tokenizer,
        )
    assert shown == [True, False]


@pytest.fixture(autouse=True, scope="module")
def eager() -> None:
    """A few rows are quicker than tracing the graph."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)
