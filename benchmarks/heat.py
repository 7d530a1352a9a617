"""Whether heat warns of a quarrel before it burns, beside plain averages of the same negativity.

No data set at hand holds conversations that turn, so they are assembled (`conversations.py`). One half of
the texts, by a hash, is for choosing; the figures are of the other. Turns and pace are invented, so all is
measured twice: *telling*, they belong to the kind of talk, and *alike*, they are drawn alike for all kinds
and so say nothing.

Each round draws the texts of the pools anew (a bootstrap of the texts) and assembles its own conversations;
an interval is the middle 95 % of the rounds.

Example: python benchmarks/heat.py --data shared/data --prepared runs/data --out docs/results/heat.json
"""

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import chain, product
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np
from conversations import FELT, JUDGED, KINDS, START, Assembler, Conversation, Pools, pools_of

from moodring.bot.heat import CALM_BELOW, HALF_AFTER, HOT_FROM, SAME_AUTHOR, Heat, HeatMeter, negativity
from moodring.model import Prediction, Predictor, Sample, WeightsError
from moodring.model.data.corpora import CORPORA
from moodring.model.data.prepare import load_split
from moodring.model.data.record import DataError

ROUNDS, CHOOSING, CONVERSATIONS = 40, 12, 500
"""Rounds of the figures, rounds to choose by, and conversations of each round."""
REACHED: Final = {"found": (0.6, 0.7, 0.8), "in_time": (0.4, 0.5, 0.6)}
"""Shares of the quarrels, found at all and found before their first abusive message, at which is compared."""
VARIANTS: Final = {"telling": True, "alike": False}
RARE: Final = 0.01
"""A guess at the share of real conversations that are quarrels; among the assembled ones it is a quarter."""

Values = Mapping[str, np.ndarray]
"""Negativity of all texts, by what reads it."""

Contender = Callable[[Conversation, np.ndarray], Sequence[float]]
"""From a conversation and the negativity of its messages to a level for each of them."""


def moving(count: int) -> Contender:
    """Return the plain average of the last messages."""

    def levels(_: Conversation, values: np.ndarray) -> Sequence[float]:
        sums = np.concatenate((np.zeros(count), np.cumsum(values)))
        return (sums[count:] - sums[:-count]) / count

    return levels


def decayed(half_s: float, calm: int) -> Contender:
    """Return the average in which messages weigh half after some seconds, beside some calm ones."""

    def levels(talk: Conversation, values: np.ndarray) -> Sequence[float]:
        total, weight, last, found = 0.0, 0.0, START, []
        for at, value in zip(talk.times, values.tolist(), strict=True):
            left = 0.5 ** ((at - last).total_seconds() / half_s)
            total, weight, last = total * left + value, weight * left + 1, at
            found.append(total / (weight + calm))
        return found

    return levels


def heats(talk: Conversation, values: np.ndarray, **parameters: float) -> list[Heat]:
    """Return what the measure that ships says, or one with other parameters."""
    meter = HeatMeter(**parameters)
    rows = zip(talk.authors, talk.times, values.tolist(), strict=True)
    return [meter.add(0, author, at, value) for author, at, value in rows]


def heat(**parameters: float) -> Contender:
    """Return the levels of that measure."""
    return lambda talk, values: [each.level for each in heats(talk, values, **parameters)]


def felt(read: Prediction, toxicity: float) -> float:
    """Return negativity as it ships, but for the weight of toxicity."""
    hostile = toxicity * read.toxicity + read.emotions["anger"] + read.emotions["annoyance"]
    return float(np.sqrt(read.sentiments["negative"] * hostile / (toxicity + 2)))


READINGS: Final[Mapping[str, Callable[[Prediction], float]]] = {
    "ships": negativity,
    "toxicity in full": lambda read: felt(read, 1),
    "without toxicity": lambda read: felt(read, 0),
    "anger + annoyance": lambda read: min(1.0, read.emotions["anger"] + read.emotions["annoyance"]),
    "largest": lambda read: max(read.toxicity, read.emotions["anger"], read.emotions["annoyance"]),
    "negative": lambda read: read.sentiments["negative"],
    "toxicity": lambda read: read.toxicity,
}
GRID: Final[Mapping[str, Mapping[str, Contender]]] = {
    "moving average": {f"{count} messages": moving(count) for count in (4, 6, 8, 10, 12)},
    "decayed by time": {
        f"half after {half} s, {calm} calm": decayed(half, calm)
        for half, calm in product((60, 120, 240), (0, 4, 8))
    },
    "heat without turns": {f"half after {half}": heat(half_after=half, same_author=1) for half in (3, 4, 5)},
    "heat": {
        f"half after {half}, same author {same}": heat(half_after=half, same_author=same)
        for half, same in ((3, 0.8), (4, 0.9), (4, 0.8), (4, 0.7), (4, 0.6), (5, 0.8))
    },
}


