"""Who may import whom: the halves stay apart, and the bot runs without TensorFlow and without Ray."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = [path for half in ("bot", "model") for path in sorted((ROOT / half).rglob("*.py"))]
SCRIPTS = {"__main__.py"}
"""Run by name: they have no package to be relative to."""

IMPORT_ALL = """
import importlib, pkgutil, sys
sys.modules["tensorflow"] = sys.modules["keras"] = sys.modules["ray"] = None  # importing any now fails
import moodring.bot
import moodring.model.predictor, moodring.model.image, moodring.model.text, moodring.model.faces
for module in pkgutil.walk_packages(moodring.bot.__path__, "moodring.bot."):
    if not module.name.endswith(".__main__"):
        importlib.import_module(module.name)
"""


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def _imports(path: Path) -> Iterator[str]:
    """Every absolute name that a module imports, wherever in the module."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""


@pytest.mark.parametrize("path", [path for path in MODULES if _dotted(path).startswith("model")], ids=_dotted)
def test_the_model_knows_no_discord(path: Path) -> None:
    for name in _imports(path):
        assert not name.startswith(("moodring.bot", "bot", "discord", "aiohttp")), name


@pytest.mark.parametrize("path", MODULES, ids=_dotted)
def test_a_half_imports_itself_relatively(path: Path) -> None:
    half = path.relative_to(ROOT).parts[0]
    for name in _imports(path):
        assert path.name in SCRIPTS or not name.startswith((f"moodring.{half}", "bot.", "model.")), name


def _own_modules(path: Path, names: set[str]) -> Iterator[str]:
    """Every module of ours that a module needs to be loaded."""
    here = _dotted(path).split(".")
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.ImportFrom):
            start = here[: len(here) - node.level] if node.level else []
            base = ".".join([*start, *filter(None, [node.module])]).removeprefix("moodring.")
            for alias in node.names:
                submodule = f"{base}.{alias.name}"
                yield from {submodule} & names or {base, f"{base}.__init__"} & names


def test_no_modules_import_each_other_in_a_circle() -> None:
    names = set(map(_dotted, MODULES))
    graph = {_dotted(path): set(_own_modules(path, names)) - {_dotted(path)} for path in MODULES}
    TopologicalSorter(graph).prepare()  # raises CycleError, which names the circle


def test_every_library_that_is_imported_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    lines = [*project["dependencies"], *extras["train"], *extras["ocr"], *extras["ray"]]
    declared = {re.split(r"[\[<>=]", line)[0].lower() for line in lines}
    # Pydantic pins its own core; whoever trains with PyTorch has the build that fits the card.
    known = {"moodring", *sys.stdlib_module_names, "pydantic_core", "torch"}
    distributions = packages_distributions()
    for path in MODULES:
        for library in {name.partition(".")[0] for name in _imports(path)} - known:
            names = {name.lower().replace("_", "-") for name in distributions[library]}
            assert names & declared, f"{_dotted(path)} imports {library}"


def test_the_bot_runs_without_tensorflow_and_without_ray() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORT_ALL], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
