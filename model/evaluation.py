"""Figures on dev (or hold) of what ships: the LiteRT files, one sample at a time as the bot reads."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from .calibration import (
    Calibration,
    cross_fitted_confidence,
    cross_fitted_labels,
    fit_thresholds,
    top_is_right,
)
from .data import Record
from .engine import Engine
from .image import decode_image
from .labels import EKMAN, EMOTIONS, SENTIMENT_GROUPS, SENTIMENTS
from .metrics import (
    accuracy,
    auroc,
    calibration_error,
    group,
    interval,
    macro_f1,
    pearson,
    weighted_f1,
)
from .predictor import Predictor
from .sample import Logits, Prepared, Sample
from .text import Tokenizer, join

TOXICITY_SETS: Final = ("hatemoji", "convabuse", "davidson", "surge_toxicity")
"""Sets with both toxic and clean rows."""

SEXISM_SET: Final = "edos"
"""Tells sexist posts from others, whose toxicity nobody judged: it is measured by the sexism score."""

PAIRS_SET: Final = "mvsa_single"
"""The set of texts with pictures."""

TOXIC_FROM: Final = 0.5
"""Target probability from which a row counts as toxic."""

CALM_WITHOUT: Final = frozenset({"anger", "annoyance", "disgust", "disapproval"})
"""GoEmotions comments without these are expected to raise no flag."""

Figures: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answers:
    """Logits of many samples: float32 (N, 28), (N, 3), (N,) and (N,)."""

    emotions: NDArray[np.float32]
    sentiment: NDArray[np.float32]
    toxicity: NDArray[np.float32]
    sexism: NDArray[np.float32]

    def probabilities(self) -> dict[str, NDArray[np.floating]]:
        """Return what they are before any calibration, by task."""
        exponentials = np.exp(self.sentiment - self.sentiment.max(axis=1, keepdims=True))
        return {
            "emotions": 1 / (1 + np.exp(-self.emotions)),
            "sentiment": exponentials / exponentials.sum(axis=1, keepdims=True),
            "toxicity": 1 / (1 + np.exp(-self.toxicity)),
            "sexism": 1 / (1 + np.exp(-self.sexism)),
        }

    @classmethod
    def stack(cls, logits: Sequence[Logits]) -> "Answers":
        """Stack the logits of single samples."""
        return cls(
            np.array([each.emotions for each in logits], np.float32),
            np.array([each.sentiment for each in logits], np.float32),
            np.array([each.toxicity for each in logits], np.float32),
            np.array([each.sexism for each in logits], np.float32),
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """Which parts of a record are read; those by default that the bot reads by default.

    Attributes:
        text: False hides the text of records that have an image.
        image: False hides the image, and all that is in it, of records that have a text.
        picture_text: Whether the text in the image is read.
        faces: Whether the faces in it are read.
    """

    text: bool = True
    image: bool = True
    picture_text: bool = False
    faces: bool = False


AS_USUAL: Final = Parts()


def prepare_record(record: Record, tokenizer: Tokenizer, parts: Parts = AS_USUAL) -> Prepared:
    """Turn a record into arrays.

    Args:
        record: Its image, if it has one, is read from disk.
        tokenizer: The text tower's.
        parts: What of it to read.
    """
    token_ids = tokenizer.encode(record.text)[0]
    if record.image is None or (not parts.image and len(token_ids)):
        return Prepared(token_ids, (), (), ())
    written = token_ids if parts.text else token_ids[:0]
    found = tokenizer.encode(record.picture_text if parts.picture_text else "")[0]
    faces = (record.faces,) if parts.faces and record.faces is not None else ()
    picture = decode_image(record.image.read_bytes())
    return Prepared(join(written, found), (picture,), (), (), faces=faces)


def read(records: Sequence[Record], tokenizer: Tokenizer, engine: Engine, parts: Parts = AS_USUAL) -> Answers:
    """Run the exported files over records, in their order.

    Args:
        records: What to read.
        tokenizer: The text tower's.
        engine: The exported files.
        parts: What of each to read.
    """
    return Answers.stack(
        [
            engine.infer([prepare_record(record, tokenizer, parts)])[0]
            for record in tqdm(records, disable=None, leave=False)
        ]
    )


def gold_emotions(records: Sequence[Record]) -> NDArray[np.bool_]:
    """Return the given emotions, bool (N, 28)."""
    return np.array([[label in (record.emotions or ()) for label in EMOTIONS] for record in records], bool)


def _with_interval(name: str, figure: Callable[[NDArray[np.integer]], float], rows: int) -> Figures:
    """Return a figure of all rows and its interval."""
    return {name: figure(np.arange(rows)), f"{name}_interval": interval(figure, rows)}


def _macro_f1(name: str, gold: NDArray[np.bool_], labels: NDArray[np.bool_]) -> Figures:
    return _with_interval(name, lambda rows: macro_f1(gold[rows], labels[rows]), len(gold))


def emotion_figures(records: Sequence[Record], answers: Answers, calibration: Calibration) -> Figures:
    """Return figures on GoEmotions: 28 labels, Ekman's groups, sentiment groups, confidence."""
    gold = gold_emotions(records)
    probabilities = calibration.emotion_probabilities(answers.emotions)
    right = top_is_right(probabilities, gold)
    sure = calibration.confidence(probabilities) >= calibration.sure_from
    figures: Figures = {
        "rows": len(records),
        "macro_f1": macro_f1(gold, calibration.present(probabilities)),
        **_macro_f1("macro_f1_cross_fitted", gold, cross_fitted_labels(probabilities, gold)),
        "top_emotion_accuracy": float(right.mean()),
        "top_emotion_ece_cross_fitted": calibration_error(
            cross_fitted_confidence(probabilities, gold), right
        ),
        "sure_share": float(sure.mean()),
        "sure_accuracy": float(right[sure].mean()) if sure.any() else None,
    }
    for name, groups in (("ekman", EKMAN), ("sentiment_groups", SENTIMENT_GROUPS)):
        grouped_gold, grouped = group(gold, groups), group(probabilities, groups)
        fitted = macro_f1(grouped_gold, grouped >= fit_thresholds(grouped, grouped_gold))
        figures[f"{name}_macro_f1"] = fitted
        labels = cross_fitted_labels(grouped, grouped_gold)
        figures |= _macro_f1(f"{name}_macro_f1_cross_fitted", grouped_gold, labels)
    return figures


