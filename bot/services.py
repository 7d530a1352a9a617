"""What every feature works with, whoever the host is: classifier, downloads, store."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Final, Protocol

from moodring.model import NothingToReadError, Prediction, Sample, Unreadable
from moodring.model.unmask import raised, shared_unmasker, unmasked

from .addresses import cdn_origins
from .classifier import BusyError, DeadlineError, Explained, InferenceError, open_classifier
from .guild_settings import GuildSettings
from .intake.download import open_downloader
from .intake.message import Downloads, Draft, fetch
from .metrics import Load, Metrics
from .mood.afterlife import Afterlife, UnfitFolderError
from .recent import Kept, Recent
from .rules import at_least
from .settings import Settings, SettingsError
from .store import Store, Topic
from .turns import PLACES, Bounds, Kind, Turns, Whose, on_behalf_of

ASKED_AT_ONCE: Final = 4
"""Readings at once that people asked for: more than one person may have, so that nobody has them all. Each
may hold 32 MiB of pictures."""

PICTURED_AT_ONCE: Final = 2
"""Watched messages with pictures that are read at once for each inference thread: one is fetched while
another is read."""

WATCHED_AT_ONCE: Final = PICTURED_AT_ONCE + 1
"""Watched messages that are: a decoder that hangs does not keep back those without pictures."""


class OptedOutError(Exception):
    """The author of what was to be read has opted out."""


_GIVING_UP_S: Final = 1.0
"""Seconds that what is given up has for its own clean-up."""

REFUSALS: Final = (BusyError, DeadlineError, InferenceError, NothingToReadError, OptedOutError)
"""The expected reasons for no prediction; ``replies.refusal`` tells each to people."""

_OUTCOMES: Final[dict[type[Exception], str]] = {
    BusyError: "busy",
    DeadlineError: "deadline",
    InferenceError: "failed",
    NothingToReadError: "nothing-to-read",
    OptedOutError: "opted-out",
}
"""What the metrics call them."""


class Classifies(Protocol):
    """What reads a sample: the classifier, or a stand-in of a test."""

    async def classify(self, sample: Sample) -> Prediction:
        """Return what the sample says; raises the errors of ``classifier.py``."""
        ...

    async def explain(self, sample: Sample, label: str | None = None) -> Explained:
        """Return why it says so, or something else; raises the same errors."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read and what it says.

    Attributes:
        sample: The text and the pictures.
        prediction: The answer.
    """

    sample: Sample
    prediction: Prediction


async def harshest(classifier: Classifies, text: str, prediction: Prediction) -> Prediction:
    """Return what a message is flagged by: its words count in full, and so do those that they hide.

    The pairs that the network learned from say nothing of toxicity, and any picture lowers it. Else whoever
    insults would only have to attach one, or to write ``1d10t``.

    Args:
        classifier: Reads the words alone, where there are pictures too, and disguised ones as what they
            hide; raises its errors.
        text: The message's text.
        prediction: What was read of text and pictures.
    """
    if "text" not in prediction.used:
        return prediction
    if any(part.startswith("image:") for part in prediction.used):
        prediction = at_least(prediction, await classifier.classify(Sample(text)))
    plain = await asyncio.to_thread(unmasked, text)  # mostly .05 ms, but not of every text
    if plain is not None:
        prediction = raised(prediction, await classifier.classify(Sample(plain)))
    return prediction


class Services:
    """Classifier, downloads and store, and the one way from a draft to a prediction.

    Every path to a prediction comes through here, so turns and opt-outs hold on all.

    Args:
        classifier: Reads samples.
        downloader: Fetches pictures.
        store: Settings and ids.
        contact: Whom people may ask about their data; empty where the operator names nobody.
        metrics: The bot's figures.
        threads: Inference threads of the classifier.
        places: Readings of each kind that may wait for their turn.
        afterlife: Through which what is counted survives a crash, if it does.
    """

    def __init__(
        self,
        *,
        classifier: Classifies,
        downloader: Downloads,
        store: Store,
        contact: str = "",
        metrics: Metrics | None = None,
        threads: int = 1,
        places: int = PLACES,
        afterlife: Afterlife | None = None,
    ) -> None:
        self.afterlife = afterlife
        self._classifier = classifier
        self._downloader = downloader
        self.store = store
        self.contact = contact
        self.recent = Recent()
        self.metrics = metrics or Metrics()
        self._bounds = Bounds(places)
        # Two lines: every reading waits in the first, and before that one with pictures in the second.
        self._turns = self._line(WATCHED_AT_ONCE * threads)
        self._pictured = self._line(PICTURED_AT_ONCE * threads)
        for kind in Kind:
            self.metrics.waiting.labels(kind).set_function(partial(self._waiting, kind))
            for outcome in ("answered", "error", "cancelled", *_OUTCOMES.values()):
                self.metrics.readings.labels(kind, outcome)  # as Events.expect
        self.metrics.shed.expect("full", "late", "person")
        self._in_flight: set[asyncio.Task[object]] = set()
        store.follow(Topic.PEOPLE, self._forget)

    async def read(self, author_id: int, draft: Draft, *, asked_by: int | None = None) -> Reading:
        """Read what somebody wrote and somebody asks about, once its turn comes.

        Args:
            author_id: Who wrote it.
            draft: What they wrote.
            asked_by: Who wants to know; None for the author.

        Raises:
            OptedOutError: The author has opted out, if only while it waited or was being read.
            NothingToReadError: There is no text and no readable picture.
            BusyError: Too much waits or is being read already.
            DeadlineError: It took too long.
            InferenceError: The model failed.
        """
        async with self._turn(Kind.ASKED, draft, asked_by or author_id):
            return await self._read(author_id, draft)

    async def read_watched(self, author_id: int, draft: Draft) -> tuple[Reading, Prediction]:
        """Read a message that nobody asked about, as `read` does but behind what people ask.

        Returns:
            What it says, and what it is flagged by, see `harshest`.
        """
        async with self._turn(Kind.WATCHED, draft, author_id):
            reading = await self._read(author_id, draft)
            return reading, await self._to_flag(author_id, reading)

    async def _to_flag(self, author_id: int, reading: Reading) -> Prediction:
        """Return what a message is flagged by, see `harshest`; raises what `read` raises."""
        prediction = await harshest(self._classifier, reading.sample.text, reading.prediction)
        if prediction is not reading.prediction:  # something was read once more
            await self._refuse_opted_out(author_id)
        return prediction

    async def fetch(self, author_id: int, draft: Draft, *, asked_by: int | None = None) -> Sample:
        """Return what is to be read, pictures fetched, once its turn comes; takes what `read` takes.

        Raises:
            OptedOutError: The author has opted out; nothing was fetched.
            BusyError: Too much waits already; nothing was fetched.
        """
        async with self._turn(Kind.ASKED, draft, asked_by or author_id):
            return await self._fetch(author_id, draft)

    async def fetch_file(self, url: str, size: int) -> bytes | Unreadable:
        """Return a file that somebody handed to a command, or why it could not be had.

        Args:
            url: Where it is.
            size: Its size in bytes as Discord states it.
        """
        return await self._downloader.fetch(url, size)

    async def explain(
        self, kept: Kept, label: str | None = None, *, asked_by: int | None = None
    ) -> Explained:
        """Return why a message is read as it is; raises what `read` raises.

        Args:
            kept: The message.
            label: The emotion to explain, or ``"toxicity"``; None for the answer's own.
            asked_by: Who wants to know; None for the author.
        """
        async with self._turn(Kind.ASKED, None, asked_by or kept.author_id):
            await self._refuse_opted_out(kept.author_id)
            explained = await self._classifier.explain(kept.sample, label)
            await self._refuse_opted_out(kept.author_id)
            return explained

    def load(self) -> Load:
        """Return how busy the bot is."""
        return Load(
            asked=self._waiting(Kind.ASKED),
            watched=self._waiting(Kind.WATCHED),
            shed=self.metrics.shed.lately(),
            replaced=self.metrics.replaced.lately(),
            inference_s=self.metrics.inference_s(),
        )

    def _line(self, watched: int) -> Turns:
        return Turns(ASKED_AT_ONCE + watched, watched=watched, bounds=self._bounds)

    def _waiting(self, kind: Kind) -> int:
        return self._turns.waiting(kind) + self._pictured.waiting(kind)

    @asynccontextmanager
    async def _turn(self, kind: Kind, draft: Draft | None, person_id: int) -> AsyncIterator[None]:
        """Wait for a turn and have it, with pictures for one of those before; count what came of it.

        Args:
            kind: How the reading came about.
            draft: What is to be read; None where that is known already.
            person_id: Who asked, or wrote a watched message.
        """
        place = person_id if draft is None or draft.guild_id is None else draft.guild_id
        outcome = "error"
        try:
            with on_behalf_of(Whose(kind, place, person_id)), self.metrics.timed("whole"):
                async with AsyncExitStack() as turns:
                    with self.metrics.timed("waiting"):
                        await self._wait(kind, turns, pictured=draft is not None and bool(draft.images))
                    yield
            outcome = "answered"
        except asyncio.CancelledError:
            outcome = "cancelled"
            raise
        except REFUSALS as error:
            outcome = _OUTCOMES[type(error)]
            if kind is Kind.WATCHED and isinstance(error, BusyError):
                self.metrics.shed.count(error.why)
            raise
        finally:
            self.metrics.readings.labels(kind, outcome).inc()

    async def _wait(self, kind: Kind, turns: AsyncExitStack, *, pictured: bool) -> None:
        """Wait for a turn, with pictures in both lines no longer than in one."""
        try:
            async with asyncio.timeout(self._bounds.patience_s(kind)):
                if pictured:
                    await turns.enter_async_context(self._pictured.turn())
                await turns.enter_async_context(self._turns.turn())
        except TimeoutError:
            raise BusyError("late") from None

    async def _read(self, author_id: int, draft: Draft) -> Reading:
        sample = await self._fetch(author_id, draft)
        reading = Reading(sample, await self._classifier.classify(sample))
        await self._refuse_opted_out(author_id)
        return reading

    async def _fetch(self, author_id: int, draft: Draft) -> Sample:
        await self._refuse_opted_out(author_id)
        asks = draft.guild_id if draft.images else None
        may = GuildSettings() if asks is None else await self.store.guilds.get(asks)
        with self.metrics.timed("download") if draft.images else nullcontext():
            return await fetch(draft, self._downloader, faces=may.faces, picture_text=may.ocr)

    async def _refuse_opted_out(self, author_id: int) -> None:
        if await self.store.opt_outs.contains(author_id):
            raise OptedOutError

    async def _forget(self, person_id: int | None) -> None:
        """Forget what somebody wrote who refused in another process; everything where that is not known."""
        if person_id is None:
            self.recent.forget_all()
        else:
            self.recent.forget_author(person_id)

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Mark the current task as one that :meth:`drain` waits for."""
        task = asyncio.current_task()
        assert task is not None, "answers are given in tasks"  # noqa: S101
        self._in_flight.add(task)
        try:
            yield
        finally:
            self._in_flight.discard(task)

    async def drain(self, seconds: float) -> None:
        """Wait until what is being answered now is answered; give it up when the time is over."""
        if self._in_flight:
            _, late = await asyncio.wait(set(self._in_flight), timeout=seconds)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=_GIVING_UP_S)


