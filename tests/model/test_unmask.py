"""A disguised text is read as people read it, and a text that is none stays as it is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.model import Language, Predictor, Sample
from moodring.model.text import COMMON_WORDS, MAX_CHARACTERS
from moodring.model.unmask import MIN_HARSH, Unmasker, raised, read_words, shared_unmasker, unmasked

DISGUISED = [
    # digits and signs for letters
    ("you are an 1d10t", "you are an idiot"),
    ("b!tch, wh0re, a$$hole", "bitch, whore, asshole"),
    ("@sshole", "asshole"),
    ("dumb-a$$ r3t4rd", "dumb-ass retard"),
    ("h3ll0 w0rld", "hello world"),
    ("`y0ur m0th3r`", "`your mother`"),
    # letters left out or hidden
    ("f*ck off", "fuck off"),
    ("sh!t!!! sh*t!!!", "shit!!! shit!!!"),
    ("f**king b***h", "fucking bitch"),
    ("i will k*ll you", "i will kill you"),
    ("th*t wh*re", "that whore"),
    ("f🔥ck you", "fuck you"),
    ("sh1️⃣t", "shit"),
    ("f.ck f-ck", "fuck fuck"),
    # letters apart
    ("i d i o t", "idiot"),
    ("you are a s t u p i d  i d i o t", "you are a stupid idiot"),
    ("y o u a r e a n i d i o t", "you are an idiot"),
    ("y.o.u a.r.e a f.o.o.l", "you are a fool"),
    ("i.d.i.o.t i-d-i-o-t i_d_i_o_t", "idiot idiot idiot"),
    ("i🔥d🔥i🔥o🔥t", "idiot"),
    ("i\nd\ni\no\nt", "idiot"),
    ("W h a t ? a b i t c h! H a", "What a bitch Ha"),
    # words torn
    ("st.upid id iot", "stupid idiot"),
    ("as shole", "asshole"),
    # a slip of the finger
    ("idito idoit iddiot idot idiat", "idiot idiot idiot idiot idiot"),
    ("fukc shti biitch", "fuck shit bitch"),
    # letters of other alphabets and shapes
    ("іdіоt", "idiot"),
    ("you are а сосk", "you are a cock"),
    ("𝓲𝓭𝓲𝓸𝓽 ɪᴅɪᴏᴛ ｉｄｉｏｔ", "idiot idiot idiot"),
    ("🇮 🇩 🇮 🇴 🇹", "idiot"),
    ("\u202etoidi\u202c", "idiot"),
    ("id\u3164iot", "idiot"),
    # several at once
    ("s t u p i d іd10т, 𝓻3t@rded b*st4rd", "stupid idiot, retarded bastard"),
]

ORDINARY = [
    "",
    "you are a star, thanks for all the help!",
    "well... what?! no!!! 10/10, 3-0, 9:30 a.m.",
    "i.e. this, e.g. that",
    "y r u mad, u r a star",
    "I'm a B student and he's a C",
    "that's how it's now, I'm all ears, don't ask",
    "**bold** *it* __under__ ~~gone~~ ||hidden|| their*",
    "mp3, x86, python3, covid19, 100k, 1080p, 21st, A55, h264, c3po, PS5",
    "snake_case_name = f(x)**2 + a[i]  # C# and c++",
    "```py\nd1ck = 1\n``` is code",
    "https://example.org/1d10t www.b1tch.example",
    "<@123> <@&45> <#67> <:b1tch:89> <t:1700:R> </sh1t now:12>",
    "mail me at a.b@example.org",
    "thats what we cant do, nice pics",
    "batches, condos, pucks, bitcoin and tyranny",
    "love❤you hi😂lol so good 😂😂 1️⃣ 2️⃣ 🇺🇸🇬🇧 🏳️‍🌈",
    "noooo waaaay hahahaha",
    "café naïve Zoë Übergröße smørrebrød łódź İstanbul ılık",
    "Привет, как дела? Это сор, рот",
    "Γειά σου, τι κάνεις;",
    "مرحبا كيف حالك",
    "שלום מה שלומך",
    "你好，最近怎么样？",
    "こんにちは元気ですか",
    "안녕하세요",
    "नमस्ते आप कैसे हैं",
    "สวัสดีครับ",
    "what does привет mean?",
]

OTHER_SCRIPTS = [
    *[(0x370, 0x3FF), (0x400, 0x4FF), (0x5D0, 0x5EA), (0x620, 0x64A), (0x904, 0x939), (0xE01, 0xE30)],
    *[(0x3041, 0x3096), (0x4E00, 0x9FFF), (0xAC00, 0xD7A3), (0x1F600, 0x1F64F)],
]


@pytest.mark.parametrize(("written", "read"), DISGUISED)
def test_a_disguise_is_seen_through(written: str, read: str) -> None:
    assert unmasked(written) == read


@pytest.mark.parametrize(("written", "read"), DISGUISED)
def test_what_was_seen_through_is_no_disguise(written: str, read: str) -> None:
    del written
    assert unmasked(read) is None


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_talk_is_no_disguise(text: str) -> None:
    assert unmasked(text) is None


TOKENIZER = Predictor().tokenizer


def _common_words() -> list[str]:
    vocabulary = TOKENIZER.vocabulary
    plain = (word for word in vocabulary if word.isascii() and word.isalpha() and len(word) > 1)
    return sorted(plain, key=vocabulary.__getitem__)[: COMMON_WORDS // 2]


COMMON = _common_words()


@given(st.lists(st.sampled_from(COMMON)).map(" ".join))
def test_common_words_are_no_disguise(text: str) -> None:
    assert unmasked(text) is None


def _in_script(ends: tuple[int, int]) -> st.SearchStrategy[str]:
    letters = st.characters(min_codepoint=ends[0], max_codepoint=ends[1])
    return st.text(letters | st.sampled_from(" .,!"))


@given(st.sampled_from(OTHER_SCRIPTS).flatmap(_in_script))
def test_other_scripts_are_no_disguise(text: str) -> None:
    assert unmasked(text) is None


PIECES = [
    *["<", "> ", "`", "```", "*", "_", ".", " ", "\n", "1", "0", "@", "$", "!", "|", "i", "d", "idiot", "🔥"],
    *["\u0301", "\u200b", "\u202e", "\u202c", "\u2066", "\u3164", "\ud800", "\U0001f1e6", "а", "ß", "İ", "ﬁ"],
]


@given(st.text(st.characters()) | st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_text_is_read_within_bounds(text: str) -> None:
    plain = unmasked(text)
    if plain is not None:
        assert len(TOKENIZER.encode(plain)[0])  # it can be read
        assert len(plain) <= 3 * len(text)
        assert unmasked(text) == plain


@pytest.mark.parametrize("piece", ["a ", "0a", "<", "`", "*", "\u202e", "🔥a", "a\u0301", "a.b@1", "іd "])
def test_only_the_beginning_of_an_endless_text_is_looked_at(piece: str) -> None:
    endless = piece * (1_000_000 // len(piece))
    assert unmasked(endless) == unmasked(endless[:MAX_CHARACTERS])


def test_a_word_of_its_own_is_no_misspelling() -> None:
    unmasker = Unmasker({"moral": 2_000}, ["moron", "scum"], ["morin"])
    assert unmasker.corrected("Morom") == "Morom"  # its end is another one
    assert unmasker.corrected("mroon") == "moron"
    assert unmasker.corrected("morron") == "moron"
    assert unmasker.corrected("moran") == "moron"
    assert unmasker.corrected("morin") == "morin"
    assert unmasker.corrected("moral") == "moral"
    assert unmasker.corrected("boron") == "boron"
    assert unmasker.corrected("scam") == "scam"  # too short for any slip
    assert unmasker.corrected("scmu") == "scum"


def test_of_two_harsh_words_the_frequent_one_is_meant() -> None:
    assert Unmasker(TOKENIZER.vocabulary, ["bitch", "botch"], []).unmask("b*tch") == "bitch"
    assert Unmasker(TOKENIZER.vocabulary, ["botch", "bitch"], []).unmask("b*tch") == "botch"


def test_the_words_that_ship_are_plain_and_of_one_kind() -> None:
    words = read_words()
    assert len(words["harsh"]) > 100
    assert not set(words["harsh"]) & set(words["other"])
    for word in words["harsh"] + words["other"]:
        assert word.isascii()
        assert word.isalpha()
        assert word.islower()
    without = Unmasker(TOKENIZER.vocabulary, words["harsh"], [])
    assert all(without.corrected(word) != word for word in words["other"])  # else it need not stand there


def test_one_unmasker_serves_all() -> None:
    assert shared_unmasker() is shared_unmasker()
    assert MIN_HARSH > 4


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor()


@pytest.mark.parametrize(
    "text",
    ["you are an 1d10t", "what a f🔥gg🔥t", "y o u a r e a n i d i o t", "𝓱𝓸𝔀 𝓭𝓾𝓶𝓫 𝔂𝓸𝓾 𝓲𝓭𝓲𝓸𝓽", "ʏᴏᴜ ɪᴅɪᴏᴛ"],
)
def test_the_network_finds_a_disguise_less_toxic_than_what_it_hides(predictor: Predictor, text: str) -> None:
    plain = unmasked(text)
    assert plain is not None
    written, meant = predictor.predict([Sample(text), Sample(plain)])
    assert written.toxicity < 0.8 <= meant.toxicity
    assert raised(written, meant).toxicity == meant.toxicity


def test_a_second_reading_raises_toxicity_and_nothing_else(predictor: Predictor) -> None:
    calm, harsh = predictor.predict([Sample("what a lovely day"), Sample("you idiot")])
    assert raised(calm, harsh) == replace(calm, toxicity=harsh.toxicity, toxic=harsh.toxic)
    assert raised(harsh, calm) == harsh


@pytest.mark.parametrize(
    ("written", "meant", "read"),
    [
        (Language.OTHER, Language.ENGLISH, Language.ENGLISH),
        (Language.OTHER, Language.OTHER, Language.OTHER),
        (Language.ENGLISH, Language.OTHER, Language.ENGLISH),
        (Language.UNKNOWN, Language.ENGLISH, Language.UNKNOWN),
    ],
)
def test_letters_of_another_alphabet_make_no_other_language(
    predictor: Predictor, written: Language, meant: Language, read: Language
) -> None:
    [prediction] = predictor.predict([Sample("you idiot")])
    assert raised(replace(prediction, language=written), replace(prediction, language=meant)).language is read
