"""What stands in the way of a server's settings, each with the click that removes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import discord

from .. import texts
from ..guild_settings import GuildSettings
from ..moderation.automation import Automation
from ..moderation.deeds import BOT_NEEDS
from ..moderation.log_channel import LogChannel
from ..permissions import Place, lacks, missing_to_log
from ..store import Watch
from ..watched import missing_in

SCOPES: Final = ("bot", "applications.commands")
"""With which a bot is invited."""

SHOWN_LACKS: Final = 5
"""What is missing in further channels shows once this is mended: a message holds 4,000 characters."""


@dataclass(frozen=True, slots=True)
class Lack:
    """Permissions that the bot lacks in a channel.

    Attributes:
        channel_id: The channel.
        names: The permissions by discord.py's names; at least one.
        everywhere: Whether the bot's role lacks them in the whole server; otherwise a setting of the
            channel itself is in the way.
    """

    channel_id: int
    names: tuple[str, ...]
    everywhere: bool


@dataclass(frozen=True, slots=True)
class Obstacles:
    """What was found.

    Attributes:
        hints: What else has to be mended than permissions, a sentence or two each.
        lacks: The permissions that are missing.
    """

    hints: tuple[str, ...]
    lacks: tuple[Lack, ...]

    @property
    def lacking(self) -> frozenset[str]:
        """The permissions that the bot's role lacks in the whole server, by discord.py's names."""
        return frozenset(name for lack in self.lacks if lack.everywhere for name in lack.names)

    @property
    def lines(self) -> tuple[str, ...]:
        """One line an obstacle in Discord's markdown, with what to do."""
        lines = [texts.say("warning", text=hint) for hint in self.hints]
        for lack in self.lacks[:SHOWN_LACKS]:
            grant = "grant-everywhere" if lack.everywhere else "grant-here"
            names = texts.permissions(lack.names)
            lines.append(texts.say(grant, channel=f"<#{lack.channel_id}>", permissions=names))
        if len(self.lacks) > SHOWN_LACKS:
            lines.append(texts.say("and-more", count=len(self.lacks) - SHOWN_LACKS))
        return tuple(lines)


def obstacles(
    guild: discord.Guild,
    settings: GuildSettings,
    watches: Sequence[Watch],
    automation: Automation | None,
    *,
    hears: bool,
) -> Obstacles:
    """Return what stands in the way.

    Args:
        guild: The server, with its channels and roles, and the bot in it.
        settings: Its settings.
        watches: Its watched channels.
        automation: Its automatic action; what that takes is missed during the trial already.
        hears: Whether Discord tells the bot what is written in them.
    """
    chosen = guild.get_channel_or_thread(settings.log_channel_id or 0)
    log_channel = chosen if isinstance(chosen, LogChannel) else None
    digest = guild.get_channel(settings.digest_channel_id or 0)
    hints: list[str] = []
    if settings.log_channel_id is None and any("flag" in watch.does for watch in watches):
        hints.append(texts.say("no-log-channel"))
    if settings.log_channel_id is not None and log_channel is None:
        hints.append(texts.say("log-channel-is-gone"))
    if log_channel is not None and log_channel.permissions_for(guild.default_role).view_channel:
        hints.append(texts.say("everyone-sees"))
    if settings.digest_channel_id is not None and digest is None:
        hints.append(texts.say("digest-channel-is-gone"))
    if watches and not hears:
        hints.append(texts.say("needs-message-content"))
    lacks: list[Lack] = []
    writes_in = [channel for channel in (log_channel, digest) if channel is not None]
    for channel_id, names in _missing(guild, writes_in, watches, automation).items():
        everywhere = tuple(name for name in names if not getattr(guild.me.guild_permissions, name))
        here = tuple(name for name in names if name not in everywhere)
        lacks += [Lack(channel_id, everywhere, everywhere=True)] if everywhere else []
        lacks += [Lack(channel_id, here, everywhere=False)] if here else []
    return Obstacles(tuple(hints), tuple(lacks))


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
    writes_in: Sequence[Place],
    watches: Sequence[Watch],
    automation: Automation | None,
) -> Mapping[int, list[str]]:
    """Return what the bot lacks in each channel that it needs, by the channel's id."""
    missing: dict[int, list[str]] = {}
    for watch in watches:
        place = guild.get_channel_or_thread(watch.channel_id)
        names = missing_in(place, watch.does)
        if automation is not None and "flag" in watch.does and place is not None:
            names += lacks(guild.me, place, *BOT_NEEDS[automation.action])
        missing[watch.channel_id] = list(dict.fromkeys(names))
    for channel in writes_in:
        both = [*missing.get(channel.id, []), *missing_to_log(channel)]
        missing[channel.id] = list(dict.fromkeys(both))
    return missing