class Round:
    """Assembled conversations, and what alarms in them are worth.

    The first alarm of a conversation counts, by the place of its message; behind the last message means none.
    In a quarrel, from the onset to the end, it finds it; before, and in all other talk, it is false.
    """

    def __init__(self, pools: Pools, seed: int, *, telling: bool) -> None:
        self.talks = Assembler(pools, seed, telling=telling).assemble(CONVERSATIONS)
        places = [[talk.onset, talk.end, talk.abuse, len(talk.texts)] for talk in self.talks]
        self.onset, self.end, self.abuse, self.length = np.array(places).T[..., None]
        self.kinds = np.array([[talk.kind] for talk in self.talks])
        self.quarrel = self.kinds == "quarrel"

    def worth(self, alarms: np.ndarray) -> dict[str, np.ndarray]:
        """Return shares of the quarrels, and precision, for each column of alarms."""
        found = self.quarrel & (alarms >= self.onset) & (alarms < self.end)
        false = (alarms < self.length) & (~self.quarrel | (alarms < self.onset))
        return {
            "found": found.sum(0) / self.quarrel.sum(),
            "in_time": (found & (alarms < self.abuse)).sum(0) / self.quarrel.sum(),
            "precision": found.sum(0) / np.maximum((found | false).sum(0), 1),
        }

    def figures(self, alarms: np.ndarray) -> dict[str, float]:
        """Return the same for one column, and by how much alarms lead the first abusive message (median)."""
        leads = [
            (talk.abuse - alarm, (talk.times[talk.abuse] - talk.times[alarm]).total_seconds())
            for talk, [alarm] in zip(self.talks, alarms, strict=True)
            if talk.kind == "quarrel" and talk.onset <= alarm < talk.end
        ]
        messages, seconds = np.median(leads, axis=0)
        shares = {name: float(column[0]) for name, column in self.worth(alarms).items()}
        return {**shares, "lead_messages": messages, "lead_s": seconds}

    def compare(self, contender: Contender, values: np.ndarray) -> dict[str, float]:
        """Return figures at the highest bounds that reach `REACHED`; precision 0 if none does."""
        highest = [np.maximum.accumulate(contender(talk, values[talk.texts])) for talk in self.talks]
        bounds = np.unique([levels[-1] for levels in highest])
        alarms = np.array([np.searchsorted(levels, bounds) for levels in highest])
        worth, compared = self.worth(alarms), {}
        for name, share in [(name, share) for name, shares in REACHED.items() for share in shares]:
            reached = np.flatnonzero(worth[name] >= share)[-1:]
            figures = self.figures(alarms[:, reached]) if len(reached) else {"precision": 0.0}
            compared |= {f"{name} {share}: {key}": value for key, value in figures.items()}
        return compared

    def notes(self, values: np.ndarray, **bounds: float) -> dict[str, float]:
        """Return what the notes of the measure that ships are worth, with its bounds or others."""
        rises = [[each.rose for each in heats(talk, values[talk.texts], **bounds)] for talk in self.talks]
        alarms = np.array([[[*rose, True].index(True)] for rose in rises])
        hot, twice = alarms < self.length, np.array([[sum(rose) > 1] for rose in rises])
        figures, others = self.figures(alarms), hot[~self.quarrel].mean()
        right, wrong = RARE * figures["found"], (1 - RARE) * others
        return {
            **figures,
            f"precision if {RARE} are quarrels": right / (right + wrong),
            "twice": twice[hot & self.quarrel].mean(),
            "hot: all but quarrels": others,
            **{f"hot: {kind}": hot[self.kinds == kind].mean() for kind in KINDS},
        }


Rows = Sequence[Mapping[str, float]]


def early(rows: Rows) -> float:
    """Return the figure to choose by: mean precision where as many quarrels are found in time."""
    found = [row[f"in_time {share}: precision"] for row in rows for share in REACHED["in_time"]]
    return round(float(np.mean(found)), 3)


def summary(rows: Rows) -> dict[str, list[float]]:
    """Return the mean of each figure over the rounds that have it, and the middle 95 %."""
    columns = {name: [row[name] for row in rows if name in row] for name in dict.fromkeys(chain(*rows))}
    ends = {name: np.quantile(column, (0.025, 0.975)) for name, column in columns.items()}
    return {name: np.round([np.mean(column), *ends[name]], 3).tolist() for name, column in columns.items()}


def choose(pools: Pools, values: Values, telling: bool) -> dict[str, Any]:
    """Return what parameters, negativity and bounds are chosen by."""
    rounds = [Round(pools, seed, telling=telling) for seed in range(CHOOSING)]

    def compared(contender: Contender, reading: str = "ships") -> Rows:
        return [each.compare(contender, values[reading]) for each in rounds]

    def noted(**bounds: float) -> dict[str, float]:
        means = summary([each.notes(values["ships"], **bounds) for each in rounds])
        return {name: means[name][0] for name in ("found", "in_time", "hot: all but quarrels", "twice")}

    readings = {name: compared(heat(), name) for name in READINGS}
    averaged = {
        name: max(early(compared(each, name)) for each in GRID["moving average"].values())
        for name in READINGS
    }
    return {
        "parameters": {
            family: {label: early(compared(contender)) for label, contender in grid.items()}
            for family, grid in GRID.items()
        },
        "negativity": {
            name: {
                "moving average": averaged[name],
                "heat": early(rows),
                "lead_messages at 0.7 found": summary(rows).get("found 0.7: lead_messages", [None])[0],
            }
            for name, rows in readings.items()
        },
        "hot_from": {hot / 100: noted(hot_from=hot / 100, calm_below=hot / 200) for hot in range(25, 34)},
        "calm_below": {calm: noted(calm_below=calm) for calm in (0.1, 0.15, 0.2, 0.25)},
    }


