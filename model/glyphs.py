"""Letters of any shape as the plain ones that people take them for: Cyrillic а, 𝓪, ａ, ᴀ, 🅰 and a̷ are *a*."""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final

import emoji

LOOKALIKES: Final[Mapping[str, str]] = {
    "CYRILLIC SMALL LETTER ": "A a, VE b, SOFT SIGN b, ES c, KOMI DE d, IE e, EN h, SHHA h, YI i, "
    "BYELORUSSIAN-UKRAINIAN I i, JE j, KA k, PALOCHKA l, EM m, PE n, O o, ER p, QA q, GHE r, YA r, DZE s, "
    "TE t, I u, IZHITSA v, WE w, SHA w, HA x, U y, STRAIGHT U y",
    "GREEK SMALL LETTER ": "ALPHA a, BETA b, EPSILON e, IOTA i, KAPPA k, ETA n, OMICRON o, SIGMA o, RHO p, "
    "TAU t, UPSILON u, MU u, NU v, OMEGA w, CHI x, GAMMA y",
    "GREEK CAPITAL LETTER ": "ALPHA A, BETA B, EPSILON E, ETA H, IOTA I, KAPPA K, MU M, NU N, OMICRON O, "
    "RHO P, TAU T, CHI X, UPSILON Y, ZETA Z",
    "ARMENIAN SMALL LETTER ": "CO g, HO h, VO n, OH o, SEH u",
    "LATIN SMALL LETTER ": "ALPHA a, D WITH STROKE d, SCRIPT G g, H WITH STROKE h, DOTLESS I i, IOTA i, "
    "L WITH STROKE l, O WITH STROKE o, T WITH STROKE t",
}
"""Letters that pass for an English one, by the names that Unicode has for them, and the English one: those of
its confusables (UTS #39, Unicode Security Mechanisms) and of faux Cyrillic that are easily had."""

_BLANK = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")
_REGIONAL_A = "\U0001f1e6"
_REGIONAL = re.compile(f"[{_REGIONAL_A}-\U0001f1ff]+")
_SHAPED = re.compile(r"\bLATIN (?:(?:SMALL|CAPITAL) )?LETTER (?:SMALL CAPITAL )?([A-Z])(?: WITH .*)?$")
_OVERRIDE, _OPENING, _CLOSING = "\u202e", "\u202a\u202b\u202d\u2066\u2067\u2068", "\u202c\u2069"

_EUROPEAN_TO: Final = "\u0590"
"""Where in Unicode the alphabets end whose letters the network reads alike with marks or without."""

BORROWED_FROM: Final = "\u0250"
"""Where in Unicode the Latin letters end that living languages write with."""


def without_marks(text: str) -> str:
    """Return the text without accents and whatever else `is_mark` says of a sign."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text) if not is_mark(sign))


def is_mark(sign: str) -> bool:
    """Whether a sign only changes another one, or cannot be seen."""
    return unicodedata.category(sign) in {"Mn", "Me", "Cf"}


def as_shown(text: str) -> str:
    """Put what follows a right-to-left override into the order that is shown (Boucher et al., 2022)."""
    if _OVERRIDE not in text:
        return text
    opened: list[str] = [""]
    pieces: list[list[str]] = [[]]
    for sign in f"{text}\n":
        if sign in _OPENING or sign == _OVERRIDE:
            opened.append(sign)
            pieces.append([])
            continue
        closes = len(opened) - 1 if sign == "\n" else min(len(opened) - 1, int(sign in _CLOSING))
        for _ in range(closes):
            inner = pieces.pop()
            pieces[-1].append("".join(reversed(inner) if opened.pop() == _OVERRIDE else inner))
        if sign not in _CLOSING:
            pieces[-1].append(sign)
    return "".join(pieces[0])[:-1]


def plain_letters(text: str) -> str:
    """Return the text without ornament of its letters, and without marks and what nobody sees in words."""
    if text.isascii():
        return text
    text = _REGIONAL.sub(lambda found: _unless_flags(found[0]), text)
    plain: list[str] = []
    for sign in unicodedata.normalize("NFC", _BLANK.sub(" ", text)):
        if not (is_mark(sign) and plain and plain[-1].isalpha() and plain[-1] < _EUROPEAN_TO):
            plain.append(_plain(sign))
    return "".join(plain)


def _unless_flags(run: str) -> str:
    """Return regional indicators as letters, but for those that two by two are flags."""
    if all(emoji.is_emoji(run[place : place + 2]) for place in range(0, len(run), 2)):
        return run
    return "".join(chr(ord("a") + ord(sign) - ord(_REGIONAL_A)) for sign in run)


@lru_cache(maxsize=4_096)
def _plain(sign: str) -> str:
    """Return the English letter or the digit that a sign is another shape of, or itself."""
    if sign.isascii() or is_mark(sign):
        return sign
    plain = unicodedata.normalize("NFKC", sign)
    is_letter = len(plain) == 1 and plain.isascii() and plain.isalnum() and unicodedata.category(sign) != "No"
    if is_letter and not emoji.is_emoji(sign):
        return plain
    shaped = _SHAPED.search(unicodedata.name(sign, ""))
    return shaped[1].lower() if shaped and sign >= BORROWED_FROM else sign


@cache
def lookalikes() -> Mapping[int, str]:
    """Return the table of `LOOKALIKES` for ``str.translate``, with capitals."""
    table: dict[int, str] = {}
    for script, letters in LOOKALIKES.items():
        for pair in letters.split(", "):
            name, _, latin = pair.rpartition(" ")
            letter = unicodedata.lookup(script + name)
            table[ord(letter)] = latin
            if len(letter.upper()) == 1 and not letter.upper().isascii():
                table.setdefault(ord(letter.upper()), latin.upper())
    return table
