"""From logits to probabilities that mean what they say, fitted on dev.

Emotions and sentiment have a temperature each (Guo et al., 2017), toxicity and sexism a slope and an
intercept (Platt, 1999). Beside these: a threshold per emotion; one confidence, the probability that the top
emotion is among those a reader would give; and the toxicity that ordinary talk next to never reaches.
Plain numpy, since the predictor uses it at run time.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .labels import EMOTIONS

Bools = NDArray[np.bool_]
Floats = NDArray[np.floating]
Doubles = NDArray[np.float64]

SURE_PRECISION = 0.7
"""Share of right top emotions that is demanded of the answers called *sure*."""

SURE_AT_LEAST = 0.5
"""Confidence below which no answer is *sure*, however right the others are."""

MIN_SURE = 50
"""Rows that must be left above a threshold for their precision to count."""

CALM_SHARE = 0.001
"""Share of calm talk that may reach the toxicity from which a message is called toxic."""

THRESHOLDS = np.linspace(0.05, 0.95, 91)
"""Candidates for an emotion's threshold. Outside, a rare label's best F1 on dev is luck."""

SMOOTHING = 5
"""Neighbouring thresholds whose F1 is averaged, so that a single lucky row decides nothing."""

EXPECTED_SHARE = 0.5
"""How much the F1 that probabilities lead to expect counts beside the one that dev's labels give. Of a rare
label dev has a dozen rows; what the probabilities of all the others say steadies its threshold."""

FOLDS = 5
"""Parts of dev for cross-fitted figures."""

MAX_TEMPERATURE = 10.0
EPSILON = 1e-6  # keeps logits of probabilities finite


def _sigmoid(x: Floats) -> Doubles:
    return np.exp(-np.logaddexp(0.0, -np.asarray(x, np.float64)))


def _logit(p: Floats) -> Doubles:
    p = np.clip(np.asarray(p, np.float64), EPSILON, 1 - EPSILON)
    return np.log(p) - np.log1p(-p)


def _log_softmax(x: Floats) -> Doubles:
    return np.asarray(x - np.logaddexp.reduce(x, axis=-1, keepdims=True), np.float64)


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted on dev.

    Attributes:
        emotion_temperature: Divides the emotion logits.
        sentiment_temperature: Divides the sentiment logits.
        toxicity_weights: Intercept and slope of the toxicity logit.
        sexism_weights: Intercept and slope of the sexism logit.
        toxic_from: Probability from which a message is called toxic.
        thresholds: Probability from which each emotion counts as present, order of ``labels.EMOTIONS``.
        confidence_weights: Intercept and weights of the logits of the two highest probabilities.
        sure_from: Confidence from which an answer is *sure*.
    """

    emotion_temperature: float
    sentiment_temperature: float
    toxicity_weights: tuple[float, float]
    sexism_weights: tuple[float, float]
    toxic_from: float
    thresholds: tuple[float, ...]
    confidence_weights: tuple[float, float, float]
    sure_from: float

    def emotion_probabilities(self, logits: Floats) -> Doubles:
        """Return independent probabilities of the same shape (…, 28)."""
        return _sigmoid(logits / self.emotion_temperature)

    def sentiment_probabilities(self, logits: Floats) -> Doubles:
        """Return probabilities of the same shape (…, 3) that sum to 1."""
        return np.exp(_log_softmax(logits / self.sentiment_temperature))

    def toxicity_probabilities(self, logits: Floats) -> Doubles:
        """Return probabilities of the same shape."""
        return _linear_sigmoid(logits, self.toxicity_weights)

    def sexism_probabilities(self, logits: Floats) -> Doubles:
        """Return probabilities of the same shape."""
        return _linear_sigmoid(logits, self.sexism_weights)

    def present(self, probabilities: Floats) -> Bools:
        """Return which emotions reach their thresholds, shape (…, 28)."""
        return np.asarray(probabilities >= np.asarray(self.thresholds))

    def confidence(self, probabilities: Floats) -> Doubles:
        """Return the probability that the top emotion is right, shape (…), from emotion probabilities."""
        return _sigmoid(_top_two(probabilities) @ np.asarray(self.confidence_weights))

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON; :meth:`from_dict` reads them."""
        return {
            "emotion_temperature": self.emotion_temperature,
            "sentiment_temperature": self.sentiment_temperature,
            "toxicity_weights": list(self.toxicity_weights),
            "sexism_weights": list(self.sexism_weights),
            "toxic_from": self.toxic_from,
            "thresholds": dict(zip(EMOTIONS, self.thresholds, strict=True)),
            "confidence_weights": list(self.confidence_weights),
            "sure_from": self.sure_from,
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Calibration":
        """Return the calibration that :meth:`as_dict` wrote.

        Raises:
            KeyError: A value is missing.
            ValueError: A value is not a number, or there are too many or few of them.
        """
        intercept, top, second = map(float, values["confidence_weights"])
        toxicity, sexism = (
            (float(low), float(slope))
            for low, slope in (values["toxicity_weights"], values["sexism_weights"])
        )
        return cls(
            emotion_temperature=float(values["emotion_temperature"]),
            sentiment_temperature=float(values["sentiment_temperature"]),
            toxicity_weights=toxicity,
            sexism_weights=sexism,
            toxic_from=float(values["toxic_from"]),
            thresholds=tuple(float(values["thresholds"][emotion]) for emotion in EMOTIONS),
            confidence_weights=(intercept, top, second),
            sure_from=float(values["sure_from"]),
        )


def fit_calibration(
    emotions: tuple[Floats, Bools],
    sentiment: tuple[Floats, Floats],
    toxicity: tuple[Floats, Floats],
    sexism: tuple[Floats, Floats],
    calm: Floats,
) -> Calibration:
    """Fit everything on dev.

    Args:
        emotions: Logits (n, 28) and labels (n, 28).
        sentiment: Logits (m, 3) and target distributions (m, 3).
        toxicity: Logits (l,) and target probabilities (l,).
        sexism: Logits (k,) and target probabilities (k,).
        calm: Toxicity logits (c,) of ordinary talk.
    """
    logits, gold = emotions
    temperature = fit_sigmoid_temperature(logits, gold.astype(np.float64))
    probabilities = _sigmoid(logits / temperature)
    weights = fit_confidence(probabilities, gold)
    toxicity_weights = fit_linear(*toxicity)
    return Calibration(
        emotion_temperature=temperature,
        sentiment_temperature=fit_softmax_temperature(*sentiment),
        toxicity_weights=toxicity_weights,
        sexism_weights=fit_linear(*sexism),
        toxic_from=fit_toxic(_linear_sigmoid(calm, toxicity_weights)),
        thresholds=tuple(fit_thresholds(probabilities, gold).tolist()),
        confidence_weights=weights,
        sure_from=fit_sure(
            _sigmoid(_top_two(probabilities) @ np.asarray(weights)), top_is_right(probabilities, gold)
        ),
    )


def fit_sigmoid_temperature(logits: Floats, targets: Floats) -> float:
    """Return the temperature of least cross-entropy; targets in 0..1 have the logits' shape."""

    def loss(temperature: float) -> float:
        scaled = logits / temperature
        return float(np.mean(np.logaddexp(0.0, scaled) - targets * scaled))

    return _best_temperature(loss)


