"""What may be done in a case depends on where it stands, and everything is done once."""

import pytest
from invented_case import case, event

from moodring.bot.moderation.appeals import appealable
from moodring.bot.moderation.cases import (
    AUTHOR_KNOWN,
    CONFIRMED,
    PUNISHING,
    REFUTED,
    STEPS,
    Action,
    Outcome,
    State,
)

MAY = """
               dismiss  not-toxic  warn  time-out  delete  appeal  uphold  reverse
    open          x         x       x       x        x       -       -        -
    unclear       x         x       x       x        x       x       -        -
    acted         -         -       x       x        x       x       -        -
    appealed      -         -       -       -        -       -       x        x
    dismissed     -         -       -       -        -       -       -        -
    not-toxic     -         -       -       -        -       -       -        -
    upheld        -         -       -       -        -       -       -        -
    reversed      -         -       -       -        -       -       -        -
"""
HEAD, *ROWS = (line.split() for line in MAY.strip().splitlines())
TABLE = [
    (State(state), Action(action), cell == "x")
    for state, *cells in ROWS
    for action, cell in zip(HEAD, cells, strict=True)
]


def test_the_table_has_every_state_and_every_action() -> None:
    assert {(state, action) for state, action, _ in TABLE} == {
        (state, action) for state in State for action in Action
    }


@pytest.mark.parametrize(("state", "action", "may"), TABLE)
def test_which_action_may_be_taken_in_which_state(state: State, action: Action, may: bool) -> None:
    assert case(state=state).may(action) is may


@pytest.mark.parametrize(
    ("action", "after"),
    [
        (Action.DISMISS, State.DISMISSED),
        (Action.NOT_TOXIC, State.NOT_TOXIC),
        (Action.WARN, State.ACTED),
        (Action.TIME_OUT, State.ACTED),
        (Action.DELETE, State.ACTED),
        (Action.APPEAL, State.APPEALED),
        (Action.UPHOLD, State.UPHELD),
        (Action.REVERSE, State.REVERSED),
    ],
)
def test_where_an_action_leads(action: Action, after: State) -> None:
    assert STEPS[action].after is after


@pytest.mark.parametrize("action", Action)
def test_nothing_is_done_while_somebody_is_at_it(action: Action) -> None:
    busy = case(state=next(iter(STEPS[action].before)), pending=Action.WARN)
    assert not busy.may(action)


@pytest.mark.parametrize(
    ("outcome", "may"),
    [(Outcome.DONE, False), (Outcome.FAILED, True), (Outcome.UNCLEAR, True), (None, True)],
)
def test_what_was_done_is_not_done_again_but_what_failed_may_be(outcome: Outcome | None, may: bool) -> None:
    warned = case(event(Action.WARN, outcome), state=State.ACTED)
    assert warned.may(Action.WARN) is may
    assert warned.may(Action.DELETE)


def test_who_punished_is_known_and_does_not_count_for_what_failed() -> None:
    found = case(
        event(Action.WARN, moderator_id=1),
        event(Action.DELETE, moderator_id=2),
        event(Action.TIME_OUT, Outcome.FAILED, moderator_id=3),
        event(Action.DISMISS, moderator_id=4),
        event(Action.TIME_OUT, moderator_id=None),
    )
    assert found.punished_by == {1, 2}


@pytest.mark.parametrize("action", Action)
def test_only_what_was_done_to_somebody_may_be_appealed(action: Action) -> None:
    acted = case(event(action), state=State.ACTED)
    assert appealable(acted) is (action in PUNISHING)


@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.UNCLEAR, None])
def test_what_did_not_happen_is_not_appealed(outcome: Outcome | None) -> None:
    assert not appealable(case(event(Action.DELETE, outcome), state=State.ACTED))


def test_an_appeal_is_made_once() -> None:
    deleted = event(Action.DELETE)
    assert not appealable(case(deleted, event(Action.APPEAL), state=State.APPEALED))
    assert not appealable(case(deleted, event(Action.APPEAL), event(Action.UPHOLD), state=State.UPHELD))


def test_no_state_speaks_both_for_a_flag_and_against_it() -> None:
    assert CONFIRMED.isdisjoint(REFUTED)
    assert set(State) - CONFIRMED - REFUTED == {State.OPEN, State.UNCLEAR}


def test_a_settled_case_does_not_know_whose_message_it_was() -> None:
    settled = {state for state in State if not any(state in step.before for step in STEPS.values())}
    assert settled == {State.DISMISSED, State.NOT_TOXIC, State.UPHELD, State.REVERSED}
    assert AUTHOR_KNOWN.isdisjoint(settled | {State.OPEN})


def test_the_score_of_a_case_is_that_of_its_group() -> None:
    assert case().score == 0.97
