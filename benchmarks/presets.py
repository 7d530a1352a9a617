"""How well the presets of `bot/guild_settings.py` flag, in a stream of which 2 % is toxic.

No set is such a stream, so it is weighted together of two sides: 2 % of it is like the toxic rows of the
sets, 98 % like rows that nobody found toxic. What some readers found toxic and most did not is counted apart.
What the clean side is made of decides the precision, so there are several, and each is weighted in two ways.

The figures of `hold` are the result: no training touched it. Those of `dev`, on which the numbers of the
presets were chosen, stand beside them, with a grid of other bars.

Example: python benchmarks/presets.py --data shared/data --prepared runs/data
"""

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from moodring.bot.guild_settings import PRESETS, GuildSettings
from moodring.bot.rules import EMOTIONS_OF, Bars, Group, flag_of
from moodring.model import Prediction, Predictor, Sample, WeightsError
from moodring.model.data import CORPORA, DataError, Part, Record, load_split
from moodring.model.evaluation import SEXISM_SET, TOXIC_FROM, TOXICITY_SETS, is_calm

PREVALENCE: Final = 0.02
"""Share of the stream that is toxic."""

TOXIC_SETS: Final = (*TOXICITY_SETS, "toxic_spans")
ORDINARY: Final = ("vader_tweets", "convabuse", "surge_toxicity")
"""Sets whose clean rows are talk as it comes; of the tweets nobody judged the toxicity."""

PROVOKING: Final = ("hatemoji", "davidson")
"""Sets whose clean rows were written, or searched by keyword, to look toxic."""

FEELINGS: Final = ("goemotions", "chat")
"""Sets whose rows have emotions; they have no hold part."""

READ: Final = frozenset({*TOXIC_SETS, *ORDINARY, *FEELINGS, SEXISM_SET})

CLEAN_SIDES: Final = ("ordinary", "provoking", "calm_comments", "all_comments", "chat_lines")

GRID: Final = (0.5, 0.6, 0.65, 0.7, 0.75, 0.8, 0.82, 0.84, 0.85, 0.86, 0.88, 0.9, 0.92, 0.94, 0.96)
"""Bars of toxicity among which those of the presets were chosen."""

RESAMPLES: Final = 10_000

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Rows: TypeAlias = Sequence[tuple[Record, Prediction]]
Side: TypeAlias = dict[str, list[Prediction]]
"""By set: what was read of its rows that stand on this side."""

Formula: TypeAlias = Callable[..., Any]
"""Makes a figure of one share or more, each a number or drawn many times."""

WEIGHTINGS: Final[dict[str, Callable[[Ints], Floats]]] = {
    "sets_alike": lambda rows: np.full(len(rows), 1 / len(rows)),
    "rows_alike": lambda rows: rows / rows.sum(),
}
"""What each set weighs on its side, given how many rows it has there."""


def _bootstrap(random: np.random.Generator, flagged: Ints, rows: Ints) -> Floats:
    """Draw the rows of each set anew: how many of them are flagged then is binomial."""
    return random.binomial(rows, flagged / rows, (RESAMPLES, len(rows))) / rows


def _jeffreys(random: np.random.Generator, flagged: Ints, rows: Ints) -> Floats:
    """Draw the shares that these counts may come from (Brown, Cai & DasGupta, 2001)."""
    return random.beta(flagged + 0.5, rows - flagged + 0.5, (RESAMPLES, len(rows)))


