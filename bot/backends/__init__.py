"""Where arrays become logits: in this process, or one day on other machines."""

from collections.abc import Sequence
from typing import Protocol

from moodring.model import Logits, Prepared


class Backend(Protocol):
    """Answers batches; called from several threads at once."""

    def infer(self, batch: Sequence[Prepared]) -> list[Logits]:
        """Return one answer for each prepared sample, in their order."""
        ...
