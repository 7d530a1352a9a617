"""A server's settings as a file, to keep or to take to another server."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast, get_args

from .. import texts
from ..guild_settings import GuildSettings, GuildSettingsError
from ..store import Watch
from ..store.repositories import What

VERSION: Final = 1
"""Of the file's form."""

MAX_BYTES: Final = 64 * 1024
"""Largest file that is taken: many times what all settings need."""

MAX_WATCHED: Final = 100
"""Channels that a file may name."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file says, as far as it fits the server.

    Attributes:
        settings: The settings.
        watches: The channels to listen to.
        left_out: How many channels and roles it names that the server does not have.
    """

    settings: GuildSettings
    watches: tuple[Watch, ...]
    left_out: int


def exported(settings: GuildSettings, watches: Sequence[Watch]) -> bytes:
    """Return settings as a file: JSON, every setting by its name, so that a person can read it."""
    content = {
        "moodring": VERSION,
        "settings": settings.model_dump(mode="json"),
        "watched": {str(watch.channel_id): sorted(watch.does) for watch in watches},
    }
    return (json.dumps(content, indent=2, ensure_ascii=False) + "\n").encode()


def imported(data: bytes, guild_id: int, channel_ids: Collection[int], role_ids: Collection[int]) -> Imported:
    """Read a file of settings for a server.

    Args:
        data: The file.
        guild_id: The server.
        channel_ids: The channels and threads that it has; others that the file names are left out.
        role_ids: The same for roles.

    Raises:
        GuildSettingsError: It is not such a file, or a value is none that a setting takes.
    """
    content = _parsed(data)
    settings = GuildSettings.parse(content.get("settings", {}))
    exempt_roles = tuple(each for each in settings.exempt_role_ids if each in role_ids)
    exempt_channels = tuple(each for each in settings.exempt_channel_ids if each in channel_ids)
    log_channel = settings.log_channel_id if settings.log_channel_id in channel_ids else None
    digest_channel = settings.digest_channel_id if settings.digest_channel_id in channel_ids else None
    named = _watches(content.get("watched", {}), guild_id)
    watches = tuple(watch for watch in named if watch.channel_id in channel_ids)
    left_out = (
        len(settings.exempt_role_ids)
        - len(exempt_roles)
        + len(settings.exempt_channel_ids)
        - len(exempt_channels)
        + (settings.log_channel_id != log_channel)
        + (settings.digest_channel_id != digest_channel)
        + len(named)
        - len(watches)
    )
    fitting = settings.changed(
        exempt_role_ids=exempt_roles,
        exempt_channel_ids=exempt_channels,
        log_channel_id=log_channel,
        digest_channel_id=digest_channel,
    )
    return Imported(fitting, watches, left_out)


def _parsed(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_BYTES:
        raise GuildSettingsError(texts.say("fault-file-too-large", kibibytes=MAX_BYTES // 1024))
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        raise GuildSettingsError(texts.say("fault-file-not-json")) from None
    if not isinstance(content, dict) or content.get("moodring") != VERSION:
        raise GuildSettingsError(texts.say("fault-file-foreign"))
    return content


def _watches(named: object, guild_id: int) -> list[Watch]:
    if not isinstance(named, dict) or len(named) > MAX_WATCHED:
        raise GuildSettingsError(texts.say("fault-watched-many", count=MAX_WATCHED))
    watches = []
    for channel_id, does in named.items():
        numeric = isinstance(channel_id, str) and channel_id.isascii() and channel_id.isdigit()
        if not numeric or len(channel_id) > 19 or not _known(does):
            raise GuildSettingsError(texts.say("fault-watched-names", names=texts.listed(get_args(What))))
        watches.append(Watch(int(channel_id), guild_id, frozenset(cast(list[What], does))))
    return watches


def _known(does: object) -> bool:
    return isinstance(does, list) and all(what in get_args(What) for what in does)
