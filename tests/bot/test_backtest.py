"""Thresholds are counted as the bot would flag, in bounded memory, and judgements suggest one."""

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from invented_prediction import prediction

from moodring.bot.backtest import (
    EDGES,
    MAX_FALSE_ALARMS,
    MIN_JUDGEMENTS,
    Backtest,
    Judgement,
    Skip,
    suggest,
    wilson,
)
from moodring.model import Language

SHARES = st.floats(0, 1)


def test_a_threshold_flags_what_reaches_it() -> None:
    backtest = Backtest[str]([0.9, 0.5, 0.9], keep_ids=True)
    for message_id, toxicity in (("a", 0.49), ("b", 0.5), ("c", 0.95), ("d", 0.9), ("e", 0.0)):
        backtest.add(message_id, prediction(toxicity))

    assert [(flagged.threshold, flagged.count, flagged.message_ids) for flagged in backtest.flagged] == [
        (0.5, 3, ("b", "c", "d")),
        (0.9, 2, ("c", "d")),
    ]


@pytest.mark.parametrize(
    ("language", "flagged", "foreign"),
    [(Language.ENGLISH, 1, 0), (Language.UNKNOWN, 1, 0), (Language.OTHER, 0, 1)],
)
def test_another_language_is_read_and_never_flagged(language: Language, flagged: int, foreign: int) -> None:
    backtest = Backtest[int]([0.5])
    backtest.add(1, prediction(1.0, language))

    assert backtest.read == 1
    assert [threshold.count for threshold in backtest.flagged] == [flagged]
    assert backtest.foreign == foreign
    assert sum(band.count for band in backtest.bands) == flagged


def test_every_message_is_read_or_skipped_for_a_reason() -> None:
    backtest = Backtest[int]([0.5])
    backtest.add(1, prediction(0.1))
    for reason in (*Skip, Skip.BOT):
        backtest.skip(reason)

    assert backtest.messages == 1 + len(Skip) + 1
    assert backtest.read == 1
    assert backtest.skipped[Skip.BOT] == 2
    assert backtest.failed == 3


def test_ids_are_kept_only_if_they_are_wanted() -> None:
    backtest = Backtest[int]([0.5])
    for message_id in range(100):
        backtest.add(message_id, prediction(0.9))

    [flagged] = backtest.flagged
    assert (flagged.count, flagged.message_ids) == (100, ())


@pytest.mark.parametrize(
    ("score", "band"), [(0.0, 0), (0.0999, 0), (0.1, 1), (0.3, 3), (0.7, 7), (0.8999, 8), (0.9, 9), (1.0, 9)]
)
def test_a_score_belongs_to_the_band_that_begins_with_it(score: float, band: int) -> None:
    backtest = Backtest[str]([0.5])
    backtest.add("it", prediction(score))

    counts = [found.count for found in backtest.bands]
    assert counts == [int(number == band) for number in range(10)]
    assert backtest.bands[band].examples == (("it", score, 1.0),)


@given(st.lists(SHARES))
def test_bands_count_every_message_once_and_a_threshold_on_an_edge_flags_the_bands_above(
    scores: list[float],
) -> None:
    backtest = Backtest[int](EDGES[1:])
    for number, score in enumerate(scores):
        backtest.add(number, prediction(score))

    counts = [band.count for band in backtest.bands]
    assert sum(counts) == len(scores)
    for number, flagged in enumerate(backtest.flagged[:-1], start=1):
        assert flagged.count == sum(counts[number:])


def test_the_same_messages_give_the_same_examples() -> None:
    def examples(seed: int) -> object:
        backtest = Backtest[int]([0.5], seed=seed)
        for number in range(500):
            backtest.add(number, prediction(0.95))
        return backtest.bands[-1].examples

    assert examples(1) == examples(1)
    assert examples(1) != examples(2)


def test_examples_are_as_many_as_asked_for_and_stand_for_their_band() -> None:
    backtest = Backtest[int]([0.5], examples=4)
    for number in range(103):
        backtest.add(number, prediction(0.95 if number < 100 else 0.15))

    low, high = backtest.bands[1], backtest.bands[9]
    assert [(example.message_id, example.weight) for example in low.examples] == [
        (100, 1.0),
        (101, 1.0),
        (102, 1.0),
    ]
    assert [example.weight for example in high.examples] == [25.0] * 4
    assert len({example.message_id for example in high.examples}) == 4


def test_every_message_of_a_band_is_as_likely_an_example() -> None:
    drawn = [0] * 10
    for seed in range(2000):
        backtest = Backtest[int]([0.5], seed=seed)
        for number in range(10):
            backtest.add(number, prediction(0.95))
        for example in backtest.bands[-1].examples:
            drawn[example.message_id] += 1

    # Each is drawn 600 times on average, with a standard deviation of 20.5.
    assert all(abs(count - 600) < 5 * 20.5 for count in drawn)


def judged(*groups: tuple[int, float, bool, float]) -> list[Judgement]:
    return [Judgement(score, right, weight) for count, score, right, weight in groups for _ in range(count)]


