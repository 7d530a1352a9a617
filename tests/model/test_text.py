"""Messages become plain words, words become token ids, and none of it ever fails."""

import emoji
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from moodring.model.text import (
    BUCKETS,
    MAX_CHARACTERS,
    MAX_TOKENS,
    PAD_ID,
    Tokenizer,
    bucket,
    join,
    normalise,
    pad,
    shorten,
    unstretch,
)

from .conftest import SPECIAL

CLS, SEP = SPECIAL.index("[CLS]"), SPECIAL.index("[SEP]")
LONGEST_EMOJI_NAME = max(len(names["en"]) for names in emoji.EMOJI_DATA.values())

ANY_TEXT = st.text(st.characters())  # lone surrogates too
PIECES = [
    *["<", ">", "> ", ">>> ", "\n", " ", "`", "```", "*", "_", "||", "~~", "@", "#", "&amp;", "&#60;"],
    *["<:pepe:1>", "<@1>", "</play:1>", "https://a.b", "[PAD]", "😂", "❤️", "\u200d", "\ufe0f", "\ud800"],
    *["a", "B", "1", "noooo", "!!!!"],
]
SOCIAL_TEXT = st.lists(st.sampled_from(PIECES)).map("".join)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("nothing to change here", "nothing to change here"),
        ("  two\n\nlines\t", "two lines"),
        # emoji and custom emoji become their names
        ("so good 😂", "so good face with tears of joy"),
        ("<:pepeSad:123> <a:party_blob:45>", "pepe Sad party blob"),
        ("👍🏽", "thumbs up medium skin tone"),
        ("🏳️\u200d🌈", "rainbow flag"),
        # who, where, when and what is mentioned
        ("hi <@123> and <@!45> and <@&6>, @someone", "hi @user and @user and @user , @user"),
        ("[USER] thanked [NAME]", "@user thanked someone"),
        ("see <#12> or <id:home> <t:1700000000:R>", "see channel or channel time"),
        ("try </play song:99>", "try play song"),
        ("mail me at soup@example.org", "mail me at soup@example.org"),
        # links
        ("https://example.org/a?b=c is new", "link is new"),
        ("<https://example.org> www.example.org [URL]", "link link link"),
        # hashtags are split into words
        ("#HappyNewYear2024 #love_you #TBTimes", "Happy New Year 2024 love you TB Times"),
        ("#1 in the charts", "1 in the charts"),
        # markup
        ("**bold** *it* __under__ ~~gone~~ ||hidden|| `code`", "bold it under gone hidden code"),
        ("snake_case stays", "snake_case stays"),
        ("```py\nprint('hate')\n``` why?", "code why?"),
        ("``` never closed", "code"),
        # entities
        ("fish &amp; chips &lt;3 &#39;yes&#39;", "fish & chips <3 'yes'"),
        # quotes are somebody else's words
        ("> I hate you\nthat was mean", "that was mean"),
        ("mine\n> theirs\nmine again", "mine mine again"),
        ("mine\n>>> theirs\nand theirs", "mine"),
        ("> only a quote", "> only a quote"),
        (">\nno quote, Discord wants a space", "> no quote, Discord wants a space"),
        ("3 > 2", "3 > 2"),
        # emphasis stays visible, but bounded
        ("noooooo sooo cooool", "nooo sooo coool"),
        ("hahahahaha lololol", "haha lolol"),
        ("what?!?!?! no!!!!!!", "what?!?!?! no!!!"),
        ("10000000", "10000000"),
        ("😂😂😂😂😂", "face with tears of joy face with tears of joy face with tears of joy"),
        # nothing is left of what cannot be seen
        ("\u200b\ufeff\ud800", ""),
        ("****", ""),
    ],
)
def test_social_text_becomes_plain_words(written: str, read: str) -> None:
    assert normalise(written) == read


VOCABULARY = {
    word: number
    for number, word in enumerate(
        ("to", "so", "of", "what", "too", "good", "off", "god", "please"), start=2_000
    )
} | {"hmm": 17_012, "soo": 17_111, "hm": 20_287}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("sooo", "so~"),
        ("goood", "good~"),
        ("TOOO", "too~"),
        ("offf", "off~"),
        ("whaaattt", "what~"),
        ("pleeeaaase", "please~"),
        ("hmmm", "hmm~"),
        ("lolll", "lol~"),
        ("Good", "Good"),
        ("aaabbbcccdddeee", "abcde~"),
    ],
)
def test_a_stretched_word_is_the_word_it_was(written: str, read: str) -> None:
    assert unstretch(written, VOCABULARY) == read


@given(ANY_TEXT | SOCIAL_TEXT)
@example("&#xD800;&lt;" * 5)
def test_any_text_becomes_one_bounded_line(text: str) -> None:
    line = normalise(text)
    assert line == " ".join(line.split())
    assert len(line) <= min(len(text), MAX_CHARACTERS) * (LONGEST_EMOJI_NAME + 2)
    assert line.encode().decode() == line  # no lone surrogate is left


