"""Showing moderators what they should see: one card a conversation, in the log channel."""

import asyncio
import contextlib
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from weakref import WeakValueDictionary

import discord

from moodring.model import Prediction

from .. import texts
from ..answers import AnyBot
from ..delivery import FAILED, twice, why
from ..despair import despairs
from ..guild_settings import GuildSettings, GuildSettingsError
from ..permissions import NO_PINGS
from ..rules import Flag, Group, flag_of, folds, is_exempt, scores
from ..services import Services
from ..shards import owns
from ..speaking import language_in
from .cards import MAX_ON_CARD, distress_text
from .cases import Case
from .layouts import card, distress_card
from .log_channel import LogChannel, log_channel

log: Final = logging.getLogger(__name__)

MAX_DISTRESS: Final = 1024
"""Channels whose last card about distress is remembered."""


@dataclass(frozen=True, slots=True)
class _Distress:
    """A card about somebody who may not be well: kept in memory alone, to add to it."""

    card: discord.Message
    at: datetime
    message_ids: tuple[int, ...]


class Flags:
    """Raises flags.

    Args:
        bot: The host.
        services: Where cases are kept.
    """

    def __init__(self, bot: AnyBot, services: Services) -> None:
        self._bot = bot
        self._cases = services.store.cases
        self._guilds = services.store.guilds
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._distress: OrderedDict[int, _Distress] = OrderedDict()

    async def consider(
        self, message: discord.Message, prediction: Prediction, settings: GuildSettings, *, hot: bool
    ) -> Case | None:
        """Flag a message of a watched channel, if it should be.

        Args:
            message: The message.
            prediction: What was read in it.
            settings: The guild's.
            hot: Whether the channel has heated up.

        Returns:
            The case that was opened; None where nothing was flagged, or somebody may not be well.
        """
        flag = flag_of(prediction, settings.bars, hot=hot, despairs=despairs(message.content))
        if flag is None or is_exempt(_role_ids(message.author), message.channel.id, settings.exempt):
            return None
        channel = log_channel(message.guild, settings)
        if channel is None:
            return None
        async with self._lock(message.channel.id):  # two flags at once share a card
            try:
                if flag.group is Group.DISTRESS:
                    await self._show_distress(message, channel, settings)
                    return None
                return await self._open(message, flag, prediction, channel)
            except FAILED as error:
                ids = {"message_id": message.id, "channel_id": channel.id}
                log.warning("Discord refused a card", extra={**ids, **why(error)})
                return None

    def forget_channel(self, channel_id: int) -> None:
        """Forget the last card about distress in a channel."""
        self._distress.pop(channel_id, None)

    def settle_distress(self, card: discord.Message) -> None:
        """Add no more to a card about distress: somebody has dealt with it, and what comes is new to them."""
        self._distress = OrderedDict(
            (channel_id, last)
            for channel_id, last in self._distress.items()
            if (last.card.id, last.card.channel.id) != (card.id, card.channel.id)
        )

    async def refresh(self, case: Case) -> None:
        """Bring the card of a case up to date."""
        async with self._lock(case.channel_id):  # it may be about to have one, or another case to join it
            now = await self._cases.get(case.guild_id, case.id)
            if now is None or now.card_id is None:
                return
            try:
                await self._edit(await self._cases.on_card(now.card_id))
            except FAILED as error:
                log.warning("Discord refused a card", extra={"case_id": case.id, **why(error)})

    async def catch_up(self, since: datetime) -> None:
        """Bring cards up to date that a crash, or Discord, left behind.

        They are those of actions that were cut off, and those of cases that have none yet.

        Args:
            since: The oldest that are still news.
        """
        behind = [(case, self.refresh) for case in await self._cases.unclear(since)]
        behind += [(case, self._show_late) for case in await self._cases.without_card(since)]
        for case, show in behind:
            if not owns(self._bot, case.guild_id):  # another process shows it
                continue
            try:
                await show(case)
            except GuildSettingsError:  # one guild's fault is not the others'
                ids = {"case_id": case.id, "guild_id": case.guild_id}
                log.exception("settings of a server cannot be read", extra=ids)

    async def _show_late(self, case: Case) -> None:
        """Show a case that has no card, unless meanwhile it has: others go on."""
        guild = self._bot.get_guild(case.guild_id)
        settings = await self._guilds.get(case.guild_id)
        channel = None if guild is None else log_channel(guild, settings)
        if channel is None:
            return
        async with self._lock(case.channel_id):
            now = await self._cases.get(case.guild_id, case.id)
            if now is None or now.card_id is not None:
                return
            try:
                with texts.speaking(language_in(guild, settings)):
                    # A crash may have cut it off as it stood on a card already, and was not kept there.
                    if before := await self._cases.card_before(now):
                        with contextlib.suppress(discord.NotFound):  # somebody has deleted that one
                            await self._edit(before)
                    placed = await self._send(now, channel)
                    await self._edit([placed])  # Discord may have it already, as the case was then
            except FAILED as error:
                log.warning("Discord refused a card", extra={"case_id": case.id, **why(error)})

    async def _open(
        self,
        message: discord.Message,
        flag: Flag,
        prediction: Prediction,
        channel: LogChannel,
    ) -> Case | None:
        assert message.guild is not None, "only channels of a guild are watched"  # noqa: S101
        case = await self._cases.open(
            guild_id=message.guild.id,
            channel_id=message.channel.id,
            message_id=message.id,
            group=flag.group,
            scores=scores(prediction),
            would_act=flag.acts,
            at=message.created_at,
        )
        if case is None:
            return None
        log.info("flagged", extra={"case_id": case.id, "guild_id": case.guild_id, "group": flag.group})
        return await self._add(case) or await self._send(case, channel)

    # A case is shown first, then it is kept where: what a crash cuts off between the two has no card, and
    # gets one with the next start.

    async def _add(self, case: Case) -> Case | None:
        """Show a case on the last card of its channel; None where it is to have one of its own."""
        before = await self._cases.card_before(case)
        if not _has_room(before) or not folds(before[0].opened_at, case.opened_at):
            return None
        try:
            await self._edit([*before, case])
        except discord.NotFound:  # somebody has deleted it
            return None
        placed = replace(case, card_channel_id=before[0].card_channel_id, card_id=before[0].card_id)
        await self._cases.place(placed)
        return placed

    async def _send(self, case: Case, channel: LogChannel) -> Case:
        """Send a case's own card; under its nonce Discord takes it once."""
        sent = await twice(
            lambda: channel.send(view=card([case]), allowed_mentions=NO_PINGS, nonce=f"case-{case.id}")
        )
        placed = replace(case, card_channel_id=channel.id, card_id=sent.id)
        await self._cases.place(placed)
        return placed

    async def _edit(self, cases: Sequence[Case]) -> None:
        """Let a card show cases; the first of them is on it."""
        on_card = cases[0]
        assert on_card.card_channel_id is not None, "it is on a card"  # noqa: S101
        assert on_card.card_id is not None, "it is on a card"  # noqa: S101
        settings = await self._guilds.get(on_card.guild_id)
        channel = self._bot.get_partial_messageable(on_card.card_channel_id, guild_id=on_card.guild_id)
        with texts.speaking(language_in(self._bot.get_guild(on_card.guild_id), settings)):
            view = card(cases)
        shown = channel.get_partial_message(on_card.card_id)
        await twice(lambda: shown.edit(view=view, allowed_mentions=NO_PINGS))

    def _lock(self, channel_id: int) -> asyncio.Lock:
        return self._locks.setdefault(channel_id, asyncio.Lock())

    async def _show_distress(
        self,
        message: discord.Message,
        channel: LogChannel,
        settings: GuildSettings,
    ) -> None:
        """Ask moderators to look after somebody; nothing of it is stored."""
        assert message.guild is not None, "only channels of a guild are watched"  # noqa: S101
        last = self._distress.get(message.channel.id)
        folded = last is not None and folds(last.at, message.created_at)
        ids = (*last.message_ids, message.id)[-MAX_ON_CARD:] if last and folded else (message.id,)
        said = distress_text(message.guild.id, message.channel.id, ids, settings.words("distress_help"))
        view = distress_card(said)
        if last is not None and folded:
            shown = await last.card.edit(view=view, allowed_mentions=NO_PINGS)
            at = last.at
        else:
            shown = await channel.send(view=view, allowed_mentions=NO_PINGS)
            at = message.created_at
        self._distress[message.channel.id] = _Distress(shown, at, ids)
        self._distress.move_to_end(message.channel.id)
        if len(self._distress) > MAX_DISTRESS:
            self._distress.popitem(last=False)


def _has_room(cases: Sequence[Case]) -> bool:
    return 0 < len(cases) < MAX_ON_CARD


def _role_ids(author: discord.User | discord.Member) -> frozenset[int]:
    return frozenset(role.id for role in author.roles) if isinstance(author, discord.Member) else frozenset()
