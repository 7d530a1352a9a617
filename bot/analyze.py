"""``python -m bot analyze``: one message from the command line."""

import asyncio
import json
import sys
from collections.abc import Sequence
from contextlib import aclosing

from moodring.model import NothingToReadError, Prediction, Sample

from . import texts
from .classifier import BusyError, DeadlineError, InferenceError, open_classifier
from .intake.files import read_images
from .settings import Settings

READING_ERRORS = (BusyError, DeadlineError, InferenceError, NothingToReadError)
"""Why a message gets no answer; each is one line for people."""


def analyze(settings: Settings, text: str, paths: Sequence[str], *, as_json: bool) -> int:
    """Read one message and print the answer.

    Args:
        settings: How to read.
        text: Its text, possibly empty.
        paths: Its image files.
        as_json: Whether to print one JSON object instead of lines for people.

    Returns:
        The exit code: 1 if there was nothing to read.

    Raises:
        WeightsError: The weights are missing or damaged.
    """
    try:
        prediction = asyncio.run(_read(settings, Sample(text, read_images(paths))))
    except READING_ERRORS as error:
        sys.stderr.write(f"moodring: {error}\n")
        return 1
    answer = json.dumps({"id": None, **prediction.as_dict()}) if as_json else describe(prediction)
    sys.stdout.write(answer + "\n")
    return 0


async def _read(settings: Settings, sample: Sample) -> Prediction:
    async with aclosing(open_classifier(settings)) as classifier:
        return await classifier.classify(sample)


def describe(prediction: Prediction) -> str:
    """Return an answer as lines for people."""
    name, sureness = texts.EMOTION_NAMES[prediction.emotion], texts.percent(prediction.confidence)
    words = texts.NOT_SURE
    if prediction.sure:
        words = next(words for bound, words in texts.CONFIDENCE_WORDS if prediction.confidence >= bound)
    sentiment = texts.percent(prediction.sentiments[prediction.sentiment])
    lines = [
        f"{name} ({words}, {sureness})",
        *texts.doubts(prediction.language),
        f"{texts.SENTIMENT}: {texts.SENTIMENT_NAMES[prediction.sentiment]} ({sentiment})",
        f"{texts.READ}: {', '.join(map(texts.part_name, prediction.used))}",
        *([f"{texts.IN_PICTURE}: {prediction.picture_text}"] if prediction.picture_text else []),
        *(f"{texts.SKIPPED}: {texts.part_name(skip.part)}, {skip.reason}" for skip in prediction.skipped),
    ]
    return "\n".join(lines)
