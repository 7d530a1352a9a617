"""Surge AI's toxicity set: social media posts, half of them toxic."""

from pathlib import Path

from .files import read_table
from .record import Corpus, Part, Record

TOXICITY = {"Toxic": 1.0, "Not Toxic": 0.0}


def _load(source: Path) -> dict[Part, list[Record]]:
    return {
        "train": [
            Record(id=f"surge_toxicity/{number}", text=row["text"], toxicity=TOXICITY[row["is_toxic"]])
            for number, row in enumerate(read_table(source / "text/surge_toxicity/toxicity_en.csv"))
        ]
    }


CORPUS = Corpus(
    name="surge_toxicity",
    attribution="Surge AI, 2021: The Toxicity Dataset",
    licence="MIT",
    files=("text/surge_toxicity/toxicity_en.csv",),
    rows={"train": 1_000},
    load=_load,
    held=True,
)
