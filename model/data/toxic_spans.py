"""Toxic Spans: news comments that most readers found toxic, with the characters that make them so."""

from pathlib import Path

from .files import read_table
from .record import Corpus, Record

WITHOUT_SPAN = 0.75
"""Toxicity of a comment in which the annotators agreed on no toxic words."""


def _read(path: Path, part: str) -> list[Record]:
    return [
        Record(
            id=f"toxic_spans/{part}-{number}",
            text=row["text"],
            toxicity=WITHOUT_SPAN if row["spans"] == "[]" else 1.0,
        )
        for number, row in enumerate(read_table(path))
    ]


CORPUS = Corpus(
    name="toxic_spans",
    attribution="Pavlopoulos et al., 2021: SemEval-2021 task 5, toxic spans detection",
    licence="CC0",
    files=("text/toxic_spans/tsd_train.csv", "text/toxic_spans/tsd_trial.csv"),
    rows={"train": 7_939, "dev": 690},
    load=lambda source: {
        "train": _read(source / "text/toxic_spans/tsd_train.csv", "train"),
        "dev": _read(source / "text/toxic_spans/tsd_trial.csv", "trial"),
    },
    held=True,
)
