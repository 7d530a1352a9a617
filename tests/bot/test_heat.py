"""Heat rises in a quarrel, not where one person vents, and fades; little is kept of anybody."""

import dataclasses
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot import heat
from moodring.bot.heat import CALM_BELOW, HOT_FROM, LEVELS_KEPT, QUIET, Heat, HeatMeter, negativity
from moodring.model import Language, Prediction
from moodring.model.labels import EMOTIONS

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
CHANNEL = 7
CALM, ANNOYED, ANGRY = 0.05, 0.34, 0.8
QUARREL = [CALM] * 10 + [0.2] * 5 + [ANNOYED] * 6 + [ANGRY] * 8


def _prediction(
    negative: float, language: Language = Language.ENGLISH, toxicity: float = 0.0, **emotions: float
) -> Prediction:
    return Prediction(
        emotion="neutral",
        confidence=1.0,
        sure=True,
        labels=("neutral",),
        emotions=dict.fromkeys(EMOTIONS, 0.0) | emotions,
        sentiment="negative",
        sentiments={"negative": negative, "neutral": 1 - negative, "positive": 0.0},
        toxicity=toxicity,
        toxic=False,
        sexism=0.0,
        used=("text",),
        skipped=(),
        model="test",
        ms=1.0,
        language=language,
    )


def _talk(
    meter: HeatMeter, values: Iterable[float], *, authors: Sequence[int] = (1, 2), at: datetime = NOON
) -> list[Heat]:
    """Let authors write in turn, a message every ten seconds."""
    return [
        meter.add(CHANNEL, authors[place % len(authors)], at + timedelta(seconds=10 * place), value)
        for place, value in enumerate(values)
    ]


@pytest.fixture
def meter() -> HeatMeter:
    return HeatMeter()


@pytest.fixture
def hot(meter: HeatMeter) -> HeatMeter:
    _talk(meter, QUARREL)
    assert meter.is_hot(CHANNEL)
    return meter


def test_anger_and_insults_are_hostile_sadness_and_glad_swearing_are_not() -> None:
    insult = negativity(_prediction(0.95, toxicity=0.9, anger=0.9, annoyance=0.3))
    annoyed = negativity(_prediction(0.9, annoyance=0.8))
    grief = negativity(_prediction(0.98, grief=0.9, sadness=0.9))
    swearing = negativity(_prediction(0.02, toxicity=0.8, joy=0.9))
    assert insult > annoyed > HOT_FROM
    assert grief == 0
    assert swearing < CALM_BELOW


def test_negativity_reaches_from_nothing_to_one() -> None:
    assert negativity(_prediction(0.0)) == 0
    assert negativity(_prediction(1.0, toxicity=1.0, anger=1.0, annoyance=1.0)) == 1


def test_another_language_is_not_judged() -> None:
    scores = {"toxicity": 1.0, "anger": 1.0}
    assert negativity(_prediction(1.0, Language.OTHER, **scores)) == 0
    assert negativity(_prediction(1.0, Language.UNKNOWN, **scores)) > HOT_FROM


def test_a_calm_talk_stays_calm(meter: HeatMeter) -> None:
    values = [ANGRY if place % 20 == 10 else CALM for place in range(200)]
    assert not any(each.hot for each in _talk(meter, values))


def test_a_quarrel_becomes_hot_before_it_reaches_its_worst(meter: HeatMeter) -> None:
    heats = _talk(meter, QUARREL)
    [rise] = [place for place, each in enumerate(heats) if each.rose]
    assert rise < QUARREL.index(ANGRY) + 2
    assert all(each.hot for each in heats[rise:])


def test_bystanders_do_not_hide_a_quarrel(meter: HeatMeter) -> None:
    values = [value for value in QUARREL for _ in range(3)]
    values[2::3] = [CALM] * len(QUARREL)
    assert any(each.rose for each in _talk(meter, values, authors=(1, 2, 3)))


def test_what_two_say_to_each_other_is_hot_and_what_one_says_alone_is_not(meter: HeatMeter) -> None:
    assert not any(each.hot for each in _talk(meter, [ANNOYED] * 40, authors=(1,)))
    meter.forget_channel(CHANNEL)
    assert any(each.hot for each in _talk(meter, [ANNOYED] * 40, authors=(1, 2)))


def test_a_conversation_cools_down_with_calm_messages(hot: HeatMeter) -> None:
    heats = _talk(hot, [CALM] * 20, at=NOON + timedelta(hours=1))
    assert not heats[-1].hot
    assert not hot.is_hot(CHANNEL)


def test_a_conversation_cools_down_with_silence(hot: HeatMeter) -> None:
    last = hot.recent(CHANNEL)[-1]
    ended = NOON + timedelta(seconds=10 * (len(QUARREL) - 1))
    found = hot.add(CHANNEL, 1, ended + 3 * QUIET, 0.0)
    assert found.level == pytest.approx(last * 0.25 * 0.5**0.25)
    assert not found.hot


