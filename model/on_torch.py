"""The same as `on_tensorflow` in PyTorch, where nothing is compiled and there is one device."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any, Final, NamedTuple

import keras
import torch
from keras import ops
from numpy.typing import NDArray

version: Final[str] = torch.__version__


def compiled(function: Callable[..., Any], *_: keras.KerasTensor) -> Callable[..., Any]:
    """Return the function without the bookkeeping for gradients."""
    without_gradients: Callable[..., Any] = torch.no_grad()(function)
    return without_gradients


def gradients(
    function: Callable[[], Any], variables: Sequence[keras.Variable], clip: float
) -> tuple[Any, list[Any]]:
    """Return what a function gives and the gradients with respect to variables, as `on_tensorflow` does."""
    with torch.enable_grad():
        value = function()
        sources = [variable.value for variable in variables]
        found = list(torch.autograd.grad(value, sources, allow_unused=True))
    used = [gradient for gradient in found if gradient is not None]
    norm = torch.nn.utils.get_total_norm(used)
    torch._foreach_mul_(used, torch.clamp(clip / norm, max=1.0))
    return value.detach(), found


class StepFunction:
    """A training step.

    Args:
        step: Takes a batch's tensors by name and returns its loss.
    """

    def __init__(self, step: Callable[[dict[str, Any]], Any], _: Mapping[str, keras.KerasTensor]) -> None:
        self._step = torch.no_grad()(step)

    def __call__(self, batch: Mapping[str, NDArray[Any]]) -> Any:
        """Take the step and return its loss, a scalar tensor."""
        return self._step({name: ops.convert_to_tensor(value) for name, value in batch.items()})


class _OneDevice(NamedTuple):
    scope: Callable[[], Any] = nullcontext


def replicas() -> int:
    """Return how many devices train together."""
    return 1


def on_replicas(count: int) -> _OneDevice:
    """Return what trains on one device.

    Raises:
        ValueError: More are asked for.
    """
    if count > 1:
        raise ValueError("replicas need TensorFlow: leave KERAS_BACKEND unset")
    return _OneDevice()
