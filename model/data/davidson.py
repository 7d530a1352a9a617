"""Davidson: tweets sampled by slur keywords, each judged hateful, offensive or neither by three or more."""

from pathlib import Path

from .files import read_table
from .record import Corpus, Part, Record

READERS = 3
"""The tweets were found by keyword, and the votes are known to be harsher on African-American English:
a tweet's toxicity is the probability that this many readers agree on it, so that a doubtful one is not
taken for toxic."""


def toxicity_of(hate: int, offensive: int, neither: int) -> float:
    """Return the probability that `READERS` readers, drawn from those who voted, all voted against it."""
    against = hate + offensive
    return float((against / (against + neither)) ** READERS)


def _load(source: Path) -> dict[Part, list[Record]]:
    return {
        "train": [
            Record(
                id=f"davidson/{row['']}",
                text=row["tweet"],
                toxicity=toxicity_of(
                    int(row["hate_speech"]), int(row["offensive_language"]), int(row["neither"])
                ),
            )
            for row in read_table(source / "text/davidson/labeled_data.csv")
        ]
    }


CORPUS = Corpus(
    name="davidson",
    attribution="Davidson et al., 2017: Automated hate speech detection and offensive language",
    licence="MIT",
    files=("text/davidson/labeled_data.csv",),
    rows={"train": 24_783},
    load=_load,
    held=True,
)
