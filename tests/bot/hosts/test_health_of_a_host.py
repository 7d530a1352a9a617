"""`/health` in somebody's bot: whom that bot names as its owner is told, with one connection or several."""

import pytest
from guild import Guild

from moodring.bot import texts


@pytest.mark.asyncio
@pytest.mark.parametrize("module", ["plain", "hybrid"], indirect=True)
async def test_the_hosts_owner_is_told_and_a_servers_owner_is_not(guild: Guild) -> None:
    refused = await guild.boss.slash(guild.channel, "health")
    assert refused.response.content == texts.say("owner-only")
    guild.bot.owner_id = guild.boss.id
    await guild.bot.reload_extension("moodring.bot.plugin")  # into a bot that is connected already
    shown = await guild.boss.slash(guild.channel, "health")
    [embed] = shown.response.embeds
    told = {field.name: field.value for field in embed.fields}
    assert told["Discord"] == "Answers in 1\N{NO-BREAK SPACE}ms."  # since when, nobody has heard
    assert str(told["Database"]).startswith("Answers in")
