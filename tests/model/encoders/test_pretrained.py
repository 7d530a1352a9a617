"""Pretrained weights are read without trusting the files, and the towers compute what they did."""

import hashlib
import io
import math
import os
import pickle
import sys
import zipfile
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import save

from moodring.model.encoders import pretrained
from moodring.model.encoders.image import build_image_encoder
from moodring.model.encoders.pretrained import (
    MPNET_PIECES,
    PretrainedError,
    load_lite0,
    load_minilm,
    load_mpnet,
    read_lite0,
    read_minilm,
    read_mpnet,
    read_torch_legacy,
)
from moodring.model.encoders.teacher import TeacherEncoder
from moodring.model.encoders.text import GROUPS

from ..small import HIDDEN, OUTLIERS, VOCABULARY, sentences, small_text_encoder

Array = NDArray[Any]
Tensors = dict[str, Array]


class Storage:
    """What PyTorch pickles by reference; the numbers follow after the pickles."""

    def __init__(self, kind: type, key: str, numbers: Array) -> None:
        self.kind = kind
        self.key = key
        self.numbers = numbers


class Tensor:
    """A strided window on a storage, pickled as PyTorch does it."""

    def __init__(
        self, storage: Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]
    ) -> None:
        self.arguments = (storage, offset, shape, strides, False, OrderedDict())

    def __reduce__(self) -> tuple[Any, ...]:
        return sys.modules["torch._utils"]._rebuild_tensor_v2, self.arguments


class Pickler(pickle.Pickler):
    def persistent_id(self, thing: object) -> object:
        if isinstance(thing, Storage):
            return ("storage", thing.kind, thing.key, "cpu", len(thing.numbers), None)
        return ("secret", "key") if thing is Ellipsis else None


@pytest.fixture(autouse=True)
def torch(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Modules that lend their names to the pickles that the tests write."""
    module, utils = ModuleType("torch"), ModuleType("torch._utils")
    for name in ("FloatStorage", "LongStorage", "HalfStorage"):
        setattr(module, name, type(name, (), {"__module__": "torch"}))

    def _rebuild_tensor_v2() -> None:
        """Never called: the reader has its own."""

    _rebuild_tensor_v2.__module__ = "torch._utils"
    _rebuild_tensor_v2.__qualname__ = "_rebuild_tensor_v2"
    utils._rebuild_tensor_v2 = _rebuild_tensor_v2
    monkeypatch.setitem(sys.modules, "torch", module)
    monkeypatch.setitem(sys.modules, "torch._utils", utils)
    return module


def written(state: object, *storages: Storage) -> io.BytesIO:
    """A state dict in PyTorch's first layout."""
    file = io.BytesIO()
    system = {"protocol_version": 1001, "little_endian": True}
    for header in (0x1950A86A20F9469CFC6C, 1001, system, state, [storage.key for storage in storages]):
        Pickler(file, protocol=2).dump(header)
    for storage in storages:
        file.write(len(storage.numbers).to_bytes(8, "little"))
        file.write(storage.numbers.tobytes())
    file.seek(0)
    return file


@pytest.fixture
def floats(torch: ModuleType) -> Storage:
    return Storage(torch.FloatStorage, "0", np.arange(12, dtype="<f4"))


def test_windows_on_one_storage_become_arrays(torch: ModuleType, floats: Storage) -> None:
    count = Storage(torch.LongStorage, "1", np.array([7], "<i8"))
    state = OrderedDict(
        whole=Tensor(floats, 0, (3, 4), (4, 1)),
        turned=Tensor(floats, 0, (4, 3), (1, 4)),
        end=Tensor(floats, 10, (2,), (1,)),
        count=Tensor(count, 0, (), ()),
    )
    tensors = read_torch_legacy(written(state, floats, count))
    whole = np.arange(12).reshape(3, 4)
    assert (tensors["whole"] == whole).all()
    assert (tensors["turned"] == whole.T).all()
    assert tensors["end"].tolist() == [10, 11]
    assert tensors["count"] == 7
    assert tensors["count"].dtype == np.int64


@pytest.mark.parametrize(
    ("offset", "shape", "strides"),
    [
        (0, (13,), (1,)),
        (1, (3, 4), (4, 1)),
        (0, (2, 2), (11, 1)),
        (12, (1,), (1,)),
        (11, (2,), (-1,)),
        (-1, (2,), (1,)),
    ],
)
def test_a_window_beyond_its_storage_is_refused(
    floats: Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]
) -> None:
    file = written({"weight": Tensor(floats, offset, shape, strides)}, floats)
    with pytest.raises(pickle.UnpicklingError, match="does not lie inside its storage"):
        read_torch_legacy(file)


