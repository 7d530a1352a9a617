"""From networks to a SavedModel for TensorFlow Serving; `signatures` has what it takes and gives."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import tensorflow as tf

from .agreement import DisagreementError
from .classifier import SPLIT, EmotionClassifier, Outputs
from .conversion import ExportError
from .data.chat import CORPUS
from .decoding import SIZE
from .encoders.image import GRID
from .litert import MAX_PICTURE_TOKENS
from .predictor import Predictor, shipped_weights
from .restoring import restore
from .sample import FACE_WIDTH, Decoded
from .signatures import (
    FACE_BYTES,
    INPUTS,
    NETWORK,
    OUTPUTS,
    PARTS,
    PICTURE_BYTES,
    READ,
    TEXT_BYTES,
    VARY,
    as_row,
)
from .text import MAX_TOKENS, PAD_ID
from .wire import identity

Tensors: TypeAlias = dict[str, Any]

PICTURE_TOKENS: Final = GRID * GRID
"""Tokens of a picture at each stage of the image tower."""

COMPARED_STEP: Final = 400
"""Each of how many of our chat lines is read by the files and by the SavedModel made of them."""

MIN_LIKENESS: Final = 0.9999
"""Cosine of their logits: LiteRT rounds what it multiplies, a SavedModel does not. A lost bias costs more."""


class _Pictures(NamedTuple):
    """What is seen in the pictures of messages.

    Attributes:
        stages: Tokens of the image tower's stages, and behind them those of faces: float32 (B, T, C) each.
        present: Which of them are there, bool (B, T).
    """

    stages: list[Any]
    present: Any


class _Server:
    """The graph that is served.

    Each message runs through its own network only, so a batch may mix words alone with pictures.

    Args:
        text_run: The network that answers words alone.
        classifier: The network that answers whatever has a picture.
        network: Its `wire.identity`, given with every answer.
    """

    def __init__(self, text_run: EmotionClassifier, classifier: EmotionClassifier, network: str) -> None:
        self._text_run = text_run
        self._classifier = classifier
        self._network = network

    def read(self, token_ids: Any, pictures: Any, faces: Any) -> Tensors:
        """Answer messages; all of them string (B,)."""
        longest = tf.maximum(tf.reduce_max(tf.strings.length(token_ids)), 4)
        texts = tf.io.decode_raw(token_ids, tf.int32, fixed_length=longest)
        messages = tf.range(tf.size(token_ids))
        return self._signed(self._answer(texts, messages, pictures, faces), token_ids)

    def vary(self, token_ids: Any, pictures: Any, faces: Any, texts: Any, hidden: Any) -> Tensors:
        """Answer variations of messages; all of them string (B,)."""
        numbers = tf.range(tf.size(token_ids))
        other = tf.reshape(_numbers(texts, tf.int32), (-1, MAX_TOKENS))
        messages = tf.repeat(numbers, tf.strings.length(texts) // TEXT_BYTES)
        tokens = tf.strings.length(pictures) // PICTURE_BYTES * PICTURE_TOKENS
        masks = tf.strings.length(hidden) // tf.maximum(tokens, 1)
        masked = tf.repeat(numbers, masks)
        own = tf.gather(tf.io.decode_raw(token_ids, tf.int32, fixed_length=TEXT_BYTES), masked)
        rows = tf.RaggedTensor.from_row_lengths(_numbers(hidden, tf.uint8), tf.repeat(tokens, masks))
        hides = tf.pad(tf.not_equal(rows.to_tensor(), 0), [[tf.size(messages), 0], [0, 0]])
        messages = tf.concat([messages, masked], axis=0)
        ids = tf.concat([other, own], axis=0)
        used = tf.reduce_max(tf.reduce_sum(tf.cast(tf.not_equal(ids, PAD_ID), tf.int32), axis=1))
        answers = self._answer(ids[:, : tf.maximum(used, 1)], messages, pictures, faces, hides)
        order = tf.argsort(messages, stable=True)
        sorted_messages = tf.gather(messages, order)

        def by_message(answer: Any) -> Any:
            gathered = tf.gather(answer, order)
            ragged = tf.RaggedTensor.from_value_rowids(gathered, sorted_messages, tf.size(token_ids))
            return ragged.to_tensor()

        return self._signed({name: by_message(answer) for name, answer in answers.items()}, token_ids)

    def _signed(self, answers: Tensors, token_ids: Any) -> Tensors:
        return {**answers, NETWORK: tf.fill(tf.shape(token_ids), self._network)}

    def _answer(self, texts: Any, messages: Any, pictures: Any, faces: Any, hides: Any = None) -> Tensors:
        """Answer texts, each with the pictures of a message.

        Args:
            texts: int32 (R, L).
            messages: int32 (R,), the message of each.
            pictures: string (B,).
            faces: string (B,).
            hides: Which of the pictures' tokens are hidden, bool (R, ≤T).

        Returns:
            Logits, float32 (R, …).
        """
        pictured = tf.gather(tf.strings.length(pictures) > 0, messages)
        alone = tf.cast(tf.where(tf.logical_not(pictured))[:, 0], tf.int32)
        paired = tf.cast(tf.where(pictured)[:, 0], tf.int32)

        def read_words() -> Tensors:
            return _logits(self._text_run(tf.gather(texts, alone), training=False))

        def read_pairs() -> Tensors:
            seen = self._see(pictures, faces)
            hidden = None
            if hides is not None:
                faces_and_padding = tf.shape(seen.present)[1] - tf.shape(hides)[1]
                hidden = tf.pad(hides, [[0, 0], [0, faces_and_padding]])

            def fuse(rows: Any) -> Tensors:
                words, shown = tf.gather(texts, rows), tf.gather(messages, rows)
                present = tf.gather(seen.present, shown)
                if hidden is not None:
                    present = tf.logical_and(present, tf.logical_not(tf.gather(hidden, rows)))
                states = self._classifier.text_encoder(words, training=False)
                stages = [tf.gather(stage, shown) for stage in seen.stages]
                fused = self._classifier.fusion(states, tf.not_equal(words, PAD_ID), stages, present)
                return _logits(Outputs(*self._classifier.heads(fused)))

            at_once = tf.maximum(MAX_PICTURE_TOKENS // tf.shape(seen.present)[1], 1)
            return _in_parts(paired, at_once, fuse)

        answers = (_if_any(alone, read_words), _if_any(paired, read_pairs))
        return {
            name: tf.dynamic_stitch([alone, paired], [answer[name] for answer in answers]) for name in OUTPUTS
        }

    def _see(self, pictures: Any, faces: Any) -> _Pictures:
        """Return what is seen in messages' pictures and faces, string (B,) each."""
        pixels = tf.reshape(_numbers(pictures, tf.uint8), (-1, SIZE, SIZE, 3))
        _, *stages = self._classifier.image_encoder(tf.cast(pixels, tf.float32) / 255.0, training=False)
        read = tf.reshape(_numbers(faces, tf.float32), (1, -1, FACE_WIDTH))
        tokens = tf.strings.length(pictures) // PICTURE_BYTES * PICTURE_TOKENS
        found = tf.strings.length(faces) // FACE_BYTES
        together = []
        for stage, face in zip(stages, self._classifier.face_tokens(read), strict=True):
            flat = tf.reshape(stage, (-1, stage.shape[-1]))
            parts = [(flat, tokens), (face[0], found)]
            padded = [tf.RaggedTensor.from_row_lengths(*part).to_tensor() for part in parts]
            together.append(tf.concat(padded, axis=1))
        present = tf.concat([tf.sequence_mask(tokens), tf.sequence_mask(found)], axis=1)
        return _Pictures(together, present)


