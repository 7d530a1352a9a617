"""What flag thresholds would have done to past messages, and which one people's judgements of them suggest.

Counting is for both ends, an export in a shell and the messages of a server: messages come in one by one, and
what is kept does not grow with them.
"""

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Generic, NamedTuple, TypeVar

import numpy as np

from moodring.model import NothingToReadError, Prediction

from .classifier import BusyError, DeadlineError, InferenceError
from .guild_settings import PRESETS
from .rules import Bars, Group, flag_of

EDGES: Final = tuple(tenth / 10 for tenth in range(11))
"""Where the bands of scores begin and end; a score on an edge belongs to the band above, 1 to the last."""

PRESET_OF: Final = {numbers["flag_toxicity"]: name for name, numbers in PRESETS.items()}
"""The presets' thresholds with their names."""

DEFAULT_THRESHOLDS: Final = tuple(sorted(PRESET_OF))
"""What is tried if nobody says otherwise."""

EXAMPLES: Final = 3
"""Messages of a band that are kept for people to look up."""

MIN_JUDGEMENTS: Final = 50
"""Judgements below which nothing is suggested: an interval would span most of what is possible."""

MAX_FALSE_ALARMS: Final = 0.3
"""Share of false alarms among flagged messages that is borne; the preset *balanced* aims at the same."""

Z: Final = 1.96
"""Standard normal quantile of a two-sided 95 % interval."""

Id = TypeVar("Id")
"""What names a message to the caller, such as its id."""


class Skip(StrEnum):
    """Why a message was not read; the value says so to people."""

    BOT = "written by bots"
    NOTICE = "Discord's own notices"
    OPTED_OUT = "authors opted out"
    EMPTY = "nothing to read"
    DAMAGED = "damaged"
    BUSY = "refused as too many at once"
    LATE = "given up as too slow"
    FAILED = "failed in the model"


FAILURES: Final = (Skip.BUSY, Skip.LATE, Skip.FAILED)
"""Messages that should have been read."""

REASONS: Final[dict[type[Exception], Skip]] = {
    NothingToReadError: Skip.EMPTY,
    BusyError: Skip.BUSY,
    DeadlineError: Skip.LATE,
    InferenceError: Skip.FAILED,
}
"""What the errors of reading count as."""


class Example(NamedTuple, Generic[Id]):
    """A message to look up.

    Attributes:
        message_id: Its name.
        score: How toxic it looks, 0..1.
        weight: How many messages of its band it stands for.
    """

    message_id: Id
    score: float
    weight: float


@dataclass(frozen=True, slots=True)
class Band(Generic[Id]):
    """Messages with like scores.

    Attributes:
        low: The least score in it, 0..1.
        high: Where the next band begins.
        count: How many messages there are.
        examples: Some of them, drawn so that each was as likely as any other.
    """

    low: float
    high: float
    count: int
    examples: tuple[Example[Id], ...]


@dataclass(frozen=True, slots=True)
class Flagged(Generic[Id]):
    """What a threshold would have flagged.

    Attributes:
        threshold: From which toxicity on, 0..1.
        count: How many messages.
        message_ids: Which, in their order, if the ids were to be kept.
    """

    threshold: float
    count: int
    message_ids: tuple[Id, ...]


class Backtest(Generic[Id]):
    """Counts what each of several thresholds of toxicity would have flagged.

    Memory does not grow with the messages, unless the flagged ones' ids are kept.

    Args:
        thresholds: From which toxicity on a message is flagged, 0..1.
        examples: Messages of each band to keep.
        keep_ids: Whether to keep the ids of all flagged messages.
        seed: Of the examples' choice: the same messages in the same order give the same examples.

    Attributes:
        skipped: How many messages were not read, by reason.
        read: How many were read.
        foreign: How many of these are in other languages than English, and therefore never flagged.
    """

    def __init__(
        self, thresholds: Sequence[float], *, examples: int = EXAMPLES, keep_ids: bool = False, seed: int = 0
    ) -> None:
        self.skipped: Counter[Skip] = Counter()
        self.read = self.foreign = 0
        self._keep_ids = keep_ids
        self._tallies = [_Tally[Id](threshold) for threshold in sorted(set(thresholds))]
        generator = np.random.default_rng(seed)
        self._reservoirs = [_Reservoir[Id](examples, generator) for _ in EDGES[1:]]

    @property
    def messages(self) -> int:
        """How many messages there were, read or not."""
        return self.read + self.skipped.total()

    @property
    def failed(self) -> int:
        """How many messages should have been read and were not."""
        return sum(self.skipped[reason] for reason in FAILURES)

    def skip(self, reason: Skip) -> None:
        """Count a message that was not read."""
        self.skipped[reason] += 1

    def add(self, message_id: Id, prediction: Prediction) -> None:
        """Count a message that was read.

        Args:
            message_id: What names it.
            prediction: What was read.
        """
        self.read += 1
        anyhow = flag_of(prediction, _bars(0.0), hot=False)
        if anyhow is None:
            self.foreign += 1
            return
        self._reservoirs[bisect_right(EDGES[1:-1], anyhow.score)].offer(message_id, anyhow.score)
        for tally in self._tallies:
            if flag_of(prediction, tally.bars, hot=False) is None:
                break  # nor does a higher threshold
            tally.count += 1
            if self._keep_ids:
                tally.message_ids.append(message_id)

    @property
    def flagged(self) -> tuple[Flagged[Id], ...]:
        """What each threshold would have flagged, the lowest first."""
        return tuple(
            Flagged(tally.threshold, tally.count, tuple(tally.message_ids)) for tally in self._tallies
        )

    @property
    def bands(self) -> tuple[Band[Id], ...]:
        """What was read and may be flagged, by score, the lowest first."""
        return tuple(
            Band(low, high, reservoir.count, reservoir.examples)
            for low, high, reservoir in zip(EDGES[:-1], EDGES[1:], self._reservoirs, strict=True)
        )


