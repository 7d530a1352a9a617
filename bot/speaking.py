"""Which language is spoken to whom.

Who asks privately is answered in the language of their own Discord; what everybody in a server reads is in
the server's language. Commands are translated by Discord's own mechanism.
"""

from typing import Any

import discord
from discord import app_commands

from . import texts
from .guild_settings import GuildSettings
from .store.repositories import Guilds
from .texts import LANGUAGES, Language


def language_of(locale: discord.Locale) -> Language:
    """Return the language for a locale of Discord's; English where there is no catalogue for it."""
    code = str(locale).partition("-")[0]
    return next((language for language in LANGUAGES if language == code), "en")


def language_in(guild: discord.Guild | None, settings: GuildSettings) -> Language:
    """Return the language of a server; English where the bot does not see it.

    Args:
        guild: The server.
        settings: Its settings.
    """
    if settings.language != "auto":
        return settings.language
    return "en" if guild is None else language_of(guild.preferred_locale)


async def language_here(guilds: Guilds, guild: discord.Guild | None) -> Language:
    """Return the language of what everybody reads in a place; English in direct messages.

    Args:
        guilds: The servers' settings.
        guild: The server, if it is in one.
    """
    return "en" if guild is None else language_in(guild, await guilds.get(guild.id))


def speak_to(interaction: discord.Interaction[Any]) -> None:
    """Speak the language of whoever caused an interaction for the rest of its task."""
    texts.speak(language_of(interaction.locale))


def described(key: str) -> app_commands.locale_str:
    """Return a text of a command, in English and for `CommandTranslator`.

    Args:
        key: Its name in the catalogues.
    """
    return app_commands.locale_str(texts.say(key), moodring=key)


def choices(*keys: str) -> list[app_commands.Choice[str]]:
    """Return what an option offers: each value is what follows the first hyphen of its name."""
    return [app_commands.Choice(name=described(key), value=key.partition("-")[2]) for key in keys]


class CommandTranslator(app_commands.Translator):
    """Gives Discord the commands' texts in every language that there is a catalogue for."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, _context: object, /
    ) -> str | None:
        """Return a text in the language of a locale; None where it is not Moodring's, or has none."""
        key = string.extras.get("moodring")
        language = language_of(locale)
        if key is None or (language == "en" and not str(locale).startswith("en")):
            return None
        with texts.speaking(language):
            return texts.say(key)
