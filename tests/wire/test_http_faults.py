"""Discord's HTTP interface at its worst: the bot waits, says so, and goes on."""

from itertools import pairwise

import faults
import pytest
from people import Guild
from process import Bot
from stand_in import Fault, Request, StandIn

pytestmark = pytest.mark.asyncio(loop_scope="module")

GLAD = "This is wonderful, thank you all so much!"

FAULTS: dict[str, Fault] = {
    "429 of a route": faults.too_many("user"),
    "429 of a route, without headers": faults.too_many("user", headers=False),
    "429 of a resource, shared": faults.too_many("shared"),
    "429 of everything, global": faults.too_many("global"),
    "429 of the proxy, no return": faults.banned,
    "bucket exhausted beforehand": faults.exhausted,
    "500": faults.fails(500),
    "502": faults.fails(502),
    "503": faults.fails(503),
    "504": faults.fails(504),
    "500, but done": faults.fails(500, done=True),
    "504, but done": faults.fails(504, done=True),
    "cut before the answer": faults.cut(done=False),
    "cut within the answer": faults.cut(done=True),
    "no header for two seconds": faults.slow(2),
}

WAIT_S = 0.5
"""Seconds after which a request may be made again, says a 429 of Discord."""

GIVEN_UP = {"429 of the proxy, no return", "503"}
"""What discord.py does not try again on a bot's own routes."""


@pytest.mark.parametrize("path", ["/interactions/", "/webhooks/"], ids=["its first sign", "its answer"])
@pytest.mark.parametrize("name", FAULTS)
async def test_a_command_is_answered_once_or_told_that_it_failed(
    discord_here: StandIn, guild: Guild, bot: Bot, name: str, path: str
) -> None:
    method = "POST" if path == "/interactions/" else "PATCH"
    discord_here.strike(method, path, FAULTS[name])
    asked = guild.slash("alice", "analyze", text=GLAD)
    await discord_here.until(lambda: guild.shown(asked))
    await discord_here.quiet()
    shown = guild.shown(asked)
    assert shown is not None
    assert shown.embeds or "went wrong" in shown.content
    assert asked.followup_ids == []
    assert bool(shown.embeds) is (name != "429 of the proxy, no return")


@pytest.mark.parametrize("name", FAULTS)
async def test_a_message_is_answered_once_unless_discord_refuses(
    discord_here: StandIn, guild: Guild, bot: Bot, name: str
) -> None:
    struck, before = discord_here.struck, len(discord_here.requests)
    path = f"/channels/{guild.general.id}/messages"
    discord_here.strike("POST", path, FAULTS[name])
    message = guild.write("alice", GLAD)
    await discord_here.until(lambda: discord_here.struck > struck)
    if name not in GIVEN_UP:
        await discord_here.until(lambda: guild.answers_to(message))
    await discord_here.quiet()
    assert len(guild.answers_to(message)) == (0 if name in GIVEN_UP else 1)
    assert all(wait >= WAIT_S for wait in waits(list(discord_here.requests)[before:], path))
    await works(discord_here, guild)


@pytest.mark.parametrize("name", FAULTS)
async def test_a_mention_is_answered_whatever_becomes_of_the_sign_of_typing(
    discord_here: StandIn, guild: Guild, bot: Bot, name: str
) -> None:
    discord_here.strike("POST", f"/channels/{guild.general.id}/typing", FAULTS[name])
    message = guild.mention("alice", GLAD)
    await discord_here.until(lambda: guild.answers_to(message), 5)
    await discord_here.quiet()
    assert len(guild.answers_to(message)) == 1


def waits(requests: list[Request], path: str) -> list[float]:
    """Return how long was waited before asking again after each 429 on a path."""
    asked = [request for request in requests if (request.method, request.path) == ("POST", path)]
    return [later.at - earlier.at for earlier, later in pairwise(asked) if earlier.status == 429]


async def works(stand_in: StandIn, guild: Guild) -> None:
    """Ask for a reading and get it."""
    asked = guild.slash("bob", "analyze", text=GLAD)
    await stand_in.until(lambda: guild.shown(asked))
    shown = guild.shown(asked)
    assert shown is not None
    assert shown.embeds
