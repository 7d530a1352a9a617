"""A gateway that breaks, forgets, repeats and falls silent: the bot comes back, and answers once."""

import asyncio
from collections import Counter

import pytest
from asking import GLAD, answered_once, ask
from people import Guild
from process import Bot
from stand_in import StandIn

pytestmark = pytest.mark.asyncio(loop_scope="module")

IDENTIFY_S = 5
"""Seconds that discord.py waits before it identifies itself anew."""


async def test_it_reconnects_when_it_is_told_to(discord_here: StandIn, guild: Guild, bot: Bot) -> None:
    resumes = discord_here.gateway.counts["resumes"]
    discord_here.gateway.socket.op(7)
    await discord_here.gateway.socket.flush()
    await answered_once(discord_here, guild, ask(guild))
    assert discord_here.gateway.counts["resumes"] == resumes + 1


async def test_what_happened_while_it_was_away_is_answered_once(
    discord_here: StandIn, guild: Guild, bot: Bot
) -> None:
    asked = ask(guild)
    await answered_once(discord_here, guild, asked)
    discord_here.gateway.socket.cut()
    message, used = ask(guild)
    await answered_once(discord_here, guild, (message, used))
    assert len(guild.answers_to(asked[0])) == 1


@pytest.mark.parametrize("code", [1000, 1001, 4000, 4001, 4002, 4003, 4005, 4007, 4008, 4009])
async def test_it_comes_back_after_every_close_that_allows_it(
    discord_here: StandIn, guild: Guild, bot: Bot, code: int
) -> None:
    discord_here.gateway.ready.clear()
    await discord_here.gateway.socket.response.close(code=code)
    await asyncio.wait_for(discord_here.gateway.ready.wait(), 20)
    await answered_once(discord_here, guild, ask(guild))


async def test_a_session_that_can_be_resumed_is(discord_here: StandIn, guild: Guild, bot: Bot) -> None:
    identifies = discord_here.gateway.counts["identifies"]
    discord_here.gateway.socket.op(9, data=True)
    await answered_once(discord_here, guild, ask(guild))
    assert discord_here.gateway.counts["identifies"] == identifies


@pytest.mark.parametrize("how", ["told", "asked"])
async def test_a_session_that_is_over_is_begun_anew(
    discord_here: StandIn, guild: Guild, bot: Bot, how: str
) -> None:
    gateway = discord_here.gateway
    identifies = gateway.counts["identifies"]
    if how == "told":
        gateway.socket.op(9, data=False)
    else:
        socket = gateway.socket
        gateway.forget_sessions()
        socket.cut()
    await until_identified(gateway.counts, identifies)
    await asyncio.wait_for(gateway.ready.wait(), 20)
    await answered_once(discord_here, guild, ask(guild))


async def until_identified(counts: dict[str, int], before: int) -> None:
    async with asyncio.timeout(IDENTIFY_S + 20):
        while counts["identifies"] == before:
            await asyncio.sleep(0.05)


async def test_events_that_come_twice_are_answered_once(
    discord_here: StandIn, guild: Guild, bot: Bot
) -> None:
    before, told = len(discord_here.requests), discord_here.gateway.session.number
    asked = ask(guild)
    discord_here.gateway.session.repeat(2)
    await answered_once(discord_here, guild, asked)
    session = discord_here.gateway.session
    session.repeat(session.number - told)  # late, and also those of the answers
    await discord_here.quiet()
    await answered_once(discord_here, guild, asked)
    # Discord itself takes a nonce and a first answer once only: so what the bot asked for is counted.
    done = Counter(
        (request.method, request.path.split("/")[1]) for request in list(discord_here.requests)[before:]
    )
    assert done == {("POST", "channels"): 1, ("POST", "interactions"): 1, ("PATCH", "webhooks"): 1}


async def test_events_in_the_wrong_order_do_no_harm(discord_here: StandIn, guild: Guild, bot: Bot) -> None:
    gateway = discord_here.gateway
    gateway.silent = True
    message = guild.write("alice", GLAD)
    discord_here.backend.delete_message(guild.general.id, message.id)
    gateway.silent = False
    session = gateway.session
    for _, frame in reversed(list(session.events)[-2:]):  # first it is deleted, then written
        gateway.socket.send(frame)
    await discord_here.quiet(1)
    assert guild.answers_to(message) == []
    await answered_once(discord_here, guild, ask(guild))


async def test_a_heartbeat_without_acknowledgement_stops_nothing_that_still_comes(
    discord_here: StandIn, guild: Guild, bot: Bot
) -> None:
    gateway = discord_here.gateway
    beats = gateway.counts["heartbeats"]
    gateway.acknowledges = False
    gateway.socket.op(1)  # asks for one
    async with asyncio.timeout(5):
        while gateway.counts["heartbeats"] == beats:
            await asyncio.sleep(0.01)
    await answered_once(discord_here, guild, ask(guild))
    gateway.acknowledges = True


async def test_a_heartbeat_that_is_asked_for_is_sent(discord_here: StandIn, guild: Guild, bot: Bot) -> None:
    beats = discord_here.gateway.counts["heartbeats"]
    discord_here.gateway.socket.op(1)
    async with asyncio.timeout(5):
        while discord_here.gateway.counts["heartbeats"] == beats:
            await asyncio.sleep(0.01)
