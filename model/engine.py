"""What runs the network, whatever it runs on."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .sample import Logits, Prepared


class Engine(Protocol):
    """Turns arrays into logits."""

    def infer(self, batch: Sequence[Prepared]) -> list[Logits]:
        """Return the logits of each prepared sample, in order."""
        ...

    def infer_variants(
        self,
        prepared: Prepared,
        texts: Sequence[NDArray[np.int32]],
        hidden: Sequence[NDArray[np.bool_]],
    ) -> tuple[list[Logits], list[Logits]]:
        """Return the logits of one sample with other texts, and with parts of its pictures hidden."""
        ...
