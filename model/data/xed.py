"""XED: lines of film subtitles. Only the words are read, for a teacher to say what it thinks of them.

Its eight emotions are not the 28 read here, and many of its labels are noise.
"""

from pathlib import Path

from .files import read_lines
from .record import Corpus, Record

ANNOTATED = "text/xed/AnnotatedData/en-annotated.tsv"
NEUTRAL = "text/xed/AnnotatedData/neu_en.txt"


def _load(source: Path) -> list[Record]:
    texts = [line.split("\t")[0] for line in read_lines(source / ANNOTATED)]
    texts += [line.split("\t")[1] for line in read_lines(source / NEUTRAL)]
    return [Record(id=f"xed/{number}", text=text) for number, text in enumerate(texts, start=1)]


CORPUS = Corpus(
    name="xed",
    attribution="Öhman et al., 2020: XED, a multilingual dataset for sentiment analysis",
    licence="CC BY 4.0",
    files=(ANNOTATED, NEUTRAL),
    rows={"train": 27_203},
    load=lambda source: {"train": _load(source)},
    held=False,
)
