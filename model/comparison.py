"""The comparison of the fusion strategies: cross-validation over the pairs, same data, budget and heads.

All strategies start from one finished text run and the pretrained image tower, which stays frozen; what it
sees in each picture is computed once. Progressive and late fusion train the text tower's last layers, as what
ships does; early fusion and the feedback send pictures through all of its layers and train them all. Every
strategy's rates are chosen from the same few, on a part of the first fold's training pairs. A result is one
file a run, so a comparison that was killed goes on.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray
from tqdm import tqdm

from .augmentation import vary
from .batches import LENGTH_STEP, NO_TOKENS, lay_out_faces
from .classifier import SPLIT, EmotionClassifier, View
from .data import Record
from .data.splits import text_key
from .image import decode_image, scale
from .labels import EMOTIONS, SENTIMENTS
from .metrics import accuracy, weighted_f1
from .text import Tokenizer, join, pad, shorten
from .training import Trainer, TrainingSettings, as_view, load_run
from .views import see

FOLDS: Final = 5
MAX_TOKENS: Final = 48
BATCH: Final = 64
READ_BATCH: Final = 64
INNER_SHARE: Final = 8
"""One in this many of the first fold's training pairs is kept apart to choose the rates on."""

HIDDEN_SHARE: Final = 0.15
"""Share of pairs whose picture is hidden in a step, and of those whose text is."""

PIXEL_NOISE: Final = 64.0
"""Standard deviation of the noise on each of a picture's numbers, of 255."""

SLIPS: Final = 3
"""Variations made of a noisy text, one on top of the other."""

GRID: Final = tuple(
    {"tower_rate": tower, "head_rate": head, "epochs": epochs}
    for tower in (5e-5, 1.5e-4)
    for head in (3e-4, 1e-3)
    for epochs in (2,)
)
"""The rates that each strategy chooses from."""

DRAWS: Final = 10_000
"""Resamples of the paired bootstrap (Efron and Tibshirani, 1993)."""


class ComparisonError(RuntimeError):
    """There is nothing to compare yet; the message is one line."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One contender.

    Attributes:
        name: Its name in files and tables.
        strategy: How it fuses, one of ``classifier.FUSIONS``.
        combine: How late fusion combines.
        options: What its fusion is built with beside the defaults.
        picture_text: Whether it reads the text found in pictures.
        faces: Whether it reads the faces found in them, which a guild has to ask for.
        hides: The modality that it is never shown, ``image`` or ``text``, or None.
        rates_of: The variant whose chosen rates it takes, or None to choose its own.
    """

    name: str
    strategy: str
    combine: str = "gated"
    options: Mapping[str, Any] = field(default_factory=dict)
    picture_text: bool = True
    faces: bool = False
    hides: str | None = None
    rates_of: str | None = None


_PROGRESSIVE: Final = Variant("progressive", "progressive")

STRATEGIES: Final = (
    Variant("early", "early"),
    Variant("late-concatenate", "late", "concatenate"),
    Variant("late-add", "late", "add"),
    Variant("late-gated", "late", "gated"),
    _PROGRESSIVE,
    replace(_PROGRESSIVE, name="words alone", hides="image"),
    replace(_PROGRESSIVE, name="pictures alone", hides="text"),
)
"""What is compared: the fusions, and what each modality is worth without the other."""

ABLATIONS: Final = tuple(
    replace(changed, name=f"progressive, {name}", rates_of="progressive")
    for name, changed in {
        "1 depth": replace(_PROGRESSIVE, options={"stages": 1}),
        "2 depths": replace(_PROGRESSIVE, options={"stages": 2}),
        "1 token": replace(_PROGRESSIVE, options={"tokens": 1}),
        "8 tokens": replace(_PROGRESSIVE, options={"tokens": 8}),
        "no gates": replace(_PROGRESSIVE, options={"gated": False}),
        "feedback": replace(_PROGRESSIVE, strategy="feedback"),
        "no text of pictures": replace(_PROGRESSIVE, picture_text=False),
        "with faces": replace(_PROGRESSIVE, faces=True),
    }.items()
)
"""Progressive fusion with one thing changed."""

