"""What people read where somebody hides words from a machine: ``1d10t``, ``i d i o t``, ``f*ck``, ``іdіоt``.

A message is read as it stands; this is for a second reading of the few that are disguised, by which they may
only be flagged sooner. No network is asked and nothing was trained: letters of any shape become plain ones,
letters that stand apart move together, and what is then no word becomes the harsh word that it hides.
"""

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from string import ascii_lowercase
from typing import Final

import emoji

from .glyphs import BORROWED_FROM, as_shown, lookalikes, plain_letters, without_marks
from .sample import Language, Prediction
from .text import COMMON_WORDS, MAX_CHARACTERS, normalise

WORDS_FILE: Final = Path(__file__).parent / "data" / "disguised_words.tsv"
"""``harsh`` words, and ``other`` words that look like one misspelt; `benchmarks/disguised_words.py` wrote it.

A harsh word is one that the network itself calls toxic where it stands alone, be it a slur or the name of a
group: that it stands here means that it is recognised in disguise, and nothing else."""

MIN_WORD: Final = 4
"""Letters of a word that a disguise is looked for in; shorter ones are too like each other."""

MIN_HARSH: Final = 5
"""Letters of a harsh word that any slip is forgiven; of a shorter one, only letters swapped or doubled."""

EVERYDAY_WORDS: Final = 50
"""Most frequent words that are likelier than a harsh one where both would fit: ``th*t`` is *that*."""

MAX_SIGNS: Final = 6
"""Signs in a word that are tried as letters; more of them are a number."""

MAX_WORD: Final = 20
"""Letters of the longest word that is looked for where all letters stand apart."""

MAX_CHUNK: Final = 3 * MAX_WORD
"""Letters and signs of the longest word with signs in it: an emoji may be several of them."""

SIGNS: Final[Mapping[str, str]] = {
    pair[0]: pair[1:]
    for pair in "0o 1il 2z 3e 4a 5s 6gb 7t 8b 9g @a $s !il |il +t €e £l ¡i §s ¢c".split()  # noqa: SIM905
}
"""Digits and signs that stand for a letter, the likelier letter first."""

_KEPT = re.compile(
    r"""(
    ```.*?(?:```|\Z)                                     # code, which is not read
    | <(?:@[!&]?|\#|a?:\w{2,32}:|t:-?|id:)\w+(?::\w)?>  # mentions, custom emoji, times
    | </[^<>]{1,100}>                                   # commands
    | \bhttps?://\S+ | \bwww\.\S+
    )""",
    re.DOTALL | re.IGNORECASE | re.VERBOSE,
)
_LETTERS = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"(?<![^\W_])(?<!['’])[A-Za-z]+(?![^\W_])")
_TEAR = re.compile(r"[ .,\-_*~|·•]|[^\w\s\x00-\xbf\u2000-\u206f]")
_CHUNK = re.compile(rf"(?:[A-Za-z0-9*#%^._\-{''.join(SIGNS)}]|[^\w\s\x00-\xbf\u2000-\u206f])+")
_CORE = re.compile(rf"[A-Za-z0-9{''.join(SIGNS)}](?:.*[A-Za-z0-9@$€£§¢*])?")
_PART = re.compile(r"[^._\-]+")
_HIDDEN = re.compile(r"[*#%^._\-]")
_SIGNED = re.compile(r"[^\d._\-]+")
_REPEATED = re.compile(r"(.)\1+")
_BETWEEN = r"""(?:[^\w'’"()\[\]{}<>=&@\#:;]|_){1,5}"""
_APART = re.compile(rf"(?<![^\W_])(?<!['’&])[A-Za-z](?:{_BETWEEN}[A-Za-z]){{2,}}(?![^\W_]|['’])")
_GAP = re.compile(r"[\W_]+")

_CHAT_LETTERS: Final = frozenset("aiury")
"""Letters that are words in chat."""

_FIRST_WORD: Final = 1_996
"""Token id of the vocabulary's most frequent word; below it are signs and single letters."""


