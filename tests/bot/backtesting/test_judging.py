"""Examples are judged once, by whoever, in an order that tells nothing; together they suggest a threshold."""

from moodring.bot.backtest import Band, Example, Judgement, suggest
from moodring.bot.backtesting.judging import Judging


def band(low: float, count: int, *scores: float) -> Band[int]:
    """Messages with like scores, whose ids are their scores in thousandths."""
    examples = tuple(Example(round(1000 * score), score, count / len(scores)) for score in scores)
    return Band(low, low + 0.1, count, examples)


def steps(low: float, count: int) -> list[float]:
    return [low + number / 1000 for number in range(count)]


def handed_out(judging: Judging, judge_id: int) -> list[int]:
    """Let somebody skip all that they are shown; return that."""
    found = []
    while (message_id := judging.next(judge_id)) is not None:
        found.append(message_id)
        judging.skip(judge_id, message_id)
    return found


BANDS = (band(0.1, 40, *steps(0.1, 12)), band(0.9, 12, *steps(0.9, 12)))


def test_everything_is_handed_out_once_in_an_order_of_its_own_that_is_always_the_same() -> None:
    first, second = Judging(BANDS), Judging(BANDS)
    order = handed_out(first, 1)
    assert order == handed_out(second, 1)
    assert sorted(order) == sorted(example.message_id for each in BANDS for example in each.examples)
    assert order not in (sorted(order), sorted(order, reverse=True))
    assert first.size == 24


def test_the_same_message_is_shown_until_it_is_judged() -> None:
    judging = Judging(BANDS)
    message_id = judging.next(1)
    assert message_id is not None
    assert judging.next(1) == message_id
    judging.judge(message_id, right=True)
    assert judging.next(1) != message_id
    assert judging.judged == 1


def test_what_somebody_skips_is_left_to_others() -> None:
    judging = Judging(BANDS)
    assert handed_out(judging, 1) == handed_out(judging, 2)
    assert judging.next(1) is None
    assert judging.judged == 0


def test_what_another_judge_looks_at_comes_last() -> None:
    judging = Judging(BANDS)
    theirs = judging.next(1)
    assert handed_out(judging, 2)[-1] == theirs
    judging.leave(1)
    assert handed_out(judging, 3)[0] == theirs


def test_the_first_judgement_of_a_message_counts() -> None:
    judging = Judging([band(0.5, 50, *steps(0.5, 50))])
    for number in range(50):
        judging.judge(500 + number, right=True)
    for number in range(50):
        judging.judge(500 + number, right=False)
    suggestion = judging.suggestion()
    assert suggestion is not None
    assert suggestion.false_alarms == 0


def test_what_is_no_example_is_no_judgement() -> None:
    judging = Judging(BANDS)
    judging.judge(1, right=True)
    judging.skip(1, 1)
    assert judging.judged == 0


def test_a_judgement_stands_for_the_messages_of_its_band_by_those_that_were_judged() -> None:
    low, high = steps(0.1, 30), steps(0.9, 30)
    judging = Judging([band(0.1, 1000, *low), band(0.9, 60, *high)])
    for score in low[:20]:
        judging.judge(round(1000 * score), right=False)
    assert judging.suggestion() is None
    for score in high:
        judging.judge(round(1000 * score), right=True)
    expected = [Judgement(score, False, 50.0) for score in low[:20]]
    expected += [Judgement(score, True, 2.0) for score in high]
    assert judging.suggestion() == suggest(expected)
