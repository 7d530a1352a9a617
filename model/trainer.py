"""One step of training: loss, optimizers, rates; and the state between two steps."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
from keras import ops

from .backend import StepFunction, gradients
from .classifier import PICTURES, PRESENT, TOKEN_IDS, EmotionClassifier, Outputs, View
from .encoders.image import STAGE_CHANNELS, STEM_CHANNELS
from .labels import EMOTIONS
from .run import TrainingSettings
from .sample import FACE_WIDTH

AUXILIARY_WEIGHT: Final = 0.3
"""Weight of each modality's own sentiment loss: keeps either tower from being ignored."""

LARGEST_GRADIENT: Final = 1.0
"""Norm to which all gradients together are clipped."""


def _mean(losses: Any, weights: Any) -> Any:
    """Return the mean over the rows that have the label; weak ones count less, also among themselves."""
    return ops.sum(losses * weights) / ops.maximum(ops.sum(ops.sign(weights)), 1.0)


def loss(outputs: Outputs, batch: Mapping[str, Any]) -> Any:
    """Return the batch's loss: a scalar, the sum of the tasks' means over the rows that have the label.

    Emotions: binary cross-entropy summed over the 28 labels. Sentiment: cross-entropy with the target
    distribution. Toxicity and sexism: binary cross-entropy. The auxiliary heads learn the sentiment too.
    """
    emotions = ops.binary_crossentropy(batch["emotions"], outputs.emotions, from_logits=True)
    toxicity = ops.binary_crossentropy(batch["toxicity"], outputs.toxicity, from_logits=True)
    sexism = ops.binary_crossentropy(batch["sexism"], outputs.sexism, from_logits=True)

    def sentiment(logits: Any) -> Any:
        losses = ops.categorical_crossentropy(batch["sentiment"], logits, from_logits=True)
        return _mean(losses, batch["has_sentiment"])

    total = _mean(ops.sum(emotions, axis=-1), batch["has_emotions"])
    total += sentiment(outputs.sentiment)
    total += _mean(toxicity, batch["has_toxicity"]) + _mean(sexism, batch["has_sexism"])
    for auxiliary in (outputs.text_sentiment, outputs.image_sentiment):
        if auxiliary is not None:
            total += AUXILIARY_WEIGHT * sentiment(auxiliary)
    return total


_STAGES: Final = tuple(f"stage_{index}" for index in range(len(STAGE_CHANNELS)))

_SPECS: Final = {
    "token_ids": TOKEN_IDS,
    "emotions": keras.KerasTensor((None, len(EMOTIONS)), "float32"),
    "has_emotions": keras.KerasTensor((None,), "float32"),
    "sentiment": keras.KerasTensor((None, 3), "float32"),
    "has_sentiment": keras.KerasTensor((None,), "float32"),
    "toxicity": keras.KerasTensor((None,), "float32"),
    "has_toxicity": keras.KerasTensor((None,), "float32"),
    "sexism": keras.KerasTensor((None,), "float32"),
    "has_sexism": keras.KerasTensor((None,), "float32"),
    "pictures": PICTURES,
    "present": PRESENT,
    "stem": keras.KerasTensor((None, None, None, STEM_CHANNELS), "float32"),
    **{
        name: keras.KerasTensor((None, None, channels), "float32")
        for name, channels in zip(_STAGES, STAGE_CHANNELS, strict=True)
    },
    "faces": keras.KerasTensor((None, None, FACE_WIDTH), "float32"),
}
"""All that a batch may hold; pictures come as they are or as what the image tower saw in them."""


def as_view(batch: Mapping[str, Any]) -> View:
    """Return what was seen in a batch's pictures beforehand."""
    return View(batch.get("stem"), [batch[name] for name in _STAGES], batch.get("faces"))


def _apply(optimizer: keras.optimizers.Optimizer, gradients: Sequence[Any], variables: Sequence[Any]) -> None:
    """Move the variables that the batch used: with a gradient of zero the others would still decay."""
    used = [pair for pair in zip(gradients, variables, strict=True) if pair[0] is not None]
    if used:
        optimizer.apply([gradient for gradient, _ in used], [variable for _, variable in used])


