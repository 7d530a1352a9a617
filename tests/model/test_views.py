"""What the image tower sees is computed once and read from files after that."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from moodring.model import views
from moodring.model.encoders.image import STAGE_CHANNELS
from moodring.model.image import scale
from moodring.model.views import see, see_augmented

PICTURES = np.random.default_rng(0).integers(0, 255, (3, 224, 224, 3), dtype=np.uint8)


class Tower:
    """Sees the mean brightness of each picture, and counts its calls."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, pictures: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        self.calls += 1
        mean = np.asarray(pictures).mean(axis=(1, 2, 3))
        stages = [np.broadcast_to(mean[:, None, None], (len(mean), 49, width)) for width in STAGE_CHANNELS]
        return [np.zeros(0), *stages]


@pytest.fixture
def tower(monkeypatch: pytest.MonkeyPatch) -> Tower:
    monkeypatch.setattr(views, "compiled", lambda function: function)
    monkeypatch.setattr(views, "LOOK_BATCH", 2)
    return Tower()


def test_a_second_look_reads_the_files(tower: Tower, tmp_path: Path) -> None:
    first = see(tower, PICTURES, tmp_path / "seen", "plain")
    again = see(tower, PICTURES, tmp_path / "seen", "plain")
    assert tower.calls == 2
    expected = scale(PICTURES).mean(axis=(1, 2, 3))
    for stage, kept, width in zip(first, again, STAGE_CHANNELS, strict=True):
        assert stage.shape == (3, 49, width)
        np.testing.assert_allclose(stage[:, 0, 0], expected, rtol=1e-3)
        np.testing.assert_array_equal(stage, kept)


def test_a_look_that_was_cut_off_starts_anew(tower: Tower, tmp_path: Path) -> None:
    def cut_off(shown: NDArray[np.uint8], first: int) -> NDArray[np.uint8]:
        if first:
            raise KeyboardInterrupt
        return shown

    with pytest.raises(KeyboardInterrupt):
        see(tower, PICTURES, tmp_path, "plain", cut_off)
    see(tower, PICTURES, tmp_path, "plain")
    assert tower.calls == 3


def test_versions_differ_and_are_the_same_every_time(tower: Tower, tmp_path: Path) -> None:
    versions = see_augmented(tower, PICTURES, tmp_path / "one", 3)
    again = see_augmented(tower, PICTURES, tmp_path / "other", 3)
    plain = see(tower, PICTURES, tmp_path, "plain")
    np.testing.assert_array_equal(versions[0][0], plain[0])
    assert (versions[1][0] != versions[2][0]).any()
    assert (versions[1][0] != plain[0]).any()
    for version, same in zip(versions, again, strict=True):
        np.testing.assert_array_equal(version[2], same[2])
