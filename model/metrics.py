"""The figures that evaluation reports, in plain numpy.

Shapes: n rows, k labels or classes. Multi-label arrays are bool (n, k); classes are int (n,).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from .labels import EMOTIONS

Bools = NDArray[np.bool_]
Ints = NDArray[np.integer]
Floats = NDArray[np.floating]

CALIBRATION_BINS = 15
"""Bins of the calibration error, as in Guo et al., 2017, https://arxiv.org/abs/1706.04599."""

RESAMPLES = 200
"""Times that rows are drawn anew for an interval."""

_Values = TypeVar("_Values", Bools, Floats)


def group(values: _Values, groups: Mapping[str, Sequence[str]]) -> _Values:
    """Return for each group whether any of its emotions is there, or how probable that is.

    Given the text, emotions are taken for independent, as the network's own outputs are.

    Args:
        values: Labels or probabilities of shape (n, 28).
        groups: Emotions of each group, such as ``labels.EKMAN``.

    Returns:
        Shape (n, len(groups)), in the order of ``groups``.
    """
    columns = [[EMOTIONS.index(emotion) for emotion in emotions] for emotions in groups.values()]
    any_of = [1 - np.prod(1 - values[:, members], axis=1) for members in columns]
    return np.stack(any_of, axis=1).astype(values.dtype)


def f1_scores(gold: Bools, predicted: Bools) -> NDArray[np.float64]:
    """Return the F1 of each label, shape (k,); 0 where a label is neither given nor predicted."""
    hits = np.sum(gold & predicted, axis=0)
    total = np.sum(gold, axis=0) + np.sum(predicted, axis=0)
    return np.asarray(2.0 * hits / np.maximum(total, 1))


def macro_f1(gold: Bools, predicted: Bools) -> float:
    """Return the mean F1 of the labels."""
    return float(f1_scores(gold, predicted).mean())


def _one_hot(classes: Ints, count: int) -> Bools:
    return np.asarray(classes[:, None] == np.arange(count))


def accuracy(gold: Ints, predicted: Ints) -> float:
    """Return the share of rows whose class is right."""
    return float(np.mean(gold == predicted))


def weighted_f1(gold: Ints, predicted: Ints, classes: int) -> float:
    """Return the mean F1 of the classes, each weighted by how often it is given."""
    truth = _one_hot(gold, classes)
    scores = f1_scores(truth, _one_hot(predicted, classes))
    return float(np.average(scores, weights=truth.sum(axis=0)))


def auroc(gold: Bools, scores: Floats) -> float:
    """Return the probability that a positive row scores above a negative one; a tie counts half.

    Args:
        gold: Shape (n,).
        scores: Shape (n,), in any unit.

    Raises:
        ValueError: All rows are of one kind, so that there is nothing to rank.
    """
    positives = int(gold.sum())
    negatives = gold.size - positives
    if positives == 0 or negatives == 0:
        raise ValueError(f"AUROC needs both kinds of rows: {positives} positive, {negatives} negative")
    _, place, ties = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[place]
    return float((ranks[gold].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def calibration_error(confidences: Floats, correct: Bools, bins: int = CALIBRATION_BINS) -> float:
    """Return the expected calibration error over bins of equal width.

    Args:
        confidences: Stated probabilities of being right, shape (n,).
        correct: Whether each was right, shape (n,).
        bins: Number of bins.

    Returns:
        Mean distance of stated and seen share of right rows, weighted by the bins' rows.
    """
    place = np.minimum((confidences * bins).astype(int), bins - 1)
    gap = np.bincount(place, weights=confidences - correct, minlength=bins)
    return float(np.abs(gap).sum() / confidences.size)


def pearson(x: Floats, y: Floats) -> float:
    """Return the correlation of two series; 0 when one of them is constant."""
    dx, dy = x - x.mean(), y - y.mean()
    scale = np.sqrt(np.sum(dx * dx) * np.sum(dy * dy))
    return float(np.sum(dx * dy) / scale) if scale > 0 else 0.0


def interval(
    figure: Callable[[Ints], float], rows: int, resamples: int = RESAMPLES, seed: int = 0
) -> list[float]:
    """Return the 95 % bootstrap interval of a figure (percentiles; Efron, 1979).

    Args:
        figure: Gives the figure of some rows, by their numbers; a row may come several times.
            A draw that it raises ``ValueError`` for does not count.
        rows: Number of rows.
        resamples: Times that rows are drawn anew.
        seed: Seeds what is drawn.

    Returns:
        The low and the high end.
    """
    random = np.random.default_rng(seed)
    drawn = []
    for _ in range(resamples):
        with suppress(ValueError):
            drawn.append(figure(random.integers(rows, size=rows)))
    return [float(end) for end in np.percentile(drawn, (2.5, 97.5))]
