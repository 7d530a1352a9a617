"""A gateway that says nothing any more over a socket that stays open: the bot takes another one."""

import asyncio

import pytest
from asking import answered_once, ask
from people import Guild
from process import Bot
from stand_in import StandIn

pytestmark = pytest.mark.asyncio(loop_scope="module")

DEAD_S = 75
"""Seconds until discord.py takes a silent gateway for dead, 60, and some for coming back."""


async def test_a_silent_gateway_is_left_for_another_connection(
    discord_here: StandIn, guild: Guild, bot: Bot
) -> None:
    gateway = discord_here.gateway
    gateway.silent = True  # no event, no heartbeat acknowledged, and the socket stays open
    asked = ask(guild)
    async with asyncio.timeout(DEAD_S):
        while gateway.silent:
            await asyncio.sleep(0.1)
    message, used = asked
    await discord_here.until(lambda: guild.answers_to(message))
    await discord_here.quiet()
    assert len(guild.answers_to(message)) == 1
    assert not used.responded  # its 3 s were long over
    await answered_once(discord_here, guild, ask(guild))