def _open_afterlife(settings: Settings) -> Afterlife | None:
    try:
        return None if settings.memory_dir is None else Afterlife(settings.memory_dir)
    except UnfitFolderError as error:
        raise SettingsError(f"MOODRING_MEMORY_DIR: {error}") from None


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open the real services and close them at the end.

    Raises:
        StoreError: The database cannot be used.
        WeightsError: The weights are missing or damaged.
        SettingsError: What is to be in memory is not, or text in pictures cannot be read.
    """
    async with AsyncExitStack() as stack:
        departed_kept = timedelta(days=settings.departed_days)
        store = await Store.open(settings.database_url, departed_kept=departed_kept)
        stack.push_async_callback(store.aclose)
        metrics = Metrics()
        await asyncio.to_thread(shared_unmasker)  # it reads files
        classifier = open_classifier(settings, metrics)
        stack.push_async_callback(classifier.aclose)
        downloader = await stack.enter_async_context(open_downloader(cdn_origins(settings)))
        afterlife = _open_afterlife(settings)
        if afterlife is not None:
            stack.callback(afterlife.close)
        yield Services(
            classifier=classifier,
            downloader=downloader,
            store=store,
            contact=settings.contact,
            metrics=metrics,
            threads=settings.threads,
            places=settings.queue_limit,
            afterlife=afterlife,
        )
