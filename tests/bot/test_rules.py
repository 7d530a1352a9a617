"""When a watched message is answered."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from moodring.bot.rules import deserves_answer, has_cooled_down
from moodring.model import Language, Prediction

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds_since_answer", "cooldown_s", "cooled_down"),
    [(None, 10, True), (0, 10, False), (9.9, 10, False), (10, 10, True), (0, 0, True), (-1, 10, False)],
)
def test_a_channel_rests_after_an_answer(
    seconds_since_answer: float | None, cooldown_s: int, cooled_down: bool
) -> None:
    answered_at = None if seconds_since_answer is None else NOON - timedelta(seconds=seconds_since_answer)
    assert has_cooled_down(answered_at, NOON, cooldown_s) is cooled_down


@pytest.mark.parametrize(
    ("emotion", "confidence", "language", "answered"),
    [
        ("joy", 0.7, Language.ENGLISH, True),
        ("joy", 0.69, Language.ENGLISH, False),
        ("neutral", 0.99, Language.ENGLISH, False),
        ("confusion", 1.0, Language.UNKNOWN, True),
        ("joy", 1.0, Language.OTHER, False),
    ],
)
def test_only_a_confident_feeling_in_english_is_answered(
    emotion: str, confidence: float, language: Language, answered: bool
) -> None:
    class Seen:
        def __init__(self) -> None:
            self.emotion, self.confidence, self.language = emotion, confidence, language

    assert deserves_answer(cast(Prediction, Seen()), 0.7) is answered
