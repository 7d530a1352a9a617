"""What people read in Discord, in their language: one catalogue a language in ``locales/``.

The catalogues are written in Fluent (https://projectfluent.org/fluent/guide/), whose plural forms and numbers
follow Unicode's CLDR. A text is named by its message, and an attribute of a message by a dot::

    say("watch-stopped", channel="#general")
    say("setting-faces.about")

In which language is not handed around: it belongs to whoever is spoken to, and ``speaking.py`` chooses it
where a message or an interaction comes in.
"""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypeAlias, get_args

from fluent.runtime import FluentBundle, FluentResource

Language: TypeAlias = Literal["en", "es", "de", "zh"]
"""What there is a catalogue for: English, Spanish, German, Simplified Chinese."""

Value: TypeAlias = str | float | date
"""What a placeholder may stand for."""

LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

SURE_WORDS: Final[tuple[tuple[float, str], ...]] = (
    (0.9, "sure-very"),
    (0.7, "sure-quite"),
    (0.5, "sure-fairly"),
    (0.0, "sure-leaning"),
)
"""From which confidence on a sure answer is called what."""

_MARKUP: Final = re.compile(r"[\\`*_~|<>\[\]#-]|:(?=//)")
"""Signs that may begin markup, and what makes a link of an address."""

_PING: Final = re.compile(r"@(?=everyone|here|[!&]?[0-9])")

_spoken: ContextVar[Language] = ContextVar("spoken", default="en")


def spoken() -> Language:
    """Return the language that is spoken now."""
    return _spoken.get()


def speak(language: Language) -> None:
    """Speak a language for the rest of the present task, such as the one that handles an interaction."""
    _spoken.set(language)


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language for the time being, in the present task and in what it starts."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def say(key: str, /, **values: Value) -> str:
    """Return a text in the language that is spoken.

    Args:
        key: The name of a message, or of an attribute of one behind a dot.
        **values: What its placeholders stand for; numbers and days are written as the language
            writes them.

    Raises:
        KeyError: There is no such text.
        FluentFormatError: A placeholder has no value.
    """
    name, _, attribute = key.partition(".")
    bundle = _bundle(spoken())
    message = bundle.get_message(name)
    pattern = message.attributes[attribute] if attribute else message.value
    if pattern is None:
        raise KeyError(key)
    text, errors = bundle.format_pattern(pattern, values)
    if errors:
        raise errors[0]
    return str(text)


def has(key: str) -> bool:
    """Return whether there is a message of that name."""
    return _bundle(spoken()).has_message(key)


@cache
def _bundle(language: Language) -> FluentBundle:
    # Not isolated: Discord would show the marks for right-to-left text that stood around each value.
    bundle = FluentBundle([language], use_isolating=False)
    for file in files(__package__).joinpath("locales", language).iterdir():
        bundle.add_resource(FluentResource(file.read_text("utf-8")))
    return bundle


# --- parts of texts -----------------------------------------------------------------------------


def listed(entries: Iterable[str]) -> str:
    """Return entries on one line, with what the language sets between them."""
    return say("list-separator").join(entries)


def sentences(*said: str) -> str:
    """Return sentences in a row, without those that say nothing."""
    return say("sentence-separator").join(filter(None, said))


def labelled(label: str, text: str) -> str:
    """Return a text behind what it is called."""
    return say("labelled", label=label, text=text)


def printable(name: str) -> str:
    """Return a name that people chose without what turns text round or a terminal would obey."""
    return "".join(character for character in name if character.isprintable())


def literal(text: str) -> str:
    """Return what people wrote so that Discord shows it as written: no markup, no link, no ping.

    Every sign is escaped wherever it stands, for a text may be shown word by word, and a word does not tell
    what stands around it. ``discord.utils.escape_markdown`` looks for whole links on one line, and lets
    addresses through with all that follows them.

    Args:
        text: As written; up to twice as long afterwards.
    """
    return _PING.sub("@\u200b", _MARKUP.sub(r"\\\g<0>", text))


def capital(text: str) -> str:
    """Return a text that begins with a capital, where the script has any."""
    return text[:1].upper() + text[1:]


def percent(share: float) -> str:
    """Return a share as whole per cent that does not break across lines."""
    return say("percent", number=round(share * 100))


def score(share: float) -> str:
    """Return a score as whole per cent, rounded down: what misses a bar never reads as if it reached it."""
    return say("percent", number=math.floor(round(share * 100, 6)))


def exact_percent(share: float) -> str:
    """Return a share as per cent with the decimals that it has, as people wrote it."""
    return say("percent", number=round(share * 100, 4))


def sure(confidence: float) -> str:
    """Return what a sure answer's confidence is called."""
    return say(next(key for bound, key in SURE_WORDS if confidence >= bound))


