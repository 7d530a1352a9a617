"""Flags as moderators see them: one card, buttons that check again, and nothing of the words kept."""

from datetime import timedelta
from typing import Any

import discord
import pytest
import simcord
from simulated import Server, said
from sqlalchemy import text

from moodring.bot import texts
from moodring.bot.moderation.cases import Action, Outcome, State
from moodring.bot.rules import Group
from moodring.bot.shards import shard_of

VILE = "you are a vile person"


def buttons(message: discord.Message) -> list[str]:
    found: list[str] = []

    def walk(components: Any) -> None:
        for component in components:
            if isinstance(component, discord.Button) and component.label:
                found.append(component.label)
            walk(getattr(component, "children", ()))

    walk(message.components)
    return found


@pytest.fixture
def log(server: Server) -> simcord.ChannelHandle:
    return server.log


async def flagged(server: Server, words: str = VILE, **settings: Any) -> discord.Message:
    """Let Alice write something that is flagged; return her message."""
    await server.moderate(**settings)
    message = await server.alice.send(server.channel, words)
    assert len(server.cards()) == 1
    return message


async def press(
    server: Server, label: str, who: simcord.MemberActor | None = None
) -> simcord.InteractionResult:
    return await (who or server.max).click(server.cards()[0], label=label)


@pytest.mark.asyncio
async def test_a_card_has_scores_place_and_link_and_none_of_the_words(server: Server) -> None:
    message = await flagged(server)
    [card] = server.cards()
    words = said(card)
    assert "97 % toxicity" in words
    assert server.channel.mention in words
    assert message.jump_url in words
    assert "Case 1 · open" in words
    assert "vile" not in words
    assert buttons(card) == ["Show", "Dismiss", "Not toxic", "Warn", "Time out", "Delete"]


@pytest.mark.asyncio
async def test_what_follows_within_five_minutes_is_added_to_the_card(server: Server) -> None:
    await flagged(server)
    await server.env.advance_time(299)
    await server.bob.send(server.channel, VILE)
    [card] = server.cards()
    assert "2 messages flagged" in said(card)
    assert "#1" in said(card)
    assert "#2" in said(card)
    assert buttons(card) == []
    await server.env.advance_time(2)
    await server.bob.send(server.channel, VILE)
    assert len(server.cards()) == 2


@pytest.mark.asyncio
async def test_a_case_is_chosen_from_a_card_with_several(server: Server) -> None:
    await flagged(server)
    await server.bob.send(server.channel, VILE)
    chosen = await server.max.select(server.cards()[0], ["2"])
    assert chosen.ephemeral
    await server.max.click(chosen.response, label="Dismiss")
    assert [case.state for case in await server.cases()] == [State.OPEN, State.DISMISSED]
    assert "#2** toxicity 97 % · dismissed" in said(server.cards()[0])


@pytest.mark.asyncio
async def test_another_channel_has_a_card_of_its_own(server: Server) -> None:
    await flagged(server)
    await server.manager.slash(server.log, "watch start", mode="flag")
    await server.alice.send(server.log, VILE)
    assert len([card for card in server.cards() if "This may be toxic" in said(card)]) == 2


@pytest.mark.asyncio
@pytest.mark.parametrize("why", ["role", "channel", "no log channel", "calm", "opted out"])
async def test_nothing_is_flagged_where_nothing_should_be(server: Server, why: str) -> None:
    settings: dict[str, Any] = {}
    role = server.guild.create_role("Friends")
    carol = server.guild.add_member(server.env.create_user("carol"), roles=[role])
    match why:
        case "role":
            settings = {"exempt_role_ids": [role.id]}
        case "channel":
            settings = {"exempt_channel_ids": [server.channel.id]}
        case "no log channel":
            settings = {"log_channel_id": None}
        case "opted out":
            await server.store.opt_outs.add(carol.id)
    await server.moderate(**settings)
    await carol.send(server.channel, "a joy" if why == "calm" else VILE)
    assert server.cards() == []
    assert await server.cases() == []


