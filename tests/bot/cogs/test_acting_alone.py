"""What Moodring does without a moderator, and what it learns from them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from simulated import Server, said

from moodring.bot.moderation.automation import TRIAL, Automation
from moodring.bot.moderation.cases import Action, State
from moodring.bot.rules import Group
from moodring.model import Prediction, Sample

VILE = "you are a vile person"


async def automate(server: Server, action: Action, *, active: bool) -> None:
    since = server.env.now() - TRIAL
    await server.store.automations.put(Automation(server.guild.id, action, since, active))


def written(server: Server) -> list[int]:
    return [message.id for message in server.channel.history()]


@pytest.mark.asyncio
@pytest.mark.parametrize("active", [False, True])
async def test_a_trial_counts_and_an_active_action_acts(server: Server, active: bool) -> None:
    await server.moderate(act_toxicity=0.95)
    await automate(server, Action.DELETE, active=active)
    message = await server.alice.send(server.channel, VILE)
    assert (message.id in written(server)) is not active
    [case] = await server.cases()
    assert case.would_act
    assert case.state is (State.ACTED if active else State.OPEN)
    assert [event.moderator_id for event in case.events] == [None] * active
    since = server.env.now() - timedelta(hours=1)
    assert await server.store.cases.would_act(server.guild.id, since) == (1, 0)


@pytest.mark.asyncio
async def test_below_its_own_bar_nothing_is_done(server: Server) -> None:
    await server.moderate(act_toxicity=0.98)
    await automate(server, Action.DELETE, active=True)
    message = await server.alice.send(server.channel, VILE)
    assert message.id in written(server)
    [case] = await server.cases()
    assert (case.would_act, case.state) == (False, State.OPEN)


@pytest.mark.asyncio
async def test_what_cannot_be_done_is_left_to_moderators(server: Server) -> None:
    await server.moderate(act_toxicity=0.95)
    await automate(server, Action.DELETE, active=True)
    server.env.inject_error("DELETE", "/channels/*/messages/*", status=403, code=50013)
    message = await server.alice.send(server.channel, VILE)
    assert message.id in written(server)
    [case] = await server.cases()
    assert case.state is State.OPEN
    assert "failed" in said(server.cards()[0])


@pytest.mark.asyncio
async def test_what_moderators_say_of_flags_is_counted_by_score(server: Server) -> None:
    await server.moderate()
    for label in ("Not toxic", "Delete", "Warn"):
        await server.alice.send(server.channel, VILE)
        await server.max.click(server.cards()[-1], label=label)
        await server.env.advance_time(301)
    await server.ada.click(server.cards()[-1], label="Time out")
    [judged] = await server.store.judgements.of_guild(server.guild.id, Group.TOXICITY)
    assert (judged.right, judged.wrong) == (2, 1)
    assert judged.score == pytest.approx(0.95)


@pytest.mark.asyncio
async def test_a_decision_that_is_taken_back_counts_as_a_false_alarm(server: Server) -> None:
    await server.moderate()
    await server.alice.send(server.channel, VILE)
    await server.max.click(server.cards()[0], label="Warn")
    form = await server.alice.slash(server.channel, "appeal")
    await server.alice.submit_modal(form, {"words": "It was a quote."})
    await server.ada.click(server.cards()[1], label="Take back")
    [judged] = await server.store.judgements.of_guild(server.guild.id, Group.TOXICITY)
    assert (judged.right, judged.wrong) == (0, 1)


@pytest.mark.asyncio
@pytest.mark.parametrize(("decision", "right", "wrong"), [("Uphold", 1, 0), ("Take back", 0, 1)])
async def test_what_it_did_itself_says_nothing_of_its_flags_until_a_person_decides(
    server: Server, decision: str, right: int, wrong: int
) -> None:
    await server.moderate(act_toxicity=0.95)
    await automate(server, Action.DELETE, active=True)
    await server.alice.send(server.channel, VILE)
    assert await server.store.judgements.of_guild(server.guild.id, Group.TOXICITY) == []
    form = await server.alice.slash(server.channel, "appeal")
    await server.alice.submit_modal(form, {"words": "It was a quote."})
    await server.max.click(server.cards()[1], label=decision)
    [judged] = await server.store.judgements.of_guild(server.guild.id, Group.TOXICITY)
    assert (judged.right, judged.wrong) == (right, wrong)


async def quarrel(server: Server) -> None:
    for _ in range(4):
        await server.alice.send(server.channel, VILE)
        await server.bob.send(server.channel, VILE)


async def watch_only(server: Server, **settings: Any) -> None:
    """Read the channel without flagging."""
    await server.moderate(**settings)
    await server.manager.slash(server.channel, "watch start", mode="count")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("settings", "notes", "lines"),
    [
        ({"heat_line": "Breathe."}, 1, 1),
        ({}, 1, 0),
        ({"heat_notes": False, "heat_line": "Breathe."}, 0, 1),
        ({"heat_notes": False}, 0, 0),
        ({"log_channel_id": None, "heat_line": "Breathe."}, 0, 1),
    ],
)
async def test_a_quarrel_is_noticed_once(
    server: Server, settings: dict[str, Any], notes: int, lines: int
) -> None:
    await watch_only(server, **settings)
    await quarrel(server)
    told = [said(card) for card in server.cards()]
    assert len(told) == notes
    assert all("A conversation heats up" in each and server.channel.mention in each for each in told)
    assert [message.content for message in server.channel.history()].count("Breathe.") == lines
    assert await server.cases() == []


@pytest.mark.asyncio
async def test_where_nothing_is_to_be_flagged_no_heat_is_told_of_either(server: Server) -> None:
    await watch_only(server, exempt_channel_ids=[server.channel.id], heat_line="Breathe.")
    await quarrel(server)
    assert server.cards() == []


@pytest.mark.asyncio
async def test_anger_is_flagged_where_a_conversation_has_heated_up(server: Server) -> None:
    await server.moderate(flag_toxicity=1.0, heat_notes=False)
    await server.alice.send(server.channel, "utterly anger")
    assert await server.cases() == []
    await quarrel(server)
    await server.alice.send(server.channel, "utterly anger")
    [case] = await server.cases()
    assert case.group is Group.ANGER


@pytest.mark.asyncio
async def test_a_picture_does_not_hide_what_words_say(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    classify = server.reader.classify

    async def soothed(sample: Sample) -> Prediction:  # as the network is by any picture
        prediction = await classify(sample)
        return replace(prediction, toxicity=prediction.toxicity / 2) if sample.images else prediction

    monkeypatch.setattr(server.reader, "classify", soothed)
    await server.moderate()
    picture = ("cat.png", b"a picture")
    await server.alice.send(server.channel, VILE, attachments=[picture])
    await server.alice.send(server.channel, "", attachments=[picture])
    [case] = await server.cases()
    assert case.score == pytest.approx(0.97)
