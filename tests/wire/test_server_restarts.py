"""The bot on a PostgreSQL that goes and comes back: people are told, nothing is lost, and it goes on."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from asking import GLAD
from moderating import answer
from people import Guild
from process import Bot, running
from stand_in import StandIn

from moodring.bot import texts
from tests.postgres import Server

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(
    discord_here: StandIn, guild: Guild, server: Server, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Bot]:
    settings = {"MOODRING_DATABASE_URL": server.url()}
    async with running(discord_here, tmp_path_factory.mktemp("bot"), settings) as bot:
        await answer(discord_here, guild, guild.slash("admin", "watch start", mode="reply"))
        await answer(discord_here, guild, guild.slash("admin", "watch tune", cooldown=0))
        yield bot
        assert await bot.stop() == 0
        assert bot.errors() == [], "a fault was not expected by the code"


@pytest.mark.parametrize("person", ["alice", "bob"])  # and once more
async def test_people_are_told_while_it_is_away_and_what_they_were_told_before_holds_after_it(
    discord_here: StandIn, guild: Guild, bot: Bot, server: Server, person: str
) -> None:
    message = guild.write("admin", GLAD)
    await discord_here.until(lambda: guild.answers_to(message))
    shown = await answer(discord_here, guild, guild.slash(person, "privacy"))
    out = guild.click(person, shown, "Opt out")
    await discord_here.until(lambda: out.responded)
    await asyncio.to_thread(server.stop)
    told = await answer(discord_here, guild, guild.slash(person, "privacy"))
    assert told.content == texts.say("database-failed")
    unread = guild.write("admin", GLAD)
    await discord_here.quiet(1)
    assert not guild.answers_to(unread)
    await asyncio.to_thread(server.start)
    refused = await answer(discord_here, guild, guild.slash(person, "analyze", text=GLAD))
    assert refused.embeds == []
    assert refused.content != texts.say("database-failed")
    message = guild.write("admin", GLAD)
    await discord_here.until(lambda: guild.answers_to(message))
