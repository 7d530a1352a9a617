"""Decisions about watched messages: plain functions over plain data, no Discord here."""

from datetime import datetime, timedelta

from moodring.model import Language, Prediction

NEUTRAL = "neutral"
"""The emotion that is no news: it is never answered unasked."""


def has_cooled_down(answered_at: datetime | None, now: datetime, cooldown_s: int) -> bool:
    """Return whether a channel may be answered again.

    Args:
        answered_at: When the message was written that was answered last, if any.
        now: When the message in question was written.
        cooldown_s: Seconds of silence after an answer.
    """
    return answered_at is None or now - answered_at >= timedelta(seconds=cooldown_s)


def deserves_answer(prediction: Prediction, min_confidence: float) -> bool:
    """Return whether a watched message is answered: a feeling, read with enough confidence, in English.

    A confidence says little of other languages: who asks for a reading is told so, who does not gets none.
    """
    understood = prediction.language is not Language.OTHER
    return understood and prediction.emotion != NEUTRAL and prediction.confidence >= min_confidence
