"""What every contender reads: messages drawn from the dev sets to a histogram of their lengths."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from moodring.model.data import Record, load_split
from moodring.model.data.chat import CORPUS as CHAT
from moodring.model.labels import SENTIMENTS
from moodring.model.predictor import TOKENIZER_FILE, shipped_weights
from moodring.model.text import BUCKETS, Tokenizer, bucket

LENGTHS_FILE: Final = Path(__file__).with_name("lengths.json")

SETS: Final = ("goemotions", "mvsa_single", "convabuse", "davidson", "vader_tweets", "xed")
"""Sets of what people wrote to each other or to a bot: Reddit comments, tweets, chat, film dialogue. Each
counts alike in the histogram. No set of Discord messages with a licence to use it is at hand."""


PICTURES: Final = Path(__file__).parents[2] / "bot" / "local" / "pictures"

AGREED: Final = 0.5
"""Share of a message's judges that must be more than passed for it to have one sentiment."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message, and what people said its sentiment is, where they all but agree."""

    text: str
    sentiment: str | None


def draw(data: Path | None, prepared: Path, count: int, seed: int = 0) -> list[Message]:
    """Draw messages so that their lengths are spread as in `LENGTHS_FILE`.

    Args:
        data: Folder with the raw sets, whose dev parts they come from. Without it they are lines that come
            with the code: good for time alone, since the network has learned from them.
        prepared: What ``python -m model data`` wrote.
        count: How many.
        seed: Of the drawing.
    """
    random = np.random.default_rng(seed)
    by_length = _by_length(
        {CHAT.name: CHAT.load(CHAT.folder)["train"]} if data is None else _records(data, prepared)
    )
    shares = {int(length): share for length, share in json.loads(LENGTHS_FILE.read_text())["shares"].items()}
    drawn: list[Message] = []
    for length, share in shares.items():
        records = by_length[max(known for known in by_length if known <= length)]
        chosen = random.choice(len(records), round(count * share), replace=len(records) < count * share)
        drawn += [_message(records[index]) for index in chosen]
    return [drawn[index] for index in random.permutation(len(drawn))]


def draw_pairs(data: Path | None, prepared: Path, count: int, seed: int = 0) -> list[tuple[Message, bytes]]:
    """Draw texts with their pictures, each an encoded file, from MVSA-Single's dev part.

    Args:
        data: As for `draw`. Without it they are lines and pictures that come with the code.
        prepared: What ``python -m model data`` wrote.
        count: How many.
        seed: Of the drawing.
    """
    random = np.random.default_rng(seed)
    if data is None:
        files = [PICTURES / name for name in ("cat.jpg", "coffee.jpg", "rocket.jpg")]
        messages = draw(None, prepared, count, seed)
        return [(message, files[index % 3].read_bytes()) for index, message in enumerate(messages)]
    records = [record for record in load_split(data, prepared, "dev")["mvsa_single"] if record.text.strip()]
    chosen = random.choice(len(records), count, replace=False)
    return [
        (_message(record), record.image.read_bytes())
        for record in (records[index] for index in chosen)
        if record.image is not None
    ]


def write_lengths(data: Path, prepared: Path) -> None:
    """Write the histogram anew: which share of the messages has which padded length."""
    records = _records(data, prepared)
    shares = dict.fromkeys(BUCKETS, 0.0)
    for group in records.values():
        for length, found in _by_length({"": group}).items():
            shares[length] += len(found) / len(group) / len(records)
    content = {
        "source": f"dev parts of {', '.join(SETS)}, each weighing alike; tokens of our tokeniser, "
        "padded as `model/text.py` has it, [CLS] and [SEP] included",
        "command": "python benchmarks/speed --lengths --data DATA",
        "shares": {length: round(share, 4) for length, share in shares.items() if share >= 0.001},
    }
    LENGTHS_FILE.write_text(json.dumps(content, indent=2) + "\n")


def _records(data: Path, prepared: Path) -> Mapping[str, Sequence[Record]]:
    dev = load_split(data, prepared, "dev")
    return {name: [record for record in dev[name] if record.text.strip()] for name in SETS}


def _by_length(records: Mapping[str, Sequence[Record]]) -> dict[int, list[Record]]:
    tokenizer = Tokenizer(shipped_weights() / TOKENIZER_FILE)
    found: dict[int, list[Record]] = {}
    for group in records.values():
        for record in group:
            token_ids, _ = tokenizer.encode(record.text)
            if len(token_ids):
                found.setdefault(bucket(len(token_ids)), []).append(record)
    return found


def _message(record: Record) -> Message:
    agreed = record.sentiment is not None and max(record.sentiment) > AGREED
    return Message(record.text, SENTIMENTS[int(np.argmax(record.sentiment))] if agreed else None)
