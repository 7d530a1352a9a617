"""A mood in numbers: in words for reading, and as a file."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from .. import texts
from .counting import Span
from .groups import label_name
from .summary import Bin, Window, total_of
from .words import feelings, most_frequent, time_of

COLUMNS: Final = ("start", "hours", "emotion", "messages")
"""The columns of a file."""

MAX_CHARACTERS: Final = 3_500
"""Of all bins: a message takes 4,000 characters."""


def number_blocks(bins: Sequence[Bin], window: Window) -> list[str]:
    """Return the numbers behind a chart, as blocks of a message.

    Args:
        bins: The window's, one with messages at least.
        window: What is shown.
    """
    counts = total_of(bins)
    labels = [
        texts.say("mood-label", label=label_name(label), count=count) for label, count in counts.most_common()
    ]
    whole = most_frequent(counts)
    lines = [_line(found, window) for found in bins]
    room = MAX_CHARACTERS - len(whole) - sum(map(len, labels))
    newest = list(_fitting(reversed(lines), room))
    blocks = [whole, f"-# {texts.listed(labels)}", "\n".join(reversed(newest))]
    return blocks if len(newest) == len(lines) else [*blocks, f"-# {texts.say('mood-bins-left-out')}"]


def export_csv(spans: Iterable[Span]) -> str:
    """Return spans as comma-separated values, a line for each feeling; they know nothing of people."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    for span in spans:
        for label, count in sorted(span.counts.items()):
            writer.writerow((span.start.isoformat(), span.hours, label, count))
    return file.getvalue()


def _line(found: Bin, window: Window) -> str:
    time = time_of(found, window)
    if not found.counts:
        return texts.say("mood-bin-too-few", time=time)
    messages = sum(found.counts.values())
    said = feelings(found.counts) or texts.say("mood-bin-neutral")
    return texts.say("mood-bin", time=time, messages=messages, feelings=said)


def _fitting(lines: Iterable[str], room: int) -> Iterator[str]:
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            return
        yield line
