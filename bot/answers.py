"""The bot's answers in channels, which follow the messages that they belong to."""

import asyncio
import logging
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeAlias
from weakref import WeakValueDictionary

import discord
from discord.ext import commands

from .delivery import FAILED, twice, why
from .permissions import NO_PINGS
from .recent import Kept
from .replies import EMOJI, prediction_embed
from .services import Reading, Services
from .store import Answer, going_on
from .why import why_view

log: Final = logging.getLogger(__name__)

AnyBot: TypeAlias = commands.Bot | commands.AutoShardedBot
"""The hosts that discord.py knows."""


class Answers:
    """Gives answers, changes them and takes them back.

    Args:
        bot: The host.
        services: Which answer belongs to which message, and what was just read.
    """

    def __init__(self, bot: AnyBot, services: Services) -> None:
        self._bot = bot
        self._pairs = services.store.answers
        self._opt_outs = services.store.opt_outs
        self._recent = services.recent
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def lock(self, message_id: int) -> asyncio.Lock:
        """Return the lock of a message: what happens to one message happens in turn.

        An edit or a deletion that arrives while the message is still being read waits for the answer
        and finds it.
        """
        return self._locks.setdefault(message_id, asyncio.Lock())

    async def reply(self, asked: discord.Message, reading: Reading, about: discord.Message) -> None:
        """Answer a message in its channel, without pinging anyone.

        Args:
            asked: The message to reply to.
            reading: What was read.
            about: The message that was read; mostly the same one.
        """
        embed = prediction_embed(reading.prediction)
        with failures_logged(asked.id, asked.channel.id):
            sent = await twice(
                lambda: asked.reply(
                    embed=embed,
                    view=why_view(),
                    mention_author=False,
                    allowed_mentions=NO_PINGS,
                    nonce=asked.id,  # Discord takes it once, also where its answer was lost or we restarted
                )
            )
            self._recent.keep(sent.id, Kept(about.author.id, reading.sample))
            await self._keep(about, sent.id)

    async def respond(self, interaction: discord.Interaction[Any], reading: Reading, author_id: int) -> None:
        """Answer a command; what was handed in with it only the person who did may see again."""
        embed = prediction_embed(reading.prediction)
        sent = await twice(lambda: interaction.edit_original_response(embed=embed, view=why_view()))
        self._recent.keep(sent.id, Kept(author_id, reading.sample, only_for=interaction.user.id))

    async def react(self, message: discord.Message, reading: Reading) -> None:
        """Answer a message with a reaction on it."""
        with failures_logged(message.id, message.channel.id):
            await twice(lambda: message.add_reaction(EMOJI[reading.prediction.emotion]))
            await self._keep(message, message.id)

    async def say(self, asked: discord.Message, text: str) -> None:
        """Reply with a text, such as why there is no prediction."""
        with failures_logged(asked.id, asked.channel.id):
            await twice(
                lambda: asked.reply(text, mention_author=False, allowed_mentions=NO_PINGS, nonce=asked.id)
            )

    async def exist_to(self, message_id: int) -> bool:
        """Return whether a message has answers."""
        return bool(await self._pairs.to(message_id))

    async def update(self, message: discord.Message, reading: Reading) -> None:
        """Bring the answers to an edited message up to date."""
        for answer in await self._pairs.to(message.id):
            with failures_logged(answer.message_id, answer.channel_id):
                if answer.is_reaction:
                    await self._replace_reactions(answer, EMOJI[reading.prediction.emotion])
                else:
                    embed = prediction_embed(reading.prediction)
                    await self._message(answer).edit(embed=embed, allowed_mentions=NO_PINGS)
                    self._recent.keep(answer.answer_id, Kept(message.author.id, reading.sample))

    async def withdraw(self, message: discord.Message) -> None:
        """Take back the answers to a message that can no longer be read."""
        for answer in await self._pairs.take([message.id]):
            await self._remove(answer)

    async def clean_up(self, deleted_ids: Collection[int]) -> None:
        """Take back the answers to deleted messages; their reactions are gone already."""
        for message_id in deleted_ids:
            async with self.lock(message_id):  # an answer on its way arrives first
                pass
        for answer in await self._pairs.take(deleted_ids):
            if not answer.is_reaction:
                await self._remove(answer)

    async def withdraw_from(self, author_id: int) -> None:
        """Take back the answers to a person's messages."""
        self._recent.forget_author(author_id)
        answers = await self._pairs.to_author(author_id)
        with going_on():
            await self._pairs.forget_user(author_id)
        for answer in answers:
            await self._remove(answer)

    async def _keep(self, message: discord.Message, answer_id: int) -> None:
        guild_id = None if message.guild is None else message.guild.id
        answer = Answer(message.id, answer_id, message.channel.id, guild_id, message.author.id)
        with going_on(message_id=answer.message_id, channel_id=answer.channel_id):
            await self._pairs.add(answer, discord.utils.utcnow())
        if await self._opt_outs.contains(message.author.id):  # while the answer was on its way
            await self.withdraw_from(message.author.id)
            return
        log.info(
            "answered",
            extra={
                "message_id": answer.message_id,
                "answer_id": answer_id,
                "channel_id": answer.channel_id,
                "guild_id": guild_id,
            },
        )

    async def _remove(self, answer: Answer) -> None:
        self._recent.forget(answer.answer_id)
        with failures_logged(answer.message_id, answer.channel_id):
            if answer.is_reaction:
                await self._replace_reactions(answer, None)
            else:
                await self._message(answer).delete()

    async def _replace_reactions(self, answer: Answer, emoji: str | None) -> None:
        """Leave one reaction of ours, or none; which ones there are is asked of Discord, not kept."""
        message = await self._message(answer).fetch()
        ours = {str(reaction.emoji) for reaction in message.reactions if reaction.me}
        me = self._bot.user
        assert me is not None, "a bot that reacted is logged in"  # noqa: S101
        for stale in ours - {emoji}:
            await message.remove_reaction(stale, me)
        if emoji is not None and emoji not in ours:
            await message.add_reaction(emoji)

    def _message(self, answer: Answer) -> discord.PartialMessage:
        channel = self._bot.get_partial_messageable(answer.channel_id, guild_id=answer.guild_id)
        return channel.get_partial_message(answer.answer_id)


@contextmanager
def failures_logged(message_id: int, channel_id: int) -> Iterator[None]:
    """Go on when Discord refuses: the message, its channel or our permission may be gone meanwhile."""
    try:
        yield
    except FAILED as error:
        ids = {"message_id": message_id, "channel_id": channel_id}
        log.warning("Discord refused an answer", extra={**ids, **why(error)})
