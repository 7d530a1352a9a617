"""GoEmotions: Reddit comments with 28 emotions, several may hold at once."""

from pathlib import Path

from ..labels import EMOTIONS, SENTIMENT_GROUPS, SENTIMENTS
from .files import read_tsv
from .record import Corpus, DataError, Record, Sentiment

COLUMNS = 3  # text, comma-separated label numbers, comment id

HARSH = frozenset(
    {"anger", "annoyance", "amusement", "disappointment", "disapproval", "disgust", "embarrassment"}
)
"""Emotions under which rude words are common: in 5 (amusement) to 32 (anger) of 100 comments, while
under the others, neutral included, they stand in 2 to 4."""

GENTLE_TOXICITY = 0.05
"""Toxicity of a comment without a harsh emotion. The toxicity sets hold next to no ordinary sad, glad
or curious messages; without these the head would take plain chat, and swearing for joy, for abuse."""


def sentiment_of(emotions: frozenset[str]) -> Sentiment | None:
    """Return the share of each sentiment among the emotions; None when all are ambiguous."""
    counts = [len(emotions.intersection(SENTIMENT_GROUPS[sentiment])) for sentiment in SENTIMENTS]
    total = sum(counts)
    if total == 0:
        return None
    negative, neutral, positive = (count / total for count in counts)
    return negative, neutral, positive


def _read(path: Path) -> list[Record]:
    records = []
    for text, numbers, comment in read_tsv(path, COLUMNS):
        try:
            emotions = frozenset(EMOTIONS[int(number)] for number in numbers.split(","))
        except (ValueError, IndexError):
            raise DataError(f"{path}: comment {comment} has the unknown label numbers {numbers!r}") from None
        records.append(
            Record(
                id=f"goemotions/{comment}",
                text=text,
                emotions=emotions,
                sentiment=sentiment_of(emotions),
                toxicity=None if emotions & HARSH else GENTLE_TOXICITY,
            )
        )
    return records


CORPUS = Corpus(
    name="goemotions",
    attribution="Demszky et al., 2020: GoEmotions, a dataset of fine-grained emotions",
    licence="CC BY 4.0",
    files=("text/goemotions/train.tsv", "text/goemotions/dev.tsv"),
    rows={"train": 43_410, "dev": 5_426},
    load=lambda source: {
        "train": _read(source / "text/goemotions/train.tsv"),
        "dev": _read(source / "text/goemotions/dev.tsv"),
    },
    held=False,
)
