"""Which features a host's intents leave out."""

import discord
import pytest

from moodring.bot.intents import hears, in_words, lacking

NEEDED = {
    "mentions in servers": {"guild_messages"},
    "mentions in direct messages": {"dm_messages"},
    "what a mention replies to": {"guild_messages", "message_content"},
    "answers that follow edits and deletions": {"guild_messages"},
    "watched channels": {"guild_messages", "message_content"},
    "flags": {"guilds", "guild_messages", "message_content"},
    "/backtest": {"guilds", "message_content"},
    "/mood": {"guilds", "guild_messages", "message_content"},
    "commands and buttons for managers and moderators": {"guilds"},
}
"""The intents that each feature cannot do without."""

TO_HEAR = {"guild_messages", "message_content"}


def all_but(name: str) -> discord.Intents:
    intents = discord.Intents.all()
    setattr(intents, name, False)
    return intents


def test_all_that_is_needed_suffices() -> None:
    intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=True)
    assert lacking(intents) == {}


def test_neither_members_nor_presences_are_needed() -> None:
    intents = discord.Intents.all()
    intents.members = intents.presences = False
    assert lacking(intents) == {}


def test_without_any_intent_every_feature_that_needs_one_is_lacking() -> None:
    found = lacking(discord.Intents.none())
    assert {feature: set(names) for feature, names in found.items()} == NEEDED


@pytest.mark.parametrize("name", sorted(discord.Intents.VALID_FLAGS))
def test_one_intent_takes_away_what_needs_it_and_nothing_else(name: str) -> None:
    gone = {name, f"guild_{name}", f"dm_{name}"}  # without a prefix it stands for both kinds
    found = lacking(all_but(name))
    expected = {feature: names & gone for feature, names in NEEDED.items() if names & gone}
    assert {feature: set(names) for feature, names in found.items()} == expected


@pytest.mark.parametrize("name", sorted(discord.Intents.VALID_FLAGS))
def test_channels_are_heard_without_any_other_intent(name: str) -> None:
    assert hears(all_but(name)) == (name not in TO_HEAR | {"messages"})


def test_discords_defaults_lack_message_content_alone() -> None:
    found = lacking(discord.Intents.default())
    assert {name for names in found.values() for name in names} == {"message_content"}
    assert {"watched channels", "flags", "/backtest"} <= found.keys()


def test_the_line_names_each_feature_with_what_it_lacks() -> None:
    line = in_words({"flags": ["guilds", "message_content"], "/backtest": ["guilds"]})
    assert line == "flags (guilds and message_content), /backtest (guilds)"
