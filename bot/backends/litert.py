"""Inference in this process by LiteRT."""

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from moodring.model import Logits, Prepared

if TYPE_CHECKING:
    from moodring.model.engine import Engine
    from moodring.model.predictor import Predictor


class LiteRTBackend:
    """Runs the shipped model; each calling thread gets interpreters of its own.

    Args:
        predictor: The loaded model.
    """

    def __init__(self, predictor: "Predictor") -> None:
        self._predictor = predictor
        self._own = threading.local()

    def infer(self, batch: Sequence[Prepared]) -> list[Logits]:
        """Return one answer for each prepared sample, in their order."""
        return self._engine().infer(batch)

    def infer_variants(
        self,
        prepared: Prepared,
        texts: Sequence[NDArray[np.int32]],
        hidden: Sequence[NDArray[np.bool_]],
    ) -> tuple[list[Logits], list[Logits]]:
        """Return the answers to one sample with other texts, and with parts of its pictures hidden."""
        return self._engine().infer_variants(prepared, texts, hidden)

    def close(self) -> None:
        """Interpreters end with the threads that they belong to."""

    def _engine(self) -> "Engine":
        engine: Engine | None = getattr(self._own, "engine", None)
        if engine is None:
            engine = self._own.engine = self._predictor.open()
        return engine
