"""ONNX graphs put together by hand, with random weights: weights do not change the speed."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic

FUSED = "com.microsoft"
"""The domain of ONNX Runtime's own operators, into which its optimiser joins several of ONNX's."""


class Graph:
    """Nodes and weights; a method adds some and returns the name of what comes out."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(0)
        self._weights: list[Any] = []
        self._nodes: list[Any] = []

    def graph(self, name: str, inputs: Sequence[Any], outputs: Mapping[str, Sequence[int | str]]) -> Any:
        """Return the whole, with what comes out, float32, by name."""
        values = [
            helper.make_tensor_value_info(each, TensorProto.FLOAT, shape) for each, shape in outputs.items()
        ]
        return helper.make_graph(self._nodes, name, inputs, values, self._weights)

    def product(self, name: str, x: str, inputs: int, outputs: int) -> str:
        """Multiply by a matrix."""
        return self.node("MatMul", [x, self.weight(name, inputs, outputs)], [f"{name}.product"])

    def norm(self, name: str, width: int) -> Sequence[str]:
        """Return a scale and a shift of layer normalisation."""
        return [
            self._keep(f"{name}.gamma", np.ones(width, np.float32)),
            self._keep(f"{name}.beta", np.zeros(width, np.float32)),
        ]

    def weight(self, name: str, *shape: int, spread: float = 0.02) -> str:
        """Return random weights."""
        return self._keep(name, (self._random.standard_normal(shape) * spread).astype(np.float32))

    def constant(self, name: str, value: Any) -> str:
        """Return whole numbers that the graph needs, int64."""
        return self._keep(name, np.array(value, np.int64))

    def fused(self, kind: str, inputs: Sequence[str], outputs: Sequence[str], **options: Any) -> str:
        """Add one of ONNX Runtime's own operators."""
        if "LayerNormalization" in kind:
            options["epsilon"] = 1e-12
        return self.node(kind, inputs, outputs, domain=FUSED, **options)

    def node(self, kind: str, inputs: Sequence[str], outputs: Sequence[str], **options: Any) -> str:
        """Add an operator; return its first output."""
        self._nodes.append(helper.make_node(kind, inputs, outputs, **options))
        return outputs[0]

    def _keep(self, name: str, values: Any) -> str:
        self._weights.append(numpy_helper.from_array(values, name))
        return name


def save(graph: Any, path: Path) -> None:
    """Write a graph as a model."""
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(FUSED, 1)]
    model = helper.make_model(graph, opset_imports=opsets)
    model.ir_version = 9
    onnx.save(model, path)


def quantise(path: Path) -> None:
    """Quantise a model's products dynamically, in its place."""
    kind = {"DefaultTensorType": TensorProto.FLOAT}  # its shape inference knows no fused operators
    quantize_dynamic(path, path, weight_type=QuantType.QInt8, extra_options=kind)


def once(path: Path, write: Any, **options: Any) -> str:
    """Write a model if it is not there, whole or not at all; return its path as ONNX Runtime takes it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f"{os.getpid()}-{path.name}")  # another contender may be making it, too
        write(path=made, **options)
        made.rename(path)
    return str(path)
