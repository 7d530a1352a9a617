"""Compiled calls, gradients and replicas in TensorFlow."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

version: Final[str] = tf.__version__

_graph: Final = partial(tf.function, autograph=False)
"""Nothing here branches on a tensor in Python, and rewriting all functions for that takes seconds a graph."""


def _spec(spec: keras.KerasTensor) -> tf.TensorSpec:
    return tf.TensorSpec(spec.shape, spec.dtype)


def compiled(function: Callable[..., Any], *specs: keras.KerasTensor) -> Callable[..., Any]:
    """Return a function of tensors that is compiled once for all sizes, for use without gradients.

    Args:
        function: What to compile.
        specs: Shape and type of each argument; none to compile for what comes.
    """
    signature = [_spec(spec) for spec in specs] or None
    fast: Callable[..., Any] = _graph(function, input_signature=signature, reduce_retracing=True)
    return fast


def gradients(
    function: Callable[[], Any], variables: Sequence[keras.Variable], clip: float
) -> tuple[Any, list[Any]]:
    """Return what a function gives and the gradients with respect to variables, the mean of all replicas.

    Keras's optimizers add up what the replicas give them, so each gets its share.

    Args:
        function: Returns a scalar.
        variables: Keras's variables.
        clip: Largest norm of all gradients together.

    Returns:
        The scalar, and for each variable its gradient, or None where the function did not use it.
    """
    with tf.GradientTape() as tape:
        value = function()
    # TensorFlow knows only its own variables, so Keras's are unwrapped.
    found = tape.gradient(value, [variable.value for variable in variables])
    context = tf.distribute.get_replica_context()
    # A table's gradient is sparse, and sparse ones know no division.
    used = [tf.convert_to_tensor(gradient) for gradient in found if gradient is not None]
    mean = context.all_reduce(tf.distribute.ReduceOp.MEAN, used) if used else []
    clipped, _ = tf.clip_by_global_norm(mean, clip)
    shares = iter([gradient / context.num_replicas_in_sync for gradient in clipped])
    return value, [None if gradient is None else next(shares) for gradient in found]


def replicas() -> int:
    """Return how many devices train together."""
    return int(tf.distribute.get_strategy().num_replicas_in_sync)


def on_replicas(count: int) -> tf.distribute.Strategy:
    """Return what trains on that many devices at once: graphics cards, or parts of the processor.

    Args:
        count: Number of replicas. With 1 the present strategy stays.

    Raises:
        ValueError: There are too few devices, and TensorFlow has started already.
    """
    if count == 1:
        return tf.distribute.get_strategy()
    cards = tf.config.list_logical_devices("GPU") if tf.config.list_physical_devices("GPU") else []
    if len(cards) >= count:
        return tf.distribute.MirroredStrategy([device.name for device in cards[:count]])
    try:
        [processor] = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(
            processor, [tf.config.LogicalDeviceConfiguration()] * count
        )
    except RuntimeError as error:
        raise ValueError(f"{count} replicas need as many devices: {error}") from None
    return tf.distribute.MirroredStrategy([f"CPU:{number}" for number in range(count)])


class StepFunction:
    """A training step, compiled; each replica takes its share of the rows.

    Args:
        step: Takes a batch's tensors by name and returns its loss.
        specs: Shape and type of all that a batch may hold.
    """

    def __init__(self, step: Callable[[dict[str, Any]], Any], specs: Mapping[str, keras.KerasTensor]) -> None:
        self._step = step
        self._specs = specs
        self._compiled: dict[frozenset[str], Any] = {}
        self._strategy = tf.distribute.get_strategy()
        self._distributed = _graph(self._run_on_replicas, reduce_retracing=True)

    def __call__(self, batch: Mapping[str, NDArray[Any]]) -> Any:
        """Take the step and return its loss, a scalar tensor."""
        if self._strategy.num_replicas_in_sync > 1:
            return self._step_on_replicas(batch)
        parts = frozenset(batch)
        if parts not in self._compiled:
            signature = [{name: _spec(self._specs[name]) for name in batch}]
            self._compiled[parts] = _graph(self._step, input_signature=signature)
        return self._compiled[parts]({name: tf.constant(value) for name, value in batch.items()})

    def _step_on_replicas(self, batch: Mapping[str, NDArray[Any]]) -> Any:
        count = self._strategy.num_replicas_in_sync
        shares = [
            {name: np.array_split(value, count)[number] for name, value in batch.items()}
            for number in range(count)
        ]
        return self._distributed(
            self._strategy.experimental_distribute_values_from_function(
                lambda context: {
                    name: tf.constant(value)
                    for name, value in shares[context.replica_id_in_sync_group].items()
                }
            )
        )

    def _run_on_replicas(self, given: Any) -> Any:
        losses = self._strategy.run(self._step, args=(given,))
        return self._strategy.reduce(tf.distribute.ReduceOp.MEAN, losses, axis=None)
