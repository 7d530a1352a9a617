"""What docs/contributing.md promises: recipes of ten lines, and names that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "contributing.md").read_text("utf-8")
RECIPES = PAGE.partition("\n## Recipes\n")[2].partition("\n## ")[0].split("\n### ")[1:]
MAX_LINES = 10

CODE = re.findall(r"`([^`\n]+)`", PAGE)
PATHS = sorted(
    {path for code in CODE for path in re.findall(r"(?:bot|model|tests|docs|benchmarks)/[\w<>./-]+", code)}
)
NAMED = re.findall(r"`([A-Za-z_.]+)` (?:in|of) `([\w/]+\.py)`", PAGE)


def test_there_is_a_recipe_for_what_is_added_most() -> None:
    assert [recipe.partition("\n")[0] for recipe in RECIPES] == [
        "Add a label",
        "Add a backend",
        "Add a language",
        "Add a scenario",
    ]


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.partition("\n")[0])
def test_a_recipe_has_ten_lines_at_most(recipe: str) -> None:
    _, *lines = [line for line in recipe.splitlines() if line.strip()]
    assert 0 < len(lines) <= MAX_LINES


@pytest.mark.parametrize("path", PATHS)
def test_a_path_that_is_named_is_there(path: str) -> None:
    assert list(ROOT.glob(re.sub("<[a-z]+>", "*", path)))


@pytest.mark.parametrize(("name", "path"), NAMED)
def test_a_name_is_in_the_file_that_it_is_said_to_be_in(name: str, path: str) -> None:
    source = (ROOT / path).read_text("utf-8")
    for part in name.split("."):
        assert re.search(rf"\b{part}\b", source), f"{part} is not in {path}"
