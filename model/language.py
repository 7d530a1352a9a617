"""Whether a message is English: the network was made for English and is less sure of all else."""

import hashlib
import html
import json
import re
import unicodedata
from collections import Counter
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
from py3langid.langid import LanguageIdentifier

from .sample import Language
from .text import MAX_CHARACTERS, QUOTE

OTHERS: Final[tuple[str, ...]] = (
    *("az", "ca", "cs", "da", "de", "es", "et", "eu", "fi", "fr", "hr", "hu", "id", "is", "it", "lt"),
    *("lv", "ms", "nl", "no", "pl", "pt", "ro", "sk", "sl", "sq", "sr", "sv", "sw", "tl", "tr", "uz", "vi"),
)
"""What English in Latin letters is compared with: languages that many people write online. The identifier
knows a hundred more, but takes slang and African-American English for some of them (*wanna* is Hausa to it,
*haha* Sotho), and most texts in those resemble one of these more than they do English."""

OTHER_FROM: Final = 12.0
"""Lead over English, in units of log-likelihood, from which a text is not English. It grows with every word,
so one bound serves a greeting and a paragraph alike. Chosen with `benchmarks/languages.py`: at 8 half a
percent more of the foreign texts of four words and more would be found, and six times as much slang would
be called foreign."""

MAX_WORDS: Final = 64
"""Different words that are looked at; more would only take time."""

_NOT_PROSE = re.compile(
    r"""
    ```.*?(?:```|\Z) | `[^`\n]*`             # code
    | <[^<>\s]{1,100}> | </[^<>]{1,100}>     # mentions, custom emoji, times, commands
    | \bhttps?://\S+ | \bwww\.\S+            # links
    | [@#]\S+                                # handles and hashtags: names, and English ones everywhere
    | :\w{2,32}:                             # names of emoji
    | \[(?:USER|URL|NAME|PERSON)\]           # what data sets put in their place
    """,
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")
_STRETCHED = re.compile(r"([^\W\d_]{1,2}?)\1{2,}")
_HEAPED = re.compile("[\u0300-\u036f]{3,}")
_NO_LETTERS: Final = frozenset({"Mn", "Mc", "Me", "Cf"})

LATIN_SCRIPT: Final = (
    *map(chr, (*range(0x00C0, 0x0250), 0x0259, *range(0x1E00, 0x1F00))),
    *"' abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
)
"""What the identifier is asked about is written in these, and in no others."""

_LATIN = re.compile(f"[{''.join(LATIN_SCRIPT)}]")

FOLDER: Final = Path(str(resources.files("moodring.model") / "languages"))
"""Where the identifier's model is; `language_cut.py` writes it."""

NEXT_FILE: Final = "next.npy"
ROWS_FILE: Final = "rows.npy"
TOKENS_FILE: Final = "tokens.npy"
SCORES_FILE: Final = "scores.npy"
PRIORS_FILE: Final = "priors.npy"
CHECKSUMS_FILE: Final = "sha256.json"
"""What each of them has to be."""


def distinct_words(text: str) -> list[str]:
    """Return the text's different words in small letters, without names, links, code and quotes.

    Emoji are no words; ``noooo`` is ``noo`` and ``hahaha`` is ``haha``, as length is no evidence. Marks that
    are no part of a letter go, and what cannot be seen: the vowel signs of Indian scripts would split words,
    and so would zero-width spaces. Three marks on one letter are no alphabet's.

    Args:
        text: A message as written; only the first `MAX_CHARACTERS` characters are looked at.

    Returns:
        At most `MAX_WORDS` words, in the order in which they first stand.
    """
    text = html.unescape(text[:MAX_CHARACTERS])
    text = _NOT_PROSE.sub(" ", text)
    text = QUOTE.sub("", text)
    text = unicodedata.normalize("NFKC", _HEAPED.sub("", text))[:MAX_CHARACTERS].lower().replace("’", "'")
    if not text.isascii():
        text = "".join(letter for letter in text if unicodedata.category(letter) not in _NO_LETTERS)
    text = _STRETCHED.sub(r"\1\1", text)
    return list(dict.fromkeys(_WORD.findall(text)))[:MAX_WORDS]


def _is_written(word: str) -> bool:
    """Whether two different letters of the word belong to one script, and that is not Latin.

    What stands alone or twice is the face of a kaomoji, laughter (``ㅋㅋ``) or a formula.
    """
    scripts = Counter(unicodedata.name(letter, "").partition(" ")[0] for letter in set(word))
    return any(count > 1 for script, count in scripts.items() if script != "LATIN")


def checksum(path: Path) -> str:
    """Return a file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_identifier() -> LanguageIdentifier:
    """Return py3langid's identifier over the part of its model that ships here.

    It is mapped, so it takes the memory of what is looked up.

    Raises:
        OSError, EOFError, ValueError: A file is missing, cut off or another one.
    """
    for name, expected in json.loads((FOLDER / CHECKSUMS_FILE).read_text("utf-8")).items():
        if checksum(FOLDER / name) != expected:
            raise ValueError(f"{name} is damaged")
    following, rows, tokens, scores = (
        np.load(FOLDER / name, mmap_mode="r").view(np.ndarray)  # a memmap is slower to look things up in
        for name in (NEXT_FILE, ROWS_FILE, TOKENS_FILE, SCORES_FILE)
    )
    priors = np.load(FOLDER / PRIORS_FILE)
    return LanguageIdentifier(
        scores,
        priors["prior"],
        priors["language"].tolist(),
        memoryview(following.reshape(-1)),  # hands out numbers of Python's, three times as fast as numpy's
        memoryview(tokens),
        tk_row=memoryview(rows),
    )


class LanguageDetector:
    """Tells English from other languages; deterministic and thread-safe.

    Example:
        ```python
        detector = LanguageDetector()
        assert detector.detect("was machst du heute abend?") is Language.OTHER
        ```
    """

    def __init__(self) -> None:
        self._identifier = open_identifier()

    def lead(self, text: str) -> float | None:
        """Return how much likelier the text is in another language than in English.

        Args:
            text: A message as written.

        Returns:
            A difference of log-likelihoods, below 0 for English and infinite for another script; None
            if there are no words.
        """
        words = distinct_words(text)
        letters = "".join(words)
        foreign = _LATIN.sub("", letters)
        if 2 * len(foreign) > len(letters) and any(_is_written(_LATIN.sub("", word)) for word in words):
            return float("inf")
        latin = " ".join(word for word in words if not _LATIN.sub("", word))
        if not latin:
            return None
        scores: dict[str, float] = dict(self._identifier.rank(latin))
        english = scores.pop("en")
        return max(scores.values()) - english

    def detect(self, text: str) -> Language:
        """Return whether the text is English.

        Args:
            text: A message as written; may be empty.

        Returns:
            `Language.UNKNOWN` for emoji, links and names alone, and for a few words that could be English
            but are likelier something else.
        """
        lead = self.lead(text)
        if lead is None or 0 <= lead < OTHER_FROM:
            return Language.UNKNOWN
        return Language.ENGLISH if lead < 0 else Language.OTHER


@cache
def shared_detector() -> LanguageDetector:
    """Return the one detector of this process, loaded when it is first asked for."""
    return LanguageDetector()
