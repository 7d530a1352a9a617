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
    """Round a kernel (inputs, outputs) to int8 and back; gradients pass."""
    scale = ops.maximum(ops.max(ops.abs(kernel), axis=0, keepdims=True), TINY) / INT8_MAX
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
    the others their precision, so they are multiplied apart (as in LLM.int8(), Dettmers et al., 2022,
    https://arxiv.org/abs/2208.07339): where the same features are large in every token, those; where they
    differ, what exceeds a limit.

    Args:
        units: Number of outputs.
        apart: Input features that are multiplied apart from the others.
        limit: Size up to which an input counts with the others, or None; not together with ``apart``.
    """

    def __init__(
        self, units: int, *, apart: Sequence[int] = (), limit: float | None = None, **kwargs: Any
    ) -> None:
        super().__init__(units, **kwargs)
        self.apart = tuple(apart)
        self.limit = limit

    def call(self, inputs: Any, training: bool = False) -> Any:
        if self.apart and not training:  # in training no input is rounded
            outputs = self._product_of_features_apart(inputs)
        elif self.limit is not None and not training:
            kernel, within = _rounded(self.kernel), ops.clip(inputs, -self.limit, self.limit)
            outputs = ops.matmul(inputs - within, kernel) + self.bias + ops.matmul(within, kernel)
        else:
            outputs = self.product(inputs, self._rounded_kernel()) + self.bias
        return self.activation(outputs)

    def _others(self) -> NDArray[np.float32]:
        """Return 1 for each input feature that is multiplied with the others and 0 for one apart."""
        others = np.ones(self.kernel.shape[0], np.float32)
        others[list(self.apart)] = 0
        return others

    def _rounded_kernel(self) -> Any:
        if not self.apart:
            return _rounded(self.kernel)
        others = self._others()[:, None]
        return _rounded(self.kernel * others) + _rounded(self.kernel * (1 - others))

    def _product_of_features_apart(self, inputs: Any) -> Any:
        others = self._others()
        # Clipped to nothing rather than multiplied by it: the converter would move a factor into the kernel.
        small = ops.clip(inputs, -others / TINY, others / TINY)
        large = ops.concatenate([inputs[:, index : index + 1] for index in self.apart], axis=-1)
        outputs = ops.matmul(large, _rounded(ops.take(self.kernel, self.apart, axis=0))) + self.bias
        return ops.matmul(small, _rounded(self.kernel * others[:, None])) + outputs

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "apart": self.apart, "limit": self.limit}


def dense(
    units: int,
    rounded: bool,
    products: str,
    *,
    apart: Sequence[int] = (),
    limit: float | None = None,
    **kwargs: Any,
) -> ProductDense:
    """Return a dense layer whose kernel is rounded, or one whose kernel is not.

    Args:
        units: Number of outputs.
        rounded: Whether it is.
        products: Type of the product's factors.
        apart: Input features that a rounded one multiplies apart from the others.
        limit: Size up to which a rounded one counts an input with the others, or None.
        kwargs: What Keras' dense layer takes.
    """
    kwargs |= {"products": products, "kernel_initializer": initializer()}
    return (
        RoundedDense(units, apart=apart, limit=limit, **kwargs) if rounded else ProductDense(units, **kwargs)
    )
