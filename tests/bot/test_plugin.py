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
from always_joy import AlwaysJoy
from discord import app_commands
from discord.ext import commands

from moodring.bot import features, plugin
from moodring.bot.cogs.retention import Retention
from moodring.bot.features import NameTakenError
from moodring.bot.plugin import NEEDS_DISCORD
from moodring.bot.services import Services
from moodring.bot.settings import Settings
from moodring.bot.store import Store
from moodring.model import Prediction, Sample

EXTENSION = "moodring.bot.plugin"


@pytest.fixture
def life(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What became of the services that the extension opened for itself."""
    life: list[str] = []

    @asynccontextmanager
    async def open_services(settings: Settings) -> AsyncIterator[Services]:
        store = await Store.open("sqlite+aiosqlite://")
        life.append("opened")
        try:
            yield Services(classifier=AlwaysJoy(), downloader=AlwaysJoy(), store=store)
        finally:
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
            "mood",
            "health",
        }
        assert life == ["opened"]
        await host.unload_extension(EXTENSION)
        assert host.tree.get_commands() == []
        assert host.cogs == {}
        assert host.persistent_views == []
        assert {name: found for name, found in host.extra_events.items() if found} == listeners
        assert life == ["opened", "closed"]


@pytest.mark.asyncio
async def test_who_has_the_features_keeps_them_when_they_are_loaded_once_more(
    life: list[str],
) -> None:
    async with _host() as host:
        await plugin.setup(host)  # as a wrapper does, such as Red's
        before = _holds(host)
        for load in (host.load_extension(EXTENSION), plugin.setup(host)):
            with pytest.raises((commands.ExtensionFailed, NameTakenError), match="features already"):
                await load
        assert _holds(host) == before
        assert life == ["opened"]
        await plugin.teardown(host)
        assert host.cogs == {}
    assert life == ["opened", "closed"]


@pytest.mark.asyncio
async def test_what_a_host_copied_into_a_server_goes_too(env: simcord.Env) -> None:
    host = env.bot
    assert isinstance(host, commands.Bot)
    guild = discord.Object(env.create_guild().id)
    host.tree.add_command(_command("own"), guild=guild)
    host.tree.copy_global_to(guild=guild)
    assert len(host.tree.get_commands(guild=guild)) > 2
    await host.unload_extension(EXTENSION)
    assert [command.name for command in host.tree.get_commands(guild=guild)] == ["own"]


@pytest.mark.asyncio
async def test_a_setup_that_is_cut_off_leaves_nothing(
    life: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(self: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(Retention, "cog_load", never)  # the last one but one
    async with _host() as host:
        before = _holds(host)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(plugin.setup(host), 0.5)
        assert _holds(host) == before
        assert life == ["opened", "closed"]


@pytest.mark.asyncio
async def test_the_extension_can_be_loaded_again(life: list[str]) -> None:
    async with _host() as host:
        await host.load_extension(EXTENSION)
        await host.reload_extension(EXTENSION)
        assert life == ["opened", "closed", "opened"]
    assert life == ["opened", "closed", "opened", "closed"]


def _command(name: str) -> app_commands.Command[Any, ..., None]:
    async def run(interaction: discord.Interaction[commands.Bot]) -> None:
        raise AssertionError

    return app_commands.Command(name=name, description="The host's own", callback=run)


def _menu(name: str) -> app_commands.ContextMenu:
    async def run(interaction: discord.Interaction[commands.Bot], message: discord.Message) -> None:
        raise AssertionError

    return app_commands.ContextMenu(name=name, callback=run)


def _holds(host: commands.Bot) -> tuple[object, ...]:
    """What a host holds that features bring along."""
    listeners = {event: list(found) for event, found in host.extra_events.items() if found}
    store = host._connection._view_store
    app = [*host.tree.get_commands()]
    return listeners, app, dict(host.cogs), dict(store._views), dict(store._dynamic_items)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("theirs", "named"),
    [
        (_command("privacy"), "the command /privacy"),
        (_command("analyze"), "the command /analyze"),  # of a cog that listens as well
        (_menu("Analyze"), "the menu Analyze"),
    ],
    ids=["privacy", "analyze", "menu"],
)
async def test_a_host_whose_names_clash_gets_nothing_half(
    life: list[str], theirs: app_commands.Command[Any, ..., None] | app_commands.ContextMenu, named: str
) -> None:
    async with _host() as host:
        host.tree.add_command(theirs)
        before = _holds(host)
        with pytest.raises(commands.ExtensionFailed, match=f"this bot has {named} already"):
            await host.load_extension(EXTENSION)
        assert _holds(host) == before
        assert life == ["opened", "closed"]


@pytest.mark.asyncio
@pytest.mark.parametrize("room", range(8), ids="room for {}".format)
async def test_a_host_with_too_many_commands_gets_nothing_half(life: list[str], room: int) -> None:
    async with _host() as host:
        for number in range(100 - room):  # as many as Discord takes
            host.tree.add_command(_command(f"command-{number}"))
        before, tasks = _holds(host), asyncio.all_tasks()
        with pytest.raises(commands.ExtensionFailed, match="maximum number of slash commands"):
            await host.load_extension(EXTENSION)
        assert _holds(host) == before
        assert asyncio.all_tasks() == tasks
        assert life == ["opened", "closed"]


@pytest.mark.asyncio
async def test_a_cog_of_the_host_may_be_called_as_a_feature_is(life: list[str]) -> None:
    class Privacy(commands.Cog):
        pass

    async with _host() as host:
        await host.add_cog(theirs := Privacy())
        await host.load_extension(EXTENSION)
        await host.unload_extension(EXTENSION)
        assert host.cogs == {"Privacy": theirs}


@pytest.mark.asyncio
async def test_a_host_may_insist_on_a_base_of_its_own_for_cogs(life: list[str]) -> None:
    class HostCog(commands.Cog):
        def __init__(self) -> None:
            raise AssertionError("it is the features' own to call this")

    class Strict(commands.Bot):
        async def add_cog(self, cog: commands.Cog, /, **options: Any) -> None:
            if not isinstance(cog, HostCog):
                raise TypeError
            await super().add_cog(cog, **options)

    async with _host() as usual, Strict("!", intents=discord.Intents.default()) as host:
        await plugin.setup(usual)
        await plugin.setup(host, base=HostCog)
        assert host.cogs.keys() == usual.cogs.keys()
        names = [{command.qualified_name for command in bot.tree.walk_commands()} for bot in (host, usual)]
        assert names[0] == names[1]
        await plugin.teardown(host)
        assert host.cogs == {}
        await plugin.teardown(usual)


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
async def test_what_is_in_flight_is_finished_before_its_services_close(
    life: list[str], env: simcord.Env, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, asked = asyncio.Event(), asyncio.Event()
    read = AlwaysJoy.classify

    async def classify(self: AlwaysJoy, sample: Sample) -> Prediction:
        asked.set()
        await gate.wait()
        return await read(self, sample)

    monkeypatch.setattr(AlwaysJoy, "classify", classify)
    guild = env.create_guild()
    channel = guild.create_text_channel("general")
    alice = guild.add_member(env.create_user("alice"))
    sending = asyncio.create_task(alice.send(channel, f"<@{env.backend.bot_user.id}> hello"))
    await asked.wait()
    unloading = asyncio.create_task(env.bot.unload_extension(EXTENSION))  # type: ignore[attr-defined]
    while set(env.bot.cogs) != {"MoodringMood"}:  # type: ignore[attr-defined]
        await asyncio.sleep(0)  # what is answered now still counts there
    assert life == ["opened"]
    gate.set()
    await sending
    await unloading
    assert life == ["opened", "closed"]
    assert [message.embeds[0].title for message in channel.history() if message.author.bot] == ["😊 Joy"]


@pytest.mark.asyncio
async def test_a_fault_at_the_end_is_logged_and_the_rest_closed(
    life: list[str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(self: Services, seconds: float) -> None:
        raise OSError("no")

    monkeypatch.setattr(Services, "drain", fail)
    async with _host() as host:
        await host.load_extension(EXTENSION)
        await host.unload_extension(EXTENSION)
        assert host.cogs == {}
    assert life == ["opened", "closed"]
    assert "not everything could be closed" in [record.getMessage() for record in caplog.records]


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
