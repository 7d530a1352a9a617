"""Preparing writes what training reads, and refuses data that is not what it should be."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from numpy.typing import NDArray

from moodring.model.data import Corpus, DataError, Part, load_split, prepare, scan, scan_faces
from moodring.model.sample import FACE_WIDTH

Corpora: TypeAlias = tuple[Corpus, ...]

PARTS: tuple[Part, ...] = ("train", "dev", "hold")


@pytest.fixture
def prepared(source: Path, corpora: Corpora, tmp_path: Path) -> Path:
    out = tmp_path / "out" / "prepared"
    prepare(source, out, corpora=corpora)
    return out


def test_what_is_loaded_is_what_the_lists_and_the_manifest_say(
    source: Path, corpora: Corpora, prepared: Path
) -> None:
    manifest = json.loads((prepared / "manifest.json").read_text())
    assert manifest["seed"] == 0
    for part in PARTS:
        loaded = load_split(source, prepared, part, corpora)
        for name, records in loaded.items():
            assert [record.id for record in records] == (prepared / name / f"{part}.txt").read_text().split()
            assert len(records) == manifest["sets"][name]["parts"][part]


def test_the_manifest_accounts_for_every_row_and_file(source: Path, corpora: Corpora, prepared: Path) -> None:
    sets = json.loads((prepared / "manifest.json").read_text())["sets"]
    for corpus in corpora:
        entry = sets[corpus.name]
        assert entry["rows"] == sum(corpus.rows.values())
        assert entry["rows"] == sum(entry["parts"].values()) + entry["dropped_duplicates"]
        assert set(entry["sha256"]) == set(corpus.files)
        assert entry["licence"] == corpus.licence


def test_a_train_text_that_dev_has_is_dropped(source: Path, corpora: Corpora, prepared: Path) -> None:
    train = load_split(source, prepared, "train", corpora)["goemotions"]
    assert "goemotions/go6" not in {record.id for record in train}


def test_preparing_twice_gives_the_same_files(
    source: Path, corpora: Corpora, prepared: Path, tmp_path: Path
) -> None:
    again = tmp_path / "again"
    prepare(source, again, corpora=corpora)
    for path in prepared.rglob("*.*"):
        assert path.read_bytes() == (again / path.relative_to(prepared)).read_bytes()


def test_a_missing_folder_is_one_line_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"train\.tsv is missing: the source must be the folder") as caught:
        prepare(tmp_path / "nowhere", tmp_path / "out")
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_wrong_number_of_rows_is_refused(source: Path, corpora: Corpora, tmp_path: Path) -> None:
    more = [replace(corpus, rows={**corpus.rows, "train": 99}) for corpus in corpora]
    with pytest.raises(DataError, match="has 6 train rows where 99 belong"):
        prepare(source, tmp_path / "out", corpora=more)


def test_a_missing_picture_is_refused(source: Path, corpora: Corpora, tmp_path: Path) -> None:
    (source / "mvsa_single/images/2.jpg").unlink()
    with pytest.raises(DataError, match=r"2\.jpg is missing: it belongs to mvsa_single/2"):
        prepare(source, tmp_path / "out", corpora=corpora)


def test_an_id_that_comes_twice_is_refused(source: Path, corpora: Corpora, tmp_path: Path) -> None:
    (source / "text/goemotions/dev.tsv").write_text("other words\t27\tgo1\n")
    with pytest.raises(DataError, match="two rows with the id goemotions/go1"):
        prepare(source, tmp_path / "out", corpora=corpora)


def test_a_foreign_layout_is_refused(source: Path, corpora: Corpora, tmp_path: Path) -> None:
    (source / "text/hatemoji/train.csv").write_text("id,words\n1,x\n2,y\n")
    with pytest.raises(DataError, match=r"hatemoji under .* is not laid out as expected"):
        prepare(source, tmp_path / "out", corpora=corpora)


@pytest.mark.parametrize("name", ["text/vader_tweets/tweets_GroundTruth.txt", "mvsa_single/images/1.jpg"])
def test_data_that_changed_since_it_was_prepared_is_refused(
    source: Path, corpora: Corpora, prepared: Path, name: str
) -> None:
    path = source / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(DataError, match=r"has changed since it was prepared: run `python -m model data"):
        load_split(source, prepared, "train", corpora)


def test_loading_before_preparing_says_what_to_run(source: Path, corpora: Corpora, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"manifest\.json is missing: run `python -m model data"):
        load_split(source, tmp_path, "train", corpora)


@pytest.mark.parametrize("manifest", ["", "[]", '{"sets": {}}'])
def test_a_damaged_manifest_is_refused(source: Path, corpora: Corpora, prepared: Path, manifest: str) -> None:
    (prepared / "manifest.json").write_text(manifest)
    with pytest.raises(DataError, match="from another version or damaged"):
        load_split(source, prepared, "train", corpora)


def test_an_id_that_the_set_does_not_have_is_refused(source: Path, corpora: Corpora, prepared: Path) -> None:
    (prepared / "goemotions/dev.txt").write_text("goemotions/unheard-of\n")
    with pytest.raises(DataError, match="lists goemotions/unheard-of"):
        load_split(source, prepared, "dev", corpora)


def test_a_scan_goes_on_and_its_texts_come_with_the_records(
    source: Path, corpora: Corpora, prepared: Path
) -> None:
    read: list[bytes] = []

    def reader(content: bytes) -> str:
        read.append(content)
        return "soup of the day" if len(read) == 1 else ""

    assert scan(source, prepared, reader, corpora) == {"mvsa_single": 1}
    assert len(read) == 2
    assert scan(source, prepared, reader, corpora) == {"mvsa_single": 1}
    assert len(read) == 2
    texts = [
        record.picture_text
        for part in PARTS
        for record in load_split(source, prepared, part, corpora)["mvsa_single"]
    ]
    assert sorted(texts) == ["", "soup of the day"]


def test_a_picture_that_goes_with_several_texts_is_read_once(
    source: Path, corpora: Corpora, tmp_path: Path
) -> None:
    pictures = sorted((source / "mvsa_single/images").iterdir())
    for picture in pictures[1:]:
        picture.write_bytes(pictures[0].read_bytes())
    prepare(source, tmp_path / "again", corpora=corpora)
    read: list[bytes] = []

    def reader(content: bytes) -> str:
        read.append(content)
        return "soup of the day"

    assert scan(source, tmp_path / "again", reader, corpora) == {"mvsa_single": 2}
    assert len(read) == 1


def test_faces_are_looked_for_once_and_come_with_the_records(
    source: Path, corpora: Corpora, prepared: Path
) -> None:
    looked: list[bytes] = []

    def reader(content: bytes) -> NDArray[np.float32]:
        looked.append(content)
        return np.full((2 - len(looked), FACE_WIDTH), 0.5, np.float32)

    before = [record.faces for record in load_split(source, prepared, "train", corpora)["mvsa_single"]]
    assert before == [None] * len(before)
    assert scan_faces(source, prepared, reader, corpora) == {"mvsa_single": 1}
    assert scan_faces(source, prepared, reader, corpora) == {"mvsa_single": 1}
    assert len(looked) == 2
    faces = [
        record.faces
        for part in PARTS
        for record in load_split(source, prepared, part, corpora)["mvsa_single"]
    ]
    shapes = [found.shape for found in faces if found is not None]
    assert sorted(shapes) == [(0, FACE_WIDTH), (1, FACE_WIDTH)]
    assert all((found == 0.5).all() for found in faces if found is not None)
