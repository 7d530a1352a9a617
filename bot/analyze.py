"""``python -m bot analyze``: one message from the command line."""

import json
import sys
from collections.abc import Sequence
from contextlib import aclosing
from pathlib import Path

from moodring.model import NothingToReadError, Prediction, Sample
from moodring.model.explain import Explanation

from . import texts
from .classifier import BusyError, DeadlineError, Explained, InferenceError, open_classifier
from .intake.files import read_images
from .interrupts import run_until_stopped
from .replies import LEAST_WEIGHT, confidence_line, doubts
from .settings import Settings

READING_ERRORS = (BusyError, DeadlineError, InferenceError, NothingToReadError)
"""Why a message gets no answer; each is one line for people."""


def analyze(
    settings: Settings,
    text: str,
    paths: Sequence[str],
    *,
    as_json: bool,
    faces: bool = False,
    why: bool = False,
    heat: Path | None = None,
) -> int:
    """Read one message and print the answer.

    Args:
        settings: How to read.
        text: Its text, possibly empty.
        paths: Its image files.
        as_json: Whether to print one JSON object instead of lines for people.
        faces: Whether to read the faces in the pictures too.
        why: Whether to say which words and which parts of the pictures made the answer so.
        heat: Folder for the pictures with those parts drawn over them; made if missing.

    Returns:
        The exit code: 1 if there was nothing to read, or the pictures could not be written.

    Raises:
        WeightsError: The weights are missing or damaged.
    """
    try:
        sample = Sample(text, read_images(paths), faces)
        prediction, explained = run_until_stopped(_read(settings, sample, why=why))
        files = [] if heat is None or explained is None else _write(explained.pictures, heat)
    except (*READING_ERRORS, OSError) as error:
        sys.stderr.write(f"moodring: {error}\n")
        return 1
    if as_json:
        answer = {"id": None, **prediction.as_dict()}
        if explained is not None:
            answer["explanation"] = explained.explanation.as_dict(text) | {"files": files}
        sys.stdout.write(json.dumps(answer) + "\n")
        return 0
    lines = [describe(prediction)]
    if explained is not None:
        lines += [
            describe_words(text, explained.explanation),
            *(f"{texts.say('heat-map')}: {file}" for file in files),
        ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


async def _read(settings: Settings, sample: Sample, *, why: bool) -> tuple[Prediction, Explained | None]:
    async with aclosing(open_classifier(settings)) as classifier:
        prediction = await classifier.classify(sample)
        return prediction, await classifier.explain(sample) if why else None


def _write(pictures: Sequence[bytes], folder: Path) -> list[str]:
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"picture-{number}.png" for number in range(1, len(pictures) + 1)]
    for file, picture in zip(files, pictures, strict=True):
        file.write_bytes(picture)
    return [str(file) for file in files]


def describe_words(text: str, explanation: Explanation) -> str:
    """Return the words that speak for and against an answer, strongest first, as lines for people."""
    ranked = sorted(explanation.words, key=lambda word: -abs(word.weight))
    lines = []
    for name, sign in ((texts.say("speaks-for"), 1), (texts.say("speaks-against"), -1)):
        told = [
            f"{texts.printable(' '.join(text[word.start : word.end].split()))} ({word.weight:+.1f})"
            for word in ranked
            if sign * word.weight >= LEAST_WEIGHT
        ]
        lines.append(f"{name}: {', '.join(told) or texts.say('no-word')}")
    return "\n".join(lines)


def describe(prediction: Prediction) -> str:
    """Return an answer as lines for people."""
    sentiment = texts.percent(prediction.sentiments[prediction.sentiment])
    lines = [
        f"{texts.capital(texts.say(f'emotion-{prediction.emotion}'))} ({confidence_line(prediction)})",
        *doubts(prediction.language),
        f"{texts.say('sentiment')}: {texts.say(f'sentiment-{prediction.sentiment}')} ({sentiment})",
        f"{texts.say('read')}: {', '.join(map(texts.part_name, prediction.used))}",
        *(
            [f"{texts.say('in-picture')}: {texts.printable(' '.join(prediction.picture_text.split()))}"]
            if prediction.picture_text
            else []
        ),
        *(
            f"{texts.say('skipped')}: {texts.part_name(skip.part)}, {skip.reason}"
            for skip in prediction.skipped
        ),
    ]
    return "\n".join(lines)
