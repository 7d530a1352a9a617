"""Late fusion: each tower runs to its end and the pooled vectors are combined."""

from typing import Any, Final

import keras
from keras import ops

from ..encoders.text import mean_pool

COMBINATIONS: Final = ("concatenate", "add", "gated")


@keras.saving.register_keras_serializable("moodring")
class LateFusion(keras.layers.Layer):
    """Combines pooled text and pooled image tokens.

    Args:
        combine: ``"concatenate"`` (dense over both), ``"add"``, or ``"gated"`` (attention over the
            two vectors, each dimension weighing them anew).
        hidden: Width of the fused vector, that of the text tower.

    Raises:
        ValueError: ``combine`` is none of `COMBINATIONS`.
    """

    def __init__(self, combine: str = "concatenate", hidden: int = 384, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if combine not in COMBINATIONS:
            raise ValueError(f"combine is {combine!r}, not one of {', '.join(COMBINATIONS)}")
        self.combine = combine
        self.hidden = hidden
        self.image_norm = keras.layers.LayerNormalization(epsilon=1e-6, name="image_norm")
        self.image_dense = keras.layers.Dense(hidden, name="image_dense")
        if combine == "concatenate":
            self.both_dense = keras.layers.Dense(hidden, name="both_dense")
        if combine == "gated":
            self.gate = keras.layers.Dense(hidden, activation="sigmoid", name="gate")

    def build(self, text_shapes: Any, image_shapes: Any) -> None:
        self.missing_text = self.add_weight(shape=(1, self.hidden), name="missing_text")
        self.missing_image = self.add_weight(shape=(1, self.hidden), name="missing_image")
        self.image_norm.build(image_shapes[-1])
        self.image_dense.build(image_shapes[-1])
        both = (None, 2 * self.hidden)
        if self.combine == "concatenate":
            self.both_dense.build(both)
        if self.combine == "gated":
            self.gate.build(both)
        self.built = True

    def call(
        self, text_states: Any, text_mask: Any, image_stages: Any, image_present: Any, training: bool = False
    ) -> Any:
        there = ops.any(text_mask, axis=1, keepdims=True)
        text = ops.where(there, mean_pool(text_states[-1], text_mask), self.missing_text)
        image = ops.broadcast_to(self.missing_image, ops.shape(text))
        if image_stages is not None:
            there = ops.any(image_present, axis=1, keepdims=True)
            pooled = self.image_dense(mean_pool(self.image_norm(image_stages[-1]), image_present))
            image = ops.where(there, pooled, image)
        if self.combine == "add":
            return text + image
        both = ops.concatenate([text, image], axis=-1)
        if self.combine == "gated":
            gate = self.gate(both)
            return gate * text + (1.0 - gate) * image
        return self.both_dense(both)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "combine": self.combine, "hidden": self.hidden}
