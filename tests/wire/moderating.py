"""A server in which moderators are shown flags, and what they see."""

import json

from people import Guild
from simcord.backend.models import Interaction, Message
from stand_in import StandIn

HOSTILE = "shut your filthy mouth you dumb bitch"


async def answer(stand_in: StandIn, guild: Guild, used: Interaction) -> Message:
    """Wait for the bot's answer to an interaction, and return it."""
    await stand_in.until(lambda: guild.shown(used))
    shown = guild.shown(used)
    assert shown is not None
    return shown


async def panel(stand_in: StandIn, guild: Guild) -> Message:
    """Open the panel of settings."""
    return await answer(stand_in, guild, guild.slash("admin", "setup", channel=guild.staff))


async def flagged(stand_in: StandIn, guild: Guild) -> tuple[Message, Message]:
    """Let somebody write something hostile in a channel of its own; return the message and its card."""
    shown = await panel(stand_in, guild)
    chosen = guild.pick("admin", shown, "Choose the log channel", guild.staff)
    await stand_in.until(lambda: chosen.responded)
    channel = stand_in.backend.create_channel(guild.id, "court")
    await answer(stand_in, guild, guild.slash("admin", "watch start", mode="flag", channel=channel))
    message = guild.write("alice", HOSTILE, channel=channel)
    await stand_in.until(lambda: cards_of(guild, message))
    [card] = cards_of(guild, message)
    return message, card


def cards_of(guild: Guild, message: Message) -> list[Message]:
    """Return the cards that show a message."""
    return [card for card in guild.cards() if f"/{message.id})" in says(card)]


def says(message: Message) -> str:
    """Return all that a message of the bot shows, as JSON."""
    return json.dumps([message.content, message.embeds, message.components])
