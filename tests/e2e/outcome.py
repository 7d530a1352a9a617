"""The type of the `outcome` fixture."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from moodring.bot.local.seen import Change

Outcome: TypeAlias = Callable[[Awaitable[object]], Awaitable[Change]]
