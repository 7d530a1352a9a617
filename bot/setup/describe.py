"""What settings say of themselves: in the panel, in ``/setup show`` and in the docs."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

import discord

from .. import texts
from ..boxes import Layout, box
from ..guild_settings import PRESETS, GuildSettings
from ..store import Watch

BARS: Final = tuple(PRESETS["balanced"])
"""The numbers that a preset is a name for."""


SHOWN_CHANNELS: Final = 10
"""Channels and roles that are named: with many more, the message might be longer than Discord takes."""

SHOWN_CHARACTERS: Final = 200
"""Of a text that a server wrote, for the same reason; its form has all of it."""


class Topic(StrEnum):
    """A page of the panel."""

    CHANNELS = "channels"
    SENSITIVITY = "sensitivity"
    READING = "reading"
    CARE = "care"
    AUTOMATIC = "automatic"


FIELDS: Final[dict[Topic, tuple[str, ...]]] = {
    Topic.CHANNELS: ("log_channel_id", "exempt_role_ids", "exempt_channel_ids"),
    Topic.SENSITIVITY: BARS,
    Topic.READING: ("language", "faces", "ocr", "min_confidence", "cooldown_s"),
    Topic.CARE: (
        "heat_notes",
        "heat_line",
        "distress_help",
        "warn_line",
        "timeout_minutes",
        "direct_messages",
        "retention_days",
    ),
    Topic.AUTOMATIC: (),
}
"""Every setting, by the page that it is on."""


_SAID: Final[Mapping[str, Callable[[Any], str]]] = {
    "log_channel_id": lambda found: texts.NONE if found is None else f"<#{found}>",
    "exempt_role_ids": lambda found: _listed([f"<@&{role_id}>" for role_id in found]),
    "exempt_channel_ids": lambda found: _listed([f"<#{channel_id}>" for channel_id in found]),
    "language": texts.LANGUAGES.__getitem__,
    "cooldown_s": texts.seconds,
    "timeout_minutes": texts.minutes,
    "retention_days": texts.days,
}
"""How values are read that are more than a share, a switch or words."""

_SHARES: Final = frozenset({*BARS, "min_confidence"})


def title(name: str) -> str:
    """Return what people call a setting."""
    return GuildSettings.model_fields[name].title or name


def description(name: str) -> str:
    """Return what a setting does, in one sentence."""
    return GuildSettings.model_fields[name].description or ""


def is_share(name: str) -> bool:
    """Return whether a setting is a share, which people read and write in per cent."""
    return name in _SHARES


def written_title(name: str) -> str:
    """Return what people call a setting, with the unit in which they write it."""
    return f"{title(name)} ({texts.UNITS[name]})" if name in texts.UNITS else title(name)


def value(name: str, settings: GuildSettings) -> str:
    """Return the present value of a setting as people read it."""
    found: Any = getattr(settings, name)
    if name in _SAID:
        return _SAID[name](found)
    if is_share(name):
        return texts.exact_percent(found)
    if isinstance(found, bool):
        return texts.ON if found else texts.OFF
    return f"“{_plain(found)}”" if found else texts.NONE


def line(name: str, settings: GuildSettings) -> str:
    """Return a setting with its value and what it does, as the panel shows it."""
    return f"**{title(name)}**: {value(name, settings)}\n-# {description(name)}"


def sensitivity(settings: GuildSettings) -> str:
    """Return the preset in use with its numbers, or that the numbers are the server's own."""
    name = texts.PRESET_NAMES[settings.preset or "own"]
    numbers = [f"{title(each)} {value(each, settings)}" for each in BARS]
    return f"**{texts.SENSITIVITY}**: {name}\n-# {' · '.join(numbers)}"


def watches(found: Sequence[Watch]) -> str:
    """Return the watched channels and what follows in each."""
    lines = [
        f"- <#{watch.channel_id}>: {texts.what_follows(sorted(watch.does))}"
        for watch in found[:SHOWN_CHANNELS]
    ]
    if len(found) > SHOWN_CHANNELS:
        lines.append(texts.and_more(len(found) - SHOWN_CHANNELS))
    return f"**{texts.WATCHED}**: " + ("\n" + "\n".join(lines) if lines else texts.NONE)


def show_box(settings: GuildSettings, found: Sequence[Watch]) -> Layout:
    """Return all settings with their values and who may change them."""
    blocks = [f"### {texts.SETUP_TITLE}", watches(found)]
    for topic, names in FIELDS.items():
        lines = [f"**{texts.TOPICS[topic]}**"]
        lines += [sensitivity(settings)] if topic is Topic.SENSITIVITY else []
        lines += [f"{title(name)}: {value(name, settings)}" for name in names if name not in BARS]
        blocks += ["\n".join(lines)] if names else []
    return box([*blocks, f"-# {texts.SETUP_WHO}"])


def table() -> str:
    """Return a Markdown table of every setting with its default, for the docs."""
    defaults = GuildSettings()
    rows = ["| setting | name in the file | at first | what it does |", "|---|---|---|---|"]
    rows += [
        f"| {title(name)} | `{name}` | {value(name, defaults)} | {description(name)} |"
        for names in FIELDS.values()
        for name in names
    ]
    return "\n".join(rows) + "\n"


def presets_table() -> str:
    """Return a Markdown table of the presets' numbers, for the docs."""
    rows = ["| | " + " | ".join(title(name) for name in BARS) + " |", "|---" * (len(BARS) + 1) + "|"]
    for preset, numbers in PRESETS.items():
        of_preset = GuildSettings().changed(**numbers)
        cells = " | ".join(value(name, of_preset) for name in BARS)
        rows.append(f"| {texts.PRESET_NAMES[preset]} | {cells} |")
    return "\n".join(rows) + "\n"


def _listed(mentions: list[str]) -> str:
    shown = mentions[:SHOWN_CHANNELS]
    if len(mentions) > SHOWN_CHANNELS:
        shown.append(texts.and_others(len(mentions) - SHOWN_CHANNELS))
    return ", ".join(shown) or texts.NONE


def _plain(text: str) -> str:
    shown = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
    return discord.utils.escape_mentions(discord.utils.escape_markdown(shown))
