"""Asks pip-audit about every pinned requirement, and tells "none known" from "could not ask".

`make audit` runs this. pip-audit itself says "No known vulnerabilities found" and ends with 0 where it could
ask about nothing at all, such as behind a mirror that has files and no advisories.
"""

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

FOLDER: Final = Path(__file__).parent
LOCKS: Final = ("run", "page", "ocr", "test")
"""The locks; the last holds all of the others (`tests/test_packaging.py`)."""

NONE_KNOWN: Final = 0
FOUND: Final = 1
COULD_NOT_ASK: Final = 3
"""Exit codes."""

Answer: TypeAlias = Mapping[str, Any]
"""What pip-audit says with ``--format json``."""


def verdict(answer: Answer, pinned: Mapping[str, Sequence[str]]) -> tuple[int, list[str]]:
    """Return the exit code and what to say.

    Args:
        answer: pip-audit's answer.
        pinned: The locks of each pinned name.
    """
    asked = {each["name"]: each for each in answer["dependencies"] if "vulns" in each}
    lines = [
        f"{name} {each['version']} (in {', '.join(pinned.get(name, LOCKS[-1:]))}): {vulnerability['id']}, "
        f"fixed in {', '.join(vulnerability['fix_versions']) or 'no release yet'}"
        for name, each in sorted(asked.items())
        for vulnerability in each["vulns"]
    ]
    silent = sorted(pinned.keys() - asked.keys())
    count = f"{len(pinned) - len(silent)} of {len(pinned)} pinned packages"
    if lines:
        lines += [f"vulnerabilities found; advisories were asked about {count}"]
        return FOUND, lines
    if silent:
        some = ", ".join(silent[:3]) + (", …" if silent[3:] else "")
        return COULD_NOT_ASK, [f"could not ask: advisories were asked about {count}, not about {some}"]
    return NONE_KNOWN, [f"no known vulnerabilities in {count}"]


def pins() -> dict[str, list[str]]:
    """Return the locks of each pinned name that is for this kind of machine."""
    found: dict[str, list[str]] = {}
    for lock in LOCKS:
        text = (FOLDER / f"{lock}.txt").read_text("utf-8")
        for name, marker in re.findall(r"^([a-z0-9.-]+)==\S+ *(?:; *(.*?))? *\\$", text, re.MULTILINE):
            if not marker or _is_for_this_machine(marker):
                found.setdefault(name, []).append(lock)
    return found


def _is_for_this_machine(marker: str) -> bool:
    from packaging.markers import Marker

    return Marker(marker).evaluate()


def ask() -> Answer:
    """Return pip-audit's answer about the lock that holds all; one about nothing where it has none."""
    command = [Path(sys.executable).with_name("pip-audit"), "--format", "json", "--progress-spinner", "off"]
    lock = ["--disable-pip", "--require-hashes", "--requirement", FOLDER / f"{LOCKS[-1]}.txt"]
    done = subprocess.run([*command, *lock], capture_output=True, text=True, check=False)
    try:
        answer: Answer = json.loads(done.stdout)
    except ValueError:
        sys.stderr.write(done.stderr)
        return {"dependencies": []}
    return answer


if __name__ == "__main__":
    code, said = verdict(ask(), pins())
    sys.stdout.writelines(f"{line}\n" for line in said)
    sys.exit(code)
