"""What training needs of the library that Keras computes with, by Keras's own setting ``KERAS_BACKEND``.

TensorFlow is the usual one. PyTorch is for a machine with a graphics card where only that is installed; the
network, the data and the loop are the same.
"""

from typing import TYPE_CHECKING

import keras

if TYPE_CHECKING or keras.config.backend() != "torch":
    from .on_tensorflow import StepFunction, compiled, gradients, on_replicas, replicas, version
else:
    from .on_torch import StepFunction, compiled, gradients, on_replicas, replicas, version

__all__ = ["StepFunction", "compiled", "gradients", "on_replicas", "replicas", "version"]
