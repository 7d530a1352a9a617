"""Inference without TensorFlow: from a message to its calibrated answer."""

import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .calibration import Calibration
from .decoding import ImageError
from .engine import Engine
from .faces import FaceReader, as_rows
from .image import decode_image, decode_whole
from .labels import EMOTIONS, SENTIMENTS
from .language import checksum, shared_detector
from .litert import FUSION_FILE, LiteRTEngine
from .sample import (
    Decoded,
    Faces,
    Language,
    Logits,
    NothingToReadError,
    Prediction,
    Prepared,
    Sample,
    Skipped,
    Unreadable,
)
from .text import MAX_TOKENS, NO_TOKENS, Tokenizer, join

CARD_FILE: Final = "card.json"
TOKENIZER_FILE: Final = "tokenizer.json"
FACES_FILE: Final = "faces.tflite"
FILES: Final = ("text.tflite", "upper.tflite", "image.tflite", FUSION_FILE, FACES_FILE, TOKENIZER_FILE)
"""The files that belong to a model; their checksums stand in the card."""

ALTERNATE_FILE: Final = "alternate.tflite"
"""The other fusion, over the same towers, where one ships: it takes the place of `FUSION_FILE`."""

ONLY_BEGINNING: Final = f"only its beginning was read ({MAX_TOKENS} tokens at most)"
"""Why a part of a long text was skipped."""

HOW_TO_GET_BACK: Final = "get it back with `git checkout -- model/weights`, or install moodring anew"


class WeightsError(RuntimeError):
    """A weight file is missing or is not the one the card names; the message is one line."""


def shipped_weights() -> Path:
    """Return the folder of the weights that are installed with the package."""
    return Path(str(resources.files("moodring.model") / "weights"))


@cache
def shipped_tokenizer() -> Tokenizer:
    """Return the one tokeniser of this process for the weights that ship: its words take 20 MB."""
    return Tokenizer(shipped_weights() / TOKENIZER_FILE)


def _check_files(folder: Path, checksums: Mapping[str, str]) -> None:
    for name, expected in checksums.items():
        file = folder / name
        if not file.is_file():
            raise WeightsError(f"{file} is missing: {HOW_TO_GET_BACK}")
        if checksum(file) != expected:
            raise WeightsError(f"{file} is not the file its card names (sha256 differs): {HOW_TO_GET_BACK}")


