"""What people see of a prediction."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot import replies, texts
from moodring.bot.classifier import BusyError, DeadlineError, InferenceError
from moodring.bot.replies import COLOURS, EMOJI, apportion, prediction_embed, refusal
from moodring.bot.services import REFUSALS, OptedOutError
from moodring.bot.texts import LANGUAGES
from moodring.model import Language, NothingToReadError, Prediction, Skipped
from moodring.model.explain import Words
from moodring.model.labels import EMOTIONS, SENTIMENTS


def _prediction(**changes: Any) -> Prediction:
    fields: dict[str, Any] = {
        "emotion": "anger",
        "confidence": 0.74,
        "sure": True,
        "labels": ("anger",),
        "emotions": dict.fromkeys(EMOTIONS, 0.01)
        | {"anger": 0.74, "annoyance": 0.41, "disappointment": 0.12},
        "sentiment": "negative",
        "sentiments": {"negative": 0.62, "neutral": 0.25, "positive": 0.13},
        "toxicity": 0.2,
        "toxic": False,
        "sexism": 0.1,
        "used": ("text", "image:0"),
        "skipped": (),
        "model": "1.0",
        "ms": 12.3,
    }
    return Prediction(**(fields | changes))


def _fields(prediction: Prediction) -> dict[str | None, str | None]:
    return {field.name: field.value for field in prediction_embed(prediction).fields}


def test_an_answer_names_the_emotion_and_how_sure_it_is() -> None:
    embed = prediction_embed(_prediction())
    assert embed.title == "😡 Anger"
    assert embed.description == "quite sure, 74\N{NO-BREAK SPACE}%"


def test_an_unsure_answer_says_so() -> None:
    embed = prediction_embed(_prediction(sure=False, confidence=0.31))
    assert embed.title == "🤔 Not sure – perhaps 😡 anger"
    assert embed.description == "not sure, 31\N{NO-BREAK SPACE}%"


def test_an_answer_to_another_language_says_that_it_is_less_sure() -> None:
    lines = str(prediction_embed(_prediction(language=Language.OTHER)).description).splitlines()
    assert lines[1:] == [texts.say("not-english")]


def test_what_was_read_in_a_picture_is_shown_without_its_markup_and_pings() -> None:
    shown = _fields(_prediction(picture_text="*free* cake @everyone", used=("image:0", "image_text:0")))
    assert shown[texts.say("in-picture")] == "\\*free\\* cake @\u200beveryone"
    assert shown[texts.say("read")] == "picture 1, text in picture 1"


@pytest.mark.parametrize(
    ("confidence", "words"),
    [
        (1.0, "very sure"),
        (0.9, "very sure"),
        (0.89, "quite sure"),
        (0.5, "fairly sure"),
        (0.2, "leaning that way"),
        (0.0, "leaning that way"),
    ],
)
def test_words_go_with_the_confidence(confidence: float, words: str) -> None:
    description = prediction_embed(_prediction(confidence=confidence)).description
    assert description is not None
    assert description.startswith(f"{words}, ")


def test_the_sentiment_has_a_name_a_bar_and_figures() -> None:
    name, bar, figures = (_fields(_prediction())[texts.say("sentiment")] or "").splitlines()
    assert name == "**negative**"
    assert bar == "🟧🟧🟧🟧🟧🟧⬜⬜⬜🟦"
    assert [figure.split("\N{NO-BREAK SPACE}")[0] for figure in figures.split(" · ")] == [
        "negative 62",
        "neutral 25",
        "positive 13",
    ]


def test_the_next_two_emotions_are_shown_without_the_first() -> None:
    assert _fields(_prediction())[texts.say("next")] == "😒 annoyance, 😞 disappointment"


def test_what_was_read_and_skipped_is_named() -> None:
    fields = _fields(_prediction(skipped=(Skipped("image:1", "larger than 8 MiB"),)))
    assert fields[texts.say("read")] == "text, picture 1"
    assert fields[texts.say("skipped")] == "picture 2: larger than 8 MiB"


def test_nothing_is_said_of_skipping_when_all_was_read() -> None:
    assert texts.say("skipped") not in _fields(_prediction())


def test_every_emotion_has_a_sign_of_its_own_a_colour_and_a_name() -> None:
    assert set(EMOJI) == set(COLOURS) == set(EMOTIONS)
    assert len(set(EMOJI.values())) == len(EMOTIONS)
    for language in LANGUAGES:
        with texts.speaking(language):
            assert len({texts.say(f"emotion-{emotion}") for emotion in EMOTIONS}) == len(EMOTIONS)
            assert len({texts.say(f"sentiment-{sentiment}") for sentiment in SENTIMENTS}) == len(SENTIMENTS)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3).filter(lambda parts: sum(parts) > 0.01))
def test_the_bar_is_always_full_and_fair(parts: list[float]) -> None:
    shares = [part / sum(parts) for part in parts]
    counts = apportion(shares, 10)
    assert sum(counts) == 10
    assert all(abs(count - share * 10) < 1 for count, share in zip(counts, shares, strict=True))


@pytest.mark.parametrize(
    ("error", "own", "text"),
    [
        (BusyError(), True, texts.say("busy")),
        (DeadlineError(10), True, texts.say("too-slow")),
        (InferenceError(), True, texts.say("failed")),
        (NothingToReadError(), True, texts.say("nothing-to-read")),
        (OptedOutError(), True, texts.say("you-opted-out")),
        (OptedOutError(), False, texts.say("opted-out")),
    ],
)
def test_every_refusal_is_told(error: Exception, own: bool, text: str) -> None:
    assert isinstance(error, REFUSALS)
    assert refusal(error, own=own) == text


def test_a_message_with_nothing_readable_tells_why_part_by_part() -> None:
    error = NothingToReadError((Skipped("image:0", "broken"), Skipped("image:1", "not a picture")))
    assert "(picture 1: broken; picture 2: not a picture)" in refusal(error, own=True)


def words(text: str, *weights: float) -> list[Words]:
    places = [found.span() for found in re.finditer(r"\S+", text)]
    return [Words(*place, weight) for place, weight in zip(places, weights, strict=True)]


def test_words_that_matter_are_marked_by_what_they_do() -> None:
    text = "not so  happy today"
    marked = replies.marked(text, words(text, -2.0, 0.1, 3.0, 0.0))
    assert marked == "~~not~~ so  **happy** today"


def test_where_nothing_matters_nothing_is_marked() -> None:
    assert replies.marked("so it is", words("so it is", 0.1, -0.1, 0.05)) == "so it is"


def test_marks_and_mentions_in_the_text_stay_text() -> None:
    text = "*wow* @everyone"
    assert replies.marked(text, words(text, 1.0, 0.0)) == "**\\*wow\\*** @\u200beveryone"


def test_a_link_is_none_though_it_is_shown_word_by_word() -> None:
    text = "[sign in](https://evil.example)"
    assert replies.marked(text, words(text, 0.0, 0.0)) == r"\[sign in\](https\://evil.example)"
    assert replies.marked(text, words(text, 1.0, 0.0)) == r"**\[sign** in\](https\://evil.example)"


@given(st.lists(st.floats(-9, 9), min_size=300, max_size=900))
def test_a_long_explained_text_fits_an_embed(weights: list[float]) -> None:
    text = " ".join("word" for _ in weights)
    assert len(replies.marked(text, words(text, *weights))) <= 4096
