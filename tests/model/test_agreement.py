from dataclasses import replace

import numpy as np
import pytest

from moodring.model.agreement import (
    MAX_DIFFERENCE,
    MIN_SAME_TOP,
    MIN_SAMPLES,
    Agreement,
    DisagreementError,
    agreement,
    check_agreement,
)
from moodring.model.evaluation import Answers


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (Agreement(MIN_SAMPLES - 1, 1.0, 0.0), "only 199 samples were compared, fewer than 200"),
        (Agreement(MIN_SAMPLES, MIN_SAME_TOP - 0.01, 0.0), "only 98.0% of the top labels agree with Keras"),
        (Agreement(MIN_SAMPLES, 1.0, MAX_DIFFERENCE + 0.01), "a probability differs by 0.040 from Keras"),
    ],
)
def test_files_that_disagree_with_the_trained_network_do_not_ship(found: Agreement, message: str) -> None:
    with pytest.raises(DisagreementError, match=message):
        check_agreement(found)


def test_files_at_the_limit_of_agreement_ship() -> None:
    check_agreement(Agreement(MIN_SAMPLES, MIN_SAME_TOP, MAX_DIFFERENCE))


def test_agreement_is_the_share_of_same_tops_and_the_largest_gap_of_any_head() -> None:
    emotions = np.zeros((4, 28), np.float32)
    emotions[:, 3] = 2
    trained = Answers(emotions, np.zeros((4, 3), np.float32), *np.zeros((2, 4), np.float32))
    assert agreement(trained, trained) == Agreement(4, 1.0, 0.0)
    other = emotions.copy()
    other[0, 5] = 3
    found = agreement(trained, replace(trained, emotions=other))
    assert found.same_top == 0.75
    assert found.largest_difference == pytest.approx(1 / (1 + np.exp(-3)) - 0.5)
    louder = np.full(4, 1.0, np.float32)
    found = agreement(trained, replace(trained, toxicity=louder))
    assert found.largest_difference == pytest.approx(1 / (1 + np.exp(-1)) - 0.5)
