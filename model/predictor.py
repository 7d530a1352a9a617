"""Inference without TensorFlow: LiteRT interpreters, the tokenizer and the calibration."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from .calibration import Calibration
from .engine import Engine
from .faces import FaceReader, as_rows
from .image import ImageError, decode_image, decode_whole
from .labels import EMOTIONS, SENTIMENTS
from .language import shared_detector
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
from .text import MAX_TOKENS, Tokenizer, bucket, join, pad

CARD_FILE: Final = "card.json"
TOKENIZER_FILE: Final = "tokenizer.json"
FACES_FILE: Final = "faces.tflite"
FUSION_FILE: Final = "fusion.tflite"
FILES: Final = ("text.tflite", "upper.tflite", "image.tflite", FUSION_FILE, FACES_FILE, TOKENIZER_FILE)
"""The files that belong to a model; their checksums stand in the card."""

ALTERNATE_FILE: Final = "alternate.tflite"
"""The other fusion, over the same towers, where one ships: it takes the place of `FUSION_FILE`."""

TEXT_WIDTH: Final = 384
IMAGE_CHANNELS: Final = (40, 112, 1_280)
"""Widths of the towers' stages, as ``encoders`` builds them; an export that differs fails its gate."""

SHARED_STATES, LAST_STATES = "text_1", "text_2"
"""Where the text tower forks, and its end: of the text run, or of the fusion run where there is a picture."""

ONLY_BEGINNING: Final = f"only its beginning was read, {MAX_TOKENS} tokens at most"
"""Why a part of a long text was skipped."""

HOW_TO_GET_BACK: Final = "get it back with `git checkout -- model/weights`, or install moodring anew"


class WeightsError(RuntimeError):
    """A weight file is missing or is not the one the card names; the message is one line."""


def _checksum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def shipped_weights() -> Path:
    """Return the folder of the weights that are installed with the package."""
    return Path(str(resources.files("moodring.model") / "weights"))


def _check_files(folder: Path, checksums: Mapping[str, str]) -> None:
    for name, expected in checksums.items():
        file = folder / name
        if not file.is_file():
            raise WeightsError(f"{file} is missing: {HOW_TO_GET_BACK}")
        if _checksum(file) != expected:
            raise WeightsError(f"{file} is not the file its card names (sha256 differs): {HOW_TO_GET_BACK}")


class _Part:
    """One LiteRT file's interpreter, opened on first use.

    Args:
        path: The ``.tflite`` file.
        threads: Threads of one call.
    """

    def __init__(self, path: Path, threads: int) -> None:
        self._path = path
        self._threads = threads
        self._runners: dict[str, Any] = {}

    @cached_property
    def _interpreter(self) -> Any:
        return Interpreter(model_path=str(self._path), num_threads=self._threads)

    def __call__(self, signature: str, **inputs: NDArray[Any]) -> dict[str, NDArray[np.float32]]:
        runner = self._runners.get(signature)
        if runner is None:
            runner = self._runners[signature] = self._interpreter.get_signature_runner(signature)
        outputs: dict[str, NDArray[np.float32]] = runner(**inputs)
        return outputs


_NO_TEXT: Final[dict[str, NDArray[Any]]] = {
    "token_ids": np.zeros((1, 1), np.int32),
    **{f"text_{index}": np.zeros((1, 1, TEXT_WIDTH), np.float32) for index in range(len(IMAGE_CHANNELS))},
}
"""What stands for missing words: one token, masked out."""

MAX_PICTURE_TOKENS: Final = 4_096
"""Picture tokens that variations of a message hand to the fusion at once: 83 variations of one picture."""


def _stack(rows: Sequence[Mapping[str, NDArray[Any]]]) -> Mapping[str, NDArray[Any]]:
    """Return rows of one message as one, those with fewer words padded with tokens that are masked out."""
    if len(rows) == 1:
        return rows[0]
    longest = max(row["token_ids"].shape[1] for row in rows)

    def widened(part: NDArray[Any]) -> NDArray[Any]:
        missing = [(0, 0), (0, longest - part.shape[1]), (0, 0)]
        return np.pad(part, missing[: part.ndim])

    return {
        name: np.concatenate([widened(row[name]) if name in _NO_TEXT else row[name] for row in rows])
        for name in rows[0]
    }


