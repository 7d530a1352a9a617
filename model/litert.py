"""The network as LiteRT files: which of them a message goes through, in what order."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from .paging import release_pages
from .sample import Logits, Prepared
from .text import MAX_TOKENS, bucket, pad

FUSION_FILE: Final = "fusion.tflite"

TEXT_WIDTH: Final = 384
IMAGE_CHANNELS: Final = (40, 112, 1_280)
"""Widths of the towers' stages, as ``encoders`` builds them; an export that differs fails its gate."""

SHARED_STATES, LAST_STATES = "text_1", "text_2"
"""Where the text tower forks, and its end: of the text run, or of the fusion run where there is a picture."""


class _Part:
    """One LiteRT file's interpreter, opened on first use.

    Args:
        path: The ``.tflite`` file.
        threads: Threads of one call.
    """

    def __init__(self, path: Path, threads: int) -> None:
        self._path = path
        self._threads = threads
        self._runners: dict[str, Any] = {}

    @cached_property
    def _interpreter(self) -> Any:
        return Interpreter(model_path=str(self._path), num_threads=self._threads)

    def __call__(self, signature: str, **inputs: NDArray[Any]) -> dict[str, NDArray[np.float32]]:
        runner = self._runners.get(signature)
        if runner is not None:
            outputs: dict[str, NDArray[np.float32]] = runner(**inputs)
            return outputs
        runner = self._runners[signature] = self._interpreter.get_signature_runner(signature)
        outputs = runner(**inputs)
        release_pages(self._path)
        return outputs


_NO_TEXT: Final[dict[str, NDArray[Any]]] = {
    "token_ids": np.zeros((1, 1), np.int32),
    **{f"text_{index}": np.zeros((1, 1, TEXT_WIDTH), np.float32) for index in range(len(IMAGE_CHANNELS))},
}
"""What stands for missing words: one token, masked out."""

MAX_PICTURE_TOKENS: Final = 4_096
"""Picture tokens that variations of a message hand to the fusion at once: 83 variations of one picture."""


def _stack(rows: Sequence[Mapping[str, NDArray[Any]]]) -> Mapping[str, NDArray[Any]]:
    """Return rows of one message as one, those with fewer words padded with tokens that are masked out."""
    if len(rows) == 1:
        return rows[0]
    longest = max(row["token_ids"].shape[1] for row in rows)

    def widened(part: NDArray[Any]) -> NDArray[Any]:
        missing = [(0, 0), (0, longest - part.shape[1]), (0, 0)]
        return np.pad(part, missing[: part.ndim])

    return {
        name: np.concatenate([widened(row[name]) if name in _NO_TEXT else row[name] for row in rows])
        for name in rows[0]
    }


