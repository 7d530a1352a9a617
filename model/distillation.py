"""What a teacher says of the training texts, and how a student is taught it.

A finished run's answers are kept beside it, ``soft/<set>.npz``, one file a set, so that a long reading
that was killed goes on with the next set. The mean of several teachers' answers can be packed into one small
file; that of the teachers of what ships is `SHIPPED`. Distillation: Hinton et al., 2015,
https://arxiv.org/abs/1503.02531.
"""

import json
import zipfile
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from .batches import Rows, build_rows
from .classifier import EmotionClassifier
from .data import Record
from .data.splits import part_of, text_key
from .labels import TASKS, VERDICTS
from .text import Tokenizer
from .validation import answer

SHIPPED: Final = Path(__file__).parent / "data" / "answers.npz"
"""What the teachers of the shipped model said of the training texts, by record id; no text is in it."""

SOFT_FOLDER: Final = "soft"

HEDGED: Final = ("hatemoji",)
"""Sets whose verdicts are softened all the same: of so few texts, made to deceive, a tower that is shown the
bare verdicts learns each by heart."""

OF_PAIRS: Final = 0.1
"""Weight of what teachers say of a pair beside its labels: it keeps what no label of pairs tells, and must
not drown what the labels do tell."""

FOLDS: Final = 5
"""Parts of the training texts, of which a run may leave one out and then be asked about it."""

MANIFESTS: Final = "manifests"
"""Beside the sets' arrays in a packed file, the teachers' manifests as JSON."""

SMALLEST: Final = 1e-4
"""Smallest probability that a packed file tells from none."""

LOGIT_STEP: Final = float(np.log((1 - SMALLEST) / SMALLEST) / 127)
"""Steps of the log-odds in a packed file: no probability is off by more than .01."""

MAX_TOKENS: Final = 64
"""Longest text that is put to a teacher; few are longer."""


class DistillationError(RuntimeError):
    """A teacher's answers are missing; the message is one line."""


@dataclass(frozen=True, slots=True)
class SoftLabels:
    """Probabilities for each text, by the record's id.

    Attributes:
        places: Row number of each record id.
        emotions: float32 (N, 28).
        sentiment: float32 (N, 3).
        toxicity: float32 (N,).
        sexism: float32 (N,).
    """

    places: Mapping[str, int]
    emotions: NDArray[np.float32]
    sentiment: NDArray[np.float32]
    toxicity: NDArray[np.float32]
    sexism: NDArray[np.float32]


def fold_of(text: str) -> int:
    """Return the part of the training texts that a text is in; its copies are in the same."""
    return part_of(text_key(text), "fold", FOLDS)


def unseen(records: Mapping[str, Sequence[Record]], fold: int | None) -> dict[str, list[Record]]:
    """Return what a run has not learned from and may be asked about: the part it left out, else everything.

    What a network says of what it learned from is close to the labels, also to the wrong ones.

    Args:
        records: Records by set.
        fold: The part that the run left out, or None.
    """
    return {
        name: [record for record in group if fold is None or fold_of(record.text) == fold]
        for name, group in records.items()
    }


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


def ask(
    classifier: EmotionClassifier,
    run: Path,
    records: Mapping[str, Sequence[Record]],
    tokenizer: Tokenizer,
    tasks: Collection[str] = TASKS,
) -> None:
    """Write what a finished run's network says of every record, of its text alone if it reads no pictures.

    Args:
        classifier: The run's network.
        run: The run's folder; sets whose answers are there already are not asked again.
        records: Records by set.
        tokenizer: The text tower's.
        tasks: What the network has learned to tell, or is to be heard on.
    """
    folder = run / SOFT_FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for name, group in tqdm(records.items(), "ask", disable=None):
        path = folder / f"{name}.npz"
        if path.is_file():
            continue
        read = group if classifier.reads_pictures else [replace(record, image=None) for record in group]
        rows = build_rows({name: read}, tokenizer, MAX_TOKENS)
        said = answer(classifier, rows).probabilities()
        unfinished = path.with_suffix(".part.npz")
        halves: dict[str, Any] = {task: said[task].astype(np.float16) for task in tasks}
        np.savez(unfinished, ids=rows.ids, **halves)
        unfinished.rename(path)


def _read_file(path: Path) -> dict[str, NDArray[Any]]:
    with np.load(path, allow_pickle=False) as file:
        return {key: file[key] for key in file.files}


def _read_mean(runs: Sequence[Path], name: str) -> dict[str, NDArray[Any]]:
    """Return the record ids of a set and, for each, the mean of what those said that were asked about it."""
    files = [run / SOFT_FOLDER / f"{name}.npz" for run in runs]
    given = [_read_file(file) for file in files if file.is_file()]
    if not given:
        raise DistillationError(f"{files[0]} is missing: ask that teacher with `python -m model ask`")
    ids = np.unique(np.concatenate([each["ids"] for each in given]))
    means = {}
    for task in TASKS:
        asked = [each for each in given if task in each]
        places = np.searchsorted(ids, np.concatenate([ids[:0], *(each["ids"] for each in asked)]))
        counts = np.bincount(places, minlength=len(ids))
        if not asked or not counts.all():
            raise DistillationError(
                f"no teacher was asked about the {task} of {name}, or not about all of it"
            )
        said = np.concatenate([each[task] for each in asked]).astype(np.float32)
        total = np.zeros((len(ids), *said.shape[1:]), np.float32)
        np.add.at(total, places, said)
        means[task] = total / counts.reshape(-1, *[1] * (said.ndim - 1)).astype(np.float32)
    return {"ids": ids, **means}


