"""Changing a server's settings, whoever asks for it."""

from collections.abc import Callable
from dataclasses import dataclass

import discord

from ..guild_settings import GuildSettings
from ..moderation.automation import after_change
from ..store import Store


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change came to.

    Attributes:
        old: The settings before.
        new: The settings from now on.
        trial_anew: Whether the trial of an automatic action begins anew, for its bars have changed.
    """

    old: GuildSettings
    new: GuildSettings
    trial_anew: bool


async def change_settings(
    store: Store, guild_id: int, change: Callable[[GuildSettings], GuildSettings]
) -> Changed:
    """Change settings as they are now, one change after the other.

    Args:
        store: Where they are kept.
        guild_id: The server.
        change: Makes new settings of the old ones.

    Raises:
        GuildSettingsError: As `change` raises it; nothing is changed.
    """
    async with store.changing(guild_id) as held:
        old = await held.guilds.get(guild_id)
        new = change(old)
        before = await held.automations.get(guild_id)
        after = after_change(before, old, new, discord.utils.utcnow())
        trial_anew = after is not None and after != before
        if after is not None and trial_anew:
            await held.automations.put(after)  # with them: nothing acts by bars that were never on trial
        await held.guilds.put(guild_id, new)
    return Changed(old, new, trial_anew)
