"""How often English is taken for another language, another one found, and an answer to either called sure.

Every set is cut in halves by a hash of its texts. On one half the bound was chosen (`bounds`); the figures
are of the other. Some texts of the English sets are not English: nearly all of what is found in the tweets
is Dutch and Spanish, and people wrote to ConvAbuse's bots in many languages. The other way round a few of
the French subtitles are English.

Example: python benchmarks/languages.py --data shared/data
"""

import argparse
import hashlib
import json
import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from measure import resident_mb

from moodring.model import Language, Predictor, Sample
from moodring.model.data.corpora import CORPORA
from moodring.model.data.files import read_lines
from moodring.model.language import OTHER_FROM, LanguageDetector, distinct_words

ENGLISH: dict[str, tuple[str, ...]] = {
    "goemotions": ("dev",),
    "chat": ("train",),
    "vader_tweets": ("train",),
    "davidson": ("train",),  # many of its tweets are African-American English
    "convabuse": ("train", "dev"),
}
"""Parts that are read of each English set."""

FOREIGN = ("de", "es", "fr", "it", "pt", "ru")
"""Languages of XED's film subtitles besides English."""

ANSWERED = 1_000
"""Texts of each set that are answered, from the half of the figures."""

LENGTHS: dict[str, range] = {"1-3": range(1, 4), "4-7": range(4, 8), "8+": range(8, 10_000)}
"""Different words in a text."""

BOUNDS = (6.0, 8.0, 10.0, 12.0, 14.0, 16.0, 18.0)


@dataclass(frozen=True, slots=True)
class Measured:
    """One text: how many words it has, what the detector says, and whether it helped to choose the bound."""

    words: int
    lead: float | None
    language: Language
    chosen_on: bool


def _texts(data: Path) -> dict[str, list[str]]:
    """Return the different texts of each set by name."""
    texts = {}
    for corpus in CORPORA:
        if corpus.name in ENGLISH:
            parts = corpus.load(corpus.home(data))
            texts[corpus.name] = [
                record.text
                for part, records in parts.items()
                if part in ENGLISH[corpus.name]
                for record in records
            ]
    for language in FOREIGN:
        path = data / "text" / "xed" / "Projections" / f"{language}-projections.tsv"
        rows = [line.split("\t") for line in read_lines(path)]
        texts[language] = [row[0] for row in rows if len(row) == 2]  # some rows hold the English line too
    return {name: list(dict.fromkeys(given)) for name, given in texts.items()}


def _measure(detector: LanguageDetector, text: str) -> Measured:
    return Measured(
        words=len(distinct_words(text)),
        lead=detector.lead(text),
        language=detector.detect(text),
        chosen_on=hashlib.sha256(text.encode()).digest()[0] % 2 == 0,
    )


def _percent(hits: Iterable[bool]) -> float | None:
    given = list(hits)
    return round(100 * sum(given) / len(given), 2) if given else None


def _table(measured: Iterable[Measured]) -> dict[str, dict[str, float | None]]:
    """Return number of texts and shares in percent, for each length and for all."""
    rows = [text for text in measured if not text.chosen_on]
    lengths = {name: [text for text in rows if text.words in span] for name, span in LENGTHS.items()}
    return {
        name: {
            "texts": len(group),
            **{str(language): _percent(text.language is language for text in group) for language in Language},
        }
        for name, group in {**lengths, "all": rows}.items()
    }


def _bounds(measured: Mapping[str, list[Measured]]) -> dict[str, dict[str, float | None]]:
    """Return for each bound what it would have cost and found on the half that it was chosen on."""

    def over(bound: float, names: Iterable[str], least: int = 1) -> float | None:
        return _percent(
            text.lead is not None and text.lead >= bound
            for name in names
            for text in measured[name]
            if text.chosen_on and text.words >= least
        )

    return {
        str(bound): {
            **{name: over(bound, [name]) for name in ENGLISH},
            "foreign": over(bound, FOREIGN),
            "foreign_4+": over(bound, FOREIGN, 4),
        }
        for bound in BOUNDS
    }


def _sure(
    predictor: Predictor, texts: Iterable[str], measured: Iterable[Measured]
) -> dict[str, float | None]:
    """Return how many answers are called sure, in percent, and how many of them name a feeling."""
    unseen = [text for text, each in zip(texts, measured, strict=True) if not each.chosen_on]
    answered = predictor.predict([Sample(text) for text in unseen[:ANSWERED]])
    return {
        "sure": _percent(each.sure for each in answered),
        "sure_of_a_feeling": _percent(each.sure and each.emotion != "neutral" for each in answered),
    }


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the raw data sets")
    texts = _texts(parser.parse_args().data)

    before = resident_mb(os.getpid())["rss"]
    started = time.process_time()
    detector = LanguageDetector()
    load_s = time.process_time() - started
    memory = resident_mb(os.getpid())["rss"] - before
    every = [text for given in texts.values() for text in given]
    started = time.process_time()
    for text in every:
        detector.detect(text)
    ms = (time.process_time() - started) / len(every) * 1000

    measured = {name: [_measure(detector, text) for text in given] for name, given in texts.items()}
    predictor = Predictor()
    figures = {
        "benchmark": "languages",
        "other_from": OTHER_FROM,
        "load_cpu_s": round(load_s, 2),
        "memory_mb": round(memory, 1),
        "cpu_ms_a_text": round(ms, 3),
        "percent": {name: _table(rows) for name, rows in measured.items()},
        "bounds": _bounds(measured),
        "answers": {name: _sure(predictor, texts[name], measured[name]) for name in texts},
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
