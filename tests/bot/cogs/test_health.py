"""How the bot is, told to whoever runs it and to nobody else."""

import math
from importlib.metadata import version

import discord
import pytest
import pytest_asyncio
from discord import app_commands
from simulated import Server

from moodring.bot import texts
from moodring.bot.app import Moodring
from moodring.bot.health.figures import STUCK_S
from moodring.bot.local.world import own_locales
from moodring.bot.texts import LANGUAGES, Language

pytestmark = pytest.mark.asyncio


@pytest_asyncio.fixture(autouse=True)
async def shown_to_everyone(server: Server) -> None:
    """The server shows the command to everyone, as it can in its integration settings."""
    [command] = [each for each in await server.bot.tree.fetch_commands() if each.name == "health"]
    everyone = dict.fromkeys((server.alice, server.bob, server.manager), True)
    server.guild.set_command_permissions(command, {**everyone})


CODES: dict[Language, str] = {"en": "en-GB", "es": "es-419", "de": "de", "zh": "zh-CN"}


def _bot(server: Server) -> Moodring:
    assert isinstance(server.bot, Moodring)
    return server.bot


async def _asked(server: Server) -> dict[str, str]:
    """What is answered to alice, who runs the bot, by the name of the field."""
    _bot(server).owner_id = server.alice.id
    shown = await server.alice.slash(server.channel, "health")
    assert shown.ephemeral
    [embed] = shown.response.embeds
    return {str(field.name): str(field.value) for field in embed.fields}


async def test_who_runs_it_is_told_how_it_is(server: Server) -> None:
    told = await _asked(server)
    assert told["Discord"].startswith("Connected since <t:")
    assert told["Messages"] == "I keep up. None waits now."
    assert told["Pictures"].startswith("No process")
    assert told["Database"].startswith("Answers in")
    assert " MB, " in told["Memory"].replace("\N{NO-BREAK SPACE}", " ")
    assert told["Version"] == version("moodring")


async def test_nobody_else_is_told_not_even_a_servers_manager(server: Server) -> None:
    for person in (server.bob, server.manager):
        refused = await person.slash(server.channel, "health")
        assert refused.ephemeral
        assert refused.response.content == texts.say("owner-only")
        assert refused.response.embeds == []


async def test_who_runs_it_is_asked_each_time(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    bot, owner = _bot(server), server.alice.id

    class Application:
        team = None

        @property
        def owner(self) -> discord.Object:
            return discord.Object(owner)

    async def application_info() -> Application:
        return Application()

    monkeypatch.setattr(bot, "application_info", application_info)
    for person, told in ((server.alice, True), (server.bob, False)):
        shown = await person.slash(server.channel, "health")
        assert bool(shown.response.embeds) is told
    owner = server.bob.id
    for person, told in ((server.alice, False), (server.bob, True)):
        shown = await person.slash(server.channel, "health")
        assert bool(shown.response.embeds) is told


async def test_too_much_is_told_as_such(server: Server) -> None:
    metrics = _bot(server).services.metrics
    metrics.shed.count("full")
    metrics.shed.count("full")
    metrics.replaced.count("time")
    told = await _asked(server)
    assert told["Messages"].startswith("I am busy and skip watched messages: 2 in the last 5 minutes.")
    assert told["Pictures"].startswith("One process")


async def test_an_inference_that_does_not_end_is_told(server: Server) -> None:
    _bot(server).services.metrics.watch_inference(lambda: STUCK_S + 1)
    assert (await _asked(server))["Messages"] == texts.say("health-stuck")


async def test_a_database_that_does_not_answer_is_told(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail() -> None:
        raise OSError

    monkeypatch.setattr(server.store, "ping", fail)
    assert (await _asked(server))["Database"] == texts.say("health-silent")


async def test_a_latency_that_is_not_known_yet_is_told(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Moodring, "latencies", property(lambda _bot: [(0, math.inf)]))
    assert (await _asked(server))["Discord"].endswith(texts.say("health-no-heartbeat"))


async def test_with_several_shards_it_tells_how_many_are_up(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_bot(server), "shard_count", 3)
    assert "1 of 3 connections are up." in (await _asked(server))["Discord"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_it_speaks_the_language_of_who_asks(server: Server, language: Language) -> None:
    own_locales(server.env)[server.alice.id] = CODES[language]
    told = await _asked(server)
    with texts.speaking(language):
        assert list(told) == [
            texts.say(f"health-{name}")
            for name in ("gateway", "reading", "pictures", "database", "memory", "version")
        ]
        assert told[texts.say("health-reading")].startswith(texts.say("health-keeps-up"))


async def test_in_a_direct_message_it_is_there_for_whoever_runs_the_bot(server: Server) -> None:
    _bot(server).owner_id = server.bob.id
    shown = await server.bob.user.slash("health")
    assert shown.response.embeds[0].title == texts.say("health-title")


async def test_servers_do_not_show_it_to_their_members(server: Server) -> None:
    command = server.bot.tree.get_command("health")
    assert isinstance(command, app_commands.Command)
    assert command.default_permissions == discord.Permissions(administrator=True)
