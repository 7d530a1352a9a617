"""The networks that ship are had back from their files, layer by layer."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter

from moodring.model import Predictor
from moodring.model.classifier import EmotionClassifier
from moodring.model.image import scale
from moodring.model.predictor import ALTERNATE_FILE, FUSION_FILE, shipped_weights
from moodring.model.restoring import RestoringError, restore
from moodring.model.sample import FACE_WIDTH

from .exported import picture

STRATEGIES = {"progressive": FUSION_FILE, "late": ALTERNATE_FILE}

Networks = tuple[EmotionClassifier, EmotionClassifier]


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor()


@pytest.fixture(scope="module")
def restored(predictor: Predictor) -> Callable[[str], Networks]:
    known: dict[str, Networks] = {}

    def restored(strategy: str) -> Networks:
        if strategy not in known:
            known[strategy] = restore(shipped_weights(), predictor.card, strategy)
        return known[strategy]

    return restored


def run(file: str, signature: str, **inputs: Any) -> dict[str, Any]:
    interpreter = Interpreter(str(shipped_weights() / file), num_threads=1)
    outputs: dict[str, Any] = interpreter.get_signature_runner(signature)(**inputs)
    return outputs


def same_direction(some: Any, others: Any) -> float:
    """The smallest cosine between two arrays' last axes."""
    some, others = np.asarray(some), np.asarray(others)
    lengths = np.linalg.norm(some, axis=-1) * np.linalg.norm(others, axis=-1)
    return float(((some * others).sum(axis=-1) / lengths).min())


@pytest.fixture(scope="module")
def token_ids(predictor: Predictor) -> Any:
    text = "thank you all, that was the best evening of my whole life! but why did you do this to me?"
    return predictor.prepare(text).token_ids[None]


@pytest.mark.parametrize("network", [0, 1], ids=["words alone", "pairs"])
def test_a_text_tower_says_what_the_int8_one_says(
    network: int, restored: Callable[[str], Networks], token_ids: Any
) -> None:
    states = run("text.tflite", "encode", token_ids=token_ids)
    if network:
        states |= run("upper.tflite", "finish", token_ids=token_ids, text_1=states["text_1"])
    for index, state in enumerate(restored("progressive")[network].text_encoder(token_ids)):
        assert same_direction(state, states[f"text_{index}"]) > 0.998


def test_the_image_tower_says_the_same(restored: Callable[[str], Networks]) -> None:
    stages = run("image.tflite", "encode", picture=picture(0)[None])
    _, *found = restored("progressive")[1].image_encoder(scale(picture(0)[None]))
    for index, stage in enumerate(found):
        np.testing.assert_allclose(stage, stages[f"image_{index}"], atol=1e-3)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_fusion_and_heads_say_the_same(strategy: str, restored: Callable[[str], Networks]) -> None:
    text_run, classifier = restored(strategy)
    random = np.random.default_rng(0)
    ids = np.array([[101, 2_000, 3_000, 102, 0]], np.int32)
    text = [random.normal(0, 1, (1, 5, 384)).astype(np.float32) for _ in range(3)]
    widths = (40, 112, 1_280)
    image = [random.normal(0, 1, (1, 49, width)).astype(np.float32) for width in widths]
    present = random.random((1, 49)) > 0.3
    inputs = {f"text_{index}": states for index, states in enumerate(text)}
    inputs |= {f"image_{index}": stage for index, stage in enumerate(image)}
    outputs = run(STRATEGIES[strategy], "fuse", token_ids=ids, image_present=present, **inputs)
    fused = classifier.heads(classifier.fusion(text, ids != 0, image, present))
    for name, found in zip(("emotions", "sentiment", "toxicity", "sexism"), fused, strict=True):
        np.testing.assert_allclose(found, outputs[name], atol=1e-3)
    alone = run(STRATEGIES[strategy], "answer_text", token_ids=ids, text_2=text[2])
    emotions, *_ = text_run.heads(text[2][:, :4].mean(axis=1))
    np.testing.assert_allclose(emotions, alone["emotions"], atol=1e-3)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_faces_become_the_same_tokens(strategy: str, restored: Callable[[str], Networks]) -> None:
    faces = np.random.default_rng(0).normal(0, 1, (1, 3, FACE_WIDTH)).astype(np.float32)
    outputs = run(STRATEGIES[strategy], "show_faces", faces=faces)
    for index, tokens in enumerate(restored(strategy)[1].face_tokens(faces)):
        np.testing.assert_allclose(tokens, outputs[f"image_{index}"], atol=1e-3)


def test_a_file_of_another_layout_is_told(predictor: Predictor, tmp_path: Path) -> None:
    shutil.copytree(shipped_weights(), tmp_path, dirs_exist_ok=True)
    shutil.copy(tmp_path / "faces.tflite", tmp_path / "text.tflite")
    with pytest.raises(RestoringError, match=r"text\.tflite has no .+ for .+: it was written by another"):
        restore(tmp_path, predictor.card, "progressive")
