"""What the benchmarks share: memory of a process tree, where it was measured, and how results are printed."""

import json
import os
import platform
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
RESULTS = ROOT / "benchmarks" / "results"

MB = 1_000_000
KB = 1024
"""/proc counts in kB of 1024 bytes."""


def process_tree(pid: int) -> Iterator[int]:
    """Yield a process and all that descend from it."""
    yield pid
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in children.read_text().split():
            yield from process_tree(int(child))


def resident_mb(pid: int) -> dict[str, float]:
    """Return the resident memory of a process and all its descendants in MB.

    Returns:
        ``rss``: the sum of what each holds, shared pages counted in each; ``pss``: shared pages counted
        once; ``processes``: how many they are.
    """
    rss = pss = 0
    pids = list(process_tree(pid))
    for each in pids:
        rollup = Path(f"/proc/{each}/smaps_rollup").read_text().splitlines()
        fields = {line.split(":")[0]: line.split()[1] for line in rollup[1:]}
        rss += int(fields["Rss"]) * KB
        pss += int(fields["Pss"]) * KB
    return {"rss": round(rss / MB, 1), "pss": round(pss / MB, 1), "processes": len(pids)}


def folder_mb(folder: Path) -> float:
    """Return what a folder takes on disk in MB: whole blocks, hard links once."""
    seen: dict[tuple[int, int], int] = {}
    for path in (folder, *folder.rglob("*")):
        status = path.lstat()
        seen[status.st_dev, status.st_ino] = status.st_blocks * 512
    return round(sum(seen.values()) / MB, 1)


def report(name: str, figures: dict[str, Any], summary: str, *, as_json: bool) -> None:
    """Print the figures as one JSON object, or their summary as one line."""
    print(json.dumps({"benchmark": name, **figures}) if as_json else f"{name}: {summary}")


def environment() -> dict[str, str]:
    """Return the variables for a process as an operator starts it: bytecode kept, nothing of ours set."""
    unlike = ("MOODRING_", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(unlike)}


def revision() -> str:
    """Return the commit that was tried, with a ``+`` where the bot was changed since."""
    git = ["git", "-C", str(ROOT)]
    head = subprocess.run([*git, "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    status = subprocess.run([*git, "status", "--porcelain", "bot", "model"], capture_output=True, check=False)
    return f"{head.stdout.strip() or 'unknown'}{'+' if status.stdout else ''}"


def machine() -> str:
    """Return what it was run on, in words."""
    model = platform.machine()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [
            line.partition(": ")[2] for line in info.read_text().splitlines() if line.startswith("model name")
        ]
        model = names[0] if names else model
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1024**3
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, Python {platform.python_version()}"
