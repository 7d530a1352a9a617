"""What a teacher says of the training texts, and how a student is taught it.

A finished run's answers are kept beside it, ``soft/<set>.npz``, one file a set, so that a long reading
that was killed goes on with the next set. Distillation: Hinton et al., 2015,
https://arxiv.org/abs/1503.02531.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from .batches import Rows, build_rows
from .classifier import EmotionClassifier
from .data import Record
from .text import Tokenizer
from .validation import answer

SOFT_FOLDER: Final = "soft"
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


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


def ask(
    classifier: EmotionClassifier, run: Path, records: Mapping[str, Sequence[Record]], tokenizer: Tokenizer
) -> None:
    """Write what a finished run's network says of every text, pictures left out.

    Args:
        classifier: The run's network.
        run: The run's folder; sets whose answers are there already are not asked again.
        records: Records by set.
        tokenizer: The text tower's.
    """
    folder = run / SOFT_FOLDER
    folder.mkdir(exist_ok=True)
    for name, group in tqdm(records.items(), "ask", disable=None):
        path = folder / f"{name}.npz"
        if path.is_file():
            continue
        texts = [replace(record, image=None) for record in group]
        rows = build_rows({name: texts}, tokenizer, MAX_TOKENS)
        answers = answer(classifier, rows)
        exponentials = np.exp(answers.sentiment - answers.sentiment.max(axis=1, keepdims=True))
        unfinished = path.with_suffix(".part.npz")
        np.savez(
            unfinished,
            ids=rows.ids,
            emotions=_sigmoid(answers.emotions).astype(np.float16),
            sentiment=(exponentials / exponentials.sum(axis=1, keepdims=True)).astype(np.float16),
            toxicity=_sigmoid(answers.toxicity).astype(np.float16),
            sexism=_sigmoid(np.asarray(answers.sexism, np.float32)).astype(np.float16),
        )
        unfinished.rename(path)


def read_soft_labels(runs: Sequence[Path], sets: Sequence[str]) -> SoftLabels:
    """Return the mean of several teachers' probabilities.

    Args:
        runs: Folders of the teachers' runs.
        sets: Names of the sets to read.

    Raises:
        DistillationError: A teacher was not asked about a set, or about other records of it.
    """
    ids: list[str] = []
    parts: dict[str, list[NDArray[np.float32]]] = {}
    for name in sets:
        given = []
        for run in runs:
            path = run / SOFT_FOLDER / f"{name}.npz"
            if not path.is_file():
                raise DistillationError(f"{path} is missing: ask that teacher with `python -m model ask`")
            with np.load(path, allow_pickle=False) as file:
                given.append({key: file[key] for key in file.files})
        if any(not np.array_equal(each["ids"], given[0]["ids"]) for each in given[1:]):
            raise DistillationError(f"the teachers were asked about different records of {name}")
        ids += given[0].pop("ids").tolist()
        for key in given[0]:
            mean = np.mean([each[key].astype(np.float32) for each in given], axis=0)
            parts.setdefault(key, []).append(mean)
    return SoftLabels(
        places={record: place for place, record in enumerate(ids)},
        **{key: np.concatenate(arrays) for key, arrays in parts.items()},
    )


def teach(rows: Rows, soft: SoftLabels, weight: float) -> Rows:
    """Return the rows with targets mixed of the teachers' answers and the given labels.

    Where a row has no label of a task, the teachers' answer is its target.

    Args:
        rows: The training rows.
        soft: The teachers' answers; rows that are not among them stay as they are.
        weight: Share of the teachers' answer where a label is given.
    """
    there = np.array([record in soft.places for record in rows.ids.tolist()])
    places = np.array([soft.places.get(record, 0) for record in rows.ids.tolist()])
    targets = {}
    for task in ("emotions", "sentiment", "toxicity", "sexism"):
        has = getattr(rows, f"has_{task}")
        given, said = getattr(rows, task), getattr(soft, task)[places]
        share = np.where(has > 0, weight, 1.0)
        share = np.where(there, share, 0.0).astype(np.float32)
        share = share.reshape(share.shape + (1,) * (given.ndim - 1))
        targets[task] = share * said + (1 - share) * given
        targets[f"has_{task}"] = np.where(there, 1.0, has).astype(np.float32)
    return replace(rows, **targets)
