"""How fast messages are read: by us, by what people run for this task, and by the machine's own limit.

Every contender reads the same messages in turns with the others, in a process of its own. Ratios come first:
they hold on other machines too, seconds do not. Beside the race: the share of the peak that each stage of the
network reaches, how cost grows, and what people and operators notice of it. Writes
benchmarks/results/speed.json, docs/performance.md and docs/images/performance.png. With --quick it compares
what it finds with benchmarks/results/quick.json instead, and fails where something is a quarter worse.

Example: python benchmarks/speed --data ../shared/data
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import budget
import curve
import life
import page
import profiles
import stages
from contenders import PYTORCH, TENSORFLOW, TEXT, TFIDF, Setting
from figures import PAIR_RATIOS, TEXT_RATIOS, ratios, table
from frameworks import is_there
from inputs import draw, draw_pairs, write_lengths
from measure import RESULTS, machine, revision
from pairs import PAIRS
from race import race, serve, write_inputs

PREPARED = Path("runs/data")
ROUNDS, MESSAGES, PAIRED = 5, 1_000, 200
RESULT = RESULTS / "speed.json"


def race_texts(arguments: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Have texts read, and return the figures."""
    missing = {TFIDF} if arguments.data is None else set()
    missing |= {
        name for name, library in ((TENSORFLOW, "tensorflow"), (PYTORCH, "pytorch")) if not is_there(library)
    }
    names = arguments.only or [name for name in TEXT if name not in missing]
    messages = draw(arguments.data, PREPARED, arguments.messages)
    inputs = work / "texts.json"
    write_inputs(inputs, [message.text for message in messages])
    setting = Setting(arguments.threads, arguments.work or work, arguments.data)
    results = race([name for name in names if name in TEXT], inputs, setting, arguments.rounds)
    judged = messages if arguments.data else []
    return {"ratios": ratios(results, TEXT_RATIOS), "contenders": table(results, messages, judged)}


def race_pairs(arguments: argparse.Namespace, work: Path) -> dict[str, Any]:
    """Have texts with pictures read, and return the figures."""
    pairs = draw_pairs(arguments.data, PREPARED, arguments.pairs)
    messages = [message for message, _ in pairs]
    inputs = work / "pairs.json"
    write_inputs(inputs, [message.text for message in messages], [file for _, file in pairs])
    setting = Setting(arguments.threads, arguments.work or work, arguments.data)
    names = [name for name in arguments.only or PAIRS if name in PAIRS]
    results = race(names, inputs, setting, arguments.rounds)
    judged = messages if arguments.data else []
    return {"ratios": ratios(results, PAIR_RATIOS), "contenders": table(results, messages, judged)}


def look_at_life(_: argparse.Namespace, __: Path) -> dict[str, Any]:
    """Return what people and operators notice."""
    return {
        "first_answer_s": life.first_answer_s(5),
        "answer_ms": life.answer_ms(200),
        "photo_ms": life.photo_ms(9),
        "memory_mb": life.memory_mb(100),
        "imports_s": life.imports_s(5),
        "wheel_mb": life.wheel_mb(),
    }


def grow(arguments: argparse.Namespace, _: Path) -> dict[str, Any]:
    """Return how cost grows."""
    return curve.measure([message.text for message in draw(arguments.data, PREPARED, arguments.messages)])


PARTS: dict[str, Callable[[argparse.Namespace, Path], dict[str, Any]]] = {
    "text": race_texts,
    "pairs": race_pairs,
    "stages": lambda _, __: stages.measure(),
    "curve": grow,
    "life": look_at_life,
    "profiles": lambda arguments, _: profiles.measure(arguments.data, PREPARED),
}
"""In the order in which they run."""


def run(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run the parts and return their figures."""
    figures: dict[str, Any] = {
        "date": datetime.now(UTC).date().isoformat(),
        "commit": revision(),
        "machine": machine(),
        "data": "dev" if arguments.data else "none",
        "messages": arguments.messages,
        "pairs_read": arguments.pairs,
        "rounds": arguments.rounds,
        "threads": arguments.threads,
    }
    with tempfile.TemporaryDirectory() as folder:
        for part in arguments.parts:
            figures[part] = PARTS[part](arguments, Path(folder))
            print(json.dumps({part: figures[part]}, indent=2), flush=True)
    return figures


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--data", type=Path, help="folder with the raw data sets; without it only time is measured"
    )
    parser.add_argument("--messages", type=int, default=MESSAGES, help=f"default: {MESSAGES}")
    parser.add_argument("--pairs", type=int, default=PAIRED, help=f"default: {PAIRED}")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default: {ROUNDS}")
    parser.add_argument("--threads", type=int, default=1, help="threads of one call (default: 1)")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS), help="all by default")
    parser.add_argument("--only", nargs="+", choices={**TEXT, **PAIRS}, help="contenders; by default all")
    parser.add_argument("--work", type=Path, help="folder that keeps the peers' models")
    parser.add_argument("--quick", action="store_true", help="what CI looks at, in three minutes")
    parser.add_argument("--keep", action="store_true", help="with --quick: let this be what is compared with")
    parser.add_argument("--page", action="store_true", help="write the page anew, and measure nothing")
    parser.add_argument("--lengths", action="store_true", help="write the histogram of lengths, nothing else")
    parser.add_argument("--contender", choices={**TEXT, **PAIRS}, help=argparse.SUPPRESS)
    parser.add_argument("--inputs", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--profiled", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.contender:
        setting = Setting(arguments.threads, arguments.work, arguments.data)
        serve(arguments.contender, arguments.inputs, setting, sys.stdin)
    elif arguments.profiled:
        profiles.repeat(arguments.profiled, arguments.data, PREPARED)
    elif arguments.lengths:
        write_lengths(arguments.data, PREPARED)
    elif arguments.quick:
        sys.exit(budget.check(arguments, keep=arguments.keep))
    else:
        if not arguments.page:
            found = run(arguments)
            kept = json.loads(RESULT.read_text()) if RESULT.exists() else {}
            RESULT.write_text(json.dumps(kept | found, indent=2) + "\n")
        page.write(json.loads(RESULT.read_text()))


if __name__ == "__main__":
    main()
