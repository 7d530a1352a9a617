"""A gateway that takes no IDENTIFY, on a day with few left: the bot keeps the last ones, and comes back."""

import asyncio
from pathlib import Path

import pytest
from asking import answered_once, ask
from moderating import answer
from people import Guild
from process import running
from stand_in import StandIn

from moodring.bot.brake import KEPT

pytestmark = pytest.mark.asyncio(loop_scope="module")

LASTS_S = 30


async def test_the_last_sessions_of_a_day_are_kept(
    discord_here: StandIn, guild: Guild, tmp_path: Path
) -> None:
    gateway = discord_here.gateway
    async with running(discord_here, tmp_path) as bot:
        await answer(discord_here, guild, guild.slash("admin", "watch start", mode="reply"))
        await answer(discord_here, guild, guild.slash("admin", "watch tune", cooldown=0))
        before = gateway.counts["identifies"]
        gateway.granted = before + KEPT + 2
        gateway.invalidates = True
        gateway.ready.clear()
        gateway.socket.op(9, data=False)
        await asyncio.sleep(LASTS_S)
        assert gateway.counts["identifies"] == before + 2
        gateway.invalidates = False
        gateway.granted += 1  # another day
        await asyncio.wait_for(gateway.ready.wait(), 120)
        await answered_once(discord_here, guild, ask(guild))
        assert all("NoSessionsLeftError" in event.get("error", "") for event in bot.errors())
