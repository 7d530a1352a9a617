"""``python -m bot backtest``: what flag thresholds would have done to the messages of a data export."""

import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, aclosing
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from moodring.model import Prediction

from .backtest import FAILURES, PRESET_OF, REASONS, Backtest, Band, Skip
from .classifier import open_classifier
from .intake.exports import ExportedMessage, local_pictures, open_export
from .interrupts import run_until_stopped
from .services import Classifies, harshest
from .settings import Settings
from .store import Store
from .stream import Progress, Reader, for_throughput, in_order

MAX_AUTHORS: Final = 4096
"""Authors of whom it is remembered whether they opted out."""

BAR_COLUMNS: Final = 38
"""Columns of the longest bar: with its band and a count of millions a line has 60 at most."""

_EIGHTHS: Final = " ▏▎▍▌▋▊▉█"

_Outcome: TypeAlias = tuple[str, Prediction] | Skip
"""A message's id and what was read, or why it was not."""


def backtest_export(settings: Settings, path: Path, thresholds: Sequence[float], *, as_json: bool) -> int:
    """Read an export and print what each threshold would have flagged.

    Args:
        settings: How to read, and the database with those who opted out.
        path: The export.
        thresholds: From which toxicity on a message is flagged, 0..1.
        as_json: Whether to print one JSON object instead of lines for people.

    Returns:
        The exit code: 1 if messages could not be read.

    Raises:
        ExportError: The export cannot be read to its end; nothing was printed.
        StoreError: The database is there and cannot be used.
        WeightsError: The weights are missing or damaged.
    """
    backtest = Backtest[str](thresholds, keep_ids=as_json)
    run_until_stopped(_read(settings, path, backtest))
    lines = [json.dumps(as_dict(backtest))] if as_json else report(backtest)
    sys.stdout.writelines(f"{line}\n" for line in lines)
    if not backtest.failed:
        return 0
    reasons = ", ".join(f"{backtest.skipped[why]:,} {why}" for why in FAILURES if backtest.skipped[why])
    sys.stderr.write(f"moodring: messages that could not be read: {reasons}; the figures are without them\n")
    return 1


async def _read(settings: Settings, path: Path, backtest: Backtest[str]) -> None:
    async with AsyncExitStack() as stack:
        export = stack.enter_context(open_export(path))
        opt_outs = await stack.enter_async_context(aclosing(await OptOutCheck.open(settings.database_url)))
        classifier = await stack.enter_async_context(aclosing(open_classifier(for_throughput(settings))))
        terminal = sys.stderr if sys.stderr.isatty() else None
        progress = Progress(terminal, "messages", lambda: export.share)
        stack.callback(progress.end)
        outcome_of = partial(_outcome, classifier, Reader(classifier), opt_outs, path.parent)
        async for outcome in in_order(export.messages(), outcome_of):
            if isinstance(outcome, Skip):
                backtest.skip(outcome)
            else:
                backtest.add(*outcome)
            progress.count(failed=outcome in FAILURES)


async def _outcome(
    classifier: Classifies,
    reader: Reader,
    opt_outs: "OptOutCheck",
    folder: Path,
    message: ExportedMessage | None,
) -> _Outcome:
    if message is None:
        return Skip.DAMAGED
    reason = await _untouched(message, opt_outs)
    if reason is not None:
        return reason
    try:
        prediction = await reader.read(message.text, local_pictures(folder, message.attachments))
        prediction = await harshest(classifier, message.text, prediction)
    except tuple(REASONS) as error:
        return REASONS[type(error)]
    return message.id, prediction


async def _untouched(message: ExportedMessage, opt_outs: "OptOutCheck") -> Skip | None:
    """Return why a message is not even tried, if so."""
    if message.author.is_bot:
        return Skip.BOT
    if message.is_notice:
        return Skip.NOTICE
    return Skip.OPTED_OUT if await opt_outs.contains(message.author.id) else None


