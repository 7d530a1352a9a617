"""Watched channels whose events come twice, and again after a RESUME: one reaction each, and counted once."""

import asyncio
from pathlib import Path

import pytest
from asking import GLAD
from figures import counted, figures, free_port
from moderating import answer
from people import Guild
from process import running
from stand_in import StandIn

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def watched_readings(port: int) -> float:
    """Return how many watched messages were read; each of them is counted for ``/mood`` then."""
    return counted(await figures(port), "moodring_readings_total watched")


async def test_a_message_that_comes_again_and_again_counts_once(
    discord_here: StandIn, guild: Guild, tmp_path: Path
) -> None:
    port, hall = free_port(), discord_here.backend.create_channel(guild.id, "hall")
    async with running(discord_here, tmp_path, {"MOODRING_HEALTH_PORT": str(port)}) as bot:
        await answer(discord_here, guild, guild.slash("admin", "watch start", mode="react"))
        await answer(discord_here, guild, guild.slash("admin", "watch start", mode="count", channel=hall))
        await answer(discord_here, guild, guild.slash("admin", "watch tune", cooldown=0))
        gateway = discord_here.gateway
        before, read = len(discord_here.requests), await watched_readings(port)
        written = [guild.write("alice", GLAD)]
        gateway.session.repeat(1)  # at once
        guild.write("bob", GLAD, channel=hall)
        gateway.session.repeat(1)
        await discord_here.quiet(1)
        resumes = gateway.counts["resumes"]
        gateway.silent = True  # what is written now comes with the RESUME alone
        written.append(guild.write("bob", GLAD))
        gateway.socket.cut()
        guild.write("alice", GLAD, channel=hall)
        async with asyncio.timeout(20):
            while gateway.counts["resumes"] == resumes:
                await asyncio.sleep(0.05)
        gateway.session.repeat(gateway.session.number)  # all that was ever told, once more
        await discord_here.quiet(2)
        made = list(discord_here.requests)[before:]
        reacted = [f"/channels/{guild.general.id}/messages/{each.id}/reactions/" for each in written]
        assert all(sum(each.path.startswith(path) for each in made) == 1 for path in reacted)
        assert len(made) == len(written)
        assert await watched_readings(port) - read == len(written) + 2
        assert bot.errors() == []
