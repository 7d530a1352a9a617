"""From seconds of a race to what is said of it."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pairs
from contenders import BERT, LIMIT, OURS, PADDED
from inputs import Message
from race import Result


@dataclass(frozen=True, slots=True)
class Ratio:
    """Two times, one over the other.

    Attributes:
        over: The contender whose time is divided.
        under: The one by whose it is divided.
        target: What it should be.
        least: Whether it should be that at least; else at most.
    """

    over: str
    under: str
    target: float
    least: bool = True


TEXT_RATIOS: Final = {
    "times as fast as BERT-base int8 given our lengths": Ratio(BERT, OURS, 7),
    "times as fast as BERT-base int8 in padded batches of 32": Ratio(PADDED, OURS, 10),
    "times the bare products of our tower": Ratio(OURS, LIMIT, 2, least=False),
}

PAIR_RATIOS: Final = {
    "times as fast as BERT-base and ResNet-50, int8": Ratio(pairs.JOINED[True], pairs.OURS, 8),
    "times as fast as BERT-base and ResNet-50, fp32": Ratio(pairs.JOINED[False], pairs.OURS, 8),
}


def ratios(results: Mapping[str, Result], wanted: Mapping[str, Ratio]) -> dict[str, Any]:
    """Return the ratios of medians of those that were raced, with their targets and whether they are met."""
    found = {}
    for said, each in wanted.items():
        if each.over not in results or each.under not in results:
            continue
        over, under = (statistics.median(results[name].seconds) for name in (each.over, each.under))
        ratio = round(over / under, 2)
        met = ratio >= each.target if each.least else ratio <= each.target
        found[said] = {"ratio": ratio, "target": each.target, "at_least": each.least, "met": met}
    return found


def table(
    results: Mapping[str, Result], messages: Sequence[Message], judged: Sequence[Message]
) -> dict[str, Any]:
    """Return what is shown of each contender.

    Args:
        results: What came of them.
        messages: What they read.
        judged: The same with what people said of them; empty where it is not to be compared with.
    """
    ours = next((results[name].answers for name in (OURS, pairs.OURS) if name in results), None)
    found = {}
    for name, result in results.items():
        per_message = [seconds / len(messages) * 1_000 for seconds in result.seconds]
        said = list(zip(result.answers or [], judged, strict=False))
        right = [answer == message.sentiment for answer, message in said if message.sentiment is not None]
        same = [one == other for one, other in zip(result.answers or [], ours or [], strict=False)]
        found[name] = {
            "ms": round(statistics.median(per_message), 3),
            "ms_from": round(min(per_message), 3),
            "ms_to": round(max(per_message), 3),
            "rss_mb": result.rss_mb,
            "sentiment_accuracy": _share(right),
            "judged": len(right),
            "agrees_with_ours": _share(same),
        }
    return found


def _share(true: Sequence[bool]) -> float | None:
    return round(sum(true) / len(true), 4) if true else None
