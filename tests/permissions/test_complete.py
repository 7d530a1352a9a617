"""The table of permissions: it has every way into the bot, and none that there is not."""

import re
import runpy
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import discord
import pytest
from discord import app_commands
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot import texts
from moodring.bot.features import _ITEMS
from moodring.bot.guild_settings import GuildSettings
from moodring.bot.modal import Modal
from moodring.bot.moderation.appeals import AppealForm
from moodring.bot.moderation.automation import Automation
from moodring.bot.moderation.cases import Action
from moodring.bot.setup.describe import Topic
from moodring.bot.setup.forms import NUMBERS, Form
from moodring.bot.setup.panel import Panel, Shown, Trial
from moodring.bot.store import Watch

from .entries import PREPARE, WRITTEN, label_of
from .guilds import Guilds
from .table import BY_KEY, ENTRIES, LIFECYCLE, LISTENED, Kind, Who

ROOT: Final = Path(__file__).parents[2]


def keys(kind: Kind) -> set[str]:
    return {entry.key for entry in ENTRIES if entry.kind is kind}


def test_every_entry_says_what_becomes_of_everybody_and_is_tried() -> None:
    assert set(PREPARE) == set(BY_KEY)
    assert len(BY_KEY) == len(ENTRIES)
    assert all(set(entry.cells) == set(Who) for entry in ENTRIES)


def leaves(found: Any) -> Iterator[str]:
    """The names of commands, and of options that ask the bot while somebody types."""
    for command in found:
        if isinstance(command, app_commands.ContextMenu):
            yield command.name
        elif isinstance(command, app_commands.Group):
            yield from leaves(command.commands)
        else:
            yield f"/{command.qualified_name}"
            yield from (
                f"/{command.qualified_name} {each.name}:" for each in command.parameters if each.autocomplete
            )


@pytest.mark.asyncio(loop_scope="module")
async def test_every_command_and_menu_is_in_it(guilds: Guilds) -> None:
    there = set(leaves(guilds.bot.tree.get_commands()))
    named = keys(Kind.COMMAND)
    assert there <= named
    assert all(key in there or key.rpartition(" ")[0] in there or key.split()[0] in there for key in named)


def beginnings(item: type[discord.ui.DynamicItem[Any]]) -> Iterator[str]:
    """How an item's ids begin: with each word that it is made for, or up to the first number."""
    prefix, _, rest = item.__discord_ui_compiled_template__.pattern.partition("(")
    if words := re.match(r"\?P<\w+>([a-z-]+(?:\|[a-z-]+)*)\)", rest):
        yield from (f"{prefix}{word}" for word in words[1].split("|"))
    else:
        yield prefix.removesuffix(":")


def test_every_button_and_menu_that_lasts_is_in_it() -> None:
    there = {key for item in _ITEMS for key in beginnings(item)}
    assert there == {key for key in BY_KEY if key.startswith("moodring:")}


def panels() -> Iterator[Panel]:
    """The panel in all its shapes."""
    settings, watch = GuildSettings(), Watch(7, 1, frozenset({"flag"}))
    trial = Trial(
        Automation(1, Action.DELETE, discord.utils.utcnow() - timedelta(days=8)), 0, 0, is_over=True
    )
    active = replace(trial, automation=replace(trial.automation, active=True))
    plain = Shown(settings, (), notes=("x",), grant_url="https://discord.com")
    for topic in Topic:
        for change in (
            {},
            {"channel_id": 7},
            {"channel_id": 7, "watches": (watch,)},
            {"trial": trial},
            {"trial": active},
        ):
            yield Panel(
                SimpleNamespace(show_all=None, export=None),
                replace(plain, topic=topic, **change),
                {7: "past"},
            )


@pytest.mark.asyncio(loop_scope="module")
async def test_every_component_of_the_panel_is_in_it(guilds: Guilds) -> None:
    found = {
        (getattr(each, "label", None) or getattr(each, "placeholder", None), panel._shown.topic)
        for panel in panels()
        for each in panel.walk_children()
        if each.is_dispatchable()
    }
    named = {key.removeprefix("panel:").partition(" ")[::2] for key in keys(Kind.PANEL)}
    known = {label: name for name, _ in named for label in label_of(name, name)}
    assert {label for label, _ in found} <= set(known)
    assert {name for name, _ in named} == {known[label] for label, _ in found}
    pages = {(label, topic) for label, topic in found if label in {texts.say("numbers"), texts.say("words")}}
    assert {(known[label], topic.value) for label, topic in pages} == {each for each in named if each[1]}


def test_every_form_is_in_it() -> None:
    assert set(Modal.__subclasses__()) == {AppealForm, Form}
    assert {topic.value for topic in NUMBERS} | {"words"} == set(WRITTEN)
    assert keys(Kind.FORM) == {"form:appeal", *(f"form:{key}" for key in WRITTEN)}


@pytest.mark.asyncio(loop_scope="module")
async def test_everything_that_is_listened_to_is_in_it(guilds: Guilds) -> None:
    heard = {name for cog in guilds.bot.cogs.values() for name, _ in cog.get_listeners()}
    assert heard == LIFECYCLE | set(LISTENED)
    assert {key for tried in LISTENED.values() for key in tried} == keys(Kind.MESSAGE)


def test_the_page_is_what_the_table_says() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "permissions.py"))
    assert made["PAGE"].read_text("utf-8") == made["page"](), "run `make docs`"


@pytest.mark.parametrize("item", _ITEMS, ids=lambda item: item.__name__)
@given(data=st.data())
def test_whatever_fits_a_template_is_an_id_that_the_bot_could_have_made(
    item: type[discord.ui.DynamicItem[Any]], data: st.DataObject
) -> None:
    template = item.__discord_ui_compiled_template__
    custom_id = data.draw(st.from_regex(template, fullmatch=True))
    match = template.fullmatch(custom_id)
    assert match is not None
    component: Any = discord.ui.Select(custom_id=custom_id) if "cases" in custom_id else None
    coroutine = item.from_custom_id(None, component, match)
    with pytest.raises(StopIteration) as made:
        coroutine.send(None)
    assert made.value.value.custom_id == re.sub(r":0+(?=[0-9])", ":", custom_id)
    assert custom_id.isascii()
