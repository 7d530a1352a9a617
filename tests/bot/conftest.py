"""What tests of the bot share: a database in memory, a free port, a predictor without weights."""

import socket
import threading
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

import numpy as np
import pytest
import pytest_asyncio
from numpy.typing import NDArray

from moodring.bot.store import Store
from moodring.model import (
    Decoded,
    Logits,
    NothingToReadError,
    Prediction,
    Prepared,
    Skipped,
    Unreadable,
)
from moodring.model.labels import EMOTIONS, SENTIMENTS
from moodring.model.sample import FACE_WIDTH


class StandInPredictor:
    """Has the predictor's interface; one token a word, and the first word, if a label, is the answer.

    Attributes:
        batches: The samples of each batch so far, as the token counts of their texts.
        engines: How many engines were opened.
        gate: Engines wait for it; set unless a test clears it.
        entered: Released once for each batch that reaches an engine.
    """

    version = "stand-in"

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.engines = 0
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Semaphore(0)

    def prepare(self, text: str, pictures: Sequence[Decoded | Unreadable]) -> Prepared:
        words = text.split()
        parts = [(f"image:{index}", picture) for index, picture in enumerate(pictures)]
        used = [part for part, picture in parts if not isinstance(picture, Unreadable)]
        skipped = tuple(Skipped(part, gone.reason) for part, gone in parts if isinstance(gone, Unreadable))
        if not words and not used:
            raise NothingToReadError(skipped)
        token_ids = [EMOTIONS.index(word) if word in EMOTIONS else len(EMOTIONS) for word in words]
        decoded = [picture for picture in pictures if isinstance(picture, Decoded)]
        used += [f"image_faces:{index}" for index, picture in enumerate(decoded) if len(picture.faces)]
        return Prepared(
            token_ids=np.array(token_ids, np.int32),
            pictures=tuple(picture.pixels for picture in decoded),
            used=(*(["text"] if words else []), *used),
            skipped=skipped,
            picture_text=" ".join(picture.text for picture in decoded if picture.text),
        )

    def open(self) -> "StandInPredictor":
        self.engines += 1
        return self

    def infer(self, batch: Sequence[Prepared]) -> list[Logits]:
        self.batches.append([len(prepared.token_ids) for prepared in batch])
        self.entered.release()
        self.gate.wait(20)
        return [self._logits(prepared) for prepared in batch]

    def infer_variants(
        self, prepared: Prepared, texts: Sequence[NDArray[np.int32]], hidden: Sequence[NDArray[np.bool_]]
    ) -> tuple[list[Logits], list[Logits]]:
        own = self._logits(prepared)
        return [self._logits(replace(prepared, token_ids=text)) for text in texts], [own for _ in hidden]

    def _logits(self, prepared: Prepared) -> Logits:
        emotions = np.zeros(len(EMOTIONS), np.float32)
        if prepared.token_ids.size and prepared.token_ids[0] < len(EMOTIONS):
            emotions[prepared.token_ids[0]] = 1
        return Logits(emotions, np.zeros(3, np.float32), 0.0, 0.0)

    def conclude(self, prepared: Prepared, logits: Logits, ms: float) -> Prediction:
        emotion = EMOTIONS[int(logits.emotions.argmax())]
        return Prediction(
            emotion=emotion,
            confidence=0.75,
            sure=True,
            labels=(emotion,),
            emotions=dict(zip(EMOTIONS, logits.emotions.tolist(), strict=True)),
            sentiment="neutral",
            sentiments=dict.fromkeys(SENTIMENTS, 1 / 3),
            toxicity=0.0,
            toxic=False,
            sexism=0.0,
            used=prepared.used,
            skipped=prepared.skipped,
            model=self.version,
            ms=ms,
            picture_text=prepared.picture_text,
        )


class StandInPool:
    """Decodes ``b"broken"`` to a reason and everything else to a black picture with a face in it."""

    async def decode(self, data: bytes, *, text: bool = True, faces: bool = False) -> Decoded | Unreadable:
        if data == b"broken":
            return Unreadable("damaged")
        says = data.removeprefix(b"says ").decode() if text and data.startswith(b"says ") else ""
        rows = np.zeros((int(faces), FACE_WIDTH), np.float32)
        return Decoded(np.zeros((224, 224, 3), np.uint8), says, faces=rows)

    async def aclose(self) -> None:
        """Nothing was opened."""


@pytest.fixture
def pool() -> StandInPool:
    return StandInPool()


@pytest.fixture
def predictor() -> StandInPredictor:
    return StandInPredictor()


@pytest_asyncio.fixture
async def store() -> AsyncIterator[Store]:
    """A database in memory."""
    store = await Store.open("sqlite+aiosqlite://")
    yield store
    await store.aclose()


@pytest.fixture
def port() -> int:
    """A port that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        found: int = free.getsockname()[1]
        return found