class Call:
    """Pickles as a call of a function, which a careless reader would make."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self.reduced = function, arguments

    def __reduce__(self) -> tuple[Any, ...]:
        return self.reduced


def test_no_other_name_is_ever_called(tmp_path: Path) -> None:
    target = tmp_path / "made"
    for function in (os.mkdir, eval, getattr):
        with pytest.raises(pickle.UnpicklingError, match="has no place in a state dict"):
            read_torch_legacy(written({"weight": Call(function, str(target))}))
    assert not target.exists()


def test_storages_of_other_kinds_are_refused(torch: ModuleType) -> None:
    halves = Storage(torch.HalfStorage, "0", np.zeros(4, "<f2"))
    with pytest.raises(pickle.UnpicklingError, match=r"torch\.HalfStorage"):
        read_torch_legacy(written({"weight": Tensor(halves, 0, (4,), (1,))}, halves))
    with pytest.raises(pickle.UnpicklingError, match="secret"):
        read_torch_legacy(written({"weight": ...}))


def test_a_file_that_ends_early_is_refused(floats: Storage) -> None:
    file = written({"weight": Tensor(floats, 0, (12,), (1,))}, floats)
    short = io.BytesIO(file.getvalue()[:-8])
    with pytest.raises(pickle.UnpicklingError, match="ends within storage 0"):
        read_torch_legacy(short)


@pytest.mark.parametrize(
    ("name", "read"), [("model.safetensors", read_minilm), ("efficientnet-lite0-57934424.pth", read_lite0)]
)
def test_a_missing_or_damaged_file_says_how_to_get_it(
    tmp_path: Path, name: str, read: Callable[[Path], object]
) -> None:
    with pytest.raises(PretrainedError, match=rf"no {name} under .*: fetch .* with `make weights`"):
        read(tmp_path)
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / name).write_bytes(b"not these weights")
    with pytest.raises(PretrainedError, match=rf"{name} is damaged \(sha256 .*\): fetch it again"):
        read(tmp_path)


# ------------------------------------------------------------------ BERT once more, in plain numpy


def minilm_tensors(layers: int = 6, feed_forward: int = 32, positions: int = 64) -> Tensors:
    """Random tensors under MiniLM's names and in its layout: (outputs, inputs)."""
    random = np.random.default_rng(0)
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (VOCABULARY, HIDDEN),
        "embeddings.position_embeddings.weight": (positions, HIDDEN),
        "embeddings.token_type_embeddings.weight": (2, HIDDEN),
        "embeddings.LayerNorm.weight": (HIDDEN,),
        "embeddings.LayerNorm.bias": (HIDDEN,),
    }
    for layer in range(layers):
        parts = dict.fromkeys(
            ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"),
            (HIDDEN, HIDDEN),
        )
        parts |= {"intermediate.dense": (feed_forward, HIDDEN), "output.dense": (HIDDEN, feed_forward)}
        parts |= dict.fromkeys(("attention.output.LayerNorm", "output.LayerNorm"), (HIDDEN,))
        for part, shape in parts.items():
            shapes[f"encoder.layer.{layer}.{part}.weight"] = shape
            shapes[f"encoder.layer.{layer}.{part}.bias"] = shape[:1]
    return {name: random.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}


