"""The same words as somebody else might have typed them: variations of a text that keep its meaning."""

import re
from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

SHORT_FORMS: Final[Mapping[str, str]] = {
    "you": "u",
    "your": "ur",
    "you're": "ur",
    "are": "r",
    "please": "pls",
    "because": "bc",
    "people": "ppl",
    "though": "tho",
    "through": "thru",
    "with": "w",
    "without": "w/o",
    "what": "wut",
    "right": "rite",
    "tonight": "tonite",
    "really": "rly",
    "thanks": "thx",
    "probably": "prob",
    "about": "abt",
    "before": "b4",
    "okay": "k",
    "don't know": "dunno",
    "going to": "gonna",
    "want to": "wanna",
    "got to": "gotta",
    "kind of": "kinda",
    "and": "n",
}
"""How chat shortens common words."""

LOOKALIKES: Final[Mapping[str, str]] = {"a": "@", "e": "3", "i": "1", "o": "0", "s": "$", "u": "*"}
"""Signs that stand for a letter where somebody hides a word from a filter."""

_SHORTENED = re.compile(rf"\b({'|'.join(sorted(SHORT_FORMS, key=len, reverse=True))})\b", re.IGNORECASE)
_LONG_WORD = re.compile(r"(?<![\w@#:/<.])[A-Za-z]{4,}(?![\w>/])")
_PLAIN_SIGNS = re.compile(r"(?<=\w)[.,;'’](?=\s|$|\w)")


def _in_one_word(
    text: str, random: np.random.Generator, change: Callable[[str, np.random.Generator], str]
) -> str:
    words = list(_LONG_WORD.finditer(text))
    if not words:
        return text
    word = words[random.integers(len(words))]
    return text[: word.start()] + change(word[0], random) + text[word.end() :]


def _slip(word: str, random: np.random.Generator) -> str:
    """Swap two letters, drop one or type one twice; the first letter is rarely the wrong one."""
    place = int(random.integers(1, len(word) - 1))
    return (
        word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        word[:place] + word[place + 1 :],
        word[:place] + word[place] + word[place:],
    )[random.integers(3)]


def _stretch(word: str, random: np.random.Generator) -> str:
    vowels = [place for place, letter in enumerate(word) if letter in "aeiouyAEIOUY"]
    place = vowels[-1] if vowels else len(word) - 1
    return word[:place] + word[place] * int(random.integers(3, 7)) + word[place + 1 :]


def _mask(word: str, random: np.random.Generator) -> str:
    places = [place for place, letter in enumerate(word) if letter.lower() in LOOKALIKES]
    if not places:
        return word
    place = places[random.integers(len(places))]
    return word[:place] + LOOKALIKES[word[place].lower()] + word[place + 1 :]


def vary(text: str, random: np.random.Generator) -> str:
    """Return the text with one change: a slip, short forms, signs left out, a stretched word or a mask.

    Args:
        text: As written.
        random: The source of randomness; the same state gives the same text.
    """
    match random.integers(5):
        case 0:
            return _in_one_word(text, random, _slip)
        case 1:
            return _SHORTENED.sub(lambda found: SHORT_FORMS[found[0].lower()], text)
        case 2:
            return _PLAIN_SIGNS.sub("", text)
        case 3:
            return _in_one_word(text, random, _stretch)
        case _:
            return _in_one_word(text, random, _mask)
