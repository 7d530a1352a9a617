"""Where arrays become logits: in this process, or one day on other machines."""

from typing import Protocol

from moodring.model.engine import Engine


class Backend(Engine, Protocol):
    """An engine that is called from several threads at once."""

    def close(self) -> None:
        """Let go of what it holds; nothing is asked of it any more."""
        ...
