"""Who may do what: managers of a server, and the bot in its channels."""

from typing import Any, Final, TypeAlias

import discord
from discord import app_commands

from . import texts
from .delivery import is_first
from .speaking import speak_to

Watchable: TypeAlias = discord.TextChannel | discord.VoiceChannel | discord.Thread
"""Channels that can be listened to."""

Place: TypeAlias = discord.abc.GuildChannel | discord.Thread
"""Where in a server something may be written or seen."""

NO_PINGS: Final = discord.AllowedMentions.none()
"""Whom the bot may ping, whatever its host allows: nobody."""

_READING_NEEDS: Final = ("view_channel", "read_message_history")

Unseen: TypeAlias = app_commands.AppCommandChannel | app_commands.AppCommandThread
"""What Discord sends of a channel that the bot does not know, such as an archived thread."""

MANAGER: Final = discord.Permissions(manage_guild=True)
"""What it takes to change how Moodring behaves in a server."""

MODERATOR: Final = discord.Permissions(moderate_members=True)
"""What it takes to work on cases."""


class StaffGroup(app_commands.Group):
    """A command group for staff of a server: hidden from others, and refused to them when it is run.

    Hiding alone is not enough: a server can show a command to anyone in its integration settings.

    Args:
        name: The command's.
        description: What it is for.
        needs: What it takes to use it.
    """

    def __init__(
        self, *, name: str, description: app_commands.locale_str, needs: discord.Permissions
    ) -> None:
        super().__init__(
            name=name,
            description=description,
            default_permissions=needs,
            allowed_contexts=app_commands.AppCommandContext(guild=True),
            allowed_installs=app_commands.AppInstallationType(guild=True),
        )
        self._needs = needs

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Return whether the person may use it; tell them if not."""
        speak_to(interaction)
        return is_first(interaction) and await allows(interaction, self._needs)


class _Chosen(app_commands.Transformer):
    """An option for a channel: what the bot does not know stays `Unseen`, so that it is refused in words."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """What the option takes."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """What it offers: `Watchable` ones."""
        kind = discord.ChannelType
        text, threads = [kind.text, kind.news], [kind.news_thread, kind.public_thread, kind.private_thread]
        return [*text, kind.voice, *threads]

    async def transform(
        self, _interaction: discord.Interaction[Any], value: Any, /
    ) -> discord.abc.GuildChannel | discord.Thread | Unseen:
        """Return the channel as the bot knows it."""
        chosen: Unseen = value
        return chosen.resolve() or chosen


ChosenChannel: TypeAlias = app_commands.Transform[Watchable | Unseen, _Chosen]
"""A channel that somebody gave to a command."""


async def allows(interaction: discord.Interaction[Any], needs: discord.Permissions) -> bool:
    """Return whether a person has permissions in the whole server; tell them if not.

    Every check of a person at run time comes through here; `StaffGroup` gives Discord the same ones.
    """
    person = interaction.user
    if isinstance(person, discord.Member) and person.guild_permissions >= needs:
        return True
    if interaction.client.intents.guilds:
        names = [name for name, needed in needs if needed]
        text = texts.say("staff-only", permissions=texts.permissions(names))
    else:  # roles are unknown, so nobody would seem to be allowed anything
        text = texts.say("needs-guilds")
    await interaction.response.send_message(text, ephemeral=True)
    return False


def lacks(person: discord.Member, channel: Place, *names: str) -> list[str]:
    """Return which of the permissions somebody lacks in a channel, by discord.py's names."""
    granted = channel.permissions_for(person)
    return [name for name in names if not getattr(granted, name)]


def reading_needs(channel: Place) -> tuple[str, ...]:
    """Return what it takes to see a channel's past, by discord.py's names.

    In voice and stage channels it takes *Connect* too
    (https://discord.com/developers/docs/resources/message#get-channel-messages).
    """
    spoken = isinstance(channel, discord.VoiceChannel | discord.StageChannel)
    return (*_READING_NEEDS, "connect") if spoken else _READING_NEEDS


def lacks_to_read(person: discord.Member, channel: Place) -> list[str]:
    """Return which of the permissions somebody lacks to see a channel's past, by discord.py's names."""
    return lacks(person, channel, *reading_needs(channel))


async def is_let_in(person: discord.Member, place: Place) -> bool:
    """Return whether somebody sees a private thread; permissions do not say who was added to it.

    Args:
        person: Somebody who sees the channel that it is in.
        place: The thread; everybody is let into any other place.
    """
    if not isinstance(place, discord.Thread) or not place.is_private():
        return True
    if place.permissions_for(person).manage_threads:
        return True
    try:
        await place.fetch_member(person.id)
    except (discord.NotFound, discord.Forbidden):  # not in it; or the bot itself is not
        return False
    return True


def missing_to_reply(channel: object) -> list[str]:
    """Return the permissions the bot lacks to reply with an embed, by discord.py's names."""
    return [*missing_to_log(channel), *_missing(channel, "read_message_history")]


def missing_to_see(channel: object) -> list[str]:
    """Return the permissions the bot lacks to read in a channel, by discord.py's names."""
    return lacks_to_read(channel.guild.me, channel) if isinstance(channel, Place) else []


def missing_to_react(channel: object) -> list[str]:
    """Return the permissions the bot lacks to react to messages, by discord.py's names."""
    return _missing(channel, "view_channel", "add_reactions", "read_message_history")


def missing_to_log(channel: object) -> list[str]:
    """Return the permissions the bot lacks to show cards, by discord.py's names."""
    send = "send_messages_in_threads" if isinstance(channel, discord.Thread) else "send_messages"
    return _missing(channel, "view_channel", send, "embed_links")


def missing_to_attach(channel: object) -> list[str]:
    """Return the permissions the bot lacks to send pictures, by discord.py's names."""
    return _missing(channel, "attach_files")


def _missing(channel: object, *names: str) -> list[str]:
    """Return which of the permissions the bot lacks; outside of a guild there are none to lack."""
    return lacks(channel.guild.me, channel, *names) if isinstance(channel, Place) else []
