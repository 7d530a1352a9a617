"""Records become arrays with masks, and a seed alone decides which rows meet in a batch."""

import io
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from moodring.model.batches import (
    FACES_DROPOUT,
    IMAGE_DROPOUT,
    LENGTH_STEP,
    PICTURE_TEXT_DROPOUT,
    TEXT_DROPOUT,
    WEAK_TOXICITY,
    Batches,
    Rows,
    build_rows,
)
from moodring.model.data import Record
from moodring.model.faces import MAX_FACES
from moodring.model.labels import EMOTIONS
from moodring.model.sample import FACE_WIDTH
from moodring.model.text import Tokenizer

TEXTS, PAIRS = 90, 30


@pytest.fixture(scope="module")
def picture_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = io.BytesIO()
    Image.new("RGB", (20, 20), (200, 30, 30)).save(file, "PNG")
    path = tmp_path_factory.mktemp("pictures") / "red.png"
    path.write_bytes(file.getvalue())
    return path


@pytest.fixture(scope="module")
def rows(picture_file: Path, tokenizer: Tokenizer) -> Rows:
    texts = [
        Record(id=f"a/{n}", text="soup " * (1 + n % 17), emotions=frozenset({"joy"})) for n in range(TEXTS)
    ]
    pairs = [
        Record(id=f"b/{n}", text="tea" if n % 3 else "", image=picture_file, sentiment=(0.0, 0.0, 1.0))
        for n in range(PAIRS)
    ]
    return build_rows({"texts": texts, "pairs": pairs}, tokenizer, 16)


def batches(
    rows: Rows, seed: int = 0, shares: Mapping[str, float] | None = None, images: bool = True
) -> Batches:
    return Batches(rows, size=8, seed=seed, shares=shares or {}, images=images)


def numbers(plan: list[np.ndarray]) -> list[list[int]]:
    return [batch.tolist() for batch in plan]


def test_labels_stand_beside_masks_that_tell_which_are_there(tokenizer: Tokenizer) -> None:
    records = {
        "goemotions": [
            Record(
                id="1",
                text="hot soup",
                emotions=frozenset({"joy", "love"}),
                sentiment=(0.0, 0.0, 1.0),
                toxicity=0.05,
            ),
            Record(id="2", text="cold soup", emotions=frozenset({"anger"})),
        ],
        "hatemoji": [Record(id="3", text="soup", toxicity=1.0)],
    }
    rows = build_rows(records, tokenizer, 64)
    assert rows.sets.tolist() == ["goemotions", "goemotions", "hatemoji"]
    given = [{EMOTIONS[index] for index in np.flatnonzero(row)} for row in rows.emotions]
    assert given == [{"joy", "love"}, {"anger"}, set()]
    assert rows.has_emotions.tolist() == [1, 1, 0]
    assert rows.sentiment.tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0]]
    assert rows.has_sentiment.tolist() == [1, 0, 0]
    assert rows.toxicity.tolist() == [pytest.approx(0.05), 0, 1]
    assert rows.has_toxicity.tolist() == [WEAK_TOXICITY["goemotions"], 0, 1]
    assert (rows.picture == -1).all()
    assert rows.pictures.shape == (0, 224, 224, 3)


def test_long_texts_are_cut_and_empty_records_left_out(tokenizer: Tokenizer, picture_file: Path) -> None:
    records = [
        Record(id="1", text="soup " * 40),
        Record(id="2", text="\u200b"),
        Record(id="3", text="", image=picture_file),
        Record(id="4", text="tea", image=picture_file),
    ]
    rows = build_rows({"some": records}, tokenizer, 10)
    assert [len(ids) for ids in rows.token_ids] == [10, 0, 3]
    assert rows.picture.tolist() == [-1, 0, 1]
    assert len(build_rows({"some": records, "more": records}, tokenizer, 10, limit=1)) == 2


def test_no_records_are_no_rows(tokenizer: Tokenizer) -> None:
    rows = build_rows({"none": []}, tokenizer, 10)
    assert len(rows) == 0
    assert rows.emotions.shape == (0, 28)
    assert rows.sentiment.shape == (0, 3)


