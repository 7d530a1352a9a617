"""Whether explanations say what the model does, and whether they find the words that people marked.

Words: those of the largest weight are taken out, and as many at random; what counts is how much further the
probability of the explained label falls. The same for the hottest cells of pictures. On Toxic Spans the words
that speak for toxicity are compared with the characters that people marked, beside two baselines: as many
random words, and a list of bad words. How large a share of the strongest weight a word must have to be called
toxic is chosen on a part of the training rows; the figures are of dev.

Example: python benchmarks/faithfulness.py --data shared/data
"""

import argparse
import ast
import json
import re
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from moodring.model import Decoded, Predictor
from moodring.model.data.corpora import CORPORA
from moodring.model.data.files import read_lines, read_table
from moodring.model.engine import Engine
from moodring.model.explain import GRID, TOXICITY, Explanation, explain
from moodring.model.image import decode_image
from moodring.model.labels import EMOTIONS
from moodring.model.sample import Logits, Prepared

TEXTS, PICTURES, SPANS = 300, 100, 690
"""Dev comments and dev pictures that are explained, and dev comments with marked characters."""

LEAST_WORDS = 4
"""Shorter comments have no words to choose among."""

REMOVED = {"words": (1, 2, 3), "cells": (1, 5, 10)}
"""How many parts are taken out at once."""

SHARES = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
CHOSEN_ON = 400
"""Training comments on which the share is chosen."""

Spans = Sequence[tuple[int, int]]


def _records(data: Path, name: str, part: str) -> list:
    corpus = next(corpus for corpus in CORPORA if corpus.name == name)
    return corpus.load(corpus.home(data))[part]


def _probability(predictor: Predictor, logits: Logits, label: str) -> float:
    calibration = predictor.calibration
    if label == TOXICITY:
        return float(calibration.toxicity_probabilities(np.array(logits.toxicity)))
    return float(calibration.emotion_probabilities(logits.emotions)[EMOTIONS.index(label)])


def _without(text: str, spans: Spans) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + text[end:]
    return text


def _mean_fall(falls: Iterable[float]) -> float:
    return round(100 * float(np.mean(list(falls))), 2)


def words_removed(predictor: Predictor, engine: Engine, texts: Sequence[str]) -> dict[str, object]:
    """Return by how many points the top emotion's probability falls without its strongest words."""
    random = np.random.default_rng(0)
    falls: dict[int, list[tuple[float, float]]] = {count: [] for count in REMOVED["words"]}
    times = []
    for text in texts:
        prepared = predictor.prepare(text)
        started = time.perf_counter()
        explanation = explain(predictor, engine, text, prepared)
        times.append((time.perf_counter() - started) * 1_000)
        ranked = sorted(explanation.words, key=lambda word: -word.weight)

        def fall(words: Sequence, text: str = text, explanation: Explanation = explanation) -> float:
            rest = _without(text, [(word.start, word.end) for word in words])
            if not len(predictor.tokenizer.encode(rest)[0]):
                return explanation.probability
            [logits] = engine.infer([predictor.prepare(rest)])
            return explanation.probability - _probability(predictor, logits, explanation.label)

        for count, found in falls.items():
            drawn = random.choice(len(ranked), min(count, len(ranked)), replace=False)
            found.append((fall(ranked[:count]), fall([ranked[index] for index in drawn])))
    return {
        "texts": len(texts),
        "explain_ms_median": round(float(np.median(times)), 1),
        "fall_in_points": {
            str(count): {
                "strongest": _mean_fall(strongest for strongest, _ in found),
                "random": _mean_fall(drawn for _, drawn in found),
                "strongest_falls_further": round(float(np.mean([a > b for a, b in found])), 3),
            }
            for count, found in falls.items()
        },
    }


