"""What the bot takes for a hundred guilds and for a million: measured, simulated, checked and reckoned.

What things take is measured on the bot itself (in a process of its own, on the stand-in for Discord of
tests/wire). How much of a machine may be used is simulated, and the simulation is checked against the real
services on this machine. What people do is assumed (assumptions.toml). Writes
benchmarks/results/capacity.json, the tables of docs/scaling.md and docs/images/capacity.png.

Example: python benchmarks/capacity
"""

import argparse
import asyncio
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
for folder in ("speed", ""):
    sys.path.append(str(ROOT / "benchmarks" / folder))

from arrivals import Traffic, draw
from driving import Seen, drive, saturate
from inputs import draw as draw_messages
from measure import machine, revision
from plan import GUILDS, Cost, Units, load, make, ranges, sensitivity
from real import measure_costs, real_services
from scaling_page import write
from simulation import Costs, Machine, simulated, simulated_services
from store_costs import measure_store
from wire_costs import TICKS_S, TooSlowError, measure_bot

from moodring.bot.turns import Kind

RESULTS: Final = ROOT / "benchmarks" / "results" / "capacity.json"

TEXTS: Final = 300
"""Messages that are written, of the lengths in benchmarks/speed/lengths.json."""

LOADS: Final = (0.3, 0.6, 0.9, 1.2)
"""Shares of what can be read at most, at which the simulation is checked."""

CURVE: Final = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1.0, 1.1, 1.2)
"""Those at which it alone is asked."""

CHECKED: Final = Traffic(guilds=200, burst_s=3.0, texts=TEXTS)
"""Traffic of the check: its bursts are short, so that a short run has many."""

CHECK_S: Final = 30.0
"""Seconds of each load, real ones."""

CURVE_S: Final = 120.0
"""Seconds of each load, simulated ones."""

CURVE_GUILDS: Final = {"many": 1_000, "few": 20}
"""Guilds of the simulated traffic: in many the bursts of one are little; a few make it hard."""

SATURATING: Final = 600
"""Messages that are read as fast as can be, to know how fast that is."""

ROUNDS: Final = 3
"""How often that is done; the median counts."""

STEADY: Final = 0.1
"""What it may differ by before and after a load."""

TRIES: Final = 3
"""How often a load is tried on a machine that is not that steady."""

SEED: Final = 1

PARTS: Final = ("bot", "guild", "store", "check", "curves")
"""What is measured or simulated, in its order."""


