"""What a change may cost: the figures of a short run beside those that are kept."""

import argparse
import json
import statistics
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import life
from contenders import BERT, LIMIT, OURS, PADDED, Setting
from figures import PAIR_RATIOS, TEXT_RATIOS, ratios
from inputs import draw, draw_pairs
from measure import RESULTS, machine, revision
from pairs import JOINED
from pairs import OURS as OUR_PAIRS
from race import race, write_inputs

KEPT: Final = RESULTS / "quick.json"

ALLOWED: Final = 1.25
"""How many times worse a figure may be than the kept one."""

TIMES: Final = 2
"""How often it has to be worse in a row."""

MESSAGES: Final = 200
PAIRED: Final = 30
ROUNDS: Final = 3

HIGHER_IS_BETTER: Final = frozenset(
    said for said, ratio in {**TEXT_RATIOS, **PAIR_RATIOS}.items() if ratio.least
)


def check(arguments: argparse.Namespace, *, keep: bool) -> int:
    """Measure and compare; return the exit code.

    Args:
        arguments: ``data`` and ``work``.
        keep: Whether what is found is what later runs are compared with.
    """
    found = _measure(arguments)
    if keep:
        KEPT.write_text(
            json.dumps({"machine": machine(), "commit": revision(), "figures": found}, indent=2) + "\n"
        )
        print(f"kept: {found}")
        return 0
    kept: dict[str, float] = json.loads(KEPT.read_text())["figures"]
    worse = _worse(found, kept)
    for _ in range(TIMES - 1):
        if worse:
            print(f"once more, for {', '.join(worse)}")
            again = _measure(arguments)
            worse = {name: each for name, each in _worse(again, kept).items() if name in worse}
    for name, value in found.items():
        print(f"{name}: {value} (kept: {kept[name]})")
    for name, factor in worse.items():
        print(f"{name}: {factor:.2f} times as bad as what is kept, {TIMES} times in a row")
    return 1 if worse else 0


def _worse(found: Mapping[str, float], kept: Mapping[str, float]) -> dict[str, float]:
    """Return what is worse than allowed, and by which factor."""
    factors = {
        name: kept[name] / value if name in HIGHER_IS_BETTER else value / kept[name]
        for name, value in found.items()
    }
    return {name: factor for name, factor in factors.items() if factor > ALLOWED}


def _measure(arguments: argparse.Namespace) -> dict[str, float]:
    """Return all figures by name; those of time are ratios of two times of this run."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        setting = Setting(1, arguments.work or work, None)
        texts = work / "texts.json"
        write_inputs(texts, [message.text for message in draw(None, work, MESSAGES)])
        found: dict[str, Any] = ratios(race([OURS, LIMIT, BERT, PADDED], texts, setting, ROUNDS), TEXT_RATIOS)
        pairs = draw_pairs(None, work, PAIRED)
        both = work / "pairs.json"
        write_inputs(both, [message.text for message, _ in pairs], [file for _, file in pairs])
        found |= ratios(race([OUR_PAIRS, JOINED[True]], both, setting, ROUNDS), PAIR_RATIOS)
    imports = life.imports_s(5)
    start = statistics.median(life.first_answer_s(3))
    return {
        **{said: each["ratio"] for said, each in found.items()},
        "import of the bot over that of its libraries": round(imports["bot"] / imports["libraries"], 2),
        "first answer over the import of the libraries": round(start / imports["libraries"], 2),
        "memory in MB": life.memory_mb(20)["rss_mb"],
        "wheel in MB": life.wheel_mb(),
    }
