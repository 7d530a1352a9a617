"""Draws the comparison of the fusions and writes its table, from what `python -m model compare` measured.

Example: .venv-test/bin/python docs/comparison.py
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import matplotlib.pyplot as plt

DOCS: Final = Path(__file__).parent
RESULTS: Final = DOCS / "comparison.json"
PAGE: Final = DOCS / "comparison.md"
PICTURE: Final = DOCS / "images" / "comparison.png"

REFERENCE: Final = "#c2410c"
OTHER: Final = "#475569"

MARKERS: Final = "osPXD^v"
"""One shape a strategy: no colour has to be told apart."""


def _spread(entry: Mapping[str, Any], figure: str) -> str:
    deviation = entry[f"{figure}_sd"]
    return f"{entry[figure]:.3f}" + (f" ± {deviation:.3f}" if deviation is not None else "")


def _p(entry: Mapping[str, Any], other: str) -> str:
    if other not in entry["p"]:
        return "–"
    return f"{entry['p'][other]:.3f}" if entry["p"][other] >= 0.001 else "< 0.001"


def table(results: Mapping[str, Any]) -> str:
    """Return the results as a page in Markdown."""
    variants: Mapping[str, Mapping[str, Any]] = results["variants"]
    conditions = list(next(iter(variants.values()))["accuracy_by_condition"])
    lines = [
        "# The fusions compared",
        "",
        "Made by `docs/comparison.py` from `docs/comparison.json`, which `python -m model compare` writes;",
        "do not edit by hand. What it means: [the model's page](model.md).",
        "",
        f"{results['pairs']:,} pairs of MVSA-Single in {results['folds']} folds; mean ± standard deviation",
        "over the seeds; *p*: two-sided paired bootstrap of the difference in accuracy from",
        f"{results['reference']}; *ms*: one pair in TensorFlow, two cores, image tower included.",
        "",
        "| | seeds | accuracy | weighted F1 | p | parameters | ms |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, entry in variants.items():
        p = _p(entry, results["reference"])
        lines.append(
            f"| {name} | {entry['seeds']} | {_spread(entry, 'accuracy')} | {_spread(entry, 'weighted_f1')} "
            f"| {p} | {entry['parameters'] / 1e6:.2f} M | {entry['milliseconds']:.0f} |"
        )
    strategies = [name for name in variants if ", " not in name]  # the others are ablations
    lines += [
        "",
        "*p* between the strategies:",
        "",
        f"| | {' | '.join(strategies)} |",
        f"|---|{'---|' * len(strategies)}",
    ]
    for name in strategies:
        lines.append(f"| {name} | {' | '.join(_p(variants[name], other) for other in strategies)} |")
    lines += [
        "",
        "Accuracy by what a pair is read under, first seed:",
        "",
        f"| | {' | '.join(conditions)} |",
        f"|---|{'---|' * len(conditions)}",
    ]
    for name, entry in variants.items():
        figures = " | ".join(f"{entry['accuracy_by_condition'][condition]:.3f}" for condition in conditions)
        lines.append(f"| {name} | {figures} |")
    return "\n".join(lines) + "\n"


def draw(results: Mapping[str, Any], path: Path) -> None:
    """Draw the accuracies with their spread, and how they fall where a part is missing or wrong."""
    variants: Mapping[str, Mapping[str, Any]] = results["variants"]
    names = list(variants)
    figure, (left, right) = plt.subplots(1, 2, figsize=(14, 5), layout="constrained")
    for place, name in enumerate(names):
        entry = variants[name]
        colour = REFERENCE if name == results["reference"] else OTHER
        left.errorbar(
            entry["accuracy"], place, xerr=entry["accuracy_sd"] or 0, fmt="o", color=colour, capsize=3
        )
    left.set_yticks(range(len(names)), names)
    left.invert_yaxis()
    left.set_xlabel(f"accuracy, {results['folds']} folds, mean ± standard deviation over seeds")
    left.grid(axis="x", alpha=0.3)
    conditions = list(variants[names[0]]["accuracy_by_condition"])
    strategies = [name for name in names if ", " not in name]  # the others are ablations
    for place, name in enumerate(strategies):
        reference = name == results["reference"]
        across = [number + (place - len(strategies) / 2) * 0.12 for number in range(len(conditions))]
        values = [variants[name]["accuracy_by_condition"][condition] for condition in conditions]
        right.plot(across, values, MARKERS[place], label=name, markersize=8 if reference else 6)
    right.set_xticks(range(len(conditions)), conditions)
    right.set_ylabel("accuracy, first seed")
    right.tick_params(axis="x", rotation=30)
    right.grid(axis="y", alpha=0.3)
    right.legend(loc="upper left", bbox_to_anchor=(1, 1))
    figure.savefig(path, dpi=110)
    plt.close(figure)


if __name__ == "__main__":
    found = json.loads(RESULTS.read_text("utf-8"))
    PAGE.write_text(table(found), "utf-8")
    draw(found, PICTURE)
