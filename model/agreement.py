"""How closely the files that ship follow the trained network, and how close is close enough."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from .evaluation import Answers

MIN_SAMPLES: Final = 200
"""Real dev samples that the agreement is measured on."""

MIN_SAME_TOP: Final = 0.99
MAX_DIFFERENCE: Final = 0.03
"""How far the shipped files may be from Keras: share of same top labels, largest probability gap."""


class DisagreementError(RuntimeError):
    """The files do not say what the trained network says; one line."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How closely LiteRT follows Keras.

    Attributes:
        samples: Number of dev samples compared.
        same_top: Share of them with the same top emotion.
        largest_difference: Largest difference of any probability of any head.
    """

    samples: int
    same_top: float
    largest_difference: float


def agreement(trained: Answers, exported: Answers) -> Agreement:
    """Compare two readings of the same samples."""
    same = trained.emotions.argmax(axis=1) == exported.emotions.argmax(axis=1)
    pairs = zip(trained.probabilities().values(), exported.probabilities().values(), strict=True)
    largest = max(float(np.abs(one - other).max()) for one, other in pairs)
    return Agreement(len(same), float(same.mean()), largest)


def check_agreement(found: Agreement) -> None:
    """Raise where the exported files are too far from the trained model.

    Raises:
        DisagreementError: Too few samples, too many other top labels, or too large a difference.
    """
    if found.samples < MIN_SAMPLES:
        raise DisagreementError(f"only {found.samples} samples were compared, fewer than {MIN_SAMPLES}")
    if found.same_top < MIN_SAME_TOP:
        raise DisagreementError(f"only {found.same_top:.1%} of the top labels agree with Keras")
    if found.largest_difference > MAX_DIFFERENCE:
        raise DisagreementError(f"a probability differs by {found.largest_difference:.3f} from Keras")
