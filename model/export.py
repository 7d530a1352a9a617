"""What ships: files, calibration and card, behind a gate.

What ships are two runs: messages of words alone are answered by the text run, whatever has a picture by the
fusion run that began with it. They share the text tower's lower layers and so the first file.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .agreement import MIN_SAMPLES, agreement, check_agreement
from .batches import build_rows
from .calibration import Calibration, fit_calibration
from .classifier import EmotionClassifier
from .conversion import ExportError, convert, convert_fusion, same_weights
from .data import Record
from .encoders.face import build_expression_net, build_face_detector
from .encoders.text import SHARED
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
from .litert import FUSION_FILE, LiteRTEngine
from .predictor import (
    ALTERNATE_FILE,
    CARD_FILE,
    FACES_FILE,
    TOKENIZER_FILE,
    Predictor,
    shipped_weights,
)
from .run import load_run, read_manifest
from .subgroups import dialect_figures, identity_figures
from .text import MAX_TOKENS, Tokenizer
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
    second = None if alternate is None else load_run(alternate)
    if second is not None and not same_weights(classifier.text_encoder.weights, second.text_encoder.weights):
        raise ExportError(
            "the alternate run has another text tower: start it from the run that ships, and freeze it with "
            "--tower-rate 0"
        )
    tokenizer = Tokenizer(tokenizer_file)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        convert(text_run, classifier, folder)
        shutil.copy(tokenizer_file, folder / TOKENIZER_FILE)
        shutil.copy(shipped_weights() / FACES_FILE, folder / FACES_FILE)
        if second is not None:
            (folder / ALTERNATE_FILE).write_bytes(convert_fusion(text_run, second))
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
            **_measure(text_run, classifier, folder, FUSION_FILE, dev=dev, tokenizer=tokenizer),
            "training": manifest,
            "alternate": None,
            "beside": [{"settings": other["settings"], "dev": other["dev"]} for other in others],
        }
        if second is not None and alternate is not None:
            card["alternate"] = {
                "version": f"{second.strategy}-{digest}",
                "strategy": second.strategy,
                **_measure(text_run, second, folder, ALTERNATE_FILE, dev=dev, tokenizer=tokenizer),
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
    *,
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
