"""The invented past of the simulated server: small hours are missing from it as from a real one."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from moodring.bot.local.past import DAYS, invent_past, invented_spans
from moodring.bot.local.seen import Change, Scene
from moodring.bot.local.world import Channel, Person, World
from moodring.bot.mood.counting import LABELS, MIN_MESSAGES, Span

pytestmark = pytest.mark.asyncio

NOON = datetime(2026, 3, 2, 12, 34, tzinfo=UTC)
NIGHT = datetime(2026, 3, 2, 0, 10, tzinfo=UTC)


def by_channel(spans: list[Span]) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for span in spans:
        found[span.channel_id].append(span)
    return found


@pytest.mark.parametrize("now", [NOON, NIGHT])
async def test_each_span_could_have_been_counted(world: World, now: datetime) -> None:
    for spans in by_channel(invented_spans(world, now)).values():
        assert spans[0].start.date() == (now - timedelta(days=DAYS)).date()
        assert spans[-1].end <= now
        assert all(one.end <= next_one.start for one, next_one in pairwise(spans))
        for span in spans:
            assert sum(span.counts.values()) >= MIN_MESSAGES
            assert set(span.counts) <= set(LABELS)


async def test_it_is_the_same_every_time_and_not_the_same_in_every_channel(world: World) -> None:
    spans = invented_spans(world, NOON)
    assert invented_spans(world, NOON) == spans
    general, pictures = (by_channel(spans)[world.channels[name].id] for name in ("general", "pictures"))
    assert [span.counts for span in general] != [span.counts for span in pictures]


async def mood_said(world: World) -> str:
    """What the bot answers when Alice asks how the first channel felt."""
    before = Scene.of(world)
    await world.people[Person.ALICE].slash(world.channels[Channel.GENERAL], "mood")
    [answer] = Change.between(before, Scene.of(world)).said
    return answer.text


async def test_a_week_can_be_looked_at_and_compared(world: World) -> None:
    world.catch_up()
    await invent_past(world)
    assert "Compared with the week before: joy" in await mood_said(world)


async def test_a_world_has_no_past_unless_it_is_given_one(world: World) -> None:
    assert "I don't read" in await mood_said(world)
