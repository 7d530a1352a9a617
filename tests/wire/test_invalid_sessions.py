"""A gateway that takes no IDENTIFY (invalid session, op 9): the bot asks anew, once in five seconds."""

import asyncio
from itertools import pairwise

import pytest
from asking import answered_once, ask
from people import Guild
from process import Bot
from stand_in import StandIn

pytestmark = pytest.mark.asyncio(loop_scope="module")

LASTS_S = 27

IDENTIFY_S = 5
"""Seconds in which Discord takes one IDENTIFY of a small bot (https://docs.discord.com/developers/events/gateway)."""

EARLY_S = 0.3
"""Seconds by which one may come nearer to the one before, as that one was read late on a busy machine."""


async def test_a_loop_of_invalid_sessions_is_not_stormed(
    discord_here: StandIn, guild: Guild, bot: Bot
) -> None:
    gateway = discord_here.gateway
    before, known = gateway.counts.copy(), len(gateway.identified)
    gateway.invalidates = True
    gateway.ready.clear()
    gateway.socket.op(9, data=False)
    await asyncio.sleep(LASTS_S)
    gateway.invalidates = False
    identified = [each.at for each in gateway.identified][known:]
    assert 2 <= len(identified) <= LASTS_S / IDENTIFY_S
    assert all(later - earlier >= IDENTIFY_S - EARLY_S for earlier, later in pairwise(identified))
    # Nothing but IDENTIFYs makes it connect: no attempts to resume what is no session any more.
    assert gateway.counts["connections"] - before["connections"] <= len(identified) + 1
    assert gateway.counts["resumes"] == before["resumes"]
    await asyncio.wait_for(gateway.ready.wait(), 60)
    await answered_once(discord_here, guild, ask(guild))
