"""Not too many connections: discord.py comes back at once, also where a gateway lets nobody stay."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

import discord

from .delivery import FAILED

WINDOW_S: Final = 600.0
"""Seconds that a connection counts."""

FREE: Final = 20
"""Connections within them that nobody has to wait for, beside two for each shard."""

LONGEST_S: Final = 45.0
"""Seconds that a connection waits at most; discord.py gives one up after 60."""

ASKING_S: Final = 15.0
"""Seconds that Discord may take to say how many are left; discord.py gives a connection up after 60."""

KEPT: Final = 100
"""Sessions of a day that are not begun: Discord grants 1,000, and takes the token of a bot that asks for more
(https://docs.discord.com/developers/events/gateway#session-start-limit)."""

Connect: TypeAlias = Callable[..., Awaitable[Any]]


class NoSessionsLeftError(ConnectionError):
    """Nearly all sessions that Discord grants in a day were begun.

    discord.py comes back later and later, and after five minutes `health.watchdog` ends the bot: a new start
    costs no session.
    """

    def __init__(self, reset_after_s: float) -> None:
        hours = reset_after_s / 3600
        super().__init__(
            "nearly all sessions that Discord grants in a day were begun, and it takes the token of who asks "
            f"for more: no session begins for {hours:.1f} h; find out from the log what ends them"
        )


async def check_sessions(client: discord.Client) -> int:
    """Look whether another session may be begun today, by Discord's own count, which outlives a restart.

    Args:
        client: Who would begin it; logged in.

    Returns:
        How many sessions Discord lets begin at once (``max_concurrency``); 1 where it does not say.

    Raises:
        NoSessionsLeftError: It may not.
    """
    # A task, which no time-out cancels, not even discord.py's own: a request that is cancelled while it waits
    # for the end of a global rate limit leaves discord.py's lock closed, and every later one hangs for ever.
    asking = asyncio.create_task(client.http.get_bot_gateway())
    asking.add_done_callback(lambda done: done.cancelled() or done.exception())  # seen, also if it comes late
    await asyncio.wait([asking], timeout=ASKING_S)
    try:
        _, _, limit = asking.result()
    except (asyncio.InvalidStateError, discord.GatewayNotFound, *FAILED):
        return 1  # then nobody knows
    if limit["remaining"] <= KEPT:
        raise NoSessionsLeftError(limit["reset_after"] / 1000)
    return limit["max_concurrency"]


class Brake:
    """Lets connections wait the longer the more there were: each twice as long as the one before.

    Args:
        connect: Connects to the gateway, as `discord.http.HTTPClient.ws_connect` does.
        shards: Returns how many shards are there; each may connect and come back once.
        sleep: Waits some seconds.
        clock: Tells the time in seconds.
    """

    def __init__(
        self,
        connect: Connect,
        shards: Callable[[], int],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect = connect
        self._shards = shards
        self._sleep = sleep
        self._clock = clock
        self._recent: deque[float] = deque()

    async def __call__(self, url: str, *, compress: int = 0) -> Any:
        """Connect when it is time.

        Args:
            url: The gateway's address.
            compress: As for `connect`.
        """
        now = self._clock()
        while self._recent and now - self._recent[0] > WINDOW_S:
            self._recent.popleft()
        over = len(self._recent) - FREE - 2 * self._shards()
        self._recent.append(now)
        if over >= 0:
            longest = min(2.0**over, LONGEST_S) if over < 10 else LONGEST_S
            # Not all bots of the world at the same moment.
            await self._sleep(longest * random.uniform(0.5, 1))  # noqa: S311
        return await self._connect(url, compress=compress)