class Trainer:
    """The model, its two optimizers and the compiled step.

    Args:
        classifier: The network, weights loaded.
        settings: Rates, decay, warm-up.
        total_steps: Steps of the whole run, for the schedule.
    """

    def __init__(self, classifier: EmotionClassifier, settings: TrainingSettings, total_steps: int) -> None:
        self.classifier = classifier
        self._settings = settings
        self._total_steps = total_steps
        classifier.text_encoder.trainable = settings.tower_rate > 0
        if settings.upper:
            classifier.text_encoder.freeze_shared()
        self._tower = classifier.text_encoder.trainable_variables
        in_tower = {id(variable) for variable in self._tower}
        self._rest = [variable for variable in classifier.trainable_variables if id(variable) not in in_tower]
        decay = settings.weight_decay
        self.tower_optimizer = keras.optimizers.AdamW(settings.tower_rate, weight_decay=decay)
        self.head_optimizer = keras.optimizers.AdamW(settings.head_rate, weight_decay=decay)
        self.tower_optimizer.build(self._tower)
        self.head_optimizer.build(self._rest)
        self._compiled_step = StepFunction(self._step, _SPECS)

    def _view(self, batch: Mapping[str, Any]) -> View | None:
        if _STAGES[0] in batch:
            return as_view(batch)
        view = self.classifier.look(batch.get("pictures"))
        return None if view is None else view._replace(faces=batch.get("faces"))

    def _step(self, batch: dict[str, Any]) -> Any:
        view = self._view(batch)
        token_ids, present = batch["token_ids"], batch.get("present")
        total, found = gradients(
            lambda: loss(self.classifier.read(token_ids, view, present, training=True), batch),
            [*self._tower, *self._rest],
            LARGEST_GRADIENT,
        )
        _apply(self.tower_optimizer, found[: len(self._tower)], self._tower)
        _apply(self.head_optimizer, found[len(self._tower) :], self._rest)
        return total

    def restart(self, settings: TrainingSettings, total_steps: int) -> None:
        """Forget all that the optimizers gathered, for another run with the compiled step.

        Args:
            settings: Rates and warm-up of that run; whether the text tower is trained must not change.
            total_steps: Its steps.
        """
        self._settings = settings
        self._total_steps = total_steps
        for optimizer in (self.tower_optimizer, self.head_optimizer):
            for variable in optimizer.variables:
                variable.assign(ops.zeros_like(variable.value))

    def schedule(self, step: int) -> float:
        """Return the factor on both peak rates at a step: linear warm-up, then cosine to 2 %."""
        warmup = max(1, round(self._settings.warmup * self._total_steps))
        if step < warmup:
            return (step + 1) / warmup
        done = (step - warmup) / max(1, self._total_steps - warmup)
        return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done))

    def train_step(self, batch: dict[str, Any], step: int) -> Any:
        """Take one step and return its loss, a scalar tensor that need not be computed yet."""
        factor = self.schedule(step)
        self.tower_optimizer.learning_rate.assign(self._settings.tower_rate * factor)
        self.head_optimizer.learning_rate.assign(self._settings.head_rate * factor)
        return self._compiled_step(batch)


class Checkpoint:
    """The whole state of a run in one file.

    Args:
        path: Where it lies.
        trainer: Holds the network and the optimizers, built.
    """

    def __init__(self, path: Path, trainer: Trainer) -> None:
        self._path = path
        # Among them the states of dropout: with those a resumed run drops what it would have dropped.
        self._variables = [
            *trainer.classifier.variables,
            *trainer.tower_optimizer.variables,
            *trainer.head_optimizer.variables,
        ]

    def save(self, done: int) -> None:
        """Keep the state after ``done`` steps; a kill meanwhile leaves the one before."""
        arrays = {str(n): ops.convert_to_numpy(each.value) for n, each in enumerate(self._variables)}
        unfinished = self._path.with_suffix(".part.npz")
        np.savez(unfinished, done=done, **arrays)
        unfinished.rename(self._path)

    def restore(self) -> int:
        """Take up what was kept and return how many steps that were; 0 where nothing was."""
        if not self._path.is_file():
            return 0
        with np.load(self._path, allow_pickle=False) as file:
            for number, variable in enumerate(self._variables):
                variable.assign(file[str(number)])
            return int(file["done"])
