"""Emoji Sentiment Ranking: how often an emoji stood in negative, neutral and positive tweets."""

from pathlib import Path

from .files import read_table
from .record import Corpus, Part, Record, Sentiment

MIN_OCCURRENCES = 5  # tweets; the ranking's own limit, below it the counts are noise


def sentiment_of(negative: int, neutral: int, positive: int) -> Sentiment:
    """Return the smoothed shares of the three counts (one added to each, as in the ranking)."""
    total = negative + neutral + positive + 3
    return (negative + 1) / total, (neutral + 1) / total, (positive + 1) / total


def _load(source: Path) -> dict[Part, list[Record]]:
    return {
        "train": [
            Record(
                id=f"emoji/{row['Unicode codepoint']}",
                text=row["Emoji"],
                sentiment=sentiment_of(int(row["Negative"]), int(row["Neutral"]), int(row["Positive"])),
            )
            for row in read_table(source / "text/emoji/Emoji_Sentiment_Data_v1.0.csv")
            if int(row["Occurrences"]) >= MIN_OCCURRENCES
        ]
    }


CORPUS = Corpus(
    name="emoji",
    attribution="Kralj Novak et al., 2015: Sentiment of emojis",
    licence="carried under MIT; its own not stated",
    files=("text/emoji/Emoji_Sentiment_Data_v1.0.csv",),
    rows={"train": 751},
    load=_load,
    held=True,
)
