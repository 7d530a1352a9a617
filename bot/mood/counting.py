"""Counts of feelings by channel and hour, let out only where nobody can be told from them.

A span of time leaves this module only with at least `MIN_AUTHORS` authors and `MIN_MESSAGES` messages, its
counts being sums over all of them: *k-anonymity* with k = 5 (Sweeney, 2002,
https://doi.org/10.1142/S0218488502001648). What is smaller waits in memory for the next hours and is added to
them, or is dropped. To a span that is out nothing is added but another one that is large enough: else the
difference would be what is too small. Plain data in and out, no Discord and no clock.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Self

from moodring.model import Prediction
from moodring.model.labels import EMOTIONS

from .sketch import AuthorSketch

MIN_AUTHORS: Final = 5
MIN_MESSAGES: Final = 20
"""With fewer of either, an hour is too small: beside what can be read in the channel it might give
one person's mood."""

HOUR: Final = timedelta(hours=1)

UNCLEAR: Final = "unclear"
"""What a message is counted as whose feeling was not read with confidence, or that is in another language."""

LABELS: Final = (*EMOTIONS, UNCLEAR)
"""All that is counted."""


@dataclass(frozen=True, slots=True)
class Span:
    """How often which feeling was read in a channel over one or more hours.

    Attributes:
        guild_id: The channel's guild.
        channel_id: The channel or thread.
        start: When its first hour begins (UTC).
        hours: How many hours it covers; it never reaches into the next day (UTC).
        counts: Messages by label, of `LABELS`; without zeros.
    """

    guild_id: int
    channel_id: int
    start: datetime
    hours: int
    counts: Mapping[str, int]

    @classmethod
    def restored(cls, state: Mapping[str, Any]) -> Self:
        """Return a span as `state` gave it; raises KeyError, TypeError or ValueError if that is damaged."""
        start = datetime.fromisoformat(state["start"])
        counts = {str(label): int(count) for label, count in state["counts"].items()}
        return cls(int(state["guild_id"]), int(state["channel_id"]), start, int(state["hours"]), counts)

    @property
    def end(self) -> datetime:
        """When its last hour ends (UTC)."""
        return self.start + self.hours * HOUR

    def state(self) -> dict[str, Any]:
        """Return all of it, as JSON has it."""
        return {
            "guild_id": self.guild_id,
            "channel_id": self.channel_id,
            "start": self.start.isoformat(),
            "hours": self.hours,
            "counts": dict(self.counts),
        }


@dataclass(slots=True)
class _Hour:
    """An hour of a channel while it goes on: here, and only here, authors are told apart."""

    guild_id: int
    counts: Counter[str] = field(default_factory=Counter)
    sketch: AuthorSketch = field(default_factory=AuthorSketch)


@dataclass(slots=True)
class _Waiting:
    """Hours of a channel that are over and too small.

    ``authors`` is the largest number of one of its hours: there were at least as many different ones over all
    of them. So no sketch has to outlive its hour, and who writes in every hour is not counted twice.
    """

    guild_id: int
    start: datetime
    counts: Counter[str] = field(default_factory=Counter)
    authors: int = 0


def hour_of(time: datetime) -> datetime:
    """Return when the hour began (UTC) that a time lies in."""
    return time.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def label_of(prediction: Prediction) -> str:
    """Return what a message is counted as."""
    return prediction.emotion if prediction.sure else UNCLEAR


