"""The predictor refuses weights it cannot trust, prepares what is there and says what it left out."""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from moodring.model import (
    Decoded,
    Language,
    NothingToReadError,
    Predictor,
    Sample,
    Skipped,
    Unreadable,
    WeightsError,
    language,
)
from moodring.model import predictor as predictor_module
from moodring.model.decoding import SIZE
from moodring.model.labels import EMOTIONS
from moodring.model.predictor import CARD_FILE, FILES, ONLY_BEGINNING
from moodring.model.sample import FACE_WIDTH, Logits
from moodring.model.text import MAX_TOKENS

from .stand_ins import CALIBRATION, ScriptedEngine, logits, write_weights

PICTURE = Decoded(np.zeros((SIZE, SIZE, 3), np.uint8))


@pytest.fixture
def weights(tmp_path: Path, tokenizer_file: Path) -> Path:
    return write_weights(tmp_path / "weights", tokenizer_file)


@pytest.fixture
def predictor(weights: Path) -> Predictor:
    return Predictor(weights)


# ------------------------------------------------------------------------------------------ weights


@pytest.mark.parametrize("name", [CARD_FILE, *FILES])
def test_a_missing_file_is_named_with_the_remedy(weights: Path, name: str) -> None:
    (weights / name).unlink()
    with pytest.raises(WeightsError, match=rf"{name} is missing: get it back with") as missing:
        Predictor(weights)
    assert "\n" not in str(missing.value)


@pytest.mark.parametrize("name", [path.name for path in language.FOLDER.iterdir()])
@pytest.mark.parametrize("left", [None, 0, 100])
def test_what_tells_languages_apart_is_named_where_it_cannot_be_read(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, left: int | None
) -> None:
    folder = shutil.copytree(language.FOLDER, tmp_path / "languages")
    if left is None:
        (folder / name).unlink()
    else:
        os.truncate(folder / name, left)
    monkeypatch.setattr(language, "FOLDER", folder)
    monkeypatch.setattr(predictor_module, "shared_detector", language.LanguageDetector)
    with pytest.raises(WeightsError, match=r"languages apart cannot be read .*git checkout") as unreadable:
        Predictor(weights)
    assert "\n" not in str(unreadable.value)


def test_a_flipped_bit_in_what_tells_languages_apart_is_seen(
    weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = shutil.copytree(language.FOLDER, tmp_path / "languages")
    content = bytearray((folder / language.SCORES_FILE).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / language.SCORES_FILE).write_bytes(content)
    monkeypatch.setattr(language, "FOLDER", folder)
    monkeypatch.setattr(predictor_module, "shared_detector", language.LanguageDetector)
    with pytest.raises(WeightsError, match=rf"cannot be read \({language.SCORES_FILE} is damaged\)"):
        Predictor(weights)


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_named_with_the_remedy(weights: Path, name: str) -> None:
    path = weights / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(WeightsError, match=rf"{name} is not the file its card names .* get it back with"):
        Predictor(weights)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"version": "1"}',
        b'{"version": "1", "calibration": {"emotion_temperature": 1}, "files": {}}',
        b"[" * 4000,
    ],
    ids=["empty", "list", "not UTF-8", "no calibration", "half a calibration", "nested"],
)
def test_a_damaged_card_is_named_with_the_remedy(weights: Path, content: bytes) -> None:
    (weights / CARD_FILE).write_bytes(content)
    with pytest.raises(WeightsError, match=rf"{CARD_FILE} cannot be read: get it back with"):
        Predictor(weights)


def test_a_card_that_names_a_file_less_is_refused(weights: Path) -> None:
    card = json.loads((weights / CARD_FILE).read_text())
    del card["files"]["text.tflite"]
    (weights / CARD_FILE).write_text(json.dumps(card))
    with pytest.raises(WeightsError, match=CARD_FILE):
        Predictor(weights)


def test_a_fusion_that_the_weights_do_not_have_is_named(weights: Path) -> None:
    with pytest.raises(WeightsError, match="these weights fuse by progressive, not by late"):
        Predictor(weights, "late")


def test_no_folder_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"nowhere.card\.json is missing"):
        Predictor(tmp_path / "nowhere")


# -------------------------------------------------------------------------------------- preparation


