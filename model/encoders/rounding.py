"""Layers whose weights are trained as they ship, in int8."""

from collections.abc import Sequence
from typing import Any, Final

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

INT8_MAX: Final = 127
SCALE_UNIT: Final = 2.0**-24  # of a row's scale, which is near .001; float16 just holds it
TINY: Final = 1e-9  # keeps the scale of an all-zero row or column finite

INITIAL_DEVIATION: Final = 0.02
"""Standard deviation of BERT's initial weights."""


def initializer() -> keras.initializers.Initializer:
    """Return what draws BERT's initial weights."""
    return keras.initializers.TruncatedNormal(stddev=INITIAL_DEVIATION)


def round_table(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Return an embedding table in int8, each row with its own scale.

    Args:
        table: float32 (V, D).

    Returns:
        int8 (V, D) and float32 (V, 1); their product is the rounded table.
    """
    scale = np.maximum(np.abs(table).max(axis=1, keepdims=True), TINY) / np.float32(INT8_MAX)
    return np.round(table / scale).astype(np.int8), scale


@keras.saving.register_keras_serializable("moodring")
class Int8Embedding(keras.layers.Layer):
    """A frozen embedding table in int8, each row with a scale of its own.

    Most words are too rare in the training data to move well; frozen they keep their neighbours. Frozen
    they can also be trained on as they ship: the word table alone is half of the text tower.

    Args:
        rows: Number of ids.
        width: Width of an embedding.
    """

    def __init__(self, rows: int, width: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = rows
        self.width = width

    def build(self, input_shape: Any) -> None:
        shape = (self.rows, self.width)
        self.table = self.add_weight(shape, "zeros", "int8", trainable=False, name="table")
        # Whole numbers, since the converter would round a long list of floats to int8 as well.
        self.scale = self.add_weight((self.rows, 1), "ones", "int32", trainable=False, name="scale")
        self.load(ops.convert_to_numpy(initializer()(shape)))
        self.built = True

    def load(self, table: NDArray[np.float32]) -> None:
        """Take over a table (rows, width), rounded."""
        rounded, scale = round_table(table)
        self.table.assign(rounded)
        self.scale.assign(np.round(scale / SCALE_UNIT))

    def call(self, ids: Any) -> Any:
        rows = ops.cast(ops.take(self.table, ids, axis=0), self.compute_dtype)
        return rows * (ops.cast(ops.take(self.scale, ids, axis=0), self.compute_dtype) * SCALE_UNIT)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "rows": self.rows, "width": self.width}


def _rounded(kernel: Any) -> Any:
    """Round a kernel (…, inputs, outputs) to int8 and back, a scale for each output; gradients pass."""
    scale = ops.maximum(ops.max(ops.abs(kernel), axis=-2, keepdims=True), TINY) / INT8_MAX
    return kernel + ops.stop_gradient(ops.round(kernel / scale) * scale - kernel)


@keras.saving.register_keras_serializable("moodring")
class ProductDense(keras.layers.Dense):
    """A dense layer whose matrix product may be computed in another type than the rest of the network.

    Args:
        units: Number of outputs.
        products: Type of the product's factors. ``bfloat16`` halves the time of a training step on a
            processor that multiplies it natively; weights, sums and gradients' sums stay in float32.
    """

    def __init__(self, units: int, *, products: str = "float32", **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.products = products

    def product(self, inputs: Any, kernel: Any) -> Any:
        """Return ``inputs @ kernel``: (n, i) and (i, o) to (n, o)."""
        if self.products == "float32":
            return ops.matmul(inputs, kernel)
        factors = ops.cast(inputs, self.products), ops.cast(kernel, self.products)
        return ops.cast(ops.matmul(*factors), inputs.dtype)

    def call(self, inputs: Any, training: bool = False) -> Any:
        return self.activation(self.product(inputs, self.kernel) + self.bias)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "products": self.products}


@keras.saving.register_keras_serializable("moodring")
class RoundedDense(ProductDense):
    """A dense layer that computes with its kernel as it ships: in int8, a scale for each output.

    Gradients pass the rounding as if it were not there (straight-through, Jacob et al., 2018,
    https://arxiv.org/abs/1712.05877), so training settles on kernels that lose nothing when they are
    stored in a quarter of the space.

    What ships also rounds the inputs, each token by its own largest feature. A few large ones would cost
    the others their precision. Where the same features are large in every token, those are multiplied apart
    (as in LLM.int8(), Dettmers et al., 2022, https://arxiv.org/abs/2208.07339); where they differ, features
    and weights are rounded in groups, so that a large one costs only its own (as in Q-BERT, Shen et al.,
    2020, https://arxiv.org/abs/1909.05840).

    Args:
        units: Number of outputs.
        apart: Input features that are multiplied apart from the others.
        groups: Into how many groups of neighbours the input features fall; not together with ``apart``.
    """

    def __init__(self, units: int, *, apart: Sequence[int] = (), groups: int = 1, **kwargs: Any) -> None:
        super().__init__(units, **kwargs)
        self.apart = tuple(apart)
        self.groups = groups

    def call(self, inputs: Any, training: bool = False) -> Any:
        if training or (not self.apart and self.groups == 1):  # in training no input is rounded
            outputs = self.product(inputs, self._rounded_kernel()) + self.bias
        elif self.apart:
            outputs = _product_of_features_apart(inputs, self.kernel, self.bias, self.apart)
        else:
            outputs = self._product_of_groups(inputs)
        return self.activation(outputs)

    def _product_of_groups(self, inputs: Any) -> Any:
        parts = ops.split(inputs, self.groups, axis=1), ops.split(self.kernel, self.groups)
        outputs = self.bias
        for features, kernel in zip(*parts, strict=True):
            outputs = ops.matmul(features, _rounded(kernel)) + outputs
        return outputs

    def _rounded_kernel(self) -> Any:
        if self.apart:
            others = _others(self.kernel.shape[0], self.apart)[:, None]
            return _rounded(self.kernel * others) + _rounded(self.kernel * (1 - others))
        inputs, outputs = self.kernel.shape
        groups = ops.reshape(self.kernel, (self.groups, inputs // self.groups, outputs))
        return ops.reshape(_rounded(groups), (inputs, outputs))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "apart": self.apart, "groups": self.groups}


def _others(features: int, apart: Sequence[int]) -> NDArray[np.float32]:
    """Return 1 for each input feature that is multiplied with the others and 0 for one apart."""
    others = np.ones(features, np.float32)
    others[list(apart)] = 0
    return others


def _product_of_features_apart(inputs: Any, kernel: Any, bias: Any, apart: Sequence[int]) -> Any:
    others = _others(kernel.shape[0], apart)
    # Clipped to nothing rather than multiplied by it: the converter would move a factor into the kernel.
    small = ops.clip(inputs, -others / TINY, others / TINY)
    large = ops.concatenate([inputs[:, index : index + 1] for index in apart], axis=-1)
    outputs = ops.matmul(large, _rounded(ops.take(kernel, apart, axis=0))) + bias
    return ops.matmul(small, _rounded(kernel * others[:, None])) + outputs


def side_by_side(layers: Sequence[ProductDense], inputs: Any, training: bool = False) -> Sequence[Any]:
    """Return what layers of one width make of the same inputs, (n, i) to (n, o) each.

    As they ship, rounded layers share one product: the inputs are then rounded once.

    Args:
        layers: Without activation, and alike in what they multiply apart.
        inputs: float (n, i).
        training: Whether gradients are wanted.
    """
    first = layers[0]
    if training or not isinstance(first, RoundedDense) or not first.apart:
        return [layer(inputs, training=training) for layer in layers]
    kernel = ops.concatenate([layer.kernel for layer in layers], axis=1)
    bias = ops.concatenate([layer.bias for layer in layers])
    outputs: Sequence[Any] = ops.split(
        _product_of_features_apart(inputs, kernel, bias, first.apart), len(layers), axis=1
    )
    return outputs


def dense(
    units: int,
    rounded: bool,
    products: str,
    *,
    apart: Sequence[int] = (),
    groups: int = 1,
    **kwargs: Any,
) -> ProductDense:
    """Return a dense layer whose kernel is rounded, or one whose kernel is not.

    Args:
        units: Number of outputs.
        rounded: Whether it is.
        products: Type of the product's factors.
        apart: Input features that a rounded one multiplies apart from the others.
        groups: Into how many groups a rounded one's input features fall.
        kwargs: What Keras' dense layer takes.
    """
    kwargs |= {"products": products, "kernel_initializer": initializer()}
    if not rounded:
        return ProductDense(units, **kwargs)
    return RoundedDense(units, apart=apart, groups=groups, **kwargs)
