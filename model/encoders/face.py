"""The face networks of face-api.js: a reader of their weights, the networks, and what is exported.

TinyFaceDetector is a tiny YOLO v2 (Redmon and Farhadi, 2016, https://arxiv.org/abs/1612.08242) of
separable convolutions; FaceExpressionNet has four blocks in which each layer reads the sum of all before
it. Both are by V. Mühler (2018), carried on in https://github.com/vladmandic/face-api, MIT License.

Their weights come as TensorFlow.js writes them: a JSON manifest with names, shapes and storage, and a file
of all numbers one after the other, most of them rounded to uint8 with a scale and a smallest value.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from ..faces import ANCHORS, EXPRESSIONS, FACE_SIDE, VIEWS
from . import Endpoint
from .pretrained import PretrainedError, Tensors, checked, find_pretrained

DETECTOR_FILES: Final = {
    "tiny_face_detector_model-weights_manifest.json": (
        "5d1af4849ac48d5b985f4a9b16010c512353ddd6fcc63d50fd0bc9e9e64296e5"
    ),
    "tiny_face_detector_model.bin": "b7503ce7df31039b1c43316a9b865cab6a70dd748cc602d3fa28b551503c3871",
}
EXPRESSION_FILES: Final = {
    "face_expression_model-weights_manifest.json": (
        "5b349c17c7836da506e03422cd6461c74085d8bb2713ad4114647dc5d28174c8"
    ),
    "face_expression_model.bin": "9a9840f2cf1f4c7eab95f197512569345c00d2426754d4608b92af30e0300f3d",
}
"""Each network's manifest and numbers, with their sha256."""

FETCH: Final = "make faces"
AGAIN: Final = f"fetch it again with `{FETCH}`"

DETECTOR_CHANNELS: Final = (32, 64, 128, 256, 512)
DETECTOR_MEAN: Final = (117.001, 114.697, 97.404)
"""Red, green and blue, 0..255, that the detector takes as zero."""

LEAK: Final = 0.1
"""Slope of the detector's activations below zero."""

EXPRESSION_CHANNELS: Final = (32, 64, 128, 256)
EXPRESSION_MEAN: Final = (122.782, 117.001, 104.298)
"""As `DETECTOR_MEAN`, for the expression network."""

_PARTS: Final[Mapping[type, tuple[str, ...]]] = {
    keras.layers.Conv2D: ("filters", "bias"),
    keras.layers.SeparableConv2D: ("depthwise_filter", "pointwise_filter", "bias"),
    keras.layers.Dense: ("weights", "bias"),
}
"""What the manifests call a layer's tensors, in Keras's order."""


def read_face_detector(folder: Path) -> Tensors:
    """Read TinyFaceDetector's tensors from its two files under ``folder``.

    Raises:
        PretrainedError: A file is missing or is not the one expected.
    """
    return decode_weights(*(_read_file(folder, name, sha256) for name, sha256 in DETECTOR_FILES.items()))


def read_expression_net(folder: Path) -> Tensors:
    """Read FaceExpressionNet's tensors from its two files under ``folder``.

    Raises:
        PretrainedError: A file is missing or is not the one expected.
    """
    return decode_weights(*(_read_file(folder, name, sha256) for name, sha256 in EXPRESSION_FILES.items()))


def _read_file(folder: Path, name: str, sha256: str) -> bytes:
    path = find_pretrained(folder, name, FETCH)
    return checked(path, path.read_bytes(), sha256, FETCH)


def decode_weights(manifest: bytes, content: bytes) -> Tensors:
    """Decode tensors as TensorFlow.js stores them.

    Args:
        manifest: JSON, a list of groups of tensors, each with its name, shape and storage.
        content: The tensors' numbers in the manifest's order, as float32, or as uint8 that are to be
            multiplied by a scale and added to a smallest value.

    Returns:
        float32 arrays by their name in the manifest, convolutions as (height, width, inputs, outputs).

    Raises:
        PretrainedError: A tensor is stored in another way, or there are fewer or more numbers than the
            manifest names.
    """
    tensors: dict[str, NDArray[np.float32]] = {}
    place = 0
    for entry in (entry for group in json.loads(manifest) for entry in group["weights"]):
        name, shape, rounding = entry["name"], entry["shape"], entry.get("quantization")
        stored = rounding["dtype"] if rounding else entry["dtype"]
        if stored != ("uint8" if rounding else "float32"):
            raise PretrainedError(f"{name} is stored as {stored}, which is not expected: {AGAIN}")
        dtype = np.dtype(stored).newbyteorder("<")
        end = place + math.prod(shape) * dtype.itemsize
        if end > len(content):
            raise PretrainedError(f"the file of weights ends within {name}: {AGAIN}")
        numbers = np.frombuffer(content[place:end], dtype).reshape(shape)
        if rounding:
            numbers = numbers * rounding["scale"] + rounding["min"]
        tensors[name] = numbers.astype(np.float32)
        place = end
    if place < len(content):
        raise PretrainedError(f"the file of weights is longer than its manifest says: {AGAIN}")
    return tensors


