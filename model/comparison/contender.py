"""One contender's network: trained anew for every fold and seed, read under every condition."""

import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from ..batches import in_batches, pad_in_steps
from ..classifier import EmotionClassifier, View
from ..image import scale
from ..labels import EMOTIONS, SENTIMENTS
from ..run import TrainingSettings, take_over
from ..text import NO_TOKENS, join, pad
from ..trainer import Trainer, as_view
from .pairs import Pairs, noisy
from .variants import Variant

READ_BATCH: Final = 64

SORTED_BATCHES: Final = 8
"""Batches whose rows are sorted by length together; the pairs of a fold are few."""

HIDDEN_SHARE: Final = 0.15
"""Share of pairs whose picture is hidden in a step, and of those whose text is."""


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
        take_over(classifier, self._init)
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
        return pad_in_steps(sequences)

    def _view(self, pairs: Pairs, condition: str, rows: NDArray[np.int64]) -> dict[str, NDArray[Any]]:
        with_noise = condition == "noisy image"
        stages = pairs.noisy_stages if with_noise else pairs.stages
        view = {f"stage_{index}": stage[rows].astype(np.float32) for index, stage in enumerate(stages)}
        if self.variant.strategy == "early":
            pictures = (
                np.stack([noisy(pairs.pictures[row], int(row)) for row in rows]) if with_noise else None
            )
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
        texts = others if condition == "another's text" else rows
        images = others if condition == "another's image" else rows
        source = pairs.noisy if condition == "noisy text" else pairs.written
        hidden = {condition.removeprefix("no "), self.variant.hides}
        lengths = [
            len(source[text]) + len(pairs.found[image]) for text, image in zip(texts, images, strict=True)
        ]
        order = np.argsort(lengths, kind="stable")
        logits = np.empty((len(rows), len(SENTIMENTS)), np.float32)
        for first in range(0, len(rows), READ_BATCH):
            chosen = order[first : first + READ_BATCH]
            no_text, no_image = (np.full(len(chosen), part in hidden) for part in ("text", "image"))
            token_ids = self._tokens(
                [source[row] for row in texts[chosen]],
                [pairs.found[row] for row in images[chosen]],
                no_text,
                no_image,
            )
            view = self._view(pairs, condition, images[chosen])
            logits[chosen] = self._read(token_ids, view, ~no_image)
        return logits

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
    batches = in_batches(random.permutation(len(rows)), lengths, size, SORTED_BATCHES)
    for index in random.permutation(len(batches)):
        yield rows[batches[index]]


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