def sentiment_figures(records: Sequence[Record], answers: Answers, calibration: Calibration) -> Figures:
    """Return accuracy, weighted F1 and calibration error on rows with one clear sentiment."""
    targets = np.array([record.sentiment or (0, 0, 0) for record in records])
    clear = targets.max(axis=1) > 0.5
    probabilities = calibration.sentiment_probabilities(answers.sentiment[clear])
    gold, found = targets[clear].argmax(axis=1), probabilities.argmax(axis=1)
    confidence, right = probabilities.max(axis=1), gold == found
    return {
        "rows": int(clear.sum()),
        **_with_interval("accuracy", lambda rows: accuracy(gold[rows], found[rows]), len(gold)),
        "weighted_f1": weighted_f1(gold, found, len(SENTIMENTS)),
        **_with_interval("ece", lambda rows: calibration_error(confidence[rows], right[rows]), len(gold)),
    }


def pooled_sentiment_figures(
    answers: Mapping[str, Answers], dev: Mapping[str, Sequence[Record]], calibration: Calibration
) -> Figures:
    """Return the same over all sets of texts at once; pairs are measured apart."""
    names = [name for name in dev if any(each.sentiment for each in dev[name]) and name != PAIRS_SET]
    if not names:
        return {}
    records = [record for name in names for record in dev[name]]
    logits = np.concatenate([answers[name].sentiment for name in names])
    return sentiment_figures(records, replace(answers[names[0]], sentiment=logits), calibration)


PAIR_PARTS: Final = {
    "with_picture_text": Parts(picture_text=True),
    "with_faces": Parts(faces=True),
    "text_only": Parts(image=False),
    "image_only": Parts(text=False),
}
"""How pairs are read beside the usual way."""


def is_calm(records: Sequence[Record]) -> NDArray[np.bool_]:
    """Return which comments should raise no flag, bool (N,)."""
    return np.array([not CALM_WITHOUT & (record.emotions or set()) for record in records], bool)


def _auroc(toxic: NDArray[np.bool_], scores: NDArray[np.float64]) -> Figures:
    return _with_interval("auroc", lambda rows: auroc(toxic[rows], scores[rows]), len(toxic))