class Counting:
    """The hours of many channels that go on or wait."""

    def __init__(self) -> None:
        self._hours: dict[tuple[datetime, int], _Hour] = {}
        self._waiting: dict[int, _Waiting] = {}
        self._closed_until = datetime.min.replace(tzinfo=UTC)

    def count(self, guild_id: int, channel_id: int, author_id: int, label: str, at: datetime) -> None:
        """Count a message.

        Args:
            guild_id: The channel's guild.
            channel_id: The channel or thread.
            author_id: Who wrote it; not kept.
            label: What is read in it, of `LABELS`.
            at: When it was written, with its zone. If that hour is closed already, the first open one has it.
        """
        start = max(hour_of(at), self._closed_until)
        hour = self._hours.setdefault((start, channel_id), _Hour(guild_id))
        hour.counts[label] += 1
        hour.sketch.add(author_id)

    def close(self, now: datetime) -> list[Span]:
        """Close the hours that are over.

        Args:
            now: The time, with its zone.

        Returns:
            What is large enough, oldest first; of a channel no two spans overlap.
        """
        bound = hour_of(now)
        if bound < self._closed_until:  # the clock ran ahead: what was counted since has no hour of its own
            self._hours.clear()
            self._waiting.clear()
            self._closed_until = bound
            return []
        spans = list(self._closed(key for key in self._hours if key[0] < bound))
        self._closed_until = bound
        for channel_id, waiting in list(self._waiting.items()):
            if waiting.start.date() < bound.date():
                del self._waiting[channel_id]
        return spans

    def finish(self) -> list[Span]:
        """Close all hours, also those that go on.

        Returns:
            What is large enough; the rest is dropped.
        """
        spans = list(self._closed(self._hours))
        self._waiting.clear()
        return spans

    def state(self) -> dict[str, Any]:
        """Return all that is counted and not let out, as JSON has it; it belongs into memory alone."""
        return {
            "hours": [
                {
                    "start": start.isoformat(),
                    "channel_id": channel_id,
                    "guild_id": hour.guild_id,
                    "counts": hour.counts,
                    "sketch": hour.sketch.state(),
                }
                for (start, channel_id), hour in self._hours.items()
            ],
            "waiting": [
                {
                    "start": waiting.start.isoformat(),
                    "channel_id": channel_id,
                    "guild_id": waiting.guild_id,
                    "counts": waiting.counts,
                    "authors": waiting.authors,
                }
                for channel_id, waiting in self._waiting.items()
            ],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on with what another run had counted, see :meth:`state`.

        Raises:
            KeyError, TypeError, ValueError: It is damaged; nothing is taken from it.
        """
        hours = {
            (datetime.fromisoformat(each["start"]), int(each["channel_id"])): _Hour(
                int(each["guild_id"]), Counter(each["counts"]), AuthorSketch.restored(each["sketch"])
            )
            for each in state["hours"]
        }
        waiting = {
            int(each["channel_id"]): _Waiting(
                int(each["guild_id"]),
                datetime.fromisoformat(each["start"]),
                Counter(each["counts"]),
                int(each["authors"]),
            )
            for each in state["waiting"]
        }
        self._hours.update(hours)
        self._waiting.update(waiting)

    def forget_channel(self, channel_id: int) -> None:
        """Drop what was counted in a channel and not let out."""
        self._waiting.pop(channel_id, None)
        for key in [key for key in self._hours if key[1] == channel_id]:
            del self._hours[key]

    def forget_guild(self, guild_id: int) -> None:
        """Drop what was counted in a guild and not let out."""
        channels = {channel_id for (_, channel_id), hour in self._hours.items() if hour.guild_id == guild_id}
        channels |= {channel for channel, waiting in self._waiting.items() if waiting.guild_id == guild_id}
        for channel_id in channels:
            self.forget_channel(channel_id)

    def _closed(self, keys: Iterable[tuple[datetime, int]]) -> Iterator[Span]:
        """Add hours, oldest first, to what waits for them; yield what is large enough then."""
        for start, channel_id in sorted(keys):
            hour = self._hours.pop((start, channel_id))
            waiting = self._waiting.get(channel_id)
            # A span that went on after midnight would put a part of yesterday into today.
            if waiting is None or waiting.start.date() < start.date():
                waiting = self._waiting[channel_id] = _Waiting(hour.guild_id, start)
            waiting.counts += hour.counts
            waiting.authors = max(waiting.authors, hour.sketch.authors)
            if waiting.authors >= MIN_AUTHORS and waiting.counts.total() >= MIN_MESSAGES:
                del self._waiting[channel_id]
                hours = (start - waiting.start) // HOUR + 1
                yield Span(hour.guild_id, channel_id, waiting.start, hours, dict(waiting.counts))