def part_name(part: str) -> str:
    """Return what people call a part of a message, such as ``"picture 2"`` for ``"image:1"``."""
    kind, _, index = part.partition(":")
    return say(f"part-{kind}", number=int(index) + 1) if index else say("part-text")


def skip_reason(reason: str) -> str:
    """Return why a part was not read, in the language that is spoken.

    Args:
        reason: An English clause, `moodring.model.Unreadable.reason`. What it has in brackets is left out; a
            clause that the catalogues do not know is returned as it is.
    """
    words = re.sub("[^a-z0-9]+", "-", reason.partition(" (")[0].lower())
    return say(f"skip-{words}") if has(f"skip-{words}") else reason


def permissions(names: Sequence[str]) -> str:
    """Return permissions as Discord's settings call them, from discord.py's names."""
    return listed(f"**{say(f'permission-{name}')}**" for name in names)


# --- texts that are put together ----------------------------------------------------------------


def i_lack(channel: str, names: Sequence[str]) -> str:
    """Return which permissions the bot lacks in a channel and what to do.

    Args:
        channel: The channel as a mention.
        names: The permissions by discord.py's names.
    """
    return say("i-lack-in", channel=channel, permissions=permissions(names))


def you_lack(channel: str, names: Sequence[str]) -> str:
    """Return which permissions somebody lacks in a channel; as `i_lack`."""
    return say("you-lack", channel=channel, permissions=permissions(names))


def nothing_readable(skipped: Sequence[tuple[str, str]]) -> str:
    """Return why a message has nothing to read.

    Args:
        skipped: Its parts, each with the reason why it was not read.
    """
    if not skipped:
        return say("nothing-to-read")
    parts = (labelled(part_name(part), skip_reason(reason)) for part, reason in skipped)
    return say("nothing-readable", parts=say("clause-separator").join(parts))


def what_follows(does: Sequence[str]) -> str:
    """Return what follows the messages of a channel, such as ``"flag, react"``."""
    return listed(say(f"mode-{what}") for what in does) or say("mode-count")


def watch_started(channel: str, does: Sequence[str], confidence: float, cooldown_s: int) -> str:
    """Return the public notice that a channel is read from now on.

    Args:
        channel: The channel as a mention.
        does: What follows there: ``"reply"``, ``"react"``, ``"flag"``, or nothing.
        confidence: From which confidence on is answered, 0..1.
        cooldown_s: Seconds of silence after an answer.
    """
    follows = listed(say(f"follows-{what}") for what in does) or say("follows-nothing")
    if "reply" in does or "react" in does:
        sure_from = percent(confidence)
        follows = say("watch-answers", follows=follows, confidence=sure_from, seconds=cooldown_s)
    return say("watch-started", channel=channel, follows=follows)


def settings_taken(left_out: int) -> str:
    """Return that a file of settings was taken.

    Args:
        left_out: How many channels and roles it names that the server does not have.
    """
    return say("settings-taken-partly", count=left_out) if left_out else say("settings-taken")


def automatic(action: str, acted: int, refuted: int, until: str | None) -> str:
    """Return how an automatic action, or its trial, has gone so far.

    Args:
        action: What is done.
        acted: How often.
        refuted: How often moderators dismissed that or took it back.
        until: When the trial ends, as Discord shows times; None where the action is switched on.
    """
    name, did = say(f"action-{action}"), say(f"did-{action}", count=acted)
    if until is None:
        return say("automatic-on", action=name, did=did, refuted=refuted)
    return say("automatic-trial", action=name, did=did, refuted=refuted, until=until)


def short_count(count: int) -> str:
    """Return a count in few characters, rounded from 10,000 on."""
    if count < 10_000:
        return say("count", number=count)
    if count < 999_500:
        return say("thousands", number=round(count / 1_000))
    return say("millions", number=round(count / 1_000_000))


def heat_of_messages(count: int, first: float, latest: float, highest: float, hot_from: float) -> str:
    """Return what a chart of heat shows, each level 0..1.

    Args:
        count: Of how many messages.
        first: Heat with the first of them.
        latest: Heat with the latest.
        highest: The most.
        hot_from: The bound.
    """
    ends = {"latest": percent(latest), "bound": percent(hot_from)}
    if count == 1:
        return say("heat-of-one", **ends)
    return say("heat-of-many", count=count, first=percent(first), highest=percent(highest), **ends)


def scores_of_messages(bins: Sequence[tuple[float, float, int]], marks: Sequence[float]) -> str:
    """Return what a histogram of toxicity shows.

    Args:
        bins: From which score, up to which, and how many messages; without empty ones.
        marks: Thresholds, 0..1.
    """
    counts = say("clause-separator").join(
        say("histogram-bin", count=count, low=round(low * 100), high=percent(high))
        for low, high, count in bins
    )
    counts = counts or say("none")
    if not marks:
        return say("histogram-said", counts=counts)
    return say("histogram-marked", counts=counts, marks=listed(map(exact_percent, marks)))
