"""The list of data sets.

Not read: the graded profanity list and the word list beside these sets (single words would teach that
a word is abuse however it is used).
"""

from . import (
    chat,
    convabuse,
    davidson,
    edos,
    emoji,
    goemotions,
    hatemoji,
    mvsa_single,
    surge_toxicity,
    toxic_spans,
    vader_tweets,
    xed,
)
from .record import Corpus

CORPORA: tuple[Corpus, ...] = tuple(
    module.CORPUS
    for module in (
        goemotions,
        mvsa_single,
        hatemoji,
        convabuse,
        edos,
        davidson,
        toxic_spans,
        surge_toxicity,
        vader_tweets,
        emoji,
        chat,
        xed,
    )
)
"""Every data set, in the order in which they are prepared and mixed."""
