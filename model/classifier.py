"""Towers, one fusion strategy and the heads as one Keras model; training and export only."""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final, NamedTuple

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from .backend import compiled
from .encoders.image import STAGE_CHANNELS, build_image_encoder
from .encoders.pretrained import (
    load_lite0,
    load_minilm,
    load_mpnet,
    read_lite0,
    read_minilm,
    read_mpnet,
)
from .encoders.teacher import TeacherEncoder
from .encoders.text import STAGES, TextEncoder, mean_pool
from .fusion.early import EarlyFusion
from .fusion.faces import FaceTokens
from .fusion.feedback import FeedbackFusion
from .fusion.late import LateFusion
from .fusion.progressive import ProgressiveFusion
from .labels import EMOTIONS, SENTIMENTS
from .sample import FACE_WIDTH

FUSIONS: Final = ("progressive", "late", "early", "feedback")
"""The strategies that read pictures; *feedback* is progressive fusion with a way back into the text tower,
for comparison only."""

SPLIT: Final = ("progressive", "late")
"""Those whose towers never look at each other, so that each can run, be skipped and be cached alone."""

STRATEGIES: Final = (*FUSIONS, "text", "teacher")
"""All of them: ``text`` is the text tower with the same heads and no image path, ``teacher`` the same with
a tower five times as large."""

TOKEN_IDS: Final = keras.KerasTensor((None, None), "int32")
PICTURES: Final = keras.KerasTensor((None, 224, 224, 3), "float32")
PRESENT: Final = keras.KerasTensor((None,), "bool")
"""What the network reads: token ids (B, L), pictures in [0, 1] and whether each is there."""


class View(NamedTuple):
    """What the image tower sees in a batch of pictures.

    Attributes:
        stem: float32 (B, 112, 112, 32), the first layer's map; only early fusion reads it.
        stages: Tokens of the three stages, float32 (B, 49, 40), (B, 49, 112) and (B, 49, 1280).
        faces: What was read of the faces, float32 (B, F, `FACE_WIDTH`), zeros where there are fewer; None
            where nobody looked. Early fusion does not read them.
    """

    stem: Any
    stages: list[Any]
    faces: Any = None


class Outputs(NamedTuple):
    """Logits of a batch; the auxiliary ones exist where their modality was given.

    Attributes:
        emotions: float32 (B, 28).
        sentiment: float32 (B, 3).
        toxicity: float32 (B,).
        sexism: float32 (B,), the kind of toxicity that has data of its own.
        text_sentiment: float32 (B, 3) from the pooled text alone, or None.
        image_sentiment: float32 (B, 3) from the pooled image tokens alone, or None.
    """

    emotions: Any
    sentiment: Any
    toxicity: Any
    sexism: Any
    text_sentiment: Any = None
    image_sentiment: Any = None


@keras.saving.register_keras_serializable("moodring")
class Heads(keras.layers.Layer):
    """One small network per task over the fused vector.

    Args:
        hidden: Width of the fused vector.
        dropout: Dropout before each last layer.
    """

    def __init__(self, hidden: int = 384, dropout: float = 0.1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hidden = hidden
        self.dropout = dropout
        tasks = {"emotions": len(EMOTIONS), "sentiment": len(SENTIMENTS), "toxicity": 2}
        self.inner = {
            task: keras.layers.Dense(hidden, activation="tanh", name=f"{task}_inner") for task in tasks
        }
        self.outer = {task: keras.layers.Dense(width, name=task) for task, width in tasks.items()}
        self.inner_dropout = keras.layers.Dropout(dropout)

    def build(self, input_shape: Any) -> None:
        for dense in (*self.inner.values(), *self.outer.values()):
            dense.build(input_shape)
        self.built = True

    def call(self, fused: Any, training: bool = False) -> tuple[Any, Any, Any, Any]:
        emotions, sentiment, toxicity = (
            self.outer[task](self.inner_dropout(self.inner[task](fused), training=training))
            for task in self.outer
        )
        return emotions, sentiment, toxicity[:, 0], toxicity[:, 1]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "hidden": self.hidden, "dropout": self.dropout}


def _fusion(strategy: str, combine: str, options: Mapping[str, Any]) -> keras.layers.Layer:
    match strategy:
        case "early":
            return EarlyFusion(name="fusion", **options)
        case "late":
            return LateFusion(combine, name="fusion", **options)
        case "feedback":
            return FeedbackFusion(name="fusion", **options)
    return ProgressiveFusion(name="fusion", **options)


