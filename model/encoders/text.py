"""The text tower: a BERT encoder of MiniLM-L6's size (Devlin et al., 2019; Wang et al., 2020)."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import keras
from keras import ops

from .rounding import Int8Embedding, dense, initializer, side_by_side

STAGES: Final[tuple[int, ...]] = (2, 4, 6)
"""The layers after which other parts may read the tower; the last is its output."""

SHARED: Final = STAGES[-2]
"""How many of the tower's layers a fusion run leaves as they are. What ships has them once, and those behind
them twice: the text run's for words alone, and the fusion run's for whatever has a picture."""

OUTLIERS: Final[tuple[int, ...]] = (63, 99, 157, 223)
"""Features of MiniLM-L6 that are up to forty times as large as the others' spread, in every layer."""

GROUPS: Final = 4
"""Groups in which a feed-forward layer rounds its inner features: any of them may be large, each token's own.
Eight would take a tenth more time and keep the shipped tower hardly closer to the trained one."""

CLS, SEP = 101, 102
"""Token ids that begin a message and end each of its parts."""

UNSEEN: Final = -1e4
"""What keeps a token from being attended to; a larger one would overflow in half precision."""


@keras.saving.register_keras_serializable("moodring")
class LayerNorm(keras.layers.LayerNormalization):
    """Layer normalisation (Ba et al., 2016) in eight steps of LiteRT's; Keras's own becomes eleven."""

    def call(self, inputs: Any) -> Any:
        centred = inputs - ops.mean(inputs, axis=-1, keepdims=True)
        variance = ops.mean(ops.square(centred), axis=-1, keepdims=True)
        return centred * ops.rsqrt(variance + self.epsilon) * self.gamma + self.beta


def sequence_shape(x: Any, *rest: int) -> tuple[Any, ...]:
    """Return the shape (B, L, *rest) for a sequence x of shape (B, L, …).

    With a known batch size the shape is constant but for one -1: LiteRT plans and delegates such a
    graph whole, while shapes computed at run time break it up.
    """
    batch = x.shape[0]
    return (-1, ops.shape(x)[1], *rest) if batch is None else (batch, -1, *rest)


@keras.saving.register_keras_serializable("moodring")
class SelfAttention(keras.layers.Layer):
    """Multi-head self-attention with separate dense projections.

    Args:
        heads: Number of heads.
        hidden: Width of the sequence; ``hidden / heads`` is each head's width.
        dropout: Dropout on the attention weights.
        outliers: Features that dwarf the others.
        rounded: Whether the kernels are trained as they ship, in int8.
        products: Type of the matrix products' factors.
    """

    def __init__(
        self,
        heads: int,
        hidden: int,
        dropout: float = 0.1,
        outliers: Sequence[int] = (),
        rounded: bool = True,
        products: str = "float32",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.heads = heads
        self.hidden = hidden
        self.dropout = dropout
        self.outliers = tuple(outliers)
        self.rounded = rounded
        self.products = products
        self.query, self.key, self.value = (
            dense(hidden, rounded, products, apart=outliers, name=name) for name in ("query", "key", "value")
        )
        self.output_dense = dense(hidden, rounded, products, name="output")
        self.weights_dropout = keras.layers.Dropout(dropout)

    def build(self, input_shape: Any) -> None:
        for projection in (self.query, self.key, self.value, self.output_dense):
            projection.build((None, self.hidden))
        self.built = True

    def call(self, x: Any, bias: Any, training: bool = False) -> Any:
        head = self.hidden // self.heads
        split = sequence_shape(x, self.heads, head)
        flat = ops.reshape(x, (-1, self.hidden))
        query, key, value = (
            ops.transpose(ops.reshape(projected, split), (0, 2, 1, 3))
            for projected in side_by_side((self.query, self.key, self.value), flat, training)
        )
        scores = ops.matmul(query * head**-0.5, ops.transpose(key, (0, 1, 3, 2))) + bias
        weights = self.weights_dropout(ops.softmax(scores), training=training)
        mixed = ops.transpose(ops.matmul(weights, value), (0, 2, 1, 3))
        output = self.output_dense(ops.reshape(mixed, (-1, self.hidden)))
        return ops.reshape(output, sequence_shape(x, self.hidden))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "heads": self.heads,
            "hidden": self.hidden,
            "dropout": self.dropout,
            "outliers": self.outliers,
            "rounded": self.rounded,
            "products": self.products,
        }


