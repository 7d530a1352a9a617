"""Where arrays become logits: in this process, or one day on other machines."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from moodring.model import Logits, Prepared


class Backend(Protocol):
    """Answers batches; called from several threads at once."""

    def infer(self, batch: Sequence[Prepared]) -> list[Logits]:
        """Return one answer for each prepared sample, in their order."""
        ...

    def infer_variants(
        self,
        prepared: Prepared,
        texts: Sequence[NDArray[np.int32]],
        hidden: Sequence[NDArray[np.bool_]],
    ) -> tuple[list[Logits], list[Logits]]:
        """Return the answers to one sample with other texts, and with parts of its pictures hidden."""
        ...
