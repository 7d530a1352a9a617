"""What ``benchmarks/speed`` says of its figures is right, and the page says what was measured."""

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

ROOT = Path(__file__).parents[1]
SPEED = ROOT / "benchmarks" / "speed"
RESULT = ROOT / "benchmarks" / "results" / "speed.json"
RATIO = "times as fast as BERT-base int8 given our lengths"
MEMORY = "memory in MB"


@pytest.fixture(scope="module")
def speed() -> Iterator[Any]:
    """The modules of the benchmark, which are no package."""
    folders = [str(SPEED), str(SPEED.parent)]
    before, known = list(sys.path), set(sys.modules)
    sys.path[:0] = folders
    try:
        yield import_module
    finally:
        sys.path[:] = before
        for name in set(sys.modules) - known:
            if str(SPEED) in str(getattr(sys.modules[name], "__file__", "")):
                del sys.modules[name]


@given(kept=st.floats(0.1, 100), by=st.floats(1.3, 10))
def test_a_quarter_worse_is_too_much_whichever_way_is_better(speed: Any, kept: float, by: float) -> None:
    worse = speed("budget")._worse
    assert set(worse({RATIO: kept / by, "memory in MB": kept}, {RATIO: kept, "memory in MB": kept})) == {
        RATIO
    }
    assert set(worse({"memory in MB": kept * by}, {"memory in MB": kept})) == {"memory in MB"}
    assert worse({RATIO: kept * by, "memory in MB": kept / by}, {RATIO: kept, "memory in MB": kept}) == {}


BAD = {RATIO: 3.0, MEMORY: 250.0}
HEAVY = {RATIO: 6.0, MEMORY: 400.0}
BOTH = {RATIO: 3.0, MEMORY: 400.0}


@pytest.mark.parametrize(
    ("runs", "code"), [([BAD, HEAVY], 0), ([BAD, BAD], 1), ([HEAVY, HEAVY], 1), ([BAD, BOTH], 1)]
)
def test_what_is_worse_once_and_not_again_passes(
    speed: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, runs: list[dict[str, float]], code: int
) -> None:
    budget = speed("budget")
    kept = tmp_path / "quick.json"
    kept.write_text(json.dumps({"figures": {RATIO: 6.0, MEMORY: 250.0}}))
    monkeypatch.setattr(budget, "KEPT", kept)
    found = iter(runs)
    monkeypatch.setattr(budget, "_measure", lambda _: next(found))
    assert budget.check(None, keep=False) == code


def test_medians_are_compared_and_a_target_is_met_from_its_side(speed: Any) -> None:
    figures, race, contenders = speed("figures"), speed("race"), speed("contenders")
    results = {
        contenders.OURS: race.Result([2.0, 1.0, 90.0], 1, None),
        contenders.BERT: race.Result([14.0, 14.0, 0.1], 1, None),
        contenders.LIMIT: race.Result([1.0, 0.9, 1.1], 1, None),
    }
    found = figures.ratios(results, figures.TEXT_RATIOS)
    assert [(each["ratio"], each["met"]) for each in found.values()] == [(7.0, True), (2.0, True)]


def test_the_lengths_are_shares_of_one(speed: Any) -> None:
    shares = json.loads((SPEED / "lengths.json").read_text())["shares"]
    assert sum(shares.values()) == pytest.approx(1, abs=0.01)


def test_the_page_says_what_was_measured(speed: Any) -> None:
    page = speed("page")
    text = page.HEAD + "\n".join(page._sections(json.loads(RESULT.read_text())))
    assert page.PAGE.read_text("utf-8") == text.rstrip() + "\n"
