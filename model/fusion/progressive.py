"""Progressive fusion: a few fusion tokens climb with the towers, gated at every depth.

Related designs: attention bottlenecks (MBT, Nagrani et al., 2021), a third net between two towers
(CentralNet, Vielzeuf et al., 2018) and gated units (GMU, Arevalo et al., 2017).
"""

from typing import Any

import keras
from keras import ops

from ..encoders.text import mean_pool, sequence_shape


@keras.saving.register_keras_serializable("moodring")
class CrossAttention(keras.layers.Layer):
    """Fusion tokens read one modality's tokens; a learned token stands for a missing modality.

    Args:
        width: Width of the fusion tokens.
        heads: Number of attention heads.
        dropout: Dropout on the attention weights.
    """

    def __init__(self, width: int, heads: int, dropout: float = 0.1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.width = width
        self.heads = heads
        self.dropout = dropout
        self.memory_norm = keras.layers.LayerNormalization(epsilon=1e-6, name="memory_norm")
        self.query = keras.layers.Dense(width, name="query")
        self.key = keras.layers.Dense(width, name="key")
        self.value = keras.layers.Dense(width, name="value")
        self.output_dense = keras.layers.Dense(width, name="output")
        self.weights_dropout = keras.layers.Dropout(dropout)

    def build(self, memory_shape: Any) -> None:
        channels = memory_shape[-1]
        self.missing = self.add_weight(shape=(1, 1, channels), initializer="random_normal", name="missing")
        self.memory_norm.build(memory_shape)
        self.query.build((None, None, self.width))
        self.key.build(memory_shape)
        self.value.build(memory_shape)
        self.output_dense.build((None, None, self.width))
        self.built = True

    def _project(self, dense: keras.layers.Dense, x: Any) -> Any:
        flat = dense(ops.reshape(x, (-1, x.shape[-1])))
        split = sequence_shape(x, self.heads, self.width // self.heads)
        return ops.transpose(ops.reshape(flat, split), (0, 2, 1, 3))

    def call(self, tokens: Any, memory: Any, present: Any, training: bool = False) -> Any:
        batch = ops.shape(tokens)[0]
        missing = ops.broadcast_to(self.missing, (batch, 1, self.missing.shape[-1]))
        if memory is None:
            memory, present = missing, ops.ones((batch, 1), "bool")
        else:
            absent = ops.logical_not(ops.any(present, axis=1, keepdims=True))
            memory = ops.concatenate([missing, memory], axis=1)
            present = ops.concatenate([absent, present], axis=1)
        memory = self.memory_norm(memory)
        query = self._project(self.query, tokens) * (self.width // self.heads) ** -0.5
        key, value = self._project(self.key, memory), self._project(self.value, memory)
        bias = (1.0 - ops.expand_dims(ops.cast(present, memory.dtype), (1, 2))) * -1e4
        weights = ops.softmax(ops.matmul(query, ops.transpose(key, (0, 1, 3, 2))) + bias)
        read = ops.matmul(self.weights_dropout(weights, training=training), value)
        read = ops.reshape(ops.transpose(read, (0, 2, 1, 3)), sequence_shape(tokens, self.width))
        return self.output_dense(read)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "width": self.width,
            "heads": self.heads,
            "dropout": self.dropout,
        }


@keras.saving.register_keras_serializable("moodring")
class FusionStage(keras.layers.Layer):
    """One depth: read both modalities, gate what is let in, carry the result up.

    Args:
        width: Width of the fusion tokens.
        heads: Number of attention heads.
        dropout: Dropout rate everywhere.
        gated: Whether a gate decides how much of each modality is let in, or all of it is.
    """

    def __init__(
        self, width: int, heads: int, dropout: float = 0.1, gated: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.width = width
        self.heads = heads
        self.dropout = dropout
        self.gated = gated
        self.token_norm = keras.layers.LayerNormalization(epsilon=1e-6, name="token_norm")
        self.read_text = CrossAttention(width, heads, dropout, name="read_text")
        self.read_image = CrossAttention(width, heads, dropout, name="read_image")
        if gated:
            self.gates = keras.layers.Dense(2 * width, activation="sigmoid", name="gates")
        self.change_norm = keras.layers.LayerNormalization(epsilon=1e-6, name="change_norm")
        self.inner = keras.layers.Dense(2 * width, activation="gelu", name="inner")
        self.outer = keras.layers.Dense(width, name="outer")
        self.residual_dropout = keras.layers.Dropout(dropout)

    def build(self, text_shape: Any, image_shape: Any) -> None:
        tokens = (None, None, self.width)
        self.token_norm.build(tokens)
        self.read_text.build(text_shape)
        self.read_image.build(image_shape)
        if self.gated:
            self.gates.build((None, None, 3 * self.width))
        self.change_norm.build(tokens)
        self.inner.build(tokens)
        self.outer.build((None, None, 2 * self.width))
        self.built = True

    def call(
        self, tokens: Any, text: Any, text_mask: Any, image: Any, image_present: Any, training: bool = False
    ) -> Any:
        normed = self.token_norm(tokens)
        from_text = self.read_text(normed, text, text_mask, training=training)
        from_image = self.read_image(normed, image, image_present, training=training)
        if self.gated:
            gates = self.gates(ops.concatenate([normed, from_text, from_image], axis=-1))
            from_text = gates[..., : self.width] * from_text
            from_image = gates[..., self.width :] * from_image
        tokens = tokens + self.residual_dropout(from_text + from_image, training=training)
        change = self.outer(self.inner(self.change_norm(tokens)))
        return tokens + self.residual_dropout(change, training=training)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "width": self.width,
            "heads": self.heads,
            "dropout": self.dropout,
            "gated": self.gated,
        }


@keras.saving.register_keras_serializable("moodring")
class ProgressiveFusion(keras.layers.Layer):
    """Fusion tokens that climb with the towers, one `FusionStage` a depth.

    What they gathered is added to the pooled text by a readout that starts at zero: training starts
    from the text tower's own answer and the image has to earn its influence.

    Args:
        stages: Number of depths; fewer than the towers' leave out the first.
        tokens: Number of fusion tokens.
        width: Their width.
        heads: Number of attention heads.
        hidden: Width of the fused vector, that of the text tower.
        dropout: Dropout rate everywhere.
        gated: Whether gates decide how much of each modality is let in.
    """

    def __init__(
        self,
        stages: int = 3,
        tokens: int = 4,
        width: int = 128,
        heads: int = 4,
        hidden: int = 384,
        dropout: float = 0.1,
        gated: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.stages = stages
        self.tokens = tokens
        self.width = width
        self.heads = heads
        self.hidden = hidden
        self.dropout = dropout
        self.gated = gated
        self.climb = [
            FusionStage(width, heads, dropout, gated, name=f"stage_{index}") for index in range(stages)
        ]
        self.readout_norm = keras.layers.LayerNormalization(epsilon=1e-6, name="readout_norm")
        self.readout = keras.layers.Dense(hidden, kernel_initializer="zeros", name="readout")

    def build(self, text_shapes: Any, image_shapes: Any) -> None:
        self.start = self.add_weight(
            shape=(1, self.tokens, self.width), initializer="random_normal", name="start"
        )
        shapes = zip(text_shapes[-self.stages :], image_shapes[-self.stages :], strict=True)
        for stage, (text_shape, image_shape) in zip(self.climb, shapes, strict=True):
            stage.build(text_shape, image_shape)
        self.readout_norm.build((None, self.tokens, self.width))
        self.readout.build((None, self.tokens * self.width))
        self.built = True

    def call(
        self, text_states: Any, text_mask: Any, image_stages: Any, image_present: Any, training: bool = False
    ) -> Any:
        tokens = self.first_tokens(text_mask)
        images = image_stages[-self.stages :] if image_stages is not None else [None] * self.stages
        for stage, text, image in zip(self.climb, text_states[-self.stages :], images, strict=True):
            tokens = stage(tokens, text, text_mask, image, image_present, training=training)
        return self.read_out(tokens) + mean_pool(text_states[-1], text_mask)

    def first_tokens(self, text_mask: Any) -> Any:
        """Return the tokens that start to climb: mask (B, L) -> (B, tokens, width)."""
        return ops.broadcast_to(self.start, (ops.shape(text_mask)[0], self.tokens, self.width))

    def read_out(self, tokens: Any) -> Any:
        """Return what the tokens gathered: (B, tokens, width) -> (B, hidden)."""
        return self.readout(ops.reshape(self.readout_norm(tokens), (-1, self.tokens * self.width)))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "stages": self.stages,
            "tokens": self.tokens,
            "width": self.width,
            "heads": self.heads,
            "hidden": self.hidden,
            "dropout": self.dropout,
            "gated": self.gated,
        }