class EmotionClassifier(keras.Model):
    """The whole network of one strategy.

    The image tower stays as pretrained: with a few thousand labelled pictures its fine-tuning
    overfits, and frozen it can be shared and cached.

    Args:
        strategy: One of `STRATEGIES`.
        combine: How late fusion combines; only read there.
        text_encoder: The text tower; None for one of MiniLM-L6's size, or the teacher's.
        products: Type of the factors of the text tower's matrix products; only read without a tower.
        fusion_options: What the fusion is built with beside its defaults.

    Raises:
        ValueError: ``strategy`` is unknown.

    Example:
        ```python
        classifier = EmotionClassifier("progressive")
        outputs = classifier(token_ids, pictures, present)  # (B, L), (B, 224, 224, 3), (B,)
        ```
    """

    def __init__(
        self,
        strategy: str = "progressive",
        combine: str = "gated",
        text_encoder: TextEncoder | TeacherEncoder | None = None,
        products: str = "float32",
        fusion_options: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if strategy not in STRATEGIES:
            raise ValueError(f"strategy is {strategy!r}, not one of {', '.join(STRATEGIES)}")
        self.strategy = strategy
        self.combine = combine
        self.reads_pictures = strategy in FUSIONS
        build = TeacherEncoder if strategy == "teacher" else TextEncoder
        self.text_encoder = text_encoder or build(products=products, name="text_encoder")
        self.text_encoder.build((None, None))
        self.heads = Heads(self.text_encoder.hidden, name="heads")
        self.heads.build((None, self.heads.hidden))
        self.text_head = keras.layers.Dense(len(SENTIMENTS), name="text_sentiment")
        self.text_head.build((None, self.heads.hidden))
        if self.reads_pictures:
            self.image_encoder = build_image_encoder()
            self.image_encoder.trainable = False
            self.image_head = keras.layers.Dense(len(SENTIMENTS), name="image_sentiment")
            self.image_head.build((None, STAGE_CHANNELS[-1]))
            self.face_tokens = FaceTokens(STAGE_CHANNELS, name="face_tokens")
            self.face_tokens.build((None, None, FACE_WIDTH))
            options = {"hidden": self.text_encoder.hidden, **(fusion_options or {})}
            self.fusion = _fusion(strategy, combine, options)
            self.fusion.build(
                [(None, None, self.text_encoder.hidden)] * len(STAGES),
                [(None, None, channels) for channels in STAGE_CHANNELS],
            )
        self.built = True

    def load_pretrained(self, folder: Path) -> None:
        """Start the towers from their pretrained weights under ``folder``.

        Raises:
            PretrainedError: A file is missing or damaged.
        """
        if self.strategy == "teacher":
            load_mpnet(self.text_encoder, read_mpnet(folder))
        else:
            load_minilm(self.text_encoder, read_minilm(folder))
        if self.reads_pictures:
            load_lite0(self.image_encoder, read_lite0(folder))

    def start_from_prior(self, frequencies: NDArray[np.float32]) -> None:
        """Set the emotion head's bias to the labels' log-odds, so that rare labels learn at once.

        Args:
            frequencies: float32 (28,), each label's share of the training rows.
        """
        kernel, _ = self.heads.outer["emotions"].get_weights()
        priors = np.clip(frequencies, 1e-5, 1 - 1e-5)
        self.heads.outer["emotions"].set_weights([kernel, np.log(priors / (1 - priors))])

    @cached_property
    def answer_texts(self) -> Callable[[Any], Outputs]:
        """The network for token ids alone, compiled once; it follows the weights."""
        # Wrapped: a SavedModel takes up every compiled function that it finds.
        return partial(compiled(self, TOKEN_IDS))

    @cached_property
    def answer_pairs(self) -> Callable[[Any, Any, Any], Outputs]:
        """The network for token ids, pictures and whether each is there, compiled once."""
        return partial(compiled(self, TOKEN_IDS, PICTURES, PRESENT))

    def call(
        self, token_ids: Any, pictures: Any = None, present: Any = None, training: bool = False
    ) -> Outputs:
        return self.read(token_ids, self.look(pictures), present, training)

    def look(self, pictures: Any) -> View | None:
        """Return what the image tower sees in pictures (B, 224, 224, 3), or None without pictures.

        The tower is frozen, so a view can be kept and read again.
        """
        if pictures is None or not self.reads_pictures:
            return None
        stem, *stages = self.image_encoder(pictures, training=False)
        return View(stem, stages)

    def read(self, token_ids: Any, view: View | None, present: Any, training: bool = False) -> Outputs:
        """Return the logits of texts and of what was seen in their pictures.

        Args:
            token_ids: int32 (B, L).
            view: What `look` returned.
            present: bool (B,), whether each picture is there; only read with a view.
            training: Whether dropout is on.
        """
        mask = ops.not_equal(token_ids, 0)
        if not self.reads_pictures or (view is None and self.strategy == "early"):
            states = self.text_encoder(token_ids, training=training)
            return self._answer(mean_pool(states[-1], mask), states, mask, training=training)
        stages, tokens_present = None, None
        if view is not None:
            stages = view.stages
            tokens_present = ops.broadcast_to(present[:, None], ops.shape(stages[-1])[:2])
            if view.faces is not None and self.strategy != "early":
                faces_present = ops.logical_and(present[:, None], ops.any(view.faces != 0, axis=-1))
                tokens_present = ops.concatenate([tokens_present, faces_present], axis=1)
                pairs = zip(stages, self.face_tokens(view.faces), strict=True)
                stages = [ops.concatenate(pair, axis=1) for pair in pairs]
        if self.strategy == "early":
            stem = view.stem if view is not None else None
            fused = self.fusion(token_ids, stem, present, encoder=self.text_encoder, training=training)
            return self._answer(fused, None, mask, stages, tokens_present, training)
        if self.strategy == "feedback":
            fused, states = self.fusion.read_together(
                token_ids, stages, tokens_present, encoder=self.text_encoder, training=training
            )
        else:
            states = self.text_encoder(token_ids, training=training)
            fused = self.fusion(states, mask, stages, tokens_present, training=training)
        return self._answer(fused, states, mask, stages, tokens_present, training)

    def _answer(
        self,
        fused: Any,
        states: Any,
        mask: Any,
        stages: Any = None,
        tokens_present: Any = None,
        training: bool = False,
    ) -> Outputs:
        text = self.text_head(mean_pool(states[-1], mask)) if states is not None else None
        image = self.image_head(mean_pool(stages[-1], tokens_present)) if stages is not None else None
        emotions, sentiment, toxicity, sexism = self.heads(fused, training=training)
        return Outputs(emotions, sentiment, toxicity, sexism, text, image)
