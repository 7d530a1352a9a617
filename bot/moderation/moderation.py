"""What follows a message that was read in a watched channel, for moderators."""

import asyncio
import io
import logging
from typing import Final

import discord

from moodring.model import Prediction

from .. import charts, texts
from ..answers import AnyBot
from ..boxes import box
from ..delivery import FAILED, why
from ..guild_settings import GuildSettings
from ..heat import HOT_FROM, HeatMeter, negativity
from ..permissions import NO_PINGS, missing_to_attach
from ..services import Services
from .cards import HEAT_COLOUR
from .cases import Case
from .deeds import Deeds, RefusedError
from .flags import Flags
from .log_channel import LogChannel, log_channel

log: Final = logging.getLogger(__name__)

_CHART: Final = "heat.png"


class Moderation:
    """Flags, what is done about them, and the heat of conversations.

    Args:
        bot: The host.
        services: Where cases are kept.
    """

    def __init__(self, bot: AnyBot, services: Services) -> None:
        self.flags = Flags(bot, services)
        self.deeds = Deeds(bot, services)
        self._automations = services.store.automations
        self._heat = HeatMeter()

    async def consider(
        self, message: discord.Message, prediction: Prediction, settings: GuildSettings, *, flag: bool
    ) -> None:
        """Look at a message: is it to be flagged, and does its conversation heat up?

        Args:
            message: The message.
            prediction: What was read in it.
            settings: The guild's.
            flag: Whether messages of its channel are flagged.
        """
        channel_id, at = message.channel.id, message.created_at
        heat = self._heat.add(channel_id, message.author.id, at, negativity(prediction))
        if flag:
            await self.flag(message, prediction, settings)
        if heat.rose and channel_id not in settings.exempt_channel_ids:
            await self._tell_of_heat(message, settings)

    async def flag(self, message: discord.Message, prediction: Prediction, settings: GuildSettings) -> None:
        """Flag a message if it should be, and do what the guild switched on for messages like it."""
        hot = self._heat.is_hot(message.channel.id)
        case = await self.flags.consider(message, prediction, settings, hot=hot)
        if case is not None and case.would_act:
            await self._act(case)

    def forget_channel(self, channel_id: int) -> None:
        """Forget what is in memory about a channel."""
        self._heat.forget_channel(channel_id)
        self.flags.forget_channel(channel_id)

    async def _act(self, case: Case) -> None:
        """Do what the guild switched on for messages like this one."""
        automation = await self._automations.get(case.guild_id)
        if automation is None or not automation.active:
            return
        try:
            case = await self.deeds.do(case, automation.action, None)
        except RefusedError as error:
            log.warning("no automatic action", extra={"case_id": case.id, "why": str(error)})
        await self.flags.refresh(case)

    async def _tell_of_heat(self, message: discord.Message, settings: GuildSettings) -> None:
        """Tell moderators that a conversation heats up, and the conversation if the guild wants that."""
        channel = log_channel(message.guild, settings)
        try:
            if channel is not None and settings.heat_notes:
                await self._send_note(message, channel)
            if line := settings.words("heat_line"):
                await message.channel.send(line, allowed_mentions=NO_PINGS)
        except FAILED as error:
            log.warning(
                "Discord refused a note on heat", extra={"channel_id": message.channel.id, **why(error)}
            )

    async def _send_note(self, message: discord.Message, channel: LogChannel) -> None:
        """Send a note on heat, with its chart where files may be attached and in words where not."""
        levels = self._heat.recent(message.channel.id)
        link = f"[{texts.say('to-the-message')}]({message.jump_url})"
        said = [
            f"### {texts.say('heats-up')}\n<#{message.channel.id}> · {link}",
            texts.say("heats-up-about"),
        ]
        sentence = charts.heat_sentence(levels, HOT_FROM)
        if not missing_to_attach(channel):
            chart = await asyncio.to_thread(charts.heat_chart, levels, HOT_FROM)
            file = discord.File(io.BytesIO(chart), _CHART, description=sentence)
            view = box(said, stripe=HEAT_COLOUR, picture=file)
            await channel.send(view=view, file=file, allowed_mentions=NO_PINGS)
        else:
            await channel.send(view=box([*said, sentence], stripe=HEAT_COLOUR), allowed_mentions=NO_PINGS)
