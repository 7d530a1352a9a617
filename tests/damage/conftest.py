"""A database with all kinds of rows in it, and disks to fill."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from damages import Disk, RealDisk, bounded_files, keep, real_disk, url

from moodring.bot.store import Store
from moodring.model import Prediction, Sample
from moodring.model.labels import EMOTIONS


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> Path:
    """A database in a file, at rest."""
    path = tmp_path / "moodring.sqlite3"
    store = await Store.open(url(path))
    await keep(store)
    await store.aclose()
    return path


@pytest.fixture(params=["a real disk", "bounded files"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """A disk that can be filled."""
    if request.param == "bounded files":
        with bounded_files(tmp_path) as files:
            yield files
    else:
        with real_disk(tmp_path) as folder:
            yield RealDisk(folder)


@pytest_asyncio.fixture
async def store(disk: Disk) -> AsyncIterator[Store]:
    """A store on that disk, with something in it."""
    store = await Store.open(url(disk.folder / "moodring.sqlite3"))
    await keep(store)
    yield store
    await store.aclose()


class Joy:
    """Reads joy in everything."""

    async def classify(self, _sample: Sample) -> Prediction:
        return Prediction(
            emotion="joy",
            confidence=0.9,
            sure=True,
            labels=("joy",),
            emotions=dict.fromkeys(EMOTIONS, 0.1) | {"joy": 0.9},
            sentiment="positive",
            sentiments={"negative": 0.0, "neutral": 0.1, "positive": 0.9},
            toxicity=0.0,
            toxic=False,
            sexism=0.0,
            used=("text",),
            skipped=(),
            model="stand-in",
            ms=1.0,
        )


@pytest.fixture
def joy() -> Joy:
    return Joy()
