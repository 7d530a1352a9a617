"""What an explanation says of a part is what the answer loses without it."""

import io
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from moodring.model import Decoded, Predictor
from moodring.model.decoding import SIZE
from moodring.model.explain import GRID, MAX_SEQUENCES, draw_heat, explain, split_words
from moodring.model.labels import EMOTIONS
from moodring.model.litert import LiteRTEngine, _Part
from moodring.model.sample import FACE_WIDTH, Logits, Prepared
from moodring.model.text import MAX_TOKENS

from .exported import Exported, small_limits
from .stand_ins import logits, write_weights


class WordCounter:
    """Finds joy in proportion to *love*, and in the top left cell of a picture."""

    def __init__(self, predictor: Predictor) -> None:
        self._love = int(predictor.tokenizer.encode("love")[0][1])
        self.sequences: list[list[int]] = []

    def _logits(self, token_ids: NDArray[np.int32], bright: float = 0.0) -> Logits:
        count = int((token_ids == self._love).sum())
        return logits({"joy": 2.0 * count - 2 + bright}, toxicity=float(len(token_ids)))

    def infer(self, batch: Sequence[Prepared]) -> list[Logits]:
        return [self._logits(each.token_ids, float(len(each.pictures))) for each in batch]

    def infer_variants(
        self, prepared: Prepared, texts: Sequence[NDArray[np.int32]], hidden: Sequence[NDArray[np.bool_]]
    ) -> tuple[list[Logits], list[Logits]]:
        self.sequences = [token_ids.tolist() for token_ids in texts]
        pictures = len(prepared.pictures)
        return (
            [self._logits(token_ids, pictures) for token_ids in texts],
            [self._logits(prepared.token_ids, pictures - mask[:: GRID * GRID].sum()) for mask in hidden],
        )


@pytest.fixture
def predictor(tmp_path: Path, tokenizer_file: Path) -> Predictor:
    return Predictor(write_weights(tmp_path / "weights", tokenizer_file))


def pixels(seed: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 255, (SIZE, SIZE, 3), dtype=np.uint8)


def picture(seed: int) -> Decoded:
    return Decoded(pixels(seed))


def test_the_word_that_made_the_answer_has_its_weight(predictor: Predictor) -> None:
    text = "hot  soup, love it"
    found = explain(predictor, WordCounter(predictor), text, predictor.prepare(text))
    assert found.label == "joy"
    assert [text[word.start : word.end] for word in found.words] == ["hot", "soup,", "love", "it"]
    weights = [word.weight for word in found.words]
    assert weights == pytest.approx([0, 0, 2 / predictor.calibration.emotion_temperature, 0], abs=1e-6)
    assert found.probability == pytest.approx(0.5)
    assert found.heat == ()


def test_text_found_in_a_picture_stays_while_words_go(predictor: Predictor) -> None:
    prepared = predictor.prepare("hot soup", [Decoded(pixels(0), "love tea")])
    engine = WordCounter(predictor)
    found = explain(predictor, engine, "hot soup", prepared)
    assert [word.weight for word in found.words] == pytest.approx([0, 0], abs=1e-6)
    tea = predictor.tokenizer.encode("tea")[0][1]
    assert all(tea in sequence for sequence in engine.sequences)


def test_another_label_can_be_asked_for(predictor: Predictor) -> None:
    text = "love soup"
    found = explain(predictor, WordCounter(predictor), text, predictor.prepare(text), "toxicity")
    assert found.label == "toxicity"
    assert all(word.weight > 0 for word in found.words)


def test_the_cell_that_made_the_answer_has_its_weight(predictor: Predictor) -> None:
    prepared = predictor.prepare("love", [picture(0), picture(1)])
    found = explain(predictor, WordCounter(predictor), "love", prepared)
    expected = np.zeros((GRID, GRID))
    expected[0, 0] = 1 / predictor.calibration.emotion_temperature
    assert len(found.heat) == 2
    for heat in found.heat:
        np.testing.assert_allclose(heat, expected, atol=1e-6)


def test_a_picture_alone_has_no_words(predictor: Predictor) -> None:
    found = explain(predictor, WordCounter(predictor), "", predictor.prepare("", [picture(0)]))
    assert found.words == ()
    assert len(found.heat) == 1


def test_a_long_text_is_explained_in_a_bounded_number_of_sequences(predictor: Predictor) -> None:
    text = "hot soup " * 40 + "love"
    engine = WordCounter(predictor)
    found = explain(predictor, engine, text, predictor.prepare(text))
    tokens = sum(map(len, engine.sequences))
    assert tokens <= (1 + MAX_SEQUENCES) * MAX_TOKENS
    assert len(found.words) == MAX_SEQUENCES


@given(st.text(max_size=200), st.integers(1, 40))
def test_words_cover_all_that_is_written_and_never_overlap(text: str, most: int) -> None:
    spans = split_words(text, most)
    assert len(spans) <= most
    assert all(start < end for start, end in spans)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
    covered = {place for start, end in spans for place in range(start, end)}
    assert {place for place, letter in enumerate(text) if not letter.isspace()} <= covered


