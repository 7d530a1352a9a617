"""What is measured of a flood, and what has to hold of it."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from parts import Row, on_the_wire

on_the_wire()

from figures import counted

RATE: Final = 200
"""Messages a second in the loud guild."""

BY_ONE: Final = 0.9
"""Share of them that one person writes."""

WITH_PICTURE: Final = 0.3
"""Share of the flood that has one; they wait in a line of their own."""

HEARTBEAT_MS: Final = 5_000
"""Milliseconds between two heartbeats: eight times as often as Discord asks for."""

PLACES: Final = 64
"""Watched messages that may wait, as the bot is set up unless told otherwise."""

DECODE_S: Final = 5.0
"""Seconds that a picture may take to decode, likewise."""

LIMITS: Final = {
    "lag_s": 0.05,
    "answer_s": 1.0,
    "words_s": 2.0,
    "memory": 0.1,
    "growth": 0.05,
    "heartbeat_s": 1.0,
}
"""What has to hold: the loop's lag, the answers to commands and those to words while decoders hang at the
99th percentile, memory around its middle, and how late a heartbeat may be."""

WRITTEN_S: Final = PLACES / (RATE * BY_ONE * (1 - WITH_PICTURE))
"""Seconds in which the one person writes as many messages without pictures as may wait. Where the oldest is
shed, what is read has waited so long, however slowly the bot reads; where the newest is, until all before it
are read, which takes the longer the slower the bot."""

YOUNG_S: Final = 1.3 * WRITTEN_S
"""Seconds that what is read has waited at most in the middle, being read included."""

STARVED: Final = 0.95
"""Share of somebody's messages that is answered at least, unless they are starved."""


@dataclass
class Talk:
    """What somebody writes that is answered if it is read.

    Attributes:
        written: How many messages.
        waited_s: How long each waited that was answered, until its answer.
    """

    written: int = 0
    waited_s: list[float] = field(default_factory=list)

    @property
    def answered(self) -> float:
        """The share that was answered."""
        return len(self.waited_s) / max(1, self.written)

    def figures(self) -> str:
        """Say how many were answered, and when."""
        return (
            f"{self.answered:.0%} answered, p50 {percentile(self.waited_s, 0.5):.2f} s, "
            f"p99 {percentile(self.waited_s, 0.99):.2f} s"
        )


@dataclass
class Seen:
    """What people saw.

    Attributes:
        sent: Messages of the flood.
        flooder: Of the person that writes most, those that are answered if they are read; begun anew by
            whoever measures.
        neighbour: Of somebody else in the loud guild.
        quiet: Of somebody in the quiet one.
        meanwhile: Of the same, while decoders hang.
        answers_s: How long each command took, to its whole answer.
        unanswered: Commands without one.
        memory_mb: The whole bot's, proportional, over time.
    """

    sent: int = 0
    flooder: Talk = field(default_factory=Talk)
    neighbour: Talk = field(default_factory=Talk)
    quiet: Talk = field(default_factory=Talk)
    meanwhile: Talk = field(default_factory=Talk)
    answers_s: list[float] = field(default_factory=list)
    unanswered: int = 0
    memory_mb: list[float] = field(default_factory=list)

    @property
    def written(self) -> int:
        """All messages in watched channels."""
        return self.sent + sum(talk.written for talk in (self.neighbour, self.quiet, self.meanwhile))


