"""Compares what must follow a step with what the bot did."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ..texts import printable
from .scenario import Expect
from .seen import Change, Words

AnswersIn: TypeAlias = Callable[[str], tuple[int, ...]]
"""Finds the ids of the bot's messages that followed an earlier step, by its name."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One expectation, compared.

    Attributes:
        met: Whether it is met.
        expected: What had to follow.
        seen: What followed.
    """

    met: bool
    expected: str
    seen: str


def compare(expect: Expect, change: Change, answers_in: AnswersIn) -> Iterator[Finding]:
    """Compare what must follow a step with what the bot did.

    Args:
        expect: What must follow.
        change: What the bot did.
        answers_in: Finds the bot's messages that followed an earlier step, by its name.
    """
    words = change.said
    if expect.silence:
        yield Finding(change.silent, "silence", "silence" if change.silent else told(change))
    if expect.edited is not None:
        changed = [number for number in answers_in(expect.edited) if number in change.edited]
        words = [change.scene.words[number] for number in changed]
        yield Finding(
            bool(changed),
            f"the answer to {expect.edited!r} changes",
            "it changes" if changed else told(change),
        )
    if expect.removed is not None:
        given = answers_in(expect.removed)
        left = any(number in change.scene.words for number in given)
        seen = "it stays" if left else "it is gone" if given else "there was none"
        yield Finding(seen == "it is gone", f"the answer to {expect.removed!r} goes", seen)
    if expect.reacts is not None:
        emoji = " ".join(change.reactions)
        yield Finding(
            bool(emoji) is expect.reacts,
            "a reaction" if expect.reacts else "no reaction",
            emoji or "no reaction",
        )
    for piece in expect.omits or ():
        met = not any(piece.lower() in each.text.lower() for each in change.said)
        yield Finding(met, f"it does not say {piece!r}", told(change))
    yield from _word_findings(expect, words)


def _word_findings(expect: Expect, written: list[Words]) -> Iterator[Finding]:
    """Compare what the bot's words must say with what they say."""
    words = written[-1] if written else None
    for name in ("emotion", "sentiment"):
        if (allowed := getattr(expect, name)) is not None:
            seen = getattr(words, name, None)
            yield Finding(seen in allowed, f"{name} {' or '.join(allowed)}", seen or _said(words))
    if expect.confidence is not None:
        low, high = expect.confidence
        stated = words.confidence if words else None
        met = stated is not None and low <= stated <= high
        seen = _said(words) if stated is None else f"{stated:.0%}"
        yield Finding(met, f"confidence {low:.0%} to {high:.0%}", seen)
    if expect.sure is not None:
        sure = words.sure if words else None
        yield Finding(sure is expect.sure, "sure" if expect.sure else "not sure", _said(words))
    if expect.private is not None:
        private = words.private if words else None
        yield Finding(
            private is expect.private,
            "for one person only" if expect.private else "for everyone",
            _said(words),
        )
    said = "\n".join(each.text for each in written)
    for piece in expect.says or ():
        met = piece.lower() in said.lower()
        yield Finding(met, f"it says {piece!r}", "; ".join(map(_said, written)) or _said(None))


def _said(words: Words | None) -> str:
    """Return the bot's words on one line."""
    if words is None:
        return "no answer"
    return ("(private) " if words.private else "") + one_line(words.text)


def one_line(text: str) -> str:
    """Return a text of any number of lines on one, without what a terminal would obey."""
    return printable(" / ".join(text.splitlines()))


def told(change: Change) -> str:
    """Return what the bot did, on one line."""
    parts = [_said(change.scene.words[number]) for number in (*change.written, *change.edited)]
    parts += [f"reaction {emoji}" for emoji in change.reactions]
    parts += ["an answer is gone"] * len(change.removed) + ["a reaction is gone"] * change.withdrawn
    return "; ".join(parts) or "nothing"
