"""Changing a server's settings, whoever asks for it."""

import discord

from ..guild_settings import GuildSettings
from ..moderation.automation import after_change
from ..store import Store


async def put_settings(store: Store, guild_id: int, new: GuildSettings) -> bool:
    """Keep settings; the trial of an automatic action begins anew where its bars have changed.

    Args:
        store: Where they are kept.
        guild_id: The server.
        new: The settings from now on.

    Returns:
        Whether a trial begins anew.
    """
    old = await store.guilds.get(guild_id)
    await store.guilds.put(guild_id, new)
    before = await store.automations.get(guild_id)
    after = after_change(before, old, new, discord.utils.utcnow())
    if after is None or after == before:
        return False
    await store.automations.put(after)
    return True
