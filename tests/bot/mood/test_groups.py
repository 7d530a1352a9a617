"""Every label is in one group or is no feeling."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot.mood.counting import LABELS
from moodring.bot.mood.groups import GROUPS, NO_FEELING, group_name, label_name, neutral_share, shares

COUNTS = st.dictionaries(st.sampled_from(LABELS), st.integers(1, 10**6), min_size=1)


def test_every_label_is_in_exactly_one_group() -> None:
    grouped = [label for labels in GROUPS.values() for label in labels]
    assert Counter([*grouped, *NO_FEELING]) == Counter(LABELS)


@given(COUNTS)
def test_the_shares_of_all_groups_and_of_none_are_the_whole(counts: dict[str, int]) -> None:
    assert sum(shares(counts).values()) + neutral_share(counts) == pytest.approx(1)


def test_a_share_is_one_of_all_messages() -> None:
    counts = {"joy": 1, "amusement": 1, "disgust": 1, "neutral": 4, "unclear": 3}
    assert {group: share for group, share in shares(counts).items() if share} == {"joy": 0.2, "anger": 0.1}
    assert neutral_share(counts) == 0.7


def test_groups_and_labels_have_names() -> None:
    assert [group_name(group) for group in GROUPS] == [
        "joy",
        "warmth",
        "surprise",
        "sadness",
        "fear",
        "anger",
    ]
    assert len({label_name(label) for label in LABELS}) == len(LABELS)
