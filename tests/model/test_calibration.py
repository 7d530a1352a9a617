"""Calibration turns logits into probabilities that mean what they say."""

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from moodring.model import calibration, metrics
from moodring.model.calibration import Calibration

ROWS = 4_000
PLAIN = Calibration(
    emotion_temperature=2.0,
    sentiment_temperature=0.5,
    toxicity_weights=(-0.5, 2.0),
    sexism_weights=(-1.0, 0.5),
    toxic_from=0.9,
    thresholds=tuple(np.linspace(0.1, 0.64, 28).tolist()),
    confidence_weights=(0.1, 0.9, -0.3),
    sure_from=0.55,
)


def draw(seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Return logits (n, 28) and labels that were drawn with exactly their probabilities."""
    generator = np.random.default_rng(seed)
    logits = generator.normal(-2, 2, (ROWS, 28))
    return logits, generator.random((ROWS, 28)) < 1 / (1 + np.exp(-logits))


def softmax(logits: np.ndarray) -> np.ndarray:
    odds = np.exp(logits)
    return odds / odds.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_the_sigmoid_temperature_is_found_again(temperature: float) -> None:
    logits, gold = draw()
    fitted = calibration.fit_sigmoid_temperature(logits * temperature, gold.astype(float))
    assert fitted == pytest.approx(temperature, rel=0.05)


@pytest.mark.parametrize("temperature", [0.4, 1.0, 3.0])
def test_the_softmax_temperature_is_found_again_from_soft_targets(temperature: float) -> None:
    logits = np.random.default_rng(0).normal(0, 2, (ROWS, 3))
    fitted = calibration.fit_softmax_temperature(logits * temperature, softmax(logits))
    assert fitted == pytest.approx(temperature, rel=1e-4)


def test_a_temperature_stays_bounded_when_the_logits_say_nothing() -> None:
    generator = np.random.default_rng(0)
    logits, targets = generator.normal(size=500), np.full(500, 0.5)
    assert calibration.fit_sigmoid_temperature(logits, targets) <= calibration.MAX_TEMPERATURE


def test_a_threshold_separates_what_can_be_separated() -> None:
    probabilities = np.concatenate([np.linspace(0.05, 0.4, 300), np.linspace(0.6, 0.9, 100)])[:, None]
    gold = np.arange(400)[:, None] >= 300
    (threshold,) = calibration.fit_thresholds(probabilities, gold)
    assert 0.4 < threshold <= 0.6


def test_thresholds_beat_a_flat_half_on_rare_labels() -> None:
    logits, gold = draw()
    probabilities = 1 / (1 + np.exp(-logits))
    thresholds = calibration.fit_thresholds(probabilities, gold)
    assert metrics.macro_f1(gold, probabilities >= thresholds) > metrics.macro_f1(gold, probabilities >= 0.5)


def test_a_label_that_never_occurs_gets_a_threshold_in_range() -> None:
    probabilities = np.random.default_rng(0).random((100, 2))
    thresholds = calibration.fit_thresholds(probabilities, np.zeros((100, 2), bool))
    assert np.all((thresholds >= calibration.THRESHOLDS[0]) & (thresholds <= calibration.THRESHOLDS[-1]))


def test_cross_fitted_labels_do_not_see_their_own_row() -> None:
    generator = np.random.default_rng(1)
    probabilities, gold = generator.random((60, 4)), generator.random((60, 4)) < 0.1
    flipped = gold.copy()
    flipped[7] = ~flipped[7]
    assert np.array_equal(
        calibration.cross_fitted_labels(probabilities, gold)[7],
        calibration.cross_fitted_labels(probabilities, flipped)[7],
    )


def test_in_sample_thresholds_flatter_noise_more_than_cross_fitted_ones() -> None:
    generator = np.random.default_rng(2)
    probabilities, gold = generator.random((300, 28)), generator.random((300, 28)) < 0.03
    fitted = probabilities >= calibration.fit_thresholds(probabilities, gold)
    assert metrics.macro_f1(gold, fitted) > metrics.macro_f1(
        gold, calibration.cross_fitted_labels(probabilities, gold)
    )


def test_the_confidence_is_calibrated_on_rows_it_has_not_seen() -> None:
    logits, gold = draw()
    probabilities = 1 / (1 + np.exp(-(logits * 1.7 + 0.5)))  # overconfident and shifted
    right = calibration.top_is_right(probabilities, gold)
    stated = calibration.cross_fitted_confidence(probabilities, gold)
    assert metrics.calibration_error(stated, right) < 0.03
    assert metrics.calibration_error(probabilities.max(axis=1), right) > 0.06


def test_a_close_runner_up_lowers_the_confidence() -> None:
    clear, close = np.full((2, 28), 0.01)
    clear[3] = close[3] = 0.6
    close[4] = 0.55
    clear_confidence, close_confidence = PLAIN.confidence(np.stack([clear, close]))
    assert close_confidence < clear_confidence


def test_the_confidence_survives_labels_without_any_error() -> None:
    probabilities = np.random.default_rng(0).random((200, 28))
    gold = np.ones((200, 28), bool)
    assert np.all(np.isfinite(calibration.fit_confidence(probabilities, gold)))


def test_sure_answers_are_as_often_right_as_demanded() -> None:
    generator = np.random.default_rng(0)
    confidences = generator.random(5_000)
    right = generator.random(5_000) < confidences
    threshold = calibration.fit_sure(confidences, right, precision=0.85)
    assert right[confidences >= threshold].mean() >= 0.85
    assert right[confidences >= threshold - 0.01].mean() < 0.85


def test_nothing_is_sure_below_even_odds_or_without_enough_rows() -> None:
    always = np.ones(1_000, bool)
    assert calibration.fit_sure(np.linspace(0, 1, 1_000), always) == calibration.SURE_AT_LEAST
    assert calibration.fit_sure(np.linspace(0, 1, 1_000), ~always) == 1.0
    assert calibration.fit_sure(np.array([0.9, 0.95]), np.array([True, True])) == 1.0


finite = st.floats(-1_000, 1_000)


@given(arrays.arrays(np.float64, (2, 28), elements=finite))
def test_emotion_probabilities_keep_range_and_order(logits: np.ndarray) -> None:
    probabilities = PLAIN.emotion_probabilities(logits)
    assert np.all((probabilities >= 0) & (probabilities <= 1))
    assert np.all(np.diff(probabilities[0][np.argsort(logits[0])]) >= 0)
    confidences = PLAIN.confidence(probabilities)
    assert confidences.shape == (2,)
    assert np.all((confidences >= 0) & (confidences <= 1))


@given(arrays.arrays(np.float64, (2, 3), elements=finite))
def test_sentiment_probabilities_sum_to_one(logits: np.ndarray) -> None:
    probabilities = PLAIN.sentiment_probabilities(logits)
    assert np.allclose(probabilities.sum(axis=-1), 1)
    assert np.all(probabilities >= 0)


@given(finite)
def test_the_toxicity_of_one_message_is_a_probability(logit: float) -> None:
    assert 0 <= float(PLAIN.toxicity_probabilities(np.float64(logit))) <= 1


def test_an_emotion_is_present_from_its_own_threshold() -> None:
    thresholds = np.asarray(PLAIN.thresholds)
    assert PLAIN.present(thresholds).all()
    assert not PLAIN.present(thresholds - 1e-9).any()


def test_a_calibration_survives_json() -> None:
    assert Calibration.from_dict(json.loads(json.dumps(PLAIN.as_dict()))) == PLAIN


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("confidence_weights", [1.0]),
        ("toxicity_weights", [1.0, 2.0, 3.0]),
        ("toxic_from", "never"),
        ("sure_from", "high"),
        ("thresholds", {"joy": 0.5}),
    ],
)
def test_a_damaged_calibration_is_refused(field: str, value: object) -> None:
    with pytest.raises((KeyError, ValueError)):
        Calibration.from_dict({**PLAIN.as_dict(), field: value})


def test_everything_is_fitted_at_once_and_every_time_the_same() -> None:
    logits, gold = draw()
    generator = np.random.default_rng(3)
    sentiment = generator.normal(size=(500, 3))
    toxicity = generator.normal(size=500)
    parts = (
        (logits * 2, gold),
        (sentiment * 3, softmax(sentiment)),
        (toxicity * 1.5 + 1, 1 / (1 + np.exp(-toxicity))),
        (-toxicity, 1 / (1 + np.exp(-toxicity))),
        np.linspace(-9, 4, 1_000),
    )
    fitted = calibration.fit_calibration(*parts)
    assert fitted == calibration.fit_calibration(*parts)
    assert fitted.emotion_temperature == pytest.approx(2, rel=0.05)
    assert fitted.sentiment_temperature == pytest.approx(3, rel=1e-3)
    assert fitted.toxicity_weights == pytest.approx((-1 / 1.5, 1 / 1.5), rel=0.05)
    assert fitted.sexism_weights == pytest.approx((0, -1), abs=0.05)
    flagged = fitted.toxicity_probabilities(parts[-1]) >= fitted.toxic_from
    assert flagged.sum() == int(calibration.CALM_SHARE * 1_000)
    probabilities = fitted.emotion_probabilities(logits * 2)
    right = calibration.top_is_right(probabilities, gold)
    sure = fitted.confidence(probabilities) >= fitted.sure_from
    assert right[sure].mean() >= calibration.SURE_PRECISION


def test_applying_it_needs_nothing_but_numpy() -> None:
    code = (
        "import sys, moodring.model.calibration;"
        "print([name for name in ('tensorflow', 'keras', 'tokenizers', 'PIL') if name in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
