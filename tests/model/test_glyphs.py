"""Letters of any shape become the plain ones that people take them for; what is no ornament stays."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.model.glyphs import LOOKALIKES, as_shown, lookalikes, plain_letters, without_marks

OVERRIDE, POP, ISOLATE, POP_ISOLATE = "\u202e", "\u202c", "\u2066", "\u2069"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("ａｂＣ１", "abC1"),
        ("𝓲𝓭𝓲𝓸𝓽 𝔦𝔡 𝟙", "idiot id 1"),
        ("ɪᴅɪᴏᴛ", "idiot"),
        ("ⓘⓓ 🅸🅳 🅰", "id id a"),
        ("🇮 🇩", "i d"),
        ("🇫🇺🇨🇰", "fuck"),
        # marks on letters, and what cannot be seen between them
        ("i̷d̸i̶o̵t̴", "idiot"),
        ("i\u200bd\u2060i\u00ado\u034ft", "idiot"),
        ("i\U000e0041d", "id"),
        ("id\u3164iot", "id iot"),
        # what stays
        ("café, naïve, Übergröße, smørrebrød, łódź", "café, naïve, Übergröße, smørrebrød, łódź"),
        ("привет, γειά, שלום, مرحبا, 你好, สวัสดี", "привет, γειά, שלום, مرحبا, 你好, สวัสดี"),
        ("x² ½ № ™ …", "x² ½ № ™ …"),
        ("🇺🇸 🇬🇧🇫🇷 👩‍👩‍👧 ❤️ ℹ️ 1️⃣ 👍🏽", "🇺🇸 🇬🇧🇫🇷 👩‍👩‍👧 ❤️ ℹ️ 1️⃣ 👍🏽"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f"),
    ],
)
def test_ornament_goes_and_alphabets_stay(written: str, read: str) -> None:
    assert plain_letters(written) == read


@given(st.text(st.characters()))
def test_any_text_has_plain_letters(text: str) -> None:
    plain = plain_letters(text)
    assert len(plain) <= 3 * len(text)  # composing takes some signs apart
    assert plain_letters(plain) == plain


@given(st.text(st.characters(codec="ascii")))
def test_plain_text_stays(text: str) -> None:
    assert plain_letters(text) == text
    assert as_shown(text) == text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        (f"you {OVERRIDE}toidi{POP}!", "you idiot!"),
        (f"you {OVERRIDE}toidi", "you idiot"),
        (f"{OVERRIDE}toidi\nyou", "idiot\nyou"),
        # two letters swapped, as Boucher et al. (2022) swap them
        (f"{OVERRIDE}{ISOLATE}d{POP_ISOLATE}{ISOLATE}i{POP_ISOLATE}{POP}iot", "idiot"),
        (f"{POP}{POP_ISOLATE}idiot", f"{POP}{POP_ISOLATE}idiot"),
        (f"{POP}{OVERRIDE}toidi{POP}{POP}", "idiot"),
    ],
)
def test_an_override_is_read_in_the_order_that_is_shown(written: str, shown: str) -> None:
    assert as_shown(written) == shown


@given(st.text(f"ab\n{OVERRIDE}{POP}{ISOLATE}{POP_ISOLATE}"))
def test_an_override_loses_no_letter(text: str) -> None:
    shown = as_shown(text)
    assert sorted(sign for sign in shown if sign in "ab\n") == sorted(sign for sign in text if sign in "ab\n")


def test_lookalikes_are_letters_beyond_ascii_that_stand_for_one_in_it() -> None:
    table = lookalikes()
    assert all(code > 0x7F and unicodedata.category(chr(code))[0] == "L" for code in table)
    assert all(latin.isascii() and latin.isalpha() and len(latin) == 1 for latin in table.values())
    assert "іdіоt сасе".translate(table) == "idiot cace"
    assert "ΙDΙΟΤ АВС".translate(table) == "IDIOT ABC"
    assert len(LOOKALIKES) == 5


def test_marks_are_taken_off() -> None:
    assert without_marks("ế\u200dï") == "ei"
