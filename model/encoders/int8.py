"""A dense layer that can compute as its int8 export will: quantisation-aware training.

LiteRT runs a dense layer of a dynamic-range int8 file on weights rounded per output channel and on
activations rounded per row while it runs. A network that was trained without these roundings changes
its mind on close calls once exported. So the text tower can simulate them, with straight-through
gradients (Jacob et al., 2018, https://arxiv.org/abs/1712.05877).
"""

from typing import Any

import keras
from keras import ops

WEIGHT_LEVELS = 127.0  # symmetric, narrow range
ACTIVATION_LEVELS = 255.0  # asymmetric, full range


def _straight_through(x: Any, rounded: Any) -> Any:
    """Return ``rounded``, with the gradient of ``x``."""
    return x + ops.stop_gradient(rounded - x)


def round_kernel(kernel: Any) -> Any:
    """Return a kernel (inputs, outputs) as int8 holds it: one symmetric scale per output channel."""
    scale = ops.max(ops.abs(kernel), axis=0, keepdims=True) / WEIGHT_LEVELS
    scale = ops.maximum(scale, 1e-12)
    return _straight_through(kernel, ops.round(kernel / scale) * scale)


def round_rows(x: Any) -> Any:
    """Return activations (…, inputs) as int8 holds them: one scale and zero point per row."""
    lowest = ops.minimum(ops.min(x, axis=-1, keepdims=True), 0.0)
    highest = ops.maximum(ops.max(x, axis=-1, keepdims=True), 0.0)
    scale = ops.maximum((highest - lowest) / ACTIVATION_LEVELS, 1e-12)
    zero = ops.round(-lowest / scale)
    levels = ops.clip(ops.round(x / scale) + zero, 0.0, ACTIVATION_LEVELS)
    return _straight_through(x, (levels - zero) * scale)


@keras.saving.register_keras_serializable("moodring")
class Int8Dense(keras.layers.Dense):
    """A dense layer with a switch: compute in float32, or as the int8 export will.

    Attributes:
        simulate_int8: The switch, off at first. Weights and their layout are those of ``Dense``.
    """

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.simulate_int8 = False

    def call(self, inputs: Any, training: Any = None) -> Any:
        if not self.simulate_int8:
            return super().call(inputs, training=training)
        x = ops.matmul(round_rows(inputs), round_kernel(self.kernel)) + self.bias
        return x if self.activation is None else self.activation(x)
