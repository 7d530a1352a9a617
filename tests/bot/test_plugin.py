"""Moodring's features in a bot of somebody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import requires
from typing import Any

import discord
import pytest
import pytest_asyncio
import simcord
from discord.ext import commands

from moodring.bot import features
from moodring.bot.classifier import Explained
from moodring.bot.plugin import NEEDS_DISCORD
from moodring.bot.services import Services
from moodring.bot.settings import Settings
from moodring.bot.store import Store
from moodring.model import Prediction, Sample, Unreadable
from moodring.model.labels import EMOTIONS, SENTIMENTS

EXTENSION = "moodring.bot.plugin"


class AlwaysJoy:
    """Reads joy in everything."""

    async def classify(self, sample: Sample) -> Prediction:
        return Prediction(
            emotion="joy",
            confidence=0.9,
            sure=True,
            labels=("joy",),
            emotions=dict.fromkeys(EMOTIONS, 0.1),
            sentiment="positive",
            sentiments=dict.fromkeys(SENTIMENTS, 1 / 3),
            toxicity=0.0,
            toxic=False,
            sexism=0.0,
            used=("text",),
            skipped=(),
            model="stand-in",
            ms=1.0,
        )

    async def explain(self, sample: Sample, label: str | None = None) -> Explained:
        raise AssertionError

    async def fetch(self, url: str, declared_size: int | None) -> bytes | Unreadable:
        raise AssertionError


@pytest.fixture
def life(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What became of the services that the extension opened for itself."""
    life: list[str] = []

    @asynccontextmanager
    async def open_services(settings: Settings) -> AsyncIterator[Services]:
        store = await Store.open("sqlite+aiosqlite://")
        life.append("opened")
        yield Services(classifier=AlwaysJoy(), downloader=AlwaysJoy(), store=store)
        await store.aclose()
        life.append("closed")

    monkeypatch.setattr(features, "open_services", open_services)
    return life


def _host(**options: Any) -> commands.Bot:
    return commands.Bot(commands.when_mentioned_or("!"), intents=discord.Intents.default(), **options)


@pytest_asyncio.fixture
async def env(life: list[str]) -> AsyncIterator[simcord.Env]:
    host = _host()

    @host.command()
    async def ping(context: commands.Context[commands.Bot]) -> None:
        await context.send("pong")

    await host.load_extension(EXTENSION)
    env = simcord.Env(host, approved_intents=host.intents, strict_sync=False)
    await env.start()
    yield env
    await env.shutdown()
    await host.close()


@pytest.mark.asyncio
async def test_a_host_gets_the_features_and_loses_them_again_whole(life: list[str]) -> None:
    async with _host() as host:
        listeners = {name: list(found) for name, found in host.extra_events.items() if found}
        await host.load_extension(EXTENSION)
        assert {command.name for command in host.tree.get_commands()} == {
            "analyze",
            "Analyze",
            "watch",
            "faces",
            "privacy",
            "cases",
            "appeal",
            "setup",
            "backtest",
        }
        assert life == ["opened"]
        await host.unload_extension(EXTENSION)
        assert host.tree.get_commands() == []
        assert host.cogs == {}
        assert host.persistent_views == []
        assert {name: found for name, found in host.extra_events.items() if found} == listeners
        assert life == ["opened", "closed"]


@pytest.mark.asyncio
async def test_the_extension_can_be_loaded_again(life: list[str]) -> None:
    async with _host() as host:
        await host.load_extension(EXTENSION)
        await host.reload_extension(EXTENSION)
        assert life == ["opened", "closed", "opened"]
    assert life == ["opened", "closed", "opened", "closed"]


@pytest.mark.asyncio
async def test_a_host_whose_names_clash_gets_nothing_half(life: list[str]) -> None:
    async with _host() as host:

        @host.tree.command(name="privacy", description="The host's own")
        async def privacy(interaction: discord.Interaction[commands.Bot]) -> None:
            raise AssertionError

        with pytest.raises(commands.ExtensionFailed, match="privacy"):
            await host.load_extension(EXTENSION)
        assert [command.name for command in host.tree.get_commands()] == ["privacy"]
        assert host.cogs == {}
        assert life == ["opened", "closed"]


@pytest.mark.asyncio
async def test_the_features_answer_in_the_host(env: simcord.Env) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    alice = guild.add_member(env.create_user("alice"))
    result = await alice.slash(channel, "analyze", text="hello")
    assert result.response.embeds[0].title == "😊 Joy"


@pytest.mark.asyncio
async def test_a_command_of_the_host_given_by_mention_stays_the_hosts(env: simcord.Env) -> None:
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    alice = guild.add_member(env.create_user("alice"))
    await alice.send(channel, f"<@{env.backend.bot_user.id}> ping")
    said = [message.content for message in channel.history() if message.author.bot]
    assert said == ["pong"]


@pytest.mark.asyncio
async def test_nothing_of_ours_runs_on_after_unloading(life: list[str]) -> None:
    async with _host() as host:
        before = asyncio.all_tasks()
        await host.load_extension(EXTENSION)
        await host.unload_extension(EXTENSION)
        await asyncio.sleep(0)
        assert asyncio.all_tasks() == before


@pytest.mark.asyncio
async def test_a_host_with_an_older_discord_py_is_told_what_it_takes(
    life: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discord, "version_info", (2, 6, 4, "final", 0))
    monkeypatch.setattr(discord, "__version__", "2.6.4")
    async with _host() as host:
        with pytest.raises(
            commands.ExtensionFailed, match=r"needs discord\.py 2\.7\.1 or newer, and this is 2\.6\.4"
        ):
            await host.load_extension(EXTENSION)
        assert host.cogs == {}
    assert life == []


def test_the_oldest_discord_py_is_the_one_that_the_project_asks_for() -> None:
    needed = ".".join(map(str, NEEDS_DISCORD))
    assert any(line.startswith(f"discord.py<3,>={needed}") for line in requires("moodring") or ())
