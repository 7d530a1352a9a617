"""Lists of cases: for people, and as a file that a spreadsheet opens without harm."""

import csv
from collections.abc import Mapping

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_case import case, event

from moodring.bot import texts
from moodring.bot.boxes import Layout
from moodring.bot.moderation.cards import case_line
from moodring.bot.moderation.cases import Action, Case, Outcome, State
from moodring.bot.moderation.listing import COLUMNS, export_csv, list_box, stats_box
from moodring.bot.rules import Group
from moodring.bot.store.judgements import Judged

IDS = st.integers(1, 2**63 - 1)
EVENTS = st.builds(event, st.sampled_from(Action), st.none() | st.sampled_from(Outcome), st.none() | IDS)
CASES = st.builds(
    lambda events, values: case(*events, **values),
    st.lists(EVENTS, max_size=3),
    st.fixed_dictionaries(
        {
            "id": IDS,
            "channel_id": IDS,
            "message_id": IDS,
            "group": st.sampled_from(Group),
            "state": st.sampled_from(State),
            "scores": st.fixed_dictionaries(dict.fromkeys(Group, st.floats(0, 1))),
        }
    ),
)


def words(view: Layout) -> str:
    said = [each.content for each in view.walk_children() if isinstance(each, discord.ui.TextDisplay)]
    return "\n".join(said).replace("\N{NO-BREAK SPACE}", " ")


# --- for people -------------------------------------------------------------------------------------------


def test_a_page_has_a_line_for_each_case_with_its_channel() -> None:
    cases = [case(id=9, channel_id=6), case(id=8)]
    lines = words(list_box(cases, 1, more=False)).splitlines()
    assert lines[0] == f"### {texts.say('cases-title')}"
    assert [line.split(" ")[0] for line in lines[1:]] == ["**#9**", "**#8**"]
    assert "<#6>" in lines[1]
    assert case_line(cases[1]).replace("\N{NO-BREAK SPACE}", " ") in lines[2]


@pytest.mark.parametrize(
    ("page", "more", "footer"),
    [(1, False, None), (1, True, "Page 1 · more with page: 2"), (3, False, "Page 3")],
)
def test_a_page_is_numbered_where_there_are_several(page: int, more: bool, footer: str | None) -> None:
    last = words(list_box([case()], page, more=more)).splitlines()[-1]
    assert (last == f"-# {footer}") is (footer is not None)


def test_that_there_are_no_cases_is_said() -> None:
    assert texts.say("no-cases") in words(list_box([], 1, more=False))
    assert texts.say("no-cases") in words(stats_box({}, 30))


@pytest.mark.parametrize(
    ("counts", "agreed"),
    [
        ({State.ACTED: 2, State.UPHELD: 1, State.DISMISSED: 1, State.OPEN: 5}, (3, 4)),
        ({State.NOT_TOXIC: 1, State.REVERSED: 1}, (0, 2)),
        ({State.APPEALED: 1}, (1, 1)),
        ({State.OPEN: 3, State.UNCLEAR: 1}, None),
    ],
)
def test_agreement_is_counted_over_what_was_decided(
    counts: Mapping[State, int], agreed: tuple[int, int] | None
) -> None:
    shown = words(stats_box({(Group.TOXICITY, state): count for state, count in counts.items()}, 30))
    assert texts.say("cases-of-days", days=30) in shown
    for state, count in counts.items():
        assert f"{texts.say(f'state-{state}')}: {count}" in shown
    assert ("were acted on" in shown) is (agreed is not None)
    assert agreed is None or f"**{agreed[0]} of {agreed[1]}** decided" in shown


def test_each_group_is_counted_alone() -> None:
    shown = words(stats_box({(Group.TOXICITY, State.ACTED): 1, (Group.ANGER, State.DISMISSED): 1}, 30))
    assert shown.index("**toxicity**") < shown.index("1 of 1") < shown.index("**anger**")
    assert shown.index("**anger**") < shown.index("0 of 1")
    assert "distress" not in shown


# --- as a file --------------------------------------------------------------------------------------------


def test_a_row_has_ids_scores_and_what_was_done() -> None:
    deleted = case(
        event(Action.WARN, Outcome.FAILED), event(Action.DELETE, None), state=State.ACTED, author_id=99
    )
    header, row = csv.reader(export_csv([deleted]).splitlines())
    assert tuple(header) == COLUMNS
    assert dict(zip(header, row, strict=True)) == {
        "case": "7",
        "opened_at": "2026-01-01T12:00:00+00:00",
        "channel_id": "2",
        "message_id": "3",
        "group": "toxicity",
        "toxicity": "0.970",
        "anger": "0.300",
        "distress": "0.040",
        "state": "acted",
        "actions": "warn:failed delete:under-way",
    }


def test_no_member_is_in_the_file() -> None:
    acted = case(event(Action.WARN, moderator_id=424242), state=State.ACTED, author_id=999999)
    assert "424242" not in export_csv([acted])
    assert "999999" not in export_csv([acted])


@given(st.lists(CASES, max_size=3))
def test_no_cell_is_a_formula(cases: list[Case]) -> None:
    rows = list(csv.reader(export_csv(cases).splitlines()))
    assert len(rows) == len(cases) + 1
    for row in rows:
        assert len(row) == len(COLUMNS)
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


@pytest.mark.parametrize(("wrong", "said"), [(9, ""), (10, "flag from 80 % on"), (40, "flag from 95 % on")])
def test_from_fifty_judgements_on_a_threshold_is_suggested(wrong: int, said: str) -> None:
    judged = [Judged(0.8, right=20, wrong=wrong), Judged(0.95, right=20, wrong=0)]
    shown = words(stats_box({}, 30, judged))
    assert ("Suggestion" in shown) is bool(said)
    assert said in shown
