"""Chat lines invented for this project: what the collected sets lack.

Reddit comments hold few one-word answers, stretched words, bare emoji, server slang and irony, and feelings
that are shown without a word for them. These lines are synthetic: they were written for training, in the
manner of many kinds of servers, are nobody's messages, and carry their writers' own labels, which nobody
judged a second time. They ship with the code. None resembles a line of ``tests/data/chat.toml``, which is
for measuring only.
"""

from pathlib import Path

from ..labels import EMOTIONS
from .files import read_tsv
from .record import Corpus, DataError, Part, Record, Sentiment

FILE = "chat_lines.tsv"
COLUMNS = 4  # comma-separated emotions, sentiment, 1 for abuse, text

SENTIMENT_OF: dict[str, Sentiment | None] = {
    "negative": (1, 0, 0),
    "neutral": (0, 1, 0),
    "positive": (0, 0, 1),
    "-": None,  # the line leaves it open
}


def _load(folder: Path) -> dict[Part, list[Record]]:
    records = []
    for number, (labels, sentiment, abuse, text) in enumerate(read_tsv(folder / FILE, COLUMNS), start=1):
        emotions = frozenset(labels.split(","))
        if not emotions.issubset(EMOTIONS) or sentiment not in SENTIMENT_OF or abuse not in {"0", "1"}:
            raise DataError(
                f"{folder / FILE}, line {number} has unknown labels: {labels} {sentiment} {abuse}"
            )
        records.append(
            Record(
                id=f"chat/{number}",
                text=text,
                emotions=emotions,
                sentiment=SENTIMENT_OF[sentiment],
                toxicity=float(abuse),
                sexism=None if abuse == "1" else 0.0,  # which kind of abuse it is, no line says
            )
        )
    return {"train": records}


CORPUS = Corpus(
    name="chat",
    attribution="this project: synthetic chat lines",
    licence="MIT",
    files=(FILE,),
    rows={"train": 20_210},
    load=_load,
    held=False,
    folder=Path(__file__).parent,
)
