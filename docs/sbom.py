"""Writes a bill of materials, CycloneDX JSON: what a server installs, and the weights and fonts that ship.

`make sbom` runs this. The same commit gives the same bytes: no time, no serial number, no registry, nothing
of the machine.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

from dependencies import LOCK, ROOT, Package, packages

WEIGHTS: Final = ROOT / "model" / "weights"
FONT: Final = ROOT / "bot" / "fonts" / "NotoSansSC-subset.ttf"

TRAINED: Final = "MIT AND Apache-2.0"
LICENCES: Final = {"faces.tflite": "MIT", "tokenizer.json": "Apache-2.0", FONT.name: "OFL-1.1"}
"""Of what ships, as NOTICE has it; what is not here is a network that this project trained, `TRAINED`."""

SOURCE: Final = LOCK.relative_to(ROOT).as_posix()


def bill() -> dict[str, Any]:
    """Return the bill: what cyclonedx-py makes of the lock, with what only the installed packages know."""
    known = {package.name: package for package in packages()}
    command = [Path(sys.executable).with_name("cyclonedx-py"), "requirements", "--output-reproducible"]
    arguments = ["--pyproject", "pyproject.toml", SOURCE]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, check=True)
    made: dict[str, Any] = json.loads(done.stdout)
    root = made["metadata"]["component"]
    made["metadata"] = {"component": root}  # its properties and tools are those of the machine
    shipped = [*_weights(), _font()]
    made["components"] = [*(_library(part, known[part["name"]]) for part in made["components"]), *shipped]
    asked = [_ref(package) for package in known.values() if not package.needed_by or package.direct]
    depends = {_ref(package): [] for package in known.values()}
    for package in known.values():
        for other in package.needed_by:
            depends[_ref(known[other])].append(_ref(package))
    depends[root["bom-ref"]] = [*asked, *(part["bom-ref"] for part in shipped)]
    made["dependencies"] = [
        {"ref": ref, "dependsOn": sorted(others)} for ref, others in sorted(depends.items())
    ]
    return made


def _ref(package: Package) -> str:
    return f"{package.name}=={package.version}"


def _library(part: dict[str, Any], package: Package) -> dict[str, Any]:
    """Return a component as cyclonedx-py made it, without its lines of the lock, with its licence."""
    hashes = [{"alg": "SHA-256", "content": content} for content in package.hashes]
    place = {"type": "distribution", "url": SOURCE, "comment": "any of these files", "hashes": hashes}
    marker = [{"name": "moodring:installed-where", "value": package.marker}] if package.marker else []
    return {
        "type": part["type"],
        "bom-ref": _ref(package),
        "name": part["name"],
        "version": part["version"],
        "licenses": _licences(package.licence),
        "purl": f"pkg:pypi/{package.name}@{package.version}",
        "externalReferences": [place],
        "properties": marker,
    }


def _weights() -> list[dict[str, Any]]:
    card = json.loads((WEIGHTS / "card.json").read_text("utf-8"))
    return [
        _file(WEIGHTS / name, card["version"], about["sha256"], kind="machine-learning-model")
        for name, about in sorted(card["files"].items())
    ]


def _font() -> dict[str, Any]:
    return _file(FONT, None, hashlib.sha256(FONT.read_bytes()).hexdigest(), kind="file")


def _file(path: Path, version: str | None, checksum: str, *, kind: str) -> dict[str, Any]:
    """Return a file that ships as a component."""
    name = path.relative_to(ROOT).as_posix()
    return {
        "type": kind if path.suffix != ".json" else "data",
        "bom-ref": name,
        "name": name,
        **({"version": version} if version else {}),
        "hashes": [{"alg": "SHA-256", "content": checksum}],
        "licenses": _licences(LICENCES.get(path.name, TRAINED)),
    }


def _licences(expression: str) -> list[dict[str, Any]]:
    return [{"expression": expression}]


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(bill(), indent=2) + "\n", "utf-8")
