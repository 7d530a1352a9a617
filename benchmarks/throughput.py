"""How many lines a second `moodring analyze --jsonl` answers, how fast one comes back, in what memory.

The lines are those of tests/data/chat.toml, each with a number of its own so that no cache answers.

Example: python benchmarks/throughput.py --lines 5000
"""

import argparse
import json
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from threading import Thread
from typing import IO

from measure import report, resident_mb

CHAT = Path(__file__).parents[1] / "tests" / "data" / "chat.toml"
SINGLE_LINES = 20
"""Lines sent one at a time, each after a pause, to see when an answer comes back."""


def _feed(stdin: IO[str], lines: list[str]) -> None:
    for line in lines:
        stdin.write(line)
    stdin.flush()


def _wait_ms(process: subprocess.Popen[str], line: str) -> float:
    """Send one line to an idle process and return the milliseconds until its answer."""
    assert process.stdin is not None
    assert process.stdout is not None
    started = time.perf_counter()
    _feed(process.stdin, [line])
    process.stdout.readline()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=5000, help="lines to answer (default: 5000)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()

    texts = [line["text"] for line in tomllib.loads(CHAT.read_text("utf-8"))["line"]]
    lines = [
        json.dumps({"id": number, "text": f"{texts[number % len(texts)]} {number}"}) + "\n"
        for number in range(arguments.lines)
    ]
    command = [sys.executable, "-m", "moodring.bot", "analyze", "--jsonl"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        started = time.perf_counter()
        _wait_ms(process, '{"text": "hello"}\n')
        start_s = time.perf_counter() - started
        waits = sorted(_wait_ms(process, f'{{"text": "hello {n}"}}\n') for n in range(SINGLE_LINES))

        feeder = Thread(target=_feed, args=(process.stdin, lines))
        started = time.perf_counter()
        feeder.start()
        early = {}
        for count in range(1, len(lines) + 1):
            assert json.loads(process.stdout.readline())["id"] == count - 1
            if count == len(lines) // 4:
                early = resident_mb(process.pid)
        seconds = time.perf_counter() - started
        late = resident_mb(process.pid)
        feeder.join()
        process.stdin.close()
        exit_code = process.wait()

    figures = {
        "lines": len(lines),
        "seconds": round(seconds, 2),
        "lines_per_s": round(len(lines) / seconds, 1),
        "start_s": round(start_s, 2),
        "single_ms_median": round(waits[len(waits) // 2], 1),
        "single_ms_max": round(waits[-1], 1),
        "rss_mb_after_a_quarter": early["rss"],
        "rss_mb_at_the_end": late["rss"],
        "exit_code": exit_code,
    }
    report(
        "throughput",
        figures,
        f"{figures['lines_per_s']} lines/s over {len(lines)} lines, a single line in "
        f"{figures['single_ms_median']} ms (at most {figures['single_ms_max']} ms), "
        f"{late['rss']} MB resident ({early['rss']} MB after a quarter)",
        as_json=arguments.json,
    )


if __name__ == "__main__":
    main()
