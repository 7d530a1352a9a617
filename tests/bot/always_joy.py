"""A stand-in for the classifier and for downloads."""

from dataclasses import replace

from invented_prediction import prediction

from moodring.bot.classifier import Explained
from moodring.model import Prediction, Sample, Unreadable
from moodring.model.labels import EMOTIONS


class AlwaysJoy:
    """Reads joy in everything."""

    async def classify(self, sample: Sample) -> Prediction:
        return replace(
            prediction(toxicity=0.0),
            emotion="joy",
            confidence=0.9,
            labels=("joy",),
            emotions=dict.fromkeys(EMOTIONS, 0.1),
            sentiment="positive",
        )

    async def explain(self, sample: Sample, label: str | None = None) -> Explained:
        raise AssertionError

    async def fetch(self, url: str, declared_size: int | None) -> bytes | Unreadable:
        raise AssertionError
