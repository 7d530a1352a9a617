"""What README and docs show is true: settings, links, make targets and commands."""

import json
import os
import re
import runpy
import subprocess
import sys
from pathlib import Path

import discord
import pytest

from moodring.bot import texts
from moodring.bot.local.scenario import ACTIONS, Expect, load_scenario
from moodring.bot.local.world import BOT_PERMISSIONS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
MOODRING = Path(sys.executable).with_name("moodring")


def _shell_lines(text: str) -> list[str]:
    blocks = re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def test_tables_of_settings_are_what_the_settings_say() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "generate.py"))
    for path, tables in made["TABLES"].items():
        page = path.read_text("utf-8")
        assert all(f"<!-- {name} -->\n{table}<!-- /{name} -->" in page for name, table in tables.items()), (
            "run `make docs`"
        )


def test_the_permissions_to_tick_are_those_the_simulated_bot_has() -> None:
    table = README.partition("| permission | why |\n")[2].partition("\n\n")[0]
    ticked = {name.strip() for name in re.findall(r"^\| ([^-|]+)\|", table, re.MULTILINE)}
    named = [flag for flag in discord.Permissions.VALID_FLAGS if texts.has(f"permission-{flag}")]
    flags = {texts.say(f"permission-{flag}"): flag for flag in named}
    flags["View Channels"] = flags.pop("View Channel")  # the Developer Portal has the plural
    assert discord.Permissions(**{flags[name]: True for name in ticked}) == BOT_PERMISSIONS


def _anchors(page: Path) -> set[str]:
    """The names that GitHub gives a page's headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for name, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", page.read_text("utf-8")):
        target = page.parent / name if name else page
        assert target.exists(), name
        assert not anchor or anchor in _anchors(target), f"{name}#{anchor}"


def test_the_page_of_the_comparison_is_made_of_its_figures() -> None:
    made = runpy.run_path(str(ROOT / "docs" / "comparison.py"))
    results = json.loads(made["RESULTS"].read_text("utf-8"))
    assert made["PAGE"].read_text("utf-8") == made["table"](results), "run `python docs/comparison.py`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_make_targets_exist(page: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"(?:^|`)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE)) <= targets


def test_the_scenario_that_the_docs_show_is_one(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "scenarios.md").read_text("utf-8")
    (example,) = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "example.toml").write_text(example, "utf-8")
    assert load_scenario(tmp_path / "example.toml").steps
    for key in (*ACTIONS, *Expect.model_fields):
        assert re.search(rf"^\|.*`{key}\b", page, re.MULTILINE), key


@pytest.mark.parametrize(
    "line", [line for page in PAGES for line in _shell_lines(page.read_text("utf-8")) if " -m model " in line]
)
def test_commands_of_the_model_have_the_options_that_are_shown(line: str) -> None:
    command, *options = line.partition(" -m model ")[2].split()
    help_command = [sys.executable, "-m", "moodring.model", command, "--help"]
    shown = subprocess.run(help_command, capture_output=True, text=True, check=True).stdout
    assert {option for option in options if option.startswith("--")} <= set(re.findall(r"--[a-z-]+", shown))


@pytest.mark.parametrize("line", [line for line in _shell_lines(README) if "bin/moodring" in line])
def test_commands_of_the_readme_run(line: str, tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "MOODRING_TOKEN"}
    environment["MOODRING_DATA_DIR"] = str(tmp_path)
    done = subprocess.run(
        line.replace(".venv/bin/moodring", f"'{MOODRING}'"),
        shell=True,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