def test_too_few_judgements_suggest_nothing() -> None:
    enough = judged((MIN_JUDGEMENTS, 0.8, True, 1.0))

    assert suggest(enough[1:]) is None
    assert suggest(enough) is not None


def test_the_lowest_threshold_with_few_false_alarms_is_suggested() -> None:
    suggestion = suggest(judged((30, 0.5, False, 1.0), (10, 0.7, True, 1.0), (3, 0.9, False, 1.0)) * 2)

    assert suggestion is not None
    assert suggestion.threshold == 0.7
    assert suggestion.false_alarms == pytest.approx(3 / 13)
    assert (suggestion.low, suggestion.high) == wilson(suggestion.false_alarms, 26)
    assert suggestion.judged == 26


def test_a_share_just_at_the_bound_is_small_enough() -> None:
    suggestion = suggest(judged((35, 0.8, True, 1.0), (15, 0.8, False, 1.0)))

    assert suggestion is not None
    assert (suggestion.threshold, suggestion.false_alarms) == (0.8, MAX_FALSE_ALARMS)


def test_where_no_threshold_is_good_enough_the_best_is_told() -> None:
    suggestion = suggest(judged((40, 0.5, False, 1.0), (10, 0.7, True, 1.0), (20, 0.9, False, 1.0)))

    assert suggestion is not None
    assert suggestion.threshold is None
    assert suggestion.false_alarms == pytest.approx(20 / 30)
    assert suggestion.judged == 30


def test_a_judgement_counts_as_the_messages_that_it_stands_for() -> None:
    """Of .7 to .8 every 20th message was judged, of .8 to .9 every one: the many below are mostly fine."""
    lower = judged((15, 0.7, True, 20.0), (10, 0.7, False, 20.0))
    upper = judged((25, 0.8, False, 1.0))

    weighted = suggest([*lower, *upper], bound=0.45)
    unweighted = suggest([judgement._replace(weight=1.0) for judgement in (*lower, *upper)], bound=0.45)

    assert weighted is not None
    assert weighted.threshold == 0.7
    assert weighted.false_alarms == pytest.approx(225 / 525)
    effective = 525**2 / (25 * 400 + 25)
    assert (weighted.low, weighted.high) == pytest.approx(wilson(225 / 525, effective))
    assert unweighted is not None
    assert unweighted.threshold is None


JUDGEMENTS = st.lists(
    st.builds(Judgement, SHARES, st.booleans(), st.floats(0.5, 1000)), min_size=MIN_JUDGEMENTS, max_size=80
)


@given(JUDGEMENTS, SHARES)
def test_a_suggestion_keeps_the_bound_and_no_lower_one_would(
    judgements: list[Judgement], bound: float
) -> None:
    suggestion = suggest(judgements, bound=bound)

    assert suggestion is not None
    assert 0 <= suggestion.low <= suggestion.false_alarms + 1e-9
    assert suggestion.false_alarms - 1e-9 <= suggestion.high <= 1
    assert 1 <= suggestion.judged <= len(judgements)
    if suggestion.threshold is None:
        assert suggestion.false_alarms > bound
    else:
        assert suggestion.false_alarms <= bound
        assert suggestion.judged == sum(judgement.score >= suggestion.threshold for judgement in judgements)


@given(JUDGEMENTS, st.floats(0.01, 100))
def test_only_the_weights_proportions_matter(judgements: list[Judgement], factor: float) -> None:
    scaled = [judgement._replace(weight=judgement.weight * factor) for judgement in judgements]
    before, after = suggest(judgements), suggest(scaled)

    assert before is not None
    assert after is not None
    assume(abs(before.false_alarms - MAX_FALSE_ALARMS) > 1e-6)
    assert after.false_alarms == pytest.approx(before.false_alarms)
    assert (after.low, after.high) == pytest.approx((before.low, before.high))


@pytest.mark.parametrize(
    ("share", "size", "low", "high"),
    [(0.3, 50, 0.1910, 0.4375), (0.0, 50, 0.0, 0.0713), (1.0, 50, 0.9287, 1.0), (0.5, 1, 0.0546, 0.9454)],
)
def test_the_interval_is_wilsons(share: float, size: float, low: float, high: float) -> None:
    assert wilson(share, size) == pytest.approx((low, high), abs=1e-4)


def test_the_interval_holds_the_truth_nineteen_times_of_twenty_with_unequal_weights() -> None:
    """Of two kinds of messages 60 each are judged: 1 in 10 of one, 1 in 2 of the other."""
    kinds = ((0.1, 10.0), (0.4, 2.0))
    truth = (0.1 * 600 + 0.4 * 120) / 720
    generator = random.Random(1)
    held = 0
    for _ in range(1000):
        judgements = [
            Judgement(0.8, generator.random() >= share, weight) for share, weight in kinds for _ in range(60)
        ]
        suggestion = suggest(judgements, bound=1.0)
        assert suggestion is not None
        held += suggestion.low <= truth <= suggestion.high
    assert 930 <= held <= 985
