"""HatemojiBuild: short posts with emoji written to mislead classifiers, in contrasting pairs."""

from pathlib import Path

from .files import read_table
from .record import Corpus, Record


def _read(path: Path) -> list[Record]:
    return [
        Record(id=f"hatemoji/{row['entry_id']}", text=row["text"], toxicity=float(row["label_gold"]))
        for row in read_table(path)
    ]


CORPUS = Corpus(
    name="hatemoji",
    attribution="Kirk et al., 2022: Hatemoji, a test suite and adversarially-generated dataset",
    licence="CC BY 4.0",
    files=("text/hatemoji/train.csv", "text/hatemoji/validation.csv"),
    rows={"train": 4_728, "dev": 591},
    load=lambda source: {
        "train": _read(source / "text/hatemoji/train.csv"),
        "dev": _read(source / "text/hatemoji/validation.csv"),
    },
    held=True,
)
