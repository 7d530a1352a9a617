"""From a trained run to what ships: LiteRT files, calibration and card, behind a gate.

What ships are two runs: messages of words alone are answered by the text run, whatever has a picture by the
fusion run that began with it. They share the text tower's lower layers and so the first file.

Four files, so that each part is skipped or cached on its own: ``text.tflite`` and ``upper.tflite``, the
layers that the fusion run has for itself, hold their weights in int8, as they were trained, and their dense
layers compute in it; ``fusion.tflite`` (both runs' heads included) holds them in float16 and ``image.tflite``
in float32, and both compute in float32.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from numpy.typing import NDArray

from .agreement import MIN_SAMPLES, agreement, check_agreement
from .batches import build_rows
from .calibration import Calibration, fit_calibration
from .classifier import SPLIT, EmotionClassifier
from .data import Record
from .encoders import Endpoint
from .encoders.face import (
    build_expression_net,
    build_face_detector,
    face_endpoints,
    load_faces,
)
from .encoders.image import STAGE_CHANNELS
from .encoders.text import SHARED, STAGES, mean_pool
from .evaluation import (
    SEXISM_SET,
    TOXIC_FROM,
    TOXICITY_SETS,
    Answers,
    chat_figures,
    evaluate,
    gold_emotions,
    is_calm,
    read,
)
from .image import SIZE
from .predictor import (
    ALTERNATE_FILE,
    CARD_FILE,
    FACES_FILE,
    FUSION_FILE,
    LAST_STATES,
    SHARED_STATES,
    TOKENIZER_FILE,
    LiteRTEngine,
    Predictor,
    shipped_weights,
)
from .sample import FACE_WIDTH
from .subgroups import dialect_figures, identity_figures
from .text import MAX_TOKENS, Tokenizer
from .training import load_run, read_manifest
from .validation import answer

MAX_FILE_BYTES: Final = 50_000_000
MAX_TOTAL_BYTES: Final = 60_000_000
"""What a repository and a small server can carry."""

MAX_PARAMETERS: Final = 35_000_000
"""All networks that ship together: what the comparison with larger models is about."""

MIN_TEXT_BYTES: Final = 20_000_000
"""A converter that lost the weights writes 0.1 MB and reports success."""

DIALECT_SET: Final = "davidson"
"""The set whose harmless messages are compared by dialect."""


Tensors: TypeAlias = dict[str, Any]
Precision: TypeAlias = Literal["int8", "float16", "float32"]
"""How weights are stored. With int8 the dense layers also round what they read, each token anew."""

TOKEN_IDS: Final = tf.TensorSpec((1, None), tf.int32, "token_ids")


class ExportError(RuntimeError):
    """The files are of a wrong size or cannot be made of this run; one line."""


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
        ExportError: The strategy cannot be split into files, the networks have not the same lower layers, or
            a file's size is implausible.
    """
    if classifier.strategy not in SPLIT:
        raise ExportError(f"a {classifier.strategy} model has no towers that run on their own")
    if not _same(_shared_weights(text_run), _shared_weights(classifier)):
        raise ExportError(
            "the run has other lower layers than the text run: start it from that one with --upper"
        )
    out.mkdir(parents=True, exist_ok=True)
    files = {
        "text.tflite": convert_endpoints([text_run], _text_endpoints(text_run), "int8"),
        "upper.tflite": convert_endpoints([classifier], _upper_endpoints(classifier), "int8"),
        "image.tflite": convert_endpoints([classifier], _image_endpoints(classifier), "float32"),
        FUSION_FILE: _convert_fusion(text_run, classifier),
    }
    for name, content in files.items():
        (out / name).write_bytes(content)
    _check_sizes({name: len(content) for name, content in files.items()})


def _convert_fusion(text_run: EmotionClassifier, classifier: EmotionClassifier) -> bytes:
    endpoints = _fusion_endpoints(text_run, classifier)
    return convert_endpoints([text_run, classifier], endpoints, "float16")


def _shared_weights(classifier: EmotionClassifier) -> list[Any]:
    """Return the weights of the text tower up to the layers that a fusion run has for itself."""
    own = {id(weight) for block in classifier.text_encoder.blocks[SHARED:] for weight in block.weights}
    return [weight for weight in classifier.text_encoder.weights if id(weight) not in own]


def _same(weights: Sequence[Any], others: Sequence[Any]) -> bool:
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


