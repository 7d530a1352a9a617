"""All features of the bot, wired: what a host gets."""

import logging
from contextlib import AsyncExitStack
from typing import Final

from .answers import Answers, AnyBot
from .cogs.analysis import Analysis
from .cogs.backtest import Backtesting
from .cogs.cases import Cases
from .cogs.faces import Faces
from .cogs.following import Following
from .cogs.privacy import Privacy
from .cogs.retention import Retention
from .cogs.setup import Setup
from .cogs.watching import Watching
from .cogs.why import Why
from .moderation.moderation import Moderation
from .services import Services, open_services
from .settings import load_settings
from .speaking import CommandTranslator
from .watched import Watched

log: Final = logging.getLogger(__name__)


async def add_features(bot: AnyBot, stack: AsyncExitStack) -> None:
    """Add the features to a bot.

    Args:
        bot: The host.
        stack: Takes them away again when it is closed, and closes what was opened for them.

    Raises:
        SettingsError: A setting is wrong.
        StoreError: The database cannot be used.
        WeightsError: The weights are missing or damaged.
    """
    own = getattr(bot, "services", None)
    if isinstance(own, Services):
        services = own
    else:
        services = await stack.enter_async_context(open_services(load_settings()))
    await _translate_commands(bot, stack)
    answers = Answers(bot, services)
    watched, moderation = Watched(services.store), Moderation(bot, services)
    features = (
        Analysis(bot, services, answers),
        Why(bot, services),
        Watching(bot, services, answers, watched, moderation),
        Following(bot, services, answers),
        Privacy(bot, services, answers),
        Faces(services),
        Cases(bot, services, moderation),
        Setup(bot, services, watched),
        Backtesting(bot, services),
        Retention(bot, services.store),
    )
    for cog in features:
        await bot.add_cog(cog)
        stack.push_async_callback(bot.remove_cog, cog.qualified_name)


async def _translate_commands(bot: AnyBot, stack: AsyncExitStack) -> None:
    """Let Discord have the commands in every language, unless the host translates commands itself."""
    if bot.tree.translator is not None:
        log.info("the host translates commands: Moodring's are in English unless it asks CommandTranslator")
        return
    await bot.tree.set_translator(CommandTranslator())
    stack.push_async_callback(bot.tree.set_translator, None)
