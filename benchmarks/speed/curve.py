"""How cost grows: with threads, with messages at once, with words and with pictures."""

import statistics
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np

from moodring.model import Decoded, Logits, Predictor, Prepared
from moodring.model.decoding import SIZE
from moodring.model.engine import Engine

LENGTHS: Final = (8, 16, 32, 64, 128, 256, 512)
"""Tokens of a text as it is written; of more than `text.MAX_TOKENS` only the first are read."""

BATCHES: Final = (1, 2, 4, 8, 16, 32)
PICTURES: Final = (0, 1, 2, 3, 4)
THREADS: Final = (1, 2)
WORDS: Final = 10
"""Words of the text that goes with pictures."""

REPEATS: Final = 9


def measure(texts: Sequence[str]) -> dict[str, Any]:
    """Return milliseconds a message, or messages a second, by what grows.

    Args:
        texts: Messages as they are written, for threads and batches.
    """
    predictor = Predictor()
    engine = predictor.open()
    prepared = [predictor.prepare(text) for text in texts]
    random = np.random.default_rng(0)
    words = ["good", "day", "what", "a", "match", "that", "was", "today", "friends"]
    # Two tokens are [CLS] and [SEP]; each of these words is one.
    lengths = {length: " ".join(random.choice(words, length - 2)) for length in LENGTHS}
    picture = Decoded(random.integers(0, 256, (SIZE, SIZE, 3), np.uint8))
    pictured = {
        count: predictor.prepare(" ".join(random.choice(words, WORDS)), [picture] * count)
        for count in PICTURES
    }
    return {
        "ms_by_tokens": {
            length: _ms(lambda text=text: engine.infer([predictor.prepare(text)]))
            for length, text in lengths.items()
        },
        "ms_by_pictures": {
            count: _ms(lambda given=given: engine.infer([given])) for count, given in pictured.items()
        },
        "ms_a_message_by_batch": {size: _in_batches(engine, prepared, size) for size in BATCHES},
        "messages_per_s_by_threads": {
            "of the bot, one message each": {
                count: _in_threads(predictor, prepared, count) for count in THREADS
            },
            "of one call": {count: _per_s(predictor.open(count).infer, prepared) for count in THREADS},
        },
    }


def _ms(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Return the median of milliseconds that something takes, once it has run."""
    work()
    taken = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return round(statistics.median(taken) * 1_000, 2)


def _in_batches(engine: Engine, prepared: Sequence[Prepared], size: int) -> float:
    whole = len(prepared) // size * size
    batches = [prepared[start : start + size] for start in range(0, whole, size)]
    return round(_ms(lambda: [engine.infer(batch) for batch in batches], 3) / whole, 3)


def _per_s(infer: Callable[[Sequence[Prepared]], list[Logits]], prepared: Sequence[Prepared]) -> float:
    return round(len(prepared) / _ms(lambda: [infer([each]) for each in prepared], 3) * 1_000, 1)


def _in_threads(predictor: Predictor, prepared: Sequence[Prepared], threads: int) -> float:
    engines = [predictor.open() for _ in range(threads)]
    shares = [prepared[number::threads] for number in range(threads)]

    def work(number: int) -> None:
        for each in shares[number]:
            engines[number].infer([each])

    with ThreadPoolExecutor(threads) as pool:
        ms = _ms(lambda: list(pool.map(work, range(threads))), 3)
    return round(len(prepared) / ms * 1_000, 1)
