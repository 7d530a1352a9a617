"""From a chat message to token ids: normalise social text, tokenise, pad to a bucket."""

import html
import itertools
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import emoji
import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer as WordPieceTokenizer

MAX_CHARACTERS: Final = 4_000
"""Longest text that is looked at: Discord's own limit with Nitro, and far beyond `MAX_TOKENS`."""

MAX_TOKENS: Final = 128
"""Longest sequence for the text tower, [CLS] and [SEP] included; chat rarely has half of it."""

BUCKETS: Final[tuple[int, ...]] = (*range(5, MAX_TOKENS, 5), MAX_TOKENS)
"""Padded lengths in tokens. LiteRT multiplies five tokens at a time where the processor has AVX-512 VNNI, so
up to five cost the same; another length than the last costs .1 ms, as much as one token does."""

NO_TOKENS: Final[NDArray[np.int32]] = np.zeros(0, np.int32)
"""What a text without words becomes."""

PAD_ID: Final = 0
"""Token id of [PAD] in the tower's vocabulary."""

COMMON_WORDS: Final = 10_000
"""Token ids below this are words that everybody uses: the vocabulary is ordered by frequency."""

EMPHASIS: Final = "~"
"""What is left of a stretched word's length, a token of its own."""

MAX_STRETCHED_RUNS: Final = 4
"""Runs of letters in a word that are tried long and short; a scream has more."""

QUOTE: Final = re.compile(r"^ *(?:>>>[ \t](?s:.*)|>[ \t].*$)", re.MULTILINE)
"""Discord's quotes: a line behind ``> `` or all that follows ``>>> ``."""

_CODE_BLOCK = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_CUSTOM_EMOJI = re.compile(r"<a?:(\w{2,32}):\d+>")
_USER = re.compile(r"<@[!&]?\d+>|\[USER\]|(?<![\w@])@\w+")
_CHANNEL = re.compile(r"<#\d+>|<id:\w+>")
_TIME = re.compile(r"<t:-?\d+(?::\w)?>")
_COMMAND = re.compile(r"</([^:>]{1,100}):\d+>")
_LINK = re.compile(r"\[URL\]|<?\bhttps?://\S+|\bwww\.\S+", re.IGNORECASE)
_PERSON = re.compile(r"\[(?:NAME|PERSON)\]")
_HASHTAG = re.compile(r"#(\w+)")
_MARKUP = re.compile(r"\*{1,3}|\|\||~~|`+|(?<!\w)_{1,3}(?=\w)|(?<=\w)_{1,3}(?!\w)")
_WORD_BREAK = re.compile(r"_+|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)")
_LETTER_RUN = re.compile(r"([^\W\d_])\1{3,}")
_LAUGHTER = re.compile(r"([^\W\d_]{2})\1{2,}")
_LETTERS = re.compile(r"[^\W\d_]+")
_THREE_ALIKE = re.compile(r"(.)\1\1")
_SIGN_RUN = re.compile(r"([^\w\s])\1{3,}")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200c\u200e\u200f\u2060\ufeff\ud800-\udfff]")
_SPACE = re.compile(r"\s+")


def _words(name: str) -> str:
    """Split ``HappyNewYear2`` or ``happy_new_year`` into words."""
    return _WORD_BREAK.sub(" ", name).strip()


def _without_quotes(text: str) -> str:
    """Drop Discord's quotes, a line (``> ``) or all that follows (``>>> ``): they are somebody else's words.

    They stay where nothing else is there.
    """
    own = QUOTE.sub("", text)
    return own if own.strip() else text


def normalise(text: str) -> str:
    """Return social text as plain words that keep its meaning.

    Emoji and custom emoji become their names, hashtags their words, mentions ``@user``, links
    ``link``; Discord's markup, code blocks and quoted lines go; runs of a letter or a sign are cut to
    three and laughter (``hahaha``) to two syllables, so that emphasis stays visible, but bounded.

    Args:
        text: A message as written; only the first `MAX_CHARACTERS` characters are looked at.

    Returns:
        One line, possibly empty; longer than the message where emoji have long names.
    """
    text = html.unescape(text[:MAX_CHARACTERS])
    text = _INVISIBLE.sub("", text)
    text = _CODE_BLOCK.sub(" code ", text)
    text = _without_quotes(text)
    text = _CUSTOM_EMOJI.sub(lambda found: f" {_words(found[1])} ", text)
    text = _COMMAND.sub(r"\1", text)
    text = _TIME.sub(" time ", text)
    text = _CHANNEL.sub(" channel ", text)
    text = _LINK.sub(" link ", text)
    text = _USER.sub(" @user ", text)
    text = _PERSON.sub(" someone ", text)
    text = _HASHTAG.sub(lambda found: f" {_words(found[1])} ", text)
    text = _MARKUP.sub("", text)
    text = _LETTER_RUN.sub(r"\1\1\1", text)
    text = _LAUGHTER.sub(r"\1\1", text)
    text = _SIGN_RUN.sub(r"\1\1\1", text)
    if not text.isascii():  # else there are no emoji, and looking for them takes half of all the time
        text = emoji.replace_emoji(text, lambda _, names: f" {names['en'].strip(':').replace('_', ' ')} ")
    return _SPACE.sub(" ", text).strip()