class OptOutCheck:
    """Tells who opted out, of people whose ids come from a file.

    Made by :meth:`open`.
    """

    def __init__(self, store: Store | None) -> None:
        self._store = store
        self._known: dict[str, bool] = {}

    @classmethod
    async def open(cls, url: str) -> "OptOutCheck":
        """Open the database, but do not make one: in one that is not there nobody opted out.

        Raises:
            StoreError: It is there and cannot be used.
        """
        return cls(await Store.open(url) if _is_there(url) else None)

    async def contains(self, author_id: str) -> bool:
        """Return whether somebody opted out, or may have: who has no id of Discord's cannot be told apart."""
        if self._store is None:
            return False
        if not author_id.isdecimal() or int(author_id) >= 2**63:
            return True
        if author_id not in self._known:
            if len(self._known) >= MAX_AUTHORS:
                self._known.clear()
            self._known[author_id] = await self._store.opt_outs.contains(int(author_id))
        return self._known[author_id]

    async def aclose(self) -> None:
        """Close the database."""
        if self._store is not None:
            await self._store.aclose()


def _is_there(url: str) -> bool:
    """Return whether a database is there, as far as a file can tell."""
    try:
        parsed = make_url(url)
        name = parsed.database or ":memory:"
        return (
            parsed.get_backend_name() != "sqlite"
            or name.startswith("file:")
            or (name != ":memory:" and Path(name).exists())
        )
    except (ArgumentError, OSError):
        return True  # opening it says what is wrong


def as_dict(backtest: Backtest[str]) -> dict[str, object]:
    """Return what was counted as the command line's JSON contract has it."""
    return {
        "messages": backtest.messages,
        "read": backtest.read,
        "thresholds": [
            {"threshold": flagged.threshold, "flagged": list(flagged.message_ids)}
            for flagged in backtest.flagged
        ],
    }


def report(backtest: Backtest[str]) -> list[str]:
    """Return what was counted as lines for people, of 80 columns at most."""
    return [*_counts(backtest), "", *_table(backtest), *(_picture(backtest) if backtest.read else [])]


def _counts(backtest: Backtest[str]) -> Iterator[str]:
    yield f"{backtest.messages:,} messages, {backtest.read:,} of them read"
    for reason in Skip:
        if backtest.skipped[reason]:
            yield f"{backtest.skipped[reason]:>9,} not read: {reason}"


def _table(backtest: Backtest[str]) -> Iterator[str]:
    yield f"{'flagged from':<18}{'messages':>10}{'of those read':>16}{'in 1,000':>11}"
    for flagged in backtest.flagged:
        share = flagged.count / max(backtest.read, 1)
        name = PRESET_OF.get(flagged.threshold)
        label = f"{flagged.threshold:g}" + (f" ({name})" if name else "")
        yield f"{label:<18}{flagged.count:>10,}{100 * share:>14.2f} %{1000 * share:>11.1f}"


def _picture(backtest: Backtest[str]) -> Iterator[str]:
    yield ""
    yield "How toxic what was read looks, 0 to 1"
    if backtest.foreign:
        yield f"(without {backtest.foreign:,} in other languages than English, which are never flagged)"
    peak = max(band.count for band in backtest.bands)
    for band in backtest.bands:
        yield f"{_name(band)}  " + f"{_bar(band.count / max(peak, 1))} {band.count:,}".lstrip()
    yield ""
    yield "Messages to look up, drawn by lot from each band: their ids"
    for band in backtest.bands:
        if band.examples:
            yield f"{_name(band)}  {' '.join(example.message_id for example in band.examples)}"


def _name(band: Band[str]) -> str:
    return f"{band.low:.1f}–{band.high:.1f}"


def _bar(share: float) -> str:
    """Return a bar; what is not nothing shows."""
    whole, rest = divmod(max(round(share * BAR_COLUMNS * 8), int(share > 0)), 8)
    return ("█" * whole + _EIGHTHS[rest]).rstrip()
