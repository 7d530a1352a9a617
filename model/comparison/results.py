"""The table of what the runs found."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..labels import SENTIMENTS
from ..metrics import accuracy, weighted_f1
from .pairs import FOLDS
from .runs import about_file, run_file
from .variants import CONDITIONS, Variant

DRAWS: Final = 10_000
"""Resamples of the paired bootstrap (Efron and Tibshirani, 1993)."""


class ComparisonError(RuntimeError):
    """There is nothing to compare yet; the message is one line."""


def _read_results(variant: Variant, out: Path, condition: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the labels found, (seeds, N), and the given ones, (N,), in the order of the pairs."""
    found, gold = [], np.zeros(0, np.int64)
    for seed in range(100):
        files = [run_file(variant, out, seed, fold) for fold in range(FOLDS)]
        if not all(file.is_file() for file in files):
            break
        parts = [np.load(file, allow_pickle=False) for file in files]
        if condition not in parts[0].files:
            break
        order = np.argsort(np.concatenate([part["rows"] for part in parts]))
        gold = np.concatenate([part["gold"] for part in parts])[order]
        found.append(np.concatenate([part[condition] for part in parts]).argmax(axis=1)[order])
    return np.array(found), gold


def bootstrap_p(right: NDArray[np.bool_], other: NDArray[np.bool_], draws: int = DRAWS) -> float:
    """Return the two-sided p-value of a difference in accuracy, by resampling pairs.

    Args:
        right: Whether one variant was right, (seeds, N).
        other: The same for another one, on the same pairs.
        draws: Number of resamples.
    """
    difference = right.mean(axis=0) - other.mean(axis=0)
    random = np.random.default_rng(0)
    means = np.array(
        [difference[random.integers(0, len(difference), len(difference))].mean() for _ in range(draws)]
    )
    return float(min(1.0, 2 * min((means <= 0).mean(), (means >= 0).mean())))


def _p_value(found: NDArray[np.int64], other: NDArray[np.int64], gold: NDArray[np.int64]) -> float:
    """Return the p-value of a difference over the seeds that both have."""
    seeds = min(len(found), len(other))
    return round(bootstrap_p(found[:seeds] == gold, other[:seeds] == gold), 4)


def summarise(variants: Sequence[Variant], out: Path, reference: str = "progressive") -> dict[str, Any]:
    """Return the table of all variants whose first seed is complete.

    Args:
        variants: The contenders.
        out: Folder of the results.
        reference: The variant that the others are compared with.

    Returns:
        By name: figures in shares (mean over seeds and their standard deviation), by condition for the
        first seed, parameters, milliseconds, rates, and p-values of differences in accuracy by the other
        variant's name.

    Raises:
        ComparisonError: No variant is complete.
    """
    results = {variant.name: _read_results(variant, out, "both") for variant in variants}
    complete = [variant for variant in variants if len(results[variant.name][0])]
    if not complete:
        raise ComparisonError(f"no variant is complete under {out}: run `python -m model compare` on")
    table: dict[str, Any] = {}
    gold = results[complete[0].name][1]
    for variant in complete:
        found, _ = results[variant.name]
        accuracies = [accuracy(gold, each) for each in found]
        scores = [weighted_f1(gold, each, len(SENTIMENTS)) for each in found]
        conditions = {}
        for condition in CONDITIONS:
            read, _ = _read_results(variant, out, condition)
            conditions[condition] = round(accuracy(gold, read[0]), 4)
        entry = {
            "seeds": len(found),
            "accuracy": round(float(np.mean(accuracies)), 4),
            "accuracy_sd": round(float(np.std(accuracies, ddof=1)), 4) if len(found) > 1 else None,
            "weighted_f1": round(float(np.mean(scores)), 4),
            "weighted_f1_sd": round(float(np.std(scores, ddof=1)), 4) if len(found) > 1 else None,
            "accuracy_by_condition": conditions,
            **json.loads(about_file(variant, out).read_text("utf-8")),
        }
        # An ablation is compared with what it ablates, strategies with one another.
        others = [
            other
            for other in complete
            if other is not variant
            and (other.name == reference or {variant.rates_of, other.rates_of} == {None})
        ]
        entry["p"] = {other.name: _p_value(found, results[other.name][0], gold) for other in others}
        table[variant.name] = entry
    return {"pairs": len(gold), "folds": FOLDS, "reference": reference, "variants": table}
