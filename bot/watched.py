"""The channels that are listened to: in the database, and in memory for every message that arrives."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final

from .permissions import missing_to_react, missing_to_reply, missing_to_see
from .store import Store, Topic, Watch
from .store.repositories import What

log: Final = logging.getLogger(__name__)

MISSING: Final = {"reply": missing_to_reply, "react": missing_to_react, "flag": missing_to_see}
"""What the bot may lack in a channel, by what it does there."""


def missing_in(channel: object, does: Collection[What]) -> list[str]:
    """Return the permissions the bot lacks in a channel to do something there, by discord.py's names."""
    found = [*missing_to_see(channel), *(name for what in does for name in MISSING[what](channel))]
    return list(dict.fromkeys(found))


class Watched:
    """The channels that are listened to, also where another process changes them.

    Args:
        store: Where they are kept.
        owns: Says of a guild's id whether this process is told what is written there; by default of each.
    """

    def __init__(self, store: Store, owns: Callable[[int], bool] = lambda _: True) -> None:
        self._store = store
        self._owns = owns
        self._hears = True
        # Asked for every message of every channel, so kept in memory: one small entry a watched channel.
        self._watches: dict[int, Watch] = {}
        self._answered_at: dict[int, datetime] = {}
        self._changing = asyncio.Lock()  # memory follows the database in the same order

    async def load(self, *, hears: bool) -> None:
        """Go on listening where the last run did.

        Args:
            hears: Whether Discord tells the bot what is written there; otherwise nothing is read.
        """
        self._hears = hears
        self._store.follow(Topic.WATCHES, self._follow)
        async with self._changing:
            watches = await self._store.watches.all(self._owns)
            if hears:
                self._watches = {watch.channel_id: watch for watch in watches}
        if watches and not hears:
            log.warning(
                "the intents for messages are missing: watched channels are not read",
                extra={"watches": len(watches)},
            )

    def close(self) -> None:
        """Follow changes no more."""
        self._store.unfollow(Topic.WATCHES, self._follow)

    def get(self, channel_id: int) -> Watch | None:
        """Return how a channel is listened to, if it is."""
        return self._watches.get(channel_id)

    async def of_guild(self, guild_id: int) -> Sequence[Watch]:
        """Return the watched channels of a guild."""
        return await self._store.watches.of_guild(guild_id)

    async def start(self, watch: Watch) -> None:
        """Listen to a channel, or to the same one otherwise."""
        async with self._changing:
            await self._store.watches.start(watch)
            self._watches[watch.channel_id] = watch

    async def stop(self, channel_id: int) -> bool:
        """Listen to a channel no more; return whether it was listened to."""
        async with self._changing:
            stopped = await self._store.watches.stop(channel_id)
            self._drop(channel_id)  # not before: a database that fails leaves things as they were
            return stopped

    def forget_guild(self, guild_id: int) -> None:
        """Listen to no channel of a guild any more; the database forgets it elsewhere."""
        for watch in [watch for watch in self._watches.values() if watch.guild_id == guild_id]:
            self._drop(watch.channel_id)

    def answered_at(self, channel_id: int) -> datetime | None:
        """Return when the message was written that was answered last in a channel, if any."""
        return self._answered_at.get(channel_id)

    def answer(self, channel_id: int, at: datetime) -> None:
        """Remember that a message of a channel is being answered.

        Args:
            channel_id: The channel.
            at: When the message was written.
        """
        self._answered_at[channel_id] = max(at, self._answered_at.get(channel_id, at))

    async def _follow(self, guild_id: int | None) -> None:
        """Look up a guild's channels again, or all of them."""
        if guild_id is not None and not self._owns(guild_id):
            return
        async with self._changing:
            found = await (
                self._store.watches.all(self._owns)
                if guild_id is None
                else self._store.watches.of_guild(guild_id)
            )
            watches = {watch.channel_id: watch for watch in found} if self._hears else {}
            for watch in list(self._watches.values()):
                if guild_id in {None, watch.guild_id} and watch.channel_id not in watches:
                    self._drop(watch.channel_id)
            self._watches |= watches

    def _drop(self, channel_id: int) -> None:
        self._watches.pop(channel_id, None)
        self._answered_at.pop(channel_id, None)
