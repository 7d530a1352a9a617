"""Plain words of despair are found; whoever only speaks of death is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot.despair import despairs


@pytest.mark.parametrize(
    "text",
    [
        "I want to kill myself",
        "thinking about killing myself",
        "tonight I'm gonna end it all",
        "i want to die",
        "Wanna die.",
        "it was all my fault. I just want to die",
        "this lag makes me want to die",
        "i dont want to live anymore",
        "I don’t want to wake up",
        "I wish I was dead",
        "wish I'd never been born",
        "everyone would be better off without me",
        "you would be better off if I was gone",
        "I've been cutting myself again",
        "i want to hurt myself",
        "i'm going to take my own life",
        "I feel so suicidal",
        "I will commit suicide",
        "there's nothing left to live for",
        "life isn't worth living",
        "I'm so tired of being alive",
    ],
)
def test_plain_words_are_found(text: str) -> None:
    assert despairs(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kill yourself",
        "do you want to die?",
        "I don't want to die",
        "I wouldn't want to live anywhere else",
        "I don't want to live in a city",
        "I don't want to wake up at six",
        "suicide squad is out on disc in november",
        "they will commit suicide",
        "she is tired of living in D.C.",
        "don't spend it all at once, self",
        "I might just shoot myself in the foot with this",
        "I cut myself while cooking",
        "I am uncut myself",
        "my phone wants to die",
        "he was dead and I wish I was there",
    ],
)
def test_other_words_are_not(text: str) -> None:
    assert not despairs(text)


@given(st.text(), st.text())
def test_whatever_stands_around_it_does_not_hide_it(before: str, after: str) -> None:
    assert despairs(f"{before}\nI  WANT to  kill myself\n{after}")