def test_a_short_pause_cools_nothing(hot: HeatMeter) -> None:
    last = hot.recent(CHANNEL)[-1]
    ended = NOON + timedelta(seconds=10 * (len(QUARREL) - 1))
    found = hot.add(CHANNEL, 1, ended + QUIET, 0.0)
    assert found.level == pytest.approx(last * 0.5**0.25)
    assert found.hot


def test_what_was_hot_yesterday_is_no_longer_hot_with_the_first_angry_word(hot: HeatMeter) -> None:
    found = hot.add(CHANNEL, 3, NOON + timedelta(days=1), 1.0)
    assert CALM_BELOW < found.level < HOT_FROM
    assert not found.hot


def test_heat_between_the_bounds_does_not_flicker(hot: HeatMeter) -> None:
    between = (CALM_BELOW + HOT_FROM) / 2
    heats = _talk(hot, [between - 0.05, between + 0.05] * 50, at=NOON + timedelta(seconds=300))
    assert CALM_BELOW < heats[-1].level < HOT_FROM
    assert all(each.hot and not each.rose for each in heats)


def test_it_rises_again_only_after_it_was_calm(meter: HeatMeter) -> None:
    heats = _talk(meter, [ANGRY] * 10 + [CALM] * 20 + [ANGRY] * 10)
    rises = [place for place, each in enumerate(heats) if each.rose]
    assert len(rises) == 2
    assert not all(each.hot for each in heats[rises[0] : rises[1]])


@pytest.mark.parametrize("late_s", [1, 60, 3600])
def test_a_late_message_counts_as_written_with_its_predecessor(late_s: int) -> None:
    found = []
    for at in (NOON, NOON - timedelta(seconds=late_s)):
        meter = HeatMeter()
        meter.add(CHANNEL, 1, NOON, ANGRY)
        meter.add(CHANNEL, 2, at, ANGRY)
        found.append(meter.add(CHANNEL, 1, NOON + 2 * QUIET, ANGRY))
    assert found[0] == found[1]


def test_channels_do_not_touch_each_other(hot: HeatMeter) -> None:
    assert hot.add(8, 1, NOON, CALM).level < CALM_BELOW
    assert not hot.is_hot(8)
    assert hot.is_hot(CHANNEL)


def test_a_channel_can_be_forgotten(hot: HeatMeter) -> None:
    hot.forget_channel(CHANNEL)
    hot.forget_channel(99)
    assert not hot.is_hot(CHANNEL)
    assert hot.recent(CHANNEL) == ()
    assert hot.add(CHANNEL, 1, NOON, CALM) == HeatMeter().add(CHANNEL, 1, NOON, CALM)


def test_the_chart_shows_the_last_levels_newest_last(meter: HeatMeter) -> None:
    heats = _talk(meter, [0.0, ANGRY] * LEVELS_KEPT)
    assert list(meter.recent(CHANNEL)) == [each.level for each in heats[-LEVELS_KEPT:]]


def test_whichever_channel_was_silent_longest_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heat, "MAX_CHANNELS", 3)
    meter = HeatMeter()
    for channel in (1, 2, 3, 1, 4):
        meter.add(channel, 1, NOON, CALM)
    assert [channel for channel in range(1, 5) if meter.recent(channel)] == [1, 3, 4]


def test_a_channel_holds_the_last_author_and_no_more(meter: HeatMeter) -> None:
    _talk(meter, [ANGRY] * 500, authors=range(1_000_000, 1_000_500))
    [channel] = meter._channels.values()
    held = {field.name: getattr(channel, field.name) for field in dataclasses.fields(channel)}
    assert held.keys() == {"level", "hot", "author_id", "at", "levels"}
    assert held["author_id"] == 1_000_499
    size = sum(map(sys.getsizeof, (channel, *held.values(), *held["levels"])))
    assert size < 4_000


@pytest.mark.parametrize("wrong", [-0.01, 1.01, float("nan"), float("inf")])
def test_what_is_no_share_is_refused_and_changes_nothing(hot: HeatMeter, wrong: float) -> None:
    before = hot.recent(CHANNEL)
    with pytest.raises(ValueError, match=r"lies in 0\.\.1"):
        hot.add(CHANNEL, 1, NOON, wrong)
    assert hot.recent(CHANNEL) == before


MESSAGES = st.lists(
    st.tuples(
        st.integers(1, 3),
        st.integers(1, 3),
        st.floats(-1e8, 1e8),
        st.floats(0, 1) | st.sampled_from([0.0, 1.0]),
    ),
    max_size=200,
)


@given(MESSAGES)
def test_whatever_comes_levels_are_shares_and_rises_begin_hot_spells(
    messages: list[tuple[int, int, float, float]],
) -> None:
    meter = HeatMeter()
    was_hot: dict[int, bool] = {}
    for channel, author, second, value in messages:
        found = meter.add(channel, author, NOON + timedelta(seconds=second), value)
        assert 0 <= found.level <= 1
        assert found.hot is meter.is_hot(channel)
        assert found.hot or found.level < HOT_FROM
        if found.rose:
            assert found.hot
            assert found.level >= HOT_FROM
        elif found.hot:
            assert was_hot[channel]
        was_hot[channel] = found.hot
        assert len(meter.recent(channel)) <= LEVELS_KEPT
