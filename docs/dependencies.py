"""Writes the tables of docs/dependencies.md: what a server installs, why, and under which licence.

`make docs` runs this. `make lock` runs it with a pylock file (PEP 751): from that it keeps in
docs/dependencies.json when each release was uploaded, which an installed package does not say.
"""

import json
import re
import sys
import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[1]
LOCK: Final = ROOT / "requirements" / "run.txt"
RELEASES: Final = ROOT / "docs" / "dependencies.json"
PAGE: Final = ROOT / "docs" / "dependencies.md"

OLD_DAYS: Final = 730
"""A release that is older than the lock by this many days is named as quiet."""

DIRECT: Final = {
    "ai-edge-litert": ("runs the networks, without TensorFlow", "onnxruntime, after another conversion"),
    "aiohttp": ("fetches pictures, serves the simulated server", "httpx; discord.py brings aiohttp anyway"),
    "aiosqlite": ("SQLite without blocking the event loop", "the standard library's sqlite3 in a thread"),
    "alembic": ("changes tables when the code is upgraded", "numbered SQL files of our own"),
    "discord-py": ("speaks with Discord", "one of its forks; every cog would change"),
    "emoji": ("names of emoji, which the network reads", "a table of our own from Unicode's names"),
    "fluent-runtime": ("texts in four languages, with plurals", "gettext with Babel's plural rules"),
    "ijson": ("reads exports of any length in little memory", "json, with a bound on a file's size"),
    "numpy": ("arrays", "nothing: the networks' runtime needs it too"),
    "pillow": ("decodes pictures, draws charts", "pyvips, which needs libvips on the machine"),
    "prometheus-client": ("counts what happens, for whoever runs it", "its text format, written by hand"),
    "py3langid": ("is it English?", "another detector, with a bound of its own (`model/language.py`)"),
    "pydantic": ("checks settings, scenarios and exports", "dataclasses with checks of our own"),
    "pydantic-settings": ("settings from environment and `.env`", "`os.environ`, a parser for `.env`"),
    "simcord": ("the simulated server, tests in it", "a stand-in like `tests/bot/loopback_discord.py`"),
    "sqlalchemy": ("SQLite and PostgreSQL in the same words", "SQL by hand, for one of the two"),
    "tokenizers": ("cuts texts into the network's tokens", "WordPiece of our own, slower"),
    "yarl": ("addresses, parsed as aiohttp parses them", "the standard library's urllib.parse"),
}
"""What the project asks for by name: why, and what would replace it."""

SPDX: Final = {
    "3-Clause BSD License": "BSD-3-Clause",
    "APL 2": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: MIT License": "MIT",
}
"""What packages without a licence expression (PEP 639) say of themselves; what is SPDX's stays as it is."""

BY_NAME: Final = {
    "audioop-lts": "PSF-2.0",  # for Python 3.13 only
    "backports-strenum": "MIT AND PSF-2.0",  # says MIT; its licence file is Python's
    "colorama": "BSD-3-Clause",  # for Windows only
    "emoji": "BSD-3-Clause",  # says "BSD License"; its licence file is the one of three clauses
}
"""Licences of packages that are not installed here, or do not say exactly which they have."""

COPYLEFT: Final = re.compile(r"\b(?:A?GPL|LGPL|MPL|EPL|EUPL|CDDL)\b")


@dataclass(frozen=True, slots=True)
class Package:
    """A package of the lock.

    Attributes:
        name: Its normalised name.
        version: The pinned version.
        marker: Where it is installed, an environment marker; empty for everywhere.
        hashes: SHA-256 of each file that may be installed.
        licence: An SPDX expression.
        size: Bytes on disk as installed here; None if it is not.
        released: The day its first file was uploaded, ISO 8601.
        needed_by: Packages of the lock that ask for it; empty for what only the project asks for.
    """

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]
    licence: str
    size: int | None
    released: str
    needed_by: tuple[str, ...]

    @property
    def direct(self) -> bool:
        """Whether the project asks for it by name."""
        return self.name in DIRECT


def packages(lock: Path = LOCK) -> list[Package]:
    """Return what a lock pins, by name; ends with what is unknown about a package."""
    days: dict[str, str] = json.loads(RELEASES.read_text("utf-8"))
    text = lock.read_text("utf-8").replace("\\\n", " ")
    found = re.findall(r"^([a-z0-9.-]+)==(\S+) *(?:; *(.*?))? +(--hash.*)$", text, re.MULTILINE)
    installed = {name: _installed(name) for name, *_ in found}
    needs = {name: _needs(name, installed) for name in installed}
    return [
        Package(
            name=name,
            version=version,
            marker=marker,
            hashes=tuple(re.findall(r"--hash=sha256:(\w+)", hashes)),
            licence=_licence(name, installed[name]),
            size=_size(installed[name]),
            released=_released(days, f"{name}=={version}"),
            needed_by=tuple(other for other in installed if name in needs[other]),
        )
        for name, version, marker, hashes in found
    ]