def test_heat_is_drawn_over_the_picture_in_two_colours() -> None:
    grey = np.full((SIZE, SIZE, 3), 128, np.uint8)
    heat = np.zeros((GRID, GRID))
    heat[0, 0], heat[6, 6] = 2.0, -1.0
    drawn = np.asarray(Image.open(io.BytesIO(draw_heat(grey, heat)))).astype(int)
    assert drawn.shape == (SIZE, SIZE, 3)
    assert drawn[5, 5, 0] > drawn[5, 5, 2] + 80
    assert drawn[-6, -6, 2] > drawn[-6, -6, 0] + 20
    assert np.abs(drawn[SIZE // 2, SIZE // 2] - 128).max() <= 2


def test_a_picture_without_any_weight_stays_as_it_is() -> None:
    shown = pixels(3)
    drawn = np.asarray(Image.open(io.BytesIO(draw_heat(shown, np.zeros((GRID, GRID))))))
    np.testing.assert_array_equal(drawn, shown)


# -------------------------------------------------------------------------- on an exported network


@pytest.fixture
def limits() -> Iterator[None]:
    with small_limits():
        yield


@pytest.mark.usefixtures("limits")
def test_variations_in_one_sequence_are_read_as_each_alone(exported: Exported) -> None:
    predictor, engine = Predictor(exported.folder), LiteRTEngine(exported.folder)
    prepared = predictor.prepare("hot soup", [picture(0)])
    lines = ("cold tea", "love hot soup " * 3, "", "hate")
    texts = [predictor.tokenizer.encode(line)[0] for line in lines]
    mask = np.zeros(GRID * GRID, bool)
    variants, unhidden = engine.infer_variants(prepared, texts, [mask, ~mask])
    for line, variant in zip(lines, variants, strict=True):
        [alone] = engine.infer([predictor.prepare(line, [picture(0)])])
        np.testing.assert_allclose(variant.emotions, alone.emotions, atol=0.02)
    whole, hidden = unhidden
    [alone] = engine.infer([prepared])
    np.testing.assert_allclose(whole.emotions, alone.emotions, atol=0.02)
    other = predictor.prepare("hot soup", [picture(1)])
    _, [none_of_the_other] = engine.infer_variants(other, [], [~mask])
    np.testing.assert_allclose(hidden.emotions, none_of_the_other.emotions, atol=1e-5)


@pytest.mark.usefixtures("limits")
def test_words_are_explained_in_ten_calls(exported: Exported, monkeypatch: pytest.MonkeyPatch) -> None:
    predictor, engine = Predictor(exported.folder), LiteRTEngine(exported.folder)
    calls: list[str] = []
    call = _Part.__call__

    def counted(part: _Part, signature: str, **inputs: NDArray[Any]) -> dict[str, NDArray[np.float32]]:
        calls.append(signature)
        return call(part, signature, **inputs)

    monkeypatch.setattr(_Part, "__call__", counted)
    for module in ("explain", "litert"):  # the small network knows fewer places
        monkeypatch.setattr(f"moodring.model.{module}.MAX_TOKENS", 48)
    text = "hot soup cold tea " * 8
    assert explain(predictor, engine, text, predictor.prepare(text)).words
    assert len(calls) <= 10


@pytest.mark.usefixtures("limits")
def test_many_variations_of_a_message_are_read_a_part_at_a_time(
    exported: Exported, monkeypatch: pytest.MonkeyPatch
) -> None:
    predictor, engine = Predictor(exported.folder), LiteRTEngine(exported.folder)
    prepared = predictor.prepare("hot soup", [picture(0)])
    hidden = list(np.eye(GRID * GRID, dtype=np.bool_))
    texts = [prepared.token_ids, predictor.tokenizer.encode("tea")[0]]
    at_once = engine.infer_variants(prepared, texts, hidden)
    monkeypatch.setattr("moodring.model.litert.MAX_PICTURE_TOKENS", 10 * GRID * GRID)
    in_parts = engine.infer_variants(prepared, texts, hidden)
    for found, other in zip(at_once, in_parts, strict=True):
        emotions = [np.array([each.emotions for each in logits]) for logits in (found, other)]
        np.testing.assert_allclose(emotions[0], emotions[1], atol=1e-5)


@pytest.mark.usefixtures("limits")
def test_faces_stay_while_cells_and_words_go(exported: Exported) -> None:
    predictor, engine = Predictor(exported.folder), LiteRTEngine(exported.folder)
    face = np.random.default_rng(0).random((1, FACE_WIDTH), np.float32)
    prepared = predictor.prepare("hot soup", [replace(picture(0), faces=face)])
    [own] = engine.infer([prepared])
    nothing_hidden = np.zeros(GRID * GRID, bool)
    [same_text], [seen] = engine.infer_variants(prepared, [prepared.token_ids], [nothing_hidden])
    np.testing.assert_allclose(same_text.emotions, own.emotions, atol=0.02)
    np.testing.assert_allclose(seen.emotions, own.emotions, atol=1e-5)


@pytest.mark.usefixtures("limits")
def test_an_exported_network_is_explained(exported: Exported) -> None:
    predictor, engine = Predictor(exported.folder), LiteRTEngine(exported.folder)
    prepared = predictor.prepare("hot soup and tea", [picture(0)])
    found = explain(predictor, engine, "hot soup and tea", prepared)
    [own] = engine.infer([prepared])
    assert found.label == EMOTIONS[int(own.emotions.argmax())]
    assert len(found.words) == 4
    assert any(abs(word.weight) > 1e-4 for word in found.words)
    assert np.abs(found.heat[0]).max() > 1e-6
