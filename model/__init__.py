"""Reading emotion, sentiment and toxicity from text and images; knows no Discord."""

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from .predictor import Predictor, WeightsError
    from .sample import (
        Decoded,
        Language,
        Logits,
        NothingToReadError,
        Picture,
        Prediction,
        Prepared,
        Sample,
        Skipped,
        Unreadable,
    )

__all__ = [
    "Decoded",
    "Language",
    "Logits",
    "NothingToReadError",
    "Picture",
    "Prediction",
    "Predictor",
    "Prepared",
    "Sample",
    "Skipped",
    "Unreadable",
    "WeightsError",
]

_IN_PREDICTOR: Final = ("Predictor", "WeightsError")


def __getattr__(name: str) -> Any:
    """Load what is asked for on first use: what decodes images must stay small."""
    if name in __all__:
        module = "predictor" if name in _IN_PREDICTOR else "sample"
        return getattr(import_module(f".{module}", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
