"""Buttons and menus that go on working after a restart: all that they know is in their ids.

They are dynamic items, of which discord.py keeps none for each message that has them.
"""

from abc import ABC, abstractmethod
from typing import Any, TypeAlias

import discord

from .apologies import apologise
from .delivery import is_first
from .speaking import speak_to

Click: TypeAlias = discord.Interaction[Any]
AnyButton: TypeAlias = discord.ui.Button[Any]


class Lasting(ABC):
    """What such an item does when it is used; stands before `discord.ui.DynamicItem` in its bases."""

    async def interaction_check(self, interaction: Click, /) -> bool:
        """Speak the language of whoever uses it; one use is one use, however often Discord tells of it."""
        speak_to(interaction)
        return is_first(interaction)

    async def callback(self, interaction: Click) -> None:
        """Do what it is for; apologise where that fails, for discord.py would only log it."""
        try:
            await self.used(interaction)
        except Exception as error:  # noqa: BLE001 - any failure is told
            await apologise(interaction, error)

    @abstractmethod
    async def used(self, interaction: Click) -> None:
        """Do what it is for."""


def lasting_view(*items: discord.ui.Item[Any]) -> discord.ui.View:
    """Return a row of such items, to be sent under a message."""
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()  # discord.py need not keep it, or a timer for a private one: the items do not need it
    return view