def write_saved_model(text_run: EmotionClassifier, classifier: EmotionClassifier, out: Path) -> None:
    """Write what ships as a SavedModel for TensorFlow Serving.

    Its signature ``serving_default`` takes ``token_ids`` int32 (B, L), ``pictures`` uint8
    (B, 224, 224, 3) and ``present`` bool (B,), whether each picture is there; it gives the logits
    ``emotions`` float32 (B, 28), ``sentiment`` float32 (B, 3), ``toxicity`` and ``sexism`` float32 (B,).

    Args:
        text_run: The network that answers words alone.
        classifier: The network of any strategy that answers whatever has a picture.
        out: Folder of this version: TensorFlow Serving wants its name to be a number.
    """

    def serve(token_ids: Any, pictures: Any, present: Any) -> Tensors:
        alone = text_run(token_ids)
        paired = classifier(token_ids, tf.cast(pictures, tf.float32) / 255.0, present)
        return {
            name: ops.where(
                ops.reshape(present, (-1,) + (1,) * (len(getattr(paired, name).shape) - 1)),
                getattr(paired, name),
                getattr(alone, name),
            )
            for name in ("emotions", "sentiment", "toxicity", "sexism")
        }

    specs = [
        tf.TensorSpec((None, None), tf.int32, "token_ids"),
        tf.TensorSpec((None, SIZE, SIZE, 3), tf.uint8, "pictures"),
        tf.TensorSpec((None,), tf.bool, "present"),
    ]
    archive = keras.export.ExportArchive()
    for network in (text_run, classifier):
        archive.track(network)
    archive.add_endpoint("serve", serve, input_signature=specs)
    archive.write_out(str(out), verbose=False)


def _check_sizes(sizes: Mapping[str, int]) -> None:
    for name, size in sizes.items():
        if size > MAX_FILE_BYTES:
            raise ExportError(f"{name} has {size:,} bytes, more than {MAX_FILE_BYTES:,}")
    if sum(sizes.values()) > MAX_TOTAL_BYTES:
        raise ExportError(f"the files have {sum(sizes.values()):,} bytes, more than {MAX_TOTAL_BYTES:,}")
    if sizes["text.tflite"] < MIN_TEXT_BYTES:
        raise ExportError(f"text.tflite has {sizes['text.tflite']:,} bytes: the weights are not in it")


