"""English stays English, however it is written; another language is found; what is no text is not judged."""

import math
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from moodring.model import Language
from moodring.model.language import (
    MAX_WORDS,
    OTHER_FROM,
    OTHERS,
    LanguageDetector,
    distinct_words,
)
from moodring.model.text import MAX_CHARACTERS

ENGLISH = [
    "I can't believe we won!",
    "good morning everyone",
    "did anybody read the rules before posting here?",
    # slang, other spellings, African-American English
    "ngl that slaps ong",
    "imma head out yall",
    "he be trippin doe",
    "ion even know no more",
    "ayo whatchu doin tmrw",
    "she finna lose her mind when she see this",
    # stretched and shouted
    "noooooo waaaay that is sooooo goooood",
    "STOP IT RIGHT NOW PLEASE",
    # names in other languages, a word on loan, a language that is talked about
    "i love the song despacito",
    "Jürgen and François are coming to the party tonight",
    "we have so much déjà vu in this house",
    "what does привет mean in english?",
    # letters that only look different
    "𝓱𝓮𝓵𝓵𝓸 𝓯𝓻𝓲𝓮𝓷𝓭 𝓱𝓸𝔀 𝓪𝓻𝓮 𝔂𝓸𝓾",
    "ｗｈａｔ ａ ｄａｙ ｔｈａｔ ｗａｓ",
    "h̷e̷l̷l̷o̷ ̷t̷h̷e̷r̷e̷ my friend",
    "".join(
        f"{letter}\u0300\u0301\u0323" if letter.isalpha() else letter for letter in "hello there my friend"
    ),
    "\u200b".join("hello there my friend"),
    # what is around the words
    "<@123> look at this <:pepeSad:456> https://example.org/guten-tag 😂😂 #Schadenfreude",
    "> was ist denn hier los, Leute?\nplease write in English here",
]

OTHER = [
    "ich hab heute echt keinen Bock mehr",
    "bonjour tout le monde, comment ça va ?",
    "jajaja que risa wey, no manches",
    "não acredito nisso, mano",
    "ma che cazzo dici, dai",
    "hoe gaat het met je vandaag",
    "cześć, jak się masz?",
    "merhaba nasılsın kardeşim",
    "aku ga tau mau makan apa nih",
    "anong ginagawa mo diyan",
    "hôm nay trời đẹp quá",
    "mujhe nahi pata yaar",
    # other scripts, from two letters on
    "你好",
    "这个游戏真的太好玩了",
    "今日はすごく楽しかったです",
    "안녕하세요 여러분",
    "привет, как дела?",
    "Слава Україні",
    "γεια σου φίλε μου",
    "مرحبا كيف حالك",
    "שלום מה שלומך",
    "नमस्ते दोस्त",
    "স্বাগতম বন্ধু",
    "สวัสดีครับ",
    "lol это просто огонь",
    # what is around the words
    "<@123> schau dir das mal an <:lookAtThis:456> https://example.org/what-a-day 😂 #ThrowbackThursday",
    "> what are you doing here?\nich weiß es auch nicht so genau",
]

UNKNOWN = [
    *["", "   ", "!!!", "123 456", "****"],
    *["😂😂😂", "<:happyDance:123> <a:partyBlob:45>", ":thinking:", "❤️"],
    *["https://example.org/what-a-day", "<https://example.org> www.example.org", "<@123> <#45> @everyone"],
    *[
        "#HappyNewYear",
        "```py\nprint('hello world')\n```",
        "`git push`",
        "<t:1700000000:R>",
        "</play song:99>",
    ],
    *["草", "я", "x", "ㅋㅋㅋㅋㅋ", "哈哈哈哈", "ok", "lol", "hahahahahaha", "gracias"],
    *["(づ｡◕‿‿◕｡)づ", "(╯°□°）╯︵ ┻━┻", "ಠ_ಠ", "(っ°Д°;)っ", "α + β"],
    "ᴛʜɪs ɪs sᴍᴀʟʟ ᴄᴀᴘs",
    "\ud800 \u200b \ufeff",
]

ANY_TEXT = st.text(st.characters())  # lone surrogates too
PIECES = [
    *[
        "<",
        ">",
        "> ",
        ">>> ",
        "\n",
        " ",
        "`",
        "```",
        "*",
        "_",
        "@",
        "#",
        ":",
        "[",
        "&amp;",
        "&#60;",
        "'",
        "’",
    ],
    *["<:pepe:1>", "<@1>", "</play:1>", "https://a.b", "[USER]", "😂", "❤️", "\u200d", "\u0300", "\ud800"],
    *["a", "B", "1", "noooo", "word", "für", "привет", "你", "ﷺ", "ノ"],
]
SOCIAL_TEXT = st.lists(st.sampled_from(PIECES)).map("".join)
ORNAMENTS = ["😂", "❤️", "<@123>", "<:lookHere:1>", "https://example.org/where-to", ":joy:", "#TheBest", "!!!"]


