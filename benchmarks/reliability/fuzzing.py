"""Hostile input for everything that is parsed: how many inputs, how long, what broke.

Each target runs in a process of its own, guided by coverage where atheris is installed (Linux on x86-64);
elsewhere inputs are mutated at random. What a target may do stands in ``fuzz_targets.py``; an input that
makes it do anything else is reported with the fault, as base64. Milliseconds are of processor time,
instruments included.

Example: python benchmarks/reliability/fuzzing.py --inputs 50000 --seed 1
"""

import argparse
import base64
import contextlib
import json
import math
import mmap
import os
import random
import signal
import struct
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final, NoReturn

from fuzz_promises import BrokenPromise, Read
from fuzz_targets import TARGETS, Target

try:
    import atheris
except ImportError:  # no wheel for this machine
    atheris = None

LENGTH: Final = struct.Struct("<QI")
"""Before the input that is being read: how many came before, and how long it is."""

MAX_FAULTS: Final = 20
"""Different faults of a target that are kept."""

STARTS: Final = 5
"""Processes that a target may lose before it is given up."""

MEMORY: Final = Path("/dev/shm")  # noqa: S108 - every process has a folder of its own there
"""Where the files are written that parsers read, if there is such a place: a disk would slow them down."""

OVERDUE_S: Final = 1800
"""Seconds after which a process is ended that says nothing."""


class TooSlowError(BaseException):
    """An input took more processor time than its target may take; no handler of errors stops it."""


class Session:
    """Reads inputs until there were enough, and keeps count.

    Args:
        read: The target.
        limit_ms: What an input may take.
        inputs: How many to read.
        current: The memory that the parent looks into when this process dies.
    """

    def __init__(self, read: Read, limit_ms: int, inputs: int, current: mmap.mmap) -> None:
        self._read = read
        self._limit_s = limit_ms / 1000
        self._inputs = inputs
        self._current = current
        self._count = 0
        self._slowest_s = 0.0
        self._faults: dict[str, str] = {}
        self._crashes = 0
        self._started = time.perf_counter()
        signal.signal(signal.SIGVTALRM, _too_slow)

    def one(self, data: bytes) -> None:
        """Read an input; ends the process with the last one."""
        self._current[: LENGTH.size + len(data)] = LENGTH.pack(self._count, len(data)) + data
        began = time.process_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, self._limit_s)
        try:
            self._read(data)
        except TooSlowError:
            self._fault(f"slower than {self._limit_s:g} s", data)
        except Exception as error:  # noqa: BLE001 - whatever a target did not promise is what is looked for
            self._fault(_described(error), data)
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        self._slowest_s = max(self._slowest_s, time.process_time() - began)
        self._count += 1
        if self._count >= self._inputs:
            self._end()

    def _fault(self, what: str, data: bytes) -> None:
        self._crashes += 1
        if len(self._faults) < MAX_FAULTS:
            self._faults.setdefault(what, base64.b64encode(data).decode())

    def _end(self) -> NoReturn:
        figures = {
            "inputs": self._count,
            "seconds": time.perf_counter() - self._started,
            "crashes": self._crashes,
            "slowest_ms": self._slowest_s * 1000,
            "faults": self._faults,
        }
        sys.stdout.write(json.dumps(figures) + "\n")
        sys.stdout.flush()
        os._exit(0)  # libFuzzer would go on


def _too_slow(_signal: int, _frame: object) -> None:
    raise TooSlowError


def _described(error: Exception) -> str:
    """Return what was raised, where, without the values that differ from input to input."""
    frames = traceback.extract_tb(error.__traceback__)
    told = isinstance(error, BrokenPromise)
    last = next(frame for frame in frames if frame.name == "read") if told else frames[-1]
    said = f": {str(error).partition(':')[0]}" if told else ""
    return f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}{said}"


