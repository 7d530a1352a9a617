"""Buttons and menus that hand on what was chosen."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import discord

from .. import texts
from ..delivery import promise
from ..lasting import Click


class Button(discord.ui.Button[discord.ui.LayoutView]):
    """A button that does something.

    Args:
        label: What stands on it.
        then: What it does.
    """

    def __init__(self, label: str, then: Callable[[Click], Awaitable[None]]) -> None:
        super().__init__(label=label)
        self._then = then

    async def callback(self, interaction: Click) -> None:
        """Hand the click on."""
        await self._then(interaction)


class Menu(discord.ui.Select[discord.ui.LayoutView]):
    """A menu of texts.

    Args:
        placeholder: What stands in it while nothing is chosen.
        options: What it offers.
        then: What happens with the values that were chosen.
        several: Whether any number may be chosen, none included; otherwise exactly one.
    """

    def __init__(
        self,
        placeholder: str,
        options: Sequence[discord.SelectOption],
        then: Callable[[Click, list[str]], Awaitable[None]],
        *,
        several: bool = False,
    ) -> None:
        least, most = (0, len(options)) if several else (1, 1)
        super().__init__(placeholder=placeholder, options=list(options), min_values=least, max_values=most)
        self._then = then

    async def callback(self, interaction: Click) -> None:
        """Hand the choice on; what the menu does not offer is not taken."""
        offered = {option.value for option in self.options}
        if self.min_values <= len(self.values) and offered.issuperset(self.values):
            await self._then(interaction, self.values)
        else:
            await promise(interaction, thinking=False)


class ChannelMenu(discord.ui.ChannelSelect[discord.ui.LayoutView]):
    """A menu of channels.

    Args:
        placeholder: What stands in it while nothing is chosen.
        then: What happens with the ids that were chosen.
        options: What discord.py's menu takes.
    """

    def __init__(
        self, placeholder: str, then: Callable[[Click, list[int]], Awaitable[None]], **options: Any
    ) -> None:
        super().__init__(placeholder=placeholder, **options)
        self._then = then

    async def callback(self, interaction: Click) -> None:
        """Hand the choice on; what is no channel of the server, or not known, is not taken."""
        guild, chosen = interaction.guild, [channel.id for channel in self.values]
        if guild is not None and all(map(guild.get_channel_or_thread, chosen)):
            await self._then(interaction, chosen)
        else:
            await interaction.response.send_message(texts.say("not-watchable"), ephemeral=True)


class RoleMenu(discord.ui.RoleSelect[discord.ui.LayoutView]):
    """A menu of roles.

    Args:
        placeholder: What stands in it while nothing is chosen.
        then: What happens with the ids that were chosen.
        options: What discord.py's menu takes.
    """

    def __init__(
        self, placeholder: str, then: Callable[[Click, list[int]], Awaitable[None]], **options: Any
    ) -> None:
        super().__init__(placeholder=placeholder, **options)
        self._then = then

    async def callback(self, interaction: Click) -> None:
        """Hand the choice on; what is no role of the server is not taken."""
        guild, chosen = interaction.guild, [role.id for role in self.values]
        if guild is not None and all(map(guild.get_role, chosen)):
            await self._then(interaction, chosen)
        else:
            await promise(interaction, thinking=False)