CONDITIONS: Final = (
    "both",
    "no image",
    "no text",
    "another's image",
    "another's text",
    "noisy image",
    "noisy text",
)
"""What a held-out pair is read under."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """All pairs as arrays.

    Attributes:
        written: Token ids of each text, int32 (n,).
        noisy: The same with slips of the finger.
        found: Token ids of the text found in each picture, int32 (n,), mostly none.
        faces: What was read of the faces in each, as `batches.lay_out_faces` returns it.
        pictures: uint8 (N, 224, 224, 3).
        stages: What the image tower sees in them: float16 (N, 49, channels) each.
        noisy_stages: The same for pictures with noise.
        sentiment: int (N,), index into ``labels.SENTIMENTS``.
        fold: int (N,), the fold that a pair is held out in.
        inner: bool (N,), whether a pair is kept apart to choose the rates on.
    """

    written: list[NDArray[np.int32]]
    noisy: list[NDArray[np.int32]]
    found: list[NDArray[np.int32]]
    faces: NDArray[np.float32]
    pictures: NDArray[np.uint8]
    stages: list[NDArray[np.float16]]
    noisy_stages: list[NDArray[np.float16]]
    sentiment: NDArray[np.int64]
    fold: NDArray[np.int64]
    inner: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.sentiment)


def _noisy(pictures: NDArray[np.uint8], first: int) -> NDArray[np.uint8]:
    """Return pictures with noise; ``first`` is the first one's number and seeds it."""
    noise = np.random.default_rng(first).normal(0, PIXEL_NOISE, pictures.shape)
    return np.clip(pictures + noise, 0, 255).astype(np.uint8)


def _drawn(key: str, purpose: str, parts: int) -> int:
    """Return a number in 0..parts-1 that depends on nothing but the text and the purpose."""
    return int.from_bytes(hashlib.sha256(f"{purpose}/{key}".encode()).digest()[:8]) % parts


def gather(
    records: Sequence[Record], tokenizer: Tokenizer, classifier: EmotionClassifier, folder: Path
) -> Pairs:
    """Read all pairs.

    Args:
        records: Pairs with one clear sentiment; the same text never stands in two folds.
        tokenizer: The text tower's.
        classifier: Any network with the pretrained image tower.
        folder: Where what the tower sees is kept.
    """

    def encode(text: str) -> NDArray[np.int32]:
        return shorten(tokenizer.encode(text)[0], MAX_TOKENS)

    def slip(record: Record) -> str:
        random, text = np.random.default_rng(_drawn(record.id, "slips", 2**32)), record.text
        for _ in range(SLIPS):
            text = vary(text, random)
        return text

    pictures = np.array(
        [
            decode_image(record.image.read_bytes())
            for record in tqdm(records, "decode", disable=None)
            if record.image is not None
        ]
    )
    keys = [text_key(record.text) for record in records]
    return Pairs(
        written=[encode(record.text) for record in records],
        noisy=[encode(slip(record)) for record in records],
        found=[encode(record.picture_text) for record in records],
        faces=lay_out_faces([record.faces for record in records]),
        pictures=pictures,
        stages=see(classifier.image_encoder, pictures, folder, "plain"),
        noisy_stages=see(classifier.image_encoder, pictures, folder, "noisy", _noisy),
        sentiment=np.array([np.argmax(record.sentiment or (0, 0, 0)) for record in records]),
        fold=np.array([_drawn(key, "fold", FOLDS) for key in keys]),
        inner=np.array([_drawn(key, "inner", INNER_SHARE) == 0 for key in keys]),
    )


