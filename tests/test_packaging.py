"""What is installed is what stands in the folders, from locks that name everything."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = ("run", "page", "ocr", "test")


def _requirements(lock: str) -> dict[str, str]:
    """Each requirement of a lock with the lines below it, by its pinned name."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    blocks = re.split(r"\n(?=\S)", "\n".join(lines))
    return {block.split("==")[0]: block for block in blocks}


def _name(requirement: str) -> str:
    """The normalised name of a requirement: ``discord.py>=2.7`` is ``discord-py``."""
    return re.sub(r"[-_.]+", "-", re.split(r"[\[<>=! ;]", requirement)[0]).lower()


def _files(package: str) -> set[str]:
    return {
        f"moodring/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_every_folder_with_modules_is_a_listed_package() -> None:
    folders = {path.parent for half in ("bot", "model") for path in (ROOT / half).rglob("*.py")}
    packages = {"moodring." + ".".join(folder.relative_to(ROOT).parts) for folder in folders}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == packages


def test_the_wheel_holds_every_file_of_both_packages(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for half in ("bot", "model"):
        shutil.copytree(ROOT / half, source / half, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "NOTICE", "LICENSES"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, source / name)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", tmp_path, source], check=True)

    (wheel,) = tmp_path.glob("moodring-*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {name for name in names if name.startswith("moodring/")} == _files("bot") | _files("model")
    licences = {Path(name).name for name in names if "/licenses/" in name}
    own = {"Apache-2.0.txt", "BSD-3-Clause-py3langid.txt", "MIT-face-api.txt", "OFL-1.1-Noto-Sans-SC.txt"}
    assert licences == {"LICENSE", "NOTICE", *own}


@pytest.mark.parametrize("lock", [*LOCKS, "pretrained", "teacher"])
def test_every_requirement_is_pinned_with_hashes(lock: str) -> None:
    requirements = _requirements(lock)
    assert requirements
    for block in requirements.values():
        assert re.match(r"[a-z0-9.-]+==[^ ]+ ", block), block
        assert "--hash=sha256:" in block, block


@pytest.mark.parametrize("lock", [*LOCKS, "pretrained", "teacher"])
def test_locks_name_no_address_and_no_index(lock: str) -> None:
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    assert not re.search(r"https?:|file:|--(extra-)?index|--find-links|--trusted-host", text)


def test_the_locks_agree_on_every_version() -> None:
    tested = _requirements("test")
    for lock in ("run", "page", "ocr"):
        for name, block in _requirements(lock).items():
            assert tested[name] == block


@pytest.mark.parametrize(
    ("lock", "extras"),
    [
        ("run", ()),
        ("page", ("page",)),
        ("ocr", ("ocr",)),
        ("test", ("page", "train", "ocr", "postgres", "dev")),
    ],
)
def test_locks_hold_what_the_project_asks_for(lock: str, extras: tuple[str, ...]) -> None:
    project = PROJECT["project"]
    wanted = {_name(line) for line in project["dependencies"]}
    wanted |= {_name(line) for extra in extras for line in project["optional-dependencies"][extra]}
    assert wanted <= _requirements(lock).keys()


def test_a_server_installs_neither_tensorflow_nor_the_page() -> None:
    assert not {"tensorflow", "keras", "av", "pytest"} & _requirements("run").keys()
