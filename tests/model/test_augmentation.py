"""Varied texts stay what they were to a reader."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.model.augmentation import LOOKALIKES, SHORT_FORMS, vary
from moodring.model.text import normalise

LINE = "Thanks, you really don't know what this means to people like Alexander"


def variations(text: str) -> set[str]:
    return {vary(text, np.random.default_rng(seed)) for seed in range(3_000)}


def test_the_same_state_gives_the_same_text() -> None:
    assert [vary(LINE, np.random.default_rng(3)) for _ in range(2)] == [
        vary(LINE, np.random.default_rng(3))
    ] * 2


@pytest.mark.parametrize(
    "expected", ["thx, u rly dunno wut", "Thanks you really dont know", "Thaanks", "m3ans"]
)
def test_each_kind_of_change_is_made(expected: str) -> None:
    assert any(expected in text for text in variations(LINE))


def test_a_word_is_stretched_so_that_its_length_is_seen() -> None:
    assert any(normalise(text) != normalise(LINE) and "eee" in text for text in variations(LINE))


@pytest.mark.parametrize("text", ["", "ok", "<:pepe:123456789012345678>", "😂😂", "<#123456789012345678> :)"])
def test_what_has_no_long_word_stays(text: str) -> None:
    assert variations(text) == {text}


@given(st.text(max_size=80), st.integers(0, 2**32))
def test_any_text_stays_a_text_of_about_its_length(text: str, seed: int) -> None:
    varied = vary(text, np.random.default_rng(seed))
    assert bool(varied) or not text.strip(".,;'’")
    assert len(varied) <= len(text) + 6


def test_short_forms_and_lookalikes_are_shorter_or_as_long() -> None:
    assert all(len(short) < len(long) for long, short in SHORT_FORMS.items())
    assert all(len(sign) == 1 for sign in LOOKALIKES.values())
