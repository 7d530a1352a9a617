"""People's judgements of examples, and the threshold that they suggest: plain data, no Discord here."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from ..backtest import Band, Example, Judgement, Suggestion, suggest

SEED: Final = 0
"""Of the order of the examples."""


class Judging:
    """Hands examples out to judges, each to be judged once.

    They come in an order drawn by lot, so that neither it nor the score tells a judge what the model thinks.

    Args:
        bands: The messages by score, with the examples.
    """

    def __init__(self, bands: Sequence[Band[int]]) -> None:
        found = [(band, example) for band in bands for example in band.examples]
        order = np.random.default_rng(SEED).permutation(len(found))
        self._examples: dict[int, tuple[Band[int], Example[int]]] = {
            found[place][1].message_id: found[place] for place in order
        }
        self._right: dict[int, bool] = {}
        self._skipped: set[tuple[int, int]] = set()
        self._shown: dict[int, int] = {}

    @property
    def size(self) -> int:
        """How many examples there are."""
        return len(self._examples)

    @property
    def judged(self) -> int:
        """How many are judged."""
        return len(self._right)

    def next(self, judge_id: int) -> int | None:
        """Return the id of the message that somebody is to judge now; what others look at comes last.

        Returns:
            The id, or None if nothing is left for them.
        """
        open_to_them = [
            message_id
            for message_id in self._examples
            if message_id not in self._right and (judge_id, message_id) not in self._skipped
        ]
        elsewhere = {message_id for other, message_id in self._shown.items() if other != judge_id}
        open_to_them.sort(key=elsewhere.__contains__)
        if not open_to_them:
            self.leave(judge_id)
            return None
        self._shown[judge_id] = open_to_them[0]
        return open_to_them[0]

    def judge(self, message_id: int, *, right: bool) -> None:
        """Take a judgement; the first one of a message counts."""
        if message_id in self._examples:
            self._right.setdefault(message_id, right)

    def skip(self, judge_id: int, message_id: int) -> None:
        """Leave a message to others."""
        if message_id in self._examples:
            self._skipped.add((judge_id, message_id))

    def leave(self, judge_id: int) -> None:
        """Note that somebody judges no longer."""
        self._shown.pop(judge_id, None)

    def suggestion(self) -> Suggestion | None:
        """Return what the judgements suggest, None while there are too few."""
        judged = [(*self._examples[message_id], right) for message_id, right in self._right.items()]
        in_band = Counter(band.low for band, _, _ in judged)
        return suggest(
            [
                Judgement(example.score, right, weight=band.count / in_band[band.low])
                for band, example, right in judged
            ]
        )
