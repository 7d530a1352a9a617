"""Which shards a process runs: Discord tells of each server over one of them.

Without ``--shards`` a process runs all. Shards are numbered from 0, and a server's id says which one is its
own (https://docs.discord.com/developers/events/gateway#sharding). What comes from no server, such as a direct
message, comes over shard 0.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from .answers import AnyBot

_WRITTEN: Final = re.compile(r"(?P<first>\d{1,6})(-(?P<last>\d{1,6}))?/(?P<count>\d{1,6})", re.ASCII)


class ShardsError(ValueError):
    """A text names no shards; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class Shards:
    """Some neighbouring shards of a bot, written ``0-15/64``.

    Attributes:
        first: The first one's number.
        last: The last one's.
        count: How many the bot has in all processes.
    """

    first: int
    last: int
    count: int

    def __str__(self) -> str:
        return f"{self.first}-{self.last}/{self.count}"

    @property
    def ids(self) -> range:
        """Their numbers."""
        return range(self.first, self.last + 1)

    @property
    def are_all(self) -> bool:
        """Whether no other process is needed."""
        return len(self.ids) == self.count


def parse_shards(text: str) -> Shards:
    """Return the shards that a text such as ``0-15/64`` or ``5/64`` names.

    Raises:
        ShardsError: It names none.
    """
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ShardsError("shards are written as 0-15/64: the first, the last, and how many there are in all")
    first, count = int(found["first"]), int(found["count"])
    last = first if found["last"] is None else int(found["last"])
    if last < first:
        raise ShardsError(f"shard {last} comes before shard {first}")
    if last >= count:
        raise ShardsError(f"there is no shard {last} of {count}: they are numbered from 0")
    return Shards(first, last, count)


def shard_of(guild_id: int, count: int) -> int:
    """Return the number of the shard over which Discord tells of a guild.

    Args:
        guild_id: The guild.
        count: How many shards the bot has.
    """
    return (guild_id >> 22) % count


def own_shards(bot: "AnyBot") -> Collection[int]:
    """Return the numbers of the shards that a bot runs in this process."""
    chosen: Collection[int] | None = getattr(
        bot, "shard_ids", None
    )  # discord.py's sharded bots alone have it
    if chosen:
        return chosen
    return range(bot.shard_count or 1) if bot.shard_id is None else (bot.shard_id,)


def owns(bot: "AnyBot", guild_id: int) -> bool:
    """Return whether a guild is this process's to look after: Discord tells no other one of it."""
    return shard_of(guild_id, bot.shard_count or 1) in own_shards(bot)