def tables() -> dict[str, str]:
    """Return the tables of the page, by the names of their marks."""
    found = packages()
    direct = [package for package in found if package.direct]
    indirect = [package for package in found if not package.direct]
    lines = [
        "| package | why | what would replace it | licence | MB | released |",
        "|---|---|---|---|---|---|",
    ]
    for package in direct:
        why, instead = DIRECT[package.name]
        lines.append(f"| {_title(package)} | {why} | {instead} | {_facts(package)} |")
    further = ["| package | needed by | licence | MB | released |", "|---|---|---|---|---|"]
    for package in indirect:
        wanting = ", ".join(package.needed_by) or "the installation itself"
        where = f", only where `{package.marker}`" if package.marker else ""
        further.append(f"| {_title(package)} | {wanting}{where} | {_facts(package)} |")
    return {"direct": _text(lines), "indirect": _text(further), "sum": _sum(found)}


def _sum(found: list[Package]) -> str:
    newest = max(date.fromisoformat(package.released) for package in found)
    old = [
        f"{package.name} ({package.released[:4]})"
        for package in found
        if (newest - date.fromisoformat(package.released)).days > OLD_DAYS
    ]
    strong = [f"{package.name} ({package.licence})" for package in found if COPYLEFT.search(package.licence)]
    size = sum(package.size or 0 for package in found)
    return _text(
        [
            f"- {len(found)} packages, {len(DIRECT)} of them asked for by name, {size / 1e6:.0f} MB on disk.",
            f"- Quiet, released more than two years before the newest of them: {', '.join(old) or 'none'}.",
            f"- With a licence that asks for source (copyleft): {', '.join(strong) or 'none'}.",
        ]
    )


def _title(package: Package) -> str:
    return f"{package.name} {package.version}"


def _facts(package: Package) -> str:
    size = "–" if package.size is None else f"{package.size / 1e6:.1f}"
    return f"{package.licence} | {size} | {package.released}"


def _text(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _size(package: Distribution | None) -> int | None:
    return None if package is None else sum(file.size or 0 for file in package.files or [])


def _licence(name: str, package: Distribution | None) -> str:
    """Return an SPDX expression from what a package says of itself."""
    if name in BY_NAME:
        return BY_NAME[name]
    if package is None:
        sys.exit(f"{name} is not installed: name its licence in {__file__}, or install the lock")
    metadata: Any = package.metadata
    stated = metadata.get("License-Expression") or (metadata.get("License") or "").strip()
    classifiers = [line for line in metadata.get_all("Classifier") or [] if line.startswith("License ::")]
    for text in (stated, *classifiers):
        if text in SPDX:
            return SPDX[text]
        if re.fullmatch(r"[A-Za-z0-9.-]+-[A-Za-z0-9.-]+|MIT|0BSD|ISC|.+ (?:AND|OR) .+", text):
            return str(text)
    sys.exit(f"{name} does not say which licence it has: look, and name it in {__file__}")


def _needs(name: str, installed: dict[str, Distribution | None]) -> set[str]:
    """Return the packages of the lock that one asks for, by its own extras as the project asks for them."""
    package = installed[name]
    needs = set()
    for line in (package.requires or []) if package else []:
        extra = re.search(r"extra == ['\"]([\w-]+)['\"]", line)
        if extra is None or extra[1] in _extras().get(name, ()):
            needs.add(_normalised(re.split(r"[\[<>=!~ ;(]", line)[0]))
    return needs & installed.keys()


def _extras() -> dict[str, list[str]]:
    """Return the extras that the project asks for, such as ``sqlalchemy[asyncio]``."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found = (re.match(r"([\w.-]+)\[([\w, -]+)\]", line) for line in project["dependencies"])
    return {_normalised(match[1]): re.split(r" *, *", match[2]) for match in found if match}


def _normalised(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _released(days: dict[str, str], pin: str) -> str:
    if pin not in days:
        sys.exit(f"{RELEASES.name} does not know when {pin} was released: run `make lock`")
    return days[pin]


def releases(pylock: Path) -> dict[str, str]:
    """Return when each package of a pylock file was released: the day its first file was uploaded."""
    days = {}
    for package in tomllib.loads(pylock.read_text("utf-8"))["packages"]:
        files = [*package.get("wheels", []), *filter(None, [package.get("sdist")])]
        first = min(file["upload-time"] for file in files)
        days[f"{package['name']}=={package['version']}"] = first.date().isoformat()
    return days


if __name__ == "__main__":
    if sys.argv[1:]:
        RELEASES.write_text(json.dumps(releases(Path(sys.argv[1])), indent=2) + "\n", "utf-8")
    else:
        from generate import with_tables

        PAGE.write_text(with_tables(PAGE.read_text("utf-8"), tables()), "utf-8")
