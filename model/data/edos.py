"""EDOS: Reddit and Gab posts, sexist or not."""

from pathlib import Path

from .files import read_table
from .record import Corpus, DataError, Part, Record

TOXICITY = {"sexist": 1.0, "not sexist": 0.3}
"""*Not sexist* is not clean: many of these posts are rude in another way, and nothing says which. They are
taken to be toxic at a guessed rate of three in ten: called clean they would teach tolerance of other
abuse, and left out they would teach that whatever looks like this set is toxic."""


def _load(source: Path) -> dict[Part, list[Record]]:
    path = source / "text/edos/train_dev.csv"
    parts: dict[Part, list[Record]] = {"train": [], "dev": []}
    for row in read_table(path):
        record = Record(
            id=f"edos/{row['rewire_id'].rpartition('-')[2]}",
            text=row["text"],
            toxicity=TOXICITY[row["label_sexist"]],
            sexism=float(row["label_sexist"] == "sexist"),
        )
        match row["split"]:
            case "train":
                parts["train"].append(record)
            case "dev":
                parts["dev"].append(record)
            case other:
                raise DataError(f"{path}: unknown split {other!r} of {row['rewire_id']}")
    return parts


CORPUS = Corpus(
    name="edos",
    attribution="Kirk et al., 2023: SemEval-2023 task 10, explainable detection of online sexism",
    licence="CC0",
    files=("text/edos/train_dev.csv",),
    rows={"train": 14_000, "dev": 2_000},
    load=_load,
    held=True,
)
