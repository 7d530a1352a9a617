"""Memory that the bot takes for each server it is in, and the time to take one up.

The bot is Moodring's, with its intents and without a cache of members and messages. What it is told of a
server is a GUILD_CREATE of a large community as Discord documents it, of which discord.py keeps channels and
roles, from which permissions follow.

Example: python benchmarks/guild_memory.py --guilds 10000 --json
"""

import argparse
import asyncio
import gc
import json
import os
import random
import time
from typing import Any, cast

import discord
from measure import MB, report, resident_mb

from moodring.bot.app import build_bot
from moodring.bot.settings import DiscordSettings
from moodring.bot.store import Store

STEPS = 10
"""Sizes at which memory is looked at."""

WORDS = [
    "general",
    "chat",
    "news",
    "help",
    "art",
    "music",
    "games",
    "memes",
    "rules",
    "voice",
    "staff",
    "events",
    "archive",
    "off",
    "topic",
    "bots",
]
SENTENCE = "Be kind, stay on topic, and read the pinned messages before you ask. "
PERMISSIONS = 2_248_473_465_835_073

ME = {
    "id": "1",
    "username": "Moodring",
    "discriminator": "0",
    "global_name": None,
    "avatar": None,
    "bot": True,
}
"""The bot's user, who is a member everywhere."""

TEXT, VOICE, CATEGORY, FORUM = 0, 2, 4, 15


