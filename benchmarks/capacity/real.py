"""The bot's services on this machine, without Discord: what a reading takes, and how it goes under load."""

import asyncio
import statistics
import tempfile
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from arrivals import Traffic, draw
from driving import saturate
from simulation import Costs
from wire_costs import cpu_s

from moodring.bot.classifier import open_classifier
from moodring.bot.intake.decode import DecodePool
from moodring.bot.services import Services
from moodring.bot.settings import Settings
from moodring.bot.store import Store
from moodring.model import Decoded, Predictor, Unreadable

ROOT: Final = Path(__file__).parents[2]
PICTURE: Final = ROOT / "bot" / "local" / "pictures" / "cat.jpg"

REPEATS: Final = 5
"""How often each text is read to know what it takes; the median counts."""

ALONE: Final = 400
"""Messages read one after the other to know what is beside inference."""

PICTURES: Final = 20
"""Pictures decoded one after the other to know what that takes."""


class _File:
    """Hands out the same picture whatever is asked for; what the network takes is not this machine's."""

    def __init__(self, file: bytes) -> None:
        self._file = file

    async def fetch(self, _url: str, _declared_size: int | None) -> bytes | Unreadable:
        return self._file


@asynccontextmanager
async def real_services(threads: int) -> AsyncIterator[Services]:
    """Open services with the shipped weights and a database in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="moodring-") as folder:
        settings = Settings(_env_file=None, data_dir=Path(folder), threads=threads)
        store = await Store.open(settings.database_url)
        classifier = open_classifier(settings)
        try:
            yield Services(
                classifier=classifier,
                downloader=_File(PICTURE.read_bytes()),
                store=store,
                threads=threads,
            )
        finally:
            await classifier.aclose()
            await store.aclose()


def measure_costs(texts: Sequence[str]) -> Costs:
    """Return what a reading takes of this machine, measured with nothing else to do.

    Args:
        texts: The messages that are to be read.
    """
    predictor = Predictor()
    engine = predictor.open()
    [picture] = asyncio.run(_decoded(predictor, 1))
    prepared = [predictor.prepare(f"{text} 0") for text in texts]
    pictured = predictor.prepare(f"{texts[0]} 0", [picture])
    engine.infer([pictured])  # the first one opens files
    inference_s = {
        text: _median_s(lambda sample=sample: engine.infer([sample]))  # type: ignore[misc]
        for text, sample in zip(texts, prepared, strict=True)
    }
    picture_s = _median_s(lambda: engine.infer([pictured])) - inference_s[texts[0]]
    decode_s = asyncio.run(_decode_s(predictor))
    factor, python_s, delay_s = asyncio.run(_beside(inference_s, texts))
    inference_s = {text: seconds * factor for text, seconds in inference_s.items()}
    return Costs(inference_s, python_s, delay_s, decode_s, picture_s * factor)


def _median_s(work: Callable[[], object]) -> float:
    """Return the seconds of a core that something takes, in this thread alone."""
    taken = []
    for _ in range(REPEATS):
        began = time.thread_time()
        work()
        taken.append(time.thread_time() - began)
    return statistics.median(taken)


async def _decoded(predictor: Predictor, count: int) -> list[Decoded]:
    pool = DecodePool(workers=1, timeout_s=5.0, memory_mib=512, open_faces=predictor.open_faces)
    try:
        found = [await pool.decode(PICTURE.read_bytes(), text=False) for _ in range(count)]
    finally:
        await pool.aclose()
    return [each for each in found if isinstance(each, Decoded)]


async def _decode_s(predictor: Predictor) -> float:
    """Return the seconds of a decoder that a picture takes, its process being there."""
    pool = DecodePool(workers=1, timeout_s=5.0, memory_mib=512, open_faces=predictor.open_faces)
    file = PICTURE.read_bytes()
    taken = []
    try:
        for _ in range(PICTURES + 1):
            began = time.perf_counter()
            await pool.decode(file, text=False)
            taken.append(time.perf_counter() - began)
    finally:
        await pool.aclose()
    return statistics.median(taken[1:])  # the first one starts the process


async def _beside(inference_s: Mapping[str, float], texts: Sequence[str]) -> tuple[float, float, float]:
    """Read messages one after the other.

    Returns:
        What inference takes there, over what it takes in a row, when all of it is at hand; the seconds of
        Python that a message takes beside it; and those of waiting for threads.
    """
    arrivals = draw(Traffic(asked=0, texts=len(texts)), ALONE, 1, seed=0)
    async with real_services(1) as services:
        await saturate(services, arrivals[:20], texts, 1)
        fresh = [f"{text} again" for text in texts]
        inference, computed, began = _inference_cpu_s(), time.process_time(), time.perf_counter()
        await saturate(services, arrivals, fresh, 1)
        inference = _inference_cpu_s() - inference
        computed, took = time.process_time() - computed, time.perf_counter() - began
    factor = inference / sum(inference_s[texts[arrival.text]] for arrival in arrivals)
    return factor, (computed - inference) / len(arrivals), max(0.0, took - computed) / len(arrivals)


def _inference_cpu_s() -> float:
    """Return the processor time of the threads of inference since their start."""
    threads = [each.native_id for each in threading.enumerate() if each.name.startswith("inference")]
    return sum(cpu_s(Path(f"/proc/self/task/{thread}/stat")) for thread in threads)
