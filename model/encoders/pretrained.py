"""Reads the towers' pretrained weights from the files that packages ship, without trusting them.

MiniLM-L6 comes as safetensors, and so does MPNet, in a zip archive of which five packages hold a piece
each. EfficientNet-Lite0 comes in PyTorch's first file layout: three small pickles (magic, protocol,
system), the state dict with persistent ids, the list of storage keys, then each storage as an int64 length
and raw little-endian data. Its pickle is read by an unpickler that knows six names and nothing else.
"""

import hashlib
import io
import pickle
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import keras
import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load

from .image import BLOCKS
from .teacher import TeacherEncoder
from .text import TextEncoder

Tensors = Mapping[str, NDArray[Any]]

MINILM_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MPNET_SHA256: Final = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
MPNET_PIECES: Final = tuple(f"all-mpnet-base-v2.zip.{number:03}" for number in range(1, 6))
LITE0_SHA256_PREFIX: Final = "57934424"

_STORAGE_DTYPES: Final[Mapping[str, np.dtype[Any]]] = {
    "FloatStorage": np.dtype("<f4"),
    "LongStorage": np.dtype("<i8"),
}


class PretrainedError(RuntimeError):
    """A pretrained file is missing or is not the one expected; the message is one line."""


def find_pretrained(folder: Path, name: str, fetch: str = "make weights") -> Path:
    """Return the one file called ``name`` under ``folder``.

    Args:
        folder: Where to look.
        name: The file's name.
        fetch: The command that brings it, for the error's message.

    Raises:
        PretrainedError: It is not there.
    """
    found = sorted(folder.rglob(name))
    if not found:
        raise PretrainedError(f"no {name} under {folder}: fetch it with `{fetch}`")
    return found[0]


def checked(path: Path, content: bytes, sha256: str, fetch: str = "make weights") -> bytes:
    """Return the content if its sha256 starts as it should.

    Args:
        path: Where it was read, for the error's message.
        content: What was read.
        sha256: The digest, or its first characters.
        fetch: The command that brings the file, for the error's message.

    Raises:
        PretrainedError: It does not.
    """
    digest = hashlib.sha256(content).hexdigest()
    if not digest.startswith(sha256):
        raise PretrainedError(f"{path} is damaged (sha256 {digest[:12]}…): fetch it again with `{fetch}`")
    return content


def read_minilm(folder: Path) -> Tensors:
    """Read all-MiniLM-L6-v2's tensors from ``model.safetensors`` under ``folder``."""
    path = find_pretrained(folder, "model.safetensors")
    return load(checked(path, path.read_bytes(), MINILM_SHA256))


def read_mpnet(folder: Path) -> Tensors:
    """Read all-mpnet-base-v2's tensors from the pieces of its archive under ``folder``."""
    pieces = [find_pretrained(folder, name, "make teacher") for name in MPNET_PIECES]
    try:
        with zipfile.ZipFile(io.BytesIO(b"".join(piece.read_bytes() for piece in pieces))) as archive:
            content = archive.read("all-mpnet-base-v2/model.safetensors")
    except (zipfile.BadZipFile, KeyError) as error:
        raise PretrainedError(f"{pieces[0]} and its other pieces are no archive of MPNet: {error}") from None
    return load(checked(pieces[0], content, MPNET_SHA256, "make teacher"))


def read_lite0(folder: Path) -> Tensors:
    """Read EfficientNet-Lite0's tensors from its ``.pth`` file under ``folder``."""
    path = find_pretrained(folder, "efficientnet-lite0-57934424.pth")
    checked(path, path.read_bytes(), LITE0_SHA256_PREFIX)
    with path.open("rb") as file:
        return read_torch_legacy(file)


@dataclass(frozen=True)
class _Storage:
    """Where a tensor's numbers are, known before the numbers are read."""

    key: str
    dtype: np.dtype[Any]


