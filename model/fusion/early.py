"""Early fusion: image patches join the word embeddings before any deep layer."""

from typing import Any, Final

import keras
from keras import ops

from ..encoders.image import GRID, STEM_CHANNELS
from ..encoders.text import TextEncoder, mean_pool

PATCH: Final = 16
"""Side of a patch on the stem's 112×112 map: 7×7 patches, as many as the other strategies' tokens."""


@keras.saving.register_keras_serializable("moodring")
class EarlyFusion(keras.layers.Layer):
    """Projects the image stem's patches into the text tower's embedding sequence.

    Args:
        hidden: Width of the text tower's embeddings.
    """

    def __init__(self, hidden: int = 384, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.hidden = hidden
        self.patches = keras.layers.Conv2D(hidden, PATCH, PATCH, name="patches")
        # Starts at the size of the pretrained word embeddings, so that the patches do not drown them.
        self.patch_norm = keras.layers.LayerNormalization(
            epsilon=1e-6, gamma_initializer=keras.initializers.Constant(0.05), name="patch_norm"
        )

    def build(self, text_shapes: Any = None, image_shapes: Any = None) -> None:
        self.patches.build((None, GRID * PATCH, GRID * PATCH, STEM_CHANNELS))
        self.patch_norm.build((None, None, self.hidden))
        self.places = self.add_weight(
            shape=(1, GRID * GRID, self.hidden), initializer="random_normal", name="places"
        )
        self.built = True

    def call(
        self, token_ids: Any, stem: Any, present: Any, *, encoder: TextEncoder, training: bool = False
    ) -> Any:
        """Run the joint encoder.

        Args:
            token_ids: int32 (B, L).
            stem: float32 (B, 112, 112, 32), the image tower's stem.
            present: bool (B,), whether the image is there.
            encoder: The text tower; all its layers see both modalities.
            training: Whether dropout is on.

        Returns:
            float32 (B, 384), the mean over all tokens that are there.
        """
        words, _ = encoder.embed(token_ids)
        word_mask = ops.not_equal(token_ids, 0)
        patches = ops.reshape(self.patches(stem), (-1, GRID * GRID, self.hidden))
        segment = encoder.segments(ops.ones((1, 1), "int32"))
        patches = self.patch_norm(patches) + self.places + segment
        patch_mask = ops.broadcast_to(present[:, None], (ops.shape(token_ids)[0], GRID * GRID))
        mask = ops.concatenate([word_mask, patch_mask], axis=1)
        both = ops.concatenate([words, patches], axis=1)
        states = encoder.encode(both, mask[:, None], training=training)
        return mean_pool(states[-1], mask)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "hidden": self.hidden}
