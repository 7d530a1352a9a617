"""A prediction that nothing was read for."""

from moodring.model import Language, Prediction
from moodring.model.labels import EMOTIONS, SENTIMENTS


def prediction(toxicity: float, language: Language = Language.ENGLISH) -> Prediction:
    """What was read of a message that is also as angry and as sad as can be."""
    return Prediction(
        emotion="anger",
        confidence=1.0,
        sure=True,
        labels=("anger",),
        emotions=dict.fromkeys(EMOTIONS, 1.0),
        sentiment="negative",
        sentiments=dict.fromkeys(SENTIMENTS, 1 / 3),
        toxicity=toxicity,
        toxic=toxicity > 0.9,
        sexism=0.0,
        used=("text",),
        skipped=(),
        model="invented",
        ms=1.0,
        language=language,
    )
