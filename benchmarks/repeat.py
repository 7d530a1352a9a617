"""Whether two runs with one seed end in the same network, on this machine's processor.

The text tower and then the fusion are trained twice, with the recipe's settings on the first rows of every
set, and compared: the largest difference of any weight, and of any probability on the first dev rows.

Example: python benchmarks/repeat.py --data ~/data
"""

import argparse
import json
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy as np

from moodring.model.batches import build_rows
from moodring.model.classifier import EmotionClassifier
from moodring.model.data import Record, load_split
from moodring.model.encoders.pretrained import find_pretrained
from moodring.model.recipe import PAIRS, TEXT
from moodring.model.run import TrainingSettings, load_run, read_manifest
from moodring.model.text import Tokenizer
from moodring.model.training import train
from moodring.model.validation import answer

ROWS, DEV_ROWS = 400, 100
"""Training and dev rows of every set."""

Records = Mapping[str, Sequence[Record]]


def _first(records: Records, count: int, pairs: bool) -> dict[str, Sequence[Record]]:
    return {name: group[:count] for name, group in records.items() if not pairs or group[0].image is not None}


def _difference(
    one: EmotionClassifier, other: EmotionClassifier, dev: Records, tokenizer: Tokenizer
) -> float:
    rows = build_rows(dev, tokenizer, TEXT.max_tokens)
    said = [answer(network, rows).probabilities() for network in (one, other)]
    return max(float(np.abs(said[0][task] - said[1][task]).max()) for task in said[0])


def measure(data: Path, prepared: Path, pretrained: Path, products: str, out: Path) -> dict[str, Any]:
    """Return the differences by run."""
    tokenizer = Tokenizer(find_pretrained(pretrained, "tokenizer.json"))
    every, dev = (load_split(data, prepared, part) for part in ("train", "dev"))

    def run(name: str, settings: TrainingSettings, init: Path | None = None) -> Path:
        pairs = init is not None
        train(
            replace(settings, products=products, epochs=1, views=0),
            train_records=_first(every, ROWS, pairs),
            dev_records={},
            tokenizer=tokenizer,
            pretrained=pretrained,
            out=out / name,
            data_checksums={},
            init=init,
        )
        return out / name

    found: dict[str, Any] = {"rows": ROWS, "dev_rows": DEV_ROWS, "products": products}
    first: Path | None = None
    for name, settings in (("text", TEXT), ("pairs", PAIRS)):
        runs = [run(f"{name}-{number}", settings, first) for number in range(2)]
        one, other = (load_run(each, products) for each in runs)
        weights = zip(one.get_weights(), other.get_weights(), strict=True)
        found[name] = {
            "steps": _steps(runs[0]),
            "largest_difference_of_weights": max(
                float(np.abs(a.astype(float) - b.astype(float)).max()) for a, b in weights
            ),
            "largest_difference_of_probabilities": _difference(
                one, other, _first(dev, DEV_ROWS, first is not None), tokenizer
            ),
        }
        first = runs[0]
    found["versions"] = read_manifest(runs[0])["versions"]
    return found


def _steps(run: Path) -> int:
    lines = (run / "log.jsonl").read_text("utf-8").splitlines()
    return max(json.loads(line)["step"] for line in lines)


def main() -> None:
    """Measure and print as JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the raw data sets")
    parser.add_argument("--prepared", type=Path, default=Path("runs/data"), help="what `data` wrote")
    parser.add_argument("--pretrained", type=Path, default=Path("build/pretrained"), help="pretrained towers")
    parser.add_argument("--products", default="float32", help="as in training")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(
            arguments.data, arguments.prepared, arguments.pretrained, arguments.products, Path(folder)
        )
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
