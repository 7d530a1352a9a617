"""What a host's intents leave out: it chooses them for itself, and may lack what a feature needs."""

from collections.abc import Mapping
from typing import Final

import discord

LISTENING: Final = ("guild_messages", "message_content")
"""The intents without which a bot is not told what is written in channels."""

NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "mentions in servers": ("guild_messages",),
    "mentions in direct messages": ("dm_messages",),
    "what a mention replies to": ("guild_messages", "message_content"),
    "answers that follow edits and deletions": ("guild_messages",),
    "watched channels": LISTENING,
    "flags": ("guilds", "guild_messages", "message_content"),
    "/backtest": ("guilds", "message_content"),
    "/mood": ("guilds", "guild_messages", "message_content"),
    "commands and buttons for managers and moderators": ("guilds",),
}
"""The intents that a feature needs, by discord.py's names; what is not here, as ``/analyze``, needs none."""


def hears(intents: discord.Intents) -> bool:
    """Return whether a bot is told what is written in channels, so that it can listen to them."""
    return all(getattr(intents, name) for name in LISTENING)


def lacking(intents: discord.Intents) -> dict[str, list[str]]:
    """Return the features that a bot cannot offer, with the intents that each lacks.

    Args:
        intents: What Discord tells the bot.
    """
    lacks = {
        feature: [name for name in names if not getattr(intents, name)] for feature, names in NEEDED.items()
    }
    return {feature: names for feature, names in lacks.items() if names}


def in_words(lacks: Mapping[str, list[str]]) -> str:
    """Return one line about what `lacking` found."""
    return ", ".join(f"{feature} ({' and '.join(names)})" for feature, names in lacks.items())
