"""A stand-in for the classifier that reads by a simple rule."""

from typing import Any

from moodring.model import Prediction, Sample


class FirstWord:
    """Answers with the emotion that a message begins with, at 75 % confidence, else with neutral.

    Args:
        predictor: The stand-in of the ``predictor`` fixture.
    """

    def __init__(self, predictor: Any) -> None:
        self._predictor = predictor
        self.closed = False

    async def classify(self, sample: Sample) -> Prediction:
        prepared = self._predictor.prepare(sample.text or "neutral", ())
        [logits] = self._predictor.infer([prepared])
        prediction: Prediction = self._predictor.conclude(prepared, logits, 1.0)
        return prediction

    async def aclose(self) -> None:
        self.closed = True
