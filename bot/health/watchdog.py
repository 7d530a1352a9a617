"""A watch over the gateway: discord.py reconnects by itself, and where even that is stuck, the bot ends."""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from .gateway import Gateway
from .notify import ALIVE, READY, notify

log: Final = logging.getLogger(__name__)

LOOK_S: Final = 5.0
"""How often the watchdog looks."""

LOST_S: Final = 300.0
"""Seconds without a sign of life of any shard after which the bot ends.

Well beyond what discord.py needs: it notices a silent socket after 60 s, and reconnects every few seconds.
With the 30 s that the service manager waits, a whole day without Discord is 86,400 / 330 = 261 starts: fewer
than the 1,000 sessions that Discord grants in a day. Of a loop within a run `brake` keeps account.
"""


class GatewayLostError(ConnectionError):
    """The gateway has been silent for so long that only a new start may help."""


class Watchdog:
    """Tells the service manager that all is well, or ends the bot.

    Args:
        gateway: What is watched.
        tell: Tells the service manager a state.
    """

    def __init__(self, gateway: Gateway, *, tell: Callable[[str], None] = notify) -> None:
        self._gateway = gateway
        self._tell = tell
        self._told_ready = False

    def look(self) -> None:
        """Look once.

        Raises:
            GatewayLostError: No shard has given a sign of life for too long.
        """
        self._gateway.look()
        silence = self._gateway.silence
        if silence > LOST_S:
            log.error("gateway lost", extra={"silence_s": round(silence)})
            raise GatewayLostError(f"its gateway has been silent for {silence:.0f} s")
        if self._gateway.is_ready and not self._told_ready:
            self._told_ready = True
            self._tell(READY)
        self._tell(ALIVE)

    async def run(self) -> None:
        """Look for ever; that it goes on proves that the event loop turns.

        Raises:
            GatewayLostError: No shard has given a sign of life for too long.
        """
        while True:
            self.look()
            await asyncio.sleep(LOOK_S)