def test_what_is_read_is_named_in_the_messages_order(predictor: Predictor) -> None:
    prepared = predictor.prepare("hot soup", [PICTURE, Unreadable("no such file"), PICTURE])
    assert prepared.used == ("text", "image:0", "image:2")
    assert prepared.skipped == (Skipped("image:1", "no such file"),)
    assert len(prepared.pictures) == 2
    assert len(prepared.token_ids) == 4


def test_a_picture_without_a_word_is_enough(predictor: Predictor) -> None:
    prepared = predictor.prepare(" ", [PICTURE])
    assert prepared.used == ("image:0",)
    assert prepared.token_ids.shape == (0,)


def test_text_in_a_picture_is_read_behind_the_message(predictor: Predictor) -> None:
    speaking = Decoded(PICTURE.pixels, "red tea")
    silent = Decoded(PICTURE.pixels, text_skipped="took too long")
    prepared = predictor.prepare("hot soup", [speaking, silent])
    message, found = (predictor.tokenizer.encode(text)[0] for text in ("hot soup", "red tea"))
    assert prepared.token_ids.tolist() == [*message, *found[1:]]
    assert prepared.used == ("text", "image:0", "image_text:0", "image:1")
    assert prepared.skipped == (Skipped("image_text:1", "took too long"),)
    assert predictor.conclude(prepared, logits({"joy": 1.0}), 1.0).picture_text == "red tea"


def test_faces_are_read_with_their_picture(predictor: Predictor) -> None:
    faces = np.ones((2, FACE_WIDTH), np.float32)
    failed = Decoded(PICTURE.pixels, faces_skipped="could not be decoded safely")
    prepared = predictor.prepare("", [replace(PICTURE, faces=faces), PICTURE, failed])
    assert [len(each) for each in prepared.faces] == [2, 0, 0]
    assert prepared.used == ("image:0", "image_faces:0", "image:1", "image:2")
    assert prepared.skipped == (Skipped("image_faces:2", "could not be decoded safely"),)


def test_a_long_text_says_that_only_its_beginning_was_read(predictor: Predictor) -> None:
    prepared = predictor.prepare("soup " * 500)
    assert prepared.used == ("text",)
    assert prepared.skipped == (Skipped("text", ONLY_BEGINNING),)
    assert str(MAX_TOKENS) in ONLY_BEGINNING


def test_nothing_to_read_says_why(predictor: Predictor) -> None:
    with pytest.raises(NothingToReadError, match="no text and no image"):
        predictor.prepare("")
    with pytest.raises(NothingToReadError, match="image:0: too many pixels") as nothing:
        predictor.prepare("\u200b", [Unreadable("too many pixels")])
    assert nothing.value.skipped == (Skipped("image:0", "too many pixels"),)


# ------------------------------------------------------------------------------------------ answers


def conclude(predictor: Predictor, answer: Logits) -> dict[str, object]:
    return predictor.conclude(predictor.prepare("hot soup"), answer, 1.5).as_dict()


def test_the_answer_is_calibrated(predictor: Predictor) -> None:
    answer = conclude(predictor, logits({"joy": 2.0, "love": -1.0}, (0.0, 0.5, 1.0), 3.0, 4.0))
    assert answer["emotion"] == "joy"
    assert answer["emotions"].keys() == set(EMOTIONS)
    assert answer["emotions"]["joy"] == pytest.approx(
        1 / (1 + np.exp(-2.0 / CALIBRATION.emotion_temperature))
    )
    odds = np.exp(np.array([0.0, 0.5, 1.0]) / CALIBRATION.sentiment_temperature)
    assert list(answer["sentiments"].values()) == pytest.approx(odds / odds.sum())
    assert sum(answer["sentiments"].values()) == pytest.approx(1)
    assert answer["sentiment"] == "positive"
    assert answer["toxicity"] == pytest.approx(1 / (1 + np.exp(-(2.0 * 3.0 - 0.5))))
    assert answer["toxic"] is True
    assert answer["sexism"] == pytest.approx(1 / (1 + np.exp(-(0.5 * 4.0 - 1.0))))
    # Calibrated log-odds are 1 and -0.5.
    assert answer["confidence"] == pytest.approx(1 / (1 + np.exp(-(0.1 + 0.9 * 1.0 + 0.3 * 0.5))))
    assert answer["sure"] is True
    assert (answer["model"], answer["ms"]) == ("stand-in-1", 1.5)
    json.dumps(answer)


