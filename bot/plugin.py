"""Moodring's features as an extension that any discord.py bot can load.

    await bot.load_extension("moodring.bot.plugin")

A host other than Moodring's own bot gets services of its own, set up by the ``MOODRING_``
environment variables and closed again when the extension is unloaded. Sending the commands to
Discord stays the host's business, and so do the intents: what they leave out is logged once. All of
it is in ``docs/plugin.md``.
"""

import logging
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

import discord
from discord.ext import commands

if TYPE_CHECKING:
    from .answers import AnyBot

log: Final = logging.getLogger(__name__)

NEEDS_DISCORD: Final = (2, 7, 1)
"""The oldest release of discord.py that has the components of panel, cards and forms."""

_opened: WeakKeyDictionary["AnyBot", AsyncExitStack] = WeakKeyDictionary()
"""What :func:`teardown` has to undo, last in, first out; nothing of a setup that was refused."""


class OldDiscordError(RuntimeError):
    """The host's discord.py is too old; the message says which release it takes."""


async def setup(bot: "AnyBot", *, base: type[commands.Cog] = commands.Cog) -> None:
    """Add the features to a bot, all or none; discord.py calls this.

    Args:
        bot: The host.
        base: The class that every cog of the host has to be of, where it insists on one of its own as
            Red does.

    Raises:
        OldDiscordError: The host's discord.py is too old.
        SettingsError: A setting is wrong.
        StoreError: The database cannot be used.
        WeightsError: The weights are missing or damaged.
        NameTakenError: The host has a command or a cog of the same name, or the features already.
    """
    if discord.version_info[:3] < NEEDS_DISCORD:
        needed = ".".join(map(str, NEEDS_DISCORD))
        raise OldDiscordError(
            f"Moodring needs discord.py {needed} or newer, and this is {discord.__version__}: "
            f'pip install --upgrade "discord.py>={needed}"'
        )
    from .features import add_features  # an older discord.py lacks what these import

    async with AsyncExitStack() as stack:
        await add_features(bot, stack, base)
        _opened[bot] = stack.pop_all()


async def teardown(bot: "AnyBot") -> None:
    """Take the features away and close what was opened for them; discord.py calls this."""
    stack = _opened.pop(bot, None)
    if stack is None:  # the setup was refused
        return
    try:
        await stack.aclose()
    except Exception:
        log.exception("not everything could be closed")  # discord.py would keep it to itself
        raise
