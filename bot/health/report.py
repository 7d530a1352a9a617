"""How the bot is, in words for whoever runs it."""

import math
from importlib.metadata import version

import discord

from .. import texts
from ..metrics import LATELY_S, Load
from .figures import STUCK_S, resident_bytes
from .gateway import Gateway


def health_embed(load: Load, gateway: Gateway, database_s: float | None) -> discord.Embed:
    """Return how the bot is, in the language that is spoken.

    Args:
        load: How busy it is.
        gateway: The connection to Discord.
        database_s: Seconds that the database took to answer; None where it did not.
    """
    embed = discord.Embed(title=texts.say("health-title"))
    for name, value in (
        ("health-gateway", _connection(gateway)),
        ("health-reading", _reading(load)),
        ("health-pictures", texts.say("health-decoders", count=load.replaced, minutes=LATELY_S // 60)),
        ("health-database", _database(database_s)),
        ("health-memory", _memory(resident_bytes())),
        ("health-version", version("moodring")),
    ):
        embed.add_field(name=texts.say(name), value=value, inline=False)
    return embed


def _connection(gateway: Gateway) -> str:
    told = []
    if gateway.connected_at is not None:
        since = discord.utils.format_dt(gateway.connected_at)
        told.append(texts.say("health-connected", since=since))
    if gateway.shards > 1:
        told.append(texts.say("health-shards", up=gateway.up, all=gateway.shards))
    if math.isnan(gateway.latency):
        told.append(texts.say("health-no-heartbeat"))
    else:
        told.append(texts.say("health-answers", ms=_ms(gateway.latency)))
    return texts.sentences(*told)


def _reading(load: Load) -> str:
    if load.inference_s > STUCK_S:
        return texts.say("health-stuck")
    if load.shed:
        told = texts.say("health-busy", shed=load.shed, minutes=LATELY_S // 60)
    else:
        told = texts.say("health-keeps-up")
    return texts.sentences(told, texts.say("health-waiting", count=load.asked + load.watched))


def _database(seconds: float | None) -> str:
    if seconds is None:
        return texts.say("health-silent")
    return texts.say("health-answers", ms=_ms(seconds))


def _memory(resident: float | None) -> str:
    if resident is None:
        return texts.say("health-unknown")
    return texts.say("health-megabytes", count=round(resident / 1e6))


def _ms(seconds: float) -> int:
    """Return whole milliseconds, at least one: nothing takes none."""
    return max(1, round(seconds * 1000))
