"""The forms in which numbers and words are written."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import discord

from .. import texts
from ..guild_settings import MAX_LINE, GuildSettings
from . import describe
from .describe import Topic

NUMBERS: Final[Mapping[Topic, tuple[str, ...]]] = {
    Topic.SENSITIVITY: describe.BARS,
    Topic.READING: ("min_confidence", "cooldown_s"),
    Topic.CARE: ("timeout_minutes", "retention_days"),
}
"""What is written as a number, by page."""

WORDS: Final = ("heat_line", "distress_help", "warn_line")
"""What is written in words."""

LABEL_CHARACTERS: Final = 100
"""Discord takes no longer description of a field."""

Written: TypeAlias = Callable[[discord.Interaction[Any], Mapping[str, str]], Awaitable[None]]
"""What happens with what was written, by setting."""


class Form(discord.ui.Modal):
    """Asks for the values of some settings.

    Args:
        names: The settings, five at most.
        settings: Their present values.
        then: What happens with what is written.
    """

    def __init__(self, names: Sequence[str], settings: GuildSettings, then: Written) -> None:
        super().__init__(title=texts.SETUP_TITLE)
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
                text=describe.written_title(name), description=about[:LABEL_CHARACTERS], component=written
            )
            self.add_item(label)

    async def on_submit(self, interaction: discord.Interaction[Any], /) -> None:
        """Hand over what was written."""
        await self._then(interaction, {name: each.value for name, each in self._inputs.items()})


def as_written(name: str, settings: GuildSettings) -> str:
    """Return a value as it is written in a form: shares in per cent."""
    value = getattr(settings, name)
    return f"{value * 100:g}" if describe.is_share(name) else str(value)


def read(name: str, written: str) -> object:
    """Return the value that somebody wrote for a setting; the setting itself checks it.

    Args:
        name: The setting.
        written: What was written: per cent for a share, with or without the sign, comma or point.
    """
    if name in WORDS:
        return written.strip()
    plain = written.strip().removesuffix("%").strip().replace(",", ".")
    if not describe.is_share(name):
        return plain
    try:
        return round(float(plain) / 100, 6)
    except ValueError:
        return plain
