"""The connection to Discord: which shards are up, and when one last gave a sign of life."""

import math
import time
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any, Final

import discord
from prometheus_client import CollectorRegistry, Counter, Gauge

from ..answers import AnyBot
from ..shards import own_shards

FRESH_S: Final = 120.0
"""How old the last sign of life may be: Discord asks for a heartbeat every 41 s, so two may be missed."""


class Gateway:
    """Listens to what a bot hears of its shards, and counts it.

    A sign of life is the start of a session, a resumed one, or the answer to a heartbeat of a shard that has
    one. discord.py tells nobody of an answer, but each one changes the shard's latency, a difference of two
    readings of a clock in nanoseconds; so whoever wants to know looks at it now and then (:meth:`look`).

    Args:
        bot: The bot; a host may have it connected already.
        registry: Gets the figures.
        clock: Returns seconds that never go back.

    Attributes:
        connected_at: Since when there has been a shard that is up; None where there is none, or that began
            before anybody listened.
    """

    def __init__(
        self, bot: AnyBot, registry: CollectorRegistry, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bot = bot
        self._clock = clock
        self._up: set[int] = set()
        self._latencies: dict[int, float] = {}
        self._heard = clock()
        self.connected_at: datetime | None = None
        prefix = "on_shard_" if isinstance(bot, discord.AutoShardedClient) else "on_"
        self._listeners: dict[str, Callable[..., Coroutine[Any, Any, None]]] = {
            f"{prefix}connect": self._connected,
            f"{prefix}resumed": self._resumed,
            f"{prefix}disconnect": self._disconnected,
        }
        for event, listener in self._listeners.items():
            bot.add_listener(listener, event)
        if bot.is_ready():
            self._up.update(self._shards())
        self._expose(registry)

    def _expose(self, registry: CollectorRegistry) -> None:
        self._sessions = Counter(
            "moodring_gateway_sessions",
            "Sessions with Discord's gateway that began, or were taken up again",
            ["how"],
            registry=registry,
        )
        for how in ("new", "resumed"):
            self._sessions.labels(how)
        self._losses = Counter(
            "moodring_gateway_disconnects", "Connections to Discord's gateway that ended", registry=registry
        )
        for name, about, value in (
            ("shards", "Connections to Discord's gateway that there should be", lambda: self.shards),
            ("shards_up", "Those that have a session", lambda: self.up),
            ("latency_seconds", "Time to the slowest shard's last heartbeat's answer", lambda: self.latency),
            ("silence_seconds", "Time since the last sign of life of any shard", lambda: self.silence),
        ):
            Gauge(f"moodring_gateway_{name}", about, registry=registry).set_function(value)

    @property
    def shards(self) -> int:
        """How many shards there should be in this process."""
        return len(own_shards(self._bot))

    @property
    def up(self) -> int:
        """How many of them have a session."""
        return len(self._up)

    @property
    def latency(self) -> float:
        """Seconds from the last heartbeat to its answer, of the slowest shard; NaN where none is known."""
        return max(filter(math.isfinite, self._shards().values()), default=math.nan)

    @property
    def silence(self) -> float:
        """Seconds since the last sign of life of any shard, or since somebody began to listen."""
        return self._clock() - self._heard

    @property
    def is_ready(self) -> bool:
        """Whether the bot knows its servers and hears of them."""
        return self._bot.is_ready() and bool(self._up) and self.silence <= FRESH_S

    def look(self) -> None:
        """Look for answers to heartbeats since the last look."""
        known = {shard: latency for shard, latency in self._shards().items() if math.isfinite(latency)}
        if any(known[shard] != self._latencies.get(shard) for shard in self._up & known.keys()):
            self._heard = self._clock()
        self._latencies = known

    def close(self) -> None:
        """Listen no more."""
        for event, listener in self._listeners.items():
            self._bot.remove_listener(listener, event)

    def _shards(self) -> dict[int, float]:
        """Return the latencies of the shards in seconds, by their numbers."""
        if isinstance(self._bot, discord.AutoShardedClient):
            return dict(self._bot.latencies)
        return {0: self._bot.latency}

    async def _connected(self, shard: int = 0) -> None:
        self._begin(shard, "new")

    async def _resumed(self, shard: int = 0) -> None:
        self._begin(shard, "resumed")

    async def _disconnected(self, shard: int = 0) -> None:
        if shard in self._up:  # it is told again with every attempt that fails
            self._losses.inc()
            self._up.remove(shard)
        if not self._up:
            self.connected_at = None

    def _begin(self, shard: int, how: str) -> None:
        if not self._up:
            self.connected_at = discord.utils.utcnow()
        self._up.add(shard)
        self._heard = self._clock()
        self._sessions.labels(how).inc()