@pytest.mark.asyncio
async def test_anger_alone_is_no_offence(server: Server) -> None:
    await server.moderate()
    await server.alice.send(server.channel, "utterly anger")
    assert server.cards() == []


@pytest.mark.asyncio
@pytest.mark.parametrize(("label", "state"), [("Dismiss", State.DISMISSED), ("Not toxic", State.NOT_TOXIC)])
async def test_a_card_that_is_settled_says_by_whom(server: Server, label: str, state: State) -> None:
    await flagged(server)
    await press(server, label)
    [case] = await server.cases()
    assert case.state is state
    [card] = server.cards()
    assert f"**{label}** by {server.max.mention}" in said(card)
    assert buttons(card) == ["Show"]


@pytest.mark.asyncio
async def test_whoever_comes_second_is_told(server: Server) -> None:
    await flagged(server)
    chosen = await server.ada.slash(server.log, "cases show", case=1)
    await press(server, "Dismiss")
    late = await server.ada.click(chosen.response, label="Delete")
    assert "decided already" in late.followups[0].content
    assert "dismissed" in late.followups[0].content
    assert (await server.cases())[0].done == {Action.DISMISS}


@pytest.mark.asyncio
async def test_buttons_work_after_a_restart(server: Server) -> None:
    await flagged(server)
    await server.restart()
    await press(server, "Dismiss")
    assert (await server.cases())[0].state is State.DISMISSED


@pytest.mark.asyncio
@pytest.mark.parametrize("label", ["Show", "Dismiss", "Delete"])
async def test_a_member_may_press_nothing(server: Server, label: str) -> None:
    await flagged(server)
    refused = await press(server, label, server.bob)
    assert refused.ephemeral
    assert refused.response.content == texts.say(
        "staff-only", permissions=texts.permissions(["moderate_members"])
    )
    assert (await server.cases())[0].events == ()


@pytest.mark.asyncio
async def test_a_deleted_message_is_gone_and_the_reason_stands_in_the_audit_log(server: Server) -> None:
    message = await flagged(server)
    await press(server, "Delete")
    assert message.id not in [each.id for each in server.channel.history()]
    reasons = [each.reason for each in server.env.http_requests if each.method == "DELETE"]
    assert reasons == [f"Moodring, case 1: flagged for toxicity; decided by max ({server.max.id})"]
    [card] = server.cards()
    assert buttons(card) == ["Warn", "Time out"]


@pytest.mark.asyncio
async def test_to_delete_takes_manage_messages_in_that_very_channel(server: Server) -> None:
    message = await flagged(server)
    weak = server.guild.create_role("Weak", permissions=discord.Permissions(moderate_members=True))
    carol = server.guild.add_member(server.env.create_user("carol"), roles=[weak])
    refused = await press(server, "Delete", carol)
    assert "**Manage Messages**" in refused.followups[0].content
    assert message.id in [each.id for each in server.channel.history()]
    assert (await server.cases())[0].events == ()


@pytest.mark.asyncio
async def test_somebody_timed_out_is_timed_out_for_as_long_as_the_server_says(server: Server) -> None:
    await flagged(server, timeout_minutes=30)
    await press(server, "Time out")
    guild = server.bot.get_guild(server.guild.id)
    assert guild is not None
    member = await guild.fetch_member(server.alice.id)
    assert member.timed_out_until is not None
    assert member.timed_out_until - server.env.now() == timedelta(minutes=30)
    [case] = await server.cases()
    assert (case.state, case.author_id) == (State.ACTED, server.alice.id)


@pytest.mark.asyncio
async def test_nobody_times_out_who_is_not_below_them(server: Server) -> None:
    await server.moderate()
    await server.ada.send(server.channel, VILE)
    refused = await press(server, "Time out")
    assert refused.followups[0].content == texts.say("outranked")
    assert (await server.cases())[0].events == ()