class Predictor:
    """Reads samples with the shipped model, or with another one in the same layout.

    Args:
        weights: Folder with the weight files and their card; None for the shipped one.
        fusion: The strategy that fuses; None for the default one of these weights.

    Raises:
        WeightsError: The card or a file is missing or damaged, or there is no such fusion.

    Example:
        ```python
        predictor = Predictor()
        [prediction] = predictor.predict([Sample("I can't believe we won!")])
        print(prediction.emotion, prediction.confidence)
        ```
    """

    def __init__(self, weights: Path | None = None, fusion: str | None = None) -> None:
        self._folder = weights or shipped_weights()
        path = self._folder / CARD_FILE
        try:
            self.card: dict[str, Any] = json.loads(path.read_text("utf-8"))
            ways = {str(way["strategy"]): way for way in (self.card, self.card["alternate"]) if way}
            way = ways.get(fusion or str(self.card["strategy"]))
            if way is None:
                raise WeightsError(f"these weights fuse by {' or '.join(ways)}, not by {fusion}")
            self.version = str(way["version"])
            self.calibration = Calibration.from_dict(way["calibration"])
            self._fusion = FUSION_FILE if way is self.card else ALTERNATE_FILE
            files = {*FILES, self._fusion}
            checksums = {name: str(self.card["files"][name]["sha256"]) for name in sorted(files)}
        except FileNotFoundError:
            raise WeightsError(f"{path} is missing: {HOW_TO_GET_BACK}") from None
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            raise WeightsError(f"{path} cannot be read: {HOW_TO_GET_BACK}") from error
        _check_files(self._folder, checksums)
        self.tokenizer = shipped_tokenizer() if weights is None else Tokenizer(self._folder / TOKENIZER_FILE)
        try:
            self._languages = shared_detector()
        except (OSError, EOFError, ValueError) as error:
            raise WeightsError(
                f"what tells languages apart cannot be read ({error}): get it back with "
                "`git checkout -- model/languages`, or install moodring anew"
            ) from error
        self._threads = threading.local()

    def open(self, threads: int = 1) -> Engine:
        """Return an engine of its own for one thread.

        Args:
            threads: Threads that one call of the engine may use.
        """
        return LiteRTEngine(self._folder, threads, self._fusion)

    def open_faces(self) -> Callable[[NDArray[np.uint8]], Faces]:
        """Return what reads the faces in an uncropped picture, uint8 (H, W, 3); for one thread."""
        reader = FaceReader(self._folder / FACES_FILE)
        return lambda picture: as_rows(reader.read(picture))

    def prepare(self, text: str, pictures: Sequence[Decoded | Unreadable] = ()) -> Prepared:
        """Turn a message into arrays; cheap and thread-safe.

        Args:
            text: The text as written; may be empty.
            pictures: Decoded images, or why they could not be had, in the message's order.

        Returns:
            The arrays and what is in them.

        Raises:
            NothingToReadError: Neither a word nor a picture is left.
        """
        token_ids, cut = self.tokenizer.encode(text)
        used = ["text"] if len(token_ids) else []
        skipped = [Skipped("text", ONLY_BEGINNING)] if cut else []
        read: list[Decoded] = []
        for index, picture in enumerate(pictures):
            if isinstance(picture, Unreadable):
                skipped.append(Skipped(f"image:{index}", picture.reason))
                continue
            read.append(picture)
            used.append(f"image:{index}")
            if picture.text:
                used.append(f"image_text:{index}")
            elif picture.text_skipped:
                skipped.append(Skipped(f"image_text:{index}", picture.text_skipped))
            if len(picture.faces):
                used.append(f"image_faces:{index}")
            elif picture.faces_skipped:
                skipped.append(Skipped(f"image_faces:{index}", picture.faces_skipped))
        if not used:
            raise NothingToReadError(tuple(skipped))
        # In an order of its own: pictures are a set, whichever was attached first.
        picture_text = " ".join(sorted(picture.text for picture in read if picture.text))
        found = self.tokenizer.encode(picture_text)[0] if picture_text else NO_TOKENS
        return Prepared(
            token_ids=join(token_ids, found),
            pictures=tuple(picture.pixels for picture in read),
            faces=tuple(picture.faces for picture in read),
            used=tuple(used),
            skipped=tuple(skipped),
            language=self._languages.detect(text),
            picture_text=picture_text,
        )

    def conclude(self, prepared: Prepared, logits: Logits, ms: float) -> Prediction:
        """Turn logits into the calibrated answer; pure and thread-safe.

        Args:
            prepared: What was read.
            logits: What the network said.
            ms: Milliseconds it took.
        """
        calibration = self.calibration
        emotions = calibration.emotion_probabilities(logits.emotions)
        sentiments = calibration.sentiment_probabilities(logits.sentiment)
        confidence = float(calibration.confidence(emotions))
        ranked = np.argsort(-emotions, kind="stable")
        present = calibration.present(emotions)
        labels = tuple(EMOTIONS[index] for index in ranked if present[index])
        top = EMOTIONS[ranked[0]]
        toxicity = float(calibration.toxicity_probabilities(np.array(logits.toxicity)))
        readable = prepared.language is not Language.OTHER
        return Prediction(
            emotion=top,
            confidence=confidence,
            sure=readable and confidence >= calibration.sure_from,
            labels=labels or (top,),
            emotions=dict(zip(EMOTIONS, emotions.tolist(), strict=True)),
            sentiment=SENTIMENTS[int(sentiments.argmax())],
            sentiments=dict(zip(SENTIMENTS, sentiments.tolist(), strict=True)),
            toxicity=toxicity,
            toxic=readable and toxicity >= calibration.toxic_from,
            sexism=float(calibration.sexism_probabilities(np.array(logits.sexism))),
            used=prepared.used,
            skipped=prepared.skipped,
            model=self.version,
            ms=ms,
            language=prepared.language,
            picture_text=prepared.picture_text,
        )

    def predict(self, samples: Sequence[Sample]) -> list[Prediction]:
        """Read samples in this thread, images decoded in this process.

        For files of strangers decode in a process of its own, as the bot does.

        Args:
            samples: What to read.

        Returns:
            One prediction a sample, in order.

        Raises:
            NothingToReadError: A sample has no text and no readable image.
        """
        engine: Engine | None = getattr(self._threads, "engine", None)
        if engine is None:
            engine = self._threads.engine = self.open()
        predictions = []
        for sample in samples:
            started = time.perf_counter()
            pictures = [_decode(image) for image in sample.images]
            if sample.faces:
                pairs = zip(sample.images, pictures, strict=True)
                pictures = [self._with_faces(image, picture) for image, picture in pairs]
            prepared = self.prepare(sample.text, pictures)
            [logits] = engine.infer([prepared])
            predictions.append(self.conclude(prepared, logits, (time.perf_counter() - started) * 1000))
        return predictions

    def _with_faces(self, image: bytes | Unreadable, picture: Decoded | Unreadable) -> Decoded | Unreadable:
        if isinstance(image, Unreadable) or isinstance(picture, Unreadable):
            return picture
        read: Callable[[NDArray[np.uint8]], Faces] | None = getattr(self._threads, "faces", None)
        if read is None:
            read = self._threads.faces = self.open_faces()
        try:
            return replace(picture, faces=read(decode_whole(image)))
        except ImageError as error:  # what was cropped away may be damaged
            return replace(picture, faces_skipped=str(error))


def _decode(image: bytes | Unreadable) -> Decoded | Unreadable:
    if isinstance(image, Unreadable):
        return image
    try:
        return Decoded(decode_image(image))
    except ImageError as error:
        return Unreadable(str(error))
