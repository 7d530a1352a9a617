"""Hidden channels and private threads: who may not see one gets nothing of what stands there."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final

import discord
import pytest

from moodring.bot import texts
from moodring.bot.backtesting.buttons import BacktestButton, Press
from moodring.bot.mood.buttons import Form as MoodForm
from moodring.bot.mood.buttons import MoodButton
from moodring.bot.mood.counting import Span
from moodring.bot.mood.summary import Period

from .entries import Act, Stage, about_channel, card_of, case_here, press, run_here
from .guilds import VILE, Guilds
from .table import Effect, Who


async def acting(stage: Stage, place: Any, what: str) -> Act:
    """A button of a case about a message there."""
    case = await case_here(stage, channel=place)
    return press(stage, card_of(stage, case), f"moodring:case:{what}:{case.id}")


async def felt(stage: Stage, place: Any) -> None:
    """Let there be a mood there."""
    start = stage.guilds.env.now().replace(minute=0, second=0, microsecond=0) - timedelta(days=1)
    span = Span(stage.guilds.here.id, place.id, start, 1, {"joy": 15, "neutral": 5})
    await stage.guilds.store.moods.add([span])


async def mood(stage: Stage, place: Any) -> Act:
    """``/mood`` of it."""
    await felt(stage, place)
    return about_channel(stage, "mood", place)


async def numbers(stage: Stage, place: Any, form: MoodForm) -> Act:
    """A button under its mood."""
    await felt(stage, place)
    button = MoodButton(form, place.id, Period.WEEK, stage.guilds.env.now())
    message = stage.guilds.post(stage.guilds.talk, button, only_for=stage.person.id)
    return press(stage, message, "moodring:mood")


async def tried(stage: Stage, place: Any) -> Act:
    """``/backtest`` of it."""
    stage.guilds.write(place, stage.author, VILE)
    return about_channel(stage, "backtest", place)


async def judging(stage: Stage, place: Any, what: Press) -> Act:
    """A button of a backtest of it."""
    run = await run_here(stage, over=True, channel=place)
    message = stage.guilds.post(stage.guilds.log, BacktestButton(what, run.id, run.judging.next(1) or 0))
    return press(stage, message, "moodring:backtest")


WAYS: Final[dict[str, tuple[Who, Callable[[Stage, Any], Awaitable[Act]]]]] = {
    **{
        what: (Who.MODERATOR, lambda stage, place, what=what: acting(stage, place, what))
        for what in ("show", "warn", "time-out", "delete")
    },
    "mood": (Who.MEMBER, mood),
    "numbers": (Who.MEMBER, lambda stage, place: numbers(stage, place, MoodForm.NUMBERS)),
    "csv": (Who.MEMBER, lambda stage, place: numbers(stage, place, MoodForm.CSV)),
    "backtest": (Who.MANAGER, tried),
    **{
        what: (Who.MANAGER, lambda stage, place, what=what: judging(stage, place, what))
        for what in (Press.JUDGE, Press.RIGHT, Press.NOT, Press.SKIP)
    },
}
"""Ways to what stands in a channel, and who may go them where they see it."""


async def private_thread(guilds: Guilds) -> Any:
    """A private thread in the channel everybody sees; only the bot is in it."""
    made = await guilds.known(guilds.talk).create_thread(
        name="quiet", type=discord.ChannelType.private_thread
    )
    await guilds.env.settle()
    return next(each for each in guilds.talk.threads if each.id == made.id)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("where", ["hidden channel", "private thread"])
async def test_nothing_is_shown_or_done_there(guilds: Guilds, way: str, where: str) -> None:
    await guilds.restore()
    thread = where == "private thread"
    place = await private_thread(guilds) if thread else guilds.secret
    who, prepare = WAYS[way]
    stage = Stage(guilds, who, guilds.people[who])
    act = await prepare(stage, place)
    before = await guilds.snapshot()
    seen = await guilds.seen(before, await act())
    assert seen.effect is Effect.PRIVATE, seen
    [told] = seen.told
    lacking = texts.permissions(["view_channel"])
    assert (texts.say("mood-not-in-thread", channel=place.mention) if thread else lacking) in told
    assert VILE not in told
    assert seen.errors == []


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("way", WAYS)
async def test_who_is_in_the_thread_may(guilds: Guilds, way: str) -> None:
    await guilds.restore()
    place = await private_thread(guilds)
    who, prepare = WAYS[way]
    stage = Stage(guilds, who, guilds.people[who])
    guilds.backend.add_thread_member(place.id, stage.person.id)
    act = await prepare(stage, place)
    await guilds.env.settle()
    before = await guilds.snapshot()
    seen = await guilds.seen(before, await act())
    assert seen.effect not in {Effect.NONE, Effect.PRIVATE} or way in {"show", "mood", "numbers", "csv"}, seen
    assert not any(texts.say("mood-not-in-thread", channel=place.mention) in told for told in seen.told)
    assert (way == "show") is any("vile" in told for told in seen.told)
    assert seen.errors == []


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("way", ["show", "dismiss", "warn"])
async def test_a_moderator_who_is_timed_out_is_none(guilds: Guilds, way: str) -> None:
    await guilds.restore()
    stage = Stage(guilds, Who.MODERATOR, guilds.people[Who.MODERATOR])
    act = await acting(stage, guilds.talk, way)
    until = (guilds.env.now() + timedelta(hours=1)).isoformat()
    guilds.backend.get_member(guilds.here.id, stage.person.id).timed_out_until = until
    before = await guilds.snapshot()
    seen = await guilds.seen(before, await act())
    assert seen.effect is Effect.PRIVATE
    assert seen.told == [texts.say("staff-only", permissions=texts.permissions(["moderate_members"]))]
