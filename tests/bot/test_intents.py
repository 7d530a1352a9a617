"""Which features a host's intents leave out."""

import discord
import pytest

from moodring.bot.intents import NEEDED, in_words, lacking

NEEDED_INTENTS = {name for names in NEEDED.values() for name in names}


def test_all_that_is_needed_suffices() -> None:
    assert lacking(discord.Intents(**dict.fromkeys(NEEDED_INTENTS, True))) == {}


def test_neither_members_nor_presences_are_needed() -> None:
    intents = discord.Intents.all()
    intents.members = intents.presences = False
    assert lacking(intents) == {}


def test_without_any_intent_every_feature_that_needs_one_is_lacking() -> None:
    assert lacking(discord.Intents.none()) == {feature: list(names) for feature, names in NEEDED.items()}


@pytest.mark.parametrize("name", sorted(NEEDED_INTENTS))
def test_one_intent_takes_away_what_needs_it_and_nothing_else(name: str) -> None:
    intents = discord.Intents.all()
    setattr(intents, name, False)
    assert lacking(intents) == {feature: [name] for feature, names in NEEDED.items() if name in names}


def test_discords_defaults_lack_message_content_alone() -> None:
    found = lacking(discord.Intents.default())
    assert {name for names in found.values() for name in names} == {"message_content"}
    assert {"watched channels", "flags", "/backtest"} <= found.keys()


def test_the_line_names_each_feature_with_what_it_lacks() -> None:
    line = in_words({"flags": ["guilds", "message_content"], "/backtest": ["guilds"]})
    assert line == "flags (guilds and message_content), /backtest (guilds)"
