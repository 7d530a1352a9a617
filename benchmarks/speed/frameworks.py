"""BERT-base in TensorFlow and in PyTorch, with random weights: they do not change the speed."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Final, TypeAlias

import numpy as np
from shapes import BASE

Answer: TypeAlias = Callable[[Any], Any]
"""Token ids, int32 (1, L), to logits, (1, labels)."""


def open_tensorflow(threads: int) -> Answer:
    """Return a BERT of Keras's layers in one compiled graph for all lengths, `tf.function`'s usual form."""
    import keras
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    ids = keras.Input((None,), dtype="int32")
    seen = keras.ops.not_equal(ids, 0)[:, None, :]
    places = keras.ops.cumsum(keras.ops.ones_like(ids), axis=1) - 1
    x = keras.layers.Embedding(BASE.vocabulary, BASE.width)(ids)
    x += keras.layers.Embedding(BASE.positions, BASE.width)(places)
    x = keras.layers.LayerNormalization(epsilon=1e-12)(x)
    for _ in range(BASE.layers):
        mixed = keras.layers.MultiHeadAttention(BASE.heads, BASE.width // BASE.heads)(
            x, x, attention_mask=seen
        )
        x = keras.layers.LayerNormalization(epsilon=1e-12)(x + mixed)
        changed = keras.layers.Dense(BASE.width)(keras.layers.Dense(BASE.inner, activation="gelu")(x))
        x = keras.layers.LayerNormalization(epsilon=1e-12)(x + changed)
    pooled = keras.layers.Dense(BASE.width, activation="tanh")(x[:, 0])
    model = keras.Model(ids, keras.layers.Dense(BASE.labels)(pooled))
    signature = [tf.TensorSpec((1, None), tf.int32)]
    compiled = tf.function(lambda tokens: model(tokens, training=False), input_signature=signature)
    return lambda tokens: compiled(tf.constant(tokens)).numpy()


def open_pytorch(threads: int) -> Answer:
    """Return a BERT of PyTorch's own encoder layers, which take a fused path in inference."""
    import torch
    from torch import nn

    torch.set_num_threads(threads)

    class Bert(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.words = nn.Embedding(BASE.vocabulary, BASE.width)
            self.places = nn.Embedding(BASE.positions, BASE.width)
            self.norm = nn.LayerNorm(BASE.width)
            layer = nn.TransformerEncoderLayer(
                BASE.width, BASE.heads, BASE.inner, activation="gelu", batch_first=True
            )
            self.encoder = nn.TransformerEncoder(layer, BASE.layers)
            self.pooler = nn.Linear(BASE.width, BASE.width)
            self.head = nn.Linear(BASE.width, BASE.labels)

        def forward(self, ids: Any) -> Any:
            x = self.norm(self.words(ids) + self.places(torch.arange(ids.shape[1])))
            x = self.encoder(x, src_key_padding_mask=ids == 0)
            return self.head(torch.tanh(self.pooler(x[:, 0])))

    model = Bert().eval()

    def answer(tokens: Any) -> Any:
        with torch.inference_mode():
            return model(torch.from_numpy(tokens.astype(np.int64))).numpy()

    return answer


def is_there(name: str) -> bool:
    """Return whether a framework is installed."""
    return find_spec({"tensorflow": "tensorflow", "pytorch": "torch"}[name]) is not None


OPEN: Final[dict[str, Callable[[int], Answer]]] = {"tensorflow": open_tensorflow, "pytorch": open_pytorch}
"""By name."""