INTERVALS: Final = {"bootstrap": _bootstrap, "jeffreys": _jeffreys}
"""The second as well, since a bootstrap takes a share of which it saw no case for impossible."""


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a side is flagged.

    Attributes:
        flagged: By set, int (k,).
        rows: By set, int (k,).
        weights: By set, float (k,); their sum is 1.
    """

    flagged: Ints
    rows: Ints
    weights: Floats

    def estimate(self) -> float:
        """Return the share, 0..1."""
        return float(self.flagged / self.rows @ self.weights)


def figure(formula: Formula, *shares: Share) -> dict[str, Any]:
    """Return a figure made of shares, with its 95 % intervals by name of `INTERVALS`."""
    found: dict[str, Any] = {"estimate": _rounded(formula(*(share.estimate() for share in shares)))}
    for name, draw in INTERVALS.items():
        random = np.random.default_rng(0)
        drawn = [draw(random, share.flagged, share.rows) @ share.weights for share in shares]
        found[name] = [_rounded(end) for end in np.percentile(formula(*drawn), (2.5, 97.5))]
    return found


def itself(share: Any) -> Any:
    """Return a share as it is: the recall, of toxic rows."""
    return share


def false_alarms(clean: Any) -> Any:
    """Return how many of 1,000 messages of the stream are flagged although they are clean."""
    return 1_000 * (1 - PREVALENCE) * clean


def precision(toxic: Any, clean: Any) -> Any:
    """Return which share of what is flagged in the stream is toxic."""
    right, wrong = PREVALENCE * toxic, (1 - PREVALENCE) * clean
    return right / (right + wrong)


def sides(read: Mapping[str, Rows]) -> dict[str, Side]:
    """Return what was read of each side's rows; without the sets, and the sides, that have none."""

    def of(names: Sequence[str], belongs: Callable[[Record], bool]) -> Side:
        found = {name: [each for record, each in read[name] if belongs(record)] for name in names}
        return {name: predictions for name, predictions in found.items() if predictions}

    def toxic(record: Record) -> bool:
        return record.toxicity is not None and record.toxicity >= TOXIC_FROM

    def disputed(record: Record) -> bool:
        return record.toxicity is not None and 0 < record.toxicity < TOXIC_FROM

    def clean(record: Record) -> bool:
        return not toxic(record) and not disputed(record)

    found = {
        "toxic": of(TOXIC_SETS, toxic),
        "ordinary": of(ORDINARY, clean),
        "provoking": of(PROVOKING, clean),
        "disputed": of(TOXICITY_SETS, disputed),
        "sexist": of([SEXISM_SET], toxic),
        "not_sexist": of([SEXISM_SET], disputed),  # its toxicity nobody judged
        "calm_comments": of(["goemotions"], lambda record: bool(is_calm([record])[0])),
        "all_comments": of(["goemotions"], lambda _: True),
        "chat_lines": of(["chat"], clean),
        "abusive_chat_lines": of(["chat"], toxic),
    }
    return {name: side for name, side in found.items() if side}


def shares(side: Side, bars: Bars) -> dict[str, Share]:
    """Return how much of a side is flagged for toxicity, by weighting; one set alone has only one."""
    flagged = np.array([sum(_is_card(each, bars, Group.TOXICITY) for each in side[name]) for name in side])
    rows = np.array([len(side[name]) for name in side])
    ways = WEIGHTINGS if len(side) > 1 else ("rows_alike",)
    return {way: Share(flagged, rows, WEIGHTINGS[way](rows)) for way in ways}


def preset_figures(found: Mapping[str, Side], bars: Bars) -> dict[str, Any]:
    """Return counts, recall, false alarms and precision of one preset on one part."""
    measured = {name: shares(side, bars) for name, side in found.items()}
    toxic = measured["toxic"]
    clean = {name: measured[name] for name in CLEAN_SIDES if name in measured}
    return {
        "flagged_of_rows": {
            name: {
                source: [int(flagged), int(rows)]
                for source, flagged, rows in zip(
                    found[name], each["rows_alike"].flagged, each["rows_alike"].rows, strict=True
                )
            }
            for name, each in measured.items()
        },
        "recall": {way: figure(itself, share) for way, share in toxic.items()},
        "false_alarms_per_1000": {
            name: {way: figure(false_alarms, share) for way, share in side.items()}
            for name, side in clean.items()
        },
        "precision": {
            name: {
                f"toxic_{one}": {
                    f"clean_{other}": figure(precision, right, wrong) for other, wrong in side.items()
                }
                for one, right in toxic.items()
            }
            for name, side in clean.items()
        },
    }