class Contender:
    """One variant's network, trained anew for every fold and seed without being built anew.

    Args:
        variant: What to build.
        init: Folder of the finished text run that all start from.
        pretrained: Folder with the towers' pretrained files.
        products: Type of the factors of the text tower's matrix products.
    """

    def __init__(self, variant: Variant, init: Path, pretrained: Path, products: str = "float32") -> None:
        self.variant = variant
        self._init = init
        self._pretrained = pretrained
        self._products = products
        self.classifier = self._build(0)
        image = self.classifier.image_encoder
        self._stem = tf.function(keras.Model(image.input, image.output[0]))
        self._read = tf.function(self._answer, reduce_retracing=True)
        self._trainer: Trainer | None = None
        self._start: tuple[int, list[NDArray[Any]]] | None = None

    def _build(self, seed: int) -> EmotionClassifier:
        keras.utils.set_random_seed(seed)
        variant = self.variant
        classifier = EmotionClassifier(
            variant.strategy, variant.combine, products=self._products, fusion_options=variant.options
        )
        classifier.load_pretrained(self._pretrained)
        text = load_run(self._init)
        for part in ("text_encoder", "heads", "text_head"):
            getattr(classifier, part).set_weights(getattr(text, part).get_weights())
        return classifier

    def _begin(self, settings: TrainingSettings, steps: int) -> Trainer:
        """Bring the network to a seed's start; the compiled step is kept."""
        if self._start is None or self._start[0] != settings.seed:
            fresh = self._build(settings.seed)
            self._start = settings.seed, [keras.ops.convert_to_numpy(each) for each in fresh.variables]
        for variable, start in zip(self.classifier.variables, self._start[1], strict=True):
            variable.assign(start)
        if self._trainer is None:
            self._trainer = Trainer(self.classifier, settings, steps)
        self._trainer.restart(settings, steps)
        return self._trainer

    def _tokens(
        self,
        written: Iterable[NDArray[np.int32]],
        found: Iterable[NDArray[np.int32]],
        no_text: NDArray[np.bool_],
        no_image: NDArray[np.bool_],
    ) -> NDArray[np.int32]:
        """Return padded token ids; a picture that is hidden takes the text found in it along."""
        no_found = no_image if self.variant.picture_text else np.ones_like(no_image)
        sequences = [
            join(NO_TOKENS if text_hidden else text, NO_TOKENS if found_hidden else more)
            for text, more, text_hidden, found_hidden in zip(written, found, no_text, no_found, strict=True)
        ]
        return pad(sequences, max(1, -(-max(map(len, sequences)) // LENGTH_STEP)) * LENGTH_STEP)

    def _view(self, pairs: Pairs, condition: str, rows: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        noisy = condition == "noisy image"
        stages = pairs.noisy_stages if noisy else pairs.stages
        view = {f"stage_{index}": stage[rows].astype(np.float32) for index, stage in enumerate(stages)}
        if self.variant.strategy == "early":
            pictures = np.stack([_noisy(pairs.pictures[row], int(row)) for row in rows]) if noisy else None
            view["stem"] = np.asarray(
                self._stem(scale(pairs.pictures[rows] if pictures is None else pictures))
            )
        if self.variant.faces:
            view["faces"] = pairs.faces[rows]
        return view

    def train(self, pairs: Pairs, rows: NDArray[np.int64], settings: TrainingSettings) -> None:
        """Train on some of the pairs, from the start."""
        total = settings.epochs * -(-len(rows) // settings.batch)
        trainer = self._begin(settings, total)
        lengths = np.array([len(pairs.written[row]) + len(pairs.found[row]) for row in rows])
        step = 0
        for epoch in range(settings.epochs):
            random = np.random.default_rng((settings.seed, epoch))
            for chosen in _batches(rows, lengths, settings.batch, random):
                drawn = random.random(len(chosen))
                no_image = drawn < HIDDEN_SHARE
                no_text = (drawn >= HIDDEN_SHARE) & (drawn < 2 * HIDDEN_SHARE)
                if self.variant.hides is not None:
                    no_image[:], no_text[:] = self.variant.hides == "image", self.variant.hides == "text"
                written, found = ([part[row] for row in chosen] for part in (pairs.written, pairs.found))
                batch = {
                    "token_ids": self._tokens(written, found, no_text, no_image),
                    "present": ~no_image,
                    **self._view(pairs, "both", chosen),
                    **_sentiment_labels(pairs.sentiment[chosen]),
                }
                trainer.train_step(batch, step)
                step += 1

    def _answer(self, token_ids: Any, view: dict[str, Any], present: Any) -> Any:
        return self.classifier.read(token_ids, as_view(view), present).sentiment

    def answer(self, pairs: Pairs, rows: NDArray[np.int64], condition: str) -> NDArray[np.float32]:
        """Return the sentiment's logits (n, 3) for some of the pairs under one of `CONDITIONS`."""
        others = np.roll(rows, 1 + len(rows) // 3)
        logits = []
        for first in range(0, len(rows), READ_BATCH):
            own, other = rows[first : first + READ_BATCH], others[first : first + READ_BATCH]
            texts = other if condition == "another's text" else own
            images = other if condition == "another's image" else own
            view = self._view(pairs, condition, images)
            source = pairs.noisy if condition == "noisy text" else pairs.written
            hidden = {condition.removeprefix("no "), self.variant.hides}
            no_text, no_image = (np.full(len(own), part in hidden) for part in ("text", "image"))
            token_ids = self._tokens(
                [source[row] for row in texts], [pairs.found[row] for row in images], no_text, no_image
            )
            logits.append(np.asarray(self._read(token_ids, view, ~no_image)))
        return np.concatenate(logits)

    def parameters(self) -> int:
        """Return the number of weights that an answer needs."""
        total = int(self.classifier.count_params())
        if self.variant.strategy != "early":
            return total
        image = self.classifier.image_encoder
        stem = sum(image.get_layer(name).count_params() for name in ("stem", "stem_norm"))
        unused = image.count_params() + self.classifier.image_head.count_params()
        return total - int(unused) + int(stem)

    def milliseconds(self, pairs: Pairs, repeats: int = 30) -> float:
        """Return the median time of one pair, image tower included, batch of one."""
        token_ids = pad([pairs.written[0][:32]], 32)
        pictures, present = scale(pairs.pictures[:1]), np.ones(1, bool)
        image = self.classifier.image_encoder
        early = self.variant.strategy == "early"

        def once(token_ids: Any, pictures: Any) -> Any:
            if early:
                return self.classifier.fusion(
                    token_ids, self._stem(pictures), present, encoder=self.classifier.text_encoder
                )
            stem, *stages = image(pictures, training=False)
            return self.classifier.read(token_ids, View(stem, stages), present).sentiment

        compiled = tf.function(once)
        times = []
        for _ in range(repeats):
            started = time.perf_counter()
            np.asarray(compiled(token_ids, pictures))
            times.append(time.perf_counter() - started)
        return float(np.median(times[3:]) * 1_000)


def _batches(
    rows: NDArray[np.int64], lengths: NDArray[np.int64], size: int, random: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Yield batches in random order, similar lengths together."""
    order = random.permutation(len(rows))
    batches = []
    for start in range(0, len(order), size * 8):
        chunk = order[start : start + size * 8]
        chunk = chunk[np.argsort(lengths[chunk], kind="stable")]
        batches += [rows[chunk[first : first + size]] for first in range(0, len(chunk), size)]
    for index in random.permutation(len(batches)):
        yield batches[index]


def _sentiment_labels(sentiment: NDArray[np.int64]) -> dict[str, NDArray[np.float32]]:
    """Return the targets of pairs: their sentiment and nothing else."""
    count = len(sentiment)
    nothing = np.zeros(count, np.float32)
    return {
        "emotions": np.zeros((count, len(EMOTIONS)), np.float32),
        "has_emotions": nothing,
        "sentiment": np.eye(len(SENTIMENTS), dtype=np.float32)[sentiment],
        "has_sentiment": np.ones(count, np.float32),
        "toxicity": nothing,
        "has_toxicity": nothing,
        "sexism": nothing,
        "has_sexism": nothing,
    }


def _stem(variant: Variant) -> str:
    return variant.name.replace(", ", "-").replace(" ", "-")


def _file(variant: Variant, seed: int, fold: int) -> str:
    return f"{_stem(variant)}-seed{seed}-fold{fold}.npz"


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
            if not (out / _file(variant, seed, fold)).is_file()
        ]
        described = out / f"about-{_stem(variant)}.json"
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
            file = out / _file(variant, seed, fold)
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


def _read_results(variant: Variant, out: Path, condition: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the labels found, (seeds, N), and the given ones, (N,), in the order of the pairs."""
    found, gold = [], np.zeros(0, np.int64)
    for seed in range(100):
        files = [out / _file(variant, seed, fold) for fold in range(FOLDS)]
        if not all(file.is_file() for file in files):
            break
        parts = [np.load(file, allow_pickle=False) for file in files]
        if condition not in parts[0].files:
            break
        order = np.argsort(np.concatenate([part["rows"] for part in parts]))
        gold = np.concatenate([part["gold"] for part in parts])[order]
        found.append(np.concatenate([part[condition] for part in parts]).argmax(axis=1)[order])
    return np.array(found), gold


def bootstrap_p(right: NDArray[np.bool_], other: NDArray[np.bool_], draws: int = DRAWS) -> float:
    """Return the two-sided p-value of a difference in accuracy, by resampling pairs.

    Args:
        right: Whether one variant was right, (seeds, N).
        other: The same for another one, on the same pairs.
        draws: Number of resamples.
    """
    difference = right.mean(axis=0) - other.mean(axis=0)
    random = np.random.default_rng(0)
    means = np.array(
        [difference[random.integers(0, len(difference), len(difference))].mean() for _ in range(draws)]
    )
    return float(min(1.0, 2 * min((means <= 0).mean(), (means >= 0).mean())))


def summarise(variants: Sequence[Variant], out: Path, reference: str = "progressive") -> dict[str, Any]:
    """Return the table of all variants whose first seed is complete.

    Args:
        variants: The contenders.
        out: Folder of the results.
        reference: The variant that the others are compared with.

    Returns:
        By name: figures in shares (mean over seeds and their standard deviation), by condition for the
        first seed, parameters, milliseconds, rates and the p-value of the difference in accuracy.

    Raises:
        ComparisonError: No variant is complete.
    """
    results = {variant.name: _read_results(variant, out, "both") for variant in variants}
    complete = [variant for variant in variants if len(results[variant.name][0])]
    if not complete:
        raise ComparisonError(f"no variant is complete under {out}: run `python -m model compare` on")
    table: dict[str, Any] = {}
    gold = results[complete[0].name][1]
    for variant in complete:
        found, _ = results[variant.name]
        accuracies = [accuracy(gold, each) for each in found]
        scores = [weighted_f1(gold, each, len(SENTIMENTS)) for each in found]
        conditions = {}
        for condition in CONDITIONS:
            read, _ = _read_results(variant, out, condition)
            conditions[condition] = round(accuracy(gold, read[0]), 4)
        entry = {
            "seeds": len(found),
            "accuracy": round(float(np.mean(accuracies)), 4),
            "accuracy_sd": round(float(np.std(accuracies, ddof=1)), 4) if len(found) > 1 else None,
            "weighted_f1": round(float(np.mean(scores)), 4),
            "weighted_f1_sd": round(float(np.std(scores, ddof=1)), 4) if len(found) > 1 else None,
            "accuracy_by_condition": conditions,
            **json.loads((out / f"about-{_stem(variant)}.json").read_text("utf-8")),
        }
        if variant.name != reference and reference in results and len(results[reference][0]):
            seeds = min(len(found), len(results[reference][0]))
            entry["p"] = round(bootstrap_p(found[:seeds] == gold, results[reference][0][:seeds] == gold), 4)
        table[variant.name] = entry
    return {"pairs": len(gold), "folds": FOLDS, "reference": reference, "variants": table}
