"""Write the words that `model/unmask.py` recognises in disguise, found in the training texts.

Harsh are words that the network calls toxic where they stand alone; other words are those that it does not,
that are not in its vocabulary either, and that would be taken for a misspelt harsh one. Run it again when the
weights change.

Example: python benchmarks/disguised_words.py --data shared/data --prepared runs/data
"""

import argparse
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Final

from moodring.model import Predictor, Sample, WeightsError
from moodring.model.data import CORPORA, DataError, load_split
from moodring.model.unmask import WORDS_FILE, Unmasker

HARSH_FROM: Final = 0.3
"""Toxicity of a word that stands alone from which it is harsh; see docs/disguise.md for what .5 costs."""

MIN_TEXTS: Final = 5
"""Training texts with a word from which it counts as harsh; of other words two will do."""

_WORD = re.compile(r"(?<![\w@#&/:<])[a-z]{3,20}(?!\w)")


def find(data: Path, prepared: Path) -> dict[str, list[str]]:
    """Return the words by kind, the frequent first.

    Args:
        data: Folder that holds the raw data sets.
        prepared: Folder that ``python -m model data`` wrote.

    Raises:
        DataError: Something is missing, or a raw file has changed since it was prepared.
        WeightsError: The weights that ship are missing or damaged.
    """
    corpora = [corpus for corpus in CORPORA if corpus.name != "mvsa_single"]
    texts: Counter[str] = Counter()
    for records in load_split(data, prepared, "train", corpora).values():
        for record in records:
            texts.update(set(_WORD.findall(record.text.lower())))
    words = [word for word, count in sorted(texts.items(), key=lambda item: (-item[1], item[0])) if count > 1]
    common = [word for word in words if texts[word] >= MIN_TEXTS]
    predictor = Predictor()
    predictions = predictor.predict([Sample(word) for word in common])
    harsh = [word for word, each in zip(common, predictions, strict=True) if each.toxicity >= HARSH_FROM]
    unmasker = Unmasker(predictor.tokenizer.vocabulary, harsh, ())
    likened = [word for word in words if unmasker.corrected(word) != word]
    predictions = predictor.predict([Sample(word) for word in likened])
    others = [word for word, each in zip(likened, predictions, strict=True) if each.toxicity < HARSH_FROM]
    return {"harsh": harsh, "other": others}


def main() -> None:
    """Find the words and write them where the package looks for them."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="folder that holds the raw data sets")
    parser.add_argument("--prepared", type=Path, default=Path("runs/data"), help="what `data` wrote")
    parser.add_argument("--out", type=Path, default=WORDS_FILE, help="file to write")
    arguments = parser.parse_args()
    try:
        found = find(arguments.data, arguments.prepared)
    except (DataError, WeightsError) as error:
        sys.exit(f"disguised_words: {error}")
    lines = [f"{kind}\t{word}\n" for kind, words in found.items() for word in words]
    arguments.out.write_text("".join(lines), encoding="utf-8")
    print(f"{len(lines)} words written to {arguments.out}")


if __name__ == "__main__":
    main()
