"""Forms that people fill in, and what is open to end with what made it."""

from typing import Any, Final
from weakref import WeakSet

import discord

from .apologies import apologise
from .delivery import is_first
from .speaking import speak_to

OPEN_S: Final = 60 * 60
"""Discord does not tell when somebody closes a form unsent; after this nobody is waited for."""


class Modal(discord.ui.Modal):
    """A form that speaks the language of who fills it in, and apologises for an unexpected failure."""

    def __init__(self, *, title: str) -> None:
        super().__init__(title=title, timeout=OPEN_S)

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Speak the language of who filled it in; taken once, however often Discord tells of it."""
        speak_to(interaction)
        return is_first(interaction)

    async def on_error(  # type: ignore[override]  # a modal knows of no item, unlike its base
        self, interaction: discord.Interaction[Any], error: Exception, /
    ) -> None:
        """Apologise for an unexpected failure."""
        await apologise(interaction, error)


class Opened:
    """Panels and forms that somebody may have open."""

    def __init__(self) -> None:
        self._views: WeakSet[discord.ui.Modal | discord.ui.LayoutView] = WeakSet()
        self._ended = False

    def add(self, view: discord.ui.Modal | discord.ui.LayoutView) -> None:
        """Take one in, before it is sent; after the end none works."""
        self._views.add(view)
        if self._ended:
            view.stop()

    def end(self) -> None:
        """Let none of them work any more."""
        self._ended = True
        for view in list(self._views):
            view.stop()
