"""The real bot in a simulated server, ready for each test."""

from collections.abc import AsyncIterator

import discord
import pytest
import pytest_asyncio
import simcord
from simulated import Cdn, Server, WordReader, new_bot

from moodring.bot.store import Store


@pytest.fixture
def content() -> bool:
    """Whether the bot has the Message Content intent; tests override it by parametrize."""
    return True


@pytest.fixture
def reader() -> WordReader:
    return WordReader()


@pytest.fixture
def cdn() -> Cdn:
    return Cdn()


@pytest_asyncio.fixture
async def env(reader: WordReader, store: Store, cdn: Cdn, content: bool) -> AsyncIterator[simcord.Env]:
    approved = discord.Intents.default()
    approved.message_content = content
    bot = new_bot(reader, store, cdn, content=content)
    env = cdn.env = simcord.Env(bot, shard_count=1, approved_intents=approved)
    await env.start()
    yield env
    unseen = env.errors_since(env._errors_acknowledged)
    await env.shutdown()
    assert unseen == ()


@pytest.fixture
def server(env: simcord.Env, reader: WordReader, store: Store, cdn: Cdn, content: bool) -> Server:
    return Server(env, reader, store, cdn, content=content)
