"""The face networks' weights are read without trusting the files, and the networks compute what they did."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from moodring.model.encoders.face import (
    build_expression_net,
    build_face_detector,
    decode_weights,
    load_face_tensors,
    load_faces,
    read_expression_net,
    read_face_detector,
)
from moodring.model.encoders.pretrained import PretrainedError
from moodring.model.faces import EXPRESSIONS, FACE_SIDE, FEATURES, VIEWS

from ..face_networks import PRETRAINED, needs_weights, write_faces

Array = NDArray[Any]
Tensors = dict[str, Array]

ROUNDED = {
    "name": "conv/filters",
    "shape": [2, 3],
    "dtype": "float32",
    "quantization": {"dtype": "uint8", "scale": 0.5, "min": -3.0},
}
EXACT = {"name": "conv/bias", "shape": [2], "dtype": "float32"}
NUMBERS = bytes([0, 1, 2, 6, 7, 255]) + np.array([0.25, -1e6], "<f4").tobytes()


def manifest(*entries: dict[str, Any]) -> bytes:
    return json.dumps([{"paths": ["some.bin"], "weights": entries}]).encode()


def test_rounded_and_exact_tensors_are_read_one_after_the_other() -> None:
    tensors = decode_weights(manifest(ROUNDED, EXACT), NUMBERS)
    assert tensors["conv/filters"].tolist() == [[-3.0, -2.5, -2.0], [0.0, 0.5, 124.5]]
    assert tensors["conv/bias"].tolist() == [0.25, -1e6]
    assert {tensor.dtype for tensor in tensors.values()} == {np.dtype(np.float32)}


def test_groups_follow_each_other() -> None:
    groups = json.loads(manifest(ROUNDED)) + json.loads(manifest(EXACT))
    assert decode_weights(json.dumps(groups).encode(), NUMBERS).keys() == {"conv/filters", "conv/bias"}


@pytest.mark.parametrize(("kept", "name"), [(0, "filters"), (5, "filters"), (6, "bias"), (13, "bias")])
def test_a_file_that_ends_early_is_refused(kept: int, name: str) -> None:
    with pytest.raises(PretrainedError, match=rf"ends within conv/{name}: fetch it again with `make faces`"):
        decode_weights(manifest(ROUNDED, EXACT), NUMBERS[:kept])


def test_a_file_with_more_than_its_manifest_names_is_refused() -> None:
    with pytest.raises(PretrainedError, match="longer than its manifest says"):
        decode_weights(manifest(ROUNDED), NUMBERS)


@pytest.mark.parametrize(
    ("entry", "stored"),
    [
        (EXACT | {"dtype": "int32"}, "int32"),
        (ROUNDED | {"quantization": {"dtype": "uint16", "scale": 1, "min": 0}}, "uint16"),
    ],
)
def test_other_storage_is_refused(entry: dict[str, Any], stored: str) -> None:
    with pytest.raises(PretrainedError, match=rf"conv/\w+ is stored as {stored}, which is not expected"):
        decode_weights(manifest(entry), bytes(100))


@pytest.mark.parametrize(
    ("names", "read"),
    [
        (
            ["tiny_face_detector_model-weights_manifest.json", "tiny_face_detector_model.bin"],
            read_face_detector,
        ),
        (["face_expression_model-weights_manifest.json", "face_expression_model.bin"], read_expression_net),
    ],
)
def test_a_missing_or_damaged_file_says_how_to_get_it(
    tmp_path: Path, names: list[str], read: Callable[[Path], object]
) -> None:
    with pytest.raises(PretrainedError, match=rf"no {names[0]} under .*: fetch it with `make faces`$"):
        read(tmp_path)
    folder = tmp_path / "face-api"
    folder.mkdir()
    (folder / names[0]).write_bytes(manifest(ROUNDED, EXACT))
    (folder / names[1]).write_bytes(NUMBERS)
    with pytest.raises(PretrainedError, match=rf"{names[0]} is damaged \(sha256 .*\): .* `make faces`$"):
        read(tmp_path)


# ---------------------------------------------------------- both networks once more, in plain numpy


def padded(x: Array, kernel: int, stride: int, value: float = 0.0) -> Array:
    """TensorFlow's "same": more at the end."""
    edges = []
    for side in x.shape[:2]:
        missing = max((math.ceil(side / stride) - 1) * stride + kernel - side, 0)
        edges.append((missing // 2, missing - missing // 2))
    return np.pad(x, (*edges, (0, 0)), constant_values=value)


def taps(x: Array, kernel: int, stride: int) -> list[tuple[int, int, Array]]:
    """What each place of a kernel sees: row, column and a map of every stride-th pixel."""
    height, width = ((side - kernel) // stride + 1 for side in x.shape[:2])
    return [
        (row, column, x[row : row + height * stride : stride, column : column + width * stride : stride])
        for row in range(kernel)
        for column in range(kernel)
    ]


def conv(x: Array, tensors: Tensors, name: str, stride: int = 1) -> Array:
    filters = tensors[f"{name}/filters"]
    seen = taps(x, filters.shape[0], stride)
    return sum(part @ filters[row, column] for row, column, part in seen) + tensors[f"{name}/bias"]


def separable(x: Array, tensors: Tensors, name: str, stride: int = 1) -> Array:
    depthwise, pointwise = tensors[f"{name}/depthwise_filter"], tensors[f"{name}/pointwise_filter"]
    seen = taps(padded(x, 3, stride), 3, stride)
    filtered = sum(part * depthwise[row, column, :, 0] for row, column, part in seen)
    return filtered @ pointwise[0, 0] + tensors[f"{name}/bias"]


def pool(x: Array, stride: int) -> Array:
    seen = taps(padded(x, 2, stride, -np.inf), 2, stride)
    return np.max([part for _, _, part in seen], axis=0)


def leaky(x: Array) -> Array:
    return np.where(x > 0, x, 0.1 * x)


def relu(x: Array) -> Array:
    return np.maximum(x, 0)


def detect(tensors: Tensors, picture: Array) -> Array:
    """The grid of a picture (S, S, 3) in 0..255: (S / 32, S / 32, 25)."""
    x = leaky(conv((picture - np.array([117.001, 114.697, 97.404])) / 255, tensors, "conv0"))
    for number in range(1, 6):
        x = leaky(separable(pool(x, 2), tensors, f"conv{number}"))
    return conv(pool(x, 1), tensors, "conv8")


def express(tensors: Tensors, face: Array) -> tuple[Array, Array]:
    """Features (256,) and probabilities (7,) of a face (112, 112, 3) in 0..255."""
    x = (face - np.array([122.782, 117.001, 104.298])) / 255
    for block in range(4):
        name = f"dense{block}"
        if block:
            first = separable(x, tensors, f"{name}/conv0", 2)
        else:
            first = conv(padded(x, 3, 2), tensors, f"{name}/conv0", 2)
        first = relu(first)
        second = separable(first, tensors, f"{name}/conv1")
        third = separable(relu(first + second), tensors, f"{name}/conv2")
        fourth = separable(relu(first + second + third), tensors, f"{name}/conv3")
        x = relu(first + second + third + fourth)
    features = x.mean(axis=(0, 1))
    odds = np.exp(features @ tensors["fc/weights"] + tensors["fc/bias"])
    return features, odds / odds.sum()


def invented(shapes: dict[str, tuple[int, ...]]) -> Tensors:
    """Random tensors, so wide that a picture still makes a difference behind the last layer."""
    random = np.random.default_rng(0)

    def deviation(name: str, shape: tuple[int, ...]) -> float:
        if name.endswith("bias"):
            return 0.1
        return 1 / math.sqrt(9 if "depthwise" in name else math.prod(shape[:-1]))

    return {
        name: random.normal(0, deviation(name, shape), shape).astype(np.float32)
        for name, shape in shapes.items()
    }


def plain(name: str, side: int, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}/filters": (side, side, inputs, outputs), f"{name}/bias": (outputs,)}


def split(name: str, inputs: int, outputs: int) -> dict[str, tuple[int, ...]]:
    return {
        f"{name}/depthwise_filter": (3, 3, inputs, 1),
        f"{name}/pointwise_filter": (1, 1, inputs, outputs),
        f"{name}/bias": (outputs,),
    }


def detector_tensors() -> Tensors:
    shapes = plain("conv0", 3, 3, 16) | plain("conv8", 1, 512, 25)
    for number in range(1, 6):
        shapes |= split(f"conv{number}", 8 * 2**number, 16 * 2**number)
    return invented(shapes)


def expression_tensors() -> Tensors:
    shapes = plain("dense0/conv0", 3, 3, 32) | {"fc/weights": (256, 7), "fc/bias": (7,)}
    for block in range(4):
        width = 32 * 2**block
        if block:
            shapes |= split(f"dense{block}/conv0", width // 2, width)
        for number in (1, 2, 3):
            shapes |= split(f"dense{block}/conv{number}", width, width)
    return invented(shapes)


@pytest.fixture
def noise() -> Callable[[int], Array]:
    random = np.random.default_rng(1)
    return lambda side: random.integers(0, 256, (side, side, 3), np.uint8)


@pytest.mark.parametrize("side", [64, 96, 224])
def test_the_detector_computes_what_tiny_face_detector_does(side: int, noise: Callable[[int], Array]) -> None:
    tensors = detector_tensors()
    detector = build_face_detector()
    load_face_tensors(detector, tensors)
    picture = noise(side)
    grid = np.asarray(detector(picture[None].astype(np.float32)))[0]
    expected = detect(tensors, picture)
    assert grid.shape == (side // 32, side // 32, 25)
    assert np.abs(expected).max() > 0.1
    np.testing.assert_allclose(grid, expected, atol=1e-4 * np.abs(expected).max())


def test_the_expression_net_computes_what_face_expression_net_does(noise: Callable[[int], Array]) -> None:
    tensors = expression_tensors()
    expression_net = build_expression_net()
    load_face_tensors(expression_net, tensors)
    face = noise(FACE_SIDE)
    features, expressions = (np.asarray(out)[0] for out in expression_net(face[None].astype(np.float32)))
    expected_features, expected = express(tensors, face)
    assert expected_features.max() > 0.1
    np.testing.assert_allclose(features, expected_features, atol=1e-4 * expected_features.max())
    np.testing.assert_allclose(expressions, expected, atol=1e-4)


def test_the_exported_file_computes_what_both_networks_do(
    tmp_path: Path, noise: Callable[[int], Array]
) -> None:
    networks = build_face_detector(), build_expression_net()
    for network, tensors in zip(networks, (detector_tensors(), expression_tensors()), strict=True):
        load_face_tensors(network, tensors)
    path = write_faces(networks, tmp_path / "faces.tflite")
    assert 1_000_000 < path.stat().st_size < 1_200_000  # with weights, each of them once

    interpreter = Interpreter(model_path=str(path))
    views = {view: noise(side)[None] for view, side in VIEWS.items()}
    grids = interpreter.get_signature_runner("detect")(**views)
    for view, pixels in views.items():
        expected = np.asarray(networks[0](pixels.astype(np.float32)))
        np.testing.assert_allclose(grids[f"{view}_grid"], expected, atol=0.01 * np.abs(expected).max())
    face = noise(FACE_SIDE)[None]
    read = interpreter.get_signature_runner("express")(face=face)
    features, expressions = (np.asarray(out) for out in networks[1](face.astype(np.float32)))
    assert read["features"].shape == (1, FEATURES)
    assert read["expressions"].shape == (1, len(EXPRESSIONS))
    np.testing.assert_allclose(read["features"], features, atol=0.01 * features.max())
    np.testing.assert_allclose(read["expressions"], expressions, atol=0.01)


def stripes(side: int) -> Array:
    """A picture that any language draws the same, float32 (1, side, side, 3)."""
    y, x, channel = np.indices((side, side, 3))
    return ((3 * y + 5 * x + 80 * channel) % 256).astype(np.float32)[None]


@needs_weights
def test_the_pretrained_networks_say_what_face_api_says() -> None:
    """The expected numbers were printed by face-api 1.7.15 itself, on TensorFlow.js 4.22."""
    detector, expression_net = load_faces(PRETRAINED)
    for side, mean, cell in (
        (224, 3.1281, [0.3472, -0.8768, -0.1713, -0.4351, -6.6847]),
        (416, 2.8036, [0.3060, -0.7435, -0.1070, -0.3570, -5.9954]),
    ):
        grid = np.asarray(detector(stripes(side)))[0]
        np.testing.assert_allclose(np.abs(grid).mean(), mean, atol=1e-3)
        np.testing.assert_allclose(grid[3, 4, :5], cell, atol=1e-3)
    features, expressions = (np.asarray(out)[0] for out in expression_net(stripes(FACE_SIDE)))
    np.testing.assert_allclose(features[:6], [0.11032, 0, 0.05437, 0.27243, 0.01318, 0.97980], atol=1e-4)
    np.testing.assert_allclose(features.sum(), 58.9263, atol=1e-2)
    np.testing.assert_allclose(
        expressions, [0.25497, 0.09425, 0.33340, 0.04124, 0.21499, 0.00474, 0.05641], atol=1e-4
    )
