"""The limit: the matrix products of our own text tower and nothing else, by the fastest library at hand.

ONNX Runtime's products stand for what the processor can do: the same sizes in the same order, over weights as
large, so that the caches are no kinder to them than to us.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

WIDTH, INNER, LAYERS = 384, 1_536, 6
PRODUCTS = ((WIDTH, 3 * WIDTH), (WIDTH, WIDTH), (WIDTH, INNER), (INNER, WIDTH))
"""Inputs and outputs of a layer's products: query, key and value; what they mix to; in and out again."""


def open_limit(threads: int, *, int8: bool) -> Callable[[int], None]:
    """Return what does a message's matrix products, given its padded length in tokens."""
    random = np.random.default_rng(0)
    operator, of_inputs, of_outputs = (
        ("MatMulInteger", TensorProto.UINT8, TensorProto.INT32)
        if int8
        else ("MatMul", TensorProto.FLOAT, TensorProto.FLOAT)
    )
    nodes, weights, outputs = [], [], []
    for layer in range(LAYERS):
        for inputs, width in PRODUCTS:
            name = f"{layer}.{inputs}.{width}"
            values = random.integers(-127, 128, (inputs, width))
            weights.append(numpy_helper.from_array(values.astype(np.int8 if int8 else np.float32), name))
            nodes.append(helper.make_node(operator, [f"x{inputs}", name], [f"y{name}"]))
            outputs.append(helper.make_tensor_value_info(f"y{name}", of_outputs, ["length", width]))
    given = [helper.make_tensor_value_info(f"x{n}", of_inputs, ["length", n]) for n in (WIDTH, INNER)]
    graph = helper.make_graph(nodes, "products", given, outputs, weights)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    session = open_session(model.SerializeToString(), threads)
    kind = np.uint8 if int8 else np.float32

    def run(length: int) -> None:
        binding = session.io_binding()
        for width in (WIDTH, INNER):
            binding.bind_cpu_input(f"x{width}", np.ones((length, width), kind))
        for output in outputs:
            binding.bind_output(output.name)
        session.run_with_iobinding(binding)

    return run


def open_session(model: Any, threads: int) -> onnxruntime.InferenceSession:
    """Return ONNX Runtime's session over a file or the bytes of one."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
