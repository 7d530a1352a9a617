"""The recipe of what ships: every stage from raw data to LiteRT files, in order, each done once.

A stage whose result is there is skipped and one that was killed goes on, so the same command is given again
until it is through.
"""

import json
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from .classifier import FUSIONS
from .data import Record, load_split, prepare, scan, scan_faces
from .data.prepare import MANIFEST
from .distillation import FOLDS, SHIPPED, ask, unseen
from .encoders.pretrained import find_pretrained
from .export import export
from .faces import FaceReader
from .labels import FEELINGS, TASKS, VERDICTS
from .ocr import PictureTextReader
from .predictor import CARD_FILE, FACES_FILE, shipped_weights
from .run import MANIFEST_FILE, TrainingError, TrainingSettings, load_run, read_manifest
from .text import Tokenizer
from .training import train

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

SEEN_ONCE: Final = "goemotions"
ONCE: Final = replace(TEACHER, epochs=1, batch=64, tower_rate=6e-5, shares={})
"""A teacher that speaks of the feelings in GoEmotions: it saw each comment once. After three epochs the
others know that set by heart, and what they say of it is hardly more than labels."""

LEARN_ONCE: Final[tuple[frozenset[str], ...]] = (
    *(frozenset({SEEN_ONCE}) for _ in range(7)),
    *(frozenset({SEEN_ONCE, "chat", "vader_tweets", "emoji"}) for _ in range(2)),
)
"""What each of those teachers learns, in the order of their seeds; the small tower learns from their mean."""

TEXT: Final = TrainingSettings(
    strategy="text",
    epochs=4,
    tower_rate=1.5e-4,
    head_rate=1e-3,
    max_tokens=48,
    varied=0.3,
    soft=0.7,
    shares={
        "mvsa_single": 0.0,
        "xed": 0.3,
        "chat": 1.5,
        "hatemoji": 3.0,
        "convabuse": 2.0,
        "edos": 0.6,
        "davidson": 0.4,
        "toxic_spans": 0.2,
        "surge_toxicity": 3.0,
    },
)
"""The text tower that ships, taught by the teachers."""

PAIRS: Final = TrainingSettings(
    strategy="progressive",
    epochs=3,
    tower_rate=2e-4,
    head_rate=5e-4,
    max_tokens=48,
    views=4,
    varied=0.3,
    soft=0.6,
    upper=True,
)
"""The fusion, from the text tower. Its pairs are few, and what people made of each differs: it learns them as
much from those runs that left a pair out, of which each learned the other parts."""

LEARNS_LABELS: Final = replace(PAIRS, soft=0.0)
"""A run that leaves a part of the pairs out and then speaks of it. What the labels leave open, emotions and
toxicity, it learns from what the text run says of the words."""

SEEDS: Final = 5
"""Runs of it. The one that the labels of the dev pairs surprise least ships, the others tell how much a seed
matters. By accuracy 450 pairs would choose the luckiest."""

SURPRISE: Final = "mvsa_single/sentiment_nll"
"""What the run that ships is chosen by."""

LATE: Final = replace(PAIRS, strategy="late", tower_rate=0.0)
"""The other fusion, over the same towers: they stay as they are."""

SMOKE: Final[Mapping[str, Any]] = {
    "epochs": 1,
    "batch": 8,
    "max_tokens": 16,
    "limit": 8,
    "views": 1,
    "shares": {},
}
"""What a smoke run changes in every stage: it shows that all stages fit together, and learns nothing."""

SMOKE_DEV: Final = 26
"""Dev records a set that a smoke run measures; fewer are no sample of agreement."""

SMOKE_SEEDS: Final = 1
"""Runs of the fusion in a smoke run: a second one would show nothing new."""

