"""Cards say what was flagged and what was done, never what was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_case import NOON, case, event

from moodring.bot import texts
from moodring.bot.guild_settings import MAX_LINE
from moodring.bot.moderation.cards import (
    BAR_CELLS,
    COLOURS,
    MAX_ON_CARD,
    SETTLED_COLOUR,
    bar,
    buttons,
    case_line,
    case_text,
    cases_text,
    colour,
    distress_text,
    event_line,
    moment,
    score_lines,
)
from moodring.bot.moderation.cases import Action, Outcome, State
from moodring.bot.rules import Group

MAX_CHARACTERS = 4000
"""Discord takes no more text in one message."""

LINK = "https://discord.com/channels/1/2/3"


@pytest.mark.parametrize(
    ("share", "shown"),
    [(0, "░░░░░░░░░░"), (0.04, "░░░░░░░░░░"), (0.3, "███░░░░░░░"), (0.97, "██████████"), (1, "██████████")],
)
def test_a_bar_shows_a_share(share: float, shown: str) -> None:
    assert bar(share) == shown


@given(st.floats(0, 1))
def test_a_bar_is_always_as_long(share: float) -> None:
    assert len(bar(share)) == BAR_CELLS


def test_scores_stand_with_what_was_flagged_first_and_then_by_size() -> None:
    flagged = case(group=Group.ANGER, scores={Group.TOXICITY: 0.1, Group.ANGER: 0.6, Group.DISTRESS: 0.9})
    assert score_lines(flagged).replace("\N{NO-BREAK SPACE}", " ").splitlines() == [
        "`██████░░░░` 60 % anger",
        "`█████████░` 90 % distress",
        "`█░░░░░░░░░` 10 % toxicity",
    ]


def test_a_card_says_what_where_how_strongly_and_how_it_stands() -> None:
    head, scores, foot = case_text(case())
    assert head.splitlines() == [
        f"### {texts.say('flag-toxicity')}",
        f"<#2> · {moment(NOON)} · [{texts.say('to-the-message')}]({LINK})",
    ]
    assert scores == score_lines(case())
    assert foot == f"-# {texts.say('card-footer', case='7', state='open')}"


def test_what_was_done_stands_on_the_card_in_order() -> None:
    failed, done = event(Action.DELETE, Outcome.FAILED), event(Action.WARN, moderator_id=9)
    _, _, events, foot = case_text(case(failed, done, state=State.ACTED))
    assert events.splitlines() == [event_line(failed), event_line(done)]
    assert "acted on" in foot


@pytest.mark.parametrize("state", State)
def test_only_a_case_left_unclear_asks_to_be_checked(state: State) -> None:
    assert (texts.say("check-this") in case_text(case(state=state))[0]) is (state is State.UNCLEAR)


@pytest.mark.parametrize(
    ("moderator_id", "outcome", "said"),
    [
        (42, Outcome.DONE, "**Delete** by <@42>"),
        (None, Outcome.DONE, "**Delete**"),
        (42, Outcome.FAILED, "**Delete** by <@42> – failed"),
        (42, Outcome.UNCLEAR, "**Delete** by <@42> – ⚠️ check this"),
        (42, None, "**Delete** by <@42> … under way"),
    ],
)
def test_an_event_says_who_what_and_how_it_ended(
    moderator_id: int | None, outcome: Outcome | None, said: str
) -> None:
    assert event_line(event(Action.DELETE, outcome, moderator_id)) == f"{said} · {moment(NOON)}"


def test_several_cases_are_a_line_each() -> None:
    cases = [case(), case(id=8, group=Group.ANGER, state=State.DISMISSED)]
    body, hint = cases_text(cases)
    assert body.splitlines() == [f"### {texts.say('flags-title', count=2)}", "<#2>", *map(case_line, cases)]
    assert hint == f"-# {texts.say('machine-hint')}"
    line = case_line(cases[1]).replace("\N{NO-BREAK SPACE}", " ")
    assert line == f"**#8** anger 30 % · dismissed · [{texts.say('message')}]({LINK})"


@pytest.mark.parametrize(
    ("states", "stripe"),
    [
        ([State.OPEN], COLOURS[Group.TOXICITY]),
        ([State.DISMISSED, State.UNCLEAR], COLOURS[Group.TOXICITY]),
        ([State.APPEALED], COLOURS[Group.TOXICITY]),
        ([State.DISMISSED, State.ACTED], SETTLED_COLOUR),
        ([State.NOT_TOXIC], SETTLED_COLOUR),
    ],
)
def test_the_stripe_fades_when_nobody_has_to_decide_any_more(states: list[State], stripe: int) -> None:
    assert colour([case(state=state) for state in states]) == stripe


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (State.OPEN, "dismiss not-toxic warn time-out delete"),
        (State.UNCLEAR, "dismiss not-toxic warn time-out delete"),
        (State.ACTED, "warn time-out delete"),
        (State.APPEALED, "uphold reverse"),
        (State.DISMISSED, ""),
        (State.UPHELD, ""),
    ],
)
def test_a_card_offers_what_may_be_done_but_no_appeal(state: State, offered: str) -> None:
    assert buttons(case(state=state)) == offered.split()


def test_what_was_done_is_not_offered_again() -> None:
    assert buttons(case(event(Action.DELETE), state=State.ACTED)) == [Action.WARN, Action.TIME_OUT]


@pytest.mark.parametrize("help_text", ["Call 112.", ""])
def test_distress_is_shown_without_a_score_or_a_number(help_text: str) -> None:
    head, *help_texts, _footer = found = distress_text(1, 2, [3, 4], help_text)
    assert head == (
        f"### {texts.say('distress-title')}\n<#2> · [{texts.say('to-the-message')}]({LINK}) · "
        f"[{texts.say('to-the-message')}](https://discord.com/channels/1/2/4)"
    )
    assert help_texts == ([help_text] if help_text else [])
    assert "%" not in "".join(found)


def test_the_fullest_cards_still_fit_into_a_message() -> None:
    most = 2**63 - 1
    fullest = case(id=10**7, guild_id=most, channel_id=most, message_id=most, state=State.UNCLEAR)
    assert len("".join(cases_text([fullest] * MAX_ON_CARD))) <= MAX_CHARACTERS
    distress = distress_text(most, most, [most] * MAX_ON_CARD, "x" * MAX_LINE)
    assert len("".join(distress)) <= MAX_CHARACTERS
