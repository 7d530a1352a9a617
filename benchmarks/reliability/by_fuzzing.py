"""The part of hostile input: runs ``fuzzing.py`` and makes lines of what it found."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from parts import Outcome, Row


def fuzz(inputs: int, seed: int) -> Outcome:
    """Read hostile inputs.

    Args:
        inputs: How many, of all kinds together.
        seed: Of what they are made from.
    """
    with tempfile.TemporaryDirectory(prefix="moodring-") as folder:
        out = Path(folder) / "found.json"
        script = Path(__file__).with_name("fuzzing.py")
        options = {"--inputs": inputs, "--seed": seed, "--jobs": 2, "--out": out}
        command = [sys.executable, str(script), *(str(each) for pair in options.items() for each in pair)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if not out.exists():
            return Outcome(
                "fuzz", [], lost=None, faults=[f"it did not run: {done.stderr[-2000:]}"], seed=seed
            )
        found = json.loads(out.read_text("utf-8"))
    rows = [_row(target, figures) for target, figures in found.items()]
    seconds = sum(figures["seconds"] for figures in found.values())
    inputs, held = sum(row.count for row in rows), all(row.held for row in rows)
    rows.append(Row("hostile input: all together", inputs, "as above", held, f"{seconds:.0f} s"))
    faults = [f"{target}: {what}" for target, figures in found.items() for what in figures.get("faults", ())]
    return Outcome("fuzz", rows, faults=faults, seed=seed)


def _row(target: str, figures: dict[str, Any]) -> Row:
    how = "guided by coverage" if figures["guided"] else "mutated at random"
    return Row(
        f"hostile input: {target}",
        figures["inputs"],
        "read, or refused as documented",
        not figures["crashes"],
        f"{how}, {figures['seconds']:.0f} s, slowest {figures['slowest_ms']:.0f} ms",
    )
