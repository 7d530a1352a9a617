"""A gateway that lets nobody stay: the bot comes back, and not too often."""

import asyncio

import pytest
from asking import answered_once, ask
from people import Guild
from process import Bot
from stand_in import StandIn

pytestmark = pytest.mark.asyncio(loop_scope="module")

MOST = 30
"""Connections within the first 20 s; later ones are a minute apart."""


@pytest.mark.parametrize("how", ["refuses", "breaks"])
async def test_a_gateway_that_lets_nobody_stay_is_not_stormed(
    discord_here: StandIn, guild: Guild, bot: Bot, how: str
) -> None:
    gateway = discord_here.gateway
    before = dict(gateway.counts)
    setattr(gateway, how, True)
    gateway.socket.cut()
    await asyncio.sleep(20)
    setattr(gateway, how, False)
    tried = gateway.counts["connections"] - before["connections"]
    assert tried <= MOST
    await asyncio.wait_for(gateway.ready.wait(), 60)
    await answered_once(discord_here, guild, ask(guild))