def test_every_row_comes_once_an_epoch_and_pairs_among_themselves(rows: Rows) -> None:
    plan = batches(rows).plan(0)
    assert sorted(np.concatenate(plan).tolist()) == list(range(TEXTS + PAIRS))
    for batch in plan:
        assert len(set((rows.picture[batch] >= 0).tolist())) == 1
        assert len(batch) <= 8


def test_without_images_every_row_is_text(rows: Rows) -> None:
    made = batches(rows, images=False)
    plan = made.plan(0)
    assert sorted(np.concatenate(plan).tolist()) == list(range(TEXTS + PAIRS))
    assert all("pictures" not in made.arrays(batch, np.random.default_rng(0)) for batch in plan)


def test_the_plan_depends_on_seed_and_epoch_alone(rows: Rows) -> None:
    plan = numbers(batches(rows, seed=3).plan(1))
    assert plan == numbers(batches(rows, seed=3).plan(1))
    assert plan != numbers(batches(rows, seed=3).plan(0))
    assert plan != numbers(batches(rows, seed=4).plan(1))


def test_a_share_is_drawn_anew_each_epoch(rows: Rows) -> None:
    made = batches(rows, shares={"texts": 0.5})
    drawn = [set(np.concatenate(made.plan(epoch)).tolist()) for epoch in range(4)]
    texts = [{row for row in epoch if row < TEXTS} for epoch in drawn]
    assert all(set(range(TEXTS, TEXTS + PAIRS)) <= epoch for epoch in drawn)
    assert all(TEXTS * 0.3 < len(epoch) < TEXTS * 0.7 for epoch in texts)
    assert len({frozenset(epoch) for epoch in texts}) == 4


def test_a_share_over_one_repeats_rows(rows: Rows) -> None:
    drawn = np.concatenate(batches(rows, shares={"texts": 2.5}).plan(0))
    times = np.bincount(drawn, minlength=TEXTS + PAIRS)
    assert set(times[:TEXTS]) == {2, 3}
    assert set(times[TEXTS:]) == {1}


def test_rows_that_are_left_out_never_come(rows: Rows) -> None:
    left_out = np.arange(TEXTS + PAIRS) % 3 == 0
    made = Batches(rows, size=8, seed=0, shares={"texts": 2.0}, images=True, left_out=left_out)
    assert set(np.concatenate(made.plan(0)).tolist()) == set(np.flatnonzero(~left_out).tolist())