def _every_nth(records: Sequence[Record], count: int) -> list[Record]:
    return list(records[:: max(1, len(records) // count)][:count])


def _fit(dev: Mapping[str, Sequence[Record]], answers: Mapping[str, Answers]) -> Calibration:
    """Fit the calibration on dev: each head on the sets that were judged for its task.

    Toxicity is the probability that most judges call a text toxic: it is fitted to their verdicts, since
    the shares of their votes mean something else in each set.
    """

    def pooled(head: str, label: str, sets: Sequence[str]) -> tuple[NDArray[Any], NDArray[Any]]:
        pairs = [
            (logits, getattr(record, label))
            for name in sets
            if name in dev
            for logits, record in zip(getattr(answers[name], head), dev[name], strict=True)
            if getattr(record, label) is not None
        ]
        return np.array([logits for logits, _ in pairs]), np.array([target for _, target in pairs])

    toxicity, votes = pooled("toxicity", "toxicity", TOXICITY_SETS)
    return fit_calibration(
        (answers["goemotions"].emotions, gold_emotions(dev["goemotions"])),
        pooled("sentiment", "sentiment", tuple(dev)),
        (toxicity, (votes >= TOXIC_FROM).astype(np.float64)),
        pooled("sexism", "sexism", (SEXISM_SET,)),
        answers["goemotions"].toxicity[is_calm(dev["goemotions"])],
    )


def export(
    text: Path,
    run: Path,
    dev: Mapping[str, Sequence[Record]],
    tokenizer_file: Path,
    out: Path,
    *,
    chat: Path | None = None,
    alternate: Path | None = None,
    beside: Sequence[Path] = (),
) -> dict[str, Any]:
    """Convert a finished text run and the fusion run that began with it, check and measure the files.

    Args:
        text: Folder of the text run.
        run: Folder of the fusion run.
        dev: Dev records by set: for agreement, calibration and figures.
        tokenizer_file: The text tower's ``tokenizer.json``.
        out: Folder of the weights; replaced only when everything passed.
        chat: The chat lines to list in the card, or None.
        alternate: Folder of a run of another strategy over the same towers, which ships as the other choice;
            or None.
        beside: Finished runs of other seeds or strategies, whose dev figures stand in the card as well.

    Returns:
        The card.

    Raises:
        TrainingError: ``run``, or one beside it, holds no finished run.
        ExportError: The files are of a wrong size, or the runs have other towers.
        DisagreementError: The files do not agree with Keras.
    """
    manifest = read_manifest(run)
    others = [read_manifest(other) for other in beside]
    text_run, classifier = load_run(text), load_run(run)
    tokenizer = Tokenizer(tokenizer_file)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        convert(text_run, classifier, folder)
        shutil.copy(tokenizer_file, folder / TOKENIZER_FILE)
        shutil.copy(shipped_weights() / FACES_FILE, folder / FACES_FILE)
        second = None
        if alternate is not None:
            second = load_run(alternate)
            if not _same(classifier.text_encoder.weights, second.text_encoder.weights):
                raise ExportError(
                    "the alternate run has another text tower: start it from the run that ships, and freeze "
                    "it with --tower-rate 0"
                )
            (folder / ALTERNATE_FILE).write_bytes(_convert_fusion(text_run, second))
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        _check_sizes({name: len(content) for name, content in files.items()})
        checksums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        digest = hashlib.sha256(repr(checksums).encode()).hexdigest()[:8]
        card: dict[str, Any] = {
            "version": f"{classifier.strategy}-{digest}",
            "strategy": classifier.strategy,
            "parameters": _count_parameters(text_run, classifier, second),
            "files": {
                name: {"bytes": len(content), "sha256": checksums[name]} for name, content in files.items()
            },
            **_measure(text_run, classifier, folder, FUSION_FILE, dev, tokenizer),
            "training": manifest,
            "alternate": None,
            "beside": [{"settings": other["settings"], "dev": other["dev"]} for other in others],
        }
        if second is not None and alternate is not None:
            card["alternate"] = {
                "version": f"{second.strategy}-{digest}",
                "strategy": second.strategy,
                **_measure(text_run, second, folder, ALTERNATE_FILE, dev, tokenizer),
                "training": read_manifest(alternate),
            }
        (folder / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n")
        predictor = Predictor(folder)
        card["subgroups"] = {
            "identity": identity_figures(predictor),
            "dialect": dialect_figures(predictor, dev.get(DIALECT_SET, ())),
        }
        if chat is not None:
            card["chat"] = chat_figures(predictor, chat)
        (folder / CARD_FILE).write_text(json.dumps(card, indent=2) + "\n")
        out.mkdir(parents=True, exist_ok=True)
        for name in (*files, CARD_FILE):
            shutil.copy(folder / name, out / name)
    return card


def _count_parameters(
    text_run: EmotionClassifier, classifier: EmotionClassifier, second: EmotionClassifier | None
) -> int:
    """Return the number of weights in all that ships.

    Raises:
        ExportError: They are too many.
    """
    upper = classifier.text_encoder.blocks[SHARED:]
    networks = [text_run.text_encoder, text_run.heads, *upper, classifier.image_encoder]
    for fusing in (classifier, second):
        networks += [fusing.fusion, fusing.heads, fusing.face_tokens] if fusing is not None else []
    networks += [build_face_detector(), build_expression_net()]
    count = sum(int(network.count_params()) for network in networks)
    if count > MAX_PARAMETERS:
        raise ExportError(f"the networks have {count:,} parameters, more than {MAX_PARAMETERS:,}")
    return count


def _measure(
    text_run: EmotionClassifier,
    classifier: EmotionClassifier,
    folder: Path,
    fusion: str,
    dev: Mapping[str, Sequence[Record]],
    tokenizer: Tokenizer,
) -> dict[str, Any]:
    """Return what the card says of one fusion: its calibration, agreement with Keras and figures.

    Raises:
        DisagreementError: The files do not agree with Keras.
    """
    engine = LiteRTEngine(folder, os.cpu_count() or 1, fusion)
    compared = {name: _every_nth(group, MIN_SAMPLES // 2) for name, group in dev.items()}
    rows = build_rows(compared, tokenizer, MAX_TOKENS)
    exported = read([record for group in compared.values() for record in group], tokenizer, engine)
    found = agreement(answer(classifier, rows, text_run), exported)
    check_agreement(found)
    answers = {name: read(group, tokenizer, engine) for name, group in dev.items()}
    calibration = _fit(dev, answers)
    return {
        "calibration": calibration.as_dict(),
        "agreement": asdict(found),
        "dev": evaluate(dev, tokenizer, engine, calibration, answers),
    }