@pytest.mark.asyncio
async def test_a_warning_stands_under_the_message_and_pings_nobody(server: Server) -> None:
    message = await flagged(server, warn_line="Please stay kind.")
    await press(server, "Warn")
    [reply] = [each for each in server.channel.history() if each.author.bot]
    assert reply.content == "Please stay kind."
    assert reply.reference is not None
    assert reply.reference.message_id == message.id
    assert reply.mentions == []


@pytest.mark.asyncio
async def test_when_discord_refuses_the_clicker_is_told_and_it_may_be_tried_again(server: Server) -> None:
    await flagged(server)
    server.env.inject_error("PATCH", "/guilds/*/members/*", status=403, code=50013)
    failed = await press(server, "Time out")
    assert "did not work" in failed.followups[0].content
    [case] = await server.cases()
    assert (case.state, case.author_id) == (State.OPEN, None)
    assert "**Time out** by" in said(server.cards()[0])
    assert "failed" in said(server.cards()[0])
    await press(server, "Time out")
    assert (await server.cases())[0].state is State.ACTED


@pytest.mark.asyncio
async def test_a_message_that_is_gone_cannot_be_acted_on(server: Server) -> None:
    message = await flagged(server)
    await server.alice.delete(message)
    for label in ("Show", "Warn", "Delete"):
        told = await press(server, label)
        shown = told.followups[0] if told.followups else told.response
        assert shown.content == texts.say("message-is-gone")
    assert (await server.cases())[0].events == ()
    await press(server, "Dismiss")
    assert (await server.cases())[0].state is State.DISMISSED


@pytest.mark.asyncio
async def test_show_gives_the_words_to_one_person_who_may_see_the_channel(server: Server) -> None:
    await flagged(server)
    shown = await press(server, "Show")
    assert shown.ephemeral
    assert "vile" in said(shown.response)
    assert server.alice.mention in said(shown.response)


@pytest.mark.asyncio
async def test_show_gives_nothing_to_who_may_not_see_the_channel(server: Server) -> None:
    hidden = server.guild.create_text_channel(
        "hidden", overwrites={server.ada: discord.PermissionOverwrite(view_channel=False)}
    )
    await server.moderate()
    await server.manager.slash(server.log, "watch start", channel=hidden, mode="flag")
    await server.alice.send(hidden, VILE)
    card = next(each for each in server.cards() if "This may be toxic" in said(each))
    refused = await server.ada.click(card, label="Show")
    assert "**View Channel**" in refused.response.content
    assert "vile" not in said(refused.response)


@pytest.mark.asyncio
async def test_show_gives_nothing_of_somebody_who_opted_out_since(server: Server) -> None:
    await flagged(server)
    await server.store.opt_outs.add(server.alice.id)
    refused = await press(server, "Show")
    assert refused.response.content == texts.say("opted-out")


@pytest.mark.asyncio
async def test_what_a_crash_left_open_is_shown_and_never_repeated(server: Server) -> None:
    message = await flagged(server)
    [case] = await server.cases()
    await server.store.cases.begin(case, Action.DELETE, server.max.id, server.env.now(), server.alice.id)
    await server.restart()
    assert message.id in [each.id for each in server.channel.history()]
    [card] = server.cards()
    assert texts.say("check-this") in said(card)
    assert "**Delete** by" in said(card)
    await press(server, "Delete", server.ada)
    assert message.id not in [each.id for each in server.channel.history()]