def as_shipped(name: str, tensor: Array) -> Array:
    """Round each row of a matrix to int8 and back: each embedding, each output's weights.

    The weights of what reads the normed sequence are rounded in two parts, outlying features apart.
    """

    def rounded(part: Array) -> Array:
        step = np.abs(part).max(axis=1, keepdims=True) / 127
        return np.round(part / step) * step

    if tensor.ndim < 2 or "token_type" in name:
        return tensor
    result = rounded(tensor)
    if ".self." in name or "intermediate" in name:
        apart = np.isin(np.arange(HIDDEN), OUTLIERS)
        result[:, apart], result[:, ~apart] = rounded(tensor[:, apart]), rounded(tensor[:, ~apart])
    elif ".attention." not in name and ".output.dense" in name:
        result = np.concatenate([rounded(group) for group in np.split(tensor, GROUPS, axis=1)], axis=1)
    return result


def bert(tensors: Tensors, token_ids: Array, heads: int = 2, layers: int = 6) -> list[Array]:
    """The states after every layer for one sentence, (length, hidden) each."""
    tensors = {name: as_shipped(name, tensor) for name, tensor in tensors.items()}

    def norm(x: Array, name: str) -> Array:
        centred = x - x.mean(axis=-1, keepdims=True)
        scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        return scaled * tensors[f"{name}.weight"] + tensors[f"{name}.bias"]

    def dense(x: Array, name: str) -> Array:
        return x @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]

    gelu = np.vectorize(lambda value: value * 0.5 * (1 + math.erf(value / math.sqrt(2))))
    embeddings = {
        name: tensors[f"embeddings.{name}_embeddings.weight"] for name in ("word", "position", "token_type")
    }
    x = embeddings["word"][token_ids] + embeddings["position"][: len(token_ids)] + embeddings["token_type"][0]
    x = norm(x, "embeddings.LayerNorm")
    states = []
    for layer in range(layers):
        name = f"encoder.layer.{layer}"
        width = x.shape[1] // heads
        mixed = []
        for head in range(heads):
            columns = slice(head * width, (head + 1) * width)
            query, key, value = (
                dense(x, f"{name}.attention.self.{part}")[:, columns] for part in ("query", "key", "value")
            )
            odds = np.exp(query @ key.T / math.sqrt(width))
            mixed.append(odds / odds.sum(axis=1, keepdims=True) @ value)
        attended = dense(np.concatenate(mixed, axis=1), f"{name}.attention.output.dense")
        x = norm(x + attended, f"{name}.attention.output.LayerNorm")
        changed = dense(gelu(dense(x, f"{name}.intermediate.dense")), f"{name}.output.dense")
        x = norm(x + changed, f"{name}.output.LayerNorm")
        states.append(x)
    return states


def test_the_text_tower_computes_what_bert_does() -> None:
    tensors = minilm_tensors()
    encoder = small_text_encoder()
    load_minilm(encoder, tensors)
    [long], [short] = sentences(1, 9), sentences(1, 5, seed=1)
    token_ids = np.zeros((2, 12), np.int32)
    token_ids[0, :9], token_ids[1, :5] = long, short
    states = [np.asarray(state) for state in encoder(token_ids)]
    for row, sentence in enumerate((long, short)):
        expected = bert(tensors, sentence)
        for state, layer in zip(states, (2, 4, 6), strict=True):
            np.testing.assert_allclose(state[row, : len(sentence)], expected[layer - 1], atol=2e-4)


# ------------------------------------------------------------------------------------------- MPNet