@pytest.mark.parametrize(
    ("emotions", "labels"),
    [
        ({"joy": 2.0, "love": 1.0, "anger": -3.0}, ["joy", "love"]),
        ({"love": 1.0, "joy": 2.0}, ["joy", "love"]),
        ({"joy": -2.0, "love": -3.0}, ["joy"]),
    ],
)
def test_labels_are_those_over_their_thresholds_or_the_top_one(
    predictor: Predictor, emotions: dict[str, float], labels: list[str]
) -> None:
    assert conclude(predictor, logits(emotions))["labels"] == labels


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hot soup, it was really good tonight", Language.ENGLISH),
        ("das war wirklich eine sehr gute Suppe heute", Language.OTHER),
        ("soup", Language.UNKNOWN),
    ],
)
def test_an_answer_to_another_language_is_never_sure(
    predictor: Predictor, text: str, language: Language
) -> None:
    prepared = predictor.prepare(text)
    clear = predictor.conclude(prepared, logits({"joy": 9.0}), 1.0)
    assert clear.language is prepared.language is language
    assert clear.sure == (language is not Language.OTHER)


def test_two_close_emotions_are_unsure(predictor: Predictor) -> None:
    assert conclude(predictor, logits({"joy": 0.2, "love": 0.1}))["sure"] is False


def test_samples_are_read_in_order_and_broken_pictures_named(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = ScriptedEngine({0: logits({"joy": 2.0}), 4: logits({"anger": 2.0})})
    monkeypatch.setattr(predictor, "open", lambda: engine)
    file = io.BytesIO()
    Image.new("RGB", (30, 30), (255, 0, 0)).save(file, "PNG")
    samples = [
        Sample("hot soup", (b"broken", Unreadable("gone"), file.getvalue())),
        Sample("", (file.getvalue(),)),
    ]
    first, second = predictor.predict(samples)
    assert (first.emotion, second.emotion) == ("anger", "joy")
    assert first.used == ("text", "image:2")
    assert first.skipped == (
        Skipped("image:0", "not a PNG, JPEG, GIF or WebP image"),
        Skipped("image:1", "gone"),
    )
    assert first.ms > 0
    assert (engine.asked[1].pictures[0] == (255, 0, 0)).all()
    with pytest.raises(NothingToReadError):
        predictor.predict([Sample()])


def test_faces_are_looked_for_only_where_the_sample_says_so(
    predictor: Predictor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(predictor, "open", lambda: ScriptedEngine({0: logits({"joy": 2.0})}))
    monkeypatch.setattr(predictor, "open_faces", lambda: lambda _: np.ones((1, FACE_WIDTH), np.float32))
    file = io.BytesIO()
    Image.new("RGB", (30, 30)).save(file, "PNG")
    images = (file.getvalue(), b"broken", Unreadable("gone"))
    without, with_faces = predictor.predict([Sample("", images), Sample("", images, faces=True)])
    assert without.used == ("image:0",)
    assert with_faces.used == ("image:0", "image_faces:0")
    assert without.skipped == with_faces.skipped


@pytest.mark.parametrize("name", ["Predictor", "WeightsError"])
def test_the_package_hands_out_the_predictor(name: str) -> None:
    import moodring.model
    from moodring.model import predictor as module

    assert getattr(moodring.model, name) is getattr(module, name)
    with pytest.raises(AttributeError, match="Nothing"):
        _ = moodring.model.Nothing


LOADED = """
import sys
from dataclasses import replace
from pathlib import Path
from moodring.model import Predictor
Predictor(Path(sys.argv[1])).prepare("hot soup")
print(*sys.modules)
"""


def test_reading_loads_nothing_that_only_training_needs(
    weights: Path, run_python: Callable[..., str]
) -> None:
    loaded = set(run_python(LOADED, str(weights)).split())
    assert {"ai_edge_litert", "tokenizers", "moodring.model.predictor"} <= loaded
    assert not loaded & {"tensorflow", "keras", "tqdm", "safetensors", "moodring.model.data"}


def test_a_decoding_process_loads_neither_the_network_nor_numpy(run_python: Callable[..., str]) -> None:
    loaded = set(run_python("import sys, moodring.bot.intake.worker; print(*sys.modules)").split())
    assert "PIL.Image" in loaded
    assert not loaded & {
        "ai_edge_litert",
        "tokenizers",
        "emoji",
        "numpy",
        "discord",
        "moodring.model.predictor",
    }


@pytest.fixture
def run_python() -> Callable[..., str]:
    """Runs code in an interpreter of its own and returns what it printed."""

    def run(code: str, *arguments: str) -> str:
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    return run
