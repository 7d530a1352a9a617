"""A BERT classifier as an ONNX graph, in the form that ONNX Runtime's own optimiser brings one to.

Its operators are those of `onnxruntime.transformers.optimizer` for BERT (Attention, SkipLayerNormalization,
BiasGelu), so the peer is as fast as ONNX Runtime makes it. Weights are random: they do not change the speed.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from onnx import helper
from onnx_graph import Graph, quantise, save
from shapes import Shape


def write(shape: Shape, path: Path, *, int8: bool) -> None:
    """Write a model; with int8, quantised dynamically as ONNX Runtime does."""
    save(_Bert(shape).made(), path)
    if int8:
        quantise(path)


class _Bert(Graph):
    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self._shape = shape

    def made(self) -> Any:
        """Return the graph: ids, segments and mask, int32 (B, L), to logits, float32 (B, labels)."""
        shape = self._shape
        tables = [self.weight(name, size, shape.width) for name, size in self._tables()]
        norm = self.norm("embeddings", shape.width)
        self.fused("EmbedLayerNormalization", ["ids", "segments", *tables, *norm, "mask"], ["x", "seen"])
        x = "x"
        for layer in range(shape.layers):
            x = self._layer(f"layer{layer}", x)
        self.node("Gather", [x, self.constant("first", 0)], ["cls"], axis=1)
        pooler = self.weight("pooler", shape.width, shape.width), self.weight("pooler.bias", shape.width)
        self.node("Gemm", ["cls", *pooler], ["pooled"])
        self.node("Tanh", ["pooled"], ["bounded"])
        head = self.weight("head", shape.width, shape.labels), self.weight("head.bias", shape.labels)
        self.node("Gemm", ["bounded", *head], ["logits"])
        inputs = [
            helper.make_tensor_value_info(name, helper.TensorProto.INT32, ["batch", "length"])
            for name in ("ids", "segments", "mask")
        ]
        return self.graph("bert", inputs, {"logits": ["batch", shape.labels]})

    def _tables(self) -> Sequence[tuple[str, int]]:
        return ("words", self._shape.vocabulary), ("positions", self._shape.positions), ("segments_table", 2)

    def _layer(self, name: str, x: str) -> str:
        width, inner = self._shape.width, self._shape.inner
        three = self.weight(f"{name}.qkv", width, 3 * width), self.weight(f"{name}.qkv.bias", 3 * width)
        self.fused("Attention", [x, *three, "seen"], [f"{name}.mixed"], num_heads=self._shape.heads)
        attended = self.product(f"{name}.output", f"{name}.mixed", width, width)
        y = self._added(f"{name}.attended", attended, x)
        wide = self.product(f"{name}.inner", y, width, inner)
        self.fused("BiasGelu", [wide, self.weight(f"{name}.inner.bias", inner)], [f"{name}.gelu"])
        narrow = self.product(f"{name}.outer", f"{name}.gelu", inner, width)
        return self._added(f"{name}.changed", narrow, y)

    def _added(self, name: str, changed: str, x: str) -> str:
        width = self._shape.width
        bias = self.weight(f"{name}.bias", width)
        self.fused("SkipLayerNormalization", [changed, x, *self.norm(name, width), bias], [name])
        return name
