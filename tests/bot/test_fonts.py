"""Pictures can be written in every language: the font that ships has what the bot says."""

from collections.abc import Iterator
from pathlib import Path

import emoji
import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import moodring.bot
from moodring.bot import texts
from moodring.bot.fonts import font
from moodring.bot.texts import LANGUAGES, Language

BOT = Path(next(iter(moodring.bot.__path__)))
MAX_BYTES = 500_000

NUMBERS = (0, 1, 9_999, 10_000, 999_499, 10**6, 10**9)


class Written(Visitor):
    """Collects what texts have besides their placeholders."""

    def __init__(self) -> None:
        self.found = ""

    def visit_TextElement(self, node: ast.TextElement) -> None:  # noqa: N802
        self.found += node.value

    def visit_StringLiteral(self, node: ast.StringLiteral) -> None:  # noqa: N802
        self.found += node.parse()["value"]


def written(language: Language) -> str:
    visitor = Written()
    for path in (BOT / "locales" / language).iterdir():
        visitor.visit(FluentParser().parse(path.read_text("utf-8")))
    return visitor.found


def numbers() -> Iterator[str]:
    for number in NUMBERS:
        yield texts.say("messages-before", count=number)
        yield texts.short_count(number)
    yield from (texts.percent(0.29), texts.exact_percent(0.925))


def without_glyph(characters: str) -> list[str]:
    """Characters for which the font draws the box that stands for a missing glyph."""
    missing = bytes(font(28).getmask("\uffff"))
    return sorted(each for each in set(characters) - {"\n"} if bytes(font(28).getmask(each)) == missing)


def test_a_missing_glyph_is_told_from_one_that_is_there() -> None:
    assert without_glyph("aä，\N{NO-BREAK SPACE}\N{SNOWMAN}") == ["\N{SNOWMAN}"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_font_has_every_character_of_a_language(language: Language) -> None:
    # All texts, so that any may be written into a picture; emoji have colours, and Discord draws them.
    assert without_glyph(emoji.replace_emoji(written(language))) == [], "run `make font`"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_font_has_what_a_language_sets_into_numbers(language: Language) -> None:
    with texts.speaking(language):
        assert without_glyph("".join(numbers())) == [], "run `make font`"


@pytest.mark.parametrize("signs", ["“”", "‘’", "··"])
def test_signs_of_western_languages_are_no_wider_than_letters(signs: str) -> None:
    assert font(100).getlength(signs) <= font(100).getlength("nn")


@pytest.mark.parametrize("character", ["H", "中"])
def test_what_is_centred_on_a_line_has_its_middle_there(character: str) -> None:
    _, top, _, bottom = font(100).getbbox(character, anchor="lm")
    assert (top + bottom) / 2 == pytest.approx(0, abs=3)


def test_a_size_is_read_once() -> None:
    assert font(28) is font(28)
    assert font(28).getlength("a") < font(56).getlength("a")


def test_the_font_is_small() -> None:
    (path,) = (BOT / "fonts").glob("*.ttf")
    assert path.stat().st_size < MAX_BYTES
