"""From the LiteRT files that ship back to the Keras networks that they were made of.

Whoever runs the bot has the files and no training run. Weights in int8 were trained as they are stored, so
nothing is lost on the way; an image tower's norms were folded into its convolutions, and stay there.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import keras
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from numpy.typing import NDArray

from .classifier import EmotionClassifier
from .encoders.image import BATCH_NORM_EPSILON
from .encoders.text import SHARED, EncoderLayer, TextEncoder
from .fusion.progressive import CrossAttention
from .litert import FUSION_FILE
from .predictor import ALTERNATE_FILE

Array: TypeAlias = NDArray[Any]

_NUMBERS: Final[Mapping[int, np.dtype[Any]]] = {
    schema.TensorType.FLOAT32: np.dtype(np.float32),
    schema.TensorType.FLOAT16: np.dtype(np.float16),
    schema.TensorType.INT8: np.dtype(np.int8),
    schema.TensorType.INT32: np.dtype(np.int32),
}
_PRODUCTS: Final = (
    schema.BuiltinOperator.FULLY_CONNECTED,
    schema.BuiltinOperator.CONV_2D,
    schema.BuiltinOperator.DEPTHWISE_CONV_2D,
)


class RestoringError(RuntimeError):
    """The files are not laid out as this version of Moodring writes them; one line."""


class _Constant(NamedTuple):
    operation: str
    values: Array


class _File:
    """The constants of a LiteRT file, by signature and by the layer that they belong to.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._name = path.name
        model = schema.ModelT.InitFromObj(schema.Model.GetRootAs(path.read_bytes()))
        self._constants: dict[str, dict[str, list[_Constant]]] = {
            signature.signatureKey.decode(): _constants_by_layer(
                model, model.subgraphs[signature.subgraphIndex]
            )
            for signature in model.signatureDefs
        }

    def find(self, signature: str, layer: str, rank: int, operation: str = "") -> list[Array]:
        """Return a layer's constants of one rank, in their operations' order.

        Args:
            signature: The signature that runs the layer.
            layer: Its path in the network.
            rank: Number of dimensions.
            operation: How the operations' names begin.

        Raises:
            RestoringError: There are none.
        """
        constants = self._constants.get(signature, {}).get(layer, [])
        found = [
            each for each in constants if each.values.ndim == rank and each.operation.startswith(operation)
        ]
        if not found:
            raise RestoringError(
                f"{self._name} has no {operation or 'weights'} of rank {rank} for {layer}: it was written by "
                "another version of Moodring; take weights and code of the same one"
            )
        return [each.values for each in sorted(found, key=lambda each: each.operation)]

    def has(self, signature: str, layer: str, rank: int) -> bool:
        """Return whether a layer has a constant of some rank."""
        return any(each.values.ndim == rank for each in self._constants[signature].get(layer, ()))

    def one(self, signature: str, layer: str, rank: int, operation: str = "") -> Array:
        """Return the first constant that `find` finds."""
        first, *_ = self.find(signature, layer, rank, operation)
        return first


def _constants_by_layer(model: Any, graph: Any) -> dict[str, list[_Constant]]:
    """Return what a graph's operations take that is stored in the file."""
    made = {operator.outputs[0]: operator for operator in graph.operators}
    codes = [max(code.builtinCode, code.deprecatedBuiltinCode) for code in model.operatorCodes]

    def constant(index: int) -> Any | None:
        """Return the tensor in the file that stands behind an operation's input, or None."""
        source = made.get(index)
        if source is not None and codes[source.opcodeIndex] == schema.BuiltinOperator.DEQUANTIZE:
            index = source.inputs[0]
        tensor = graph.tensors[index]
        stored = model.buffers[tensor.buffer].data is not None and tensor.type in _NUMBERS
        # Whole numbers in a row are shapes and axes.
        shape = tensor.type == schema.TensorType.INT32 and (tensor.shape is None or len(tensor.shape) < 2)
        return tensor if stored and not shape else None

    layers: dict[str, dict[bytes, _Constant]] = defaultdict(dict)
    for operator in graph.operators:
        tensors = [constant(index) for index in operator.inputs if index >= 0]
        product = codes[operator.opcodeIndex] in _PRODUCTS
        for tensor in filter(None, tensors):
            # A product's bias is named by what was folded into it; it belongs where the kernel does.
            name = (tensors[1] if product and tensors[1] is not None else tensor).name.decode()
            layer, operation = _place(name)
            layers[layer][tensor.name] = _Constant(operation, _values(model, tensor))
    return {layer: list(constants.values()) for layer, constants in layers.items()}


