"""When a watched message is answered, and when moderators should see it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invented_prediction import prediction

from moodring.bot.rules import (
    FOLD,
    Bars,
    Exempt,
    Flag,
    Group,
    at_least,
    deserves_answer,
    flag_of,
    folds,
    has_cooled_down,
    is_exempt,
    scores,
)
from moodring.model import Language, Prediction
from moodring.model.labels import EMOTIONS

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds_since_answer", "cooldown_s", "cooled_down"),
    [
        (None, 10, True),
        (0, 10, False),
        (9.9, 10, False),
        (10, 10, True),
        (0, 0, True),
        (-1, 10, False),
        (-100, 10, False),
        (-1, 0, True),
    ],
)
def test_a_channel_rests_after_an_answer(
    seconds_since_answer: float | None, cooldown_s: int, cooled_down: bool
) -> None:
    answered_at = None if seconds_since_answer is None else NOON - timedelta(seconds=seconds_since_answer)
    assert has_cooled_down(answered_at, NOON, cooldown_s) is cooled_down


@pytest.mark.parametrize(
    ("emotion", "confidence", "language", "answered"),
    [
        ("joy", 0.7, Language.ENGLISH, True),
        ("joy", 0.69, Language.ENGLISH, False),
        ("neutral", 0.99, Language.ENGLISH, False),
        ("confusion", 1.0, Language.UNKNOWN, True),
        ("joy", 1.0, Language.OTHER, False),
    ],
)
def test_only_a_confident_feeling_in_english_is_answered(
    emotion: str, confidence: float, language: Language, answered: bool
) -> None:
    class Seen:
        def __init__(self) -> None:
            self.emotion, self.confidence, self.language = emotion, confidence, language

    assert deserves_answer(cast(Prediction, Seen()), 0.7) is answered


# --- flags ------------------------------------------------------------------------------------------------

BARS = Bars(
    flag={Group.TOXICITY: 0.8, Group.ANGER: 0.9, Group.DISTRESS: 0.98},
    act={Group.TOXICITY: 0.95, Group.ANGER: 1.0},
)
NO_BARS = Bars(flag=dict.fromkeys(Group), act={})


def read(
    toxicity: float = 0.0,
    anger: float = 0.0,
    distress: float = 0.0,
    *,
    of: str = "grief",
    language: Language = Language.ENGLISH,
) -> Prediction:
    """A message in which this was read; ``of`` is the emotion in which the distress shows."""
    emotions = dict.fromkeys(EMOTIONS, 0.0) | {"anger": anger, of: distress}
    return replace(prediction(toxicity, language), emotions=emotions)


@pytest.mark.parametrize("of", ["grief", "fear", "sadness"])
def test_distress_is_as_strong_as_its_strongest_emotion(of: str) -> None:
    found = scores(read(0.1, 0.2, 0.3, of=of))
    assert found == {Group.TOXICITY: 0.1, Group.ANGER: 0.2, Group.DISTRESS: 0.3}


@pytest.mark.parametrize("of", ["joy", "annoyance", "disgust", "remorse", "nervousness", "disappointment"])
def test_no_other_feeling_is_ever_flagged(of: str) -> None:
    assert flag_of(read(distress=1.0, of=of), BARS, hot=True) is None


@pytest.mark.parametrize(
    ("toxicity", "anger", "distress", "hot", "flag"),
    [
        (0.0, 0.0, 0.0, True, None),
        # each group from its bar on
        (0.79, 0.0, 0.0, False, None),
        (0.8, 0.0, 0.0, False, Flag(Group.TOXICITY, 0.8, acts=False)),
        (0.0, 0.0, 0.97, False, None),
        (0.0, 0.0, 0.98, False, Flag(Group.DISTRESS, 0.98, acts=False)),
        (0.0, 0.89, 0.0, True, None),
        (0.0, 0.9, 0.0, True, Flag(Group.ANGER, 0.9, acts=False)),
        # anger alone is no offence
        (0.0, 1.0, 0.0, False, None),
        # toxicity before distress before anger
        (0.8, 1.0, 1.0, True, Flag(Group.TOXICITY, 0.8, acts=False)),
        (0.79, 1.0, 1.0, True, Flag(Group.DISTRESS, 1.0, acts=False)),
        (0.79, 1.0, 0.97, True, Flag(Group.ANGER, 1.0, acts=True)),
        # acting has bars of its own, and distress none
        (0.94, 0.0, 0.0, False, Flag(Group.TOXICITY, 0.94, acts=False)),
        (0.95, 0.0, 0.0, False, Flag(Group.TOXICITY, 0.95, acts=True)),
        (0.0, 0.99, 0.0, True, Flag(Group.ANGER, 0.99, acts=False)),
        (0.0, 0.0, 1.0, False, Flag(Group.DISTRESS, 1.0, acts=False)),
    ],
)
def test_a_message_is_flagged_for_the_gravest_group_whose_bar_it_reaches(
    toxicity: float, anger: float, distress: float, hot: bool, flag: Flag | None
) -> None:
    assert flag_of(read(toxicity, anger, distress), BARS, hot=hot) == flag


@pytest.mark.parametrize(
    ("language", "flagged"),
    [(Language.ENGLISH, True), (Language.UNKNOWN, True), (Language.OTHER, False)],
)
def test_nothing_is_flagged_in_another_language(language: Language, flagged: bool) -> None:
    found = flag_of(read(1.0, 1.0, 1.0, language=language), BARS, hot=True)
    assert (found is not None) is flagged


@pytest.mark.parametrize("language", Language)
def test_who_despairs_is_looked_after_whatever_was_read(language: Language) -> None:
    found = flag_of(read(1.0, 1.0, 0.25, language=language), BARS, hot=True, despairs=True)
    assert found == Flag(Group.DISTRESS, 0.25, acts=False)


def test_despair_is_not_shown_where_distress_is_not() -> None:
    assert flag_of(read(), NO_BARS, hot=False, despairs=True) is None


def test_a_group_without_a_bar_is_never_flagged() -> None:
    assert flag_of(read(1.0, 1.0, 1.0), NO_BARS, hot=True) is None
    without_toxicity = Bars(flag={**BARS.flag, Group.TOXICITY: None}, act={})
    found = flag_of(read(1.0, 1.0, 0.0), without_toxicity, hot=True)
    assert found == Flag(Group.ANGER, 1.0, acts=False)


def test_a_bar_of_zero_takes_everything() -> None:
    everything = Bars(flag={**NO_BARS.flag, Group.TOXICITY: 0.0}, act={Group.TOXICITY: 0.0})
    assert flag_of(read(), everything, hot=False) == Flag(Group.TOXICITY, 0.0, acts=True)


SHARES = st.floats(0, 1)
SOME_BARS = st.fixed_dictionaries({group: st.none() | SHARES for group in Group})


@given(SHARES, SHARES, SHARES, SOME_BARS, SOME_BARS, st.booleans())
def test_a_lower_bar_never_flags_less(
    toxicity: float,
    anger: float,
    distress: float,
    one: dict[Group, float | None],
    other: dict[Group, float | None],
    hot: bool,
) -> None:
    lower = {
        group: min((bar for bar in (one[group], other[group]) if bar is not None), default=None)
        for group in Group
    }
    message = read(toxicity, anger, distress)
    if flag_of(message, Bars(one, {}), hot=hot) is not None:
        assert flag_of(message, Bars(lower, {}), hot=hot) is not None


@given(SHARES, SHARES, SHARES, SOME_BARS)
def test_heat_never_flags_less(
    toxicity: float, anger: float, distress: float, bars: dict[Group, float | None]
) -> None:
    message = read(toxicity, anger, distress)
    calm = flag_of(message, Bars(bars, {}), hot=False)
    assert calm is None or flag_of(message, Bars(bars, {}), hot=True) == calm


@pytest.mark.parametrize(
    ("role_ids", "channel_id", "exempt"),
    [
        (set(), 1, False),
        ({7}, 1, True),
        ({6, 7, 8}, 1, True),
        ({6}, 1, False),
        (set(), 9, True),
        ({6}, 9, True),
        ({9}, 7, False),  # ids of roles and of channels are two things
    ],
)
def test_a_role_or_a_channel_exempts(role_ids: set[int], channel_id: int, exempt: bool) -> None:
    chosen = Exempt(role_ids=frozenset({7}), channel_ids=frozenset({9}))
    assert is_exempt(frozenset(role_ids), channel_id, chosen) is exempt


@pytest.mark.parametrize(
    ("since_card", "folded"),
    [
        (None, False),
        (timedelta(0), True),
        (FOLD - timedelta(seconds=1), True),
        (FOLD, False),
        (timedelta(days=1), False),
    ],
)
def test_what_follows_soon_is_added_to_the_card(since_card: timedelta | None, folded: bool) -> None:
    card_at = None if since_card is None else NOON - since_card
    assert folds(card_at, NOON) is folded


def test_words_raise_what_a_picture_lowered_and_nothing_else() -> None:
    whole = replace(prediction(0.2), emotions=dict.fromkeys(EMOTIONS, 0.1) | {"anger": 0.6})
    words = replace(prediction(0.9), emotions=dict.fromkeys(EMOTIONS, 0.3), sentiment="positive")
    raised = at_least(whole, words)
    assert scores(raised) == {Group.TOXICITY: 0.9, Group.ANGER: 0.6, Group.DISTRESS: 0.3}
    assert raised.emotions["joy"] == 0.1
    assert replace(raised, toxicity=whole.toxicity, emotions=whole.emotions) == whole
