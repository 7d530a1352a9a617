"""What ships is what was trained, or it does not ship."""

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moodring.model import Decoded, Predictor, Sample, agreement
from moodring.model import export as export_module
from moodring.model.agreement import DisagreementError
from moodring.model.classifier import View
from moodring.model.export import (
    MAX_FILE_BYTES,
    MIN_TEXT_BYTES,
    ExportError,
    export,
)
from moodring.model.image import scale
from moodring.model.litert import LiteRTEngine
from moodring.model.predictor import ALTERNATE_FILE, CARD_FILE, FILES
from moodring.model.run import MANIFEST_FILE, WEIGHTS_FILE, TrainingError
from moodring.model.sample import FACE_WIDTH, Logits, Picture, Prepared
from moodring.model.text import NO_TOKENS, pad

from .exported import Exported, picture, small_limits, small_runs
from .small import sentences, small_classifier

CLOSE = 0.05
"""Largest difference of a logit: half precision, in a network whose answers differ by whole units."""


@pytest.fixture(autouse=True)
def limits() -> Iterator[pytest.MonkeyPatch]:
    with small_limits() as patch:
        yield patch


# -------------------------------------------------------------------------------------------- gates


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ({"text.tflite": MAX_FILE_BYTES + 1}, r"text\.tflite has 50,000,001 bytes, more than 50,000,000"),
        ({"text.tflite": 40_000_000, "image.tflite": 30_000_000}, "the files have 70,000,000 bytes"),
        ({"text.tflite": 9_999}, "9,999 bytes: the weights are not in it"),
    ],
)
def test_files_of_an_implausible_size_do_not_ship(sizes: dict[str, int], message: str) -> None:
    with pytest.raises(ExportError, match=message):
        export_module._check_sizes(sizes)


def test_too_many_parameters_do_not_ship(limits: pytest.MonkeyPatch) -> None:
    limits.setattr(export_module, "MAX_PARAMETERS", 9_999)
    with pytest.raises(ExportError, match=r"parameters, more than 9,999"):
        export_module._count_parameters(*small_runs(), None)


def test_a_text_tower_that_lost_its_weights_is_noticed() -> None:
    assert 22_000_000 > MIN_TEXT_BYTES > 10 * 100_000  # int8 weights, and what a converter writes without


def test_a_run_that_has_not_finished_is_not_exported(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"manifest\.json is missing: the run has not finished"):
        export(tmp_path, tmp_path, {}, tmp_path / "tokenizer.json", tmp_path / "weights")


# ------------------------------------------------------------------------------------ what came out


def test_card_and_files_agree(exported: Exported) -> None:
    assert json.loads((exported.folder / CARD_FILE).read_text()) == exported.card
    assert {path.name for path in exported.folder.iterdir()} == {CARD_FILE, ALTERNATE_FILE, *FILES}
    for name, entry in exported.card["files"].items():
        content = (exported.folder / name).read_bytes()
        assert entry == {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    assert exported.card["version"].startswith("progressive-")
    assert 20 <= exported.card["agreement"]["samples"] <= sum(map(len, exported.dev.values()))
    assert exported.card["training"]["rows"] == {"mvsa_single": 56}
    assert exported.card["dev"].keys() == {
        "goemotions",
        "mvsa_single",
        "vader_tweets",
        "sentiment",
        "toxicity",
    }


def test_what_was_exported_is_read_by_the_predictor(exported: Exported) -> None:
    [prediction] = Predictor(exported.folder).predict([Sample("hot soup")])
    assert prediction.model == exported.card["version"]
    assert sum(prediction.sentiments.values()) == pytest.approx(1)


@pytest.fixture(scope="module")
def engine(exported: Exported) -> LiteRTEngine:
    return LiteRTEngine(exported.folder)


def flat(logits: Logits) -> np.ndarray:
    return np.concatenate([logits.emotions, logits.sentiment, [logits.toxicity]])


def run(engine: LiteRTEngine, token_ids: np.ndarray, *pictures: Picture) -> np.ndarray:
    [logits] = engine.infer([Prepared(token_ids, pictures, (), ())])
    return flat(logits)


@pytest.mark.parametrize("tokens", [3, 16, 17, 50])
@pytest.mark.parametrize("images", [0, 1])
def test_the_files_answer_as_the_network_does(
    exported: Exported, engine: LiteRTEngine, tokens: int, images: int
) -> None:
    [token_ids] = sentences(1, tokens)
    pictures = [picture(seed) for seed in range(images)]
    if images:
        outputs = exported.classifier(token_ids[None], scale(np.array(pictures)), np.array([True]))
    else:
        outputs = exported.text_run(token_ids[None])
    expected = [np.asarray(part).ravel() for part in (outputs.emotions, outputs.sentiment, outputs.toxicity)]
    np.testing.assert_allclose(run(engine, token_ids, *pictures), np.concatenate(expected), atol=CLOSE)


def test_the_other_fusion_answers_as_its_network_does(exported: Exported) -> None:
    engine = LiteRTEngine(exported.folder, fusion=ALTERNATE_FILE)
    [token_ids] = sentences(1, 6)
    outputs = exported.alternate(token_ids[None], scale(picture(0)[None]), np.array([True]))
    expected = [np.asarray(part).ravel() for part in (outputs.emotions, outputs.sentiment, outputs.toxicity)]
    np.testing.assert_allclose(run(engine, token_ids, picture(0)), np.concatenate(expected), atol=CLOSE)


def test_each_fusion_is_read_with_its_own_calibration(exported: Exported) -> None:
    default, other = (Predictor(exported.folder, fusion) for fusion in (None, "late"))
    assert default.version.partition("-")[2] == other.version.partition("-")[2]
    assert other.version.startswith("late-")
    assert (
        other.calibration.as_dict()
        == exported.card["alternate"]["calibration"]
        != default.calibration.as_dict()
    )
    [one], [another] = default.predict([Sample("hot soup")]), other.predict([Sample("hot soup")])
    assert (one.model, another.model) == (default.version, other.version)
    assert one.emotions == another.emotions  # words alone are no fusion's matter


def test_a_run_over_other_towers_is_no_alternate(
    exported: Exported, tokenizer_file: Path, tmp_path: Path
) -> None:
    other = small_classifier("late", seed=1)
    other.save_weights(tmp_path / WEIGHTS_FILE)
    shutil.copy(exported.run.parent / "late" / MANIFEST_FILE, tmp_path)
    with small_limits(), pytest.raises(ExportError, match="has another text tower"):
        export(
            exported.text,
            exported.run,
            exported.dev,
            tokenizer_file,
            tmp_path / "weights",
            alternate=tmp_path,
        )


def test_a_picture_alone_answers_as_the_network_does(exported: Exported, engine: LiteRTEngine) -> None:
    outputs = exported.classifier(pad([NO_TOKENS]), scale(picture(0)[None]), np.array([True]))
    expected = [np.asarray(part).ravel() for part in (outputs.emotions, outputs.sentiment, outputs.toxicity)]
    np.testing.assert_allclose(run(engine, NO_TOKENS, picture(0)), np.concatenate(expected), atol=CLOSE)


def test_another_picture_changes_what_the_files_say(engine: LiteRTEngine) -> None:
    [token_ids] = sentences(1, 6)
    both = run(engine, token_ids, picture(1), picture(2))
    assert np.abs(both - run(engine, token_ids, picture(1))).max() > 1e-3


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), count=st.integers(2, 4), words=st.sampled_from(["", "hot soup"]))
def test_several_pictures_are_a_set(
    exported: Exported, engine: LiteRTEngine, data: st.DataObject, count: int, words: str
) -> None:
    predictor = Predictor(exported.folder)
    pictures = [Decoded(picture(seed), ("", "red tea", "cold soup", "")[seed]) for seed in range(count)]
    moved = data.draw(st.permutations(pictures))
    prepared, other = (predictor.prepare(words, each) for each in (pictures, moved))
    assert prepared.picture_text == other.picture_text
    [logits], [same] = engine.infer([prepared]), engine.infer([other])
    np.testing.assert_allclose(flat(same), flat(logits), atol=1e-4)


