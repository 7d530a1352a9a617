"""A bot that is killed in the middle of an action: its card says *check this*, and it is not done again."""

import asyncio
import json
from pathlib import Path

import faults
import pytest
from people import Guild
from process import running
from stand_in import StandIn

pytestmark = pytest.mark.asyncio(loop_scope="module")

NEVER_S = 60.0


@pytest.mark.parametrize("kills", [0, 1], ids=["it starts", "it is killed again as it starts"])
async def test_what_was_cut_off_is_shown_as_to_be_checked(
    discord_here: StandIn, tmp_path: Path, kills: int
) -> None:
    guild = Guild(discord_here)

    def says(what: str) -> bool:
        return any(what in json.dumps(card.components).casefold() for card in guild.cards())

    struck = discord_here.struck
    async with running(discord_here, tmp_path) as bot:
        panel = guild.slash("admin", "setup", channel=guild.staff)
        await discord_here.until(lambda: guild.shown(panel))
        shown = guild.shown(panel)
        assert shown is not None
        guild.pick("admin", shown, "Choose the log channel", guild.staff)
        used = guild.slash("admin", "watch start", mode="flag", channel=guild.general)
        await discord_here.until(lambda: guild.shown(used))
        message = guild.write("alice", "shut your filthy mouth you dumb bitch")
        await discord_here.until(lambda: says(f"/{message.id})"))
        [card] = [card for card in guild.cards() if f"/{message.id})" in json.dumps(card.components)]
        discord_here.strike("DELETE", f"/channels/{guild.general.id}/messages/", faults.slow(NEVER_S))
        guild.click("moderator", card, "Delete")
        while discord_here.struck == struck:
            await asyncio.sleep(0.02)
        await bot.kill()
    for _ in range(kills):
        async with running(discord_here, tmp_path):
            pass
    asked = len(discord_here.requests)
    async with running(discord_here, tmp_path):
        await discord_here.until(lambda: says("check this"))
        await discord_here.quiet(1)
    assert "DELETE" not in [request.method for request in list(discord_here.requests)[asked:]]