@keras.saving.register_keras_serializable("moodring")
class EncoderLayer(keras.layers.Layer):
    """One post-norm transformer layer as in BERT.

    Args:
        heads: Number of attention heads.
        hidden: Width of the sequence.
        feed_forward: Width of the inner dense layer.
        dropout: Dropout after attention, after the feed-forward part and on attention weights.
        outliers: Features that dwarf the others.
        rounded: Whether the kernels are trained as they ship, in int8.
        products: Type of the matrix products' factors.
        epsilon: What keeps the norms' divisor from zero.
    """

    def __init__(
        self,
        heads: int,
        hidden: int,
        feed_forward: int,
        dropout: float = 0.1,
        outliers: Sequence[int] = (),
        rounded: bool = True,
        products: str = "float32",
        epsilon: float = 1e-12,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.heads = heads
        self.hidden = hidden
        self.feed_forward = feed_forward
        self.dropout = dropout
        self.outliers = tuple(outliers)
        self.rounded = rounded
        self.products = products
        self.epsilon = epsilon
        self.attention = SelfAttention(heads, hidden, dropout, outliers, rounded, products, name="attention")
        self.attention_norm = LayerNorm(epsilon=epsilon, name="attention_norm")
        self.inner = dense(feed_forward, rounded, products, apart=outliers, activation="gelu", name="inner")
        self.outer = dense(hidden, rounded, products, groups=GROUPS, name="outer")
        self.outer_norm = LayerNorm(epsilon=epsilon, name="outer_norm")
        self.residual_dropout = keras.layers.Dropout(dropout)

    def build(self, input_shape: Any) -> None:
        self.attention.build(input_shape)
        self.attention_norm.build(input_shape)
        self.inner.build((None, self.hidden))
        self.outer.build((None, self.feed_forward))
        self.outer_norm.build(input_shape)
        self.built = True

    def call(self, x: Any, bias: Any, training: bool = False) -> Any:
        attended = self.residual_dropout(self.attention(x, bias, training=training), training=training)
        x = self.attention_norm(x + attended)
        changed = self.outer(self.inner(ops.reshape(x, (-1, self.hidden))), training=training)
        changed = ops.reshape(changed, sequence_shape(x, self.hidden))
        return self.outer_norm(x + self.residual_dropout(changed, training=training))

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "heads": self.heads,
            "hidden": self.hidden,
            "feed_forward": self.feed_forward,
            "dropout": self.dropout,
            "outliers": self.outliers,
            "rounded": self.rounded,
            "products": self.products,
            "epsilon": self.epsilon,
        }


def _seen(same_message: Any, token_ids: Any) -> Any:
    """Return which token may see which, bool (B, L, L): those of its message that are no padding."""
    return ops.logical_and(same_message, ops.not_equal(token_ids, 0)[:, None, :])


def _attention_bias(sees: Any, dtype: Any) -> Any:
    """Return what keeps tokens apart when it is added to the attention's scores, (B, 1, L, L)."""
    return (1.0 - ops.cast(sees, dtype)[:, None]) * UNSEEN