@pytest.mark.parametrize("images", [1, 2])
def test_faces_are_read_with_their_pictures_as_the_network_reads_them(
    exported: Exported, engine: LiteRTEngine, images: int
) -> None:
    [token_ids] = sentences(1, 6)
    pictures = tuple(picture(seed) for seed in range(images))
    found = np.random.default_rng(0).random((images + 1, FACE_WIDTH), np.float32)
    faces = (found[:2], found[2:])[:images]
    view = exported.classifier.look(scale(np.array(pictures)))
    assert view is not None
    stages = [np.reshape(stage, (1, -1, stage.shape[-1])) for stage in view.stages]
    outputs = exported.classifier.read(token_ids[None], View(None, stages, found[None]), np.array([True]))
    [logits] = engine.infer([Prepared(token_ids, pictures, (), (), faces=faces)])
    expected = [np.asarray(part).ravel() for part in (outputs.emotions, outputs.sentiment, outputs.toxicity)]
    np.testing.assert_allclose(flat(logits), np.concatenate(expected), atol=CLOSE)
    assert np.abs(flat(logits) - run(engine, token_ids, *pictures)).max() > 1e-4


def test_a_message_without_a_picture_never_opens_the_image_tower(exported: Exported, tmp_path: Path) -> None:
    for name in ("text.tflite", "fusion.tflite"):
        shutil.copy(exported.folder / name, tmp_path / name)
    engine = LiteRTEngine(tmp_path)
    [token_ids] = sentences(1, 6)
    assert np.isfinite(run(engine, token_ids)).all()
    with pytest.raises(ValueError, match=r"image\.tflite"):
        run(engine, token_ids, picture(1))


def test_a_batch_answers_as_its_samples_do_alone(engine: LiteRTEngine) -> None:
    samples = [
        Prepared(ids, pictures, (), ())
        for ids, pictures in (
            (sentences(1, 40)[0], ()),
            (sentences(1, 5)[0], (picture(1),)),
            (NO_TOKENS, (picture(2), picture(3))),
            (sentences(1, 7)[0], ()),
        )
    ]
    together = [flat(logits) for logits in engine.infer(samples)]
    alone = [run(engine, sample.token_ids, *sample.pictures) for sample in samples]
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_weights_are_replaced_only_when_every_check_has_passed(
    exported: Exported,
    tokenizer_file: Path,
    tmp_path: Path,
    limits: pytest.MonkeyPatch,
) -> None:
    def already_converted(_: object, __: object, out: Path) -> None:
        for name in FILES:
            shutil.copy(exported.folder / name, out / name)

    limits.setattr(export_module, "convert", already_converted)
    limits.setattr(agreement, "MAX_DIFFERENCE", -1.0)
    shipped = tmp_path / "weights"
    shipped.mkdir()
    (shipped / CARD_FILE).write_text("the older card")
    with pytest.raises(DisagreementError, match="a probability differs"):
        export(exported.text, exported.run, exported.dev, tokenizer_file, shipped)
    assert (shipped / CARD_FILE).read_text() == "the older card"
    assert len(list(shipped.iterdir())) == 1