def mpnet_pieces(folder: Path, content: bytes, member: str = "all-mpnet-base-v2/model.safetensors") -> None:
    """The archive in five pieces."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(member, content)
    size = -(-len(file.getvalue()) // len(MPNET_PIECES))
    for number, name in enumerate(MPNET_PIECES):
        (folder / name).write_bytes(file.getvalue()[number * size : (number + 1) * size])


def test_the_teachers_archive_is_put_together_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = save({"x": np.arange(3, dtype=np.float32)})
    mpnet_pieces(tmp_path, content)
    with pytest.raises(PretrainedError, match="is damaged"):
        read_mpnet(tmp_path)
    monkeypatch.setattr(pretrained, "MPNET_SHA256", hashlib.sha256(content).hexdigest())
    assert read_mpnet(tmp_path)["x"].tolist() == [0, 1, 2]


def test_pieces_that_are_no_archive_of_the_teacher_are_refused(tmp_path: Path) -> None:
    mpnet_pieces(tmp_path, b"", member="other")
    with pytest.raises(PretrainedError, match="no archive of MPNet"):
        read_mpnet(tmp_path)
    (tmp_path / MPNET_PIECES[0]).write_bytes(b"half")
    with pytest.raises(PretrainedError, match="no archive of MPNet"):
        read_mpnet(tmp_path)
    (tmp_path / MPNET_PIECES[0]).unlink()
    with pytest.raises(PretrainedError, match="make teacher"):
        read_mpnet(tmp_path)


def test_the_teachers_tensors_find_their_places() -> None:
    random = np.random.default_rng(0)
    encoder = TeacherEncoder(vocabulary=9, hidden=4, layers=1, heads=2, feed_forward=6, positions=5)
    encoder.build((None, None))
    shapes: dict[str, tuple[int, ...]] = {
        "embeddings.word_embeddings.weight": (9, 4),
        "embeddings.position_embeddings.weight": (7, 4),
        "encoder.relative_attention_bias.weight": (32, 2),
        "encoder.layer.0.intermediate.dense.weight": (6, 4),
        "encoder.layer.0.intermediate.dense.bias": (6,),
        "encoder.layer.0.output.dense.weight": (4, 6),
        "encoder.layer.0.output.dense.bias": (4,),
    }
    shapes |= {f"encoder.layer.0.attention.attn.{part}.weight": (4, 4) for part in "qkvo"}
    shapes |= {f"encoder.layer.0.attention.attn.{part}.bias": (4,) for part in "qkvo"}
    for norm in ("embeddings", "encoder.layer.0.attention", "encoder.layer.0.output"):
        shapes |= {f"{norm}.LayerNorm.{part}": (4,) for part in ("weight", "bias")}
    tensors = {name: random.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    load_mpnet(encoder, tensors)
    attention = encoder.blocks[0].attention
    for part, dense in zip(
        "qkvo", (attention.query, attention.key, attention.value, attention.output_dense), strict=True
    ):
        np.testing.assert_array_equal(
            dense.kernel, tensors[f"encoder.layer.0.attention.attn.{part}.weight"].T
        )
    np.testing.assert_array_equal(
        encoder.distances.embeddings, tensors["encoder.relative_attention_bias.weight"]
    )
    np.testing.assert_array_equal(encoder.places.embeddings, tensors["embeddings.position_embeddings.weight"])
    norm = encoder.blocks[0].attention_norm
    np.testing.assert_array_equal(norm.gamma, tensors["encoder.layer.0.attention.LayerNorm.weight"])


# ------------------------------------------------------ EfficientNet-Lite0 once more, in plain numpy

LITE0 = [  # repeats, kernel, stride, expansion, channels in and out (Liu, 2020)
    (1, 3, 1, 1, 32, 16),
    (2, 3, 2, 6, 16, 24),
    (2, 5, 2, 6, 24, 40),
    (3, 3, 2, 6, 40, 80),
    (3, 5, 1, 6, 80, 112),
    (4, 5, 2, 6, 112, 192),
    (1, 3, 1, 6, 192, 320),
]


def lite0_blocks() -> Iterator[tuple[str, int, int, int, int, int]]:
    """Name, kernel, stride, expansion, channels in and out of every block."""
    number = 0
    for repeats, kernel, stride, expansion, inputs, outputs in LITE0:
        for repeat in range(repeats):
            first = repeat == 0
            yield (
                f"_blocks.{number}",
                kernel,
                stride if first else 1,
                expansion,
                inputs if first else outputs,
                outputs,
            )
            number += 1


def lite0_tensors() -> Tensors:
    """Random tensors under Lite0's names and in its layout: (outputs, inputs, height, width)."""
    random = np.random.default_rng(0)
    tensors: Tensors = {}

    def conv(name: str, *shape: int) -> None:
        tensors[f"{name}.weight"] = random.normal(0, math.sqrt(2 / math.prod(shape[1:])), shape).astype(
            np.float32
        )

    def norm(name: str, channels: int) -> None:
        for part, low, high in (
            ("weight", 0.5, 1.5),
            ("bias", 0, 1),
            ("running_mean", -0.3, 0.3),
            ("running_var", 0.5, 2),
        ):
            tensors[f"{name}.{part}"] = random.uniform(low, high, channels).astype(np.float32)

    conv("_conv_stem", 32, 3, 3, 3)
    norm("_bn0", 32)
    for name, kernel, _, expansion, inputs, outputs in lite0_blocks():
        inner = inputs * expansion
        if expansion != 1:
            conv(f"{name}._expand_conv", inner, inputs, 1, 1)
            norm(f"{name}._bn0", inner)
        conv(f"{name}._depthwise_conv", inner, 1, kernel, kernel)
        norm(f"{name}._bn1", inner)
        conv(f"{name}._project_conv", outputs, inner, 1, 1)
        norm(f"{name}._bn2", outputs)
    conv("_conv_head", 1280, 320, 1, 1)
    norm("_bn1", 1280)
    return tensors


