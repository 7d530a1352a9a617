"""Cases while a database fails, or they are deleted: nothing is stuck, nothing hits somebody else."""

import sqlite3
from typing import Any

import pytest
from simulated import Server
from sqlalchemy.exc import OperationalError

from moodring.bot import texts
from moodring.bot.moderation.cases import State

VILE = "you are a vile person"


def cases_cog(server: Server) -> Any:
    return server.bot.get_cog("MoodringCases")


def failure(code: int, said: str) -> OperationalError:
    """A failure of SQLite's, as SQLAlchemy tells it."""
    cause = sqlite3.OperationalError(said)
    cause.sqlite_errorcode = code
    return OperationalError("UPDATE", {}, cause)


@pytest.mark.asyncio
async def test_a_case_that_is_deleted_during_an_action_stops_no_other_one(server: Server) -> None:
    await server.moderate()
    await server.alice.send(server.channel, VILE)
    deeds = cases_cog(server)._deeds
    effect = deeds._effect

    async def and_gone(*given: Any, **named: Any) -> None:
        deeds._effect = effect
        await effect(*given, **named)
        await server.store.cases.forget_guild(server.guild.id)

    deeds._effect = and_gone
    await server.max.click(server.cards()[0], label="Warn")
    await server.env.advance_time(600)
    await server.alice.send(server.channel, VILE)
    await server.ada.click(server.cards()[-1], label="Warn")
    [case] = await server.cases()
    assert case.state is State.ACTED


@pytest.mark.asyncio
async def test_an_appeal_can_be_decided_although_its_outcome_was_written_late(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await server.moderate()
    await server.alice.send(server.channel, VILE)
    await server.max.click(server.cards()[0], label="Warn")
    finish = server.store.cases.finish

    async def full(*_: Any) -> None:
        monkeypatch.setattr(server.store.cases, "finish", finish)
        raise failure(sqlite3.SQLITE_FULL, "database or disk is full")

    form = await server.alice.slash(server.channel, "appeal")
    monkeypatch.setattr(server.store.cases, "finish", full)
    await server.alice.submit_modal(form, {"words": "it was a quote"})
    await server.ada.click(server.cards()[-1], label="Uphold")
    [case] = await server.cases()
    assert case.pending is None
    assert case.state is State.UPHELD


@pytest.mark.asyncio
async def test_catching_up_leaves_a_case_alone_that_is_on_its_way(server: Server) -> None:
    await server.moderate()
    await server.alice.send(server.channel, VILE)
    async with server.before_a_card_is_kept(lambda _: cases_cog(server).on_ready()):
        await server.alice.send(server.channel, f"{VILE}!")
    assert len(server.cards()) == 1


@pytest.mark.asyncio
async def test_an_old_card_does_nothing_to_a_new_case_of_the_same_number(server: Server) -> None:
    await server.moderate()
    await server.alice.send(server.channel, VILE)
    old = server.cards()[0]
    await server.store.cases.forget_guild(
        server.guild.id
    )  # as a restored backup has it, or the end of its time
    await server.env.advance_time(600)
    message = await server.bob.send(server.channel, VILE)
    assert [case.id for case in await server.cases()] == [1]
    await server.max.click(old, label="Delete")
    assert message.id in [each.id for each in server.channel.history()]


@pytest.mark.asyncio
async def test_a_mention_is_told_of_a_database_that_fails(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def locked(*_: Any) -> bool:
        raise failure(sqlite3.SQLITE_BUSY, "database is locked")

    monkeypatch.setattr(server.store.opt_outs, "contains", locked)
    await server.alice.send(server.channel, f"{server.mention} joy")
    said = [message.content for message in server.channel.history() if message.author.bot]
    assert said == [texts.say("database-failed")]
