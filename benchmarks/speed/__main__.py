"""How fast messages are read: by us, by what people run for this task, and by the machine's own limit.

Every contender reads the same messages in turns with the others, in a process of its own. Ratios come first:
they hold on other machines too, seconds do not.

Example: python benchmarks/speed --data ../shared/data
"""

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from contenders import BERT, LIMIT, OURS, PADDED, TEXT, TFIDF, Setting
from inputs import draw, write_lengths
from race import Result, race, serve

PREPARED = Path("runs/data")
ROUNDS, MESSAGES = 5, 1_000

RATIOS = {
    "as fast as BERT-base int8, given our lengths": (BERT, OURS, 7.0),
    "as fast as BERT-base int8, as people run it": (PADDED, OURS, 10.0),
    "times the limit": (OURS, LIMIT, 2.0),
}
"""By what they say: whose time is divided by whose, and the target."""


def _median(result: Result) -> float:
    return statistics.median(result.seconds)


def measure(arguments: argparse.Namespace) -> dict[str, Any]:
    """Run the race and return its figures."""
    messages = draw(arguments.data, PREPARED, arguments.messages)
    with tempfile.TemporaryDirectory() as folder:
        texts = Path(folder) / "texts.json"
        texts.write_text(json.dumps([message.text for message in messages]))
        setting = Setting(arguments.threads, arguments.work or Path(folder), arguments.data)
        names = arguments.only or [name for name in TEXT if arguments.data or name != TFIDF]
        results = race(names, texts, setting, arguments.rounds)
    figures: dict[str, Any] = {
        "messages": len(messages),
        "rounds": arguments.rounds,
        "threads": arguments.threads,
        "contenders": {},
    }
    for name, result in results.items():
        right = [
            answer == message.sentiment
            for answer, message in zip(result.answers or [], messages, strict=False)
            if message.sentiment is not None and arguments.data is not None
        ]
        per_message = [seconds / len(messages) * 1_000 for seconds in result.seconds]
        figures["contenders"][name] = {
            "ms": round(statistics.median(per_message), 3),
            "ms_from": round(min(per_message), 3),
            "ms_to": round(max(per_message), 3),
            "rss_mb": result.rss_mb,
            "sentiment_accuracy": round(sum(right) / len(right), 4) if right else None,
            "judged": len(right),
        }
    figures["ratios"] = {
        said: {"ratio": round(_median(results[over]) / _median(results[under]), 2), "target": target}
        for said, (over, under, target) in RATIOS.items()
        if over in results and under in results
    }
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
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"default: {ROUNDS}")
    parser.add_argument("--threads", type=int, default=1, help="threads of one call (default: 1)")
    parser.add_argument("--only", nargs="+", choices=TEXT, help="contenders; all of them by default")
    parser.add_argument("--work", type=Path, help="folder that keeps the peers' models")
    parser.add_argument("--lengths", action="store_true", help="write the histogram of lengths anew instead")
    parser.add_argument("--contender", choices=TEXT, help=argparse.SUPPRESS)
    parser.add_argument("--texts", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.lengths:
        write_lengths(arguments.data, PREPARED)
    elif arguments.contender:
        setting = Setting(arguments.threads, arguments.work, arguments.data)
        serve(arguments.contender, arguments.texts, setting, sys.stdin)
    else:
        print(json.dumps(measure(arguments), indent=2))


if __name__ == "__main__":
    main()
