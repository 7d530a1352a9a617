"""Every contender gets the same folds and the same start, and a comparison goes on where it was."""

import io
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from moodring.model.classifier import EmotionClassifier
from moodring.model.comparison import (
    ABLATIONS,
    CONDITIONS,
    FOLDS,
    STRATEGIES,
    ComparisonError,
    Contender,
    Pairs,
    Variant,
    bootstrap_p,
    compare,
    gather,
    summarise,
)
from moodring.model.data import Record
from moodring.model.run import TrainingSettings
from moodring.model.text import Tokenizer

from .small import small_classifier

PAIRS = 20
FAST = TrainingSettings(batch=8, epochs=1, tower_rate=1e-3, head_rate=1e-2)
ROWS = np.arange(8)


@pytest.fixture(scope="module", autouse=True)
def eager() -> Iterator[None]:
    """A few steps of a small network are quicker than tracing its graph."""
    tf.config.run_functions_eagerly(True)
    yield
    tf.config.run_functions_eagerly(False)


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> list[Record]:
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(0)
    made = []
    for number in range(PAIRS):
        file = io.BytesIO()
        Image.fromarray(random.integers(0, 255, (9, 9, 3), dtype=np.uint8)).save(file, "PNG")
        path = folder / f"{number}.png"
        path.write_bytes(file.getvalue())
        sentiment = tuple(np.eye(3)[number % 3].tolist())
        text = f"hot soup number {number // 2}"
        made.append(Record(id=f"p/{number}", text=text, image=path, sentiment=sentiment))
    return made


