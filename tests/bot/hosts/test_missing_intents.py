"""With fewer intents there are fewer features, one line in the log, and never an error."""

import discord
import pytest
from guild import Guild

from moodring.bot.intents import NEEDED

ONE_HOST = pytest.mark.parametrize("module", ["plain"], indirect=True)


def _without(*names: str) -> discord.Intents:
    intents = discord.Intents.all()
    for name in names:
        setattr(intents, name, False)
    return intents


def _lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    records = caplog.get_records("setup")  # the fixtures load the extension
    return [record.getMessage() for record in records if record.name == "moodring.bot.features"]


@pytest.mark.asyncio
@ONE_HOST
@pytest.mark.parametrize(
    ("intents", "named"),
    [
        (discord.Intents.none(), "guilds"),
        (discord.Intents(guilds=True), "guild_messages"),
        (discord.Intents(guild_messages=True), "guilds"),
        (discord.Intents.default(), "message_content"),
        (_without("guilds"), "guilds"),
        (_without("guild_messages"), "guild_messages"),
        (_without("dm_messages"), "dm_messages"),
    ],
    ids=["none", "guilds only", "messages only", "default", "no guilds", "no messages", "no DMs"],
)
async def test_one_line_says_what_is_left_out_and_asking_works(
    guild: Guild, intents: discord.Intents, named: str, caplog: pytest.LogCaptureFixture
) -> None:
    [line] = _lines(caplog)
    assert line.startswith("the host's intents leave out: ")
    for feature, names in NEEDED.items():
        assert (feature in line) == (not all(getattr(intents, name) for name in names)), feature
    assert named in line
    analyzed = await guild.alice.slash(guild.channel, "analyze", text="thank you so much")
    assert analyzed.response.embeds[0].title == "🙏 Gratitude"
    message = await guild.alice.send(guild.channel, f"{guild.mention} I am so happy")
    assert guild.said() == (["😊 Joy"] if intents.guild_messages else [])
    await guild.alice.edit(message, f"{guild.mention} I am furious")
    assert guild.said() == (["😡 Anger"] if intents.guild_messages else [])
    for command in ("privacy", "appeal"):
        shown = await guild.alice.slash(guild.channel, command)
        assert shown.response is not None
    for command in ("setup", "cases list", "watch status", "backtest", "mood"):
        shown = await guild.boss.slash(guild.channel, command)
        refused = "Discord's intent *Guilds*" in (shown.response.content or "")
        assert refused == (not intents.guilds), command
    faults = [each for each in guild.env.errors if not isinstance(each, discord.app_commands.CheckFailure)]
    assert faults == []


@pytest.mark.asyncio
@ONE_HOST
@pytest.mark.parametrize("intents", [_without("members", "presences")], ids=["no members"])
async def test_where_nothing_is_left_out_nothing_is_said(
    guild: Guild, intents: discord.Intents, caplog: pytest.LogCaptureFixture
) -> None:
    assert _lines(caplog) == []