class Invented:
    """Servers that nobody has, no two alike.

    Args:
        channels: Channels of each.
        roles: Roles of each.
    """

    def __init__(self, channels: int, roles: int) -> None:
        self._channels = channels
        self._roles = roles
        self._random = random.Random(1)  # noqa: S311 - the same ones each time
        self._last = 1_000_000_000_000_000_000

    def guild(self) -> str:
        """Return what Discord tells of one, as JSON."""
        guild_id = self._id()
        roles = [self._role(guild_id, 0), *(self._role(self._id(), place) for place in range(1, self._roles))]
        role_ids = [role["id"] for role in roles]
        categories = [self._id() for _ in range(max(1, self._channels // 8))]
        kinds = [CATEGORY] * len(categories) + [
            self._random.choices((TEXT, VOICE, FORUM), (75, 20, 5))[0]
            for _ in range(self._channels - len(categories))
        ]
        ids = [*categories, *(self._id() for _ in kinds[len(categories) :])]
        guild = {
            "id": guild_id,
            "name": self._name(3),
            "icon": self._hash(),
            "description": SENTENCE,
            "owner_id": self._id(),
            "afk_timeout": 300,
            "verification_level": 2,
            "default_message_notifications": 1,
            "explicit_content_filter": 2,
            "features": ["COMMUNITY", "NEWS", "INVITE_SPLASH", "ANIMATED_ICON", "SOUNDBOARD"],
            "mfa_level": 1,
            "system_channel_id": ids[-1],
            "rules_channel_id": ids[-2],
            "system_channel_flags": 13,
            "joined_at": "2026-01-01T00:00:00.000000+00:00",
            "member_count": self._random.randrange(50, 20_000),
            "voice_states": [],
            "members": [self._me(role_ids)],
            "presences": [],
            "threads": [self._thread(guild_id, ids[-1]) for _ in range(5)],
            "channels": [
                self._channel(kind, channel_id, place, self._random.choice(categories), role_ids)
                for place, (kind, channel_id) in enumerate(zip(kinds, ids, strict=True))
            ],
            "roles": roles,
            "emojis": [self._emoji() for _ in range(50)],
            "stickers": [],
            "premium_tier": 1,
            "premium_subscription_count": 3,
            "preferred_locale": "en-US",
            "nsfw_level": 0,
            "stage_instances": [],
            "guild_scheduled_events": [],
            "soundboard_sounds": [],
            "large": True,
            "unavailable": False,
        }
        return json.dumps(guild)

    def _channel(
        self, kind: int, channel_id: str, place: int, category: str, role_ids: list[str]
    ) -> dict[str, Any]:
        overwrites = [
            {"id": role, "type": 0, "allow": str(self._bits()), "deny": str(self._bits())}
            for role in self._random.sample(role_ids, min(3, len(role_ids)))
        ]
        channel: dict[str, Any] = {
            "id": channel_id,
            "type": kind,
            "name": self._name(2),
            "position": place,
            "flags": 0,
            "permission_overwrites": overwrites,
        }
        if kind != CATEGORY:
            channel |= {"parent_id": category, "rate_limit_per_user": 0, "nsfw": False}
        if kind in {TEXT, FORUM}:
            channel |= {"topic": SENTENCE + self._name(4), "last_message_id": self._id()}
        if kind == VOICE:
            channel |= {"bitrate": 64_000, "user_limit": 0, "rtc_region": None, "last_message_id": None}
        if kind == FORUM:
            channel |= {"available_tags": [], "default_sort_order": None, "default_forum_layout": 0}
        return channel

    def _thread(self, guild_id: str, parent: str) -> dict[str, Any]:
        return {
            "id": self._id(),
            "guild_id": guild_id,
            "parent_id": parent,
            "owner_id": self._id(),
            "type": 11,
            "name": self._name(5),
            "last_message_id": self._id(),
            "message_count": 12,
            "member_count": 7,
            "rate_limit_per_user": 0,
            "flags": 0,
            "thread_metadata": {
                "archived": False,
                "archive_timestamp": "2026-01-01T00:00:00.000000+00:00",
                "auto_archive_duration": 4320,
                "locked": False,
            },
        }

    def _role(self, role_id: str, place: int) -> dict[str, Any]:
        return {
            "id": role_id,
            "name": self._name(2),
            "color": self._random.randrange(1 << 24),
            "colors": {"primary_color": place, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "icon": None,
            "unicode_emoji": None,
            "position": place,
            "permissions": str(self._bits()),
            "managed": False,
            "mentionable": False,
            "flags": 0,
        }

    def _emoji(self) -> dict[str, Any]:
        emoji = {"id": self._id(), "name": self._name(1), "roles": [], "animated": False, "managed": False}
        return {**emoji, "require_colons": True, "available": True}

    def _me(self, role_ids: list[str]) -> dict[str, Any]:
        return {
            "user": ME,
            "roles": role_ids[1:3],
            "joined_at": "2026-01-01T00:00:00.000000+00:00",
            "deaf": False,
            "mute": False,
            "flags": 0,
        }

    def _id(self) -> str:
        self._last += self._random.randrange(1, 1 << 30)
        return str(self._last)

    def _name(self, words: int) -> str:
        return "-".join(self._random.choices(WORDS, k=words)) + f"-{self._random.randrange(10_000)}"

    def _hash(self) -> str:
        return f"{self._random.getrandbits(128):032x}"

    def _bits(self) -> int:
        return PERMISSIONS & self._random.getrandbits(50)


async def measured(guilds: int, channels: int, roles: int) -> dict[str, Any]:
    """Return what so many servers take."""
    store = await Store.open("sqlite+aiosqlite://")
    unread = cast(Any, None)  # nothing is read
    async with build_bot(DiscordSettings(), classifier=unread, downloader=unread, store=store) as bot:
        state = bot._connection  # noqa: SLF001 - to be told of servers without Discord
        state.user = discord.ClientUser(state=state, data=cast(Any, ME))
        invented, told, taken_s = Invented(channels, roles), "", 0.0
        sizes = []
        for step in range(STEPS + 1):  # the first one makes what is made once
            for _ in range(guilds // STEPS):
                told = invented.guild()
                began = time.perf_counter()
                state._add_guild_from_data(json.loads(told))  # noqa: SLF001
                taken_s += time.perf_counter() - began if step else 0
            gc.collect()
            sizes.append((len(bot.guilds), resident_mb(os.getpid())["rss"] * MB))
    await store.aclose()
    (first, before), (last, after) = sizes[0], sizes[-1]
    return {
        "guilds": last - first,
        "channels": channels,
        "roles": roles,
        "bytes_per_guild": round((after - before) / (last - first)),
        "ms_per_guild": round(taken_s / (last - first) * 1000, 3),
        "bytes_told": len(told),
        "resident_mb": {str(count): round(size / MB, 1) for count, size in sizes},
    }


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--guilds", type=int, default=5000, help="how many to take up (default: 5000)")
    parser.add_argument("--channels", type=int, default=50, help="channels of each (default: 50)")
    parser.add_argument("--roles", type=int, default=30, help="roles of each (default: 30)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()
    figures = asyncio.run(measured(max(arguments.guilds, STEPS), arguments.channels, arguments.roles))
    summary = (
        f"{figures['bytes_per_guild'] / 1000:.0f} kB and {figures['ms_per_guild']:.1f} ms a server with "
        f"{figures['channels']} channels and {figures['roles']} roles, over {figures['guilds']} of them"
    )
    report("guild_memory", figures, summary, as_json=arguments.json)


if __name__ == "__main__":
    main()
