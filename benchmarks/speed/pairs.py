"""Who reads a text with its picture: us, and what else is deployed for the two together.

All of it counts: decoding the picture, tokenising, both networks, the answer.
"""

import io
from collections.abc import Callable
from functools import partial
from typing import Any, Final, TypeAlias

import numpy as np
from contenders import Answers, Setting, bare_tokenizer
from PIL import Image
from shapes import BASE, CONTEXT, FEATURES, JOINT, SIDE

from moodring.model import Decoded, Predictor
from moodring.model.image import decode_image
from moodring.model.text import bucket

Pair: TypeAlias = tuple[str, bytes]
"""A text and an encoded picture."""

ReadPairs: TypeAlias = Callable[[list[Pair]], Answers]

MEAN, SPREAD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
"""Of ImageNet's channels, as torchvision normalises them."""


def moodring(setting: Setting) -> ReadPairs:
    """Return our predictor; the bot decodes in a process of its own, which costs a copy more."""
    predictor = Predictor()
    engine = predictor.open(setting.threads)

    def read(pairs: list[Pair]) -> Answers:
        answers = []
        for text, file in pairs:
            prepared = predictor.prepare(text, [Decoded(decode_image(file))])
            [logits] = engine.infer([prepared])
            answers.append(predictor.conclude(prepared, logits, 0.0).sentiment)
        return answers

    return read


def bert_and_resnet(setting: Setting, *, int8: bool) -> ReadPairs:
    """Return a BERT-base and a ResNet-50 in ONNX Runtime, the towers of CLMLF; a last layer joins them."""
    from bert import write
    from limit import open_session
    from onnx_graph import once
    from vision import write_resnet

    kind = "int8" if int8 else "fp32"
    bert = open_session(
        once(setting.work / f"base-{kind}.onnx", write, shape=BASE, int8=int8), setting.threads
    )
    resnet = open_session(
        once(setting.work / f"resnet-{kind}.onnx", write_resnet, int8=int8), setting.threads
    )
    tokenizer = bare_tokenizer()
    head = np.random.default_rng(0).standard_normal((BASE.labels + FEATURES, 3)).astype(np.float32)

    def read(pairs: list[Pair]) -> Answers:
        for text, file in pairs:
            tokens = tokenizer.encode(text).ids
            ids = np.zeros((1, bucket(len(tokens))), np.int32)
            ids[0, : len(tokens)] = tokens
            given = {"ids": ids, "segments": np.zeros_like(ids), "mask": np.minimum(ids, 1)}
            [words] = bert.run(None, given)
            [seen] = resnet.run(None, {"pixels": _pixels(file)})
            np.concatenate([words, seen], axis=1) @ head
        return None

    return read


def clip(setting: Setting, *, int8: bool) -> ReadPairs:
    """Return CLIP ViT-B/32 in ONNX Runtime: both towers, and how alike what they say is."""
    from limit import open_session
    from onnx_graph import once
    from vision import write_clip_text, write_clip_vision

    kind = "int8" if int8 else "fp32"
    towers = [
        open_session(once(setting.work / f"clip-{name}-{kind}.onnx", write, int8=int8), setting.threads)
        for name, write in (("vision", write_clip_vision), ("text", write_clip_text))
    ]
    vision, language = towers
    tokenizer = bare_tokenizer()
    head = np.random.default_rng(0).standard_normal((2 * JOINT, 3)).astype(np.float32)

    def read(pairs: list[Pair]) -> Answers:
        for text, file in pairs:
            tokens = tokenizer.encode(text).ids[:CONTEXT]
            ids = np.zeros((1, CONTEXT), np.int64)  # CLIP has one length
            ids[0, : len(tokens)] = tokens
            [words] = language.run(None, {"ids": ids})
            [seen] = vision.run(None, {"pixels": _pixels(file)})
            np.concatenate([words, seen], axis=1) @ head
        return None

    return read


def _pixels(file: bytes) -> Any:
    """Return a picture as torchvision's usual transform makes it, float32 (1, 3, 224, 224)."""
    with Image.open(io.BytesIO(file)) as image:
        image.draft("RGB", (SIDE, SIDE))  # as we do: a peer is not to lose time over decoding
        picture = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    pixels = (np.asarray(picture, np.float32) / 255 - MEAN) / SPREAD
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])


OURS: Final = "moodring, pairs"
JOINED: Final[dict[bool, str]] = {
    True: "BERT-base and ResNet-50, ONNX Runtime int8",
    False: "BERT-base and ResNet-50, ONNX Runtime fp32",
}
"""By whether in int8."""

PAIRS: Final[dict[str, Callable[[Setting], ReadPairs]]] = {
    OURS: moodring,
    JOINED[True]: partial(bert_and_resnet, int8=True),
    JOINED[False]: partial(bert_and_resnet, int8=False),
    "CLIP ViT-B/32, ONNX Runtime int8": partial(clip, int8=True),
    "CLIP ViT-B/32, ONNX Runtime fp32": partial(clip, int8=False),
}
"""By the name that tables show."""
