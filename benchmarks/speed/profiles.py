"""Where the time goes, as text: Python's calls, and the machine's functions where `perf` is installed."""

import cProfile
import io
import os
import pstats
import re
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from inputs import draw, draw_pairs
from measure import RESULTS, ROOT

from moodring.model import Decoded, Predictor
from moodring.model.image import decode_image

SHOWN: Final = 30
"""Lines of each profile."""

MESSAGES: Final = 1_000
PAIRED: Final = 100

SECONDS: Final = 10
"""As long as the machine's functions are looked at."""

MAIN: Final = Path(__file__).with_name("__main__.py")


def measure(data: Path | None, prepared: Path) -> dict[str, str]:
    """Write both kinds of profile of texts and of pairs; return the files' names by what they show."""
    RESULTS.mkdir(exist_ok=True)
    written = {}
    for kind, work in _works(data, prepared).items():
        path = RESULTS / f"profile-{kind}.txt"
        path.write_text(_calls(work) + _functions(kind, data), "utf-8")
        written[kind] = path.name
    return written


def repeat(kind: str, data: Path | None, prepared: Path) -> None:
    """Do what is profiled from outside, over and over, until the input ends."""
    work = _works(data, prepared)[kind]
    work()
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        work()


def _works(data: Path | None, prepared: Path) -> dict[str, Callable[[], None]]:
    predictor = Predictor()
    engine = predictor.open()
    texts = [message.text for message in draw(data, prepared, MESSAGES)]
    pairs = draw_pairs(data, prepared, PAIRED)

    def read(text: str, pictures: Sequence[Decoded] = ()) -> None:
        ready = predictor.prepare(text, pictures)
        [logits] = engine.infer([ready])
        predictor.conclude(ready, logits, 0.0)

    def read_texts() -> None:
        for text in texts:
            read(text)

    def read_pairs() -> None:
        for message, file in pairs:
            read(message.text, [Decoded(decode_image(file))])

    return {"texts": read_texts, "pairs": read_pairs}


def _calls(work: Callable[[], None]) -> str:
    """Return Python's profile, without folders of this machine."""
    work()
    profile = cProfile.Profile()
    profile.runcall(work)
    said = io.StringIO()
    pstats.Stats(profile, stream=said).sort_stats("tottime").print_stats(SHOWN)
    folders = (str(ROOT), *map(str, sys.path), str(Path(os.__file__).parent))
    text = said.getvalue()
    for folder in sorted(filter(None, folders), key=len, reverse=True):
        text = text.replace(f"{folder}/", "")
    return "Python's calls, by the time within each (cProfile)\n" + re.sub(
        r"[ \t]+$", "", text, flags=re.MULTILINE
    )


def _functions(kind: str, data: Path | None) -> str:
    """Return the profile of the machine's own functions; empty where it cannot be made."""
    perf = shutil.which("perf")
    if perf is None:
        return ""
    command = [sys.executable, str(MAIN), "--profiled", kind, *(("--data", str(data)) if data else ())]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with tempfile.NamedTemporaryFile() as file, subprocess.Popen(command, **pipes) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        options = ["-e", "cpu-clock", "-F", "1000", "-p", str(process.pid), "-o", file.name]
        subprocess.run(
            [perf, "record", *options, "--", "sleep", str(SECONDS)], check=True, capture_output=True
        )
        process.communicate()
        report = [perf, "report", "--input", file.name, "--stdio", "--no-children", "--sort", "dso,symbol"]
        said = subprocess.run(report, check=True, capture_output=True, text=True).stdout
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("#")]
    shown = [re.sub(r"\s+(-\s+)+-?$", "", line).rstrip() for line in lines[:SHOWN]]
    return "\nThe machine's functions, by the time within each (perf)\n\n" + "\n".join(shown) + "\n"
