"""What the bot goes through: faults, kills, floods, hostile input, strangers. Writes docs/reliability.md.

Each part leaves a file in docs/results/reliability/; the page is made of these files, so a part that is run
alone brings its own lines up to date.

Example: python benchmarks/reliability --full --parts kills,flood
"""

import argparse
import asyncio
import os
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, TypeAlias

sys.path.insert(0, str(Path(__file__).parents[1]))

import report
from by_fuzzing import fuzz
from by_tests import tested
from flood import flood
from kills import kill_often
from parts import Outcome

Part: TypeAlias = Callable[[bool, int], Outcome]
"""Runs a part, the whole of it or its short form, with a seed."""

PARTS: Final[dict[str, Part]] = {
    "faults": lambda _full, _seed: tested("faults", "tests/wire", processes=4),
    "kills": lambda full, seed: asyncio.run(kill_often(200 if full else 20, seed)),
    "flood": lambda full, seed: asyncio.run(flood(600 if full else 60, 5 if full else 1, seed)),
    "damage": lambda _full, _seed: tested("damage", "tests/damage", processes=1),
    "fuzz": lambda full, seed: fuzz(3_200_000 if full else 50_000, seed),
    "decoders": lambda _full, _seed: tested("decoders", "tests/bot/intake/test_decode.py", processes=1),
    "injection": lambda _full, _seed: tested("injection", "tests/bot/cogs/test_injection.py", processes=1),
    "permissions": lambda _full, _seed: tested("permissions", "tests/permissions", processes=1),
}
"""By name, in the order of the page."""

TOGETHER: Final = (
    ("faults", "kills", "injection"),
    ("flood",),
    ("fuzz", "damage", "decoders", "permissions"),
)
"""What runs side by side: the flood alone, for it measures times; what mostly waits beside what computes."""


def main() -> None:
    """Run the parts and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--full", action="store_true", help="all of it: an hour instead of minutes")
    parser.add_argument("--parts", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random (default: 1)")
    arguments = parser.parse_args()
    wanted = arguments.parts.split(",")
    if unknown := set(wanted) - set(PARTS):
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    began = time.monotonic()
    outcomes = [
        outcome
        for together in TOGETHER
        for outcome in run([name for name in together if name in wanted], arguments.full, arguments.seed)
    ]
    report.write_page(list(PARTS))
    lost = report.lost(outcome.lost for outcome in outcomes)
    faults = [f"{outcome.part}: {fault}" for outcome in outcomes for fault in outcome.faults]
    print(*faults, sep="\n")
    seconds = time.monotonic() - began
    print(f"lost: {lost}; did not hold: {len(faults)}; {seconds:.0f} s; see docs/reliability.md")
    sys.exit(bool(lost != 0 or faults))


def run(names: Sequence[str], full: bool, seed: int) -> list[Outcome]:
    """Run parts side by side, and keep what each found."""

    def one(name: str) -> Outcome:
        began = time.monotonic()
        print(f"{name} …", flush=True)
        try:
            outcome = PARTS[name](full, seed)
        except Exception as error:  # noqa: BLE001 - such as a bot that does not come back: that is a result
            traceback.print_exc()
            what = f"it ended early: {type(error).__name__}: {error}".splitlines()[0]
            outcome = Outcome(name, [], lost=None, faults=[what], seed=seed)
        seconds = time.monotonic() - began
        report.keep(outcome, full=full, seconds=seconds)
        print(f"{name}: {'held' if not outcome.faults else 'DID NOT HOLD'}, {seconds:.0f} s", flush=True)
        return outcome

    with ThreadPoolExecutor(max(1, len(names))) as pool:
        return list(pool.map(one, names))


if __name__ == "__main__":
    os.environ.pop("MOODRING_TOKEN", None)
    main()