def percentile(values: list[float], share: float) -> float:
    """Return the value that a share of all does not exceed."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


@dataclass(frozen=True)
class Measured:
    """What was measured from the end of the warm-up on, until decoders hang.

    Attributes:
        before: The bot's figures at the beginning.
        after: Its figures at the end.
        sent: Messages of the flood.
        flooder: Of it and of the person that writes most, what is answered if it is read.
        answers_s: How long each command took, to its whole answer.
        beats: When heartbeats came, in seconds.
        said: What ``/health`` said in the middle of it.
        seconds: How long it took.
    """

    before: dict[str, float]
    after: dict[str, float]
    sent: int
    flooder: Talk
    answers_s: list[float]
    beats: list[float]
    said: str
    seconds: float

    def counted(self, prefix: str) -> float:
        """Return how much the figures grew whose name begins so."""
        return counted(self.after, prefix) - counted(self.before, prefix)

    def quantile_bound(self, name: str, share: float) -> float:
        """Return the upper bound of the bucket that a quantile of what was counted lies in."""
        prefix = f"{name}_bucket "
        buckets = sorted(
            (float(key.removeprefix(prefix)), value - self.before.get(key, 0))
            for key, value in self.after.items()
            if key.startswith(prefix)
        )
        return next(bound for bound, count in buckets if count >= share * buckets[-1][1])


@dataclass(frozen=True)
class Hang:
    """What became of decoders that hang.

    Attributes:
        before: The bot's figures at the beginning.
        after: Its figures at the end.
        gone_s: How long each was there.
        fresh: Decoders at the end that were not there before.
        answer: What the bot said of a picture afterwards.
        said: What ``/health`` said afterwards.
        answers_s: How long each command took meanwhile.
    """

    before: dict[str, float]
    after: dict[str, float]
    gone_s: list[float]
    fresh: int
    answer: str
    said: str
    answers_s: list[float]


def rows_of(seen: Seen, measured: Measured, hang: Hang, end: dict[str, float]) -> list[Row]:
    """Return what held.

    Args:
        seen: What people saw.
        measured: What was measured in the flood.
        hang: What became of decoders that hang.
        end: The bot's figures once nothing waited any more.
    """
    return [
        _all_counted(seen, measured, end),
        _oldest_first(measured.flooder),
        *_people(seen, measured),
        *_process(seen, measured),
        _replaced(hang),
        _words_meanwhile(seen.meanwhile),
    ]


def _all_counted(seen: Seen, measured: Measured, end: dict[str, float]) -> Row:
    """Every message, also of the warm-up and while decoders hang: the bot has counted from its start."""
    met = counted(end, "moodring_readings_total watched")
    read = counted(end, "moodring_readings_total watched answered")
    busy = counted(end, "moodring_readings_total watched busy")
    shed = counted(end, "moodring_shed_total")
    return Row(
        "watched messages, 30 % with a picture",
        seen.written,
        f"{RATE} a second or more; each is read, or shed and counted",
        measured.sent >= RATE * measured.seconds
        and read > 0
        and shed > 0
        and shed == busy
        and read + shed == met == seen.written,
        f"in {measured.seconds:.0f} s {measured.sent} of the flood; altogether read {read:.0f}, "
        f"shed {busy:.0f}, counted as shed {shed:.0f}, "
        f"otherwise ended {met - read - busy:.0f}, never met {seen.written - met:.0f}",
    )


def _oldest_first(flooder: Talk) -> Row:
    middle_s = percentile(flooder.waited_s, 0.5)
    return Row(
        f"some of what one person wrote, {BY_ONE:.0%} of the flood",
        flooder.written,
        f"shed oldest-first: what is read is young, p50 ≤ {YOUNG_S:.2f} s",
        middle_s <= YOUNG_S,
        f"{flooder.figures()}; the {PLACES} of them that may wait are written in {WRITTEN_S:.2f} s and "
        f"read in {WRITTEN_S / max(flooder.answered, 1e-9):.2f} s",
    )


def _people(seen: Seen, measured: Measured) -> list[Row]:
    answer_s = percentile(measured.answers_s, 0.99)
    return [
        Row(
            "messages of somebody else in that guild meanwhile",
            seen.neighbour.written,
            "one person's flood does not starve others",
            seen.neighbour.answered >= STARVED,
            seen.neighbour.figures(),
        ),
        Row(
            "messages of a quiet guild meanwhile",
            seen.quiet.written,
            "the loud guild does not starve it",
            seen.quiet.answered >= STARVED,
            seen.quiet.figures(),
        ),
        Row(
            "commands meanwhile",
            len(measured.answers_s),
            "answered, p99 ≤ 1 s",
            answer_s <= LIMITS["answer_s"] and not seen.unanswered,
            f"p50 {percentile(measured.answers_s, 0.5):.2f} s, p99 {answer_s:.2f} s, "
            f"without answer {seen.unanswered}",
        ),
        Row("/health meanwhile", 1, "says that it is busy", "busy" in measured.said.lower(), ""),
    ]


def _process(seen: Seen, measured: Measured) -> list[Row]:
    lag_s = measured.quantile_bound("moodring_event_loop_lag_seconds", 0.99)
    late_s = max((later - earlier for earlier, later in pairwise(measured.beats)), default=0)
    late_s -= HEARTBEAT_MS / 1000
    middle = percentile(seen.memory_mb, 0.5)
    spread = max(abs(each - middle) for each in seen.memory_mb) / middle
    third = max(1, len(seen.memory_mb) // 3)
    growth = percentile(seen.memory_mb[-third:], 0.5) / percentile(seen.memory_mb[:third], 0.5) - 1
    return [
        Row(
            "event loop meanwhile, samples",
            int(measured.counted("moodring_event_loop_lag_seconds_count")),
            "lag p99 ≤ 50 ms",
            lag_s <= LIMITS["lag_s"],
            f"p99 within {lag_s * 1000:.0f} ms",
        ),
        Row(
            "heartbeats meanwhile",
            len(measured.beats),
            "none late by more than 1 s",
            late_s <= LIMITS["heartbeat_s"]
            and len(measured.beats) >= measured.seconds * 1000 / HEARTBEAT_MS - 2,
            f"latest by {max(0, late_s):.2f} s",
        ),
        Row(
            "memory meanwhile, with all its processes",
            len(seen.memory_mb),
            "flat: ± 10 % of its median, and the last third no more than 5 % above the first",
            spread <= LIMITS["memory"] and growth <= LIMITS["growth"],
            f"median {middle:.0f} MB, from {min(seen.memory_mb):.0f} to {max(seen.memory_mb):.0f} MB, "
            f"growth {growth:+.1%}",
        ),
    ]


def _words_meanwhile(quiet: Talk) -> Row:
    late_s = percentile(quiet.waited_s, 0.99)
    return Row(
        "messages of a quiet guild while decoders hang",
        quiet.written,
        f"words do not wait for pictures: p99 ≤ {LIMITS['words_s']:.0f} s; a decoder has {DECODE_S:.0f} s",
        quiet.answered >= STARVED and late_s <= LIMITS["words_s"],
        quiet.figures(),
    )


def _replaced(hang: Hang) -> Row:
    counts = {
        why: counted(hang.after, name) - counted(hang.before, name)
        for why, name in (
            ("late", "moodring_decoders_replaced_total late"),
            ("all", "moodring_decoders_replaced_total"),
            ("read", "moodring_readings_total watched answered"),
        )
    }
    hung, longest_s, answer_s = len(hang.gone_s), max(hang.gone_s), percentile(hang.answers_s, 0.99)
    shown = "picture 1" in hang.answer and "Skipped" not in hang.answer
    return Row(
        "decoders that hang, one after the other, while the flood goes on",
        hung,
        "each is timed out, replaced and counted, also in /health; pictures are read again; "
        "commands are answered, p99 ≤ 1 s",
        longest_s <= 2 * DECODE_S
        and counts["late"] == counts["all"] == hung
        and hang.fresh > 0
        and shown
        and ("One process" if hung == 1 else f"{hung} processes") in hang.said
        and answer_s <= LIMITS["answer_s"],
        f"gone after {min(hang.gone_s):.1f} to {longest_s:.1f} s, counted {counts['all']:.0f}, new processes "
        f"{hang.fresh}; the next picture {'read' if shown else 'not read'}; commands p99 {answer_s:.2f} s; "
        f"watched messages read meanwhile {counts['read']:.0f}",
    )