class Unmasker:
    """Finds what a disguised text says; deterministic and thread-safe.

    Args:
        vocabulary: Token ids of words in lower case, the more frequent the lower.
        harsh: Harsh words in lower case, the more frequent first.
        others: Words beyond the vocabulary that are one slip away from a harsh one.
    """

    def __init__(self, vocabulary: Mapping[str, int], harsh: Sequence[str], others: Sequence[str]) -> None:
        self._vocabulary = vocabulary
        self._others = frozenset(others)
        self._harsh = {word: place for place, word in enumerate(harsh)}
        self._lines = "\n".join(harsh)
        self._near: dict[str, list[str]] = defaultdict(list)
        for word in harsh:
            for short in _shortened(word):
                self._near[short].append(word)

    def unmask(self, text: str) -> str | None:
        """Return what people read, or None where that is what is written.

        Args:
            text: A message as written; only the first `MAX_CHARACTERS` characters are looked at.
        """
        text = text[:MAX_CHARACTERS]
        parts = _KEPT.split(plain_letters(as_shown(text)))
        parts[::2] = map(self._unmask_words, parts[::2])
        plain = "".join(parts)
        if plain == text:
            return None
        read = _as_read(plain)
        return plain if any(map(str.isalnum, read)) and read != _as_read(text) else None

    def corrected(self, word: str) -> str:
        """Return the harsh word that a word is one slip away from, or itself if it is a word of its own."""
        lower = word.lower()
        if len(word) < MIN_WORD or self._is_word(lower):
            return word
        near = {harsh for short in _shortened(lower) for harsh in self._near.get(short, ())}
        slips = (harsh for harsh in near if _is_slip(lower, harsh))
        return min(slips, key=self._harsh.__getitem__, default=word)

    def _is_word(self, word: str) -> bool:
        return word in self._vocabulary or word in self._harsh or word in self._others

    def _unmask_words(self, text: str) -> str:
        text = self._in_english_letters(text)
        text = _CHUNK.sub(lambda found: self._spelt_out(found[0]), text)
        text = _APART.sub(lambda found: self._moved_together(found[0]), text)
        text = self._mended(text)
        return _WORD.sub(lambda found: self.corrected(found[0]), text)

    def _in_english_letters(self, text: str) -> str:
        """Translate letters that only look English: in a word with English ones, or if they make a word."""
        if text.isascii():
            return text
        english = sum(letter.isascii() and letter.isalpha() for letter in text)
        mostly_english = 2 * english >= sum(map(str.isalpha, text))

        def translated(found: re.Match[str]) -> str:
            word: str = found[0]
            if word.isascii():
                return word
            latin = without_marks(word.translate(lookalikes()))
            if not latin.isascii():
                return word
            mixed = any(map(str.isascii, word)) and any(letter >= BORROWED_FROM for letter in word)
            makes_word = len(word) == 1 or (len(word) >= MIN_WORD and self._is_word(latin.lower()))
            return latin if mixed or (mostly_english and makes_word) else word

        return _LETTERS.sub(translated, text)

    def _spelt_out(self, chunk: str) -> str:
        """Replace signs and emoji that stand for letters: ``1d10t``, ``b!tch``, ``f*ck``, ``dumb-a$$``."""
        if chunk.isalpha() and chunk.isascii():
            return chunk
        return self._spelt(chunk) or _PART.sub(lambda found: self._spelt(found[0]) or found[0], chunk)

    def _spelt(self, chunk: str) -> str | None:
        found = _CORE.search(chunk) if len(chunk) <= MAX_CHUNK else None
        if found is None:
            return None
        before, core = chunk[: found.start()], found[0]
        if "*" in before:
            core = core.rstrip("*")
        after = chunk[len(before) + len(core) :]
        if not core.isascii():
            core = emoji.replace_emoji(core, "*")
        core = core.lower()
        letters = sum(map(str.isalpha, core))
        if letters == len(core) or not letters:
            return None
        plain = self._with_letters_for_signs(core, letters)
        harsh = self._harsh_like(core, letters)
        spelt = plain if plain and self._rank(plain) <= EVERYDAY_WORDS else harsh or plain
        return spelt and before + spelt + after

    def _harsh_like(self, word: str, letters: int) -> str | None:
        """Return the harsh word that a word is where any letter may be hidden, or shown by a sign."""
        hidden = _HIDDEN.search(word) is not None
        short = len(word) < MIN_WORD
        if letters < 1 + hidden or (short and not _SIGNED.fullmatch(word)):
            return None
        pattern = "".join(
            "[a-z]" if _HIDDEN.match(sign) else f"[{SIGNS[sign]}]" if sign in SIGNS else re.escape(sign)
            for sign in word
        )
        found = re.search(f"^{pattern}$", self._lines, re.MULTILINE)
        return found[0] if found else None

    def _with_letters_for_signs(self, word: str, letters: int) -> str | None:
        signs = sum(sign in SIGNS for sign in word)
        hidden = word[:-1].count("*")
        if hidden > 1 or signs > MAX_SIGNS or letters + signs + hidden < len(word):
            return None
        if letters < 2 or len(word) < MIN_WORD:
            return None
        choices = (ascii_lowercase if sign == "*" else SIGNS.get(sign, sign) for sign in word)
        spellings = map("".join, itertools.product(*choices))
        return min(filter(self._is_word, spellings), key=self._rank, default=None)

    def _moved_together(self, run: str) -> str:
        """Join letters that stand apart; a word ends at a wider gap, or where that is likeliest."""
        letters, gaps = _GAP.split(run), _GAP.findall(run)
        if _CHAT_LETTERS.issuperset("".join(letters).lower()):
            return run
        narrow = min(map(len, gaps))
        filled = 2 * sum(map(str.isspace, gaps)) < len(gaps)
        joined = letters[0]
        for gap, letter in zip(gaps, letters[1:], strict=True):
            joined += f" {letter}" if len(gap) > narrow or (filled and gap.isspace()) else letter
        return " ".join(word for group in joined.split() for word in self._segmented(group))

    def _segmented(self, letters: str) -> list[str]:
        """Return the likeliest words in letters without gaps (Norvig, 2009, Natural Language Corpus Data)."""
        best: list[tuple[float, int]] = [(0.0, 0)]
        for end in range(1, len(letters) + 1):
            starts = range(max(0, end - MAX_WORD), end)
            best.append(min((best[start][0] + self._surprise(letters[start:end]), start) for start in starts))
        words, end = [], len(letters)
        while end:
            start = best[end][1]
            words.append(letters[start:end])
            end = start
        return words[::-1]

    def _rank(self, word: str) -> int:
        """Return the place of a word among all by frequency, from 1; that of harsh words is assumed."""
        known = self._vocabulary.get(word, len(self._vocabulary)) - _FIRST_WORD
        return max(1, min(known, COMMON_WORDS // 2) if word in self._harsh else known)

    def _surprise(self, word: str) -> float:
        """Return how unlikely a word is, by Zipf's law, in nats."""
        word = word.lower()
        if len(word) == 1:
            return math.log(100 if word in _CHAT_LETTERS else len(self._vocabulary))
        return math.log(self._rank(word)) + (0 if self._is_word(word) else 2 * len(word))

    def _mended(self, text: str) -> str:
        """Close a gap within a word: ``id iot``, ``st.upid``."""
        parts, end = [], 0
        for first, second in itertools.pairwise(_WORD.finditer(text)):
            gap = text[first.end() : second.start()]
            if first.start() >= end and _TEAR.fullmatch(gap) and self._is_torn(first[0], second[0]):
                parts += [text[end : first.end()], second[0]]
                end = second.end()
        return "".join([*parts, text[end:]])

    def _is_torn(self, first: str, second: str) -> bool:
        whole = (first + second).lower()
        new_word = second[0].isupper() and not first.isupper()
        if new_word or len(whole) < MIN_WORD or not self._is_word(whole):
            return False
        if whole in self._harsh:
            return max(self._rank(first.lower()), self._rank(second.lower())) > COMMON_WORDS // 2
        return not (self._stands_alone(first.lower()) and self._stands_alone(second.lower()))

    def _stands_alone(self, word: str) -> bool:
        return word in _CHAT_LETTERS if len(word) == 1 else self._is_word(word)


def raised(prediction: Prediction, meant: Prediction) -> Prediction:
    """Return a reading that is as toxic as that of what people read; what it feels stays.

    Args:
        prediction: What was read of a message.
        meant: What was read of the same message without its disguise. Letters of another alphabet make
            English look foreign: its language counts then.
    """
    foreign = prediction.language is Language.OTHER
    return replace(
        prediction,
        toxicity=max(prediction.toxicity, meant.toxicity),
        toxic=prediction.toxic or meant.toxic,
        language=meant.language if foreign else prediction.language,
    )


def read_words(path: Path = WORDS_FILE) -> dict[str, list[str]]:
    """Return the ``harsh`` and the ``other`` words that ship.

    Args:
        path: Lines of kind, tab, word.
    """
    words: dict[str, list[str]] = {"harsh": [], "other": []}
    for line in path.read_text("utf-8").splitlines():
        kind, word = line.split("\t")
        words[kind].append(word)
    return words


@cache
def shared_unmasker() -> Unmasker:
    """Return the one unmasker of this process, loaded when it is first asked for."""
    from .predictor import shipped_tokenizer  # it opens the network, this does not need it

    words = read_words()
    return Unmasker(shipped_tokenizer().vocabulary, words["harsh"], words["other"])


def unmasked(text: str) -> str | None:
    """Return what people read in a disguised text, or None where that is what is written; see `Unmasker`.

    Example:
        ```python
        assert unmasked("y0u are an 1d10t") == "y0u are an idiot"
        assert unmasked("you are a star") is None
        ```
    """
    return shared_unmasker().unmask(text)


def _as_read(text: str) -> str:
    """Return the text as the tower's tokenizer sees it: small letters without marks."""
    return without_marks(normalise(text).lower())


def _shortened(word: str) -> set[str]:
    """Return a word, and it without each of its letters: words one slip apart share one (Garbe, SymSpell)."""
    return {word, *(word[:place] + word[place + 1 :] for place in range(len(word)))}


def _is_slip(word: str, harsh: str) -> bool:
    """Whether a word is a harsh one with one letter changed, lost or added, or with two that changed places.

    Its first letter stays, and its last unless it changed places: whoever wants to be understood keeps those.
    """
    pairs = enumerate(zip(word, harsh, strict=False))
    start = next((place for place, (one, other) in pairs if one != other), min(len(word), len(harsh)))
    own, its = word[start:], harsh[start:]
    swapped = own[:2] == its[:2][::-1] and own[2:] == its[2:]
    doubled = _REPEATED.sub(r"\1", word) == _REPEATED.sub(r"\1", harsh)
    one_other = own[1:] in (its, its[1:]) or own == its[1:]
    forgiven = len(harsh) >= MIN_HARSH and word[-1] == harsh[-1]
    return start > 0 and (swapped or doubled or (one_other and forgiven))
