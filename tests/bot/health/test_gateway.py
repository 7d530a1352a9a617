"""Which shards are up, and what counts as a sign of life."""

import math

import pytest
from connected import Clock, Connected, hears
from discord.ext import commands
from prometheus_client import CollectorRegistry

from moodring.bot.health.gateway import FRESH_S, Gateway

pytestmark = pytest.mark.asyncio


async def test_silence_begins_with_the_process(gateway: Gateway, clock: Clock) -> None:
    clock.now += 7
    assert gateway.silence == 7
    assert gateway.connected_at is None
    assert not gateway.is_ready


@pytest.mark.parametrize("event", ["shard_connect", "shard_resumed"])
async def test_a_session_is_a_sign_of_life(
    gateway: Gateway, bot: Connected, clock: Clock, event: str
) -> None:
    clock.now += 7
    await hears(bot, event, 0)
    assert gateway.silence == 0
    assert gateway.is_ready
    assert gateway.connected_at is not None


async def test_the_answer_to_a_heartbeat_is_one(gateway: Gateway, bot: Connected, clock: Clock) -> None:
    await hears(bot, "shard_connect", 0)
    for latency in (0.045, 0.0451):
        clock.now += 41
        bot.measured[0] = latency
        gateway.look()
        assert gateway.silence == 0
        assert gateway.latency == latency


async def test_events_without_answers_to_heartbeats_are_none(
    gateway: Gateway, bot: Connected, clock: Clock
) -> None:
    await hears(bot, "shard_connect", 0)
    bot.measured[0] = 0.045
    gateway.look()
    clock.now += FRESH_S + 1
    await hears(bot, "message", object())
    gateway.look()
    assert gateway.silence > FRESH_S
    assert not gateway.is_ready


async def test_a_socket_that_answers_but_has_no_session_is_none(
    gateway: Gateway, bot: Connected, clock: Clock
) -> None:
    clock.now += 300
    bot.measured[0] = 0.045
    gateway.look()
    assert gateway.silence == 300


@pytest.mark.parametrize("latency", [math.inf, math.nan])
async def test_a_latency_that_nobody_measured_is_none(
    gateway: Gateway, bot: Connected, clock: Clock, latency: float
) -> None:
    await hears(bot, "shard_connect", 0)
    clock.now += 30
    bot.measured[0] = latency
    gateway.look()
    assert gateway.silence == 30
    assert math.isnan(gateway.latency)


async def test_a_lost_connection_is_counted_once_however_often_reconnecting_fails(
    gateway: Gateway, bot: Connected, registry: CollectorRegistry
) -> None:
    await hears(bot, "shard_connect", 0)
    for _ in range(3):
        await hears(bot, "shard_disconnect", 0)
    await hears(bot, "shard_resumed", 0)
    assert registry.get_sample_value("moodring_gateway_disconnects_total") == 1
    assert registry.get_sample_value("moodring_gateway_sessions_total", {"how": "new"}) == 1
    assert registry.get_sample_value("moodring_gateway_sessions_total", {"how": "resumed"}) == 1


async def test_without_a_session_it_is_not_ready(gateway: Gateway, bot: Connected) -> None:
    await hears(bot, "shard_connect", 0)
    await hears(bot, "shard_disconnect", 0)
    assert not gateway.is_ready
    assert gateway.connected_at is None


async def test_figures_tell_which_part_of_several_shards_is_up(clock: Clock) -> None:
    bot, registry = Connected(shards=3), CollectorRegistry()
    bot.knows = False
    gateway = Gateway(bot, registry, clock)
    await hears(bot, "shard_connect", 0)
    await hears(bot, "shard_connect", 2)
    bot.measured.update({0: 0.04, 2: 0.2})
    assert registry.get_sample_value("moodring_gateway_shards") == 3
    assert registry.get_sample_value("moodring_gateway_shards_up") == 2
    assert registry.get_sample_value("moodring_gateway_latency_seconds") == 0.2
    bot.knows = True
    assert gateway.is_ready


async def test_of_several_processes_each_counts_its_own_shards(clock: Clock) -> None:
    bot = Connected(shards=64)
    bot.shard_ids = list(range(16, 32))
    assert Gateway(bot, CollectorRegistry(), clock).shards == 16


async def test_in_a_host_that_is_connected_already_its_shards_are_up(clock: Clock) -> None:
    gateway = Gateway(Connected(shards=2), CollectorRegistry(), clock)
    assert gateway.up == 2
    assert gateway.is_ready
    assert gateway.connected_at is None  # nobody listened when that began


async def test_a_bot_without_shards_has_one_connection(clock: Clock) -> None:
    bot = commands.Bot("!", intents=Connected().intents)
    gateway = Gateway(bot, CollectorRegistry(), clock)
    await hears(bot, "connect")
    assert (gateway.up, gateway.shards) == (1, 1)
    await hears(bot, "disconnect")
    assert gateway.up == 0


async def test_closed_it_hears_nothing_more(gateway: Gateway, bot: Connected) -> None:
    gateway.close()
    assert not any(bot.extra_events.values())