@keras.saving.register_keras_serializable("moodring")
class TextEncoder(keras.layers.Layer):
    """BERT encoder that hands out its hidden states at `STAGES`.

    A sequence may hold several messages one after the other: each begins at its [CLS], counts its places
    from there and sees no other. What comes after a message's first [SEP] is its second segment.

    Args:
        vocabulary: Number of token ids.
        hidden: Width of the sequence.
        layers: Number of transformer layers.
        heads: Number of attention heads.
        feed_forward: Width of each layer's inner dense layer.
        positions: Longest sequence.
        dropout: Dropout rate everywhere.
        outliers: Features that dwarf the others.
        products: Type of the matrix products' factors.
        begin: Token id that begins a message.
        separator: Token id that ends a segment.

    Example:
        ```python
        encoder = TextEncoder()
        early, middle, last = encoder(token_ids)  # int32 (B, L) -> three float32 (B, L, 384)
        ```
    """

    def __init__(
        self,
        vocabulary: int = 30_522,
        hidden: int = 384,
        layers: int = 6,
        heads: int = 12,
        feed_forward: int = 1_536,
        positions: int = 512,
        dropout: float = 0.1,
        outliers: Sequence[int] = OUTLIERS,
        products: str = "float32",
        begin: int = CLS,
        separator: int = SEP,
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
        self.outliers = tuple(outliers)
        self.products = products
        self.begin = begin
        self.separator = separator
        self.words = Int8Embedding(vocabulary, hidden, name="words")
        self.places = Int8Embedding(positions, hidden, name="places")
        self.segments = keras.layers.Embedding(2, hidden, initializer(), name="segments")
        self.embedding_norm = LayerNorm(epsilon=1e-12, name="embedding_norm")
        self.embedding_dropout = keras.layers.Dropout(dropout)
        self.blocks = [
            EncoderLayer(
                heads, hidden, feed_forward, dropout, outliers, products=products, name=f"layer_{index}"
            )
            for index in range(layers)
        ]

    def build(self, input_shape: Any) -> None:
        for table in (self.words, self.places, self.segments):
            table.build(input_shape)
        sequence = (None, None, self.hidden)
        self.embedding_norm.build(sequence)
        for block in self.blocks:
            block.build(sequence)
        self.built = True

    def freeze_shared(self) -> None:
        """Leave everything up to the `SHARED` layers as it is in training."""
        for part in (self.segments, self.embedding_norm, *self.blocks[:SHARED]):
            part.trainable = False

    def embed(self, token_ids: Any) -> tuple[Any, Any]:
        """Return what the layers start from.

        Args:
            token_ids: int32 (B, L).

        Returns:
            The sum of word, place and segment embeddings before the first norm, (B, L, hidden); and
            which token may see which, bool (B, L, L).
        """
        same = self._same_message(token_ids)
        # Counting by a running sum keeps the shape known where the length is not (see above).
        order = ops.cumsum(ops.ones_like(token_ids), axis=1)
        before = ops.logical_and(same, ops.greater(order[:, :, None], order[:, None, :]))
        places = ops.sum(ops.cast(before, "int32"), axis=2)
        ended = ops.logical_and(before, ops.equal(token_ids, self.separator)[:, None, :])
        x = self.words(token_ids) + self.places(places)
        first, second = self.segments.embeddings[:1], self.segments.embeddings[1:]
        # Not looked up: the converter knows no look-up by a number that was made from truth values.
        x += first + ops.cast(ops.any(ended, axis=2), x.dtype)[:, :, None] * (second - first)
        return x, _seen(same, token_ids)

    def _same_message(self, token_ids: Any) -> Any:
        """Return which tokens stand in the same message: int32 (B, L) -> bool (B, L, L)."""
        message = ops.cumsum(ops.cast(ops.equal(token_ids, self.begin), "int32"), axis=1)
        return ops.equal(message[:, :, None], message[:, None, :])

    def finish(self, shared: Any, token_ids: Any) -> Any:
        """Run the layers behind the `SHARED` ones, as an answer needs them: without dropout.

        Args:
            shared: The states after the shared layers, (B, L, hidden).
            token_ids: int32 (B, L).

        Returns:
            The tower's output, (B, L, hidden).
        """
        bias = _attention_bias(_seen(self._same_message(token_ids), token_ids), shared.dtype)
        for block in self.blocks[SHARED:]:
            shared = block(shared, bias)
        return shared

    def encode(
        self,
        x: Any,
        sees: Any,
        training: bool = False,
        change: Callable[[int, Any], Any] | None = None,
    ) -> list[Any]:
        """Run the layers over embeddings.

        Args:
            x: (B, L, hidden).
            sees: Which token may see which, bool (B, L, L) or, for all alike, (B, 1, L).
            training: Whether dropout is on.
            change: Given a stage's number and its states, returns what the next layer reads instead.

        Returns:
            The states after each of `STAGES`, (B, L, hidden).
        """
        x = self.embedding_dropout(self.embedding_norm(x), training=training)
        bias = _attention_bias(sees, x.dtype)
        states = []
        for number, block in enumerate(self.blocks, start=1):
            x = block(x, bias, training=training)
            if number in STAGES:
                states.append(x)
                x = change(len(states) - 1, x) if change is not None else x
        return states

    def call(self, token_ids: Any, training: bool = False) -> list[Any]:
        return self.encode(*self.embed(token_ids), training=training)

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
            "outliers": self.outliers,
            "products": self.products,
            "begin": self.begin,
            "separator": self.separator,
        }


def mean_pool(states: Any, mask: Any) -> Any:
    """Return the mean over unmasked places: (B, L, D) and (B, L) -> (B, D); zeros where none is."""
    weights = ops.expand_dims(ops.cast(mask, states.dtype), -1)
    return ops.sum(states * weights, axis=1) / ops.maximum(ops.sum(weights, axis=1), 1.0)