def toxicity_figures(
    answers: Mapping[str, Answers], dev: Mapping[str, Sequence[Record]], calibration: Calibration
) -> Figures:
    """Return AUROC by set, and at the default threshold false alarms on calm talk and pooled recall."""
    figures: Figures = {}
    flagged: list[NDArray[np.bool_]] = []
    pooled: list[tuple[NDArray[np.float64], NDArray[np.bool_]]] = []
    for name in (*TOXICITY_SETS, SEXISM_SET):
        if name not in dev:
            continue
        toxic = np.array([(record.toxicity or 0) >= TOXIC_FROM for record in dev[name]])
        toxicity = calibration.toxicity_probabilities(answers[name].toxicity)
        flagged.append(toxicity[toxic] >= calibration.toxic_from)
        own = calibration.sexism_probabilities(answers[name].sexism) if name == SEXISM_SET else toxicity
        pooled.append((own, toxic))
        figures[name] = {
            "rows": len(toxic),
            **_auroc(toxic, own),
            "recall": float(flagged[-1].mean()),
            "false_positive_rate": float((toxicity[~toxic] >= calibration.toxic_from).mean()),
        }
    if "goemotions" in dev:
        calm = answers["goemotions"].toxicity[is_calm(dev["goemotions"])]
        flags = calibration.toxicity_probabilities(calm) >= calibration.toxic_from
        figures["calm_false_positive_rate"] = float(flags.mean())
    if pooled:
        figures["pooled_recall"] = float(np.concatenate(flagged).mean())
        probabilities, toxic = (np.concatenate(part) for part in zip(*pooled, strict=True))
        confidence = np.maximum(probabilities, 1 - probabilities)
        figures["pooled_rows"] = len(toxic)
        figures["pooled_ece"] = calibration_error(confidence, (probabilities >= 0.5) == toxic)
    return figures


def valence_figures(records: Sequence[Record], answers: Answers, calibration: Calibration) -> Figures:
    """Return the correlation of p(positive) − p(negative) with the rated valence."""
    probabilities = calibration.sentiment_probabilities(answers.sentiment)
    found = probabilities[:, 2] - probabilities[:, 0]
    valence = np.array([record.valence for record in records], np.float64)
    correlation = _with_interval(
        "valence_correlation", lambda rows: pearson(found[rows], valence[rows]), len(records)
    )
    return {"rows": len(records), **correlation}


def evaluate(
    records: Mapping[str, Sequence[Record]],
    tokenizer: Tokenizer,
    engine: Engine,
    calibration: Calibration,
    answers: Mapping[str, Answers] | None = None,
) -> Figures:
    """Return all figures on one part of the data.

    Args:
        records: The part's records by set.
        tokenizer: The text tower's.
        engine: The exported files.
        calibration: What was fitted on dev.
        answers: Readings that are already there, by set; None reads everything.

    Returns:
        Figures by set, ready for JSON; rounded to four places.
    """
    answers = answers or {name: read(rows, tokenizer, engine) for name, rows in records.items()}
    figures: Figures = {
        "toxicity": toxicity_figures(answers, records, calibration),
        "sentiment": pooled_sentiment_figures(answers, records, calibration),
    }
    if "goemotions" in records:
        comments = records["goemotions"]
        figures["goemotions"] = emotion_figures(comments, answers["goemotions"], calibration)
        figures["goemotions"]["sentiment"] = sentiment_figures(comments, answers["goemotions"], calibration)
    if PAIRS_SET in records:
        pairs = records[PAIRS_SET]
        figures[PAIRS_SET] = {"text_and_image": sentiment_figures(pairs, answers[PAIRS_SET], calibration)}
        for name, parts in PAIR_PARTS.items():
            read_so = read(pairs, tokenizer, engine, parts)
            figures[PAIRS_SET][name] = sentiment_figures(pairs, read_so, calibration)
    if "vader_tweets" in records:
        tweets = records["vader_tweets"]
        figures["vader_tweets"] = valence_figures(tweets, answers["vader_tweets"], calibration)
    return {name: _rounded(value) for name, value in figures.items()}


def chat_figures(predictor: Predictor, path: Path) -> Figures:
    """Return how many chat lines get an acceptable top emotion (and sentiment), and the misses.

    Args:
        predictor: The shipped model.
        path: TOML of ``[[line]]`` tables with ``text``, ``kind``, ``emotions`` and optional
            ``sentiments``.
    """
    lines = tomllib.loads(path.read_text("utf-8"))["line"]
    misses = []
    for line in lines:
        [prediction] = predictor.predict([Sample(line["text"])])
        emotion_right = prediction.emotion in line["emotions"]
        sentiment_right = prediction.sentiment in line.get("sentiments", SENTIMENTS)
        if not (emotion_right and sentiment_right):
            misses.append(
                {
                    "text": line["text"],
                    "kind": line["kind"],
                    "accepted": line["emotions"],
                    "read": prediction.emotion,
                    "sentiment": prediction.sentiment,
                    "sure": prediction.sure,
                }
            )
    return {
        "lines": len(lines),
        "acceptable": round(1 - len(misses) / len(lines), 4),
        "misses": misses,
    }


def _rounded(value: Any) -> Any:
    """Return figures of any depth with four places."""
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    return round(float(value), 4) if isinstance(value, float) else value
