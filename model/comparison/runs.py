"""Every variant in every fold with every seed, one file a run."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from tqdm import tqdm

from ..classifier import SPLIT
from ..labels import SENTIMENTS
from ..metrics import accuracy, weighted_f1
from ..run import TrainingSettings
from .contender import Contender
from .pairs import FOLDS, MAX_TOKENS, Pairs
from .variants import CONDITIONS, Variant

BATCH: Final = 64

GRID: Final = tuple(
    {"tower_rate": tower, "head_rate": head, "epochs": epochs}
    for tower in (5e-5, 1.5e-4)
    for head in (3e-4, 1e-3)
    for epochs in (2,)
)
"""The rates that each strategy chooses from."""


def _stem(variant: Variant) -> str:
    return variant.name.replace(", ", "-").replace(" ", "-")


def run_file(variant: Variant, out: Path, seed: int, fold: int) -> Path:
    """Return where the answers of one run are."""
    return out / f"{_stem(variant)}-seed{seed}-fold{fold}.npz"


def about_file(variant: Variant, out: Path) -> Path:
    """Return where a variant's size, speed and chosen rates are."""
    return out / f"about-{_stem(variant)}.json"


def choose_rates(
    contender: Contender, pairs: Pairs, out: Path, grid: Sequence[Mapping[str, Any]] = GRID
) -> dict[str, Any]:
    """Return the rates of best accuracy and weighted F1 on the pairs kept apart within the first fold.

    Args:
        contender: The variant's network.
        pairs: All pairs.
        out: Folder in which the choice is kept.
        grid: What to choose from.
    """
    path = out / f"rates-{_stem(contender.variant)}.json"
    tried: list[dict[str, Any]] = json.loads(path.read_text("utf-8")) if path.is_file() else []
    training = pairs.fold != 0
    rows, judged = np.flatnonzero(training & ~pairs.inner), np.flatnonzero(training & pairs.inner)
    for rates in grid[len(tried) :]:
        contender.train(pairs, rows, _settings(contender.variant, rates, seed=0))
        found = contender.answer(pairs, judged, "both").argmax(axis=1)
        gold = pairs.sentiment[judged]
        score = (accuracy(gold, found) + weighted_f1(gold, found, len(SENTIMENTS))) / 2
        tried.append({**rates, "score": round(score, 4)})
        path.write_text(json.dumps(tried, indent=1) + "\n", "utf-8")
    best = max(tried, key=lambda each: each["score"])
    return {key: value for key, value in best.items() if key != "score"}


def _settings(variant: Variant, rates: Mapping[str, Any], seed: int) -> TrainingSettings:
    upper = variant.strategy in SPLIT
    return replace(TrainingSettings(batch=BATCH, max_tokens=MAX_TOKENS, seed=seed, upper=upper), **rates)


def compare(
    variants: Sequence[Variant],
    seeds: int,
    pairs: Pairs,
    *,
    init: Path,
    pretrained: Path,
    out: Path,
    products: str = "float32",
    grid: Sequence[Mapping[str, Any]] = GRID,
) -> None:
    """Train and read every variant in every fold with every seed; what is there already is kept.

    Args:
        variants: The contenders.
        seeds: Number of seeds.
        pairs: All pairs.
        init: Folder of the finished text run that all start from.
        pretrained: Folder with the towers' pretrained files.
        out: Folder of the results, one file a run.
        products: Type of the factors of the text tower's matrix products.
        grid: The rates that each variant without another's chooses from.
    """
    out.mkdir(parents=True, exist_ok=True)
    for variant in variants:
        todo = [
            (seed, fold)
            for seed in range(seeds)
            for fold in range(FOLDS)
            if not run_file(variant, out, seed, fold).is_file()
        ]
        described = about_file(variant, out)
        if not todo and described.is_file():
            continue
        contender = Contender(variant, init, pretrained, products)
        if variant.rates_of is None:
            rates = choose_rates(contender, pairs, out, grid)
        else:
            tried = json.loads((out / f"rates-{variant.rates_of}.json").read_text("utf-8"))
            rates = {key: max(tried, key=lambda each: each["score"])[key] for key in grid[0]}
        for seed, fold in tqdm(todo, variant.name, disable=None):
            held = np.flatnonzero(pairs.fold == fold)
            contender.train(pairs, np.flatnonzero(pairs.fold != fold), _settings(variant, rates, seed))
            answers = {
                condition: contender.answer(pairs, held, condition)
                for condition in CONDITIONS
                if seed == 0 or condition == "both"
            }
            kept: dict[str, Any] = {"rows": held, "gold": pairs.sentiment[held], **answers}
            file = run_file(variant, out, seed, fold)
            unfinished = file.with_suffix(".part.npz")
            np.savez(unfinished, **kept)
            unfinished.rename(file)
        about = {
            "variant": asdict(variant),
            "rates": rates,
            "parameters": contender.parameters(),
            "milliseconds": round(contender.milliseconds(pairs), 2),
        }
        described.write_text(json.dumps(about, indent=1) + "\n", "utf-8")
