"""The most memory that the bot takes in a hard moment.

The real bot runs in the simulated server with the settings of the environment. All at once it gets a message
with four large pictures, the faces in them to be read too, the question why such a message is read as it is,
and more texts than its queue takes. Answers that come too late for the deadline count as well: their memory
is taken all the same.

Resident memory is summed over all processes, what they share counted in each. The simulated server's own
memory is part of the figure.

Example: MOODRING_DECODE_WORKERS=1 python benchmarks/peak.py
"""

import argparse
import asyncio
import contextlib
import io
import os
import threading
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
from measure import report, resident_mb
from PIL import Image

from moodring.bot.arena import share_arena
from moodring.bot.classifier import BusyError, Classifier, DeadlineError, open_classifier
from moodring.bot.intake import MAX_IMAGES
from moodring.bot.local.world import Channel, Person, open_world
from moodring.bot.settings import Settings
from moodring.model import Sample
from moodring.model.decoding import MAX_BYTES
from moodring.model.unmask import shared_unmasker

SIZE = (4000, 3000)
"""Width and height of the pictures in pixels, as of a phone's photo."""

NOISE_ROWS = 500
"""Rows of noise in them, which make a file nearly `MAX_BYTES` long."""

LONG = "look who moved in here today, I could not believe it! " * 20
"""A text longer than what is read of one."""

TEXTS = 100
"""Texts at once."""

EVERY_S = 0.02
"""Seconds between two looks at the memory."""


def _picture() -> bytes:
    """Return a file of the kind that takes most memory to decode: a large PNG with transparency."""
    noise = np.random.default_rng(0).integers(0, 256, (NOISE_ROWS, SIZE[0], 3), np.uint8)
    image = Image.new("RGBA", SIZE, (200, 30, 30, 128))
    image.paste(Image.fromarray(noise))
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    return file.getvalue()


@contextlib.contextmanager
def _watched() -> Iterator[list[dict[str, float]]]:
    """Look at the memory of this process and its children all the while."""
    seen: list[dict[str, float]] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(EVERY_S):
            with contextlib.suppress(OSError, ValueError, IndexError):  # a process that has just ended
                seen.append(resident_mb(os.getpid()))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


async def _hard_moments(classifier: Classifier, file: bytes, moments: int) -> int:
    """Ask for all at once, some times over, and return how many answers came."""
    unlike = iter(range(1_000_000))  # bytes behind a file's end make it another file, which no cache knows

    def sample() -> Sample:
        return Sample(LONG, tuple(file + next(unlike).to_bytes(4) for _ in range(MAX_IMAGES)), faces=True)

    answers = 0
    for _ in range(moments):
        found = await asyncio.gather(
            classifier.explain(sample()),
            classifier.classify(sample()),
            *(classifier.classify(Sample(f"{next(unlike)} {LONG}")) for _ in range(TEXTS)),
            return_exceptions=True,
        )
        faults = [one for one in found if isinstance(one, BaseException)]
        assert all(isinstance(fault, BusyError | DeadlineError) for fault in faults), faults
        answers += len(found) - len(faults)
    return answers


async def _peak(file: bytes, moments: int) -> dict[str, float]:
    classifier = open_classifier(Settings(_env_file=None))
    shared_unmasker()  # kept from the bot's start on
    try:
        async with open_world(classifier) as world:
            await world.people[Person.ALICE].send(world.channels[Channel.GENERAL], "@moodring hello")
            with _watched() as seen:
                answers = await _hard_moments(classifier, file, moments)
    finally:
        await classifier.aclose()
    return {
        "moments": moments,
        "answers": answers,
        "rss_mb": max(each["rss"] for each in seen),
        "last_rss_mb": seen[-1]["rss"],
    }


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--moments", type=int, default=3, help="hard moments (default: 3)")
    arguments = parser.parse_args()
    share_arena()  # as the bot does
    with ProcessPoolExecutor(1, get_context("fork")) as elsewhere:  # what making it takes does not count
        file = elsewhere.submit(_picture).result()
    assert len(file) < MAX_BYTES
    figures = asyncio.run(_peak(file, arguments.moments))
    report(
        "peak",
        figures,
        f"{figures['rss_mb']} MB at most, {figures['last_rss_mb']} MB after {arguments.moments} hard moments "
        f"with {figures['answers']} answers",
        as_json=arguments.json,
    )


if __name__ == "__main__":
    main()
