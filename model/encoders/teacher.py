"""The teacher: a text tower of MPNet-base's size, for training only (Song et al., 2020).

It is five times as large as the tower that ships and never ships itself: fine-tuned, it says of every
text what the small tower is taught (distillation, Hinton et al., 2015, https://arxiv.org/abs/1503.02531).
Both read the same token ids, since MPNet's vocabulary is BERT's behind four entries of its own.
"""

from typing import Any, Final

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from .text import CLS, SEP, UNSEEN, EncoderLayer

BEGIN, PAD, END = 0, 1, 2  # in MPNet's
VOCABULARY_OFFSET: Final = 4
FIRST_POSITION: Final = 2

BUCKETS: Final = 32
"""Relative distances that are told apart, half of them in each direction."""

FARTHEST: Final = 128
"""Distance in tokens from which all fall into the last bucket of their direction."""


def relative_buckets(length: int) -> NDArray[np.int32]:
    """Return the bucket of each pair of places: int32 (length, length), query by key.

    The first half of a direction's buckets holds one distance each, the others grow logarithmically
    (as in T5, Raffel et al., 2020, https://arxiv.org/abs/1910.10683).
    """
    places = np.arange(length)
    distance = places[:, None] - places[None, :]
    one_way = BUCKETS // 2
    exact = one_way // 2
    size = np.abs(distance)
    growth = np.log(np.maximum(size, 1) / exact) / np.log(FARTHEST / exact)
    far = np.minimum(exact + (growth * (one_way - exact)).astype(np.int32), one_way - 1)
    return np.asarray(np.where(size < exact, size, far) + one_way * (distance < 0), np.int32)


@keras.saving.register_keras_serializable("moodring")
class TeacherEncoder(keras.layers.Layer):
    """MPNet encoder that takes the small tower's token ids.

    Args:
        vocabulary: Number of token ids.
        hidden: Width of the sequence.
        layers: Number of transformer layers.
        heads: Number of attention heads.
        feed_forward: Width of each layer's inner dense layer.
        positions: Longest sequence.
        dropout: Dropout rate everywhere.
        products: Type of the matrix products' factors.

    Example:
        ```python
        [states] = TeacherEncoder()(token_ids)  # int32 (B, L) -> float32 (B, L, 768)
        ```
    """

    def __init__(
        self,
        vocabulary: int = 30_527,
        hidden: int = 768,
        layers: int = 12,
        heads: int = 12,
        feed_forward: int = 3_072,
        positions: int = 512,
        dropout: float = 0.1,
        products: str = "float32",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.vocabulary = vocabulary
        self.hidden = hidden
        self.layers = layers
        self.heads = heads
        self.feed_forward = feed_forward
        self.positions = positions
        self.dropout = dropout
        self.products = products
        self.words = keras.layers.Embedding(vocabulary, hidden, name="words")
        self.words.trainable = False  # as in the small tower: most words are too rare to move well
        self.places = keras.layers.Embedding(positions + FIRST_POSITION, hidden, name="places")
        self.distances = keras.layers.Embedding(BUCKETS, heads, name="distances")
        self.embedding_norm = keras.layers.LayerNormalization(epsilon=1e-5, name="embedding_norm")
        self.embedding_dropout = keras.layers.Dropout(dropout)
        self.blocks = [
            EncoderLayer(
                heads,
                hidden,
                feed_forward,
                dropout,
                rounded=False,
                products=products,
                epsilon=1e-5,
                name=f"layer_{index}",
            )
            for index in range(layers)
        ]

    def build(self, input_shape: Any) -> None:
        for table in (self.words, self.places, self.distances):
            table.build(input_shape)
        sequence = (None, None, self.hidden)
        self.embedding_norm.build(sequence)
        for block in self.blocks:
            block.build(sequence)
        # A constant over all places, cut to each batch's length.
        self._buckets = relative_buckets(self.positions)
        self.built = True

    def call(self, token_ids: Any, training: bool = False) -> list[Any]:
        mask = ops.not_equal(token_ids, 0)
        own = ops.where(token_ids == CLS, BEGIN, token_ids + VOCABULARY_OFFSET)
        own = ops.where(token_ids == SEP, END, own)
        own = ops.where(mask, own, PAD)
        length = ops.shape(token_ids)[1]
        places = ops.arange(length) + FIRST_POSITION
        x = self.embedding_norm(self.words(own) + self.places(places)[None])
        x = self.embedding_dropout(x, training=training)
        buckets = ops.convert_to_tensor(self._buckets)[:length, :length]
        bias = ops.transpose(self.distances(buckets), (2, 0, 1))[None]
        bias = bias + (1.0 - ops.expand_dims(ops.cast(mask, x.dtype), (1, 2))) * UNSEEN
        for block in self.blocks:
            x = block(x, bias, training=training)
        return [x]

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "vocabulary": self.vocabulary,
            "hidden": self.hidden,
            "layers": self.layers,
            "heads": self.heads,
            "feed_forward": self.feed_forward,
            "positions": self.positions,
            "dropout": self.dropout,
            "products": self.products,
        }
