"""A BERT classifier as an ONNX graph, in the form that ONNX Runtime's own optimiser brings one to.

Its operators are those of `onnxruntime.transformers.optimizer` for BERT (Attention, SkipLayerNormalization,
BiasGelu), so the peer is as fast as ONNX Runtime makes it. Weights are random: they do not change the speed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

FUSED = "com.microsoft"


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a BERT is."""

    layers: int
    width: int
    heads: int
    inner: int
    vocabulary: int = 30_522
    positions: int = 512
    labels: int = 28


BASE = Shape(layers=12, width=768, heads=12, inner=3_072)
"""BERT-base (Devlin et al., 2019), what most emotion classifiers are."""

MINILM = Shape(layers=6, width=384, heads=12, inner=1_536)
"""MiniLM-L6 (Wang et al., 2020), the shape of our text tower."""


def write(shape: Shape, path: Path, *, int8: bool) -> None:
    """Write a model; with int8, quantised dynamically as ONNX Runtime does."""
    graph = _Graph(shape)
    model = helper.make_model(
        graph.made(), opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
    )
    model.ir_version = 9
    onnx.save(model, path)
    if int8:
        kind = {"DefaultTensorType": TensorProto.FLOAT}  # its shape inference knows no fused operators
        quantize_dynamic(path, path, weight_type=QuantType.QInt8, extra_options=kind)


class _Graph:
    def __init__(self, shape: Shape) -> None:
        self._shape = shape
        self._random = np.random.default_rng(0)
        self._weights: list[Any] = []
        self._nodes: list[Any] = []

    def made(self) -> Any:
        """Return the graph: ids, segments and mask, int32 (B, L), to logits, float32 (B, labels)."""
        shape = self._shape
        tables = [self._weight(name, size, shape.width) for name, size in self._tables()]
        norm = self._norm("embeddings")
        self._fused("EmbedLayerNormalization", ["ids", "segments", *tables, *norm, "mask"], ["x", "seen"])
        x = "x"
        for layer in range(shape.layers):
            x = self._layer(f"layer{layer}", x)
        self._weights.append(numpy_helper.from_array(np.array(0), "first"))
        self._node("Gather", [x, "first"], ["cls"], axis=1)
        pooler = self._weight("pooler", shape.width, shape.width), self._weight("pooler.bias", shape.width)
        self._node("Gemm", ["cls", *pooler], ["pooled"])
        self._node("Tanh", ["pooled"], ["bounded"])
        head = self._weight("head", shape.width, shape.labels), self._weight("head.bias", shape.labels)
        self._node("Gemm", ["bounded", *head], ["logits"])
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT32, ["batch", "length"])
            for name in ("ids", "segments", "mask")
        ]
        logits = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", shape.labels])
        return helper.make_graph(self._nodes, "bert", inputs, [logits], self._weights)

    def _tables(self) -> Sequence[tuple[str, int]]:
        return ("words", self._shape.vocabulary), ("positions", self._shape.positions), ("segments_table", 2)

    def _layer(self, name: str, x: str) -> str:
        width, inner = self._shape.width, self._shape.inner
        three = self._weight(f"{name}.qkv", width, 3 * width), self._weight(f"{name}.qkv.bias", 3 * width)
        self._fused("Attention", [x, *three, "seen"], [f"{name}.mixed"], num_heads=self._shape.heads)
        attended = self._product(f"{name}.output", f"{name}.mixed", width, width)
        y = self._added(f"{name}.attended", attended, x)
        wide = self._product(f"{name}.inner", y, width, inner)
        self._fused("BiasGelu", [wide, self._weight(f"{name}.inner.bias", inner)], [f"{name}.gelu"])
        narrow = self._product(f"{name}.outer", f"{name}.gelu", inner, width)
        return self._added(f"{name}.changed", narrow, y)

    def _product(self, name: str, x: str, inputs: int, outputs: int) -> str:
        self._node("MatMul", [x, self._weight(name, inputs, outputs)], [f"{name}.product"])
        return f"{name}.product"

    def _added(self, name: str, changed: str, x: str) -> str:
        bias = self._weight(f"{name}.bias", self._shape.width)
        self._fused("SkipLayerNormalization", [changed, x, *self._norm(name), bias], [name])
        return name

    def _norm(self, name: str) -> Sequence[str]:
        parts = {f"{name}.gamma": np.ones, f"{name}.beta": np.zeros}
        for part, values in parts.items():
            self._weights.append(numpy_helper.from_array(values(self._shape.width, np.float32), part))
        return list(parts)

    def _weight(self, name: str, *shape: int) -> str:
        values = (self._random.standard_normal(shape) * 0.02).astype(np.float32)
        self._weights.append(numpy_helper.from_array(values, name))
        return name

    def _fused(self, kind: str, inputs: Sequence[str], outputs: Sequence[str], **options: Any) -> None:
        if "LayerNormalization" in kind:
            options["epsilon"] = 1e-12
        self._node(kind, inputs, outputs, domain=FUSED, **options)

    def _node(self, kind: str, inputs: Sequence[str], outputs: Sequence[str], **options: Any) -> None:
        self._nodes.append(helper.make_node(kind, inputs, outputs, **options))
