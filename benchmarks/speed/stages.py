"""Each stage of the network beside what the processor could do: its share of the peak."""

import time
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from limit import INNER, LAYERS, WIDTH, open_session
from onnx import TensorProto, helper, numpy_helper

from moodring.model.decoding import SIZE
from moodring.model.litert import FUSION_FILE
from moodring.model.predictor import shipped_weights

TEXT_FILE, IMAGE_FILE = "text.tflite", "image.tflite"

TOKENS: Final = 20
"""Length at which the text tower is looked at: that of the usual message."""

PER_TOKEN: Final = LAYERS * (WIDTH * 3 * WIDTH + WIDTH * WIDTH + 2 * WIDTH * INNER)
"""Multiplications of the text tower's products for a token."""

IN_IMAGE: Final = 407_000_000
"""Multiplications of EfficientNet-Lite0 for a picture of 224 pixels
(https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite)."""

SQUARE: Final = 1_024
"""Side of the matrices whose product stands for the peak."""

REPEATS: Final = 15


def measure() -> dict[str, Any]:
    """Return by stage its milliseconds, and its multiplications a second as a share of the peak."""
    random = np.random.default_rng(0)
    token_ids = random.integers(1_000, 20_000, (1, TOKENS)).astype(np.int32)
    picture = random.integers(0, 256, (1, SIZE, SIZE, 3), np.uint8)
    text, image, fusion = (_open(name) for name in (TEXT_FILE, IMAGE_FILE, FUSION_FILE))
    both = {"token_ids": token_ids, **text("encode", token_ids=token_ids), **image("encode", picture=picture)}
    both["image_present"] = np.ones((1, both["image_0"].shape[1]), np.bool_)
    stages: dict[str, tuple[Callable[[], object], int | None, str]] = {
        "text tower": (lambda: text("encode", token_ids=token_ids), TOKENS * PER_TOKEN, "int8"),
        "image tower": (lambda: image("encode", picture=picture), IN_IMAGE, "fp32"),
        "fusion and heads": (lambda: fusion("fuse", **both), None, "fp32"),
    }
    peaks = {kind: _peak(int8=kind == "int8") for kind in ("int8", "fp32")}
    figures: dict[str, Any] = {
        "peak_gmac_per_s": {kind: round(peak / 1e9, 1) for kind, peak in peaks.items()},
        "tokens": TOKENS,
        "stages": {},
    }
    for name, (work, count, kind) in stages.items():
        seconds = _best(work)
        share = None if count is None else round(count / seconds / peaks[kind], 3)
        figures["stages"][name] = {"ms": round(seconds * 1_000, 2), "factors": kind, "share_of_peak": share}
    return figures


def _open(name: str) -> Callable[..., dict[str, Any]]:
    """Return what runs a signature of a file that ships, on one thread."""
    interpreter = Interpreter(model_path=str(shipped_weights() / name), num_threads=1)
    runners: dict[str, Any] = {}

    def run(signature: str, **inputs: Any) -> dict[str, Any]:
        if signature not in runners:
            runners[signature] = interpreter.get_signature_runner(signature)
        outputs: dict[str, Any] = runners[signature](**inputs)
        return outputs

    return run


def _best(work: Callable[[], object]) -> float:
    """Return the seconds that something takes when nothing disturbs it."""
    work()
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return min(taken)


def _peak(*, int8: bool) -> float:
    """Return multiplications a second of a product of large matrices, on one thread."""
    random = np.random.default_rng(0)
    given, out = (TensorProto.UINT8, TensorProto.INT32) if int8 else (TensorProto.FLOAT, TensorProto.FLOAT)
    weights = random.integers(-127, 128, (SQUARE, SQUARE)).astype(np.int8 if int8 else np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMulInteger" if int8 else "MatMul", ["x", "w"], ["y"])],
        "peak",
        [helper.make_tensor_value_info("x", given, [SQUARE, SQUARE])],
        [helper.make_tensor_value_info("y", out, [SQUARE, SQUARE])],
        [numpy_helper.from_array(weights, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    session = open_session(model.SerializeToString(), 1)
    x = np.ones((SQUARE, SQUARE), np.uint8 if int8 else np.float32)
    return SQUARE**3 / _best(lambda: session.run(None, {"x": x}))
