"""ConvAbuse: people writing to chat bots, each turn judged by several annotators."""

import re
from collections.abc import Iterable
from pathlib import Path

from .files import read_csv
from .record import Corpus, DataError, Record

VOTE = re.compile(r"Annotator\d+_is_abuse\.(-?\d)")
"""Column of one annotator and one degree: 1 is fine, 0 unsure, -1 to -3 ever stronger abuse. The columns
are read by place, not by name: the header names ``Annotator6_transphobic`` twice."""


def toxicity_of(votes: Iterable[tuple[int, int]]) -> float | None:
    """Return the share of votes for abuse.

    An unsure vote is half of one; annotators who judged a turn twice voted twice.

    Args:
        votes: Degree and number of votes for it.

    Returns:
        0..1, or None without a vote.
    """
    total = abuse = 0.0
    for degree, count in votes:
        total += count
        abuse += count * (1.0 if degree < 0 else 0.5 if degree == 0 else 0.0)
    return abuse / total if total else None


def _count(cell: str) -> int:
    """Count the ones in ``"1"``, ``"0, 1"`` (judged twice) or ``""`` (not asked)."""
    return sum(float(vote) == 1 for vote in cell.split(",") if vote.strip())


def _read(path: Path) -> list[Record]:
    header, rows = read_csv(path)
    degrees = {
        place: int(match[1])
        for place, name in enumerate(header)
        if (match := VOTE.fullmatch(name)) is not None
    }
    try:
        example, user = header.index("example_id"), header.index("user")
        return [
            Record(
                id=f"convabuse/{int(float(row[example]))}",
                text=row[user],
                toxicity=toxicity_of((degree, _count(row[place])) for place, degree in degrees.items()),
            )
            for row in rows
        ]
    except ValueError as error:
        raise DataError(f"{path} is not laid out as ConvAbuse is: {error}") from None


CORPUS = Corpus(
    name="convabuse",
    attribution="Cercas Curry et al., 2021: ConvAbuse, data, analysis, and benchmarks",
    licence="CC BY 4.0",
    files=("text/convabuse/ConvAbuseEMNLPtrain.csv", "text/convabuse/ConvAbuseEMNLPvalid.csv"),
    rows={"train": 2_501, "dev": 831},
    load=lambda source: {
        "train": _read(source / "text/convabuse/ConvAbuseEMNLPtrain.csv"),
        "dev": _read(source / "text/convabuse/ConvAbuseEMNLPvalid.csv"),
    },
    held=True,
)
