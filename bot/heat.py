"""Whether a conversation heats up: a few numbers a channel, in memory, bounded; no text, no Discord.

Heat is a running average of how hostile a channel's messages are, in which the last four weigh as much as all
before them. A message counts less if its author wrote the one before as well: a quarrel takes turns, venting
does not. In silence heat fades.
"""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import sqrt
from typing import Final

from moodring.model import Language, Prediction

HOSTILE: Final = ("anger", "annoyance")
"""The emotions that count as hostile."""

TOXICITY_COUNTS: Final = 0.5
"""What toxicity counts beside each of these: it is loudest when it already burns. In full it found as many
quarrels on dev, but later."""

HALF_AFTER: Final = 4.0
"""Messages after which one weighs half. On dev 3 and 5 do as well (``benchmarks/heat.py``)."""

SAME_AUTHOR: Final = 0.8
"""What a message counts whose author wrote the one before as well. On dev the smallest weight, in steps of
.1, with which heat is no worse than a moving average even where turns say nothing."""

QUIET: Final = timedelta(minutes=5)
"""A silence as long as this changes nothing; beyond it heat halves as often as it passes again. Pace does not
matter otherwise: on dev, averages that decay with time were no better, and worse where pace says nothing."""

HOT_FROM: Final = 0.29
"""The lowest bound on dev at which no more than 3 % of the conversations without a quarrel become hot."""

CALM_BELOW: Final = 0.15
"""The highest bound on dev, in steps of .05, at which no more than 1 % of quarrels are announced twice."""

LEVELS_KEPT: Final = 60
"""Levels of each channel for the chart, one a message."""

MAX_CHANNELS: Final = 4_000
"""Channels that are remembered, 3 kB each; whichever was silent longest is forgotten first."""


def negativity(prediction: Prediction) -> float:
    """Return how hostile a message is, 0..1; 0 in other languages than English, of which scores say little.

    The geometric mean of how negative it is and of how angry, annoyed or toxic: what is sad is negative and
    not hostile, swearing for joy is toxic and not negative, and both come out low.
    """
    if prediction.language is Language.OTHER:
        return 0.0
    hostile = TOXICITY_COUNTS * prediction.toxicity + sum(prediction.emotions[label] for label in HOSTILE)
    return sqrt(prediction.sentiments["negative"] * hostile / (TOXICITY_COUNTS + len(HOSTILE)))


@dataclass(frozen=True, slots=True)
class Heat:
    """How heated a channel is with a message.

    Attributes:
        level: 0..1, the running average of negativity.
        hot: Whether the conversation is hot.
        rose: Whether it became so by this very message; not again until it has been calm.
    """

    level: float
    hot: bool
    rose: bool


@dataclass(slots=True)
class _Channel:
    """A channel's state: of people only who wrote last."""

    level: float = 0.0
    hot: bool = False
    author_id: int | None = None
    at: datetime | None = None
    levels: deque[float] = field(default_factory=lambda: deque(maxlen=LEVELS_KEPT))


class HeatMeter:
    """The heat of many channels.

    Args:
        half_after: Messages after which one weighs half.
        same_author: What a message counts whose author wrote the one before as well, 0..1.
        hot_from: Level from which a conversation is hot.
        calm_below: Level below which it is calm again.
    """

    def __init__(
        self,
        *,
        half_after: float = HALF_AFTER,
        same_author: float = SAME_AUTHOR,
        hot_from: float = HOT_FROM,
        calm_below: float = CALM_BELOW,
    ) -> None:
        self._share = 1 - 0.5 ** (1 / half_after)  # of one message in the average
        self._same_author = same_author
        self._hot_from, self._calm_below = hot_from, calm_below
        self._channels: OrderedDict[int, _Channel] = OrderedDict()

    def add(self, channel_id: int, author_id: int, at: datetime, negativity: float) -> Heat:
        """Take in a channel's next message.

        Messages count in the order in which they come; one that was written before its predecessor counts as
        written with it.

        Args:
            channel_id: The channel's id.
            author_id: Its author's id, kept until the next message.
            at: When it was written.
            negativity: How hostile it is, 0..1.

        Returns:
            The channel's heat with it.

        Raises:
            ValueError: The negativity is not in 0..1.
        """
        if not 0 <= negativity <= 1:
            raise ValueError(f"negativity is {negativity}: it lies in 0..1")
        channel = self._channels.setdefault(channel_id, _Channel())
        self._channels.move_to_end(channel_id)
        if len(self._channels) > MAX_CHANNELS:
            self._channels.popitem(last=False)

        last = at if channel.at is None else channel.at
        silences = max((at - last) / QUIET - 1, 0)
        counts = self._same_author if author_id == channel.author_id else 1
        channel.level *= 0.5**silences
        was_hot = channel.hot and channel.level >= self._calm_below
        channel.level += self._share * (counts * negativity - channel.level)
        channel.author_id, channel.at = author_id, max(at, last)
        channel.levels.append(channel.level)
        channel.hot = channel.level >= (self._calm_below if was_hot else self._hot_from)
        return Heat(channel.level, channel.hot, rose=channel.hot and not was_hot)

    def is_hot(self, channel_id: int) -> bool:
        """Return whether a channel was hot with its last message; a channel that is not known is calm."""
        channel = self._channels.get(channel_id)
        return channel is not None and channel.hot

    def recent(self, channel_id: int) -> Sequence[float]:
        """Return a channel's last levels, one a message, the newest last; none if it is not known."""
        channel = self._channels.get(channel_id)
        return () if channel is None else tuple(channel.levels)

    def forget_channel(self, channel_id: int) -> None:
        """Forget all about a channel; its next message is its first."""
        self._channels.pop(channel_id, None)