def _place(name: str) -> tuple[str, str]:
    """Return a tensor's layer and operation: the converter names it by all that was folded into it.

    Names of layers get a ``_1`` where Keras traces them for the file.
    """
    names = name.split(";")
    name = next((each for each in names if each.endswith(("/convolution", "/depthwise"))), names[0])
    *layers, operation = name.removesuffix("/ReadVariableOp").split("/")
    return "/".join(re.sub("_1$", "", layer) for layer in layers if layer != "Tensordot"), operation


def _values(model: Any, tensor: Any) -> Array:
    """Return a tensor's numbers; those in int8 with scales as what they stand for, float32."""
    stored = np.frombuffer(bytes(model.buffers[tensor.buffer].data), _NUMBERS[tensor.type])
    values: Array = stored.reshape(tensor.shape if tensor.shape is not None else ())
    if tensor.quantization is None or tensor.quantization.scale is None:
        return values
    scales = np.asarray(tensor.quantization.scale, np.float32)
    return np.asarray(values * scales.reshape(-1, *(1,) * (values.ndim - 1)))


def _text_encoder() -> TextEncoder:
    """Return a text tower whose kernels are taken as they are.

    They were rounded before they were stored; rounding them in every call would take as long as the products.
    """
    encoder = TextEncoder(name="text_encoder")
    blocks = [block.get_config() | {"rounded": False} for block in encoder.blocks]
    encoder.blocks = [EncoderLayer.from_config(block) for block in blocks]
    return encoder


def _fill_block(block: EncoderLayer, file: _File, signature: str, layer: str) -> None:
    """Fill a layer of the text tower; its products are split as ``encoders.rounding`` splits them."""

    def kernels(name: str, groups: bool = False) -> Array:
        parts = [kernel.T for kernel in file.find(signature, name, 2, "MatMul")]
        if groups:
            return np.concatenate(parts)
        if len(parts) == 1:
            return parts[0]
        apart, kernel = parts
        kernel[list(block.outliers)] = apart
        return kernel

    attention = block.attention
    projections = (attention.query, attention.key, attention.value)
    weights = np.split(kernels(f"{layer}/attention"), 3, axis=1)
    biases = np.split(file.one(signature, f"{layer}/attention", 1, "MatMul"), 3)
    for projection, *each in zip(projections, weights, biases, strict=True):
        projection.set_weights(each)
    for dense, name in (
        (attention.output_dense, f"{layer}/attention/output"),
        (block.inner, f"{layer}/inner"),
        (block.outer, f"{layer}/outer"),
    ):
        dense.set_weights(
            [kernels(name, groups=dense is block.outer), file.one(signature, name, 1, "MatMul")]
        )
    for norm in (block.attention_norm, block.outer_norm):
        _fill_norm(norm, file, signature, f"{layer}/{norm.name}")


def _fill_norm(norm: keras.layers.Layer, file: _File, signature: str, layer: str) -> None:
    norm.set_weights([file.one(signature, layer, 1, "mul"), file.one(signature, layer, 1, "add")])


def _fill_text(encoder: TextEncoder, text: _File, upper: _File | None) -> None:
    """Fill a text tower, its last layers from the file of those that read pairs, if there is one."""
    for table in (encoder.words, encoder.places):
        table.set_weights(text.find("encode", f"text_encoder/{table.name}", 2, "GatherV2"))
    first = text.one("encode", "text_encoder", 2, "strided_slice")
    second = first + text.one("encode", "text_encoder", 2, "sub")
    encoder.segments.set_weights([np.concatenate([first, second])])
    _fill_norm(encoder.embedding_norm, text, "encode", "text_encoder/embedding_norm")
    for number, block in enumerate(encoder.blocks):
        if upper is not None and number >= SHARED:
            _fill_block(block, upper, "finish", block.name)
        else:
            _fill_block(block, text, "encode", f"text_encoder/{block.name}")


