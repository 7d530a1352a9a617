"""The recipe of what ships: every stage from raw data to LiteRT files, in order, each done once.

A stage whose result is there is skipped and one that was killed goes on, so the same command is given again
until it is through.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from .data import Record, load_split, prepare, scan
from .data.prepare import MANIFEST
from .distillation import SHIPPED, ask
from .encoders.pretrained import find_pretrained
from .export import export
from .ocr import PictureTextReader
from .text import Tokenizer
from .training import MANIFEST_FILE, TrainingSettings, load_run, train

TEACHER: Final = TrainingSettings(
    strategy="teacher",
    epochs=3,
    batch=128,
    tower_rate=8e-5,
    head_rate=1e-3,
    max_tokens=48,
    varied=0.3,
    shares={
        "mvsa_single": 0.0,
        "xed": 0.0,
        "hatemoji": 3.0,
        "edos": 0.7,
        "davidson": 0.4,
        "toxic_spans": 0.15,
        "emoji": 0.5,
        "surge_toxicity": 2.0,
    },
)
"""The large text tower. It learns no pair: the pairs' sentiment is of text and picture together, and the
comparison of the fusions must start from towers that never saw it."""

TEACHERS: Final = 3
"""Teachers of other seeds; their mean teaches the tower that ships."""

TEXT: Final = TrainingSettings(
    strategy="text",
    epochs=4,
    tower_rate=3e-4,
    head_rate=1e-3,
    max_tokens=48,
    varied=0.3,
    soft=0.7,
    shares={
        "mvsa_single": 0.0,
        "xed": 0.5,
        "hatemoji": 2.0,
        "edos": 0.6,
        "davidson": 0.4,
        "toxic_spans": 0.2,
        "surge_toxicity": 2.0,
    },
)
"""The text tower that ships, taught by the teachers."""

PROGRESSIVE: Final = TrainingSettings(
    strategy="progressive",
    epochs=2,
    tower_rate=8e-5,
    head_rate=5e-4,
    max_tokens=48,
    views=4,
    varied=0.3,
    soft=0.7,
    shares={
        "mvsa_single": 1.5,
        "xed": 0.0,
        "goemotions": 0.3,
        "chat": 1.5,
        "vader_tweets": 0.5,
        "emoji": 0.3,
        "convabuse": 0.5,
        "edos": 0.3,
        "davidson": 0.2,
        "toxic_spans": 0.05,
    },
)
"""The fusion, started from the text tower; its teachers go on teaching the texts beside the pairs."""

PAIRS: Final = TrainingSettings(
    strategy="progressive",
    epochs=3,
    tower_rate=4e-5,
    head_rate=5e-4,
    max_tokens=48,
    views=4,
    anchored=True,
    shares={
        "mvsa_single": 2.0,
        "xed": 0.0,
        "goemotions": 0.03,
        "chat": 0.1,
        "vader_tweets": 0.1,
        "emoji": 0.2,
        "hatemoji": 0.1,
        "convabuse": 0.1,
        "edos": 0.03,
        "davidson": 0.02,
        "toxic_spans": 0.02,
        "surge_toxicity": 0.2,
    },
)
"""The same once more, mostly on the pairs; texts are held to the answers that they have by then."""

SMOKE: Final[Mapping[str, Any]] = {"epochs": 1, "batch": 8, "max_tokens": 16, "limit": 8, "shares": {}}
"""What a smoke run changes in every stage: it shows that all stages fit together, and learns nothing."""

SMOKE_DEV: Final = 40
"""Dev records a set that a smoke run measures."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a recipe reads and writes.

    Attributes:
        data: Folder with the raw data sets.
        prepared: What preparing the data writes.
        pretrained: The pretrained towers.
        work: Folder of the runs.
        weights: Folder of the files that come out.
        chat: The chat lines to list in the card, or None.
    """

    data: Path
    prepared: Path
    pretrained: Path
    work: Path
    weights: Path
    chat: Path | None = None


def follow(
    places: Places,
    *,
    products: str = "float32",
    smoke: bool = False,
    without: Sequence[str] = (),
    teachers: bool = False,
    say: Callable[[str], None] = print,
) -> dict[str, Any]:
    """Go through all stages and return the card of what came out.

    Args:
        places: Where to read and write.
        products: Type of the factors of the text towers' matrix products.
        smoke: Whether to go through quickly with a few rows of every set. The one teacher is then of the
            small tower's size, so that its pretrained weights need not be fetched.
        without: Sets to leave out of all training.
        teachers: Whether to train the teachers anew; what those of the shipped model said is read otherwise.
        say: Is told what begins.

    Returns:
        The card.

    Raises:
        DataError: The raw data is not what it should be.
        OcrUnavailableError: The extra ``ocr`` is not installed.
        PretrainedError: A pretrained file is missing or damaged.
        ExportError: The files do not agree with what was trained.
        ValueError: ``without`` names no set, or one that the shipped answers' teachers learned from.
    """
    if not (places.prepared / MANIFEST).is_file():
        say("preparing the data")
        prepare(places.data, places.prepared)
    say("reading the text in pictures")
    scan(places.data, places.prepared, PictureTextReader(os.cpu_count() or 1).read_file)
    tokenizer = Tokenizer(find_pretrained(places.pretrained, "tokenizer.json"))
    every = load_split(places.data, places.prepared, "train")
    if unknown := set(without) - every.keys():
        raise ValueError(f"there is no set {min(unknown)} to leave out: there are {', '.join(every)}")
    if not (teachers or smoke) and (known := {n for n in without if TEACHER.shares.get(n, 1.0) > 0}):
        raise ValueError(
            f"the teachers have seen {min(known)}: leave it out with --teachers, to train others"
        )
    records = {name: group for name, group in every.items() if name not in without}
    dev = load_split(places.data, places.prepared, "dev")
    if smoke:
        records = _first(records, SMOKE["limit"])
        dev = _first(dev, SMOKE_DEV)
    sets = json.loads((places.prepared / MANIFEST).read_text("utf-8"))["sets"]

    def stage(name: str, settings: TrainingSettings, **more: Any) -> Path:
        run = places.work / name
        if not (run / MANIFEST_FILE).is_file():
            say(f"training {name}")
            shares = {name: share for name, share in settings.shares.items() if name in records}
            settings = replace(settings, products=products, shares=shares)
            train(
                replace(settings, **SMOKE) if smoke else settings,
                train_records=records,
                dev_records=dev,
                tokenizer=tokenizer,
                pretrained=places.pretrained,
                out=run,
                data_checksums={name: sets[name]["sha256"] for name in records},
                **more,
            )
        return run

    answers = [SHIPPED]
    if teachers or smoke:
        answers = []
        for seed in range(1 if smoke else TEACHERS):
            settings = replace(TEACHER, seed=seed, strategy="text" if smoke else TEACHER.strategy)
            answers.append(stage(f"teacher-{seed}", settings))
            say(f"asking teacher-{seed}")
            ask(load_run(answers[-1], products), answers[-1], records, tokenizer)
    text = stage("text", TEXT, teachers=answers)
    settings = replace(PROGRESSIVE, views=1) if smoke else PROGRESSIVE
    progressive = stage("progressive", settings, init=text, teachers=answers)
    pairs = stage("pairs", replace(PAIRS, views=1) if smoke else PAIRS, init=progressive)
    say("exporting")
    tokenizer_file = find_pretrained(places.pretrained, "tokenizer.json")
    return export(pairs, dev, tokenizer_file, places.weights, chat=places.chat)


def _first(records: Mapping[str, Sequence[Record]], count: int) -> dict[str, list[Record]]:
    return {name: list(group[:count]) for name, group in records.items()}
