"""Moods are kept as they came, together where a restart divided an hour, and for their time."""

from datetime import UTC, datetime, timedelta

import pytest

from moodring.bot.mood.counting import HOUR, Span
from moodring.bot.store import Store
from moodring.bot.store.database import MOODS_KEPT

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)
GUILD, OTHER_GUILD, CHANNEL, OTHER_CHANNEL = 1 << 60, 2, 3 << 60, 4


def span(
    start: datetime = NOON, *, channel: int = CHANNEL, guild: int = GUILD, hours: int = 1, **counts: int
) -> Span:
    return Span(guild, channel, start, hours, counts or {"joy": 20})


@pytest.mark.asyncio
async def test_spans_come_back_as_they_were_oldest_first(store: Store) -> None:
    spans = [span(NOON, hours=2, joy=19, unclear=1), span(NOON - timedelta(hours=3))]
    await store.moods.add(spans)
    assert list(await store.moods.of_channel(CHANNEL, NOON - DAY, NOON + DAY)) == spans[::-1]


@pytest.mark.asyncio
async def test_spans_are_found_by_channel_guild_and_time(store: Store) -> None:
    here, later = span(NOON), span(NOON + DAY)
    elsewhere, abroad = span(channel=OTHER_CHANNEL), span(channel=5, guild=OTHER_GUILD)
    await store.moods.add([here, later, elsewhere, abroad])
    assert list(await store.moods.of_channel(CHANNEL, NOON, NOON + DAY)) == [here]
    assert list(await store.moods.of_guild(GUILD, NOON, NOON + 2 * DAY)) == [elsewhere, here, later]
    assert await store.moods.of_channel(CHANNEL, NOON + 2 * DAY, NOON + 3 * DAY) == []


@pytest.mark.asyncio
async def test_a_guild_is_summed_by_channel_and_day(store: Store) -> None:
    late = NOON + timedelta(hours=11)
    first, second, last = (
        span(NOON, hours=2, joy=20),
        span(NOON + 3 * HOUR, anger=9, joy=11),
        span(late, joy=30),
    )
    early, elsewhere = span(late + HOUR, joy=40), span(late, channel=OTHER_CHANNEL, joy=50)
    await store.moods.add([first, second, last, early, elsewhere])
    assert list(await store.moods.of_guild(GUILD, NOON - DAY, NOON + DAY)) == [
        span(NOON, hours=12, joy=61, anger=9),
        elsewhere,
        early,
    ]
    cut = [span(NOON + 3 * HOUR, hours=9, joy=41, anger=9), elsewhere]
    assert list(await store.moods.of_guild(GUILD, NOON + HOUR, late + HOUR)) == cut


@pytest.mark.asyncio
async def test_an_hour_that_a_restart_divided_is_put_together(store: Store) -> None:
    await store.moods.add([span(joy=15, anger=5)])
    await store.moods.add([span(hours=3, joy=20, fear=1)])
    [found] = await store.moods.of_channel(CHANNEL, NOON, NOON + DAY)
    assert found == span(hours=3, joy=35, anger=5, fear=1)


@pytest.mark.asyncio
async def test_nothing_to_keep_changes_nothing(store: Store) -> None:
    await store.moods.add([])
    assert await store.moods.of_guild(GUILD, NOON - DAY, NOON + DAY) == []


@pytest.mark.asyncio
async def test_a_channel_that_is_gone_is_forgotten(store: Store) -> None:
    await store.moods.add([span(), span(channel=OTHER_CHANNEL)])
    await store.moods.forget_channel(CHANNEL)
    assert list(await store.moods.of_guild(GUILD, NOON, NOON + DAY)) == [span(channel=OTHER_CHANNEL)]


@pytest.mark.asyncio
async def test_moods_are_deleted_when_their_time_is_over(store: Store) -> None:
    await store.moods.add([span(), span(NOON + timedelta(hours=1))])
    await store.prune(NOON + MOODS_KEPT)
    assert len(await store.moods.of_channel(CHANNEL, NOON, NOON + DAY)) == 2
    await store.prune(NOON + MOODS_KEPT + timedelta(seconds=1))
    assert len(await store.moods.of_channel(CHANNEL, NOON, NOON + DAY)) == 1


@pytest.mark.asyncio
async def test_a_guild_has_the_digest_of_a_week_once(store: Store) -> None:
    week = NOON.replace(hour=0)
    assert await store.digests.claim(GUILD, week)
    assert not await store.digests.claim(GUILD, week)
    assert not await store.digests.claim(GUILD, week - 7 * DAY)
    assert await store.digests.claim(OTHER_GUILD, week)
    assert await store.digests.claim(GUILD, week + 7 * DAY)
    await store.digests.forget_guild(GUILD)
    assert await store.digests.claim(GUILD, week)
