"""What goes to a network in another process: arrays alone, and which network is to read them."""

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from .sample import Language, Prepared

if TYPE_CHECKING:
    from .predictor import Predictor


class UnknownNetworkError(LookupError):
    """A network was named that is not there; calibration belongs to one network, so no other may answer."""


def identity(predictor: "Predictor") -> str:
    """Return which network a predictor prepares for and calibrates: its version, and a hash of its files."""
    files = predictor.card["files"]
    sums = "".join(f"{name} {files[name]['sha256']}\n" for name in sorted(files))
    return f"{predictor.version} {hashlib.sha256(sums.encode()).hexdigest()[:16]}"


def arrays_of(prepared: Prepared) -> Prepared:
    """Return a prepared sample with nothing but what the network reads; what else is known of it stays."""
    return replace(prepared, used=(), skipped=(), language=Language.UNKNOWN, picture_text="")