SMOKE_FOLDS: Final = (None,)
"""What a smoke run leaves out of the pairs: it asks about all of them."""


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
        TrainingError: There is a finished run of other settings or sets.
        OcrUnavailableError: The extra ``ocr`` is not installed.
        PretrainedError: A pretrained file is missing or damaged.
        ExportError: The files are of a wrong size.
        DisagreementError: The files do not agree with what was trained.
        ValueError: ``without`` names no set, or one that the shipped answers' teachers learned from.
    """
    _prepare(places, say)
    every = load_split(places.data, places.prepared, "train")
    _check_without(without, every, anew=teachers or smoke)
    records = {name: group for name, group in every.items() if name not in without}
    dev = load_split(places.data, places.prepared, "dev")
    if smoke:
        records = _first(records, SMOKE["limit"])
        dev = _first(dev, SMOKE_DEV)
    stages = _Stages(places, records, dev, products, smoke, say)
    answers = [SHIPPED]
    if teachers or smoke:
        about = {name: VERDICTS if name == SEEN_ONCE else TASKS for name in records}
        answers = [
            stages.teacher(f"teacher-{seed}", replace(TEACHER, seed=seed), records, about)
            for seed in range(1 if smoke else TEACHERS)
        ]
        if SEEN_ONCE in records:
            answers += [
                stages.teacher(f"once-{seed}", replace(ONCE, seed=seed), learns, {SEEN_ONCE: FEELINGS})
                for seed, learns in enumerate(LEARN_ONCE[:1] if smoke else LEARN_ONCE)
            ]
    text = stages.ask(stages.train("text", TEXT, teachers=answers), stages.pairs)
    folds = [stages.leaving_out(fold, text) for fold in (SMOKE_FOLDS if smoke else range(FOLDS))]
    runs = [
        stages.train(f"pairs-{seed}", replace(PAIRS, seed=seed), init=text, teachers=folds)
        for seed in range(SMOKE_SEEDS if smoke else SEEDS)
    ]
    best = min(runs, key=lambda run: read_manifest(run)["dev"][SURPRISE])
    late = stages.train("late", LATE, init=best, teachers=folds)
    if (card := _finished_card(places.weights, best, late)) is not None:
        return card
    say("exporting")
    return export(
        text,
        best,
        dev,
        find_pretrained(places.pretrained, "tokenizer.json"),
        places.weights,
        chat=places.chat,
        alternate=late,
        beside=[run for run in runs if run != best],
    )


@dataclass(frozen=True, slots=True)
class _Stages:
    """The runs of a recipe, each done once.

    Attributes:
        places: Where to read and write.
        records: Training records by set.
        dev: Dev records by set.
        products: Type of the factors of the text towers' matrix products.
        smoke: Whether every run is a quick one.
        say: Is told what begins.
    """

    places: Places
    records: Mapping[str, Sequence[Record]]
    dev: Mapping[str, Sequence[Record]]
    products: str
    smoke: bool
    say: Callable[[str], None]

    @property
    def pairs(self) -> dict[str, Sequence[Record]]:
        """The training records of sets with pictures."""
        return _with_pictures(self.records)

    def _tokenizer(self) -> Tokenizer:
        return Tokenizer(find_pretrained(self.places.pretrained, "tokenizer.json"))

    def train(
        self, name: str, settings: TrainingSettings, only: Collection[str] | None = None, **more: Any
    ) -> Path:
        """Return a run's folder; it is trained if it is not there, on all sets or on those named."""
        run = self.places.work / name
        fuses = settings.strategy in FUSIONS
        read, judged = (self.pairs, _with_pictures(self.dev)) if fuses else (self.records, self.dev)
        if only is not None:
            read, judged = ({n: each[n] for n in each if n in only} for each in (read, judged))
        shares = {name: share for name, share in settings.shares.items() if name in read}
        settings = replace(settings, products=self.products, shares=shares)
        if self.smoke:
            settings = replace(settings, **SMOKE)
        if (run / MANIFEST_FILE).is_file():
            _check_same(run, settings, read)
            return run
        self.say(f"training {name}")
        sets = json.loads((self.places.prepared / MANIFEST).read_text("utf-8"))["sets"]
        train(
            settings,
            train_records=read,
            tokenizer=self._tokenizer(),
            pretrained=self.places.pretrained,
            out=run,
            data_checksums={name: sets[name]["sha256"] for name in read},
            **{"dev_records": judged, **more},
        )
        return run

    def ask(
        self,
        run: Path,
        about: Mapping[str, Sequence[Record]],
        tasks: Mapping[str, Collection[str]] | None = None,
    ) -> Path:
        """Ask a run about records by set, for all tasks or for those of each set, and return its folder."""
        self.say(f"asking {run.name}")
        network, tokenizer = load_run(run, self.products), self._tokenizer()
        for name, records in about.items():
            ask(network, run, {name: records}, tokenizer, TASKS if tasks is None else tasks[name])
        return run

    def teacher(
        self,
        name: str,
        settings: TrainingSettings,
        learns: Collection[str],
        about: Mapping[str, Collection[str]],
    ) -> Path:
        """Return a teacher's run, asked about the tasks of each set."""
        run = self.train(name, replace(settings, strategy="text") if self.smoke else settings, learns)
        return self.ask(run, {each: self.records[each] for each in about}, about)

    def leaving_out(self, fold: int | None, text: Path) -> Path:
        """Return a run of the fusion that left a part of the pairs out, asked about that part."""
        settings = replace(LEARNS_LABELS, seed=fold or 0, fold=fold)
        # Nobody compares these runs: what they say of dev is not asked.
        run = self.train(f"without-{fold}", settings, init=text, teachers=[text], dev_records={})
        return self.ask(run, unseen(self.pairs, fold))