def _numbers(strings: Any, kind: Any) -> Any:
    """Return the numbers in all of the strings, (N,)."""
    return tf.io.decode_raw(tf.strings.reduce_join(strings), kind)


def _logits(outputs: Outputs) -> Tensors:
    return {name: getattr(outputs, name) for name in OUTPUTS}


def _if_any(rows: Any, run: Callable[[], Tensors]) -> Tensors:
    """Return what is made of rows, and nothing, at once, where there are none."""

    def nothing() -> Tensors:
        return {name: tf.zeros((0, *shape)) for name, shape in OUTPUTS.items()}

    answers: Tensors = tf.cond(tf.size(rows) > 0, run, nothing)
    return answers


def _in_parts(rows: Any, at_once: Any, run: Callable[[Any], Tensors]) -> Tensors:
    """Return what is made of rows, some at once: each takes the states of all its pictures along."""
    count = tf.size(rows)
    parts = {
        name: tf.TensorArray(
            tf.float32, 0, dynamic_size=True, infer_shape=False, element_shape=(None, *shape)
        )
        for name, shape in OUTPUTS.items()
    }

    def step(number: Any, parts: Tensors) -> tuple[Any, Tensors]:
        answers = run(rows[number * at_once : (number + 1) * at_once])
        return number + 1, {name: part.write(number, answers[name]) for name, part in parts.items()}

    _, parts = tf.while_loop(
        lambda number, _: number * at_once < count, step, (0, parts), parallel_iterations=1
    )
    return {name: part.concat() for name, part in parts.items()}