@pytest.mark.asyncio
async def test_what_another_process_is_doing_is_not_taken_for_a_crash_s(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await flagged(server)
    [case] = await server.cases()
    await server.store.cases.begin(case, Action.DELETE, server.max.id, server.env.now(), server.alice.id)
    monkeypatch.setattr(server.bot, "shard_count", 2)
    monkeypatch.setattr(server.bot, "shard_ids", [1 - shard_of(server.guild.id, 2)])
    cog = server.bot.get_cog("MoodringCases")
    assert cog is not None
    await cog.cog_load()  # as that process starts
    assert [(case.state, case.pending) for case in await server.cases()] == [(State.OPEN, Action.DELETE)]
    assert texts.say("check-this") not in said(server.cards()[0])


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("label", "line"), [("I'll talk to them", "talks to them"), ("Put away", "put this away")]
)
async def test_distress_is_shown_gently_and_leaves_nothing_behind(
    server: Server, label: str, line: str
) -> None:
    message = await flagged(server, "utterly grief", distress_help="Call 112.")
    await server.env.advance_time(60)
    second = await server.alice.send(server.channel, "utterly grief again")
    [card] = server.cards()
    assert texts.say("distress-title") in said(card)
    assert "Call 112." in said(card)
    assert message.jump_url in said(card)
    assert second.jump_url in said(card)
    assert "grief" not in said(card)
    await press(server, label)
    [card] = server.cards()
    assert f"{server.max.mention} {line}" in said(card)
    assert buttons(card) == []
    async with server.store.cases._sessions() as session:
        for table in ("moodring_cases", "moodring_case_events", "moodring_answers"):
            assert (await session.execute(text(f"SELECT count(*) FROM {table}"))).scalar() == 0
    assert [each for each in server.channel.history() if each.author.bot] == []


@pytest.mark.asyncio
async def test_distress_after_somebody_has_dealt_with_it_is_shown_anew(server: Server) -> None:
    await flagged(server, "utterly grief")
    await press(server, "I'll talk to them")
    again = await server.alice.send(server.channel, "utterly grief again")
    first, second = server.cards()
    assert f"{server.max.mention} talks to them" in said(first)
    assert again.jump_url not in said(first)
    assert again.jump_url in said(second)
    assert buttons(second) != []


@pytest.mark.asyncio
@pytest.mark.parametrize(("wanted", "opted_out"), [(True, False), (False, False), (True, True)])
async def test_a_member_is_told_directly_only_if_server_and_member_want_it(
    server: Server, wanted: bool, opted_out: bool
) -> None:
    await flagged(server, direct_messages=wanted)
    if opted_out:
        await server.store.opt_outs.add(server.alice.id)
    await press(server, "Delete")
    sent = [each for each in server.env.http_requests if each.path.endswith("/users/@me/channels")]
    assert bool(sent) is (wanted and not opted_out)


async def acted(server: Server) -> None:
    await flagged(server)
    await press(server, "Warn")


@pytest.mark.asyncio
async def test_an_appeal_goes_to_somebody_else_in_the_members_words(server: Server) -> None:
    await acted(server)
    form = await server.alice.slash(server.channel, "appeal")
    done = await server.alice.submit_modal(form, {"words": "I quoted a *film*. @everyone"})
    assert done.response.content == texts.say("appeal-sent")
    first, appeal = server.cards()
    assert "I quoted a \\*film\\*. @\u200beveryone" in said(appeal)
    assert buttons(appeal) == ["Show", "Uphold", "Take back"]
    own = await server.max.click(appeal, label="Take back")
    assert own.followups[0].content == texts.say("not-your-own-appeal")
    await server.ada.click(appeal, label="Take back")
    [case] = await server.cases()
    assert (case.state, case.author_id) == (State.REVERSED, None)
    first, appeal = server.cards()
    assert "taken back" in said(first)
    assert "I quoted a" in said(appeal)
    assert buttons(appeal) == []


@pytest.mark.asyncio
async def test_one_appeal_a_case(server: Server) -> None:
    await acted(server)
    forms = [await server.alice.slash(server.channel, "appeal") for _ in range(2)]
    answers = [await server.alice.submit_modal(form, {"words": "no"}) for form in forms]
    assert [answer.response.content for answer in answers] == [
        texts.say("appeal-sent"),
        texts.say("appealed-already"),
    ]
    again = await server.alice.slash(server.channel, "appeal")
    assert again.response.content == texts.say("nothing-to-appeal")
    assert len(server.cards()) == 2


@pytest.mark.asyncio
async def test_nobody_appeals_what_was_done_to_somebody_else(server: Server) -> None:
    await acted(server)
    refused = await server.bob.slash(server.channel, "appeal", case=1)
    assert refused.response.content == texts.say("nothing-to-appeal")


