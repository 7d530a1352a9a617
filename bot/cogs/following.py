"""Answers follow their messages: edited with them, gone with them."""

import logging
from typing import Final

import discord
from discord.ext import commands

from moodring.model import NothingToReadError

from .. import texts
from ..answers import Answers, AnyBot
from ..intake.message import draft_of_message, is_from_person
from ..services import REFUSALS, OptedOutError, Services
from ..speaking import language_here
from ..store import going_on

log: Final = logging.getLogger(__name__)


class Following(commands.Cog, name="MoodringFollowing"):
    """Keeps the answers in channels true to their messages, across restarts too."""

    def __init__(self, bot: AnyBot, services: Services, answers: Answers) -> None:
        self._bot = bot
        self._services = services
        self._answers = answers

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Read an answered message again after its author changed it."""
        message, me = payload.message, self._bot.user
        if me is None or message.edited_at is None or not is_from_person(message):
            return  # also pins and link previews arrive as edits
        with self._services.answering():
            async with self._answers.lock(message.id):
                with going_on(message_id=message.id):
                    if await self._answers.exist_to(message.id):
                        await self._catch_up(message, me.id)

    @commands.Cog.listener()
    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Take back the answer to a message that was deleted."""
        with self._services.answering(), going_on(message_id=payload.message_id):
            await self._answers.clean_up([payload.message_id])

    @commands.Cog.listener()
    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Take back the answers to messages that a moderator swept away."""
        with self._services.answering(), going_on(channel_id=payload.channel_id):
            await self._answers.clean_up(payload.message_ids)

    async def _catch_up(self, message: discord.Message, my_id: int) -> None:
        """Bring the answers up to date, or take them back where the message is not to be read any more."""
        watched = await self._services.store.watches.contains(message.channel.id)
        if not watched and my_id not in message.raw_mentions:
            await self._answers.withdraw(message)
            return
        try:
            reading = await self._services.read(message.author.id, draft_of_message(message, my_id))
        except (NothingToReadError, OptedOutError):
            await self._answers.withdraw(message)
        except REFUSALS as error:
            log.warning("not read again", extra={"message_id": message.id, "why": type(error).__name__})
        else:
            with texts.speaking(await language_here(self._services.store.guilds, message.guild)):
                await self._answers.update(message, reading)
