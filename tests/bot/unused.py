"""What stands where something has to, in tests that never come to it."""

from moodring.model import Prediction, Sample, Unreadable


class Unused:
    """Is never asked."""

    async def classify(self, sample: Sample) -> Prediction:
        raise AssertionError

    async def fetch(self, url: str, declared_size: int | None) -> bytes | Unreadable:
        raise AssertionError