@pytest.mark.asyncio
async def test_taking_a_time_out_back_ends_it(server: Server) -> None:
    await flagged(server)
    await press(server, "Time out")
    [case] = await server.cases()
    appeal = await server.store.cases.begin(case, Action.APPEAL, None, server.env.now())
    assert appeal is not None
    await server.store.cases.finish(appeal, Outcome.DONE, server.env.now())
    shown = await server.ada.slash(server.log, "cases show", case=1)
    await server.ada.click(shown.response, label="Take back")
    guild = server.bot.get_guild(server.guild.id)
    assert guild is not None
    assert (await guild.fetch_member(server.alice.id)).timed_out_until is None


@pytest.mark.asyncio
async def test_cases_are_listed_counted_and_exported(server: Server) -> None:
    await flagged(server)
    await server.env.advance_time(400)
    await server.bob.send(server.channel, VILE)
    await press(server, "Not toxic")
    listed = await server.max.slash(server.log, "cases list", state="open")
    assert listed.ephemeral
    assert "#2" in said(listed.response)
    assert "#1**" not in said(listed.response)
    stats = await server.max.slash(server.log, "cases stats")
    assert "not toxic: 1" in said(stats.response)
    assert "**0 of 1**" in said(stats.response)
    exported = await server.max.slash(server.log, "cases export")
    [file] = exported.response.attachments
    rows = server.env.backend.cdn.get(file.url).decode().splitlines()
    assert rows[0] == "case,opened_at,channel_id,message_id,group,toxicity,anger,distress,state,actions"
    assert len(rows) == 3
    assert str(server.alice.id) not in "".join(rows)


@pytest.mark.asyncio
async def test_cases_are_for_moderators_even_if_the_commands_are_shown_to_others(server: Server) -> None:
    [cases] = [each for each in await server.bot.tree.fetch_commands() if each.name == "cases"]
    server.guild.set_command_permissions(cases, {server.alice: True})
    refused = await server.alice.slash(server.channel, "cases list")
    assert refused.response.content == texts.say(
        "staff-only", permissions=texts.permissions(["moderate_members"])
    )
    assert [type(error).__name__ for error in server.env.errors] == ["CheckFailure"]


@pytest.mark.asyncio
async def test_a_case_of_another_guild_is_not_shown(server: Server) -> None:
    case = await server.store.cases.open(
        guild_id=server.guild.id + 1,
        channel_id=1,
        message_id=2,
        group=Group.TOXICITY,
        scores=dict.fromkeys(Group, 0.9),
        would_act=False,
        at=server.env.now(),
    )
    assert case is not None
    shown = await server.max.slash(server.log, "cases show", case=case.id)
    assert shown.response.content == texts.say("no-such-case")


@pytest.mark.asyncio
async def test_old_cases_are_deleted(server: Server) -> None:
    await flagged(server, retention_days=8)
    await server.store.prune(server.env.now() + timedelta(days=8, seconds=1))
    assert await server.cases() == []
    gone = await press(server, "Dismiss")
    assert gone.followups[0].content == texts.say("no-such-case")


@pytest.mark.asyncio
async def test_a_warning_is_taken_back_without_the_right_to_time_people_out(server: Server) -> None:
    narrow = server.guild.create_text_channel(
        "narrow", overwrites={server.guild.me: discord.PermissionOverwrite(moderate_members=False)}
    )
    await server.moderate()
    await server.manager.slash(server.log, "watch start", channel=narrow, mode="flag")
    await server.alice.send(narrow, VILE)
    card = server.cards()[-1]
    refused = await server.max.click(card, label="Time out")
    assert "**Time Out Members**" in refused.followups[0].content
    await server.max.click(card, label="Warn")
    form = await server.alice.slash(server.channel, "appeal")
    await server.alice.submit_modal(form, {"words": "no"})
    await server.ada.click(server.cards()[-1], label="Take back")
    assert (await server.cases())[0].state is State.REVERSED
