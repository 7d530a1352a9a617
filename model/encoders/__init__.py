"""The towers: plain Keras 3 layers that take pretrained weights; training only, never at run time."""

from collections.abc import Callable
from typing import Any, TypeAlias

Endpoint: TypeAlias = tuple[Callable[..., dict[str, Any]], list[Any]]
"""What a signature of an exported file runs, and the specs of the tensors it takes."""
