"""Davidson: tweets sampled by slur keywords, each judged hateful, offensive or neither by three or more."""

from pathlib import Path

from .files import read_table
from .record import Corpus, Part, Record

OFFENSIVE = 0.6
"""Weight of a vote for *offensive*, where one for *hate* counts 1. The tweets were found by keyword and
the votes are known to be harsher on African-American English: only unanimity makes such a tweet count
as toxic, and never surely so."""


def toxicity_of(hate: int, offensive: int, neither: int) -> float:
    """Return the weighted share of votes against the tweet."""
    return (hate + OFFENSIVE * offensive) / (hate + offensive + neither)


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
