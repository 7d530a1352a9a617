"""What was found, kept as files, and the page made of them."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from measure import machine, revision
from parts import ROOT, Outcome

RESULTS: Final = ROOT / "docs" / "results" / "reliability"
PAGE: Final = ROOT / "docs" / "reliability.md"

WHOLE: Final = "whole"
SHORT: Final = "short"
"""Folders of the two forms: a short run does not take the place of a whole one."""

FORMS: Final = {WHOLE: "All of it", SHORT: "The short form"}
"""With their headings, in the order of the page."""

HEAD: Final = """# Reliability

What the bot went through, and how it held. `make reliability` runs the short form of all of it, in minutes
and in CI; `make reliability-full` the whole. Both write this page from the files in
`docs/results/reliability/`; what did not hold stands here as well. How the tries are made:
`benchmarks/reliability/`, `tests/wire/` (a stand-in for Discord on loopback: HTTP, gateway, CDN, with faults
by script, the real bot as a process), `tests/damage/`, `tests/permissions/`. What is done about strangers'
input and who may do what: [security](security.md), [permissions](permissions.md). What to do when something
fails: [operations](operations.md).

"""


def keep(outcome: Outcome, *, full: bool, seconds: float) -> None:
    """Keep what a part found.

    Args:
        outcome: What it found.
        full: Whether all of it was run.
        seconds: How long it took.
    """
    folder = RESULTS / (WHOLE if full else SHORT)
    folder.mkdir(parents=True, exist_ok=True)
    found = {
        **asdict(outcome),
        "date": datetime.now(UTC).date().isoformat(),
        "commit": revision(),
        "machine": machine(),
        "seconds": round(seconds),
    }
    text = json.dumps(found, indent=2, ensure_ascii=False)
    (folder / f"{outcome.part}.json").write_text(f"{text}\n", "utf-8")


def lost(counts: Iterable[int | None]) -> int | str:
    """Return how many settled facts were lost over all parts, or that it is not known."""
    known = list(counts)
    return "unknown" if None in known else sum(filter(None, known))


def write_page(parts: list[str]) -> None:
    """Write the page from what is kept.

    Args:
        parts: In the order of the page.
    """
    found = {form: _found(form, parts) for form in FORMS}
    all_parts = [part for of_form in found.values() for part in of_form]
    wrong = [f"- {part['part']}: {fault}" for part in all_parts for fault in part["faults"]]
    text = HEAD + f"**Lost: {lost(part['lost'] for part in all_parts)}.** Did not hold: {len(wrong)}.\n"
    if wrong:
        text += "\n## What did not hold\n\n" + "\n".join(wrong) + "\n"
    for form, heading in FORMS.items():
        if found[form]:
            text += f"\n## {heading}\n\n" + _tables(found[form])
    PAGE.write_text(text, "utf-8")


def _found(form: str, parts: list[str]) -> list[dict[str, Any]]:
    paths = [RESULTS / form / f"{part}.json" for part in parts]
    return [json.loads(path.read_text("utf-8")) for path in paths if path.exists()]


def _tables(found: list[dict[str, Any]]) -> str:
    text = "| tried | how often | what has to hold | held | figures |\n|---|---:|---|---|---|\n"
    text += "".join(_line(row) for part in found for row in part["rows"])
    text += "\n| part | date | commit | seconds | seed | machine |\n|---|---|---|---:|---:|---|\n"
    return text + "".join(_origin(part) for part in found)


def _line(row: dict[str, Any]) -> str:
    held = "yes" if row["held"] else "**no**"
    return f"| {row['tried']} | {row['count']:,} | {row['promise']} | {held} | {row['figures'] or '–'} |\n"


def _origin(part: dict[str, Any]) -> str:
    seed = "–" if part["seed"] is None else part["seed"]
    names = ("part", "date", "commit", "seconds")
    cells = (*(part[name] for name in names), seed, part["machine"])
    return "| " + " | ".join(map(str, cells)) + " |\n"