def _prepare(places: Places, say: Callable[[str], None]) -> None:
    if not (places.prepared / MANIFEST).is_file():
        say("preparing the data")
        prepare(places.data, places.prepared)
    say("reading the faces and the text in pictures")
    scan_faces(places.data, places.prepared, FaceReader(shipped_weights() / FACES_FILE).read_file)
    scan(places.data, places.prepared, PictureTextReader(os.cpu_count() or 1).read_file)


def _check_without(without: Sequence[str], sets: Collection[str], *, anew: bool) -> None:
    if unknown := set(without) - set(sets):
        raise ValueError(f"there is no set {min(unknown)} to leave out: there are {', '.join(sets)}")
    if not anew and (known := {name for name in without if TEACHER.shares.get(name, 1.0) > 0}):
        raise ValueError(
            f"the teachers have seen {min(known)}: leave it out with --teachers, to train others"
        )


def _check_same(run: Path, settings: TrainingSettings, sets: Collection[str]) -> None:
    """Refuse a finished run that another recipe left."""
    manifest = read_manifest(run)
    if _read_of(manifest["settings"], manifest["data"]) != _read_of(asdict(settings), sets):
        raise TrainingError(f"{run} holds a run of other settings or sets: give another --out")


def _read_of(settings: Mapping[str, Any], sets: Collection[str]) -> tuple[dict[str, Any], set[str]]:
    """Return a run's settings and sets without those it has no share of: it is the same without them."""
    shares = settings["shares"]
    read = {name for name in sets if shares.get(name, 1.0) > 0}
    return {**settings, "shares": {name: share for name, share in shares.items() if name in read}}, read


def _finished_card(weights: Path, run: Path, alternate: Path) -> dict[str, Any] | None:
    """Return the card of files that come from just these runs, if they are there."""
    path = weights / CARD_FILE
    if not path.is_file():
        return None
    card: dict[str, Any] = json.loads(path.read_text("utf-8"))
    second = card["alternate"] or {}
    alike = card["training"] == read_manifest(run) and second.get("training") == read_manifest(alternate)
    return card if alike else None


def _with_pictures(records: Mapping[str, Sequence[Record]]) -> dict[str, Sequence[Record]]:
    return {name: group for name, group in records.items() if any(record.image for record in group)}


def _first(records: Mapping[str, Sequence[Record]], count: int) -> dict[str, list[Record]]:
    return {name: list(group[:count]) for name, group in records.items()}