def _bars(toxicity: float) -> Bars:
    """Return the bars of a guild that has only toxicity flagged."""
    return Bars(flag={Group.TOXICITY: toxicity, Group.ANGER: None, Group.DISTRESS: None}, act={})


class _Tally(Generic[Id]):
    """What a threshold has flagged so far."""

    def __init__(self, threshold: float) -> None:
        self.threshold = threshold
        self.bars = _bars(threshold)
        self.count = 0
        self.message_ids: list[Id] = []


class _Reservoir(Generic[Id]):
    """A fair sample of fixed size of all that was offered.

    Algorithm R of J. S. Vitter, Random sampling with a reservoir, ACM Transactions on Mathematical Software
    11 (1985), 37–57.
    """

    def __init__(self, size: int, generator: "np.random.Generator") -> None:  # unquoted it is imported
        self.count = 0
        self._size = size
        self._generator = generator
        self._kept: list[tuple[Id, float]] = []

    def offer(self, message_id: Id, score: float) -> None:
        self.count += 1
        if len(self._kept) < self._size:
            self._kept.append((message_id, score))
        elif (place := int(self._generator.integers(self.count))) < self._size:
            self._kept[place] = (message_id, score)

    @property
    def examples(self) -> tuple[Example[Id], ...]:
        weight = self.count / max(len(self._kept), 1)
        return tuple(Example(message_id, score, weight) for message_id, score in self._kept)


class Judgement(NamedTuple):
    """What a person said of a message.

    Attributes:
        score: How toxic it looks to the model, 0..1.
        right: Whether it would be right to flag it.
        weight: How many messages it stands for, above 0: those of its band by those of them that were judged.
    """

    score: float
    right: bool
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What judgements say of thresholds.

    Attributes:
        threshold: The lowest one whose false alarms are few enough, 0..1; None if there is none.
        false_alarms: Estimated share of false alarms among what it flags, 0..1; without a threshold the
            smallest share that any reaches.
        low: Lower end of that share's 95 % interval.
        high: Upper end.
        judged: Judgements of messages that it flags, from which the share is estimated.
    """

    threshold: float | None
    false_alarms: float
    low: float
    high: float
    judged: int


def suggest(judgements: Sequence[Judgement], *, bound: float = MAX_FALSE_ALARMS) -> Suggestion | None:
    """Return the lowest threshold whose share of false alarms among flagged messages is small enough.

    Thresholds are compared at the scores that were judged, so none lies where nobody looked. The share is an
    estimate: its interval says how much the judgements can tell, and is not made for the best of many.

    Args:
        judgements: People's.
        bound: The largest share that is small enough, 0..1.

    Returns:
        The suggestion, or None below `MIN_JUDGEMENTS`.
    """
    if len(judgements) < MIN_JUDGEMENTS:
        return None
    thresholds = sorted({judgement.score for judgement in judgements})
    estimates = [_estimate(judgements, threshold) for threshold in thresholds]
    good = next((estimate for estimate in estimates if estimate.false_alarms <= bound), None)
    if good is None:
        return replace(min(estimates, key=lambda estimate: estimate.false_alarms), threshold=None)
    return good


def _estimate(judgements: Sequence[Judgement], threshold: float) -> Suggestion:
    """Return what the judgements of flagged messages say of a threshold.

    Judgements that stand for different numbers of messages tell less than as many that stand for the same: as
    much as (Σw)² / Σw² of those, the effective sample size (L. Kish, Survey Sampling, 1965).
    """
    flagged = [judgement for judgement in judgements if judgement.score >= threshold]
    total = math.fsum(judgement.weight for judgement in flagged)
    share = math.fsum(judgement.weight for judgement in flagged if not judgement.right) / total
    effective = total**2 / math.fsum(judgement.weight**2 for judgement in flagged)
    return Suggestion(threshold, share, *wilson(share, effective), judged=len(flagged))


def wilson(share: float, size: float) -> tuple[float, float]:
    """Return the 95 % interval of a share, after E. B. Wilson, Journal of the ASA 22 (1927), 209–212.

    It holds for small samples and for shares near 0 and 1, and with the effective size of a weighted sample
    in the place of its size: C. Franco and others, Comparative study of confidence intervals for proportions
    in complex sample surveys, Journal of Survey Statistics and Methodology 7 (2019), 334–364.

    Args:
        share: What was seen, 0..1.
        size: In how many, above 0.

    Returns:
        Its ends, 0..1.
    """
    shrink = 1 + Z**2 / size
    centre = (share + Z**2 / (2 * size)) / shrink
    half = Z / shrink * math.sqrt(share * (1 - share) / size + Z**2 / (4 * size**2))
    return max(centre - half, 0.0), min(centre + half, 1.0)
