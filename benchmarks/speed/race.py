"""Contenders in processes of their own, measured in turns: whatever slows the machine slows all of them."""

import base64
import gc
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from contenders import TEXT, Answers, Setting
from measure import resident_mb
from pairs import PAIRS

from moodring.bot.cli import OBJECTS_PER_COLLECTION

MAIN = Path(__file__).with_name("__main__.py")


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a contender.

    Attributes:
        seconds: Of each round.
        rss_mb: Its memory afterwards.
        answers: What it said of each message, if it says anything.
    """

    seconds: Sequence[float]
    rss_mb: float
    answers: Sequence[str] | None


class _Runner:
    """A contender's process."""

    def __init__(self, name: str, inputs: Path, setting: Setting) -> None:
        self._name = name
        self._complaints = tempfile.TemporaryFile("w+")  # noqa: SIM115 - as long as the process
        self._process = subprocess.Popen(
            [
                *(sys.executable, str(MAIN), "--contender", name, "--inputs", str(inputs)),
                *("--threads", str(setting.threads)),
                *("--work", str(setting.work)),
                *(() if setting.data is None else ("--data", str(setting.data))),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            text=True,
        )
        self.memory_mb = 0.0

    def read(self) -> dict[str, Any]:
        """Have it read all messages once."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        with suppress(BrokenPipeError):  # it has ended, and said why
            print("go", file=stdin, flush=True)
        line = stdout.readline()
        if not line:
            self._complaints.seek(0)
            raise RuntimeError(f"{self._name} ended: {self._complaints.read()}")
        self.memory_mb = resident_mb(self._process.pid)["rss"]
        told: dict[str, Any] = json.loads(line)
        return told

    def close(self) -> None:
        """End it."""
        self._process.communicate()
        self._complaints.close()


def race(names: Sequence[str], inputs: Path, setting: Setting, rounds: int) -> Mapping[str, Result]:
    """Have contenders read the same messages in turns.

    Garbage is looked for as rarely as in the bot, and what was loaded to stay is passed over: this helps who
    does much in Python, as we do, and hurts nobody.

    Args:
        names: Keys of `contenders.TEXT`, or of `pairs.PAIRS`.
        inputs: File that `write_inputs` wrote.
        setting: What each may use.
        rounds: How often; a first time is not measured.
    """
    with ExitStack() as stack:
        runners = {name: _Runner(name, inputs, setting) for name in names}
        for runner in runners.values():
            stack.callback(runner.close)
        first = {name: runner.read() for name, runner in runners.items()}
        seconds: dict[str, list[float]] = {name: [] for name in names}
        for number in range(rounds):
            # Each round begins with another one, and every second goes the other way round.
            order = [*names[number % len(names) :], *names[: number % len(names)]][:: 1 - 2 * (number % 2)]
            for name in order:
                seconds[name].append(runners[name].read()["seconds"])
        return {
            name: Result(seconds[name], runners[name].memory_mb, first[name]["answers"]) for name in names
        }


def write_inputs(path: Path, texts: Sequence[str], pictures: Sequence[bytes] | None = None) -> None:
    """Write what contenders read: texts, or texts with a picture each."""
    files = None if pictures is None else [base64.b64encode(each).decode() for each in pictures]
    path.write_text(json.dumps({"texts": list(texts), "pictures": files}))


def serve(name: str, inputs: Path, setting: Setting, orders: IO[str]) -> None:
    """Be a contender: read all messages whenever a line comes, and say how long it took."""
    content = json.loads(inputs.read_text())
    texts, files = content["texts"], content["pictures"]
    given = texts if files is None else list(zip(texts, map(base64.b64decode, files), strict=True))
    read: Callable[[list[Any]], Answers] = {**TEXT, **PAIRS}[name](setting)
    gc.set_threshold(OBJECTS_PER_COLLECTION)
    gc.freeze()
    for _ in orders:
        began = time.perf_counter()
        answers = read(given)
        print(json.dumps({"seconds": time.perf_counter() - began, "answers": answers}), flush=True)
