"""Moodring's features as an extension that any discord.py bot can load.

    await bot.load_extension("moodring.bot.plugin")

A host other than Moodring's own bot gets services of its own, set up by the ``MOODRING_``
environment variables and closed again when the extension is unloaded. Sending the commands to
Discord stays the host's business, and so does the Message Content intent: ``/watch`` uses it if
the host has it.
"""

from contextlib import AsyncExitStack
from weakref import WeakKeyDictionary

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
from .watched import Watched

_opened: WeakKeyDictionary[AnyBot, AsyncExitStack] = WeakKeyDictionary()
"""What :func:`teardown` has to undo, last in, first out."""


async def setup(bot: AnyBot) -> None:
    """Add the features to a bot; discord.py calls this.

    Raises:
        SettingsError: A setting is wrong.
        StoreError: The database cannot be used.
        WeightsError: The weights are missing or damaged.
    """
    stack = _opened[bot] = AsyncExitStack()
    own = getattr(bot, "services", None)
    if isinstance(own, Services):
        services = own
    else:
        services = await stack.enter_async_context(open_services(load_settings()))
    why = Why(services)
    bot.add_view(why)  # for the buttons that were sent before a restart
    stack.callback(why.stop)
    answers = Answers(bot, services, why)
    watched, moderation = Watched(services.store), Moderation(bot, services)
    features = (
        Analysis(bot, services, answers),
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


async def teardown(bot: AnyBot) -> None:
    """Take the features away and close what was opened for them; discord.py calls this."""
    await _opened.pop(bot).aclose()
