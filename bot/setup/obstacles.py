"""What stands in the way of a server's settings, each with the click that removes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import discord

from .. import texts
from ..guild_settings import GuildSettings
from ..permissions import missing_to_log
from ..store import Watch
from ..watched import missing_in

SCOPES: Final = ("bot", "applications.commands")
"""With which a bot is invited."""


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What was found.

    Attributes:
        lines: One line an obstacle: what is missing where, and what to do.
        lacking: The permissions that the bot's role lacks in the whole server, by discord.py's names.
    """

    lines: tuple[str, ...]
    lacking: frozenset[str]


def obstacles(
    guild: discord.Guild, settings: GuildSettings, watches: Sequence[Watch], *, message_content: bool
) -> Obstacles:
    """Return what stands in the way.

    Args:
        guild: The server, with its channels and roles, and the bot in it.
        settings: Its settings.
        watches: Its watched channels.
        message_content: Whether Discord shows the bot what is written in them.
    """
    log_channel = guild.get_channel_or_thread(settings.log_channel_id or 0)
    lines: list[str] = []
    lacking: set[str] = set()
    for channel_id, names in _missing(guild, log_channel, watches).items():
        everywhere = [name for name in names if not getattr(guild.me.guild_permissions, name)]
        here = [name for name in names if name not in everywhere]
        lines += [texts.grant_everywhere(f"<#{channel_id}>", everywhere)] if everywhere else []
        lines += [texts.grant_here(f"<#{channel_id}>", here)] if here else []
        lacking.update(everywhere)
    flags = any("flag" in watch.does for watch in watches)
    if flags and settings.log_channel_id is None:
        lines.append(texts.warning(texts.NO_LOG_CHANNEL))
    elif settings.log_channel_id is not None and log_channel is None:
        lines.append(texts.warning(texts.LOG_CHANNEL_IS_GONE))
    if log_channel is not None and log_channel.permissions_for(guild.default_role).view_channel:
        lines.append(texts.warning(texts.EVERYONE_SEES))
    if watches and not message_content:
        lines.append(texts.warning(texts.NEEDS_MESSAGE_CONTENT))
    return Obstacles(tuple(lines), frozenset(lacking))


def grant_url(application_id: int, guild: discord.Guild, lacking: frozenset[str]) -> str:
    """Return the address at which Discord asks a manager to give the bot's role what it lacks.

    Args:
        application_id: The bot's.
        guild: The server.
        lacking: Permissions by discord.py's names.
    """
    wanted = discord.Permissions(guild.me.guild_permissions.value)
    wanted.update(**dict.fromkeys(lacking, True))
    return discord.utils.oauth_url(
        application_id, permissions=wanted, guild=guild, scopes=SCOPES, disable_guild_select=True
    )


def _missing(
    guild: discord.Guild,
    log_channel: discord.abc.GuildChannel | discord.Thread | None,
    watches: Sequence[Watch],
) -> Mapping[int, list[str]]:
    """Return what the bot lacks in each channel that it needs, by the channel's id."""
    missing = {
        watch.channel_id: missing_in(guild.get_channel_or_thread(watch.channel_id), watch.does)
        for watch in watches
    }
    if log_channel is not None:
        both = [*missing.get(log_channel.id, []), *missing_to_log(log_channel)]
        missing[log_channel.id] = list(dict.fromkeys(both))
    return missing