class LiteRTEngine:
    """The LiteRT files that a message goes through; not thread-safe, open one per thread.

    Words alone are answered by the text tower and heads of their own; they never open what reads pictures.

    Args:
        folder: Folder with the ``.tflite`` files.
        threads: Threads of one call.
        fusion: Name of the file with fusion and heads.
    """

    def __init__(self, folder: Path, threads: int = 1, fusion: str = FUSION_FILE) -> None:
        self._text = _Part(folder / "text.tflite", threads)
        self._upper = _Part(folder / "upper.tflite", threads)
        self._image = _Part(folder / "image.tflite", threads)
        self._fusion = _Part(folder / fusion, threads)

    def infer(self, batch: Sequence[Prepared]) -> list[Logits]:
        """Return the logits of each prepared sample, in order.

        Samples run one by one, sorted by padded length: on a CPU a batch costs as much as its parts,
        while every change of length makes the interpreter plan its memory anew.

        Args:
            batch: Prepared samples in any mix.

        Raises:
            ValueError: A sample has neither tokens nor pictures.
        """
        order = sorted(range(len(batch)), key=lambda index: bucket(len(batch[index].token_ids)))
        logits = {index: self._infer(batch[index]) for index in order}
        return [logits[index] for index in range(len(batch))]

    def infer_variants(
        self,
        prepared: Prepared,
        texts: Sequence[NDArray[np.int32]],
        hidden: Sequence[NDArray[np.bool_]],
    ) -> tuple[list[Logits], list[Logits]]:
        """Read variations of one sample; each tower reads what they share once.

        Args:
            prepared: The sample.
            texts: Token ids to read in place of the sample's, with its pictures; several of them go
                through the text tower as one sequence.
            hidden: For the sample's own text, which of its pictures' tokens to hide, (tokens,) each.

        Returns:
            The logits for each of ``texts`` and for each of ``hidden``.
        """
        images = self._see(prepared)
        rows = [{**read, **images} for read in self._read_packed(texts, bool(images))]
        own = self._read(prepared.token_ids, bool(images)) if hidden else {}
        faces = np.zeros(sum(map(len, prepared.faces)), np.bool_)
        rows += [{**own, **images, "image_present": ~np.concatenate([mask, faces])[None]} for mask in hidden]
        at_once = max(1, MAX_PICTURE_TOKENS // images["image_present"].size if images else len(rows))
        starts = range(0, len(rows), at_once)
        logits = [each for start in starts for each in self._answer(rows[start : start + at_once])]
        return logits[: len(texts)], logits[len(texts) :]

    def _infer(self, prepared: Prepared) -> Logits:
        if not len(prepared.token_ids) and not prepared.pictures:
            raise ValueError("a prepared sample has neither tokens nor pictures")
        images = self._see(prepared)
        [logits] = self._answer([{**self._read(prepared.token_ids, bool(images)), **images}])
        return logits

    def _read(self, token_ids: NDArray[np.int32], pictured: bool) -> dict[str, NDArray[Any]]:
        if not len(token_ids):
            return _NO_TEXT
        padded = pad([token_ids])
        return {"token_ids": padded, **self._encode(padded, pictured)}

    def _encode(self, token_ids: NDArray[np.int32], pictured: bool) -> dict[str, NDArray[np.float32]]:
        """Return the text tower's states, the last of them by the layers for pairs or for words alone."""
        states = self._text("encode", token_ids=token_ids)
        if pictured:
            shared = {SHARED_STATES: states[SHARED_STATES]}
            states |= self._upper("finish", token_ids=token_ids, **shared)
        return states

    def _read_packed(
        self, texts: Sequence[NDArray[np.int32]], pictured: bool
    ) -> Iterator[dict[str, NDArray[Any]]]:
        """Yield what the text tower reads of each text, several texts in one sequence."""
        first = 0
        while first < len(texts):
            ends = np.cumsum([len(token_ids) for token_ids in texts[first:]])
            count = max(1, int(np.searchsorted(ends, MAX_TOKENS, side="right")))
            packed = pad([np.concatenate(texts[first : first + count])])
            states = self._encode(packed, pictured)
            for start, end in zip((0, *ends[: count - 1]), ends[:count], strict=True):
                if start == end:
                    yield _NO_TEXT
                else:
                    cut = {name: state[:, start:end] for name, state in states.items()}
                    yield {"token_ids": packed[:, start:end], **cut}
            first += count

    def _see(self, prepared: Prepared) -> dict[str, NDArray[Any]]:
        """Return the tokens of all pictures, and behind them those of their faces; nothing without any."""
        if not prepared.pictures:
            return {}
        stages = [self._image("encode", picture=picture[None]) for picture in prepared.pictures]
        if any(map(len, prepared.faces)):
            stages.append(self._fusion("show_faces", faces=np.concatenate(prepared.faces)[None]))
        images = {name: np.concatenate([stage[name] for stage in stages], axis=1) for name in stages[0]}
        return {**images, "image_present": np.ones((1, images["image_0"].shape[1]), np.bool_)}

    def _answer(self, rows: Sequence[Mapping[str, NDArray[Any]]]) -> list[Logits]:
        parts = _stack(rows)
        if "image_present" in parts:
            outputs = self._fusion("fuse", **parts)
        else:
            read = {name: parts[name] for name in ("token_ids", LAST_STATES)}
            outputs = self._fusion("answer_text", **read)
        names = ("emotions", "sentiment", "toxicity", "sexism")
        return [
            Logits(emotions, sentiment, float(toxicity), float(sexism))
            for emotions, sentiment, toxicity, sexism in zip(*(outputs[name] for name in names), strict=True)
        ]