@pytest.fixture(scope="module")
def pairs(records: list[Record], tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Pairs:
    classifier = small_classifier("progressive")
    scanned = [replace(each, picture_text="cold tea" if each.id == "p/3" else "") for each in records]
    gathered = gather(scanned, tokenizer, classifier, tmp_path_factory.mktemp("views"))
    # The untrained tower sees the same in every picture.
    random = np.random.default_rng(0)
    plain, noisy = (
        [random.normal(size=stage.shape).astype(np.float16) for stage in gathered.stages] for _ in range(2)
    )
    return replace(gathered, stages=plain, noisy_stages=noisy)


@pytest.fixture
def contender(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes contenders of small networks."""

    def build(strategy: str, combine: str, *, products: str, fusion_options: Any) -> EmotionClassifier:
        made = small_classifier(strategy, combine, 0)
        if strategy in {"progressive", "feedback"}:
            kernel, bias = made.fusion.readout.get_weights()
            noise = np.random.default_rng(0).normal(0, 0.3, kernel.shape)
            made.fusion.readout.set_weights([noise, bias])
        return made

    monkeypatch.setattr("moodring.model.comparison.contender.EmotionClassifier", build)
    monkeypatch.setattr("moodring.model.run.load_run", lambda _: small_classifier("text", seed=1))
    monkeypatch.setattr(EmotionClassifier, "load_pretrained", lambda *_: None)
    return lambda variant: Contender(variant, Path(), Path())


def test_names_are_unique_and_every_ablation_changes_something() -> None:
    names = [variant.name for variant in (*STRATEGIES, *ABLATIONS)]
    assert len(set(names)) == len(names)
    plain = next(variant for variant in STRATEGIES if variant.name == "progressive")
    assert all(replace(each, name="", rates_of=None) != replace(plain, name="") for each in ABLATIONS)


def test_the_same_text_is_never_in_two_folds(pairs: Pairs) -> None:
    assert (pairs.fold[::2] == pairs.fold[1::2]).all()
    assert set(pairs.fold) <= set(range(FOLDS))
    assert len(set(pairs.fold)) > 1


def test_texts_are_kept_as_written_with_slips_and_as_found(pairs: Pairs) -> None:
    assert [number for number, found in enumerate(pairs.found) if len(found)] == [3]
    noisy = zip(pairs.written, pairs.noisy, strict=True)
    assert any(len(text) != len(other) or (text != other).any() for text, other in noisy)


def test_what_the_tower_sees_is_kept(
    pairs: Pairs, records: list[Record], tokenizer: Tokenizer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    classifier = small_classifier("progressive")
    first = gather(records[:3], tokenizer, classifier, tmp_path)
    monkeypatch.setattr("moodring.model.views.scale", lambda _: pytest.fail("looked again"))
    again = gather(records[:3], tokenizer, classifier, tmp_path)
    for stage, kept in zip(first.stages, again.stages, strict=True):
        np.testing.assert_array_equal(stage, kept)
    assert any((plain != noisy).any() for plain, noisy in zip(first.stages, first.noisy_stages, strict=True))


@pytest.mark.parametrize("strategy", ["early", "late", "progressive", "feedback"])
def test_what_is_hidden_or_exchanged_changes_the_answer_as_it_should(
    contender: Any, pairs: Pairs, strategy: str
) -> None:
    made = contender(Variant("it", strategy))
    answers = {condition: made.answer(pairs, ROWS, condition) for condition in CONDITIONS}
    assert all(answer.shape == (8, 3) for answer in answers.values())
    for condition in CONDITIONS[1:]:
        assert np.abs(answers[condition] - answers["both"]).max() > 1e-6, condition
    # Rows 2 n and 2 n + 1 have the same text: without their pictures they are the same.
    np.testing.assert_allclose(answers["no image"][::2], answers["no image"][1::2], atol=1e-5)


def test_answers_stand_in_the_order_of_the_rows_however_long_they_are(contender: Any, pairs: Pairs) -> None:
    made = contender(Variant("it", "late"))
    answers = made.answer(pairs, ROWS, "both")  # the fourth is the longest
    np.testing.assert_allclose(made.answer(pairs, ROWS[::-1], "both")[::-1], answers, atol=1e-5)
    assert len({tuple(answer) for answer in answers.round(4)}) == len(answers)


def test_text_found_in_a_picture_is_read_with_the_picture_alone(contender: Any, pairs: Pairs) -> None:
    made, blind = contender(Variant("it", "late")), contender(Variant("it", "late", picture_text=False))
    alike = replace(pairs, written=[pairs.written[0]] * PAIRS, stages=[stage * 0 for stage in pairs.stages])
    for reader, seen in ((made, True), (blind, False)):
        both, hidden = (reader.answer(alike, ROWS, condition) for condition in ("both", "no image"))
        assert (np.abs(both[3] - both[2]).max() > 1e-4) == seen
        np.testing.assert_allclose(hidden[3], hidden[2], atol=1e-6)


@pytest.mark.parametrize(
    ("hides", "same", "other"),
    [("image", "another's image", "another's text"), ("text", "another's text", "another's image")],
)
def test_a_contender_that_is_never_shown_a_modality_does_not_heed_it(
    contender: Any, pairs: Pairs, hides: str, same: str, other: str
) -> None:
    made = contender(Variant("it", "progressive", hides=hides, picture_text=False))
    made.train(pairs, ROWS, FAST)
    answers = {condition: made.answer(pairs, ROWS, condition) for condition in ("both", same, other)}
    np.testing.assert_allclose(answers[same], answers["both"], atol=1e-5)
    assert np.abs(answers[other] - answers["both"]).max() > 1e-4


@pytest.mark.parametrize("strategy", ["early", "progressive"])
def test_a_second_training_starts_where_the_first_did(contender: Any, pairs: Pairs, strategy: str) -> None:
    made = contender(Variant("it", strategy))
    answers = []
    for rows in (ROWS, np.arange(8, 16), ROWS):
        made.train(pairs, rows, FAST)
        answers.append(made.answer(pairs, ROWS, "both"))
    np.testing.assert_allclose(answers[0], answers[2], atol=1e-5)
    assert np.abs(answers[0] - answers[1]).max() > 1e-4


def test_early_fusion_needs_fewer_weights_than_a_whole_image_tower(contender: Any) -> None:
    early, late = contender(Variant("e", "early")), contender(Variant("l", "late"))
    tower = early.classifier.image_encoder.count_params()
    assert early.parameters() < early.classifier.count_params() - 0.9 * tower
    assert late.parameters() == late.classifier.count_params()


def test_a_comparison_goes_on_and_its_table_holds_every_figure(
    contender: Any, pairs: Pairs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pairs = replace(pairs, fold=np.arange(PAIRS) % 2, inner=np.arange(PAIRS) % 3 == 0)
    monkeypatch.setattr("moodring.model.comparison.runs.FOLDS", 2)
    monkeypatch.setattr("moodring.model.comparison.results.FOLDS", 2)
    grid = [{"tower_rate": 1e-3, "head_rate": 1e-2, "epochs": 1}]
    one = Variant("progressive", "progressive")
    child = Variant("progressive, child", "late", "add", rates_of="progressive")
    monkeypatch.setattr(Contender, "milliseconds", lambda *_: 1.0)
    monkeypatch.setattr("moodring.model.comparison.results.DRAWS", 50)
    given = {"init": Path(), "pretrained": Path(), "out": tmp_path, "grid": grid}
    with pytest.raises(ComparisonError, match="no variant is complete"):
        summarise([one], tmp_path)
    compare([one, child], 1, pairs, **given)
    files = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert len(files) == 2 * 2 + 2 + 1  # runs, what they are, the chosen rates
    (tmp_path / "progressive-child-seed0-fold1.npz").unlink()
    compare([one, child], 1, pairs, **given)
    after = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    changed = {name for name in files if after[name] != files[name]}
    assert changed == {"progressive-child-seed0-fold1.npz", "about-progressive-child.json"}
    (tmp_path / "about-progressive-child.json").unlink()
    compare([one, child], 1, pairs, **given)
    again = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert {name for name in after if again[name] != after[name]} == {"about-progressive-child.json"}
    table = summarise([one, child], tmp_path)
    assert table["pairs"] == PAIRS
    assert set(table["variants"]) == {"progressive", "progressive, child"}
    entry = table["variants"]["progressive, child"]
    assert set(entry["accuracy_by_condition"]) == set(CONDITIONS)
    assert entry["accuracy_by_condition"]["both"] == entry["accuracy"]
    assert 0 <= entry["p"]["progressive"] <= 1
    assert entry["rates"] == grid[0]
    assert table["variants"]["progressive"]["p"] == {}  # nothing of its own kind is there


def test_the_p_value_tells_a_difference_from_chance() -> None:
    random = np.random.default_rng(0)
    right = random.random((3, 400)) < 0.7
    assert bootstrap_p(right, right, 200) == 1.0
    assert bootstrap_p(right, random.random((3, 400)) < 0.4, 200) < 0.02