def _fill_image(encoder: keras.Model, file: _File) -> None:
    """Fill the image tower: norms that change nothing behind convolutions that hold them."""
    for layer in encoder.layers:
        if isinstance(layer, keras.layers.DepthwiseConv2D | keras.layers.Conv2D):
            name = f"image_encoder/{layer.name}"
            kernel = file.one("encode", name, 4)
            layer.set_weights([kernel.transpose(1, 2, 3, 0)])
            bias = file.one("encode", name, 1)
            still = np.ones_like(bias)
            norm = encoder.get_layer(f"{layer.name}_norm")
            norm.set_weights([still * np.sqrt(1 + BATCH_NORM_EPSILON), bias, 0 * still, still])


def _fill(network: keras.layers.Layer, file: _File, signature: str) -> None:
    """Fill fusion, heads or what reads faces, whose weights are stored one by one."""
    queries = {f"{each.path}/query": each for each in _attentions(network)}
    for weight in network.weights:
        layer, name = weight.path.rsplit("/", 1)
        kernel = name == "kernel"
        if layer in queries:  # its products are divided by the root of a head's width: folded into it
            attention = queries[layer]
            stored = file.one(signature, attention.path, 2 if kernel else 1, "mul")
            values = stored.astype(np.float32) * np.sqrt(attention.width // attention.heads)
        elif name == "bias" and not file.has(signature, layer, 1):
            continue  # all zero, as a new layer's is: the converter leaves such a sum out
        elif name in {"kernel", "bias"}:
            values = file.one(signature, layer, 2 if kernel else 1)
        elif name in {"gamma", "beta"}:
            values = file.find(signature, layer, 3, "Reshape")[name == "beta"]
        else:  # what stands for something that is missing, and where the fusion's tokens start
            operation = "SelectV2" if name == "missing_text" else "BroadcastTo"
            values = file.one(signature, layer, len(weight.shape), operation)
        values = values.astype(np.float32)
        weight.assign(values.T if kernel else values.reshape(weight.shape))


def _attentions(network: keras.layers.Layer) -> Iterator[CrossAttention]:
    for stage in getattr(network, "climb", ()):
        yield from (stage.read_text, stage.read_image)


def restore(
    folder: Path, card: Mapping[str, Any], strategy: str
) -> tuple[EmotionClassifier, EmotionClassifier]:
    """Return the networks that a folder's files were made of.

    Args:
        folder: Folder with the ``.tflite`` files.
        card: Their card.
        strategy: The fusion's.

    Returns:
        The network that answers words alone, and the one that answers whatever has a picture. Heads that only
        training needs are not in the files and hold nothing.

    Raises:
        RestoringError: The files are laid out in another way.
        OSError: A file cannot be read.
    """
    file, way = FUSION_FILE, card
    if strategy != card["strategy"]:
        file, way = ALTERNATE_FILE, card["alternate"]
    text, upper = _File(folder / "text.tflite"), _File(folder / "upper.tflite")
    image, fusion = _File(folder / "image.tflite"), _File(folder / file)
    text_run = EmotionClassifier("text", text_encoder=_text_encoder())
    combine = way["training"]["settings"]["combine"]
    classifier = EmotionClassifier(strategy, combine, text_encoder=_text_encoder())
    _fill_text(text_run.text_encoder, text, None)
    _fill_text(classifier.text_encoder, text, upper)
    _fill_image(classifier.image_encoder, image)
    _fill(text_run.heads, fusion, "answer_text")
    _fill(classifier.heads, fusion, "fuse")
    _fill(classifier.fusion, fusion, "fuse")
    _fill(classifier.face_tokens, fusion, "show_faces")
    return text_run, classifier
