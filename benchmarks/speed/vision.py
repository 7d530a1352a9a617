"""Networks that see, as ONNX graphs: ResNet-50 (He et al., 2016) and CLIP's ViT-B/32 (Radford et al., 2021).

Their operators are those that ONNX Runtime's optimiser leaves: batch norms lie in the convolutions, attention
is one operator. Weights are random: they do not change the speed.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto, helper
from onnx_graph import Graph, quantise, save
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from shapes import CONTEXT, FEATURES, JOINT, SIDE

STAGES = ((3, 64), (4, 128), (6, 256), (3, 512))
"""ResNet-50's blocks in each stage, and the width of their 3 × 3 convolution."""

PATCH = 32
"""Side of a patch of CLIP's in pixels."""

VISION_WIDTH, TEXT_WIDTH, LAYERS, VOCABULARY = 768, 512, 12, 49_408
"""CLIP ViT-B/32."""


def write_resnet(path: Path, *, int8: bool) -> None:
    """Write ResNet-50: pixels, float32 (B, 3, 224, 224), to features, float32 (B, 2048).

    With int8 it is quantised statically, the form of int8 that ONNX Runtime recommends for convolutions.
    """
    graph = Graph()
    x = _convolution(graph, "stem", "pixels", channels=3, outputs=64, kernel=7, stride=2)
    x = graph.node("MaxPool", [x], ["pooled"], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    channels = 64
    for stage, (blocks, width) in enumerate(STAGES):
        for block in range(blocks):
            stride = 2 if stage and not block else 1
            x = _bottleneck(graph, f"{stage}.{block}", x, channels=channels, width=width, stride=stride)
            channels = 4 * width
    x = graph.node("GlobalAveragePool", [x], ["mean"])
    graph.node("Flatten", [x], ["features"])
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["batch", 3, SIDE, SIDE])
    save(graph.graph("resnet50", [pixels], {"features": ["batch", FEATURES]}), path)
    if int8:
        quantize_static(
            path,
            path,
            _Noise(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )


class _Noise(CalibrationDataReader):
    """Pictures by which the ranges are found; any do where only time is measured."""

    def __init__(self) -> None:
        random = np.random.default_rng(0)
        self._pictures: Iterator[Any] = iter(random.standard_normal((2, 1, 3, SIDE, SIDE)).astype(np.float32))

    def get_next(self) -> dict[str, Any] | None:
        pixels = next(self._pictures, None)
        return None if pixels is None else {"pixels": pixels}


def _bottleneck(graph: Graph, name: str, x: str, *, channels: int, width: int, stride: int) -> str:
    y = _convolution(graph, f"{name}.1", x, channels=channels, outputs=width)
    y = _convolution(graph, f"{name}.2", y, channels=width, outputs=width, kernel=3, stride=stride)
    y = _convolution(graph, f"{name}.3", y, channels=width, outputs=4 * width, activated=False)
    if channels != 4 * width:
        x = _convolution(
            graph, f"{name}.x", x, channels=channels, outputs=4 * width, stride=stride, activated=False
        )
    added = graph.node("Add", [y, x], [f"{name}.sum"])
    return graph.node("Relu", [added], [f"{name}.relu"])


def _convolution(
    graph: Graph,
    name: str,
    x: str,
    *,
    channels: int,
    outputs: int,
    kernel: int = 1,
    stride: int = 1,
    activated: bool = True,
) -> str:
    spread = (2 / (channels * kernel * kernel)) ** 0.5  # what keeps values in range through 50 layers
    weights = graph.weight(name, outputs, channels, kernel, kernel, spread=spread)
    pads = [kernel // 2] * 4
    options = {"kernel_shape": [kernel, kernel], "strides": [stride, stride], "pads": pads}
    y = graph.node("Conv", [x, weights, graph.weight(f"{name}.bias", outputs)], [f"{name}.y"], **options)
    return graph.node("Relu", [y], [f"{name}.z"]) if activated else y


def write_clip_vision(path: Path, *, int8: bool) -> None:
    """Write CLIP's ViT-B/32: pixels, float32 (B, 3, 224, 224), to the joint space, float32 (B, 512)."""
    graph = Graph()
    width, patches = VISION_WIDTH, (SIDE // PATCH) ** 2
    kernel = graph.weight("patch", width, 3, PATCH, PATCH)
    x = graph.node("Conv", ["pixels", kernel], ["grid"], kernel_shape=[PATCH] * 2, strides=[PATCH] * 2)
    x = graph.node("Reshape", [x, graph.constant("flat", [1, width, patches])], ["row"])
    x = graph.node("Transpose", [x], ["patches"], perm=[0, 2, 1])
    x = graph.node("Concat", [graph.weight("class", 1, 1, width), x], ["tokens"], axis=1)
    x = graph.node("Add", [x, graph.weight("places", 1, patches + 1, width)], ["placed"])
    x = _normed(graph, "before", x, width)
    x = _blocks(graph, x, width, width // 64, causal=False)
    x = graph.node("Gather", [x, graph.constant("first", 0)], ["pooled"], axis=1)
    x = _normed(graph, "after", x, width)
    graph.node("MatMul", [x, graph.weight("projection", width, JOINT)], ["features"])
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, [1, 3, SIDE, SIDE])
    save(graph.graph("clip_vision", [pixels], {"features": [1, JOINT]}), path)
    if int8:
        quantise(path)


def write_clip_text(path: Path, *, int8: bool) -> None:
    """Write CLIP's text tower: ids, int64 (1, 77), to the joint space, float32 (1, 512)."""
    graph = Graph()
    width = TEXT_WIDTH
    x = graph.node("Gather", [graph.weight("words", VOCABULARY, width), "ids"], ["tokens"])
    x = graph.node("Add", [x, graph.weight("places", 1, CONTEXT, width)], ["placed"])
    x = _blocks(graph, x, width, width // 64, causal=True)
    x = _normed(graph, "after", x, width)
    x = graph.node("Gather", [x, graph.constant("last", CONTEXT - 1)], ["pooled"], axis=1)
    graph.node("MatMul", [x, graph.weight("projection", width, JOINT)], ["features"])
    ids = helper.make_tensor_value_info("ids", TensorProto.INT64, [1, CONTEXT])
    save(graph.graph("clip_text", [ids], {"features": [1, JOINT]}), path)
    if int8:
        quantise(path)


def _blocks(graph: Graph, x: str, width: int, heads: int, *, causal: bool) -> str:
    """Add CLIP's layers: the norm is first, and the activation is a quick GELU."""
    for layer in range(LAYERS):
        name = f"layer{layer}"
        y = _normed(graph, f"{name}.norm1", x, width)
        three = graph.weight(f"{name}.qkv", width, 3 * width), graph.weight(f"{name}.qkv.bias", 3 * width)
        options = {"num_heads": heads, "unidirectional": int(causal)}
        y = graph.fused("Attention", [y, *three], [f"{name}.mixed"], **options)
        x = _added(graph, f"{name}.output", y, x, inputs=width, width=width)
        y = _normed(graph, f"{name}.norm2", x, width)
        y = graph.product(f"{name}.inner", y, width, 4 * width)
        y = graph.node("Add", [y, graph.weight(f"{name}.inner.bias", 4 * width)], [f"{name}.wide"])
        y = graph.fused("QuickGelu", [y], [f"{name}.gelu"], alpha=1.702)
        x = _added(graph, f"{name}.outer", y, x, inputs=4 * width, width=width)
    return x


def _added(graph: Graph, name: str, y: str, x: str, *, inputs: int, width: int) -> str:
    y = graph.product(name, y, inputs, width)
    y = graph.node("Add", [y, graph.weight(f"{name}.bias", width)], [f"{name}.biased"])
    return graph.node("Add", [y, x], [f"{name}.added"])


def _normed(graph: Graph, name: str, x: str, width: int) -> str:
    return graph.node("LayerNormalization", [x, *graph.norm(name, width)], [name], axis=-1)
