"""What settings say of themselves: in the panel, in ``/setup show``, in ``/watch status`` and in the docs."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from .. import texts
from ..boxes import Layout, box
from ..guild_settings import PRESETS, WORDS, GuildSettings
from ..store import Watch
from ..store.repositories import What

BARS: Final = tuple(PRESETS["balanced"])
"""The numbers that a preset is a name for."""


SHOWN_CHANNELS: Final = 10
"""Channels and roles that are named: with many more, the message might be longer than Discord takes."""

STATUS_CHANNELS: Final = 8
"""Watched channels that ``/watch status`` names, each with what the bot lacks there; for the same reason."""

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
    Topic.CHANNELS: ("log_channel_id", "exempt_role_ids", "exempt_channel_ids", "digest_channel_id"),
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


NUMBERS: Final = frozenset({*BARS, "min_confidence", "cooldown_s", "timeout_minutes", "retention_days"})
"""Settings that are written as a number, which have a unit."""

_SAID: Final[Mapping[str, Callable[[Any], str]]] = {
    "log_channel_id": lambda found: texts.say("none") if found is None else f"<#{found}>",
    "digest_channel_id": lambda found: texts.say("none") if found is None else f"<#{found}>",
    "exempt_role_ids": lambda found: _listed([f"<@&{role_id}>" for role_id in found]),
    "exempt_channel_ids": lambda found: _listed([f"<#{channel_id}>" for channel_id in found]),
    "language": lambda found: texts.say(f"language-{found}"),
    "cooldown_s": lambda found: texts.say("seconds", number=found),
    "timeout_minutes": lambda found: texts.say("minutes", number=found),
    "retention_days": lambda found: texts.say("days", number=found),
}
"""How values are read that are more than a share, a switch or words."""

_SHARES: Final = frozenset({*BARS, "min_confidence"})


def title(name: str) -> str:
    """Return what people call a setting."""
    return texts.say(f"setting-{name}")


def description(name: str) -> str:
    """Return what a setting does, in one sentence."""
    return texts.say(f"setting-{name}.about")


def is_share(name: str) -> bool:
    """Return whether a setting is a share, which people read and write in per cent."""
    return name in _SHARES


def written_title(name: str) -> str:
    """Return what people call a setting, with the unit in which they write it."""
    if name not in NUMBERS:
        return title(name)
    return texts.say("title-with-unit", title=title(name), unit=texts.say(f"setting-{name}.unit"))


def value(name: str, settings: GuildSettings) -> str:
    """Return the present value of a setting as people read it.

    Raises:
        AttributeError: There is no such setting.
        KeyError: Its kind of value is none that is known here.
    """
    found: Any = getattr(settings, name)
    if name in _SAID:
        return _SAID[name](found)
    if is_share(name):
        return texts.exact_percent(found)
    if isinstance(found, bool):
        return texts.say("on") if found else texts.say("off")
    if name in WORDS:
        said = settings.words(name)
        return texts.say("quoted", text=_plain(said)) if said else texts.say("none")
    raise KeyError(name)


def line(name: str, settings: GuildSettings) -> str:
    """Return a setting with its value and what it does, as the panel shows it."""
    shown = texts.labelled(f"**{title(name)}**", value(name, settings))
    return f"{shown}\n-# {description(name)}"


def sensitivity(settings: GuildSettings) -> str:
    """Return the preset in use with its numbers, or that the numbers are the server's own."""
    name = texts.say(f"preset-{settings.preset or 'own'}")
    numbers = [f"{title(each)} {value(each, settings)}" for each in BARS]
    shown = texts.labelled(f"**{texts.say('sensitivity')}**", name)
    return f"{shown}\n-# {' · '.join(numbers)}"


def watches(found: Sequence[Watch]) -> str:
    """Return the watched channels and what follows in each."""
    lines = [
        texts.labelled(f"- <#{watch.channel_id}>", texts.what_follows(sorted(watch.does)))
        for watch in found[:SHOWN_CHANNELS]
    ]
    if len(found) > SHOWN_CHANNELS:
        lines.append(texts.say("and-more", count=len(found) - SHOWN_CHANNELS))
    listed = "\n" + "\n".join(lines) if lines else texts.say("none")
    return texts.labelled(f"**{texts.say('watched-channels')}**", listed)


def watch_status(
    channels: Sequence[tuple[str, Sequence[What], Sequence[str]]], settings: GuildSettings
) -> str:
    """Return the list of watched channels.

    Args:
        channels: Each channel as a mention, what follows there and the permissions that the bot lacks there.
        settings: The guild's.
    """
    lines = [texts.say("listening-to" if channels else "nothing-watched")]
    for channel, does, missing in channels[:STATUS_CHANNELS]:
        mode = texts.what_follows(does)
        if missing:
            lacking = texts.permissions(missing)
            lines.append(texts.say("listening-lacks", channel=channel, mode=mode, permissions=lacking))
        else:
            lines.append(texts.say("listening", channel=channel, mode=mode))
    if len(channels) > STATUS_CHANNELS:
        lines.append(texts.say("and-more", count=len(channels) - STATUS_CHANNELS))
    if any("reply" in does or "react" in does for _, does, _ in channels):
        lines.append(watch_tuned(settings))
    return "\n".join(lines)


def watch_tuned(settings: GuildSettings) -> str:
    """Return how watched channels are answered in a guild."""
    confidence = texts.percent(settings.min_confidence)
    return texts.say("watch-tuned", confidence=confidence, seconds=settings.cooldown_s)


def show_box(settings: GuildSettings, found: Sequence[Watch]) -> Layout:
    """Return all settings with their values and who may change them."""
    blocks = [f"### {texts.say('setup-title')}", watches(found)]
    for topic, names in FIELDS.items():
        lines = [f"**{texts.say(f'topic-{topic}')}**"]
        lines += [sensitivity(settings)] if topic is Topic.SENSITIVITY else []
        lines += [texts.labelled(title(name), value(name, settings)) for name in names if name not in BARS]
        blocks += ["\n".join(lines)] if names else []
    return box([*blocks, f"-# {texts.say('setup-who')}"])


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
        rows.append(f"| {texts.say(f'preset-{preset}')} | {cells} |")
    return "\n".join(rows) + "\n"


def _listed(mentions: list[str]) -> str:
    shown = mentions[:SHOWN_CHANNELS]
    if len(mentions) > SHOWN_CHANNELS:
        shown.append(texts.say("and-others", count=len(mentions) - SHOWN_CHANNELS))
    return texts.listed(shown) or texts.say("none")


def _plain(text: str) -> str:
    shown = text if len(text) <= SHOWN_CHARACTERS else f"{text[: SHOWN_CHARACTERS - 1]}…"
    return texts.literal(shown)
