"""From trained networks to LiteRT files.

Four files ship, so that each part is skipped or cached on its own: ``text.tflite`` and ``upper.tflite``, the
layers that the fusion run has for itself, hold their weights in int8, as they were trained, and their dense
layers compute in it; ``fusion.tflite`` (both runs' heads included) holds them in float16 and ``image.tflite``
in float32, and both compute in float32.
"""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from .classifier import SPLIT, EmotionClassifier
from .decoding import SIZE
from .encoders import Endpoint
from .encoders.face import face_endpoints, load_faces
from .encoders.image import STAGE_CHANNELS
from .encoders.text import SHARED, STAGES, mean_pool
from .litert import FUSION_FILE, LAST_STATES, SHARED_STATES
from .sample import FACE_WIDTH

Tensors: TypeAlias = dict[str, Any]
Precision: TypeAlias = Literal["int8", "float16", "float32"]
"""How weights are stored. With int8 the dense layers also round what they read, each token anew."""

TOKEN_IDS: Final = tf.TensorSpec((1, None), tf.int32, "token_ids")


class ExportError(RuntimeError):
    """The files cannot be made of this run, or are of a wrong size; one line."""


def _signature(specs: Sequence[tf.TensorSpec], run: Callable[..., dict[str, Any]]) -> Endpoint:
    """Return an endpoint that takes its tensors by name, as LiteRT hands them in."""
    names = [spec.name for spec in specs]
    return lambda *tensors: run(dict(zip(names, tensors, strict=True))), list(specs)


def _text_endpoints(classifier: EmotionClassifier) -> dict[str, Endpoint]:
    """The text tower: int32 (1, L) to its stages' states."""

    def encode(inputs: Tensors) -> Tensors:
        states = classifier.text_encoder(inputs["token_ids"], training=False)
        return {f"text_{index}": state for index, state in enumerate(states)}

    return {"encode": _signature([TOKEN_IDS], encode)}


def _upper_endpoints(classifier: EmotionClassifier) -> dict[str, Endpoint]:
    """The text tower's last layers for pairs: what the shared ones say, (1, L, hidden), to the output."""
    states = tf.TensorSpec((1, None, classifier.text_encoder.hidden), name=SHARED_STATES)

    def finish(inputs: Tensors) -> Tensors:
        return {LAST_STATES: classifier.text_encoder.finish(inputs[SHARED_STATES], inputs["token_ids"])}

    return {"finish": _signature([TOKEN_IDS, states], finish)}


def _image_endpoints(classifier: EmotionClassifier) -> dict[str, Endpoint]:
    """The image tower: uint8 (1, 224, 224, 3) to its stages' tokens."""

    def encode(inputs: Tensors) -> Tensors:
        picture = tf.cast(inputs["picture"], tf.float32) / 255.0
        _, *stages = classifier.image_encoder(picture, training=False)
        return {f"image_{index}": stage for index, stage in enumerate(stages)}

    return {"encode": _signature([tf.TensorSpec((1, SIZE, SIZE, 3), tf.uint8, "picture")], encode)}


def _fusion_endpoints(text_run: EmotionClassifier, classifier: EmotionClassifier) -> dict[str, Endpoint]:
    """Fusion and heads: what the towers read goes in, logits come out.

    One signature serves pictures with and without words, since each signature would pack its own copy of
    the weights: missing words are one token that is masked out. One turns faces into tokens of the image's
    stages, for those who have them read. And one, the text run's heads, answers words alone. Explanations
    hand in many rows at once.
    """
    hidden = classifier.text_encoder.hidden
    token_ids = tf.TensorSpec((None, None), tf.int32, "token_ids")
    text = [tf.TensorSpec((None, None, hidden), name=f"text_{index}") for index in range(len(STAGES))]
    image = [
        tf.TensorSpec((None, None, channels), name=f"image_{index}")
        for index, channels in enumerate(STAGE_CHANNELS)
    ]
    present = tf.TensorSpec((None, None), tf.bool, "image_present")

    def fuse(inputs: Tensors) -> Tensors:
        states = [inputs[spec.name] for spec in text]
        stages = [inputs[spec.name] for spec in image]
        mask = tf.not_equal(inputs["token_ids"], 0)
        return _logits(classifier, classifier.fusion(states, mask, stages, inputs["image_present"]))

    def show_faces(inputs: Tensors) -> Tensors:
        tokens = classifier.face_tokens(inputs["faces"])
        return {spec.name: each for spec, each in zip(image, tokens, strict=True)}

    def answer_text(inputs: Tensors) -> Tensors:
        mask = tf.not_equal(inputs["token_ids"], 0)
        return _logits(text_run, mean_pool(inputs[LAST_STATES], mask))

    faces = tf.TensorSpec((1, None, FACE_WIDTH), name="faces")
    return {
        "fuse": _signature([token_ids, present, *text, *image], fuse),
        "show_faces": _signature([faces], show_faces),
        "answer_text": _signature([token_ids, text[-1]], answer_text),
    }


