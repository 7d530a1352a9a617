"""A stand-in for the classifier and for downloads."""

from moodring.bot.classifier import Explained
from moodring.model import Prediction, Sample, Unreadable
from moodring.model.labels import EMOTIONS, SENTIMENTS


class AlwaysJoy:
    """Reads joy in everything."""

    async def classify(self, sample: Sample) -> Prediction:
        return Prediction(
            emotion="joy",
            confidence=0.9,
            sure=True,
            labels=("joy",),
            emotions=dict.fromkeys(EMOTIONS, 0.1),
            sentiment="positive",
            sentiments=dict.fromkeys(SENTIMENTS, 1 / 3),
            toxicity=0.0,
            toxic=False,
            sexism=0.0,
            used=("text",),
            skipped=(),
            model="stand-in",
            ms=1.0,
        )

    async def explain(self, sample: Sample, label: str | None = None) -> Explained:
        raise AssertionError

    async def fetch(self, url: str, declared_size: int | None) -> bytes | Unreadable:
        raise AssertionError
