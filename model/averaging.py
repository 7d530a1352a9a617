"""One network from several runs of the same start: the mean of their weights.

Runs that differ by their seed alone end in the same valley, and the middle of it generalises better than each
of them, at the price of none ("model soups", Wortsman et al., 2022, https://arxiv.org/abs/2203.05482).
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from keras import ops

from .batches import build_rows
from .data import Record
from .text import Tokenizer
from .training import MANIFEST_FILE, WEIGHTS_FILE, load_run, read_manifest
from .validation import dev_scores


class AveragingError(RuntimeError):
    """Runs do not belong together; the message is one line."""


def average(
    runs: Sequence[Path], out: Path, dev_records: Mapping[str, Sequence[Record]], tokenizer: Tokenizer
) -> dict[str, Any]:
    """Write a run whose weights are the mean of those of finished runs.

    Args:
        runs: Their folders. They differ by their seed alone and start from the same run, fusion included.
        out: Folder of the run to write.
        dev_records: Dev records by set, for the manifest.
        tokenizer: The text tower's.

    Returns:
        The manifest, also written to ``out``: that of the first run, with the seeds ``averaged``
        and figures of its own.

    Raises:
        TrainingError: A folder holds no finished run.
        AveragingError: The runs differ by more than their seed, or have no common start.
    """
    manifests = [read_manifest(run) for run in runs]
    first = manifests[0]
    for run, manifest in zip(runs, manifests, strict=True):
        if _but_for_the_seed(manifest) != _but_for_the_seed(first):
            raise AveragingError(f"{run} and {runs[0]} differ by more than their seed")
    start = first["started_from"]
    if start is None or start["settings"]["strategy"] != first["settings"]["strategy"]:
        raise AveragingError("the runs have no common start: their fusion began anew with each seed")
    classifier = load_run(runs[0])
    others = [load_run(run) for run in runs[1:]]
    for weight, *same in zip(classifier.weights, *(other.weights for other in others), strict=True):
        if weight.dtype == "float32":  # the others are tables of whole numbers that no training moves
            weight.assign(np.mean([ops.convert_to_numpy(each) for each in (weight, *same)], axis=0))
    out.mkdir(parents=True, exist_ok=True)
    classifier.save_weights(out / WEIGHTS_FILE)
    rows = build_rows(dev_records, tokenizer, first["settings"]["max_tokens"], first["settings"]["limit"])
    seeds = [manifest["settings"]["seed"] for manifest in manifests]
    manifest = {**first, "averaged": seeds, "dev": dev_scores(classifier, rows)}
    (out / MANIFEST_FILE).write_text(json.dumps(manifest, indent=2) + "\n")
    return manifest


def _but_for_the_seed(manifest: Mapping[str, Any]) -> dict[str, Any]:
    settings = {key: value for key, value in manifest["settings"].items() if key != "seed"}
    return {"settings": settings, "started_from": manifest["started_from"], "data": manifest["data"]}
