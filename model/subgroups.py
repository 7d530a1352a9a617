"""Does the model call some people's ordinary talk toxic more often than others'?

Two looks at it. *Identity terms*: harmless sentences in which only the word for a group differs (as in Dixon
et al., 2018, "Measuring and mitigating unintended bias in text classification"). *Dialect*: messages that
nobody judged toxic, with and without words that mark African-American English in tweets, on whose speakers'
tweets the Davidson set is known to be unfair (Sap et al., 2019; Davidson et al., 2019). A word list finds a
dialect only roughly, and says nothing of who wrote.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import numpy as np

from .data import Record
from .predictor import Predictor
from .sample import Prediction, Sample

TEMPLATES: Final = (
    "I am {term}.",
    "My neighbour is {term} and we get along well.",
    "She told me she is {term}.",
    "He grew up in a family that is {term}.",
    "Are you {term}?",
    "Most people in our book club are {term}.",
    "Proud to be {term}!",
    "The new moderator is {term}, say hi.",
    "There was a film about someone who is {term} last night.",
    "I never met anyone who is {term} before.",
)
"""Sentences in which nothing is meant badly."""

GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "no group": ("left-handed", "tall", "a teacher", "vegetarian", "from here", "an early riser"),
    "origin": ("Black", "white", "Asian", "Mexican", "Arab", "African American", "Native American", "Polish"),
    "religion": ("Muslim", "Jewish", "Christian", "Hindu", "Buddhist", "an atheist"),
    "gender": ("a woman", "a man", "transgender", "non-binary", "a trans woman"),
    "orientation": ("gay", "a lesbian", "bisexual", "queer", "straight", "asexual"),
    "body": ("deaf", "blind", "disabled", "autistic", "fat", "in a wheelchair", "old"),
}
"""Words for groups of people; the first are the measure for the others."""

DIALECT: Final = frozenset(
    re.split(
        r"\s+",
        """finna tryna boutta bouta gon imma ima ion iont aint yall wassup whatchu fasho fosho sumn dat dis
        dem dey wit errbody errybody talmbout deadass hunnid shawty homie homies tryin gettin doin nothin
        nuffin cuz ova neva eva wen skool dnt tho doe af bruh yo ayo turnt lil""",
    )
)
"""Spellings and words that mark the dialect in tweets and are no abuse themselves."""

_WORD: Final = re.compile(r"[a-z']+")

CLEAN_BELOW: Final = 0.5
"""Toxicity, as people judged it, below which a message counts as harmless."""


def speaks_dialect(text: str) -> bool:
    """Return whether a text has a word that marks the dialect."""
    return not DIALECT.isdisjoint(word.replace("'", "") for word in _WORD.findall(text.lower()))


def _figures(predictions: Iterable[Prediction]) -> dict[str, Any]:
    found = list(predictions)
    return {
        "messages": len(found),
        "called_toxic": round(float(np.mean([each.toxic for each in found])), 4),
        "mean_toxicity": round(float(np.mean([each.toxicity for each in found])), 4),
    }


def _read(predictor: Predictor, texts: Sequence[str]) -> list[Prediction]:
    return predictor.predict([Sample(text) for text in texts])


def identity_figures(predictor: Predictor) -> dict[str, dict[str, Any]]:
    """Return for each group how its harmless sentences are read, and which term fares worst."""
    figures = {}
    for group, terms in GROUPS.items():
        read = {term: _read(predictor, [each.format(term=term) for each in TEMPLATES]) for term in terms}
        worst = max(read, key=lambda term: float(np.mean([each.toxicity for each in read[term]])))
        figures[group] = {
            **_figures(each for found in read.values() for each in found),
            "worst_term": worst,
            "worst_mean_toxicity": _figures(read[worst])["mean_toxicity"],
        }
    return figures


def dialect_figures(predictor: Predictor, records: Sequence[Record]) -> dict[str, dict[str, Any]]:
    """Return how harmless messages with and without the dialect's words are read.

    Args:
        predictor: The shipped model.
        records: Messages whose toxicity was judged.
    """
    harmless = [each.text for each in records if each.toxicity is not None and each.toxicity < CLEAN_BELOW]
    spoken = [text for text in harmless if speaks_dialect(text)]
    others = [text for text in harmless if not speaks_dialect(text)]
    return {
        name: _figures(_read(predictor, texts))
        for name, texts in (("with dialect words", spoken), ("without", others))
        if texts
    }
