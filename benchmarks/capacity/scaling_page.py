"""The tables of docs/scaling.md and its picture, made of what was found."""

import math
import runpy
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from plan import Assumptions, load

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "scaling.md"
PICTURE: Final = ROOT / "docs" / "images" / "capacity.png"

REAL: Final = "#c2410c"
SIMULATED: Final = "#475569"

QUIET: Final = 0.1
"""Share of the machine that something else may take while the simulation is checked against it, and share by
which the machine may have become faster or slower during a load."""

Found = Mapping[str, Any]


def rounded(value: float) -> str:
    """Return a number with two digits that count: the next one would say more than is known."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "–"
    digits = 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, digits):,.{max(0, digits)}f}"


def money(amount: float) -> str:
    """Return an amount without the digits that are not known."""
    return f"{float(f'{amount:.2g}'):,.0f}"


def spread(pair: Sequence[float], unit: Callable[[float], str] = rounded) -> str:
    """Return a range."""
    low, high = map(unit, pair)
    return low if low == high else f"{low} – {high}"


def size(megabytes: float) -> str:
    """Return a size in the unit that suits it."""
    for unit, factor in (("TB", 1e6), ("GB", 1e3)):
        if megabytes >= factor:
            return f"{rounded(megabytes / factor)} {unit}"
    return f"{rounded(megabytes)} MB"


def duration(seconds: float) -> str:
    """Return a time in the unit that suits it."""
    if seconds < 1:
        return "at once"
    return f"{rounded(seconds / 60)} min" if seconds >= 60 else f"{rounded(seconds)} s"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], *, words: int = 1) -> str:
    """Return a Markdown table whose first columns are words, and the others numbers."""
    line = "|".join(["---"] * words + ["---:"] * (len(head) - words))
    return (
        "".join(f"| {' | '.join(row)} |\n" for row in [head])
        + f"|{line}|\n"
        + "".join(f"| {' | '.join(row)} |\n" for row in rows)
    )


def units(found: Found) -> str:
    """Return what things take."""
    names = {
        "event": "an event of the gateway that is nobody's concern",
        "text": "a watched message, read",
        "picture": "one with a picture",
        "answer": "a reply to it, beside",
    }
    measured, guild = found["units"], found["guild"]
    rows = [
        [said, *(rounded(measured[name][part]) for part in ("python", "inference", "decoding"))]
        for name, said in names.items()
    ]
    table = _table(["milliseconds of a core", "Python", "inference", "decoding"], rows)
    memory = [
        ("a process, one inference thread", size(measured["base_mb"])),
        ("a further inference thread", size(measured["thread_mb"])),
        ("a decoder", size(measured["decoder_mb"])),
        (
            f"a guild with {guild['channels']} channels and {guild['roles']} roles",
            f"{rounded(measured['guild_kb'])} kB",
        ),
        ("on disk: an hour of a channel's feelings", f"{rounded(measured['mood_bytes'])} bytes"),
        ("on disk: a case, without its events", f"{rounded(measured['case_bytes'])} bytes"),
        ("on disk: an event of a case", f"{rounded(measured['event_bytes'])} bytes"),
        ("on disk: an answer, for a day", f"{rounded(measured['answer_bytes'])} bytes"),
        ("transactions a second that SQLite makes durable here", rounded(measured["commits_s"])),
    ]
    return f"{table}\n{_table(['memory and disk', ''], memory)}\nMeasured on {found['machine']}.\n"


def check(found: Found) -> str:
    """Return how far the simulation is from the real services."""
    most = found["check"]["most_s"]
    rows = []
    for each in found["check"]["loads"]:
        real, simulated = each["real"], each["simulated"]
        rows.append(
            [
                f"{each['load']:.0%}",
                *(
                    f"{rounded(real[name])} / {rounded(simulated[name])}"
                    for name in ("p50_ms", "p99_ms", "asked_p99_ms")
                ),
                f"{real['shed']:.1%} / {simulated['shed']:.1%}",
                f"{rounded(real['answers_s'])} / {rounded(simulated['answers_s'])}",
            ]
        )
    head = ["load", "p50 ms", "p99 ms", "p99 ms, asked", "shed", "answers a second"]
    text = _table(head, rows)
    off = most["foretold"] / most["real"] - 1
    worst = {
        name: max((_off(each, name) for each in found["check"]["loads"]), key=abs)
        for name in ("p50_ms", "p99_ms")
    }
    shed = max(abs(each["simulated"]["shed"] - each["real"]["shed"]) for each in found["check"]["loads"])
    others = found["check"]["others"]
    drift = max((each["drift"] for each in found["check"]["loads"]), key=abs)
    quiet = others <= QUIET and abs(drift) <= QUIET
    warning = "" if quiet else "**Not to be relied on, run it again on a quiet machine.** "
    return (
        f"{text}\nReal / simulated. At most {rounded(most['real'])} messages a second were read; of what one "
        f"takes {rounded(most['foretold'])} were foretold, {_signed(off)}. Furthest off at any load: p50 "
        f"{_signed(worst['p50_ms'])}, p99 {_signed(worst['p99_ms'])}, what is shed {shed * 100:.1f} points. "
        f"{warning}Meanwhile {others:.0%} of the machine were taken by something else, and what it reads at "
        f"most changed by {_signed(drift)} during a load.\n"
    )


def _off(each: Found, name: str) -> float:
    return float(each["simulated"][name] / each["real"][name] - 1) if each["real"][name] else 0.0


def _signed(share: float) -> str:
    return f"{share:+.0%}".replace("-", "−")


def curve(found: Found) -> str:
    """Return what is to be expected at each load."""
    rows = []
    for many, few in zip(found["curves"]["many"], found["curves"]["few"], strict=True):
        cells = [
            cell
            for each in (many, few)
            for cell in (rounded(each["p99_ms"]), rounded(each["asked_p99_ms"]), f"{each['shed']:.1%}")
        ]
        rows.append([f"{many['load']:.0%}", *cells])
    head = ["load", "p99 ms", "asked", "shed", "few guilds: p99 ms", "asked", "shed"]
    return (
        _table(head, rows)
        + f"\nSo a core may be busy for {found['units']['usable']:.0%} of the busiest hour.\n"
    )


def plans(found: Found) -> str:
    """Return what numbers of guilds take."""
    currency = load().rest["prices"]["currency"]
    cells: dict[str, Callable[[Found], str]] = {
        "messages read a second, busiest hour": lambda plan: rounded(plan["readings_s"]),
        "events of the gateway a second": lambda plan: rounded(plan["events_s"]),
        "busy cores": lambda plan: f"{rounded(plan['cores'])} ({spread(plan['ranges']['cores'])})",
        "shards": lambda plan: f"{plan['shards']:,}",
        "start until all are there": lambda plan: duration(plan["start_s"]),
        "processes × inference threads": lambda plan: f"{plan['processes']:,} × {plan['threads']}",
        "memory": lambda plan: f"{size(plan['memory_mb'])} ({spread(plan['ranges']['memory_mb'], size)})",
        "database": lambda plan: (
            f"{'PostgreSQL' if plan['postgres'] else 'SQLite'}, {size(plan['database_mb'])} "
            f"({spread(plan['ranges']['database_mb'], size)})"
        ),
        "transactions a second": lambda plan: rounded(plan["writes_s"]),
        "requests to Discord a second, of 50": lambda plan: (
            f"{rounded(plan['requests_s'])} ({spread(plan['ranges']['requests_s'])})"
        ),
        "machines": lambda plan: f"{plan['machines']} × {plan['machine']}",
        f"{currency}": lambda plan: f"{money(plan['money'])} ({spread(plan['ranges']['money'], money)})",
    }
    rows = [[name, *(cell(plan) for plan in found["plans"])] for name, cell in cells.items()]
    return _table(["guilds", *(f"{plan['guilds']:,}" for plan in found["plans"])], rows)


def moves(found: Found) -> str:
    """Return which assumption moves cores and the bill most."""
    bill = {name: (low, high) for name, low, high in found["sensitivity"]["money"]}
    rows = [
        [f"`{name}`", spread((low, high)), spread(bill[name], money)]
        for name, low, high in found["sensitivity"]["cores"]
    ]
    return _table(["assumption, from low to high", "busy cores", load().rest["prices"]["currency"]], rows)


def assumed(assumptions: Assumptions) -> str:
    """Return what is assumed."""
    rows = [
        [
            f"`{name}`",
            each.unit,
            each.source,
            *(f"{value:g}" for value in (each.low, each.typical, each.high)),
        ]
        for name, each in assumptions.use.items()
    ]
    return _table(["name", "what", "from", "low", "typical", "high"], rows, words=3)


def tables(found: Found) -> dict[str, str]:
    """Return all tables of the page, by the names of their marks."""
    return {
        "capacity-plan": plans(found),
        "capacity-moves": moves(found),
        "capacity-assumed": assumed(load()),
        "capacity-units": units(found),
        "capacity-load": curve(found),
        "capacity-check": check(found),
    }


def write(found: Found) -> None:
    """Bring the page and its picture up to date."""
    with_tables = runpy.run_path(str(ROOT / "docs" / "generate.py"))["with_tables"]
    PAGE.write_text(with_tables(PAGE.read_text("utf-8"), tables(found)), "utf-8")
    draw(found, PICTURE)


def draw(found: Found, path: Path) -> None:
    """Draw waits and what is shed against load, simulated and real."""
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(12, 4.5), layout="constrained")
    line, real = found["check"]["line"], found["check"]["loads"]
    many = found["curves"]["many"]
    for axes, name, factor in ((left, "p99_ms", 1e-3), (right, "shed", 100.0)):
        for points, style, label in (
            (line, "-", "simulated, as in the check"),
            (many, "--", "simulated, bursts of a minute"),
        ):
            axes.plot(
                [100 * point["load"] for point in points],
                [factor * point[name] for point in points],
                style,
                color=SIMULATED,
                label=label,
            )
        axes.plot(
            [100 * each["load"] for each in real],
            [factor * each["real"][name] for each in real],
            "o",
            color=REAL,
            label="real services",
        )
        axes.set_xlabel("load, % of what can be read at most")
        axes.grid(alpha=0.3)
    left.set_yscale("log")
    left.set_ylabel("seconds until 99 of 100 are answered")
    right.set_ylabel("% shed")
    right.legend()
    figure.savefig(path, dpi=110)
    plt.close(figure)
