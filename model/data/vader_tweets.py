"""VADER's tweets: the mean of twenty people's ratings of how negative or positive each is."""

import math
from pathlib import Path

from .files import read_tsv
from .record import Corpus, Part, Record, Sentiment

COLUMNS = 3  # number, mean valence, text
NEUTRAL_UP_TO = 0.5  # mean rating; below one half of one step, people were divided or saw no feeling
SPREAD = 0.5  # ratings; how fast certainty grows beyond that


def sentiment_of(valence: float) -> Sentiment:
    """Return the sentiment of a mean rating as an ordered logit with cuts at ±``NEUTRAL_UP_TO``.

    Args:
        valence: Mean rating, -4 (most negative) to 4 (most positive).
    """
    negative = 1 / (1 + math.exp((valence + NEUTRAL_UP_TO) / SPREAD))
    positive = 1 / (1 + math.exp((NEUTRAL_UP_TO - valence) / SPREAD))
    return negative, 1 - negative - positive, positive


def _load(source: Path) -> dict[Part, list[Record]]:
    return {
        "train": [
            Record(
                id=f"vader_tweets/{number}",
                text=text,
                sentiment=sentiment_of(float(valence)),
                valence=float(valence),
            )
            for number, valence, text in read_tsv(
                source / "text/vader_tweets/tweets_GroundTruth.txt", COLUMNS
            )
        ]
    }


CORPUS = Corpus(
    name="vader_tweets",
    attribution="Hutto & Gilbert, 2014: VADER, a parsimonious rule-based model for sentiment analysis",
    licence="MIT",
    files=("text/vader_tweets/tweets_GroundTruth.txt",),
    rows={"train": 4_200},
    load=_load,
    held=True,
)
