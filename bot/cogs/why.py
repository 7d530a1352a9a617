"""Explaining answers: which words and which parts of a picture made it so."""

import logging
from typing import Any, Final

import discord

from .. import texts
from ..delivery import FAILED, promise
from ..intake.message import draft_of_message
from ..permissions import Place, lacks
from ..recent import Kept
from ..replies import refusal, why_embed, why_files
from ..services import REFUSALS, Services
from ..store import Answer
from ..why import COG
from ._feature import Feature

log: Final = logging.getLogger(__name__)


class Why(Feature, name=COG):
    """Works under every answer, also after a restart; only who presses sees what it says.

    Args:
        services: What the features work with.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    async def explain(self, interaction: discord.Interaction[Any]) -> None:
        """Explain the answer that the button is under."""
        answer = interaction.message
        assert answer is not None, "a button is under a message"  # noqa: S101
        await promise(interaction)
        with self._services.answering():
            pair = await self._services.store.answers.of(answer.id)
            if pair is not None and not _is_before(interaction, pair.channel_id):
                await interaction.edit_original_response(content=texts.say("why-forgotten"))
                return
            kept = self._services.recent.get(answer.id)
            if kept is not None and kept.only_for not in {None, interaction.user.id}:
                await interaction.edit_original_response(content=texts.say("why-not-yours"))
                return
            try:
                if kept is None and pair is not None:
                    kept = await self._read_again(interaction, pair)
                if kept is None:
                    await interaction.edit_original_response(content=texts.say("why-forgotten"))
                    return
                explained = await self._services.explain(kept, asked_by=interaction.user.id)
            except REFUSALS as error:
                why = refusal(error, own=False)
                await interaction.edit_original_response(content=why)
                return
            await interaction.edit_original_response(
                embed=why_embed(kept.sample.text, explained), attachments=why_files(explained)
            )
            log.info("explained", extra={"answer_id": answer.id, "guild_id": interaction.guild_id})

    async def _read_again(self, interaction: discord.Interaction[Any], pair: Answer) -> Kept | None:
        """Fetch the message behind an answer of the last day; None where Discord does not show it."""
        client = interaction.client
        channel = client.get_partial_messageable(pair.channel_id, guild_id=pair.guild_id)
        try:
            message = await channel.get_partial_message(pair.message_id).fetch()
        except FAILED:
            return None
        draft = draft_of_message(message, client.user.id)
        if draft.is_empty:
            return None
        sample = await self._services.fetch(message.author.id, draft, asked_by=interaction.user.id)
        return Kept(message.author.id, sample)


def _is_before(interaction: discord.Interaction[Any], channel_id: int) -> bool:
    """Return whether somebody pressed in the channel of an answer, and sees it: Discord's word, checked."""
    person, channel = interaction.user, interaction.channel
    hidden = (
        isinstance(person, discord.Member)
        and isinstance(channel, Place)
        and lacks(person, channel, "view_channel")
    )
    return interaction.channel_id == channel_id and not hidden
