"""A simulated server whose bot reads by a simple rule: the first word is the emotion."""

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from moodring.bot.local.world import World, open_world
from moodring.model import Prediction, Sample


class FirstWord:
    """Answers with the emotion that a message begins with, at 75 % confidence, else with neutral."""

    def __init__(self, predictor: Any) -> None:
        self._predictor = predictor

    async def classify(self, sample: Sample) -> Prediction:
        prepared = self._predictor.prepare(sample.text or "neutral", ())
        [logits] = self._predictor.infer([prepared])
        prediction: Prediction = self._predictor.conclude(prepared, logits, 1.0)
        return prediction


@pytest_asyncio.fixture
async def world(predictor: Any) -> AsyncIterator[World]:
    async with open_world(FirstWord(predictor)) as opened:
        yield opened
