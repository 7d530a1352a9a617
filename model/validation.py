"""What a network in training says of dev rows, in quick figures; ``evaluation`` measures what ships."""

from typing import Final

import numpy as np
from keras import ops

from .batches import Rows
from .calibration import cross_fitted_labels, top_is_right
from .classifier import FUSIONS, EmotionClassifier
from .evaluation import Answers
from .image import scale
from .labels import EMOTIONS, SENTIMENTS
from .metrics import accuracy, auroc, macro_f1, weighted_f1
from .text import pad

READ_BATCH: Final = 64
"""Rows a call."""


def answer(classifier: EmotionClassifier, rows: Rows, text: EmotionClassifier | None = None) -> Answers:
    """Return the network's logits for rows, in their order.

    Args:
        classifier: The network.
        rows: What to read.
        text: Reads the rows without a picture, where that is another network.
    """
    emotions = np.zeros((len(rows), len(EMOTIONS)), np.float32)
    sentiment = np.zeros((len(rows), 3), np.float32)
    toxicity = np.zeros(len(rows), np.float32)
    sexism = np.zeros(len(rows), np.float32)
    lengths = np.array([len(ids) for ids in rows.token_ids])
    paired = (rows.picture >= 0) & (classifier.strategy in FUSIONS)
    for group in (np.flatnonzero(paired), np.flatnonzero(~paired)):
        by_length = group[np.argsort(lengths[group], kind="stable")]
        for start in range(0, len(by_length), READ_BATCH):
            chosen = by_length[start : start + READ_BATCH]
            token_ids = pad([rows.token_ids[index] for index in chosen])
            if paired[chosen[0]]:
                pictures = scale(rows.pictures[rows.picture[chosen]])
                outputs = classifier.answer_pairs(token_ids, pictures, np.ones(len(chosen), bool))
            else:
                outputs = (text or classifier).answer_texts(token_ids)
            emotions[chosen] = ops.convert_to_numpy(outputs.emotions)
            sentiment[chosen] = ops.convert_to_numpy(outputs.sentiment)
            toxicity[chosen] = ops.convert_to_numpy(outputs.toxicity)
            sexism[chosen] = ops.convert_to_numpy(outputs.sexism)
    return Answers(emotions, sentiment, toxicity, sexism)


def dev_scores(classifier: EmotionClassifier, rows: Rows) -> dict[str, float]:
    """Return figures by set for the log and the manifest, named ``set/figure``."""
    answers = answer(classifier, rows)
    scores: dict[str, float] = {}
    for name in sorted(set(rows.sets.tolist())):
        here = rows.sets == name
        labelled = here & (rows.has_emotions > 0)
        if labelled.any():
            probabilities = 1 / (1 + np.exp(-answers.emotions[labelled]))
            gold = rows.emotions[labelled] > 0
            scores[f"{name}/macro_f1_cross_fitted"] = macro_f1(gold, cross_fitted_labels(probabilities, gold))
            scores[f"{name}/top_emotion_accuracy"] = float(top_is_right(probabilities, gold).mean())
        labelled = here & (rows.sentiment.max(axis=1) > 0.5)
        if labelled.any():
            given, read = rows.sentiment[labelled].argmax(axis=1), answers.sentiment[labelled].argmax(axis=1)
            scores[f"{name}/sentiment_accuracy"] = accuracy(given, read)
            scores[f"{name}/sentiment_weighted_f1"] = weighted_f1(given, read, len(SENTIMENTS))
            likelihood = ops.convert_to_numpy(ops.log_softmax(answers.sentiment[labelled]))
            scores[f"{name}/sentiment_nll"] = -float(likelihood[np.arange(len(given)), given].mean())
        for kind in ("toxicity", "sexism"):
            labelled = here & (getattr(rows, f"has_{kind}") > 0)
            gold = getattr(rows, kind)[labelled] >= 0.5
            if gold.any() and not gold.all():
                scores[f"{name}/{kind}_auroc"] = auroc(gold, getattr(answers, kind)[labelled])
    return {name: round(float(score), 4) for name, score in scores.items()}
