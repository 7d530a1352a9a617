"""The label space and its groupings.

The 28 emotions, their Ekman grouping and their sentiment grouping are those of
GoEmotions (Demszky et al., 2020, https://aclanthology.org/2020.acl-main.372).
"""

from typing import Final

EMOTIONS: Final[tuple[str, ...]] = (
    "admiration",
    "amusement",
    "anger",
    "annoyance",
    "approval",
    "caring",
    "confusion",
    "curiosity",
    "desire",
    "disappointment",
    "disapproval",
    "disgust",
    "embarrassment",
    "excitement",
    "fear",
    "gratitude",
    "grief",
    "joy",
    "love",
    "nervousness",
    "optimism",
    "pride",
    "realization",
    "relief",
    "remorse",
    "sadness",
    "surprise",
    "neutral",
)
"""Emotion labels in the order of every 28-vector of this package."""

SENTIMENTS: Final[tuple[str, ...]] = ("negative", "neutral", "positive")
"""Sentiment labels in the order of every 3-vector of this package."""

EKMAN: Final[dict[str, tuple[str, ...]]] = {
    "anger": ("anger", "annoyance", "disapproval"),
    "disgust": ("disgust",),
    "fear": ("fear", "nervousness"),
    "joy": (
        "joy",
        "amusement",
        "approval",
        "excitement",
        "gratitude",
        "love",
        "optimism",
        "relief",
        "pride",
        "admiration",
        "desire",
        "caring",
    ),
    "sadness": ("sadness", "disappointment", "embarrassment", "grief", "remorse"),
    "surprise": ("surprise", "realization", "confusion", "curiosity"),
    "neutral": ("neutral",),
}
"""Ekman's six basic emotions and neutral, each with its GoEmotions labels."""

SENTIMENT_GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "positive": EKMAN["joy"],
    "negative": (
        "fear",
        "nervousness",
        "remorse",
        "embarrassment",
        "disappointment",
        "sadness",
        "grief",
        "disgust",
        "anger",
        "annoyance",
        "disapproval",
    ),
    "ambiguous": EKMAN["surprise"],
    "neutral": ("neutral",),
}
"""GoEmotions' sentiment grouping; *ambiguous* is its own answer, never a sentiment."""

FEELINGS: Final = ("emotions", "sentiment")
VERDICTS: Final = ("toxicity", "sexism")
"""Tasks whose labels are the verdicts of people who were asked just that."""

TASKS: Final = FEELINGS + VERDICTS
"""All that the heads answer."""