class LiteRTEngine:
    """The LiteRT files that a message goes through; not thread-safe, open one per thread.

    Words alone are answered by the text tower and heads of their own; they never open what reads pictures.

    Args:
        folder: Folder with the ``.tflite`` files.
        threads: Threads of one call.
        fusion: Name of the file with fusion and heads.
    """

    def __init__(self, folder: Path, threads: int = 1, fusion: str = FUSION_FILE) -> None:
        self._text = _Part(folder / "text.tflite", threads)
        self._upper = _Part(folder / "upper.tflite", threads)
        self._image = _Part(folder / "image.tflite", threads)
        self._fusion = _Part(folder / fusion, threads)

    def infer(self, batch: Sequence[Prepared]) -> list[Logits]:
        """Return the logits of each prepared sample, in order.

        Samples run one by one, sorted by padded length: on a CPU a batch costs as much as its parts,
        while every change of length makes the interpreter plan its memory anew.

        Args:
            batch: Prepared samples in any mix.

        Raises:
            ValueError: A sample has neither tokens nor pictures.
        """
        order = sorted(range(len(batch)), key=lambda index: bucket(len(batch[index].token_ids)))
        logits = {index: self._infer(batch[index]) for index in order}
        return [logits[index] for index in range(len(batch))]

    def infer_variants(
        self,
        prepared: Prepared,
        texts: Sequence[NDArray[np.int32]],
        hidden: Sequence[NDArray[np.bool_]],
    ) -> tuple[list[Logits], list[Logits]]:
        """Read variations of one sample; each tower reads what they share once.

        Args:
            prepared: The sample.
            texts: Token ids to read in place of the sample's, with its pictures; several of them go
                through the text tower as one sequence.
            hidden: For the sample's own text, which of its pictures' tokens to hide, (tokens,) each.

        Returns:
            The logits for each of ``texts`` and for each of ``hidden``.
        """
        images = self._see(prepared)
        rows = [{**read, **images} for read in self._read_packed(texts, bool(images))]
        own = self._read(prepared.token_ids, bool(images)) if hidden else {}
        faces = np.zeros(sum(map(len, prepared.faces)), np.bool_)
        rows += [{**own, **images, "image_present": ~np.concatenate([mask, faces])[None]} for mask in hidden]
        at_once = max(1, MAX_PICTURE_TOKENS // images["image_present"].size if images else len(rows))
        starts = range(0, len(rows), at_once)
        logits = [each for start in starts for each in self._answer(rows[start : start + at_once])]
        return logits[: len(texts)], logits[len(texts) :]

    def _infer(self, prepared: Prepared) -> Logits:
        if not len(prepared.token_ids) and not prepared.pictures:
            raise ValueError("a prepared sample has neither tokens nor pictures")
        images = self._see(prepared)
        [logits] = self._answer([{**self._read(prepared.token_ids, bool(images)), **images}])
        return logits

    def _read(self, token_ids: NDArray[np.int32], pictured: bool) -> dict[str, NDArray[Any]]:
        if not len(token_ids):
            return _NO_TEXT
        padded = pad([token_ids])
        return {"token_ids": padded, **self._encode(padded, pictured)}

    def _encode(self, token_ids: NDArray[np.int32], pictured: bool) -> dict[str, NDArray[np.float32]]:
        """Return the text tower's states, the last of them by the layers for pairs or for words alone."""
        states = self._text("encode", token_ids=token_ids)
        if pictured:
            shared = {SHARED_STATES: states[SHARED_STATES]}
            states |= self._upper("finish", token_ids=token_ids, **shared)
        return states

    def _read_packed(
        self, texts: Sequence[NDArray[np.int32]], pictured: bool
    ) -> Iterator[dict[str, NDArray[Any]]]:
        """Yield what the text tower reads of each text, several texts in one sequence."""
        first = 0
        while first < len(texts):
            ends = np.cumsum([len(token_ids) for token_ids in texts[first:]])
            count = max(1, int(np.searchsorted(ends, MAX_TOKENS, side="right")))
            packed = pad([np.concatenate(texts[first : first + count])])
            states = self._encode(packed, pictured)
            for start, end in zip((0, *ends[: count - 1]), ends[:count], strict=True):
                if start == end:
                    yield _NO_TEXT
                else:
                    cut = {name: state[:, start:end] for name, state in states.items()}
                    yield {"token_ids": packed[:, start:end], **cut}
            first += count

    def _see(self, prepared: Prepared) -> dict[str, NDArray[Any]]:
        """Return the tokens of all pictures, and behind them those of their faces; nothing without any."""
        if not prepared.pictures:
            return {}
        stages = [self._image("encode", picture=picture[None]) for picture in prepared.pictures]
        if any(map(len, prepared.faces)):
            stages.append(self._fusion("show_faces", faces=np.concatenate(prepared.faces)[None]))
        images = {name: np.concatenate([stage[name] for stage in stages], axis=1) for name in stages[0]}
        return {**images, "image_present": np.ones((1, images["image_0"].shape[1]), np.bool_)}

    def _answer(self, rows: Sequence[Mapping[str, NDArray[Any]]]) -> list[Logits]:
        parts = _stack(rows)
        if "image_present" in parts:
            outputs = self._fusion("fuse", **parts)
        else:
            read = {name: parts[name] for name in ("token_ids", LAST_STATES)}
            outputs = self._fusion("answer_text", **read)
        names = ("emotions", "sentiment", "toxicity", "sexism")
        return [
            Logits(emotions, sentiment, float(toxicity), float(sexism))
            for emotions, sentiment, toxicity, sexism in zip(*(outputs[name] for name in names), strict=True)
        ]


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
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise WeightsError(f"{path} cannot be read: {HOW_TO_GET_BACK}") from error
        _check_files(self._folder, checksums)
        self.tokenizer = Tokenizer(self._folder / TOKENIZER_FILE)
        self._languages = shared_detector()
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
        return Prepared(
            token_ids=join(token_ids, self.tokenizer.encode(picture_text)[0]),
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
