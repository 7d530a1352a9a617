"""Bots of other people that load Moodring: with the real model, in a simulated server."""

import importlib
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import ModuleType

import discord
import pytest
import pytest_asyncio
import simcord
from guild import Guild

from moodring.bot import services
from moodring.model import Unreadable

PLAIN = '''
"""Somebody's bot, in one file: a prefix of its own, handlers of its own."""

import discord
from discord.ext import commands

heard, failed = [], []


class Bot(commands.Bot):
    async def setup_hook(self):
        await self.load_extension("moodring.bot.plugin")
        await self.tree.sync()


def make(intents):
    bot = Bot("!", intents=intents)

    @bot.event
    async def on_message(message):
        if not message.author.bot:
            heard.append(message.content)
            await bot.process_commands(message)

    @bot.event
    async def on_command_error(context, error):
        failed.append(error)

    @bot.tree.error
    async def on_app_command_error(interaction, error):
        failed.append(error)

    @bot.command()
    async def ping(context):
        await context.send("pong")

    @bot.command()
    async def fail(context):
        raise commands.UserInputError

    @bot.tree.command(description="Roll a die")
    async def roll(interaction: discord.Interaction):
        await interaction.response.send_message("a four")

    @bot.tree.command(description="Go wrong")
    async def err(interaction: discord.Interaction):
        raise discord.app_commands.CheckFailure

    return bot
'''

HYBRID = '''
"""Somebody's bot: hybrid commands in a cog, and a command tree of its own."""

import discord
from discord import app_commands
from discord.ext import commands

heard, failed = [], []


class Tree(app_commands.CommandTree):
    async def on_error(self, interaction, error):
        failed.append(error)


class Games(commands.Cog):
    @commands.hybrid_command(description="Ping")
    async def ping(self, context):
        await context.send("pong")

    @commands.hybrid_command(description="Roll a die")
    async def roll(self, context):
        await context.send("a four")

    @commands.hybrid_command(description="Go wrong")
    async def err(self, context):
        raise commands.UserInputError

    @commands.command()
    async def fail(self, context):
        raise commands.UserInputError

    @commands.Cog.listener()
    async def on_message(self, message):
        if not message.author.bot:
            heard.append(message.content)

    async def cog_command_error(self, context, error):
        failed.append(error)


class Bot(commands.AutoShardedBot):
    async def setup_hook(self):
        await self.add_cog(Games())
        await self.load_extension("moodring.bot.plugin")
        await self.tree.sync()


def make(intents):
    return Bot(commands.when_mentioned_or("!"), intents=intents, tree_cls=Tree, shard_count=1)
'''

HOSTS = {"plain": PLAIN, "hybrid": HYBRID}


@pytest.fixture
def content() -> bool:
    """Whether the host has the Message Content intent; tests override it by parametrize."""
    return True


@pytest.fixture
def intents(content: bool) -> discord.Intents:
    intents = discord.Intents.default()
    intents.message_content = content
    return intents


@pytest.fixture(params=HOSTS)
def module(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The host's own module, which is called ``bot``, in the folder that it is started in."""
    (tmp_path / "bot.py").write_text(HOSTS[request.param], "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "bot", raising=False)
    module = importlib.import_module("bot")
    monkeypatch.setitem(sys.modules, "bot", module)
    assert module.__file__ == str(tmp_path / "bot.py")
    return module


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The host's own database, which it lets Moodring use."""
    path = tmp_path / "host.sqlite3"
    monkeypatch.setenv("MOODRING_DATABASE_URL", f"sqlite+aiosqlite:///{path}")
    return path


@pytest_asyncio.fixture
async def env(
    module: ModuleType, database: Path, intents: discord.Intents, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[simcord.Env]:
    class Cdn:
        async def fetch(self, url: str, declared_size: int | None) -> bytes | Unreadable:
            return env.backend.cdn.get(url) or Unreadable("gone")

    @asynccontextmanager
    async def open_downloader(_origins: object) -> AsyncIterator[Cdn]:
        yield Cdn()

    monkeypatch.setattr(services, "open_downloader", open_downloader)
    host = module.make(intents)
    env = simcord.Env(host, approved_intents=intents, check_errors=False)
    await env.start()
    yield env
    await env.shutdown()
    await host.close()


@pytest.fixture
def guild(env: simcord.Env, database: Path) -> Guild:
    return Guild(env, f"sqlite+aiosqlite:///{database}")
