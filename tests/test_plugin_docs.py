"""What docs/plugin.md shows runs: each example of it, and each name."""

import asyncio
import importlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import discord
import pytest
import simcord
from discord.ext import commands

from moodring.bot.intents import NEEDED
from moodring.bot.plugin import NEEDS_DISCORD
from moodring.bot.speaking import CommandTranslator, described

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "plugin.md").read_text("utf-8")


def _blocks(language: str) -> Iterator[str]:
    yield from re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def _example(having: str) -> str:
    [found] = [block for block in _blocks("python") if having in block]
    return found


@pytest.fixture(autouse=True)
def own_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MOODRING_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MOODRING_DATA_DIR", str(tmp_path))


def test_every_example_is_run_below() -> None:
    tested = (
        "bot.run(",
        "OwnTranslator",
        "reload_extension",
        "redbot",
        "Predictor()",
        "open_classifier(",
    )
    assert sorted(map(_example, tested)) == sorted(_blocks("python"))


@pytest.mark.asyncio
async def test_a_bot_with_a_translator_of_its_own_passes_moodrings_texts_on() -> None:
    shown: dict[str, Any] = {}
    exec(_example("OwnTranslator"), shown)
    string, german = described("command-mood"), discord.Locale.german
    own = await shown["OwnTranslator"]().translate(string, german, object())
    assert own == await CommandTranslator().translate(string, german, object())
    assert own is not None


@pytest.mark.asyncio
async def test_a_bot_that_loads_it_as_shown_has_the_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts: list[commands.Bot] = []
    monkeypatch.setattr(commands.Bot, "run", lambda bot, _token: hosts.append(bot))
    monkeypatch.setenv("TOKEN", "a token")
    exec(_example("bot.run("), {"__name__": "__main__"})
    [host] = hosts
    env = simcord.Env(host, approved_intents=host.intents)
    await env.start()
    try:
        guild = env.create_guild()
        channel = guild.create_text_channel("general")
        alice = guild.add_member(env.create_user("alice"))
        analyzed = await alice.slash(channel, "analyze", text="thank you so much")
        assert analyzed.response.embeds[0].title == "🙏 Gratitude"

        names = {
            f"/{command.name}" for command in host.tree.get_commands(type=discord.AppCommandType.chat_input)
        }
        [taken] = re.findall(r"takes the names (.*?) and the menu\n\*\*Analyze\*\*", PAGE, re.DOTALL)
        assert set(re.findall(r"`(/\w+)`", taken)) == names

        cogs = list(host.cogs.values())
        steps = "\n    ".join(_example("reload_extension").splitlines())
        scope: dict[str, Any] = {"bot": host}
        exec(f"async def do():\n    {steps}", scope)
        await scope["do"]()
        assert cogs
        assert host.cogs == {}
    finally:
        await env.shutdown()
        await host.close()


def _red(cog: type[commands.Cog]) -> dict[str, ModuleType]:
    """Red's modules as far as the example uses them."""
    modules = {name: ModuleType(name) for name in ("redbot", "redbot.core", "redbot.core.commands")}
    modules["redbot.core.commands"].Cog = cog  # type: ignore[attr-defined]
    modules["redbot.core"].commands = modules["redbot.core.commands"]  # type: ignore[attr-defined]
    return modules


@pytest.mark.asyncio
async def test_a_package_for_red_loads_and_unloads_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class RedCog(commands.Cog):
        """Red's base class gives every cog what Red asks of it."""

        def __init__(self) -> None:
            self.requires = "nothing"

    class Red(commands.AutoShardedBot):
        """Takes cogs as Red does."""

        async def add_cog(self, cog: commands.Cog, /, **options: Any) -> None:
            if not isinstance(cog, RedCog):
                raise TypeError(f"{type(cog).__name__} does not inherit from the base class")
            if not hasattr(cog, "requires"):
                RedCog.__init__(cog)
            await super().add_cog(cog, **options)

    (tmp_path / "moodring_red").mkdir()
    (tmp_path / "moodring_red" / "__init__.py").write_text(_example("redbot"), "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    for name, module in _red(RedCog).items():
        monkeypatch.setitem(sys.modules, name, module)

    async with Red("!", intents=discord.Intents.default(), help_command=None) as red:
        before = asyncio.all_tasks()
        with pytest.raises(commands.ExtensionFailed, match="does not inherit"):
            await red.load_extension("moodring.bot.plugin")
        assert red.cogs == {}
        await red.load_extension("moodring_red")
        assert red.cogs
        assert {getattr(cog, "requires", None) for cog in red.cogs.values()} == {"nothing"}
        await red.reload_extension("moodring_red")
        assert red.tree.get_commands()
        await red.unload_extension("moodring_red")
        assert red.cogs == {}
        assert red.tree.get_commands() == []
        assert asyncio.all_tasks() == before


def test_the_file_beside_it_has_the_kinds_of_values_that_red_reads() -> None:
    [block] = _blocks("json")
    info = json.loads(block)
    assert all(isinstance(info[name], str) for name in ("short", "description", "end_user_data_statement"))
    assert all(isinstance(name, str) for name in info["author"])
    assert all(isinstance(part, int) for part in info["min_python_version"])
    assert re.fullmatch(r"\d+\.\d+\.\d+", info["min_bot_version"])


@pytest.mark.parametrize(
    ("having", "answers"),
    [
        ("Predictor()", lambda lines: len(lines) == 3 and lines[-1] == "nothing to read"),
        (
            "open_classifier(",
            lambda lines: len(lines) == 2 and all(", most of all by " in line for line in lines),
        ),
    ],
    ids=["Predictor", "Classifier"],
)
def test_examples_of_the_api_run(having: str, answers: Callable[[list[str]], bool], tmp_path: Path) -> None:
    program = tmp_path / "example.py"
    program.write_text(_example(having), "utf-8")
    done = subprocess.run(
        [sys.executable, program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert answers(done.stdout.splitlines()), done.stdout


def test_what_the_api_needs_is_no_discord(tmp_path: Path) -> None:
    code = "import sys, moodring.bot.classifier, moodring.bot.settings; print('discord' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.strip() == "False"


def test_every_public_name_is_there() -> None:
    public = PAGE.partition("## What stays as it is\n")[2]
    modules = set(re.findall(r"`(moodring\.[\w.]+)`", public))
    assert modules == {
        "moodring.model",
        "moodring.bot.classifier",
        "moodring.bot.settings",
        "moodring.bot.plugin",
    }
    for name in modules:
        module = importlib.import_module(name)
        for public_name in getattr(module, "__all__", ()):
            assert hasattr(module, public_name), f"{name}.{public_name}"
    for module_name, names in {
        "moodring.model": ("Predictor", "Sample"),
        "moodring.bot.settings": ("Settings", "load_settings", "SettingsError"),
        "moodring.bot.plugin": ("setup", "teardown"),
    }.items():
        for name in names:
            assert f"`{name}" in public, name
            assert hasattr(importlib.import_module(module_name), name), name


def test_the_table_of_intents_names_those_that_are_needed_and_no_other() -> None:
    table = PAGE.partition("| intent | what takes it |\n|---|---|\n")[2].partition("\n\n")[0]
    listed = set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE))
    assert listed == {name for names in NEEDED.values() for name in names}
    for name in ("members", "presences"):
        assert name not in listed
        assert f"`{name}`" in PAGE


def test_the_oldest_discord_py_is_the_one_that_is_checked() -> None:
    assert f"discord.py {'.'.join(map(str, NEEDS_DISCORD))} or newer" in PAGE