def read_soft_labels(runs: Sequence[Path], sets: Sequence[str]) -> SoftLabels:
    """Return the mean of several teachers' probabilities.

    Args:
        runs: Folders of the teachers' runs; each speaks of the sets, tasks and records that it was asked
            about.
        sets: Names of the sets to read.

    Raises:
        DistillationError: No teacher was asked about a set, one of its tasks or some of its records.
    """
    return _together([_read_mean(runs, name) for name in sets])


def _together(parts: Sequence[Mapping[str, NDArray[Any]]]) -> SoftLabels:
    ids = [record for part in parts for record in part["ids"].tolist()]
    return SoftLabels(
        places={record: place for place, record in enumerate(ids)},
        **{task: np.concatenate([part[task] for part in parts]) for task in TASKS},
    )


def pack(runs: Sequence[Path], manifests: Sequence[Mapping[str, Any]], file: Path) -> None:
    """Write the mean of what several teachers said into one small file, a byte a probability.

    Args:
        runs: Folders of the teachers' runs.
        manifests: What those runs wrote about themselves; kept in the file.
        file: What to write.

    Raises:
        DistillationError: No teacher was asked about a task of a set or some of its records.
    """
    arrays: dict[str, NDArray[Any]] = {MANIFESTS: np.frombuffer(json.dumps(manifests).encode(), np.uint8)}
    for name in sorted({path.stem for run in runs for path in (run / SOFT_FOLDER).glob("*.npz")}):
        mean = _read_mean(runs, name)
        arrays[f"{name}/ids"] = mean["ids"].astype(np.bytes_)
        for task in TASKS:
            odds = np.clip(mean[task], SMALLEST, 1 - SMALLEST)
            arrays[f"{name}/{task}"] = np.round(np.log(odds / (1 - odds)) / LOGIT_STEP).astype(np.int8)
    file.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(file, allow_pickle=False, **arrays)


def read_packed(file: Path, sets: Sequence[str]) -> tuple[SoftLabels, list[dict[str, Any]]]:
    """Return what `pack` wrote: the mean probabilities and the teachers' manifests.

    Args:
        file: The file.
        sets: Names of the sets to read.

    Raises:
        DistillationError: The file is damaged, or no teacher was asked about a set.
    """
    try:
        with np.load(file, allow_pickle=False) as packed:
            arrays = {key: packed[key] for key in packed.files}
        manifests: list[dict[str, Any]] = json.loads(arrays[MANIFESTS].tobytes())
        parts = []
        for name in sets:
            if f"{name}/ids" not in arrays:
                raise DistillationError(f"{file} holds no answers for {name}")
            odds = {task: arrays[f"{name}/{task}"].astype(np.float32) * LOGIT_STEP for task in TASKS}
            part = {task: _sigmoid(each) for task, each in odds.items()}
            part["sentiment"] /= part["sentiment"].sum(axis=1, keepdims=True)
            parts.append({"ids": arrays[f"{name}/ids"].astype(np.str_), **part})
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise DistillationError(f"{file} cannot be read as answers that `ask` packed: {error}") from None
    return _together(parts), manifests


def teach(rows: Rows, soft: SoftLabels, weight: float) -> Rows:
    """Return the rows with targets mixed of the teachers' answers and the given labels.

    Where a row has no label of a task, the teachers' answer is its target. Where people judged its toxicity
    or sexism, their verdict stays alone (but for `HEDGED`): teachers hedge it, and what they call toxic is
    then no more probable than what ordinary talk reaches at worst.

    Args:
        rows: The training rows.
        soft: The teachers' answers; rows that are not among them stay as they are.
        weight: Share of the teachers' answer where a label is given.
    """
    there = np.array([record in soft.places for record in rows.ids.tolist()])
    places = np.array([soft.places.get(record, 0) for record in rows.ids.tolist()])
    targets = {}
    for task in TASKS:
        has = getattr(rows, f"has_{task}")
        given, said = getattr(rows, task), getattr(soft, task)[places]
        share = np.where(has > 0, weight, 1.0)
        if task in VERDICTS:
            share = np.where((has == 1) & ~np.isin(rows.sets, HEDGED), 0.0, share)
        share = np.where(there, share, 0.0).astype(np.float32)
        share = share.reshape(share.shape + (1,) * (given.ndim - 1))
        targets[task] = share * said + (1 - share) * given
        weight_of_said = np.where(rows.picture >= 0, np.maximum(has, OF_PAIRS), 1.0)
        targets[f"has_{task}"] = np.where(there, weight_of_said, has).astype(np.float32)
    return replace(rows, **targets)
