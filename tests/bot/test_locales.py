"""Every language has every text, with the same placeholders, as short as Discord wants it."""

import ast as python
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import moodring.bot
from moodring.bot import texts
from moodring.bot.texts import LANGUAGES, Language

BOT = Path(next(iter(moodring.bot.__path__)))
OTHERS = [language for language in LANGUAGES if language != "en"]

MAX_CHARACTERS = {
    r"command-.*": 100,
    r"menu-.*": 32,
    r"(mode|group|state|language)-.*": 100,
    r"setting-[a-z_]+": 33,  # 45 with a unit
    r"(action|press|does|preset|topic)-[a-z-]+": 40,  # several stand in one row of a phone
    r"(show|talk|why|why-toxic|opt-out|opt-in|my-data|delete-me|delete-now|numbers|words|grant|export)": 40,
    r"choose-.*": 100,
    r"(setup-title|appeal-title|appeal-words)": 40,
}
"""Discord's limits, less where room is needed for a value."""


class Placeholders(Visitor):
    """Collects what a pattern refers to."""

    def __init__(self) -> None:
        self.found: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:  # noqa: N802
        self.found.add(f"${node.id.name}")


@cache
def patterns(language: Language) -> dict[str, ast.Pattern]:
    """Return the patterns of a language by their keys; terms are each language's own."""
    found: dict[str, ast.Pattern] = {}
    for path in (BOT / "locales" / language).iterdir():
        for entry in FluentParser().parse(path.read_text("utf-8")).body:
            assert not isinstance(entry, ast.Junk), f"{path}: {entry.content}"
            if not isinstance(entry, ast.Message):
                continue
            named = {entry.id.name: entry.value}
            named |= {f"{entry.id.name}.{each.id.name}": each.value for each in entry.attributes}
            for key, pattern in named.items():
                assert key not in found, f"{language}: {key} is there twice"
                if pattern is not None:
                    found[key] = pattern
    return found


def placeholders(pattern: ast.Pattern) -> set[str]:
    visitor = Placeholders()
    visitor.visit(pattern)
    return visitor.found


def said(python_file: Path) -> Iterator[tuple[str, set[str] | None]]:
    """Yield the keys that a module says, with the values it gives; ``*`` stands for what is not literal."""
    for node in python.walk(python.parse(python_file.read_text("utf-8"))):
        if not isinstance(node, python.Call):
            continue
        name = node.func.attr if isinstance(node.func, python.Attribute) else getattr(node.func, "id", "")
        if name not in {"say", "described", "choices"} or not node.args:
            continue
        given: set[str] | None = {f"${each.arg}" for each in node.keywords if each.arg}
        if name != "say" or any(each.arg is None for each in node.keywords):
            given = None
        for argument in node.args:
            for key in literals(argument):
                yield key, given


def constants(python_file: Path) -> set[str]:
    """Return all strings of a module: tables name keys too."""
    nodes = python.walk(python.parse(python_file.read_text("utf-8")))
    return {node.value for node in nodes if isinstance(node, python.Constant) and isinstance(node.value, str)}


def literals(node: python.expr) -> Iterator[str]:
    match node:
        case python.Constant(value=str(key)):
            yield key
        case python.JoinedStr(values=parts):
            yield "".join(str(part.value) if isinstance(part, python.Constant) else "*" for part in parts)
        case python.IfExp(body=one, orelse=other):
            yield from literals(one)
            yield from literals(other)


SAID = [
    pytest.param(key, given, id=f"{path.relative_to(BOT)}:{key}")
    for path in sorted(BOT.rglob("*.py"))
    for key, given in said(path)
]


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_texts_of_english_and_no_others(language: Language) -> None:
    assert patterns(language).keys() == patterns("en").keys()


@pytest.mark.parametrize("language", OTHERS)
def test_a_text_has_the_placeholders_of_its_english_one(language: Language) -> None:
    english = patterns("en")
    differing = {
        key: placeholders(pattern) ^ placeholders(english[key])
        for key, pattern in patterns(language).items()
        if placeholders(pattern) != placeholders(english[key])
    }
    assert differing == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_texts_are_as_short_as_discord_wants_them(language: Language) -> None:
    too_long = {}
    with texts.speaking(language):
        for key, pattern in patterns(language).items():
            if placeholders(pattern):
                continue
            for names, most in MAX_CHARACTERS.items():
                if re.fullmatch(names, key) and len(texts.say(key)) > most:
                    too_long[key] = f"{len(texts.say(key))} characters, {most} are allowed"
    assert too_long == {}


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_says_nothing_in_english(language: Language) -> None:
    english = {key: "".join(map(str, _words(pattern))) for key, pattern in patterns("en").items()}
    alike = {
        key
        for key, pattern in patterns(language).items()
        if _words(pattern) and "".join(_words(pattern)) == english[key] and len(english[key].split()) > 2
    }
    assert alike == set()


def _words(pattern: ast.Pattern) -> list[str]:
    return [each.value for each in pattern.elements if isinstance(each, ast.TextElement)]


@pytest.mark.parametrize(("key", "given"), SAID)
def test_what_the_code_says_is_in_the_catalogue_with_its_values(key: str, given: set[str] | None) -> None:
    english = patterns("en")
    named = [each for each in english if re.fullmatch(re.escape(key).replace(r"\*", ".+"), each)]
    assert named
    if given is not None:
        for each in named:
            assert placeholders(english[each]) <= given, each


def test_the_catalogue_has_no_text_that_nobody_says() -> None:
    spoken = [re.escape(parameter.values[0]).replace(r"\*", ".+") for parameter in SAID]
    named = set().union(*map(constants, BOT.rglob("*.py")))
    referred = {
        name
        for path in (BOT / "locales" / "en").iterdir()
        for name in re.findall(r"\{ ([a-z][a-z-]+) \}", path.read_text("utf-8"))
    }
    unsaid = {
        key
        for key in patterns("en")
        if key not in referred | named and not any(re.fullmatch(each, key) for each in spoken)
    }
    assert unsaid == set()
