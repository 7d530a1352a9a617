"""Two processes of one bot, each with half of the shards, over one PostgreSQL: everything is done once."""

import asyncio
import sys
from collections.abc import Callable
from contextlib import AsyncExitStack
from itertools import pairwise
from pathlib import Path

import pytest
from aiohttp import web

from moodring.bot.moderation.cases import Action, State
from moodring.bot.store import Store
from tests.postgres import Server

TESTS = Path(__file__).parents[1]
sys.path.append(str(TESTS / "wire"))

from moderating import answer, cards_of, flagged, says  # noqa: E402
from people import Guild  # noqa: E402
from process import Bot, running  # noqa: E402
from stand_in import Answer, open_stand_in  # noqa: E402

COUNT = 4
HALVES = ("0-1/4", "2-3/4")

IDENTIFY_S = 5
"""Seconds in which Discord takes one IDENTIFY of a bucket (https://docs.discord.com/developers/events/gateway)."""

EARLY_S = 0.3
"""Seconds by which one may come nearer to the one before, as that one was read late on a busy machine."""

GLAD = "This is wonderful, thank you all so much!"


async def come(reached: Callable[[], object], seconds: float = 60) -> None:
    """Wait for something to be so that no event tells of."""
    async with asyncio.timeout(seconds):
        while not reached():
            await asyncio.sleep(0.05)


@pytest.mark.asyncio
async def test_two_processes_share_a_bots_servers(tmp_path: Path, server: Server) -> None:
    database = server.url()
    settings = {"MOODRING_DATABASE_URL": database}
    async with AsyncExitStack() as stack:
        discord_here = await stack.enter_async_context(open_stand_in())
        gateway = discord_here.gateway
        guilds = [Guild(discord_here, f"Garden {number}", (number, COUNT)) for number in range(COUNT)]

        async def start(half: int) -> Bot:
            folder = tmp_path / str(half)
            folder.mkdir(exist_ok=True)
            ran = running(discord_here, folder, settings, "run", "--shards", HALVES[half])
            return await stack.enter_async_context(ran)

        bots = list(await asyncio.gather(start(0), start(1)))
        await come(lambda: gateway.connected == set(range(COUNT)))

        # Discord takes one IDENTIFY in five seconds, whichever process sends it.
        assert sorted(each.shard for each in gateway.identified) == list(range(COUNT))
        assert min(spaces([each.at for each in gateway.identified])) >= IDENTIFY_S - EARLY_S
        synced = [each for each in discord_here.requests if each.method == "PUT" and "/commands" in each.path]
        assert len(synced) == 1

        for guild in guilds:
            await answer(discord_here, guild, guild.slash("admin", "watch start", mode="reply"))
        written = [guild.write("alice", GLAD) for guild in guilds]
        for guild, message in zip(guilds, written, strict=True):
            await discord_here.until(lambda g=guild, m=message: g.answers_to(m))
        await discord_here.quiet()
        assert [len(guild.answers_to(m)) for guild, m in zip(guilds, written, strict=True)] == [1] * COUNT
        for half, bot in enumerate(bots):
            answered = {event["guild_id"] for event in bot.log() if event["event"] == "answered"}
            assert answered == {guild.id for guild in guilds[2 * half : 2 * half + 2]}

        # One process is killed and comes back while the other one is in the middle of an action.
        theirs = guilds[3]
        message, card = await flagged(discord_here, theirs)
        deletes = asyncio.Event()

        async def waits(_request: web.Request, answer: Answer) -> web.StreamResponse:
            await deletes.wait()
            return await answer()

        discord_here.strike("DELETE", f"/channels/{message.channel_id}/messages/", waits)
        theirs.click("moderator", card, "Delete")
        await come(lambda: discord_here.struck)
        gateway.max_concurrency = 2
        known, resumes = len(gateway.identified), gateway.counts["resumes"]
        await bots[0].kill()
        await come(lambda: gateway.connected == {2, 3})
        bots[0] = await start(0)
        await come(lambda: gateway.connected == set(range(COUNT)))
        again = guilds[0].write("alice", GLAD)
        await discord_here.until(lambda: guilds[0].answers_to(again))

        # Only its shards began anew, at once: each has a bucket of its own by now.
        identified = list(gateway.identified)[known:]
        assert {each.shard for each in identified} == {0, 1}
        assert gateway.counts["resumes"] == resumes
        assert identified[-1].at - identified[0].at < IDENTIFY_S

        # It did not take what the other one is doing for something that its own end had cut off.
        assert await standing(database, theirs) == [(State.OPEN, Action.DELETE)]
        deletes.set()
        await discord_here.until(lambda: "acted on" in says(cards_of(theirs, message)[0]))
        assert await standing(database, theirs) == [(State.ACTED, None)]
        for bot in bots:
            assert bot.errors() == []
            assert await bot.stop() == 0
        assert discord_here.gaps == []


async def standing(database: str, guild: Guild) -> list[tuple[State, Action | None]]:
    """Return how the cases of a guild stand, and what is under way."""
    store = await Store.open(database)
    try:
        return [(case.state, case.pending) for case in await store.cases.find(guild.id)]
    finally:
        await store.aclose()


def spaces(times: list[float]) -> list[float]:
    return [later - earlier for earlier, later in pairwise(times)]
