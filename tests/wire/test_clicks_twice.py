"""Clicks that Discord tells of twice, at once or late: what they do is done once, and nothing is undone."""

from collections import Counter

import pytest
from asking import GLAD
from moderating import answer, flagged, panel, says
from people import Guild
from process import Bot
from simcord.backend.models import Interaction
from stand_in import StandIn

pytestmark = pytest.mark.asyncio(loop_scope="module")

EFFECTS = {
    "Warn": ("POST", "/channels/{channel}/messages"),
    "Time out": ("PATCH", "/guilds/{guild}/members/{author}"),
    "Delete": ("DELETE", "/channels/{channel}/messages/{message}"),
}
"""What a button asks Discord for."""


def told(stand_in: StandIn) -> str:
    """Return what the bot was told last, as it was sent."""
    return stand_in.gateway.session.events[-1][1]


async def twice_at_once_and_late(stand_in: StandIn, used: Interaction) -> None:
    """Tell the bot once more what it was just told, and again when all is done."""
    frame = told(stand_in)
    stand_in.gateway.socket.send(frame)
    await stand_in.until(lambda: used.responded)
    await stand_in.quiet(1)
    stand_in.gateway.socket.send(frame)
    await stand_in.quiet(1)


@pytest.mark.parametrize("button", EFFECTS)
async def test_what_a_moderator_decided_is_done_once(
    discord_here: StandIn, guild: Guild, bot: Bot, button: str
) -> None:
    message, card = await flagged(discord_here, guild)
    before = len(discord_here.requests)
    used = guild.click("moderator", card, button)
    await twice_at_once_and_late(discord_here, used)
    made = Counter((each.method, each.path) for each in list(discord_here.requests)[before:])
    method, path = EFFECTS[button]
    ids = {
        "channel": message.channel_id,
        "guild": guild.id,
        "author": message.author_id,
        "message": message.id,
    }
    assert made[method, path.format(**ids)] == 1
    assert sum(count for (_, path), count in made.items() if path.startswith("/interactions/")) == 1
    assert used.followup_ids == []  # nor is anybody told that somebody was faster
    assert len(guild.answers_to(message)) == (1 if button == "Warn" else 0)


async def test_a_setting_is_not_set_back_by_an_old_click(
    discord_here: StandIn, guild: Guild, bot: Bot
) -> None:
    shown = await panel(discord_here, guild)
    first = guild.pick("admin", shown, "Choose the log channel", guild.staff)
    late = told(discord_here)
    await twice_at_once_and_late(discord_here, first)
    second = guild.pick("admin", shown, "Choose the log channel", guild.general)
    await discord_here.until(lambda: second.responded)
    await discord_here.quiet()
    before = len(discord_here.requests)
    discord_here.gateway.socket.send(late)
    await discord_here.quiet(1)
    assert len(discord_here.requests) == before
    listed = await answer(discord_here, guild, guild.slash("admin", "setup", show=True))
    assert f"<#{guild.general.id}>" in says(listed)
    assert f"<#{guild.staff.id}>" not in says(listed)


async def test_whoever_came_back_is_not_opted_out_by_an_old_click(
    discord_here: StandIn, guild: Guild, bot: Bot
) -> None:
    shown = await answer(discord_here, guild, guild.slash("bob", "privacy"))
    before = len(discord_here.requests)
    out = guild.click("bob", shown, "Opt out")
    late = told(discord_here)
    await twice_at_once_and_late(discord_here, out)
    assert len(discord_here.requests) == before + 1
    refused = await answer(discord_here, guild, guild.slash("bob", "analyze", text=GLAD))
    assert refused.embeds == []
    back = guild.click("bob", shown, "Opt in")
    await discord_here.until(lambda: back.responded)
    discord_here.gateway.socket.send(late)
    await discord_here.quiet(1)
    read = await answer(discord_here, guild, guild.slash("bob", "analyze", text=GLAD))
    assert read.embeds != []