def test_a_batch_of_texts_is_padded_and_carries_its_labels(rows: Rows) -> None:
    made = batches(rows)
    for batch in made.plan(0):
        arrays = made.arrays(batch, np.random.default_rng(0))
        longest = max(len(rows.token_ids[row]) for row in batch)
        assert arrays["token_ids"].shape == (len(batch), -(-max(longest, 1) // LENGTH_STEP) * LENGTH_STEP)
        assert (arrays["emotions"] == rows.emotions[batch]).all()
        assert (arrays["has_sentiment"] == rows.has_sentiment[batch]).all()


def test_a_batch_of_pairs_carries_its_pictures_in_unit_range(rows: Rows) -> None:
    made = batches(rows)
    pairs = np.flatnonzero(rows.picture >= 0)[:8]
    arrays = made.arrays(pairs, np.random.default_rng(0))
    assert arrays["pictures"].shape == (8, 224, 224, 3)
    assert arrays["pictures"].dtype == np.float32
    assert 0 <= arrays["pictures"].min() < arrays["pictures"].max() <= 1
    again = made.arrays(pairs, np.random.default_rng(0))
    assert all((arrays[name] == again[name]).all() for name in arrays)


def test_a_modality_is_hidden_at_times_but_never_both(rows: Rows) -> None:
    made = batches(rows)
    pairs = np.flatnonzero(rows.picture >= 0)[:10]
    with_text = np.array([len(rows.token_ids[row]) > 0 for row in pairs])
    assert not with_text.all()
    random = np.random.default_rng(0)
    text, image = [], []
    for _ in range(60):
        arrays = made.arrays(pairs, random)
        text.append((arrays["token_ids"] != 0).any(axis=1))
        image.append(arrays["present"])
    assert (np.array(text) | np.array(image)).all()
    assert np.mean(np.array(image)[:, with_text]) == pytest.approx(1 - IMAGE_DROPOUT, abs=0.06)
    assert np.mean(np.array(text)[:, with_text]) == pytest.approx(1 - TEXT_DROPOUT, abs=0.06)


def test_text_found_in_a_picture_goes_with_the_picture(tokenizer: Tokenizer, picture_file: Path) -> None:
    records = [
        Record(id=str(n), text="soup" if n else "", image=picture_file, picture_text="hot tea")
        for n in range(4)
    ]
    rows = build_rows({"pairs": records}, tokenizer, 16)
    made, random = batches(rows), np.random.default_rng(0)
    written, found = rows.token_ids[1], rows.found_ids[1]
    lengths = []
    for _ in range(120):
        arrays = made.arrays(np.arange(4), random)
        for row, (ids, present) in enumerate(zip(arrays["token_ids"], arrays["present"], strict=True)):
            length = int((ids != 0).sum())
            lengths.append(length if row else None)
            if row and length == len(written) + len(found) - 1:
                assert present
                assert (ids[:length] == [*written, *found[1:]]).all()
            if not row and length:
                assert (ids[:length] == [found[0], found[-1], *found[1:]]).all()
    shares = {length: lengths.count(length) / 360 for length in set(lengths) - {None}}
    kept, alone = 1 - IMAGE_DROPOUT - TEXT_DROPOUT, PICTURE_TEXT_DROPOUT
    assert shares[len(written) + len(found) - 1] == pytest.approx(kept * (1 - alone), abs=0.08)
    assert shares[0] == pytest.approx(TEXT_DROPOUT * alone, abs=0.05)


def test_faces_are_shown_in_half_of_the_steps(tokenizer: Tokenizer, picture_file: Path) -> None:
    faces = np.ones((2, FACE_WIDTH), np.float32)
    records = [Record(id=str(n), text="soup", image=picture_file, faces=faces[:n]) for n in range(3)]
    rows = build_rows({"pairs": records}, tokenizer, 32)
    batches = Batches(rows, size=3, seed=0, shares={}, images=True)
    shown = np.zeros((400, 3))
    for number in range(400):
        given = batches.arrays(np.arange(3), np.random.default_rng(number))["faces"]
        assert given.shape == (3, MAX_FACES, FACE_WIDTH)
        shown[number] = given.max(axis=2).sum(axis=1)
    assert [set(counts) for counts in shown.T] == [{0}, {0, 1}, {0, 2}]
    assert (shown[:, 1] > 0).mean() == pytest.approx(1 - FACES_DROPOUT, abs=0.08)


def test_pictures_that_were_not_scanned_for_faces_have_none(rows: Rows) -> None:
    pairs = np.flatnonzero(rows.picture >= 0)[:8]
    batches = Batches(rows, size=8, seed=0, shares={}, images=True)
    assert "faces" not in batches.arrays(pairs, np.random.default_rng(0))


def test_what_was_seen_before_takes_the_pictures_place(rows: Rows) -> None:
    random = np.random.default_rng(0)
    versions = [[random.random((PAIRS, 49, width)).astype(np.float16) for width in (2, 3)] for _ in range(2)]
    made = Batches(rows, size=8, seed=0, shares={}, images=True, views=versions)
    pairs = np.flatnonzero(rows.picture >= 0)[:8]
    arrays = made.arrays(pairs, random)
    assert "pictures" not in arrays
    pictures = rows.picture[pairs]
    for index in range(2):
        given = [np.array([version[index][picture] for picture in pictures]) for version in versions]
        same = [(arrays[f"stage_{index}"] == each).all(axis=(1, 2)) for each in given]
        assert (same[0] | same[1]).all()
        assert same[0].any()
        assert same[1].any()
