"""Decisions about watched messages: plain functions over plain data, no Discord here."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from moodring.model import Language, Prediction

NEUTRAL: Final = "neutral"
"""The emotion that is no news: it is never answered unasked."""

FOLD: Final = timedelta(minutes=5)
"""A channel gets at most one card in this time; what else is flagged there is added to it."""


class Group(StrEnum):
    """What a message may be flagged for."""

    TOXICITY = "toxicity"
    ANGER = "anger"
    DISTRESS = "distress"


EMOTIONS_OF: Final[Mapping[Group, tuple[str, ...]]] = {
    Group.ANGER: ("anger",),
    Group.DISTRESS: ("grief", "fear", "sadness"),
}
"""The emotions whose strongest one is a group's score; toxicity has a score of its own."""


@dataclass(frozen=True, slots=True)
class Bars:
    """From which scores on something is done, each 0..1; None never.

    Attributes:
        flag: By group, from where moderators are shown the message.
        act: By group, from where it is acted upon without them, if the guild has switched that on.
    """

    flag: Mapping[Group, float | None]
    act: Mapping[Group, float | None]


@dataclass(frozen=True, slots=True)
class Flag:
    """A message that moderators should see.

    Attributes:
        group: What for.
        score: How strongly, 0..1.
        acts: Whether it reaches the bar of acting without them too.
    """

    group: Group
    score: float
    acts: bool


@dataclass(frozen=True, slots=True)
class Exempt:
    """What a guild never has flagged.

    Attributes:
        role_ids: Whose messages.
        channel_ids: Where.
    """

    role_ids: frozenset[int]
    channel_ids: frozenset[int]


def has_cooled_down(answered_at: datetime | None, now: datetime, cooldown_s: int) -> bool:
    """Return whether a channel may be answered again.

    Args:
        answered_at: When the message was written that was answered last, if any.
        now: When the message in question was written.
        cooldown_s: Seconds of silence after an answer.
    """
    # Messages are not always read in the order in which they were written. One older than what was answered
    # waits in vain: only the last time is known, and all that come late would be far enough from it.
    return answered_at is None or cooldown_s == 0 or now - answered_at >= timedelta(seconds=cooldown_s)


def deserves_answer(prediction: Prediction, min_confidence: float) -> bool:
    """Return whether a watched message is answered: a feeling, read with enough confidence, in English.

    A confidence says little of other languages: who asks for a reading is told so, who does not gets none.
    """
    understood = prediction.language is not Language.OTHER
    return understood and prediction.emotion != NEUTRAL and prediction.confidence >= min_confidence


def scores(prediction: Prediction) -> dict[Group, float]:
    """Return how strongly a message belongs to each group, 0..1."""
    of_emotions = {
        group: max(prediction.emotions[label] for label in labels) for group, labels in EMOTIONS_OF.items()
    }
    return {Group.TOXICITY: prediction.toxicity, **of_emotions}


def at_least(prediction: Prediction, words: Prediction) -> Prediction:
    """Return a reading that no group scores lower in than in another one.

    Args:
        prediction: What was read of a message.
        words: What was read of its words alone.
    """
    labels = {label for labels in EMOTIONS_OF.values() for label in labels}
    raised = {label: max(prediction.emotions[label], words.emotions[label]) for label in labels}
    return replace(
        prediction,
        toxicity=max(prediction.toxicity, words.toxicity),
        emotions={**prediction.emotions, **raised},
    )


def flag_of(prediction: Prediction, bars: Bars, *, hot: bool, despairs: bool = False) -> Flag | None:
    """Return what a message is flagged for, or None; toxicity before distress before anger.

    Anger alone is no offence: it is flagged only where a conversation has heated up. Nothing is flagged
    in other languages than English, of which the scores say little.

    Args:
        prediction: What was read.
        bars: The guild's.
        hot: Whether the channel has heated up.
        despairs: Whether its author says in plain words that they want to die or to harm themselves. That is
            distress whatever was read, and comes first: nobody is timed out for it.
    """
    found = scores(prediction)
    if despairs and bars.flag[Group.DISTRESS] is not None:
        return Flag(Group.DISTRESS, found[Group.DISTRESS], acts=False)
    if prediction.language is Language.OTHER:
        return None
    for group in (Group.TOXICITY, Group.DISTRESS, Group.ANGER):
        if group is Group.ANGER and not hot:
            continue
        if _reaches(found[group], bars.flag[group]):
            acts = _reaches(found[group], bars.act.get(group))
            return Flag(group, found[group], acts)
    return None


def is_exempt(role_ids: frozenset[int], channel_id: int, exempt: Exempt) -> bool:
    """Return whether a message is never flagged, whatever it says.

    Args:
        role_ids: Its author's roles.
        channel_id: Where it is.
        exempt: What the guild said.
    """
    return channel_id in exempt.channel_ids or not role_ids.isdisjoint(exempt.role_ids)


def folds(card_at: datetime | None, now: datetime) -> bool:
    """Return whether a flag is added to a channel's last card instead of getting one of its own.

    Args:
        card_at: When the message was written that the card is about, if there is one.
        now: When the message in question was written.
    """
    return card_at is not None and now - card_at < FOLD


def _reaches(score: float, bar: float | None) -> bool:
    return bar is not None and score >= bar
