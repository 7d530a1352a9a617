"""Seeded splits in which no text stands in two parts."""

import hashlib
import html
import re
import unicodedata
from collections.abc import Mapping, Sequence

from .record import Corpus, Part, Record

DEV_SHARE = 0.1  # of a set that has no split of its own
HOLD_SHARE = 0.1  # of the train part of a set with a hold part

_LINK_OR_HANDLE = re.compile(r"https?://\S+|\[(?:url|user|name)\]|@\w+|\brt\b")
_SEPARATORS = re.compile(r"[\s!-/:-@\[-`{-~\ufe0f]+")  # white space, ASCII punctuation, emoji style mark


def text_key(text: str) -> str:
    """Return the text without what differs between copies of it: case, links, handles, punctuation.

    Emoji stay: in some sets they alone tell two texts apart. This is on purpose not the normalisation
    of the text tower: a change there must move no record into another part.
    """
    folded = unicodedata.normalize("NFKC", html.unescape(text)).casefold()
    return _SEPARATORS.sub(" ", _LINK_OR_HANDLE.sub(" ", folded)).strip() or text


def _draw(key: str, seed: int, purpose: str) -> float:
    """Return a number in [0, 1) that depends on nothing but the arguments.

    The same text draws the same number in every set, and adding a record moves no other.
    """
    digest = hashlib.sha256(f"{seed}/{purpose}/{key}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64


def part_of(key: str, purpose: str, parts: int) -> int:
    """Return a number in 0..parts-1 that depends on nothing but the arguments."""
    return int.from_bytes(hashlib.sha256(f"{purpose}/{key}".encode()).digest()[:8]) % parts


def split(
    loaded: Sequence[tuple[Corpus, Mapping[Part, Sequence[Record]]]], seed: int
) -> dict[str, dict[Part, list[Record]]]:
    """Give every record its part, over all sets at once.

    A dev part that a set defines is kept whole. Sets without one get a dev part, sets that hold some
    back get a hold part, both drawn by text. A text that any dev part has is then taken out of every
    hold and train part, and one that any hold part has out of every train part.

    Args:
        loaded: Each set with the parts that it defines.
        seed: Seed of the draws.

    Returns:
        By name of the set: the records of each part, in the set's own order.
    """
    keys = {
        record.id: text_key(record.text)
        for _, given in loaded
        for records in given.values()
        for record in records
    }
    parts = {corpus.name: _draw_parts(corpus, given, keys, seed) for corpus, given in loaded}
    taken = {keys[record.id] for drawn in parts.values() for record in drawn["dev"]}
    for part in ("hold", "train"):
        for drawn in parts.values():
            drawn[part] = [record for record in drawn[part] if keys[record.id] not in taken]
        taken.update(keys[record.id] for drawn in parts.values() for record in drawn[part])
    return parts


def _draw_parts(
    corpus: Corpus, given: Mapping[Part, Sequence[Record]], keys: Mapping[str, str], seed: int
) -> dict[Part, list[Record]]:
    parts: dict[Part, list[Record]] = {"train": [], "dev": list(given.get("dev", ())), "hold": []}
    for record in given["train"]:
        key = keys[record.id]
        if "dev" not in given and _draw(key, seed, "dev") < DEV_SHARE:
            parts["dev"].append(record)
        elif corpus.held and _draw(key, seed, "hold") < HOLD_SHARE:
            parts["hold"].append(record)
        else:
            parts["train"].append(record)
    return parts
