"""All features of the bot, wired: what a host gets."""

import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, Final, TypeAlias, TypeVar, cast
from weakref import WeakSet

import discord
from discord import app_commands
from discord.ext import commands

from .answers import Answers, AnyBot
from .backtesting import buttons as backtest_buttons
from .cogs.analysis import Analysis
from .cogs.backtest import Backtesting
from .cogs.cases import Cases
from .cogs.faces import Faces
from .cogs.following import Following
from .cogs.health import Health
from .cogs.mood import Mood
from .cogs.privacy import Privacy
from .cogs.retention import Retention
from .cogs.setup import Setup
from .cogs.watching import Watching
from .cogs.why import Why
from .health.gateway import Gateway
from .intents import in_words, lacking
from .moderation import buttons as case_buttons
from .moderation.moderation import Moderation
from .mood import buttons as mood_buttons
from .mood.counting import Counting
from .privacy import PrivacyButton
from .services import Services, open_services
from .settings import load_settings
from .shards import owns
from .speaking import CommandTranslator
from .watched import Watched
from .why import WhyButton

log: Final = logging.getLogger(__name__)

PATIENCE_S: Final = 5.0
"""Seconds for what is in flight when the features are taken away."""

_ITEMS: Final = (
    WhyButton,
    PrivacyButton,
    *case_buttons.ITEMS,
    *backtest_buttons.ITEMS,
    *mood_buttons.ITEMS,
)
"""The buttons that work after a restart."""

_Feature = TypeVar("_Feature", bound=commands.Cog)

AnyCommand: TypeAlias = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu

_CHAT_INPUT: Final = discord.AppCommandType.chat_input


class NameTakenError(RuntimeError):
    """The host has names of its own that the features need; the message says which."""


_hosts: Final[WeakSet[AnyBot]] = WeakSet()
"""Who has the features: a second time they would take the first ones' buttons away with them. Kept here, as
discord.py runs the plugin's own module anew for each load."""


async def add_features(bot: AnyBot, stack: AsyncExitStack, base: type[commands.Cog] = commands.Cog) -> None:
    """Add the features to a bot.

    Args:
        bot: The host.
        stack: Takes them away again when it is closed, also after a failure, and closes what was opened for
            them.
        base: The class that every cog of the host has to be of, where it insists on one of its own.

    Raises:
        SettingsError: A setting is wrong.
        StoreError: The database cannot be used.
        WeightsError: The weights are missing or damaged.
        NameTakenError: The host has a command or a cog of the same name, or the features already.
    """
    if bot in _hosts:
        raise NameTakenError(
            "this bot has Moodring's features already: unload them before loading them again"
        )
    _hosts.add(bot)
    stack.callback(_hosts.discard, bot)
    own = getattr(bot, "services", None)
    if isinstance(own, Services):
        services = own
    else:
        services = await stack.enter_async_context(open_services(load_settings()))
        if lacks := lacking(bot.intents):
            log.warning("the host's intents leave out: %s", in_words(lacks))
    gateway = getattr(bot, "gateway", None)
    if not isinstance(gateway, Gateway):
        gateway = Gateway(bot, services.metrics.registry)
        stack.callback(gateway.close)
    await _translate_commands(bot, stack)
    bot.add_dynamic_items(*_ITEMS)
    stack.callback(bot.remove_dynamic_items, *_ITEMS)
    answers = Answers(bot, services)
    watched = Watched(services.store, partial(owns, bot))
    moderation = Moderation(bot, services)
    counting = Counting()
    mood = _of(base, Mood)(bot, services.store, counting, services.afterlife)
    analysis = _of(base, Analysis)(bot, services, answers)
    cogs: Sequence[commands.Cog] = (
        analysis,
        _of(base, Watching)(bot, services, answers, watched, moderation, counting=counting),
        _of(base, Following)(bot, services, answers),
        _of(base, Privacy)(services, answers),
        _of(base, Faces)(services),
        _of(base, Why)(services),
        _of(base, Cases)(bot, services, moderation),
        _of(base, Setup)(bot, services, watched),
        _of(base, Backtesting)(bot, services),
        _of(base, Retention)(bot, services.store),
        _of(base, Health)(bot, services, gateway),
    )
    _check_names(bot, [mood, *cogs], analysis.menu)
    await _add(bot, mood, stack)
    if services is not own:
        # Once nothing begins any more; before the mood is closed, for which what is read then still counts;
        # and before the buttons go, which a card on its way would bring back.
        stack.push_async_callback(services.drain, PATIENCE_S)
    for cog in cogs:
        await _add(bot, cog, stack)
    ours = [analysis.menu, *(command for cog in (mood, *cogs) for command in cog.get_app_commands())]
    stack.callback(_remove_copies, bot, ours)


def _remove_copies(bot: AnyBot, ours: Sequence[AnyCommand]) -> None:
    """Take away what the host copied into single servers (`app_commands.CommandTree.copy_global_to`)."""
    for guild in bot.guilds:
        for command in bot.tree.get_commands(guild=guild):
            if command in ours:
                kind = command.type if isinstance(command, app_commands.ContextMenu) else _CHAT_INPUT
                bot.tree.remove_command(command.name, guild=guild, type=kind)


def _of(base: type[commands.Cog], feature: type[_Feature]) -> type[_Feature]:
    """Return a feature as a class that is also of the host's own base."""
    if issubclass(feature, base):
        return feature
    made = commands.CogMeta(feature.__name__, (feature, base), {}, name=feature.__cog_name__)
    return cast(type[_Feature], made)


def _check_names(bot: AnyBot, cogs: Sequence[commands.Cog], menu: discord.app_commands.ContextMenu) -> None:
    """Raise where the host has a name already, before anything is added."""
    wanted = [command.name for cog in cogs for command in cog.get_app_commands()]
    taken = [f"the command /{name}" for name in wanted if bot.tree.get_command(name)]
    if bot.tree.get_command(menu.name, type=menu.type):
        taken.append(f"the menu {menu.name}")
    taken += [f"the cog {cog.qualified_name}" for cog in cogs if bot.get_cog(cog.qualified_name)]
    if taken:
        raise NameTakenError(
            f"this bot has {', '.join(taken)} already, which Moodring needs for itself: "
            "rename or unload the bot's own, then load Moodring again"
        )


async def _add(bot: AnyBot, cog: commands.Cog, stack: AsyncExitStack) -> None:
    """Add a cog whole or not at all: discord.py leaves half of one where it refuses a command of it."""
    try:
        await bot.add_cog(cog)
    except Exception:
        for event, listener in cog.get_listeners():
            bot.remove_listener(listener, event)
        for command in cog.get_app_commands():
            if bot.tree.get_command(command.name) is command:
                bot.tree.remove_command(command.name)
        await cog.cog_unload()
        raise
    stack.push_async_callback(bot.remove_cog, cog.qualified_name)


async def _translate_commands(bot: AnyBot, stack: AsyncExitStack) -> None:
    """Let Discord have the commands in every language, unless the host translates commands itself."""
    if bot.tree.translator is not None:
        log.info("the host translates commands: Moodring's are in English unless it asks CommandTranslator")
        return
    translator = CommandTranslator()
    await bot.tree.set_translator(translator)

    async def leave() -> None:
        if bot.tree.translator is translator:  # the host may have set its own meanwhile
            await bot.tree.set_translator(None)

    stack.push_async_callback(leave)
