"""The fuzzing of ``benchmarks/reliability`` sees what it is there for."""

import base64
import importlib
import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "benchmarks" / "reliability"

PLANTED = """
import sys, time
from dataclasses import replace
from pathlib import Path
sys.path.insert(0, {folder!r})
import fuzzing
from fuzz_promises import promise

def read(data):
    {body}

if {guided}:
    import atheris
    read = atheris.instrument_func(read)

fuzzing.TARGETS["numbers"] = replace(fuzzing.TARGETS["numbers"], open=lambda _: read, limit_ms=200)
folder = Path({work!r})
(folder / "current").write_bytes(bytes(1000))
fuzzing.run_target("numbers", {inputs}, 1, folder / "current", folder, guided={guided})
"""


def fuzz(body: str, work: Path, *, inputs: int = 300, guided: bool = False) -> dict[str, Any]:
    """Fuzz a target that does this with its ``data``."""
    program = PLANTED.format(folder=str(FOLDER), body=body, work=str(work), inputs=inputs, guided=guided)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=120)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


@pytest.mark.parametrize(
    ("body", "what"),
    [
        ("if b'%' in data: raise KeyError(1)", "KeyError at <string>:10"),
        ("promise(b'%' not in data, 'no per cent: 5')", "BrokenPromise at <string>:10: no per cent"),
        ("while data == b'70, 85 %': pass", "slower than 0.2 s"),
    ],
    ids=["an error", "a broken promise", "a loop"],
)
def test_a_planted_fault_is_found_with_its_input(tmp_path: Path, body: str, what: str) -> None:
    figures = fuzz(body, tmp_path)
    assert list(figures["faults"]) == [what]
    assert b"%" in base64.b64decode(figures["faults"][what])
    assert figures["inputs"] == 300
    assert figures["crashes"] >= 1


def test_without_a_fault_none_is_told(tmp_path: Path) -> None:
    figures = fuzz("pass", tmp_path)
    assert figures["crashes"] == 0
    assert figures["faults"] == {}


def test_coverage_guides_to_what_chance_does_not_find(tmp_path: Path) -> None:
    pytest.importorskip("atheris")
    body = """if len(data) > 2:
        if data[0] == 0xA1:
            if data[1] == 0xA2:
                if data[2] == 0xA3:
                    raise KeyError(data)"""
    (tmp_path / "guided").mkdir()
    guided = fuzz(body, tmp_path / "guided", inputs=60_000, guided=True)
    assert list(guided["faults"]) == ["KeyError at <string>:14"]
    (tmp_path / "random").mkdir()
    assert fuzz(body, tmp_path / "random", inputs=60_000)["crashes"] == 0


def test_the_command_shares_the_inputs_out(tmp_path: Path) -> None:
    out = tmp_path / "figures.json"
    command = [sys.executable, str(FOLDER / "fuzzing.py"), "--only", "lines", "custom_ids", "--unguided"]
    done = subprocess.run(
        [*command, "--inputs", "400", "--out", str(out)], capture_output=True, check=False, timeout=120
    )
    figures = json.loads(out.read_text())
    assert done.returncode == 0
    assert sum(each["inputs"] for each in figures.values()) in {400, 401}
    for each in figures.values():
        assert set(each) == {"inputs", "seconds", "crashes", "guided", "slowest_ms"}
        assert not each["guided"]


def test_an_input_that_kills_its_process_is_told_and_the_rest_is_read_by_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(FOLDER))
    fuzzing = importlib.import_module("fuzzing")
    asked: list[int] = []

    def dies_once(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        options = dict(itertools.pairwise(command))
        asked.append(int(options["--inputs"]))
        if len(asked) > 1:
            figures = {"inputs": asked[-1], "seconds": 1.0, "crashes": 0, "slowest_ms": 2.0, "faults": {}}
            return subprocess.CompletedProcess(command, 0, json.dumps(figures), "")
        with (Path(options["--folder"]) / "current").open("r+b") as file:
            file.write(fuzzing.LENGTH.pack(29, 5) + b"fatal")
        return subprocess.CompletedProcess(command, -11, "", "Segmentation fault")

    monkeypatch.setattr(subprocess, "run", dies_once)
    figures = fuzzing.fuzz("numbers", 100, 1, guided=False)
    assert asked == [100, 70]
    assert figures["inputs"] == 100
    assert figures["crashes"] == 1
    [(why, last)] = figures["faults"].items()
    assert "-11" in why
    assert base64.b64decode(last) == b"fatal"
