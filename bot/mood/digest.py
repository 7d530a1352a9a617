"""The weekly digest: how a server's channels felt, in a channel that its managers chose."""

import asyncio
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import discord

from .. import texts
from ..answers import AnyBot
from ..boxes import COLOUR, Layout, box
from ..delivery import FAILED, why
from ..guild_settings import GuildSettings
from ..permissions import NO_PINGS, Place, missing_to_attach, missing_to_log, missing_to_see, reading_needs
from ..speaking import language_in
from ..store import Store
from .counting import Span
from .layouts import chart_file
from .summary import Window, bins_of, last_week, total_of
from .words import MENTIONED, changed, dates_of, feelings, most_frequent, sentence

log: Final = logging.getLogger(__name__)

MONDAY: Final = 0
FROM_HOUR: Final = 9
"""When digests are sent (UTC): on Mondays from then on. A bot that is off all Monday leaves the week out."""

SHOWN_CHANNELS: Final = 10
"""Channels that are named, the busiest first."""


@dataclass(frozen=True, slots=True)
class _Channel:
    """How a channel felt in the week and in the one before, as messages by label."""

    channel_id: int
    counts: Counter[str]
    before: Counter[str]


class WeeklyDigest:
    """Sends each server that wants it its digest, once a week.

    Args:
        bot: The host.
        store: The moods, and who had which digest.
    """

    def __init__(self, bot: AnyBot, store: Store) -> None:
        self._bot = bot
        self._store = store
        self._stopped = False

    async def send_due(self, now: datetime) -> None:
        """Send the digests that are due.

        Args:
            now: The time, with its zone (UTC).
        """
        if now.weekday() != MONDAY or now.hour < FROM_HOUR:
            return
        week = last_week(now)
        for guild_id in await self._store.guilds.ids():
            if self._stopped:
                return
            try:
                await self._send_if_due(guild_id, week)
            except Exception:  # one server's fault is not the others'
                log.exception("no digest", extra={"guild_id": guild_id})

    def stop(self) -> None:
        """Begin no further digest; one that is on its way is sent."""
        self._stopped = True

    async def _send_if_due(self, guild_id: int, week: Window) -> None:
        guild = self._bot.get_guild(guild_id)  # another process's is None here
        if guild is None:
            return
        settings = await self._store.guilds.get(guild_id)
        if settings.digest_channel_id is None:
            return
        channel = guild.get_channel(settings.digest_channel_id)
        if not isinstance(channel, discord.TextChannel) or missing_to_log(channel):
            log.warning("cannot send a digest", extra={"channel_id": settings.digest_channel_id})
        elif await self._store.digests.claim(guild_id, week.start):
            await self._send(channel, settings, week)

    async def _send(self, channel: discord.TextChannel, settings: GuildSettings, week: Window) -> None:
        """Send a digest, unless there is nothing to say."""
        moods, guild = self._store.moods, channel.guild
        spans = [
            span
            for span in await moods.of_guild(guild.id, week.before.start, week.end)
            if may_tell(guild.get_channel_or_thread(span.channel_id), channel)
        ]
        if not any(map(week.contains, spans)):
            return
        with texts.speaking(language_in(guild, settings)):
            view, files = await _digest(spans, week, with_picture=not missing_to_attach(channel))
            try:
                await channel.send(view=view, files=files, allowed_mentions=NO_PINGS)
            except FAILED as error:
                log.warning("Discord refused a digest", extra={"channel_id": channel.id, **why(error)})


def may_tell(place: Place | None, channel: discord.TextChannel) -> bool:
    """Return whether a channel may be told of in another one: a hidden one only in itself.

    Who reads one hidden channel need not be let into another one.

    Args:
        place: The channel or thread; None where it is gone.
        channel: Where it would be told.
    """
    if place is None or (isinstance(place, discord.Thread) and (place.is_private() or place.parent is None)):
        return False
    if missing_to_see(place):
        return False
    parent = place.parent if isinstance(place, discord.Thread) else place
    return parent == channel or _is_public(place)


def _is_public(place: Place) -> bool:
    """Return whether everybody in the server can read a channel's past."""
    granted = place.permissions_for(place.guild.default_role)
    return all(getattr(granted, name) for name in reading_needs(place))


async def _digest(
    spans: Sequence[Span], week: Window, *, with_picture: bool
) -> tuple[Layout, list[discord.File]]:
    """Return a digest and the files that go with it."""
    channels = _channels_of(spans, week)
    bins, before = bins_of(spans, week), total_of(bins_of(spans, week.before))
    counts = total_of(bins)
    title = texts.say("mood-digest-title", dates=dates_of(week))
    lines = [_line(each, week) for each in channels[:SHOWN_CHANNELS]]
    if len(channels) > SHOWN_CHANNELS:
        lines.append(texts.say("mood-digest-more", channels=len(channels) - SHOWN_CHANNELS))
    said = texts.sentences(most_frequent(counts), changed(counts, before, week.period))
    blocks = [f"### {title}", said, "\n".join(lines)]
    about = f"-# {texts.say('mood-digest-about')}"
    if not with_picture:
        return box([*blocks, sentence(bins, week, before), about], stripe=COLOUR), []
    chart = await asyncio.to_thread(chart_file, texts.say("mood-chart-title-digest"), bins, week, before)
    return box([*blocks, about], stripe=COLOUR, picture=chart), [chart]


def _channels_of(spans: Sequence[Span], week: Window) -> list[_Channel]:
    """Return the channels with something to say of the week, the busiest first."""
    found = []
    for channel_id in {span.channel_id for span in spans}:
        own = [span for span in spans if span.channel_id == channel_id]
        counts = total_of(span for span in own if week.contains(span))
        if counts:
            before = total_of(span for span in own if week.before.contains(span))
            found.append(_Channel(channel_id, counts, before))
    return sorted(found, key=lambda each: (-each.counts.total(), each.channel_id))


def _line(channel: _Channel, week: Window) -> str:
    """Return a channel's most frequent feelings and what changed since the week before."""
    named = feelings(channel.counts, MENTIONED) or texts.say("mood-bin-neutral")
    said = texts.say("mood-digest-channel", channel=f"<#{channel.channel_id}>", feelings=named)
    return f"- {texts.sentences(said, changed(channel.counts, channel.before, week.period))}"
