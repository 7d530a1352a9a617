"""When a watched message is answered."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from moodring.bot.rules import deserves_answer, has_cooled_down
from moodring.model import Prediction

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
    ("emotion", "confidence", "answered"),
    [("joy", 0.7, True), ("joy", 0.69, False), ("neutral", 0.99, False), ("confusion", 1.0, True)],
)
def test_only_a_confident_feeling_is_answered(emotion: str, confidence: float, answered: bool) -> None:
    class Seen:
        def __init__(self) -> None:
            self.emotion, self.confidence = emotion, confidence

    assert deserves_answer(cast(Prediction, Seen()), 0.7) is answered