def run_target(name: str, inputs: int, seed: int, current: Path, folder: Path, *, guided: bool) -> None:
    """Fuzz a target in this process, and end it."""
    target = TARGETS[name]
    with (
        atheris.instrument_imports(include=["moodring", *target.parsers])
        if guided
        else contextlib.nullcontext()
    ):
        read = target.open(_made(folder / "work"))
    with current.open("r+b") as file:
        shared = mmap.mmap(file.fileno(), 0)
    session = Session(read, target.limit_ms, inputs, shared)
    for data in target.seeds():
        session.one(data)
    if guided:
        _guided(target, session.one, seed, folder)
    _at_random(target, session.one, seed)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _guided(target: Target, one: Callable[[bytes], None], seed: int, folder: Path) -> NoReturn:
    """Let libFuzzer choose inputs; it keeps what reaches new branches."""
    corpus = _made(folder / "corpus")
    for number, data in enumerate(target.seeds()):
        (corpus / str(number)).write_bytes(data)
    words = folder / "words"
    escaped = (
        "".join(f"\\x{byte:02x}" for byte in word.encode("utf-8", "surrogatepass")) for word in target.words
    )
    words.write_text("".join(f'"{word}"\n' for word in escaped))
    options = {
        "seed": seed,
        "max_len": target.longest,
        "len_control": 0,
        "dict": words,
        "timeout": OVERDUE_S,
        "artifact_prefix": f"{folder}/",
        "rss_limit_mb": 0,
        "verbosity": 0,
        "print_final_stats": 0,
    }
    arguments = [sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(corpus)]
    repair = target.repair
    if repair is None:
        atheris.Setup(arguments, one)
    else:

        def mutate(data: bytes, longest: int, chance: int) -> bytes:
            mutated: bytes = atheris.Mutate(data, longest)
            return repair(mutated)[:longest] if chance % 4 else mutated

        atheris.Setup(arguments, one, custom_mutator=mutate)
    atheris.Fuzz()
    raise SystemExit("libFuzzer ended before there were enough inputs")


def _at_random(target: Target, one: Callable[[bytes], None], seed: int) -> NoReturn:
    """Mutate seeds, and what came of them, without guidance."""
    chance = random.Random(seed)  # noqa: S311 - for repeatable inputs, not for secrets
    pool = list(target.seeds())
    words = [word.encode("utf-8", "surrogatepass") for word in target.words]
    while True:
        data = mutated(chance.choice(pool), chance, words, pool)[: target.longest]
        if target.repair is not None and chance.random() < 0.75:
            data = target.repair(data)[: target.longest]
        if chance.random() < 0.02:
            pool[chance.randrange(len(pool))] = data
            pool += target.seeds() if chance.random() < 0.01 else []
        one(data)


def mutated(data: bytes, chance: random.Random, words: Sequence[bytes], others: Sequence[bytes]) -> bytes:
    """Return bytes with a few changes.

    Args:
        data: What to change.
        chance: The source of randomness.
        words: What may be put in.
        others: What parts may be taken from.
    """
    changed = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(changed))
        length = chance.randint(0, min(16, len(changed) - at))
        match chance.randrange(6):
            case 0 if at < len(changed):
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                changed[at : at + length] = chance.randbytes(chance.randint(0, 8))
            case 2 if words:
                changed[at : at + length] = chance.choice(words)
            case 3:
                changed[at:at] = changed[at : at + length] * chance.randint(1, 4)
            case 4:
                other = chance.choice(others)
                start = chance.randint(0, len(other))
                changed[at : at + length] = other[start : start + chance.randint(0, 32)]
            case _:
                del changed[at : at + length]
    return bytes(changed)


