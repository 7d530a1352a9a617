"""Feelings in few enough groups to be seen beside each other.

The groups are Ekman's, as GoEmotions has them (Demszky et al., 2020, see ``model/labels.py``), with two
changes. Its joy holds twelve of the 28 labels; those felt towards somebody are a group of their own here,
*warmth*. Disgust, one label and rare, stands with anger.
"""

from collections.abc import Mapping
from typing import Final

from moodring.model.labels import EKMAN

from .. import texts
from .counting import UNCLEAR

_WARMTH: Final = ("admiration", "caring", "gratitude", "love")

GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "joy": tuple(label for label in EKMAN["joy"] if label not in _WARMTH),
    "warmth": _WARMTH,
    "surprise": EKMAN["surprise"],
    "sadness": EKMAN["sadness"],
    "fear": EKMAN["fear"],
    "anger": (*EKMAN["anger"], *EKMAN["disgust"]),
}
"""The labels of each group of feelings, in the order in which they are always shown."""

NO_FEELING: Final = (*EKMAN["neutral"], UNCLEAR)
"""The labels of messages without a feeling that could be read."""


def shares(counts: Mapping[str, int]) -> dict[str, float]:
    """Return the share of each group in all messages, 0..1; with those of `NO_FEELING` they sum to 1.

    Args:
        counts: Messages by label; at least one message.
    """
    total = sum(counts.values())
    return {group: sum(counts.get(label, 0) for label in labels) / total for group, labels in GROUPS.items()}


def neutral_share(counts: Mapping[str, int]) -> float:
    """Return the share of messages without a feeling, 0..1; of at least one message."""
    return sum(counts.get(label, 0) for label in NO_FEELING) / sum(counts.values())


def group_name(group: str) -> str:
    """Return what people call a group, as it stands within a sentence."""
    return texts.say(f"mood-group-{group}")


def label_name(label: str) -> str:
    """Return what people call a label, as it stands within a sentence."""
    return texts.say("mood-unclear") if label == UNCLEAR else texts.say(f"emotion-{label}")
