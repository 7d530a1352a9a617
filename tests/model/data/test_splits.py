"""Splits are seeded, honest and stable."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.model.data import Corpus, Part, Record
from moodring.model.data.splits import split, text_key


def corpus(name: str, held: bool) -> Corpus:
    return Corpus(name=name, attribution="", licence="", files=(), rows={}, load=lambda _: {}, held=held)


def records(name: str, texts: list[str]) -> list[Record]:
    return [Record(id=f"{name}/{number}", text=text) for number, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RT @anna: So  GOOD!!", "so good"),
        ("tea &amp; soup https://t.co/x", "Tea & soup"),
        ("[USER] why?", "why"),
        ("❤️ you", "❤ you"),
    ],
)
def test_copies_of_a_text_have_one_key(one: str, other: str) -> None:
    assert text_key(one) == text_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("my 🐀 friend", "my 🐶 friend"), ("not bad", "bad"), ("...", "!!!"), ("@anna", "@bob")],
)
def test_different_texts_have_different_keys(one: str, other: str) -> None:
    assert text_key(one) != text_key(other)


words = st.lists(st.sampled_from([f"word {letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]), max_size=40)


@given(with_dev=words, its_dev=words, without=words, seed=st.integers(0, 5))
def test_no_text_is_in_two_parts_and_a_given_dev_part_is_kept(
    with_dev: list[str], its_dev: list[str], without: list[str], seed: int
) -> None:
    dev = [Record(id=f"one/dev-{number}", text=text) for number, text in enumerate(its_dev)]
    parts = split(
        [
            (corpus("one", held=True), {"train": records("one", with_dev), "dev": dev}),
            (corpus("two", held=False), {"train": records("two", without)}),
        ],
        seed,
    )
    assert parts["one"]["dev"] == dev
    assert parts["two"]["hold"] == []
    keys = [
        {text_key(record.text) for drawn in parts.values() for record in drawn[part]}
        for part in ("train", "dev", "hold")
    ]
    assert not any(one & other for one, other in combinations(keys, 2))


def shares(seed: int, texts: list[str]) -> dict[Part, set[str]]:
    drawn = split([(corpus("set", held=True), {"train": records("set", texts)})], seed)["set"]
    return {part: {record.text for record in found} for part, found in drawn.items()}


TEXTS = [f"text number {number}" for number in range(2_000)]


def test_about_a_tenth_each_goes_to_dev_and_hold() -> None:
    drawn = shares(0, TEXTS)
    assert 150 < len(drawn["dev"]) < 250
    assert 150 < len(drawn["hold"]) < 250
    assert sum(map(len, drawn.values())) == len(TEXTS)


def test_a_seed_decides_the_parts() -> None:
    assert shares(0, TEXTS) == shares(0, list(reversed(TEXTS)))
    assert shares(0, TEXTS) != shares(1, TEXTS)


def test_adding_texts_moves_no_other() -> None:
    few, many = shares(0, TEXTS[:1_000]), shares(0, TEXTS)
    assert all(few[part] <= many[part] for part in few)