class Others:
    """What share of the machine something else takes, from when this was made."""

    def __init__(self) -> None:
        self._before = self._taken()

    def share(self) -> float:
        """Return the share, 0..1."""
        busy, ours, all_s = (now - before for now, before in zip(self._taken(), self._before, strict=True))
        return round(min(1.0, max(0.0, busy - ours) / max(1e-9, all_s)), 3)

    @staticmethod
    def _taken() -> tuple[float, float, float]:
        """Return processor seconds that were busy, ours, and all there were, since some time."""
        ticks = [int(field) for field in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
        idle = ticks[3] + ticks[4]
        times = os.times()
        ours = times.user + times.system + times.children_user + times.children_system
        return (sum(ticks) - idle) / TICKS_S, ours, sum(ticks) / TICKS_S


def _figures(seen: Seen) -> dict[str, float]:
    return {
        "p50_ms": round(seen.percentile(0.5) * 1000, 1),
        "p99_ms": round(seen.percentile(0.99) * 1000, 1),
        "asked_p99_ms": round(seen.percentile(0.99, Kind.ASKED) * 1000, 1),
        "shed": round(seen.shed, 4),
        "answers_s": round(seen.throughput, 1),
    }


def _simulate(costs: Costs, traffic: Traffic, texts: Sequence[str], rate: float, seconds: float) -> Seen:
    arrivals = draw(traffic, rate, seconds, SEED)
    return simulated(lambda: drive(simulated_services(costs, Machine()), arrivals, texts))


def _scaled(costs: Costs, factor: float) -> Costs:
    """Return costs as on a machine that is slower by a factor."""
    return replace(
        costs,
        inference_s={text: seconds * factor for text, seconds in costs.inference_s.items()},
        **{name: getattr(costs, name) * factor for name in ("python_s", "delay_s", "decode_s", "picture_s")},
    )


def check(costs: Costs, texts: Sequence[str], seconds: float) -> dict[str, Any]:
    """Let the same messages come to the real services and to the simulated ones.

    How much can be read at most is foretold from the costs, and compared. A machine that shares its
    processors becomes faster and slower without saying so, and then a load is another one than it was meant
    to be; so what can be read at most is measured before each load and after it. Where that differs, the
    load is tried again. The costs are scaled to it, so that a load is the same share of both.

    Args:
        costs: What a reading takes of this machine.
        texts: What is written.
        seconds: For how long at each load.
    """
    others = Others()
    many = draw(replace(CHECKED, asked=0.0), SATURATING, 1, SEED)
    at_once = 2 * CHECKED.people

    async def most() -> float:
        async with real_services(1) as services:
            await saturate(services, many[:50], texts, at_once)
            again = [f"{text} once more" for text in texts]
            return (await saturate(services, many, again, at_once)).throughput

    def usual_most() -> float:
        return statistics.median(asyncio.run(most()) for _ in range(ROUNDS))

    async def loaded(rate: float) -> Seen:
        async with real_services(1) as services:
            await saturate(services, many[:50], texts, 1)  # the first ones open files
            fresh = [f"{text} again" for text in texts]
            return await drive(services, draw(CHECKED, rate, seconds, SEED), fresh)

    foretold = simulated(
        lambda: saturate(simulated_services(costs, Machine()), many, texts, at_once)
    ).throughput
    loads: list[dict[str, Any]] = []
    read_at_most = [usual_most()]
    for share in LOADS:
        for _ in range(TRIES):
            before = read_at_most[-1]
            seen = asyncio.run(loaded(share * before))
            read_at_most.append(usual_most())
            drift = read_at_most[-1] / before - 1
            if abs(drift) <= STEADY:
                break
        scaled = _scaled(costs, foretold / before)
        loads.append(
            {
                "load": share,
                "most_s": round(before, 1),
                "drift": round(drift, 3),
                "real": _figures(seen),
                "simulated": _figures(_simulate(scaled, CHECKED, texts, share * before, seconds)),
            }
        )
    real = statistics.median(read_at_most)
    scaled = _scaled(costs, foretold / real)
    line = [
        {"load": share, **_figures(_simulate(scaled, CHECKED, texts, share * real, seconds))}
        for share in CURVE
    ]
    return {
        "most_s": {"real": round(real, 1), "foretold": round(foretold, 1)},
        "loads": loads,
        "line": line,
        "others": others.share(),
    }


def curves(costs: Costs, texts: Sequence[str], seconds: float) -> dict[str, Any]:
    """Return what is to be expected at each load, and at which load all is well."""
    assumed, targets = load().rest["bursts"], load().rest["targets"]
    many = draw(Traffic(asked=0.0, texts=len(texts)), SATURATING, 1, SEED)
    most = simulated(lambda: saturate(simulated_services(costs, Machine()), many, texts, 40)).throughput
    found: dict[str, Any] = {}
    for name, guilds in CURVE_GUILDS.items():
        traffic = Traffic(
            guilds=guilds,
            zipf=assumed["zipf"],
            burst_factor=assumed["factor"],
            burst_share=assumed["share"],
            burst_s=assumed["seconds"],
            texts=len(texts),
        )
        found[name] = [
            {"load": share, **_figures(_simulate(costs, traffic, texts, share * most, seconds))}
            for share in CURVE
        ]
    well = [
        point["load"]
        for point in found["many"]
        if point["p99_ms"] <= targets["p99_s"] * 1000 and point["shed"] <= targets["shed"]
    ]
    return {**found, "keeps_up": max(well, default=CURVE[0])}


def _costs() -> tuple[Costs, list[str]]:
    """Return what a reading takes of this machine, and the texts that were read."""
    messages = draw_messages(None, ROOT / "runs" / "data", TEXTS)
    texts = list(dict.fromkeys(message.text for message in messages))[:TEXTS]
    while len(texts) < TEXTS:  # the draw repeats itself
        texts.append(f"{texts[len(texts) % 100]} indeed")
    return measure_costs(texts), texts


def measure(parts: Sequence[str], scale: float) -> dict[str, Any]:
    """Measure, simulate and check.

    Args:
        parts: What of it, of `PARTS`.
        scale: How long, of the usual.

    Raises:
        TooSlowError: The machine is too slow, or busy with something else.
    """
    if not parts:
        return {}
    costs, texts = _costs()
    readings = {**asdict(costs), "inference_s": costs.mean_inference_s}
    found: dict[str, Any] = {
        "machine": machine(),
        "commit": revision(),
        "reading_ms": {
            name.removesuffix("_s"): round(seconds * 1000, 3) for name, seconds in readings.items()
        },
    }
    work: dict[str, Callable[[], dict[str, Any]]] = {
        "bot": lambda: asyncio.run(measure_bot(texts, scale)),
        "guild": measure_guild,
        "store": lambda: asyncio.run(measure_store(round(20_000 * scale))),
        "check": lambda: check(costs, texts, CHECK_S * scale),
        "curves": lambda: curves(costs, texts, CURVE_S * scale),
    }
    for part in parts:
        print(f"capacity: {part}", file=sys.stderr, flush=True)
        found[part] = work[part]()
    return found


def units_of(found: dict[str, Any]) -> Units:
    """Return what things take, as the plan has it.

    What threads take beside inference counts as Python: the tokeniser and what speaks to the database.

    Args:
        found: What was measured.
    """
    bot, store, reading = found["bot"], found["store"], found["reading_ms"]
    headroom = load().rest["targets"]["headroom"]
    text_ms = reading["inference"]
    pictured_ms = 2 * text_ms + reading["picture"]  # its words are read alone as well

    def cost(name: str, inference_ms: float) -> Cost:
        taken = bot[name]
        inference_ms = min(inference_ms, taken["threads_ms"])
        return Cost(taken["loop_ms"] + taken["threads_ms"] - inference_ms, inference_ms, taken["decoders_ms"])

    text = cost("text", text_ms)
    replied = cost("reply", text_ms)
    return Units(
        event=cost("event", 0.0),
        text=text,
        picture=cost("picture", pictured_ms),
        answer=Cost(max(0.0, replied.python - text.python)),
        base_mb=bot["base_mb"],
        thread_mb=bot["thread_mb"],
        decoder_mb=bot["decoder_mb"],
        guild_kb=found["guild"]["bytes_per_guild"] / 1000,
        start_ms=found["guild"]["ms_per_guild"],
        usable=found["curves"]["keeps_up"] * headroom,
        **store,
    )


def reckon(found: dict[str, Any]) -> dict[str, Any]:
    """Return the plans, their ranges, and what moves them most."""
    assumptions, units = load(), units_of(found)
    ranged = ("cores", "memory_mb", "database_mb", "requests_s", "money")
    return {
        "units": asdict(units),
        "plans": [
            {
                **asdict(make(guilds, units, assumptions.typical, assumptions.rest)),
                "ranges": ranges(guilds, units, assumptions, ranged),
            }
            for guilds in GUILDS
        ],
        "sensitivity": {of: sensitivity(GUILDS[2], units, assumptions, of) for of in ("cores", "money")},
    }


def measure_guild() -> dict[str, Any]:
    """Return what another benchmark says of a guild, in a process of its own: its memory is what counts."""
    size = load().rest["guild"]
    command = [sys.executable, str(ROOT / "benchmarks" / "guild_memory.py"), "--json"]
    command += ["--channels", str(size["channels"]), "--roles", str(size["roles"])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    return {name: found[name] for name in ("channels", "roles", "bytes_per_guild", "ms_per_guild")}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="a fifth of the time; writes no page")
    parser.add_argument(
        "--parts", default=",".join(PARTS), help=f"some of {','.join(PARTS)}; the rest is as it was last"
    )
    parser.add_argument("--plan", action="store_true", help="none of them: reckon anew")
    arguments = parser.parse_args()
    parts = [] if arguments.plan else arguments.parts.split(",")
    if unknown := set(parts) - set(PARTS):
        parser.error(f"no part is called {', '.join(sorted(unknown))}")
    found = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    if missing := set(PARTS) - found.keys() - set(parts):
        parser.error(f"nothing is known of {', '.join(sorted(missing))}; measure it first")
    try:
        found |= measure(parts, 0.2 if arguments.quick else 1.0)
    except TooSlowError as error:
        raise SystemExit(f"capacity: {error}") from None
    found |= reckon(found)
    text = json.dumps(found, indent=1)
    if arguments.quick:
        print(text)
        return
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(f"{text}\n", "utf-8")
    write(found)


if __name__ == "__main__":
    main()
