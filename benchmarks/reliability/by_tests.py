"""Parts that are tests: each file's first line says what is tried and, behind its colon, what has to hold."""

import ast
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections import defaultdict
from pathlib import Path

from parts import ROOT, Outcome, Row


def tested(part: str, where: str, *, processes: int) -> Outcome:
    """Run tests and return a line for each file of them.

    Args:
        part: The part's name.
        where: A file or folder of tests.
        processes: How many run at the same time, each with whole files.
    """
    with tempfile.TemporaryDirectory(prefix="moodring-") as folder:
        result = Path(folder) / "result.xml"
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            where,
            f"--junitxml={result}",
            "-o",
            "junit_family=xunit1",
        ]
        if processes > 1:
            # In the order of collection, in which long files may stand first.
            command += [f"--numprocesses={processes}", "--dist=loadfile", "--no-loadscope-reorder"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if not result.exists():
            return Outcome(
                part,
                [],
                lost=None,
                faults=[f"the tests did not run: {done.stdout[-2000:]}{done.stderr[-2000:]}"],
            )
        cases = list(ET.parse(result).getroot().iter("testcase"))  # noqa: S314 - pytest's own
    by_file = defaultdict(list)
    for case in cases:
        by_file[case.get("file", where)].append(case)
    rows, faults = [], []
    for file, own in sorted(by_file.items()):
        wrong = [case for case in own if any(child.tag in {"failure", "error"} for child in case)]
        skipped = sum(child.tag == "skipped" for case in own for child in case)
        tried, _, promise = about(ROOT / file).partition(": ")
        figures = f"{skipped} could not be tried here" if skipped else ""
        held = not wrong and skipped < len(own)
        rows.append(Row(tried, len(own) - skipped, promise.rstrip("."), held, figures))
        faults += [f"{file}: {case.get('name')}" for case in wrong]
    if done.returncode and not faults:
        faults.append(f"pytest ended with {done.returncode}")
    return Outcome(part, rows, faults=faults)


def about(file: Path) -> str:
    """Return the first line of a module's docstring."""
    text = ast.get_docstring(ast.parse(file.read_text("utf-8"))) or file.stem
    return text.splitlines()[0]
