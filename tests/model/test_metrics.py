"""The figures of evaluation, against their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from moodring.model import metrics
from moodring.model.labels import EKMAN, EMOTIONS, SENTIMENT_GROUPS

labels = st.integers(1, 30).flatmap(
    lambda rows: st.tuples(arrays.arrays(bool, (rows, 4)), arrays.arrays(bool, (rows, 4)))
)
classes = st.integers(1, 30).flatmap(
    lambda rows: st.tuples(*[arrays.arrays(np.int64, rows, elements=st.integers(0, 2))] * 2)
)
probabilities = st.floats(0, 1, width=32)


def test_f1_of_a_worked_example() -> None:
    gold = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 0]], bool)
    predicted = np.array([[1, 0, 0], [1, 0, 0], [1, 1, 0]], bool)
    assert metrics.f1_scores(gold, predicted).tolist() == pytest.approx([4 / 5, 2 / 3, 0.0])
    assert metrics.macro_f1(gold, predicted) == pytest.approx((4 / 5 + 2 / 3) / 3)


@given(labels)
def test_f1_lies_in_its_range_and_is_symmetric(pair: tuple[np.ndarray, np.ndarray]) -> None:
    gold, predicted = pair
    scores = metrics.f1_scores(gold, predicted)
    assert np.all((scores >= 0) & (scores <= 1))
    assert np.array_equal(scores, metrics.f1_scores(predicted, gold))


@given(labels)
def test_a_perfect_prediction_scores_one_for_every_label_that_occurs(
    pair: tuple[np.ndarray, np.ndarray],
) -> None:
    gold, _ = pair
    assert np.array_equal(metrics.f1_scores(gold, gold), gold.any(axis=0).astype(float))


def test_class_figures_of_a_worked_example() -> None:
    gold = np.array([0, 0, 0, 1, 2, 2])
    predicted = np.array([0, 0, 1, 1, 2, 0])
    assert metrics.accuracy(gold, predicted) == pytest.approx(4 / 6)
    assert metrics.weighted_f1(gold, predicted, 3) == pytest.approx((3 * 2 / 3 + 2 / 3 + 2 * 2 / 3) / 6)


@given(classes)
def test_class_figures_are_one_exactly_when_every_row_is_right(pair: tuple[np.ndarray, np.ndarray]) -> None:
    gold, predicted = pair
    right = bool(np.array_equal(gold, predicted))
    assert (metrics.accuracy(gold, predicted) == 1) == right
    assert np.isclose(metrics.weighted_f1(gold, predicted, 3), 1) == right


scored = st.lists(st.tuples(st.booleans(), st.integers(-5, 5)), min_size=2, max_size=30).filter(
    lambda rows: len({gold for gold, _ in rows}) == 2
)


@given(scored)
def test_auroc_is_the_share_of_pairs_in_the_right_order(rows: list[tuple[bool, int]]) -> None:
    pairs = [
        1.0 if above > below else 0.5 if above == below else 0.0
        for positive, above in rows
        for negative, below in rows
        if positive and not negative
    ]
    gold = np.array([gold for gold, _ in rows])
    scores = np.array([score for _, score in rows], float)
    assert metrics.auroc(gold, scores) == pytest.approx(sum(pairs) / len(pairs))


@pytest.mark.parametrize("kind", [True, False])
def test_auroc_of_one_kind_of_rows_is_refused(kind: bool) -> None:
    with pytest.raises(ValueError, match="needs both kinds"):
        metrics.auroc(np.array([kind, kind]), np.array([0.1, 0.2]))


def test_calibration_error_of_a_worked_example() -> None:
    confidences = np.array([0.9, 0.9, 0.9, 0.9, 0.1, 1.0])
    correct = np.array([True, True, True, False, False, True])
    assert metrics.calibration_error(confidences, correct) == pytest.approx((4 * 0.9 - 3 + 0.1) / 6)


@given(st.lists(st.tuples(probabilities, st.booleans()), min_size=1, max_size=40))
def test_calibration_error_lies_between_the_mean_gap_and_one(rows: list[tuple[float, bool]]) -> None:
    confidences = np.array([confidence for confidence, _ in rows])
    correct = np.array([right for _, right in rows])
    error = metrics.calibration_error(confidences, correct)
    assert abs(confidences.mean() - correct.mean()) - 1e-9 <= error <= 1 + 1e-9


@given(st.lists(st.tuples(st.floats(-4, 4), st.floats(-4, 4)), min_size=2, max_size=30))
def test_correlation_is_bounded_and_blind_to_scale_and_shift(rows: list[tuple[float, float]]) -> None:
    x, y = np.array(rows).T
    correlation = metrics.pearson(x, y)
    assert -1 - 1e-9 <= correlation <= 1 + 1e-9
    assert metrics.pearson(y, x) == pytest.approx(correlation)
    if x.std() > 1e-3 and y.std() > 1e-3:
        assert metrics.pearson(3 * x + 1, y) == pytest.approx(correlation, abs=1e-6)
        assert metrics.pearson(x, -x) == pytest.approx(-1)


def test_correlation_with_a_constant_is_none() -> None:
    assert metrics.pearson(np.array([1.0, 1.0]), np.array([1.0, 2.0])) == 0.0


def test_a_group_is_there_with_any_of_its_emotions() -> None:
    labels = np.zeros((1, 28), bool)
    labels[0, [EMOTIONS.index("grief"), EMOTIONS.index("curiosity")]] = True
    assert dict(zip(EKMAN, metrics.group(labels, EKMAN)[0], strict=True)) == {
        group: group in {"sadness", "surprise"} for group in EKMAN
    }
    values = np.linspace(0, 0.27, 28)[None, :]
    grouped = dict(zip(SENTIMENT_GROUPS, metrics.group(values, SENTIMENT_GROUPS)[0], strict=True))
    assert grouped["neutral"] == pytest.approx(0.27)
    none = np.prod([1 - 0.01 * EMOTIONS.index(emotion) for emotion in SENTIMENT_GROUPS["ambiguous"]])
    assert grouped["ambiguous"] == pytest.approx(1 - none)


def test_an_interval_holds_the_figure_and_narrows_with_rows() -> None:
    values = np.random.default_rng(1).random(4_000)
    few, many = (metrics.interval(lambda rows: float(values[rows].mean()), count) for count in (40, 4_000))
    for low, high in (few, many):
        assert low < 0.5 < high
    assert many[1] - many[0] < (few[1] - few[0]) / 5
    assert metrics.interval(lambda rows: float(values[rows].mean()), 40) == few
