"""What every feature works with, whoever the host is: classifier, downloads, store."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from moodring.model import NothingToReadError, Prediction, Sample, Unreadable

from .addresses import cdn_origins
from .classifier import BusyError, DeadlineError, Explained, InferenceError, open_classifier
from .guild_settings import GuildSettings
from .intake.download import open_downloader
from .intake.message import Downloads, Draft, fetch
from .recent import Kept, Recent
from .rules import at_least
from .settings import Settings
from .store import Store


class OptedOutError(Exception):
    """The author of what was to be read has opted out."""


_GIVING_UP_S: Final = 1.0
"""Seconds that what is given up has for its own clean-up."""

REFUSALS: Final = (BusyError, DeadlineError, InferenceError, NothingToReadError, OptedOutError)
"""The expected reasons for no prediction; ``replies.refusal`` tells each to people."""


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
    """Return what a message is flagged by: its words count in full, whatever picture stands beside them.

    The pairs that the network learned from say nothing of toxicity, and any picture lowers it. Else whoever
    insults would only have to attach one.

    Args:
        classifier: Reads the words alone, where there are pictures too; raises its errors.
        text: The message's text.
        prediction: What was read of text and pictures.
    """
    pictures = any(part.startswith("image:") for part in prediction.used)
    if not pictures or "text" not in prediction.used:
        return prediction
    return at_least(prediction, await classifier.classify(Sample(text)))


class Services:
    """Classifier, downloads and store, and the one way from a draft to a prediction.

    Args:
        classifier: Reads samples.
        downloader: Fetches pictures.
        store: Settings and ids.
        contact: Whom people may ask about their data; empty where the operator names nobody.
    """

    def __init__(
        self, *, classifier: Classifies, downloader: Downloads, store: Store, contact: str = ""
    ) -> None:
        self._classifier = classifier
        self._downloader = downloader
        self.store = store
        self.contact = contact
        self.recent = Recent()
        self._in_flight: set[asyncio.Task[object]] = set()

    async def read(self, author_id: int, draft: Draft) -> Reading:
        """Read what somebody wrote. Every path comes through here, so an opt-out holds on all.

        Args:
            author_id: Who wrote it.
            draft: What they wrote.

        Raises:
            OptedOutError: The author has opted out, if only while it was being read.
            NothingToReadError: There is no text and no readable picture.
            BusyError: Too much is being read already.
            DeadlineError: It took too long.
            InferenceError: The model failed.
        """
        sample = await self.fetch(author_id, draft)
        reading = Reading(sample, await self._classifier.classify(sample))
        await self._refuse_opted_out(author_id)
        return reading

    async def to_flag(self, author_id: int, reading: Reading) -> Prediction:
        """Return what a message is flagged by, see `harshest`; raises what `read` raises."""
        prediction = await harshest(self._classifier, reading.sample.text, reading.prediction)
        if prediction is not reading.prediction:  # something was read once more
            await self._refuse_opted_out(author_id)
        return prediction

    async def fetch(self, author_id: int, draft: Draft) -> Sample:
        """Return what is to be read, pictures fetched.

        Raises:
            OptedOutError: The author has opted out; nothing was fetched.
        """
        await self._refuse_opted_out(author_id)
        asks = draft.guild_id if draft.images else None
        may = GuildSettings() if asks is None else await self.store.guilds.get(asks)
        return await fetch(draft, self._downloader, faces=may.faces, picture_text=may.ocr)

    async def fetch_file(self, url: str, size: int) -> bytes | Unreadable:
        """Return a file that somebody handed to a command, or why it could not be had.

        Args:
            url: Where it is.
            size: Its size in bytes as Discord states it.
        """
        return await self._downloader.fetch(url, size)

    async def explain(self, kept: Kept, label: str | None = None) -> Explained:
        """Return why a message is read as it is; raises what `read` raises.

        Args:
            kept: The message.
            label: The emotion to explain, or ``"toxicity"``; None for the answer's own.
        """
        await self._refuse_opted_out(kept.author_id)
        explained = await self._classifier.explain(kept.sample, label)
        await self._refuse_opted_out(kept.author_id)
        return explained

    async def _refuse_opted_out(self, author_id: int) -> None:
        if await self.store.opt_outs.contains(author_id):
            raise OptedOutError

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


@asynccontextmanager
async def open_services(settings: Settings) -> AsyncIterator[Services]:
    """Open the real services and close them at the end.

    Raises:
        StoreError: The database cannot be used.
        WeightsError: The weights are missing or damaged.
    """
    async with AsyncExitStack() as stack:
        departed_kept = timedelta(days=settings.departed_days)
        store = await Store.open(settings.database_url, departed_kept=departed_kept)
        stack.push_async_callback(store.aclose)
        classifier = open_classifier(settings)
        stack.push_async_callback(classifier.aclose)
        downloader = await stack.enter_async_context(open_downloader(cdn_origins(settings)))
        yield Services(classifier=classifier, downloader=downloader, store=store, contact=settings.contact)