def cells_hidden(predictor: Predictor, engine: Engine, pictures: Sequence[Path]) -> dict[str, object]:
    """Return by how many points the top emotion's probability falls without its hottest cells."""
    random = np.random.default_rng(0)
    falls: dict[int, list[tuple[float, float]]] = {count: [] for count in REMOVED["cells"]}
    for path in pictures:
        prepared = predictor.prepare("", [Decoded(decode_image(path.read_bytes()))])
        explanation = explain(predictor, engine, "", prepared)
        order = np.argsort(-explanation.heat[0].ravel())

        def fall(
            cells: np.ndarray, prepared: Prepared = prepared, explanation: Explanation = explanation
        ) -> float:
            mask = np.isin(np.arange(GRID * GRID), cells)
            _, [logits] = engine.infer_variants(prepared, [], [mask])
            return explanation.probability - _probability(predictor, logits, explanation.label)

        for count, found in falls.items():
            found.append((fall(order[:count]), fall(random.permutation(GRID * GRID)[:count])))
    return {
        "pictures": len(pictures),
        "fall_in_points": {
            str(count): {
                "hottest": _mean_fall(hottest for hottest, _ in found),
                "random": _mean_fall(drawn for _, drawn in found),
                "hottest_falls_further": round(float(np.mean([a > b for a, b in found])), 3),
            }
            for count, found in falls.items()
        },
    }


def character_f1(found: Spans, marked: set[int]) -> float:
    """Return the F1 of two sets of characters; 1 where both are empty (Pavlopoulos et al., 2021)."""
    characters = {place for start, end in found for place in range(start, end)}
    if not characters or not marked:
        return float(characters == marked)
    hits = len(characters & marked)
    return 2 * hits / (len(characters) + len(marked))


def _marked(path: Path) -> list[tuple[str, set[int]]]:
    return [(row["text"], set(ast.literal_eval(row["spans"]))) for row in read_table(path)]


def spans_found(predictor: Predictor, engine: Engine, data: Path) -> dict[str, object]:
    """Return the mean character F1 of the words that speak for toxicity, and of two baselines."""
    folder = data / "text" / "toxic_spans"
    bad = [re.escape(line) for line in read_lines(data / "text" / "ldnoobw" / "en") if line]
    lexicon = re.compile(rf"\b(?:{'|'.join(sorted(bad, key=len, reverse=True))})\b", re.IGNORECASE)

    def explained(rows: Sequence[tuple[str, set[int]]]) -> list[Explanation]:
        return [explain(predictor, engine, text, predictor.prepare(text), TOXICITY) for text, _ in rows]

    def toxic(explanation: Explanation, share: float) -> list[tuple[int, int]]:
        strongest = max((word.weight for word in explanation.words), default=0.0)
        return [
            (word.start, word.end)
            for word in explanation.words
            if word.weight > 0 and word.weight >= share * strongest
        ]

    def mean(rows: Sequence[tuple[str, set[int]]], find: Callable[[int], Spans]) -> float:
        return round(
            float(np.mean([character_f1(find(number), marked) for number, (_, marked) in enumerate(rows)])), 3
        )

    chosen_on = _marked(folder / "tsd_train.csv")[:CHOSEN_ON]
    explanations = explained(chosen_on)
    share = max(SHARES, key=lambda share: mean(chosen_on, lambda number: toxic(explanations[number], share)))

    rows = _marked(folder / "tsd_trial.csv")[:SPANS]
    explanations = explained(rows)
    found = [toxic(explanation, share) for explanation in explanations]
    random = np.random.default_rng(0)

    def drawn(number: int) -> list[tuple[int, int]]:
        words = explanations[number].words
        chosen = random.choice(len(words), len(found[number]), replace=False) if words else []
        return [(words[index].start, words[index].end) for index in chosen]

    def listed(number: int) -> list[tuple[int, int]]:
        return [hit.span() for hit in lexicon.finditer(rows[number][0])]

    return {
        "comments": len(rows),
        "share_of_the_strongest": share,
        "character_f1": {
            "explanation": mean(rows, lambda number: found[number]),
            "lexicon": mean(rows, listed),
            "random_words": mean(rows, drawn),
        },
    }


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the raw data sets")
    data = parser.parse_args().data
    predictor = Predictor()
    engine = predictor.open(threads=2)
    comments = [record.text for record in _records(data, "goemotions", "dev")]
    comments = [text for text in comments if len(text.split()) >= LEAST_WORDS]
    pairs = [record.image for record in _records(data, "mvsa_single", "dev") if record.image is not None]
    figures = {
        "benchmark": "faithfulness",
        "model": predictor.version,
        "words": words_removed(predictor, engine, comments[:: len(comments) // TEXTS][:TEXTS]),
        "pictures": cells_hidden(predictor, engine, pairs[:: len(pairs) // PICTURES][:PICTURES]),
        "toxic_spans": spans_found(predictor, engine, data),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
