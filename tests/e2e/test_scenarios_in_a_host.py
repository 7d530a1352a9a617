"""Shipped scenarios go the same in somebody's own bot that loads Moodring as an extension."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import discord
import pytest
from discord.ext import commands

from moodring.bot import features, local
from moodring.bot.local import world
from moodring.bot.local.play import play
from moodring.bot.local.scenario import load_scenario
from moodring.bot.services import Classifies, Services
from moodring.bot.settings import DiscordSettings, Settings

SCENARIOS = Path(local.__file__).parent / "scenarios"


class Host(commands.AutoShardedBot):
    """A bot with a prefix and an `on_message` of its own."""

    def __init__(self, *, message_content: bool) -> None:
        intents = discord.Intents(
            guilds=True, guild_messages=True, dm_messages=True, message_content=message_content
        )
        super().__init__("!", intents=intents)
        self.heard = 0

    async def setup_hook(self) -> None:
        await self.load_extension("moodring.bot.plugin")
        await self.tree.sync()

    async def on_message(self, message: discord.Message, /) -> None:
        self.heard += not message.author.bot
        await self.process_commands(message)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "name", ["plain_chat", "watched_channel", "flags_and_cases", "my_data", "languages", "opted_out"]
)
async def test_a_scenario_goes_as_it_says_in_a_host(
    name: str, classifier: Classifies, monkeypatch: pytest.MonkeyPatch
) -> None:
    hosts: list[Host] = []

    def host(settings: DiscordSettings, **parts: Any) -> Host:
        @asynccontextmanager
        async def open_services(_: Settings) -> AsyncIterator[Services]:
            yield Services(**parts)

        monkeypatch.setattr(features, "open_services", open_services)
        hosts.append(Host(message_content=settings.message_content))
        return hosts[-1]

    monkeypatch.setattr(world, "build_bot", host)
    path = SCENARIOS / f"{name}.toml"
    scenario = load_scenario(path)
    report: list[str] = []
    async with world.open_world(classifier, message_content=scenario.message_content) as opened:
        failed = await play(scenario, opened, path.parent, report.append)
    assert not failed, "\n".join(report)
    assert sum(each.heard for each in hosts)
