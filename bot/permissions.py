"""Who may do what: managers of a server, and the bot in its channels."""

from typing import Any, Final, TypeAlias

import discord
from discord import app_commands

from . import texts

Watchable: TypeAlias = discord.TextChannel | discord.VoiceChannel | discord.Thread
"""Channels that can be listened to."""

MANAGER: Final = discord.Permissions(manage_guild=True)
"""What it takes to change how Moodring behaves in a server."""


class ManagerGroup(app_commands.Group):
    """A command group for managers of a server: hidden from others, and refused to them when it is run.

    Hiding alone is not enough: a server can show a command to anyone in its integration settings.
    """

    def __init__(self, *, name: str, description: str) -> None:
        super().__init__(
            name=name,
            description=description,
            default_permissions=MANAGER,
            allowed_contexts=app_commands.AppCommandContext(guild=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Return whether the person may manage the server; tell them if not."""
        if interaction.permissions >= MANAGER:
            return True
        await interaction.response.send_message(texts.MANAGER_ONLY, ephemeral=True)
        return False


def missing_to_reply(channel: object) -> list[str]:
    """Return the permissions the bot lacks to reply with an embed, by discord.py's names."""
    send = "send_messages_in_threads" if isinstance(channel, discord.Thread) else "send_messages"
    return _missing(channel, "view_channel", send, "embed_links", "read_message_history")


def missing_to_react(channel: object) -> list[str]:
    """Return the permissions the bot lacks to react to messages, by discord.py's names."""
    return _missing(channel, "view_channel", "add_reactions", "read_message_history")


def _missing(channel: object, *names: str) -> list[str]:
    """Return which of the permissions the bot lacks; outside of a guild there are none to lack."""
    if not isinstance(channel, discord.abc.GuildChannel | discord.Thread):
        return []
    granted = channel.permissions_for(channel.guild.me)
    return [name for name in names if not getattr(granted, name)]
