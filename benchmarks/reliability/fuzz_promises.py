"""What targets of fuzzing promise, and how bytes become a text of theirs."""

import re
import sys
from collections.abc import Callable
from typing import Final, TypeAlias

Read: TypeAlias = Callable[[bytes], None]
"""Takes an input; raises nothing, or what is to be reported."""

MIB: Final = 1024**2
LANGUAGES: Final = ("en", "es", "de", "zh")

_ESCAPED: Final = re.compile(r"\\[^0-9A-Za-z\s]")
_MARKUP: Final = re.compile(r"[\\`*_~|<>\[\]#-]|://")
_PING: Final = re.compile(r"@(?:everyone|here|[!&]?[0-9]{17,20})")


class BrokenPromise(AssertionError):  # noqa: N818 - what it is called in the report
    """A target did something that it promises not to do."""


def promise(kept: object, what: str) -> None:
    """Raise `BrokenPromise` unless something is so."""
    if not kept:
        raise BrokenPromise(what)


def as_text(data: bytes) -> str:
    """Return any text of Unicode, lone surrogates included: the first byte says how the others are meant."""
    how, rest = data[:1] or b"\0", data[1:]
    match how[0] % 4:
        case 2:
            text = rest[: len(rest) // 2 * 2].decode(
                "utf-16-le", "surrogatepass" if _pairs(rest) else "replace"
            )
        case 3:
            points = (int.from_bytes(rest[at : at + 3], "big") for at in range(0, len(rest) - 2, 3))
            text = "".join(chr(point % (sys.maxunicode + 1)) for point in points)
        case _:
            text = rest.decode("utf-8", "replace")
    is_long = how[0] >= 252 and text and sum(rest) % 256 == 0
    return text * (MIB // len(text)) if is_long else text


def _pairs(data: bytes) -> bool:
    """Return whether UTF-16 can be read with its lone surrogates: Python refuses a high one at the end."""
    try:
        data[: len(data) // 2 * 2].decode("utf-16-le", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def one_line(text: str) -> None:
    """Check that a message for people stays on its line and moves no terminal."""
    promise(
        text.replace("\xa0", " ").isprintable(), f"a message that is not one printable line: {text[:200]!r}"
    )


def inert(shown: str, most: int) -> None:
    """Check that nothing in a text means anything to Discord, and that it fits."""
    promise(len(shown) <= most, f"{len(shown)} characters, and {most} are taken")
    left = _ESCAPED.sub(" ", shown).removesuffix("\\")  # the last may be what was cut
    promise(not _MARKUP.search(left), f"markup: {left[:200]!r}")
    promise(not _PING.search(shown), f"a ping: {shown[:200]!r}")