def _rescale(mean: tuple[float, float, float], name: str) -> keras.layers.Normalization:
    """Subtract the mean colour and divide by 255."""
    return keras.layers.Normalization(mean=mean, variance=(255.0**2,) * 3, name=name)


def build_face_detector() -> keras.Model:
    """Build TinyFaceDetector as a functional model.

    Returns:
        A model from float32 (B, S, S, 3) in 0..255 to the grid (B, G, G, 25) that `faces.decode_grid`
        takes. S is any multiple of 32, G = S / 32.
    """
    picture = keras.Input((None, None, 3), name="picture")
    x = _rescale(DETECTOR_MEAN, "picture_rescale")(picture)
    # Unlike all others this one is not padded: so its author built it, and so it was trained.
    x = keras.layers.Conv2D(16, 3, name="conv0")(x)
    x = keras.layers.LeakyReLU(LEAK)(x)
    for number, channels in enumerate(DETECTOR_CHANNELS, 1):
        x = keras.layers.MaxPooling2D(2, padding="same")(x)
        x = keras.layers.SeparableConv2D(channels, 3, padding="same", name=f"conv{number}")(x)
        x = keras.layers.LeakyReLU(LEAK)(x)
    x = keras.layers.MaxPooling2D(2, 1, padding="same")(x)
    grid = keras.layers.Conv2D(len(ANCHORS) * 5, 1, name="conv8")(x)
    return keras.Model(picture, grid, name="face_detector")


def build_expression_net() -> keras.Model:
    """Build FaceExpressionNet as a functional model.

    Returns:
        A model from float32 (B, 112, 112, 3) in 0..255 to a list of two: features (B, 256) and the
        probabilities of `faces.EXPRESSIONS` (B, 7).
    """
    face = keras.Input((FACE_SIDE, FACE_SIDE, 3), name="face")
    x = _rescale(EXPRESSION_MEAN, "face_rescale")(face)
    for block, channels in enumerate(EXPRESSION_CHANNELS):
        first = keras.layers.SeparableConv2D if block else keras.layers.Conv2D
        x = first(channels, 3, 2, padding="same", name=f"dense{block}_conv0")(x)
        x = gathered = keras.layers.ReLU()(x)
        for number in (1, 2, 3):
            name = f"dense{block}_conv{number}"
            gathered = gathered + keras.layers.SeparableConv2D(channels, 3, padding="same", name=name)(x)
            x = keras.layers.ReLU()(gathered)
    features = keras.layers.GlobalAveragePooling2D(name="features")(x)
    expressions = keras.layers.Dense(len(EXPRESSIONS), "softmax", name="fc")(features)
    return keras.Model(face, [features, expressions], name="expression_net")


def load_face_tensors(network: keras.Model, tensors: Tensors) -> None:
    """Put a network's tensors into it: into `build_face_detector`'s or `build_expression_net`'s."""
    for layer in network.layers:
        if layer.weights:
            name = layer.name.replace("_", "/")
            layer.set_weights([tensors[f"{name}/{part}"] for part in _PARTS[type(layer)]])


def load_faces(folder: Path) -> tuple[keras.Model, keras.Model]:
    """Return detector and expression network with their pretrained weights from under ``folder``.

    Raises:
        PretrainedError: A file is missing or is not the one expected.
    """
    detector, expression_net = build_face_detector(), build_expression_net()
    load_face_tensors(detector, read_face_detector(folder))
    load_face_tensors(expression_net, read_expression_net(folder))
    return detector, expression_net


def face_endpoints(detector: keras.Model, expression_net: keras.Model) -> dict[str, Endpoint]:
    """Return the signatures of ``faces.tflite``.

    ``detect`` takes the letterboxed picture in two sizes, ``coarse``, uint8 (1, 224, 224, 3), and
    ``fine``, uint8 (1, 416, 416, 3), and gives ``coarse_grid``, float32 (1, 7, 7, 25), and
    ``fine_grid``, float32 (1, 13, 13, 25): one signature for both, since each would pack its own copy
    of the weights. ``express`` takes ``face``, uint8 (1, 112, 112, 3), and gives ``features``, float32
    (1, 256), and ``expressions``, float32 (1, 7).
    """

    def detect(*views: Any) -> dict[str, Any]:
        return {
            f"{name}_grid": detector(tf.cast(view, tf.float32), training=False)
            for name, view in zip(VIEWS, views, strict=True)
        }

    def express(face: Any) -> dict[str, Any]:
        features, expressions = expression_net(tf.cast(face, tf.float32), training=False)
        return {"features": features, "expressions": expressions}

    def pixels(side: int, name: str) -> tf.TensorSpec:
        return tf.TensorSpec((1, side, side, 3), tf.uint8, name)

    return {
        "detect": (detect, [pixels(side, name) for name, side in VIEWS.items()]),
        "express": (express, [pixels(FACE_SIDE, "face")]),
    }
