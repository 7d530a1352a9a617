"""Where moderators are shown things."""

import logging
from typing import Final, TypeAlias

import discord

from ..guild_settings import GuildSettings
from ..permissions import missing_to_log

log: Final = logging.getLogger(__name__)

LogChannel: TypeAlias = discord.TextChannel | discord.Thread


def log_channel(guild: discord.Guild | None, settings: GuildSettings) -> LogChannel | None:
    """Return where cards go; None where nobody chose that, or the bot may not write there."""
    if guild is None or settings.log_channel_id is None:
        return None
    channel = guild.get_channel_or_thread(settings.log_channel_id)
    if not isinstance(channel, LogChannel):
        log.warning("no log channel", extra={"guild_id": guild.id})
        return None
    if missing := missing_to_log(channel):
        log.warning("cannot log", extra={"channel_id": channel.id, "lacking": ",".join(missing)})
        return None
    return channel
