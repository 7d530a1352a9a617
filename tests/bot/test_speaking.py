"""Everybody is spoken to in a language of theirs, and Discord gets the commands in all of them."""

import discord
import pytest
from discord import app_commands

from moodring.bot import texts
from moodring.bot.guild_settings import GuildSettings
from moodring.bot.speaking import CommandTranslator, choices, described, language_in, language_of
from moodring.bot.texts import Language


@pytest.mark.parametrize(
    ("locale", "language"),
    [
        (discord.Locale.american_english, "en"),
        (discord.Locale.british_english, "en"),
        (discord.Locale.german, "de"),
        (discord.Locale.spain_spanish, "es"),
        (discord.Locale.latin_american_spanish, "es"),
        (discord.Locale.chinese, "zh"),
        (discord.Locale.taiwan_chinese, "zh"),
        (discord.Locale.french, "en"),
    ],
)
def test_a_locale_of_discords_has_its_catalogue_or_english(
    locale: discord.Locale, language: Language
) -> None:
    assert language_of(locale) == language


def test_a_server_that_the_bot_does_not_see_is_spoken_to_as_it_chose_or_in_english() -> None:
    assert language_in(None, GuildSettings()) == "en"
    assert language_in(None, GuildSettings(language="de")) == "de"


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("locale", "said"),
    [
        (discord.Locale.german, "de"),
        (discord.Locale.chinese, "zh"),
        (discord.Locale.british_english, "en"),
        (discord.Locale.french, None),
    ],
)
async def test_commands_are_translated_where_there_is_a_catalogue(
    locale: discord.Locale, said: Language | None
) -> None:
    string = described("command-watch-start.channel")
    translated = await CommandTranslator().translate(string, locale, object())
    if said is None:
        assert translated is None
    else:
        with texts.speaking(said):
            assert translated == texts.say("command-watch-start.channel")


@pytest.mark.asyncio
async def test_texts_of_the_hosts_own_commands_are_left_alone() -> None:
    assert (
        await CommandTranslator().translate(app_commands.locale_str("ping"), discord.Locale.german, None)
        is None
    )


def test_choices_carry_what_follows_their_kind() -> None:
    [choice] = choices("state-not-toxic")
    assert choice.value == "not-toxic"
    assert choice.name == "not toxic"