@dataclass(frozen=True)
class _TensorView:
    """A tensor as the pickle describes it: a strided window on a storage."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _StateDictUnpickler(pickle.Unpickler):
    """Builds plain views and dictionaries; every other name is refused."""

    def find_class(self, module: str, name: str) -> Any:
        known: dict[tuple[str, str], Callable[..., Any]] = {
            ("collections", "OrderedDict"): OrderedDict,
            ("torch._utils", "_rebuild_tensor_v2"): lambda storage, offset, shape, strides, *_: _TensorView(
                storage, offset, shape, strides
            ),
            ("torch._utils", "_rebuild_parameter"): lambda view, *_: view,
        }
        if module == "torch" and name in _STORAGE_DTYPES:
            return name
        if (module, name) not in known:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in a state dict")
        return known[module, name]

    def persistent_load(self, pid: Any) -> _Storage:
        match pid:
            case ("storage", str(storage_type), str(key), *_) if storage_type in _STORAGE_DTYPES:
                return _Storage(key, _STORAGE_DTYPES[storage_type])
        raise pickle.UnpicklingError(f"unknown persistent id {pid!r}")


def read_torch_legacy(file: IO[bytes]) -> Tensors:
    """Read a state dict in the layout of ``torch.save`` before version 1.6.

    Args:
        file: The open file, at its start.

    Returns:
        Arrays by their name in the state dict.

    Raises:
        pickle.UnpicklingError: The file holds anything but tensors in dictionaries, or ends early.
    """
    for _ in range(3):
        _StateDictUnpickler(file).load()
    state: dict[str, _TensorView] = _StateDictUnpickler(file).load()
    keys: list[str] = _StateDictUnpickler(file).load()
    dtypes = {view.storage.key: view.storage.dtype for view in state.values()}
    storages: dict[str, NDArray[Any]] = {}
    for key in keys:
        size = int.from_bytes(file.read(8), "little") * dtypes[key].itemsize
        content = file.read(size)
        if len(content) < size:
            raise pickle.UnpicklingError(f"the file ends within storage {key}")
        storages[key] = np.frombuffer(content, dtypes[key])
    return {name: _window(storages[view.storage.key], view) for name, view in state.items()}


def _window(storage: NDArray[Any], view: _TensorView) -> NDArray[Any]:
    """Return the strided window after checking that it lies inside its storage."""
    steps = zip(view.shape, view.strides, strict=True)
    last = view.offset + sum((size - 1) * stride for size, stride in steps)
    if min((view.offset, *view.strides, *view.shape)) < 0 or last >= storage.size:
        raise pickle.UnpicklingError(f"a tensor of shape {view.shape} does not lie inside its storage")
    strides = tuple(stride * storage.itemsize for stride in view.strides)
    return np.lib.stride_tricks.as_strided(storage[view.offset :], view.shape, strides, writeable=False)


def _load_blocks(encoder: TextEncoder | TeacherEncoder, tensors: Tensors, names: Mapping[str, str]) -> None:
    """Put the tensors of the embeddings' norm and of every layer into a tower.

    Args:
        encoder: The built tower.
        tensors: The file's tensors.
        names: What the file calls the parts of its attention.
    """

    def norm(layer: keras.layers.Layer, name: str) -> None:
        layer.set_weights([tensors[f"{name}.weight"], tensors[f"{name}.bias"]])

    def dense(layer: keras.layers.Layer, name: str) -> None:
        layer.set_weights([tensors[f"{name}.weight"].T, tensors[f"{name}.bias"]])

    norm(encoder.embedding_norm, "embeddings.LayerNorm")
    for index, block in enumerate(encoder.blocks):
        name = f"encoder.layer.{index}"
        dense(block.attention.query, f"{name}.attention.{names['query']}")
        dense(block.attention.key, f"{name}.attention.{names['key']}")
        dense(block.attention.value, f"{name}.attention.{names['value']}")
        dense(block.attention.output_dense, f"{name}.attention.{names['output']}")
        norm(block.attention_norm, f"{name}.attention.{names['norm']}")
        dense(block.inner, f"{name}.intermediate.dense")
        dense(block.outer, f"{name}.output.dense")
        norm(block.outer_norm, f"{name}.output.LayerNorm")


def load_minilm(encoder: TextEncoder, tensors: Tensors) -> None:
    """Put MiniLM's tensors into a built text tower."""
    encoder.words.load(tensors["embeddings.word_embeddings.weight"])
    encoder.places.load(tensors["embeddings.position_embeddings.weight"])
    encoder.segments.set_weights([tensors["embeddings.token_type_embeddings.weight"]])
    names = {
        "query": "self.query",
        "key": "self.key",
        "value": "self.value",
        "output": "output.dense",
        "norm": "output.LayerNorm",
    }
    _load_blocks(encoder, tensors, names)


def load_mpnet(encoder: TeacherEncoder, tensors: Tensors) -> None:
    """Put MPNet's tensors into a built teacher."""
    encoder.words.set_weights([tensors["embeddings.word_embeddings.weight"]])
    encoder.places.set_weights([tensors["embeddings.position_embeddings.weight"]])
    encoder.distances.set_weights([tensors["encoder.relative_attention_bias.weight"]])
    names = {
        "query": "attn.q",
        "key": "attn.k",
        "value": "attn.v",
        "output": "attn.o",
        "norm": "LayerNorm",
    }
    _load_blocks(encoder, tensors, names)


def load_lite0(encoder: keras.Model, tensors: Tensors) -> None:
    """Put EfficientNet-Lite0's tensors into an image tower."""

    def conv(layer: str, name: str) -> None:
        encoder.get_layer(layer).set_weights([tensors[f"{name}.weight"].transpose(2, 3, 1, 0)])

    def depthwise(layer: str, name: str) -> None:
        encoder.get_layer(layer).set_weights([tensors[f"{name}.weight"].transpose(2, 3, 0, 1)])

    def norm(layer: str, name: str) -> None:
        parts = ("weight", "bias", "running_mean", "running_var")
        encoder.get_layer(layer).set_weights([tensors[f"{name}.{part}"] for part in parts])

    conv("stem", "_conv_stem")
    norm("stem_norm", "_bn0")
    expansions = [block.expand for block in BLOCKS for _ in range(block.repeats)]
    for index, expand in enumerate(expansions):
        source = f"_blocks.{index}"
        norms = iter(("_bn0", "_bn1", "_bn2") if expand != 1 else ("_bn1", "_bn2"))
        if expand != 1:
            conv(f"block_{index}_expand", f"{source}._expand_conv")
            norm(f"block_{index}_expand_norm", f"{source}.{next(norms)}")
        depthwise(f"block_{index}_depthwise", f"{source}._depthwise_conv")
        norm(f"block_{index}_depthwise_norm", f"{source}.{next(norms)}")
        conv(f"block_{index}_project", f"{source}._project_conv")
        norm(f"block_{index}_project_norm", f"{source}.{next(norms)}")
    conv("head", "_conv_head")
    norm("head_norm", "_bn1")