def fit_softmax_temperature(logits: Floats, targets: Floats) -> float:
    """Return the temperature of least cross-entropy; targets (n, k) are distributions."""

    def loss(temperature: float) -> float:
        return -float(np.mean(np.sum(targets * _log_softmax(logits / temperature), axis=-1)))

    return _best_temperature(loss)


def _best_temperature(loss: Callable[[float], float]) -> float:
    """Return the minimum by golden section over the logarithm: the loss has one valley there."""
    low, high = -np.log(MAX_TEMPERATURE), np.log(MAX_TEMPERATURE)
    golden = (np.sqrt(5) - 1) / 2
    for _ in range(40):  # each step keeps .618 of the range: 1e-8 of it is left
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(float(np.exp(left))) <= loss(float(np.exp(right))):
            high = right
        else:
            low = left
    return float(np.exp((low + high) / 2))


def fit_thresholds(probabilities: Floats, gold: Bools) -> Doubles:
    """Return for each label the threshold of best F1, shape (k,), smoothed over its neighbours.

    Args:
        probabilities: Calibrated, shape (n, k).
        gold: Shape (n, k).
    """
    kernel = np.ones(SMOOTHING) / SMOOTHING
    best = np.empty(gold.shape[1])
    present = EXPECTED_SHARE * probabilities + (1 - EXPECTED_SHARE) * gold
    for label in range(gold.shape[1]):
        predicted = probabilities[:, label, None] >= THRESHOLDS
        hits = np.sum(predicted * present[:, label, None], axis=0)
        f1 = 2 * hits / np.maximum(predicted.sum(axis=0) + present[:, label].sum(), EPSILON)
        padded = np.pad(f1, SMOOTHING // 2, mode="edge")
        best[label] = THRESHOLDS[np.argmax(np.convolve(padded, kernel, mode="valid"))]
    return best


def top_is_right(probabilities: Floats, gold: Bools) -> Bools:
    """Return whether the most probable label is among the given ones, shape (n,)."""
    top = probabilities.argmax(axis=1)
    return np.asarray(gold[np.arange(len(gold)), top])


def _top_two(probabilities: Floats) -> Doubles:
    """Return 1 and the logits of the two highest probabilities, shape (…, 3)."""
    highest = _logit(np.sort(probabilities, axis=-1)[..., :-3:-1])
    return np.concatenate([np.ones_like(highest[..., :1]), highest], axis=-1)


def fit_confidence(probabilities: Floats, gold: Bools) -> tuple[float, float, float]:
    """Fit, by logistic regression, how probable it is that the top label is right.

    A runner-up close by makes the top label doubtful, so both probabilities count. The weights are held
    by a unit Gaussian prior, which keeps a separable dev set from driving them off.

    Args:
        probabilities: Calibrated, shape (n, k).
        gold: Shape (n, k).

    Returns:
        Intercept and weights of the logits of the highest and the second highest probability.
    """
    intercept, top, second = _logistic(_top_two(probabilities), top_is_right(probabilities, gold))
    return intercept, top, second


def fit_linear(logits: Floats, targets: Floats) -> tuple[float, float]:
    """Return the intercept and slope of least cross-entropy, both under a unit Gaussian prior.

    Args:
        logits: Shape (n,).
        targets: Probabilities, shape (n,).
    """
    intercept, slope = _logistic(np.stack([np.ones_like(logits), logits], axis=-1), targets)
    return intercept, slope


def _linear_sigmoid(logits: Floats, weights: tuple[float, float]) -> Doubles:
    intercept, slope = weights
    return _sigmoid(intercept + slope * logits)


def _logistic(features: Floats, targets: Floats | Bools) -> list[float]:
    """Return the weights (k,) of a logistic regression of targets (n,) on features (n, k)."""
    weights = np.zeros(features.shape[1])
    for _ in range(50):  # Newton's method; five steps are usual
        seen = _sigmoid(features @ weights)
        gradient = features.T @ (targets - seen) - weights
        curvature = (features.T * (seen * (1 - seen))) @ features + np.eye(len(weights))
        step = np.linalg.solve(curvature, gradient)
        weights += step
        if np.abs(step).max() < 1e-9:
            break
    return [float(weight) for weight in weights]


def fit_toxic(calm: Floats) -> float:
    """Return the probability that no more than `CALM_SHARE` of ordinary talk reaches.

    Args:
        calm: Toxicity of messages that should raise no flag, shape (n,).
    """
    allowed = int(CALM_SHARE * len(calm))
    highest = np.sort(calm)[::-1]
    return float(np.nextafter(highest[allowed], 1.0)) if allowed < len(calm) else 1.0


def fit_sure(confidences: Floats, right: Bools, precision: float = SURE_PRECISION) -> float:
    """Return the lowest confidence above which answers are right often enough; 1 if there is none.

    Args:
        confidences: Shape (n,).
        right: Whether the top label was right, shape (n,).
        precision: Share of right answers demanded above the threshold.
    """
    for threshold in np.linspace(SURE_AT_LEAST, 0.99, 50):
        above = right[confidences >= threshold]
        if len(above) < MIN_SURE:
            break
        if above.mean() >= precision:
            return round(float(threshold), 2)
    return 1.0


def _folds(rows: int, seed: int = 0) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield row numbers to fit on and row numbers to judge, so that each row is judged once."""
    order = np.random.default_rng(seed).permutation(rows)
    for fold in range(FOLDS):
        judged = np.arange(rows) % FOLDS == fold
        yield order[~judged], order[judged]


def cross_fitted_labels(probabilities: Floats, gold: Bools) -> Bools:
    """Return predicted labels (n, k), each row by thresholds that were fitted without it."""
    predicted = np.zeros_like(gold)
    for fitted, judged in _folds(len(gold)):
        predicted[judged] = probabilities[judged] >= fit_thresholds(probabilities[fitted], gold[fitted])
    return predicted


def cross_fitted_confidence(probabilities: Floats, gold: Bools) -> Doubles:
    """Return confidences (n,), each row's by weights that were fitted without it."""
    confidences = np.zeros(len(gold))
    for fitted, judged in _folds(len(gold)):
        weights = fit_confidence(probabilities[fitted], gold[fitted])
        confidences[judged] = _sigmoid(_top_two(probabilities[judged]) @ np.asarray(weights))
    return confidences