def grid_figures(found: Mapping[str, Side]) -> dict[str, Any]:
    """Return recall, and false alarms per 1,000 messages, at each bar of the grid."""
    figures = {}
    for bar in GRID:
        bars = GuildSettings().changed(flag_toxicity=bar).bars
        measured = {name: shares(found[name], bars) for name in ("toxic", *CLEAN_SIDES)}
        figures[str(bar)] = {
            "recall": {way: figure(itself, share) for way, share in measured["toxic"].items()},
            "false_alarms_per_1000": {
                name: {way: _rounded(false_alarms(share.estimate())) for way, share in measured[name].items()}
                for name in CLEAN_SIDES
            },
        }
    return figures


def feeling_figures(rows: Rows, bars: Bars, group: Group) -> dict[str, Any]:
    """Return how often rows get a card for what their author feels, and how often a label says so too.

    Args:
        rows: Of a set with emotions.
        bars: The preset's.
        group: Distress; or anger, as if every row stood in a conversation that has heated up.
    """
    labelled = np.array([not (record.emotions or set()).isdisjoint(EMOTIONS_OF[group]) for record, _ in rows])
    card = np.array([_is_card(each, bars, group) for _, each in rows])
    cards, right = np.array([card.sum()]), np.array([(card & labelled).sum()])
    return {
        "rows": len(rows),
        "labelled": int(labelled.sum()),
        "cards": int(cards[0]),
        "cards_per_1000": _rounded(1_000 * card.mean()),
        "precision": figure(itself, Share(right, cards, np.ones(1))) if cards[0] else None,
    }


def measure(data: Path, prepared: Path) -> dict[str, Any]:
    """Return all figures.

    Args:
        data: Folder that holds the raw data sets.
        prepared: Folder that ``python -m model data`` wrote.

    Raises:
        DataError: Something is missing, or a raw file has changed since it was prepared.
        WeightsError: The weights that ship are missing or damaged.
    """
    predictor = Predictor()
    presets = {name: GuildSettings().changed(**numbers).bars for name, numbers in PRESETS.items()}
    figures: dict[str, Any] = {
        "benchmark": "presets",
        "model": predictor.version,
        "prevalence": PREVALENCE,
        "presets": PRESETS,
    }
    parts: tuple[Part, ...] = ("hold", "dev")
    read = {part: _read(predictor, data, prepared, part) for part in parts}
    for part in parts:
        found = sides(read[part])
        figures[part] = {name: preset_figures(found, bars) for name, bars in presets.items()}
    figures["dev_grid"] = grid_figures(sides(read["dev"]))
    figures["dev_feelings"] = {
        name: {
            str(group): {source: feeling_figures(read["dev"][source], bars, group) for source in FEELINGS}
            for group in EMOTIONS_OF
        }
        for name, bars in presets.items()
    }
    return figures


def _read(predictor: Predictor, data: Path, prepared: Path, part: Part) -> dict[str, Rows]:
    records = load_split(data, prepared, part, [corpus for corpus in CORPORA if corpus.name in READ])
    return {
        name: list(zip(rows, predictor.predict([Sample(row.text) for row in rows]), strict=True))
        for name, rows in records.items()
    }


def _is_card(prediction: Prediction, bars: Bars, group: Group) -> bool:
    flag = flag_of(prediction, bars, hot=group is Group.ANGER)
    return flag is not None and flag.group is group


def _rounded(value: float) -> float:
    return round(float(value), 4)


def main() -> None:
    """Measure and print as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the raw data sets")
    parser.add_argument("--prepared", type=Path, default=Path("runs/data"), help="what `data` wrote")
    parser.add_argument("--out", type=Path, help="file to write the figures into as well")
    arguments = parser.parse_args()
    try:
        figures = json.dumps(measure(arguments.data, arguments.prepared), indent=2)
    except (DataError, WeightsError) as error:
        sys.exit(f"presets: {error}")
    print(figures)
    if arguments.out is not None:
        arguments.out.write_text(figures + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