def lite0(tensors: Tensors, picture: Array) -> dict[int, Array]:
    """The feature maps of a picture (224, 224, 3) in 0..1: (side, side, channels) by their channels."""

    def conv(x: Array, name: str, stride: int = 1) -> Array:
        weight = tensors[f"{name}.weight"]
        kernel = weight.shape[-1]
        side = math.ceil(x.shape[0] / stride)
        missing = max((side - 1) * stride + kernel - x.shape[0], 0)  # TensorFlow's "same": more at the end
        edges = (missing // 2, missing - missing // 2)
        padded = np.pad(x, (edges, edges, (0, 0)))
        result: Array = np.zeros((), np.float32)
        for row in range(kernel):
            for column in range(kernel):
                seen = padded[row : row + side * stride : stride, column : column + side * stride : stride]
                tap = weight[:, :, row, column]
                result = result + (seen * tap[:, 0] if name.endswith("_depthwise_conv") else seen @ tap.T)
        return result

    def norm(x: Array, name: str) -> Array:
        weight, bias, mean, variance = (
            tensors[f"{name}.{part}"] for part in ("weight", "bias", "running_mean", "running_var")
        )
        return (x - mean) / np.sqrt(variance + 1e-3) * weight + bias

    def relu6(x: Array) -> Array:
        return np.clip(x, 0, 6)

    x = (picture - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])
    x = relu6(norm(conv(x.astype(np.float32), "_conv_stem", 2), "_bn0"))
    maps = {32: x}
    for name, _, stride, expansion, inputs, outputs in lite0_blocks():
        shortcut = x
        if expansion != 1:
            x = relu6(norm(conv(x, f"{name}._expand_conv"), f"{name}._bn0"))
        x = relu6(norm(conv(x, f"{name}._depthwise_conv", stride), f"{name}._bn1"))
        x = norm(conv(x, f"{name}._project_conv"), f"{name}._bn2")
        if stride == 1 and inputs == outputs:
            x = x + shortcut
        maps[outputs] = x
    maps[1280] = relu6(norm(conv(x, "_conv_head"), "_bn1"))
    return maps


def pooled_tokens(feature_map: Array) -> Array:
    """Means over a 7×7 grid of cells, (49, channels)."""
    cell = feature_map.shape[0] // 7
    cells = feature_map.reshape(7, cell, 7, cell, -1)
    return cells.mean(axis=(1, 3)).reshape(49, -1)


def test_the_image_tower_computes_what_lite0_does() -> None:
    tensors = lite0_tensors()
    encoder = build_image_encoder()
    load_lite0(encoder, tensors)
    picture = np.random.default_rng(1).random((224, 224, 3)).astype(np.float32)
    stem, *stages = (np.asarray(output)[0] for output in encoder(picture[None]))
    maps = lite0(tensors, picture)
    np.testing.assert_allclose(stem, maps[32], atol=1e-3)
    for stage, channels in zip(stages, (40, 112, 1280), strict=True):
        expected = pooled_tokens(maps[channels])
        np.testing.assert_allclose(stage, expected, atol=1e-3 * np.abs(expected).max())
