"""MVSA-Single: tweets with their picture and the sentiment of the pair, split as in CLMLF."""

import json
from pathlib import Path

from .files import read_lines
from .record import Corpus, DataError, Record, Sentiment

ONE_HOT: dict[str, Sentiment] = {
    "negative": (1.0, 0.0, 0.0),
    "neutral": (0.0, 1.0, 0.0),
    "positive": (0.0, 0.0, 1.0),
}


def _read(path: Path) -> list[Record]:
    images = path.parent / "images"
    records = []
    for number, line in enumerate(read_lines(path), start=1):
        try:
            row = json.loads(line)
            records.append(
                Record(
                    id=f"mvsa_single/{row['id']}",
                    text=row["text"],
                    image=images / f"{row['id']}.jpg",
                    sentiment=ONE_HOT[row["sentiment"]],
                )
            )
        except (ValueError, KeyError, TypeError):
            raise DataError(
                f"{path}, line {number}: expected id, text and one of the sentiments {', '.join(ONE_HOT)}"
            ) from None
    return records


CORPUS = Corpus(
    name="mvsa_single",
    attribution="Niu et al., 2016: Sentiment analysis on multi-view social data",
    licence="none published: research use",
    files=("mvsa_single/train.jsonl", "mvsa_single/dev.jsonl", "mvsa_single/images"),
    rows={"train": 3_611, "dev": 450},
    load=lambda source: {
        "train": _read(source / "mvsa_single/train.jsonl"),
        "dev": _read(source / "mvsa_single/dev.jsonl"),
    },
    held=False,
)