@given(st.text("abcXYZ019 .,'\n"))
def test_plain_words_are_settled_at_once(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


def test_only_the_beginning_of_an_endless_text_is_looked_at() -> None:
    words = "ab " * MAX_CHARACTERS
    assert normalise(words) == normalise(words[:MAX_CHARACTERS])


@given(ANY_TEXT | SOCIAL_TEXT)
def test_any_text_becomes_a_closed_sequence_or_none(tokenizer: Tokenizer, text: str) -> None:
    ids, cut = tokenizer.encode(text)
    assert ids.dtype == np.int32
    assert not cut
    if len(ids):
        assert 3 <= len(ids) <= MAX_TOKENS
        assert (ids[0], ids[-1]) == (CLS, SEP)
        assert not np.isin(ids[1:-1], (PAD_ID, CLS, SEP)).any()


@pytest.mark.parametrize("text", ["", "   ", "****", "\u200b"])
def test_a_text_without_a_word_has_no_tokens(tokenizer: Tokenizer, text: str) -> None:
    ids, cut = tokenizer.encode(text)
    assert ids.shape == (0,)
    assert not cut


@pytest.mark.parametrize(("words", "cut"), [(MAX_TOKENS - 2, False), (MAX_TOKENS - 1, True), (1_000, True)])
def test_a_long_text_keeps_its_beginning_and_its_end_mark(
    tokenizer: Tokenizer, words: int, cut: bool
) -> None:
    ids, was_cut = tokenizer.encode("soup " * words)
    assert len(ids) == MAX_TOKENS
    assert ids[-1] == SEP
    assert was_cut == cut


def test_a_text_that_was_cut_before_its_words_is_cut_too(tokenizer: Tokenizer) -> None:
    ids, cut = tokenizer.encode("a" * MAX_CHARACTERS + " love")
    assert len(ids) < MAX_TOKENS
    assert cut


def test_a_typed_token_name_is_text(tokenizer: Tokenizer) -> None:
    ids, _ = tokenizer.encode("[PAD] [SEP]")
    bracketed, _ = tokenizer.encode("[ pad ] [ sep ]")
    assert ids.tolist() == bracketed.tolist()


@given(st.integers(0, MAX_TOKENS))
def test_a_bucket_is_the_nearest_that_holds_the_sequence(length: int) -> None:
    assert bucket(length) == min(size for size in BUCKETS if size >= length)


def test_no_bucket_holds_more_than_the_longest_sequence() -> None:
    with pytest.raises(ValueError, match=r"129 tokens is longer than .* 128"):
        bucket(MAX_TOKENS + 1)


def test_sequences_are_stacked_with_padding_at_their_end() -> None:
    sequences = [np.array([2, 7, 3], np.int32), np.array([2, 7, 8, 9, 3], np.int32), np.zeros(0, np.int32)]
    padded = pad(sequences)
    assert padded.dtype == np.int32
    assert padded.shape == (3, BUCKETS[0])
    assert pad(sequences, 5).tolist() == [[2, 7, 3, 0, 0], [2, 7, 8, 9, 3], [0, 0, 0, 0, 0]]


def test_shortening_keeps_the_end_mark() -> None:
    ids = np.array([2, 7, 8, 9, 3], np.int32)
    assert shorten(ids, 4).tolist() == [2, 7, 8, 3]
    assert shorten(ids, 5) is ids


TOKENS = st.integers(0, MAX_TOKENS - 2).map(
    lambda count: np.array([CLS, *range(10, 10 + count), SEP] if count else [], np.int32)
)


@given(TOKENS, TOKENS)
def test_text_found_in_a_picture_follows_the_message_and_takes_what_is_left(
    message: np.ndarray, found: np.ndarray
) -> None:
    both = join(message, found)
    assert both.dtype == np.int32
    assert len(both) <= MAX_TOKENS
    if len(found) == 0:
        assert (both == message).all()
        return
    first = message if len(message) else np.array([CLS, SEP])
    assert (both[: len(first)] == first).all()
    second = both[len(first) :]
    assert len(second) in {0, min(len(found) - 1, MAX_TOKENS - len(first))}
    if len(second):
        assert (second[:-1] == found[1 : len(second)]).all()
        assert second[-1] == SEP


def test_the_vocabulary_holds_what_the_tokeniser_knows(tokenizer: Tokenizer) -> None:
    vocabulary = tokenizer.vocabulary
    known = tokenizer._wordpiece.get_vocab()
    assert dict(vocabulary) == known
    assert len(vocabulary) == len(known)


@pytest.mark.parametrize("word", ["", "nosuchwordatall", "\ud83d", "a\udc00b"])
def test_what_is_no_word_is_not_in_the_vocabulary(tokenizer: Tokenizer, word: str) -> None:
    assert word not in tokenizer.vocabulary
    assert tokenizer.vocabulary.get(word) is None