@pytest.fixture(scope="module")
def detector() -> LanguageDetector:
    return LanguageDetector()


@pytest.mark.parametrize("text", ENGLISH)
def test_english_stays_english(detector: LanguageDetector, text: str) -> None:
    assert detector.detect(text) is Language.ENGLISH


@pytest.mark.parametrize("text", OTHER)
def test_another_language_is_found(detector: LanguageDetector, text: str) -> None:
    assert detector.detect(text) is Language.OTHER


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_holds_too_little_is_not_judged(detector: LanguageDetector, text: str) -> None:
    assert detector.detect(text) is Language.UNKNOWN


@given(ANY_TEXT | SOCIAL_TEXT)
def test_any_text_gets_one_answer(detector: LanguageDetector, text: str) -> None:
    lead = detector.lead(text)
    assert lead is None or not math.isnan(lead)
    assert (detector.detect(text) is Language.OTHER) == (lead is not None and lead >= OTHER_FROM)
    assert detector.lead(text) == lead


@given(
    st.sampled_from(ENGLISH + OTHER),
    st.lists(st.sampled_from(ORNAMENTS)),
    st.lists(st.sampled_from(ORNAMENTS)),
)
def test_what_is_around_the_words_changes_nothing(
    detector: LanguageDetector, text: str, before: list[str], after: list[str]
) -> None:
    assert detector.lead(" ".join([*before, f"\n{text}\n", *after])) == detector.lead(text)


@given(st.sampled_from(ENGLISH + OTHER), st.integers(2, 20))
def test_saying_it_again_is_no_evidence(detector: LanguageDetector, text: str, times: int) -> None:
    assert detector.lead(f"{text}\n" * times) == detector.lead(text)


@given(st.lists(st.sampled_from(["lol", "you", "never", "knew"]), min_size=1), st.integers(3, 50))
def test_stretching_is_no_evidence(detector: LanguageDetector, words: list[str], length: int) -> None:
    stretched, shorter = (" ".join(word[:-1] + word[-1] * count for word in words) for count in (length, 3))
    assert detector.lead(stretched) == detector.lead(shorter)


@given(ANY_TEXT | SOCIAL_TEXT)
def test_words_are_few_and_different_and_made_of_letters(text: str) -> None:
    words = distinct_words(text)
    assert len(words) == len(set(words)) <= MAX_WORDS
    assert all(word.replace("'", "").isalpha() for word in words)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Don’t stop, don't STOP", ["don't", "stop"]),
        ("nooooo hahahahaha", ["noo", "haha"]),
        ("i &lt;3 you &amp; me", ["i", "you", "me"]),
        ("mail soup@example.org, see [URL]", ["mail", "soup", "see"]),
        ("||**secret**|| ~~gone~~ __under__", ["secret", "gone", "under"]),
        ("> theirs\nmine\n>>> theirs\nand theirs", ["mine"]),
        ("5 < 7 and 7 > 5", ["and"]),
        ("नमस्ते", ["नमसत"]),
        ("some\u200bone t\u00adyped \u202ethis\u202c", ["someone", "typed", "this"]),
        ("e\u0302\u0301 e\u0302\u0301\u0323", ["ế", "e"]),
    ],
)
def test_words_are_what_the_writer_said(written: str, words: list[str]) -> None:
    assert distinct_words(written) == words


def test_only_the_beginning_of_an_endless_text_is_looked_at(detector: LanguageDetector) -> None:
    english = "never mind " * MAX_CHARACTERS
    assert detector.lead(english + "ich weiß es doch auch nicht") == detector.lead(english)
    assert distinct_words("ﷺ" * MAX_CHARACTERS) == distinct_words("ﷺ" * MAX_CHARACTERS * 2)


def test_threads_share_a_detector(detector: LanguageDetector) -> None:
    texts = (ENGLISH + OTHER + UNKNOWN) * 5
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(detector.lead, texts)) == [detector.lead(text) for text in texts]


def test_the_identifier_knows_every_language_on_the_list() -> None:
    assert {"en", *OTHERS} <= set(LanguageIdentifier.from_model_file(MODEL_FILE).labels)