def _logits(classifier: EmotionClassifier, fused: Any) -> Tensors:
    """Return what a network's heads say of the fused vector, (1, hidden), by name."""
    names = ("emotions", "sentiment", "toxicity", "sexism")
    return dict(zip(names, classifier.heads(fused), strict=True))


def convert_endpoints(
    networks: Sequence[keras.Model], endpoints: Mapping[str, Endpoint], precision: Precision
) -> bytes:
    """Convert through a SavedModel that tracks the weights: without tracking they are lost silently.

    Args:
        networks: What holds the weights.
        endpoints: By name of the signature, what it runs.
        precision: How weights are stored.

    Returns:
        A LiteRT file.
    """
    archive = keras.export.ExportArchive()
    for network in networks:
        archive.track(network)
    for name, (run, specs) in endpoints.items():
        archive.add_endpoint(name, run, input_signature=specs)
    with tempfile.TemporaryDirectory() as folder:
        archive.write_out(folder, verbose=False)
        converter = tf.lite.TFLiteConverter.from_saved_model(folder, signature_keys=list(endpoints))
        if precision != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if precision == "float16":
            converter.target_spec.supported_types = [tf.float16]
        return bytes(converter.convert())


def convert(text_run: EmotionClassifier, classifier: EmotionClassifier, out: Path) -> None:
    """Write the LiteRT files of a progressive or late classifier and of the text run it began with.

    Args:
        text_run: The network that answers words alone.
        classifier: The network that answers whatever has a picture.
        out: Folder; made if missing.

    Raises:
        ExportError: The strategy cannot be split into files, or the networks have not the same lower layers.
    """
    if classifier.strategy not in SPLIT:
        raise ExportError(f"a {classifier.strategy} model has no towers that run on their own")
    if not same_weights(_shared_weights(text_run), _shared_weights(classifier)):
        raise ExportError(
            "the run has other lower layers than the text run: start it from that one with --upper"
        )
    out.mkdir(parents=True, exist_ok=True)
    files = {
        "text.tflite": convert_endpoints([text_run], _text_endpoints(text_run), "int8"),
        "upper.tflite": convert_endpoints([classifier], _upper_endpoints(classifier), "int8"),
        "image.tflite": convert_endpoints([classifier], _image_endpoints(classifier), "float32"),
        FUSION_FILE: convert_fusion(text_run, classifier),
    }
    for name, content in files.items():
        (out / name).write_bytes(content)


def convert_fusion(text_run: EmotionClassifier, classifier: EmotionClassifier) -> bytes:
    """Return the LiteRT file of a network's fusion and heads, and of the text run's heads."""
    endpoints = _fusion_endpoints(text_run, classifier)
    return convert_endpoints([text_run, classifier], endpoints, "float16")


def _shared_weights(classifier: EmotionClassifier) -> list[Any]:
    """Return the weights of the text tower up to the layers that a fusion run has for itself."""
    own = {id(weight) for block in classifier.text_encoder.blocks[SHARED:] for weight in block.weights}
    return [weight for weight in classifier.text_encoder.weights if id(weight) not in own]


def same_weights(weights: Sequence[Any], others: Sequence[Any]) -> bool:
    """Return whether two networks' weights are the same to the bit."""
    pairs = zip(weights, others, strict=True)
    return all(np.array_equal(ops.convert_to_numpy(one), ops.convert_to_numpy(same)) for one, same in pairs)


def convert_faces(pretrained: Path) -> bytes:
    """Return the LiteRT file of the networks that find and read faces, which stay as they are.

    Args:
        pretrained: Folder with their files.

    Raises:
        PretrainedError: A file is missing or damaged.
    """
    networks = load_faces(pretrained)
    return convert_endpoints(networks, face_endpoints(*networks), "float16")
