"""The forms in which numbers and words are written."""

import math
from collections.abc import Awaitable, Callable, Mapping, Sequence
from textwrap import shorten
from typing import Any, Final, TypeAlias

import discord

from .. import texts
from ..guild_settings import MAX_LINE, WORDS, GuildSettings, GuildSettingsError, default_words
from ..modal import Modal
from . import describe
from .describe import Topic

NUMBERS: Final[Mapping[Topic, tuple[str, ...]]] = {
    Topic.SENSITIVITY: describe.BARS,
    Topic.READING: ("min_confidence", "cooldown_s"),
    Topic.CARE: ("timeout_minutes", "retention_days"),
}
"""What is written as a number, by page."""

DECIMALS: Final = 4
"""Of per cent, as they are written."""

LABEL_CHARACTERS: Final = 100
"""Discord takes no longer description of a field."""

Written: TypeAlias = Callable[[discord.Interaction[Any], Mapping[str, str]], Awaitable[None]]
"""What happens with what was written, by setting."""


class Form(Modal):
    """Asks for the values of some settings.

    Args:
        names: The settings, five at most.
        settings: Their present values.
        then: What happens with what is written.
    """

    def __init__(self, names: Sequence[str], settings: GuildSettings, then: Written) -> None:
        super().__init__(title=texts.say("setup-title"))
        self._then = then
        self._inputs: dict[str, discord.ui.TextInput[Form]] = {}
        for name in names:
            words = name in WORDS
            written = self._inputs[name] = discord.ui.TextInput(
                custom_id=name,
                style=discord.TextStyle.paragraph if words else discord.TextStyle.short,
                default=as_written(name, settings),
                required=not words,
                max_length=MAX_LINE if words else 8,
            )
            about = describe.description(name)
            label = discord.ui.Label(
                text=describe.written_title(name),
                description=shorten(about, LABEL_CHARACTERS, placeholder="…"),
                component=written,
            )
            self.add_item(label)

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Hand over what was written."""
        await self._then(interaction, {name: each.value for name, each in self._inputs.items()})


def as_written(name: str, settings: GuildSettings) -> str:
    """Return a value as it is written in a form: shares in per cent."""
    if name in WORDS:
        return settings.words(name)
    value = getattr(settings, name)
    return f"{round(value * 100, DECIMALS):g}" if describe.is_share(name) else str(value)


def read(name: str, written: str) -> object:
    """Return the value that somebody wrote for a setting; the setting itself checks it.

    Args:
        name: The setting.
        written: What was written: per cent for a share, with or without the sign, comma or point.

    Raises:
        GuildSettingsError: It is no share.
    """
    if name in WORDS:
        return None if written.strip() == default_words(name) else written.strip()
    plain = written.strip().removesuffix("%").strip().replace(",", ".")
    if not describe.is_share(name):
        return plain
    try:
        per_cent = float(plain)
    except ValueError:
        per_cent = math.nan
    if not 0 <= per_cent <= 100:  # the setting would speak of 0 to 1, which nobody wrote
        raise GuildSettingsError(texts.say("fault-per-cent", title=describe.title(name)))
    return round(per_cent / 100, DECIMALS + 2)
