"""A card that Discord does not take when it is due comes later, once."""

import asyncio

import discord
import pytest
from simulated import Server, said
from sqlalchemy import update

from moodring.bot.cogs.cases import Cases
from moodring.bot.moderation.cases import Case, State
from moodring.bot.moderation.flags import Flags
from moodring.bot.rules import Group
from moodring.bot.shards import shard_of
from moodring.bot.store.tables import CaseRow, GuildRow

VILE = "you are a vile person"


def flags(server: Server) -> Flags:
    cog = server.bot.get_cog("MoodringCases")
    assert isinstance(cog, Cases)
    return cog._flags


async def flagged_without_a_card(server: Server) -> None:
    await server.moderate()
    server.env.inject_error("POST", f"/channels/{server.log.id}/messages", status=503, times=1)
    await server.alice.send(server.channel, VILE)
    assert server.cards() == []
    assert [case.card_id for case in await server.cases()] == [None]


@pytest.mark.asyncio
async def test_it_comes_with_the_next_start(server: Server) -> None:
    await flagged_without_a_card(server)
    await server.restart()
    await server.env.advance_time(1)
    [card] = server.cards()
    assert "Case 1 · open" in said(card)
    assert [case.card_id for case in await server.cases()] == [card.id]
    await server.restart()
    await server.env.advance_time(1)
    assert len(server.cards()) == 1


@pytest.mark.asyncio
async def test_the_process_whose_server_it_is_sends_it(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await flagged_without_a_card(server)
    own = shard_of(server.guild.id, 2)
    monkeypatch.setattr(server.bot, "shard_count", 2)
    for shard, cards in ((1 - own, 0), (own, 1)):
        monkeypatch.setattr(server.bot, "shard_ids", [shard])
        await server.hears("on_ready")
        assert len(server.cards()) == cards


@pytest.mark.asyncio
async def test_what_is_no_news_any_more_gets_none(server: Server) -> None:
    await flagged_without_a_card(server)
    await server.env.advance_time(25 * 3600)
    await server.restart()
    await server.env.advance_time(1)
    assert server.cards() == []


@pytest.mark.asyncio
async def test_it_does_not_come_where_the_log_channel_is_gone(server: Server) -> None:
    await flagged_without_a_card(server)
    await server.moderate(log_channel_id=None)
    await server.env.advance_time(1)
    assert server.cards() == []


@pytest.mark.asyncio
async def test_another_server_s_damaged_settings_do_not_keep_it_back(server: Server) -> None:
    elsewhere = server.guild.id + 1
    before = {"channel_id": 1, "message_id": 1, "group": Group.TOXICITY, "scores": {}, "would_act": False}
    assert await server.store.cases.open(guild_id=elsewhere, at=discord.utils.utcnow(), **before)
    async with server.store.guilds._sessions.begin() as session:
        session.add(GuildRow(guild_id=elsewhere, settings={"of a later version": True}))
    await flagged_without_a_card(server)
    await server.restart()
    await server.env.advance_time(1)
    [card] = server.cards()
    assert "Case 2 · open" in said(card)


@pytest.mark.asyncio
@pytest.mark.parametrize("meanwhile", [False, True], ids=["nothing more", "a further one before it is ready"])
async def test_a_crash_between_card_and_database_leaves_a_case_on_one_card(
    server: Server, monkeypatch: pytest.MonkeyPatch, meanwhile: bool
) -> None:
    async def killed(_: object) -> None:
        raise asyncio.CancelledError

    await server.moderate()
    await server.alice.send(server.channel, VILE)
    with monkeypatch.context() as crash:
        crash.setattr(server.store.cases, "place", killed)
        await server.alice.send(server.channel, f"{VILE} indeed")
    await server.restart()
    if meanwhile:
        await server.alice.send(server.channel, f"{VILE} again")
    await server.env.advance_time(1)
    cases = await server.cases()
    shown = [said(card) for card in server.cards()]
    assert all(case.card_id is not None for case in cases)
    for case in cases:
        assert sum(f"/{case.message_id})" in card for card in shown) == 1


@pytest.mark.asyncio
async def test_a_case_that_is_being_added_does_not_vanish_as_another_one_is_brought_up_to_date(
    server: Server,
) -> None:
    await server.moderate()
    await server.alice.send(server.channel, VILE)
    [first] = await server.cases()
    async with server.before_a_card_is_kept(lambda _: flags(server).refresh(first)):
        await server.alice.send(server.channel, f"{VILE} indeed")
    [card] = server.cards()
    assert all(f"**#{number}**" in said(card) for number in (1, 2))


@pytest.mark.asyncio
async def test_a_card_that_somebody_deleted_takes_no_further_case(server: Server) -> None:
    await server.moderate()
    await server.alice.send(server.channel, VILE)
    [first] = server.cards()
    await first.delete()
    await server.alice.send(server.channel, f"{VILE} indeed")
    [card] = server.cards()
    assert "Case 2" in said(card)
    assert (await server.cases())[1].card_id == card.id != first.id


@pytest.mark.asyncio
async def test_what_somebody_did_before_a_card_was_kept_stands_on_it(server: Server) -> None:
    async def dismissed(case: Case) -> None:
        async with server.store.cases._sessions.begin() as session:
            await session.execute(update(CaseRow).values(state=State.DISMISSED))
        await flags(server).refresh(case)

    await server.moderate()
    async with server.before_a_card_is_kept(dismissed):
        await server.alice.send(server.channel, VILE)
    [card] = server.cards()
    assert "Case 1 · dismissed" in said(card)
