"""The bot ends where the gateway is dead, has patience with outages, and says all is well only if it is."""

import asyncio
import configparser
from pathlib import Path

import pytest
from connected import Clock, Connected, hears

from moodring.bot.health import watchdog
from moodring.bot.health.gateway import Gateway
from moodring.bot.health.notify import ALIVE, READY
from moodring.bot.health.watchdog import LOST_S, GatewayLostError, Watchdog

pytestmark = pytest.mark.asyncio

SESSIONS_A_DAY = 1000
"""Discord's limit (https://docs.discord.com/developers/events/gateway#sharding-max-concurrency)."""


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def dog(gateway: Gateway, told: list[str]) -> Watchdog:
    return Watchdog(gateway, tell=told.append)


async def test_ready_is_told_once_and_not_before_the_bot_is(
    dog: Watchdog, bot: Connected, told: list[str]
) -> None:
    dog.look()
    assert told == [ALIVE]
    await hears(bot, "shard_connect", 0)
    dog.look()
    dog.look()
    assert told == [ALIVE, READY, ALIVE, ALIVE]


async def test_a_gateway_that_never_came_ends_the_bot(
    dog: Watchdog, clock: Clock, told: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    clock.now += LOST_S
    dog.look()
    clock.now += 1
    with pytest.raises(GatewayLostError):
        dog.look()
    assert told == [ALIVE]
    assert [record.message for record in caplog.records] == ["gateway lost"]


async def test_one_that_takes_up_its_session_in_time_does_not(
    dog: Watchdog, bot: Connected, clock: Clock, told: list[str]
) -> None:
    await hears(bot, "shard_connect", 0)
    await hears(bot, "shard_disconnect", 0)
    clock.now += LOST_S - 1
    await hears(bot, "shard_resumed", 0)
    clock.now += LOST_S - 1
    dog.look()
    assert told[-1] == ALIVE


async def test_a_session_whose_heartbeats_nobody_answers_ends_the_bot(
    dog: Watchdog, bot: Connected, clock: Clock
) -> None:
    await hears(bot, "shard_connect", 0)
    bot.measured[0] = 0.05
    dog.look()
    clock.now += LOST_S + 1
    with pytest.raises(GatewayLostError):
        dog.look()


async def test_an_endless_loop_of_failed_attempts_ends_the_bot(
    dog: Watchdog, bot: Connected, clock: Clock
) -> None:
    await hears(bot, "shard_connect", 0)

    async def try_for_ever() -> None:
        for attempt in range(100):
            clock.now += 30
            bot.measured[0] = 0.05 + attempt / 1000  # the new socket answers, but gives no session
            await hears(bot, "shard_disconnect", 0)
            dog.look()

    with pytest.raises(GatewayLostError):
        await try_for_ever()


async def test_it_looks_again_and_again(
    dog: Watchdog, told: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watchdog, "LOOK_S", 0)
    running = asyncio.create_task(dog.run())
    while len(told) < 3:
        await asyncio.sleep(0)
    running.cancel()
    assert set(told) == {ALIVE}


async def test_a_day_without_discord_leaves_sessions_to_spare() -> None:
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.read_string((Path(__file__).parents[3] / "deploy" / "moodring.service").read_text("utf-8"))
    starts = 86_400 / (LOST_S + int(unit["Service"]["RestartSec"]))
    assert int(starts) == 261
    assert 3 * starts < SESSIONS_A_DAY
