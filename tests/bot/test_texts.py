"""Texts come in the language that is spoken, and fit where they are shown."""

import ast
import asyncio
import inspect
import re
from collections.abc import Iterator
from itertools import chain

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot import texts
from moodring.bot.guild_settings import GuildSettings
from moodring.bot.intake import TOO_MANY, decode, download, worker
from moodring.bot.intake.message import NOT_A_PICTURE, PICTURE_TYPE
from moodring.bot.privacy import privacy_embed
from moodring.bot.setup.describe import watch_status
from moodring.bot.texts import LANGUAGES, Language
from moodring.model import decoding
from moodring.model.decoding import OVERSIZED
from moodring.model.predictor import ONLY_BEGINNING

LONGEST_MESSAGE = 2000
LONGEST_EMBED = 4096


def clauses() -> Iterator[str]:
    """Yield the clauses in which the code says why a part of a message was not read."""
    yield from (OVERSIZED, TOO_MANY, NOT_A_PICTURE, PICTURE_TYPE, ONLY_BEGINNING)
    nodes = (ast.walk(ast.parse(inspect.getsource(each))) for each in (download, decode, worker, decoding))
    for node in chain.from_iterable(nodes):
        match node:
            case ast.Call(ast.Name("Unreadable" | "ImageError"), [ast.Constant(str(reason))]):
                yield reason
            case ast.Assign([ast.Name("reason")], ast.Constant(str(reason))):
                yield reason
            case ast.Call(ast.Name("_late"), [_, ast.Constant(str(verb))]):
                yield decode._late(1, verb)
            case ast.BinOp(ast.Name("REFUSED"), _, ast.Constant(bytes(reason))):
                yield reason.decode()


CLAUSES = sorted(set(clauses()))


def test_english_is_spoken_unless_something_else_is() -> None:
    assert texts.spoken() == "en"
    with texts.speaking("de"):
        with texts.speaking("zh"):
            assert texts.say("none") == "无"
        assert texts.say("none") != "none"
    assert texts.say("none") == "none"


@pytest.mark.asyncio
async def test_tasks_speak_the_language_in_which_they_began_and_change_nobody_elses() -> None:
    async def task() -> tuple[Language, Language]:
        before = texts.spoken()
        texts.speak("es")
        await asyncio.sleep(0)
        return before, texts.spoken()

    with texts.speaking("de"):
        assert await asyncio.gather(asyncio.create_task(task()), asyncio.create_task(task())) == [
            ("de", "es"),
            ("de", "es"),
        ]
        assert texts.spoken() == "de"


def test_a_text_that_is_missing_or_lacks_a_value_is_an_error() -> None:
    with pytest.raises(KeyError):
        texts.say("no-such-text")
    with pytest.raises(KeyError):
        texts.say("setting-faces.no-such-attribute")
    with pytest.raises(ValueError, match="channel"):
        texts.say("watch-stopped")


@pytest.mark.parametrize(
    ("language", "share", "count"),
    [
        ("en", "12.5\N{NO-BREAK SPACE}%", "12,345"),
        ("es", "12,5\N{NO-BREAK SPACE}%", "12.345"),
        ("de", "12,5\N{NO-BREAK SPACE}%", "12.345"),
        ("zh", "12.5%", "12,345"),
    ],
)
def test_numbers_are_written_as_the_language_writes_them(language: Language, share: str, count: str) -> None:
    with texts.speaking(language):
        assert texts.exact_percent(0.125) == share
        assert texts.say("count", number=12345) == count


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_texts_fit_where_they_are_shown(language: Language) -> None:
    everything = [name for name in discord.Permissions.VALID_FLAGS if texts.has(f"permission-{name}")]
    with texts.speaking(language):
        channels = [(f"<#{2**63 + number}>", ["reply"], everything[:4]) for number in range(500)]
        status = watch_status(channels, GuildSettings(cooldown_s=3600))
        assert "492" in status
        assert len(f"{status}\n{texts.say('needs-message-content')}") <= LONGEST_MESSAGE
        embed = privacy_embed(opted_out=True, faces=True, contact="x" * 200)
        assert len(embed.description or "") < LONGEST_EMBED
        assert len(embed) < 6000


def test_parts_are_counted_as_people_count() -> None:
    assert [texts.part_name(part) for part in ("text", "image:0", "image:9")] == [
        "text",
        "picture 1",
        "picture 10",
    ]


def test_a_reason_that_the_catalogues_do_not_know_is_said_as_it_is() -> None:
    assert texts.skip_reason("too many pixels (99999×99999)") == "too many pixels"
    assert texts.skip_reason("eaten by a grue") == "eaten by a grue"


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
@pytest.mark.parametrize("clause", CLAUSES)
def test_why_a_part_was_not_read_is_said_in_every_language(clause: str, language: Language) -> None:
    with texts.speaking(language):
        assert texts.skip_reason(clause) != clause


@given(per_cent=st.integers(1, 100), below=st.floats(1e-4, 0.01))
def test_a_score_below_a_bar_never_reads_as_if_it_reached_it(per_cent: int, below: float) -> None:
    bar = per_cent / 100
    assert texts.score(bar) == texts.percent(bar)
    assert texts.score(max(bar - below, 0)) != texts.percent(bar)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("well-known, isn't it?", r"well\-known, isn't it?"),
        ("[sign in](https://evil.example)", r"\[sign in\](https\://evil.example)"),
        ("[sign\nin](steam://x)", "\\[sign\nin\\](steam\\://x)"),
        ("https://a.example/||b||", r"https\://a.example/\|\|b\|\|"),
        ("<t:1:R> <#12> </mood:1>", r"\<t:1:R\> \<\#12\> \</mood:1\>"),
        ("\\*not bold\\*", r"\\\*not bold\\\*"),
        ("@here <@123456789012345678>", "@\u200bhere \\<@\u200b123456789012345678\\>"),
        ("me@home.example", "me@home.example"),
    ],
)
def test_what_people_wrote_is_no_markup(text: str, shown: str) -> None:
    assert texts.literal(text) == shown


@given(st.text())
def test_nothing_is_lost_where_markup_is_escaped(text: str) -> None:
    unescaped = re.sub(r"\\([^0-9A-Za-z\s])", r"\1", texts.literal(text))
    assert unescaped.replace("\u200b", "") == text.replace("\u200b", "")