def write_saved_model(
    text_run: EmotionClassifier, classifier: EmotionClassifier, network: str, out: Path
) -> None:
    """Write what ships as a SavedModel for TensorFlow Serving.

    Args:
        text_run: The network that answers words alone.
        classifier: The network that answers whatever has a picture.
        network: Its `wire.identity`.
        out: Folder to write to.

    Raises:
        ExportError: The strategy cannot read several pictures of a message.
    """
    if classifier.strategy not in SPLIT:
        raise ExportError(f"a {classifier.strategy} model has no towers that run on their own")
    server = _Server(text_run, classifier, network)
    runs: Mapping[str, Callable[..., Tensors]] = {READ: server.read, VARY: server.vary}
    signatures = {
        name: tf.function(run, [tf.TensorSpec((None,), tf.string, part) for part in INPUTS[name]])
        for name, run in runs.items()
    }
    # Not Keras' own ExportArchive: it stores every weight twice, and a server would hold both.
    holder = tf.Module()
    holder.weights = [weight.value for part in (text_run, classifier) for weight in part.weights]
    tf.saved_model.save(holder, str(out), signatures)


def write_shipped(weights: Path | None, fusion: str | None, out: Path) -> float:
    """Write a folder's weights as a SavedModel, which appears once it is whole and answers as they do.

    Args:
        weights: Folder with the weight files and their card; None for the shipped one.
        fusion: The strategy that fuses; None for the default one of these weights.
        out: Folder of this version: TensorFlow Serving wants its name to be a number, and serves the highest.

    Returns:
        The smallest cosine between what the files say of a message and what the SavedModel says.

    Raises:
        WeightsError: The card or a file is missing or damaged, or there is no such fusion.
        RestoringError: The files are laid out in another way.
        ExportError: ``out`` is no version's folder, or is there already.
        DisagreementError: The SavedModel answers otherwise than the files.
    """
    if not out.name.isdecimal():
        raise ExportError(f"{out}: the folder's name is the version, a number")
    if out.exists():
        raise ExportError(f"{out} is there already: give other weights the next number")
    predictor = Predictor(weights, fusion)
    strategy = fusion or str(predictor.card["strategy"])
    networks = restore(weights or shipped_weights(), predictor.card, strategy)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".writing-") as temporary:
        folder = Path(temporary) / out.name
        write_saved_model(*networks, identity(predictor), folder)
        likeness = _likeness(folder, predictor)
        if likeness < MIN_LIKENESS:
            raise DisagreementError(
                f"the SavedModel answers otherwise than the files (cosine {likeness:.5f})"
            )
        folder.rename(out)
    return likeness


def _likeness(folder: Path, predictor: Predictor) -> float:
    """Return the smallest cosine between LiteRT's logits and a SavedModel's, over chat lines of our own.

    Half of them have a picture, of random colours.
    """
    serve = tf.saved_model.load(str(folder)).signatures[READ]
    random = np.random.default_rng(0)
    lines = [record.text for record in CORPUS.load(CORPUS.home(Path()))["train"][::COMPARED_STEP]]
    colours = random.integers(0, 256, (len(lines), GRID, GRID, 3), np.uint8).repeat(SIZE // GRID, 1)
    pictures = [[Decoded(each.repeat(SIZE // GRID, 1))] for each in colours]
    pairs = zip(lines, pictures, strict=True)
    batch = [predictor.prepare(line, shown if n % 2 else ()) for n, (line, shown) in enumerate(pairs)]
    rows = [as_row(prepared) for prepared in batch]
    answers = serve(**{part: tf.constant([row[part] for row in rows]) for part in PARTS})
    served = np.concatenate([np.reshape(answers[name], (len(batch), -1)) for name in OUTPUTS], axis=1)
    logits = [[getattr(each, name) for name in OUTPUTS] for each in predictor.open().infer(batch)]
    expected = np.array([np.hstack(each) for each in logits])
    lengths = np.linalg.norm(served, axis=1) * np.linalg.norm(expected, axis=1)
    return float(((served * expected).sum(axis=1) / lengths).min())
