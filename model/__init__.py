"""Reading emotion, sentiment and toxicity from text and images; knows no Discord."""

from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from .predictor import Predictor, WeightsError

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


def __getattr__(name: str) -> Any:
    """Load the predictor on first use: image decoding workers must stay small."""
    if name in {"Predictor", "WeightsError"}:
        from . import predictor

        return getattr(predictor, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