def fuzz(name: str, inputs: int, seed: int, *, guided: bool) -> dict[str, Any]:
    """Fuzz a target in processes of its own, and return its figures."""
    figures: dict[str, Any] = {"inputs": 0, "seconds": 0.0, "crashes": 0, "guided": guided, "slowest_ms": 0.0}
    faults: dict[str, str] = {}
    for start in range(STARTS):
        left = inputs - figures["inputs"]
        if left <= 0:
            break
        result = _process(name, left, seed + 1000 * start, guided=guided)
        faults |= result.pop("faults")
        for key in ("inputs", "seconds", "crashes"):
            figures[key] += result[key]
        figures["slowest_ms"] = max(figures["slowest_ms"], result["slowest_ms"])
    rounded = {key: round(value, 1) if isinstance(value, float) else value for key, value in figures.items()}
    return rounded | ({"faults": faults} if faults else {})


def _process(name: str, inputs: int, seed: int, *, guided: bool) -> dict[str, Any]:
    """Run a target's process; one that dies is itself a fault, by its last input."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as made:
        folder = Path(made)
        current = folder / "current"
        longest = max(TARGETS[name].longest, *map(len, TARGETS[name].seeds()))
        current.write_bytes(bytes(LENGTH.size + longest))
        command = [sys.executable, __file__, "--target", name, "--inputs", str(inputs), "--seed", str(seed)]
        command += ["--folder", made, *(() if guided else ("--unguided",))]
        environment = {key: value for key, value in os.environ.items() if not key.startswith("MOODRING_")}
        environment |= {"OPENBLAS_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
        began = time.perf_counter()
        try:
            done = subprocess.run(
                command, env=environment, capture_output=True, text=True, timeout=OVERDUE_S, check=False
            )
            lines = done.stdout.splitlines()
            if done.returncode == 0 and lines:
                found: dict[str, Any] = json.loads(lines[-1])
                return found
            why = f"the process died ({done.returncode}): {' '.join(done.stderr.split())[-300:]}"
        except subprocess.TimeoutExpired:
            why = "the process hangs"
        count, length = LENGTH.unpack_from(data := current.read_bytes())
        last = base64.b64encode(data[LENGTH.size : LENGTH.size + length]).decode()
        seconds = time.perf_counter() - began
        return {
            "inputs": count + 1,
            "seconds": seconds,
            "crashes": 1,
            "slowest_ms": 0.0,
            "faults": {why: last},
        }


def main() -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--inputs", type=int, default=50_000, help="inputs of all targets together")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1, help="targets at the same time")
    parser.add_argument("--only", nargs="*", choices=TARGETS, help="these targets alone")
    parser.add_argument("--out", type=Path, help="file for the figures")
    parser.add_argument("--unguided", action="store_true", help="mutate at random even with atheris")
    parser.add_argument("--target", choices=TARGETS, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    guided = atheris is not None and not arguments.unguided
    if arguments.target:
        folder: Path = arguments.folder
        run_target(
            arguments.target, arguments.inputs, arguments.seed, folder / "current", folder, guided=guided
        )
    names = arguments.only or list(TARGETS)
    shares = sum(TARGETS[name].share for name in names)

    def one(name: str) -> dict[str, Any]:
        inputs = math.ceil(arguments.inputs * TARGETS[name].share / shares)
        found = fuzz(name, inputs, arguments.seed, guided=guided)
        print(
            f"{name:<14}{found['inputs']:>10,} inputs {found['seconds']:>8.1f} s "
            f"{found['crashes']:>6} crashes, slowest {found['slowest_ms']:.1f} ms",
            flush=True,
        )
        for what in found.get("faults", ()):
            print(f"    {what}", flush=True)
        return found

    began = time.perf_counter()
    with ThreadPoolExecutor(arguments.jobs) as pool:
        figures = dict(zip(names, pool.map(one, names), strict=True))
    total = sum(found["inputs"] for found in figures.values())
    crashes = sum(found["crashes"] for found in figures.values())
    how = "guided by coverage" if guided else "at random, without guidance"
    print(f"{total:,} inputs {how}, {crashes} crashes, {time.perf_counter() - began:.0f} s")
    if arguments.out:
        arguments.out.write_text(json.dumps(figures, indent=2) + "\n")
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
