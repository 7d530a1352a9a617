"""Seconds from `make run` in a fresh clone to the first answers, and from Ctrl-C to the end.

The page's address is printed once the first conversation has been answered. What pip has in its cache
is used, so the second run on a machine tells more than the first.

Example: python benchmarks/start.py --python python3.12
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import environment, folder_mb, report

ROOT = Path(__file__).parents[1]
ADDRESS = "Simulated server: open "
STOP_LIMIT_S = 30


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", default=sys.executable, help="Python for make (default: this one)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    arguments = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "moodring"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        started = time.perf_counter()
        with subprocess.Popen(
            ["make", "run", f"PYTHON={arguments.python}"],
            cwd=clone,
            env=environment() | {"MOODRING_PAGE_PORT": "0"},
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            try:
                address = next((line for line in process.stdout if line.startswith(ADDRESS)), None)
                assert address is not None, "make run ended without showing the page"
                answered_s = time.perf_counter() - started
                stopped = time.perf_counter()
                os.killpg(process.pid, signal.SIGINT)  # as a terminal does on Ctrl-C
                process.wait(STOP_LIMIT_S)
                stop_s = time.perf_counter() - stopped
            except BaseException:
                os.killpg(process.pid, signal.SIGKILL)
                raise
        figures = {
            "first_answer_s": round(answered_s, 1),
            "stop_s": round(stop_s, 2),
            "environment_mb": folder_mb(clone / ".venv"),
        }
    report(
        "start",
        figures,
        f"first answers {figures['first_answer_s']} s after make run in a fresh clone, "
        f"gone {figures['stop_s']} s after Ctrl-C, environment {figures['environment_mb']} MB",
        as_json=arguments.json,
    )


if __name__ == "__main__":
    main()
