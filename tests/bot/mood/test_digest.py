"""What a digest may tell where: nothing that its readers could not read for themselves."""

from typing import Any

import discord
import pytest

from moodring.bot.mood.digest import may_tell

GUILD, BOT = 1, 2
TEXT, VOICE, PUBLIC_THREAD, PRIVATE_THREAD = 0, 2, 11, 12

READING = {"view_channel": True, "read_message_history": True, "connect": True}
"""What everybody may in a channel without overwrites."""


def overwrite(who: int, **granted: bool) -> dict[str, Any]:
    """What a channel grants or denies, as Discord sends it: to everybody or to the bot."""
    allow, deny = discord.PermissionOverwrite(**granted).pair()
    return {"id": who, "type": int(who == BOT), "allow": str(allow.value), "deny": str(deny.value)}


def channel(channel_id: int, name: str, *overwrites: dict[str, Any], kind: int = TEXT) -> dict[str, Any]:
    return {
        "id": channel_id,
        "name": name,
        "type": kind,
        "position": channel_id,
        "permission_overwrites": list(overwrites),
        "bitrate": 64_000,
        "user_limit": 0,
    }


def only_the_bot(*names: str) -> list[dict[str, Any]]:
    """Overwrites that grant permissions to the bot and to nobody else."""
    return [overwrite(who, **dict.fromkeys(names, who == BOT)) for who in (GUILD, BOT)]


def thread(thread_id: int, name: str, parent_id: int, kind: int = PUBLIC_THREAD) -> dict[str, Any]:
    lasting = {
        "archived": False,
        "auto_archive_duration": 60,
        "archive_timestamp": "2026-01-01T00:00:00+00:00",
    }
    return {
        "id": thread_id,
        "name": name,
        "type": kind,
        "parent_id": parent_id,
        "owner_id": BOT,
        "message_count": 0,
        "member_count": 1,
        "thread_metadata": lasting,
    }


@pytest.fixture(scope="module")
def places() -> dict[str, discord.abc.GuildChannel | discord.Thread | None]:
    """The channels and threads of a guild by name, as discord.py has them."""
    state = discord.Client(intents=discord.Intents.all())._connection
    state.user = discord.ClientUser(
        state=state, data={"id": BOT, "username": "moodring", "discriminator": "0", "avatar": None}
    )
    everyone = {"id": GUILD, "name": "@everyone", "permissions": str(discord.Permissions(**READING).value)}
    me = {"user": {"id": BOT, "username": "moodring", "discriminator": "0", "avatar": None}, "roles": []}
    channels = [
        channel(10, "open"),
        channel(11, "elsewhere"),
        channel(12, "without a past", *only_the_bot("read_message_history")),
        channel(13, "hidden", *only_the_bot("view_channel")),
        channel(14, "unseen", overwrite(BOT, view_channel=False)),
        channel(15, "unread", overwrite(BOT, read_message_history=False)),
        channel(16, "voice", kind=VOICE),
        channel(17, "locked voice", *only_the_bot("connect"), kind=VOICE),
    ]
    threads = [
        thread(20, "thread", 10),
        thread(21, "private thread", 10, PRIVATE_THREAD),
        thread(22, "hidden thread", 13),
        thread(23, "private hidden thread", 13, PRIVATE_THREAD),
        thread(24, "orphan", 99),
    ]
    data: Any = {
        "id": GUILD,
        "name": "guild",
        "owner_id": 3,
        "roles": [everyone],
        "members": [me | {"joined_at": None, "deaf": False, "mute": False, "flags": 0}],
        "channels": channels,
        "threads": threads,
    }
    guild = discord.Guild(data=data, state=state)
    return {each.name: each for each in (*guild.channels, *guild.threads)} | {"gone": None}


@pytest.mark.parametrize(
    ("name", "told_in", "told"),
    [
        ("open", "elsewhere", True),
        ("without a past", "open", False),
        ("without a past", "without a past", True),
        ("hidden", "open", False),
        ("hidden", "without a past", False),  # who may read one hidden channel need not read another
        ("hidden", "hidden", True),
        ("unseen", "open", False),
        ("unseen", "unseen", False),
        ("unread", "open", False),
        ("voice", "open", True),
        ("locked voice", "open", False),
        ("thread", "elsewhere", True),
        ("thread", "open", True),
        ("private thread", "elsewhere", False),
        ("private thread", "open", False),
        ("hidden thread", "open", False),
        ("hidden thread", "hidden", True),
        ("private hidden thread", "hidden", False),
        ("orphan", "open", False),
        ("gone", "open", False),
    ],
)
def test_a_digest_tells_only_what_its_readers_could_read(
    places: dict[str, Any], name: str, told_in: str, told: bool
) -> None:
    assert may_tell(places[name], places[told_in]) == told