def compare(pools: Pools, values: Values, best: Mapping[str, str], telling: bool) -> dict[str, Any]:
    """Return the figures of the best of each family, heat's gains on the average, and its notes."""
    rounds = [Round(pools, seed, telling=telling) for seed in range(ROUNDS)]
    rows = {
        family: [each.compare(GRID[family][label], values["ships"]) for each in rounds]
        for family, label in best.items()
    }
    pairs = zip(rows["heat"], rows["moving average"], strict=True)
    return {
        "contenders": {family: summary(found) for family, found in rows.items()},
        "heat - moving average": summary(
            [{key: ours[key] - theirs[key] for key in ours if key in theirs} for ours, theirs in pairs]
        ),
        "notes": summary([each.notes(values["ships"]) for each in rounds]),
    }


def measure(data: Path, prepared: Path) -> dict[str, Any]:
    """Return all figures.

    Raises:
        DataError: Something is missing, or a raw file has changed since it was prepared.
        WeightsError: The weights that ship are missing or damaged.
    """
    records = load_split(
        data, prepared, "dev", [corpus for corpus in CORPORA if corpus.name in FELT + JUDGED]
    )
    pools = {row.text: list(pools_of(name, row)) for name, rows in records.items() for row in rows}
    texts = [text for text, found in pools.items() if found and text.strip()]
    halves: tuple[dict[str, list[int]], ...] = ({}, {})
    for index, text in enumerate(texts):
        for pool in pools[text]:
            halves[hashlib.sha256(text.encode()).digest()[0] % 2].setdefault(pool, []).append(index)
    predictor = Predictor()
    read = predictor.predict([Sample(text) for text in texts])
    values = {name: np.array([reading(each) for each in read]) for name, reading in READINGS.items()}

    with ProcessPoolExecutor(len(VARIANTS), get_context("spawn")) as processes:
        chosen = list(processes.map(partial(choose, halves[0], values), VARIANTS.values()))
        best = {
            family: max(grid, key=lambda label: sum(each["parameters"][family][label] for each in chosen))
            for family, grid in GRID.items()
        } | {"heat": f"half after {HALF_AFTER:g}, same author {SAME_AUTHOR}"}
        compared = processes.map(partial(compare, halves[1], values, best), VARIANTS.values())
        figures = dict(zip(VARIANTS, compared, strict=True))
    return {
        "benchmark": "heat",
        "model": predictor.version,
        "texts": {name: [len(half[name]) for half in halves] for name in halves[0]},
        "best": best,
        "bounds": {"hot_from": HOT_FROM, "calm_below": CALM_BELOW},
        "figures": figures,
        "chosen": dict(zip(VARIANTS, chosen, strict=True)),
    }


def table(figures: Mapping[str, Any]) -> str:
    """Return the comparison as a Markdown table."""
    found, in_time = ("precision at .6 / .7 / .8 found", "precision at .4 / .5 / .6 in time")
    head = ("turns and pace", "measure", found, "in time and lead at .7 found", in_time, "lead at .5 in time")
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for variant, compared in figures.items():
        for family, means in compared["contenders"].items():
            row = {key: mean for key, (mean, *_) in means.items()}
            precisions = [
                " / ".join(f"{row[f'{name} {share}: precision']:.3f}" for share in shares)
                for name, shares in REACHED.items()
            ]
            leads = [
                f"{row[f'{key}: lead_messages']:.1f} messages, {row[f'{key}: lead_s']:.0f} s"
                for key in ("found 0.7", "in_time 0.5")
            ]
            timely = f"{row['found 0.7: in_time']:.3f}, {leads[0]}"
            lines.append(
                f"| {variant} | {family} | {precisions[0]} | {timely} | {precisions[1]} | {leads[1]} |"
            )
    return "\n".join(lines)


def main() -> None:
    """Measure, print the comparison and write all figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the raw data sets")
    parser.add_argument(
        "--prepared", type=Path, required=True, help="folder that `python -m model data` wrote"
    )
    parser.add_argument("--out", type=Path, help="file to write all figures into")
    arguments = parser.parse_args()
    try:
        figures = measure(arguments.data, arguments.prepared)
    except (DataError, WeightsError) as error:
        sys.exit(f"heat: {error}")
    print(table(figures["figures"]))
    if arguments.out is not None:
        arguments.out.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