def unstretch(word: str, vocabulary: Mapping[str, int]) -> str:
    """Return the word that somebody stretched, ``soooo`` or ``whaaat``, with a mark of its emphasis.

    A word without three letters alike in a row stays as it is. Each run of three was one or two of them.
    Among the spellings that the vocabulary knows, the longest common word wins (``goood`` is *good*, not
    *god*; ``sooo`` is *so*, not *soo*), then the most frequent; where it knows none, all runs are one
    letter.

    Args:
        word: One word as `normalise` left it.
        vocabulary: Token ids of words in lower case, the more frequent the lower.
    """
    if not _THREE_ALIKE.search(word):
        return word
    runs = [(letter, len(list(group))) for letter, group in itertools.groupby(word.lower())]
    lengths = [(length,) if length < 3 else (2, 1) for _, length in runs]
    if sum(len(choices) > 1 for choices in lengths) > MAX_STRETCHED_RUNS:
        lengths = [choices[-1:] for choices in lengths]
    letters = [letter for letter, _ in runs]
    spellings = [
        "".join(letter * length for letter, length in zip(letters, chosen, strict=True))
        for chosen in itertools.product(*lengths)
    ]
    known = [spelling for spelling in spellings if spelling in vocabulary]
    common = [spelling for spelling in known if vocabulary[spelling] < COMMON_WORDS]
    if common:
        return max(common, key=len) + EMPHASIS
    return min(known, key=lambda spelling: vocabulary[spelling], default=spellings[-1]) + EMPHASIS


def bucket(length: int) -> int:
    """Return the padded length for a sequence of ``length`` tokens.

    Raises:
        ValueError: ``length`` is over `MAX_TOKENS`.
    """
    if length > MAX_TOKENS:
        raise ValueError(f"a sequence of {length} tokens is longer than the largest bucket, {MAX_TOKENS}")
    return BUCKETS[bisect_left(BUCKETS, length)]


def shorten(token_ids: NDArray[np.int32], length: int) -> NDArray[np.int32]:
    """Return the first ``length`` tokens at most, the closing [SEP] kept.

    Args:
        token_ids: int32 of shape (n,), ``[CLS] … [SEP]``.
        length: The longest sequence in tokens.

    Returns:
        int32 of shape (min(n, length),).
    """
    return token_ids if len(token_ids) <= length else np.append(token_ids[: length - 1], token_ids[-1])


def join(message: NDArray[np.int32], found: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return a message with the text found in its pictures as second segment.

    Args:
        message: int32 of shape (n,), ``[CLS] … [SEP]``, or (0,) where nothing was written.
        found: The same for the text found in pictures.

    Returns:
        int32 of shape (m,), ``[CLS] … [SEP] … [SEP]`` with m ≤ `MAX_TOKENS`: what was found fills what the
        message leaves.
    """
    if len(found) == 0:
        return message
    first = message if len(message) else found[[0, -1]]
    room = MAX_TOKENS - len(first)
    return np.concatenate([first, shorten(found[1:], room)]) if room > 1 else first


def pad(sequences: Sequence[NDArray[np.int32]], length: int | None = None) -> NDArray[np.int32]:
    """Stack token sequences into one array, padded with `PAD_ID`.

    Args:
        sequences: int32 arrays of shape (n,) each, none longer than `MAX_TOKENS`.
        length: The padded length; None takes the bucket of the longest.

    Returns:
        int32 of shape (len(sequences), length).
    """
    length = length or bucket(max(len(ids) for ids in sequences))
    padded = np.full((len(sequences), length), PAD_ID, np.int32)
    for row, ids in zip(padded, sequences, strict=True):
        row[: len(ids)] = ids
    return padded


class Vocabulary(Mapping[str, int]):
    """Token ids of words and pieces, asked of the tokeniser: a dictionary of them would take 4 MB.

    Args:
        wordpiece: The tokeniser.
    """

    def __init__(self, wordpiece: WordPieceTokenizer) -> None:
        self._wordpiece = wordpiece

    def __getitem__(self, word: str) -> int:
        try:
            token_id: int | None = self._wordpiece.token_to_id(word)
        except UnicodeEncodeError:  # half of a pair of surrogates is no character
            token_id = None
        if token_id is None:
            raise KeyError(word)
        return token_id

    def __iter__(self) -> Iterator[str]:
        return iter(self._wordpiece.get_vocab())

    def __len__(self) -> int:
        size: int = self._wordpiece.get_vocab_size()
        return size


class Tokenizer:
    """WordPiece as the pretrained text tower had it; thread-safe.

    Args:
        path: The tower's ``tokenizer.json``.

    Attributes:
        vocabulary: Token ids of words and pieces.
    """

    def __init__(self, path: Path) -> None:
        self._wordpiece = WordPieceTokenizer.from_file(str(path))
        self._wordpiece.no_padding()
        self._wordpiece.no_truncation()
        # Somebody may write "[SEP]"; it is no separator, and "[PAD]" no padding.
        self._wordpiece.encode_special_tokens = True
        self.vocabulary = Vocabulary(self._wordpiece)

    def encode(self, text: str) -> tuple[NDArray[np.int32], bool]:
        """Tokenise one text after `normalise` and `unstretch`.

        Args:
            text: A message as written.

        Returns:
            int32 ids of shape (n,), ``[CLS] … [SEP]`` with n ≤ `MAX_TOKENS`, or shape (0,) if the
            text holds no word; and whether only the text's beginning is in them.
        """
        line = _LETTERS.sub(lambda found: unstretch(found[0], self.vocabulary), normalise(text))
        ids = np.array(self._wordpiece.encode(line).ids, np.int32)
        if len(ids) <= 2:
            return NO_TOKENS, False
        return shorten(ids, MAX_TOKENS), len(ids) > MAX_TOKENS or len(text) > MAX_CHARACTERS
