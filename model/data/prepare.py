"""Preparing the data: checksums, row counts and seeded id lists; and reading a part of it."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from .corpora import CORPORA
from .files import checksum, read_lines, read_text
from .record import Corpus, DataError, Part, Record
from .splits import split

MANIFEST = "manifest.json"
PICTURE_TEXTS = "picture_texts.json"
"""In a set's folder, once its pictures were scanned: the text found in each, by the record's id."""

FACES = "faces.npz"
"""Beside it, what was read of the faces in each: ``ids``, how many each has, and one row a face."""

KEPT_EVERY = 100
"""Pictures after which a scan for text writes what it found; looking for faces is quick."""

PARTS: tuple[Part, ...] = ("train", "dev", "hold")


def _load(corpus: Corpus, source: Path) -> dict[Part, list[Record]]:
    """Read one set and check rows, ids and pictures."""
    source = corpus.home(source)
    try:
        given = corpus.load(source)
    except (KeyError, ValueError) as error:
        raise DataError(f"{corpus.name} under {source} is not laid out as expected: {error!r}") from None
    for part, expected in corpus.rows.items():
        if len(given[part]) != expected:
            raise DataError(
                f"{corpus.name} under {source} has {len(given[part]):,} {part} rows where {expected:,} belong"
            )
    seen: set[str] = set()
    for record in (record for records in given.values() for record in records):
        if record.id in seen:
            raise DataError(f"{corpus.name} under {source} has two rows with the id {record.id}")
        if record.image is not None and not record.image.is_file():
            raise DataError(f"{record.image} is missing: it belongs to {record.id}")
        seen.add(record.id)
    return given


def prepare(source: Path, out: Path, seed: int = 0, corpora: Sequence[Corpus] = CORPORA) -> dict[str, Any]:
    """Check the raw data and write the id lists and the manifest that training reads.

    Writes ``<out>/<set>/train.txt``, ``dev.txt`` and ``hold.txt`` (one record id a line; an empty
    list where a set has no such part) and ``<out>/manifest.json``.

    Args:
        source: Folder with the raw data sets.
        out: Folder for the lists; made if missing.
        seed: Seed of the splits.
        corpora: The sets to prepare.

    Returns:
        The manifest.

    Raises:
        DataError: A file is missing or not what it should be.
    """
    loaded = [(corpus, _load(corpus, source)) for corpus in corpora]
    parts = split(loaded, seed)
    manifest: dict[str, Any] = {"seed": seed, "sets": {}}
    for corpus, given in loaded:
        drawn = parts[corpus.name]
        folder = out / corpus.name
        folder.mkdir(parents=True, exist_ok=True)
        for part in PARTS:
            (folder / f"{part}.txt").write_text(
                "".join(f"{record.id}\n" for record in drawn[part]), encoding="utf-8"
            )
        rows = sum(map(len, given.values()))
        counts = {part: len(drawn[part]) for part in PARTS}
        manifest["sets"][corpus.name] = {
            "attribution": corpus.attribution,
            "licence": corpus.licence,
            "rows": rows,
            "parts": counts,
            "dropped_duplicates": rows - sum(counts.values()),
            "sha256": {name: checksum(corpus.home(source) / name) for name in corpus.files},
        }
    (out / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    return manifest


def load_split(
    source: Path, prepared: Path, part: Part, corpora: Sequence[Corpus] = CORPORA
) -> dict[str, list[Record]]:
    """Return one part of every prepared set.

    Args:
        source: Folder with the raw data sets.
        prepared: Folder that :func:`prepare` wrote.
        part: Which part.
        corpora: The sets to read.

    Returns:
        By name of the set: its records, in the order of the id list.

    Raises:
        DataError: Something is missing, or a raw file has changed since it was prepared.
    """
    manifest = prepared / MANIFEST
    again = f"run `python -m model data --source {source} --out {prepared}`"
    if not manifest.is_file():
        raise DataError(f"{manifest} is missing: {again}")
    try:
        sets = json.loads(read_text(manifest))["sets"]
        checksums = {corpus.name: sets[corpus.name]["sha256"] for corpus in corpora}
    except (KeyError, TypeError, ValueError):
        raise DataError(f"{manifest} is from another version or damaged: {again}") from None
    records: dict[str, list[Record]] = {}
    for corpus in corpora:
        folder = corpus.home(source)
        for name, digest in checksums[corpus.name].items():
            if checksum(folder / name) != digest:
                raise DataError(f"{folder / name} has changed since it was prepared: {again}")
        by_id = {record.id: record for given in corpus.load(folder).values() for record in given}
        ids = read_lines(prepared / corpus.name / f"{part}.txt")
        if unknown := [id_ for id_ in ids if id_ not in by_id]:
            raise DataError(
                f"{prepared / corpus.name} lists {unknown[0]}, which the set does not have: {again}"
            )
        found = _with_picture_texts([by_id[id_] for id_ in ids], prepared / corpus.name / PICTURE_TEXTS)
        records[corpus.name] = _with_faces(found, prepared / corpus.name / FACES)
    return records


def scan(
    source: Path,
    prepared: Path,
    read: Callable[[bytes], str],
    corpora: Sequence[Corpus] = CORPORA,
) -> dict[str, int]:
    """Read the text in all pictures and keep it beside the id lists, for `load_split` to hand out.

    A scan that was killed goes on with the pictures that are left.

    Args:
        source: Folder with the raw data sets.
        prepared: Folder that :func:`prepare` wrote.
        read: Reads the text of an encoded picture.
        corpora: The sets to scan.

    Returns:
        By name of the set: the number of pictures with text.
    """
    counts = {}
    known: dict[str, str] = {}  # one picture may go with several texts
    for name, pictures in _pictures(source, prepared, corpora):
        path = prepared / name / PICTURE_TEXTS
        found: dict[str, str] = json.loads(read_text(path)) if path.is_file() else {}
        left = [id_ for id_ in pictures if id_ not in found]
        for number, id_ in enumerate(tqdm(left, name, disable=None), start=1):
            content = pictures[id_].read_bytes()
            digest = hashlib.sha256(content).hexdigest()
            if digest not in known:
                known[digest] = read(content)
            found[id_] = known[digest]
            if number % KEPT_EVERY == 0 or number == len(left):
                path.write_text(json.dumps(found, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
        counts[name] = sum(map(bool, found.values()))
    return counts


def scan_faces(
    source: Path,
    prepared: Path,
    read: Callable[[bytes], NDArray[np.float32]],
    corpora: Sequence[Corpus] = CORPORA,
) -> dict[str, int]:
    """Look for faces in all pictures and keep what is read of them, as `scan` does with text.

    Args:
        source: Folder with the raw data sets.
        prepared: Folder that :func:`prepare` wrote.
        read: Returns one row, of ``sample.FACE_WIDTH``, for each face in an encoded picture.
        corpora: The sets to scan.

    Returns:
        By name of the set: the number of pictures with a face.
    """
    counts = {}
    for name, pictures in _pictures(source, prepared, corpora):
        path = prepared / name / FACES
        if not path.is_file():
            rows = [read(image.read_bytes()) for image in tqdm(pictures.values(), name, disable=None)]
            unfinished = path.with_suffix(".part.npz")
            np.savez(
                unfinished,
                ids=np.array(list(pictures)),
                counts=np.array([len(faces) for faces in rows]),
                rows=np.concatenate(rows).astype(np.float16),
            )
            unfinished.rename(path)
        with np.load(path, allow_pickle=False) as file:
            counts[name] = int(np.count_nonzero(file["counts"]))
    return counts


def _pictures(
    source: Path, prepared: Path, corpora: Sequence[Corpus]
) -> Iterator[tuple[str, dict[str, Path]]]:
    """Yield each set that has pictures, and these by their record's id."""
    for corpus in corpora:
        parts = [load_split(source, prepared, part, (corpus,))[corpus.name] for part in PARTS]
        pictures = {each.id: each.image for records in parts for each in records if each.image is not None}
        if pictures:
            yield corpus.name, pictures


def _with_picture_texts(records: list[Record], path: Path) -> list[Record]:
    if not path.is_file():
        return records
    found: dict[str, str] = json.loads(read_text(path))
    return [replace(record, picture_text=found.get(record.id, "")) for record in records]


def _with_faces(records: list[Record], path: Path) -> list[Record]:
    if not path.is_file():
        return records
    with np.load(path, allow_pickle=False) as file:
        faces = np.split(file["rows"].astype(np.float32), np.cumsum(file["counts"])[:-1])
        found = dict(zip(file["ids"].tolist(), faces, strict=True))
    return [replace(record, faces=found.get(record.id)) for record in records]
