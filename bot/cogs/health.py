"""``/health``: how the bot is, for whoever runs it."""

from typing import Any

import discord
from discord import app_commands

from .. import texts
from ..answers import AnyBot
from ..delivery import promise
from ..health.database import DatabaseProbe
from ..health.gateway import Gateway
from ..health.report import health_embed
from ..services import Services
from ..speaking import described
from ._feature import Feature


class Health(Feature, name="MoodringHealth"):
    """Tells whoever runs the bot how it is.

    Args:
        bot: The host, which says who that is.
        services: What the features work with.
        gateway: The connection to Discord.
    """

    def __init__(self, bot: AnyBot, services: Services, gateway: Gateway) -> None:
        self._bot = bot
        self._services = services
        self._gateway = gateway
        self._database = DatabaseProbe(services.store)

    # Hidden from members, to whom it would say nothing. Who runs the bot need not be staff in a server: in a
    # direct message the command is there for them too.
    @app_commands.command(name="health", description=described("command-health"))
    @app_commands.default_permissions(administrator=True)
    @app_commands.allowed_contexts(guilds=True, dms=True)
    @app_commands.allowed_installs(guilds=True)
    async def health(self, interaction: discord.Interaction[Any]) -> None:
        """Show how the bot is, to whoever runs it alone."""
        await promise(interaction)  # Discord may be asked who that is
        if not await self._bot.is_owner(interaction.user):
            await interaction.edit_original_response(content=texts.say("owner-only"))
            return
        answers_in = await self._database.seconds()
        embed = health_embed(self._services.load(), self._gateway, answers_in)
        await interaction.edit_original_response(embed=embed)
