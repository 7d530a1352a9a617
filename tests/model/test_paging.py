"""Mapped files give their memory back, and are read as before."""

import mmap
import sys
from pathlib import Path

import pytest

from moodring.model.paging import release_pages

SIZE = 8 * 1024**2


def resident_kb(path: Path) -> int:
    """Return how much of a file this process holds in memory, in kB."""
    entries = Path("/proc/self/smaps").read_text("utf-8").split("VmFlags:")
    [entry] = [entry for entry in entries if str(path) in entry]
    return next(int(line.split()[1]) for line in entry.splitlines() if line.startswith("Rss:"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has /proc/self/maps")
def test_a_mapped_file_is_out_of_memory_and_read_as_before(tmp_path: Path) -> None:
    path = tmp_path / "weights of mine.tflite"
    path.write_bytes(bytes(range(256)) * (SIZE // 256))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, mmap.MAP_SHARED, mmap.PROT_READ) as mapped:
        content = bytes(mapped)
        assert resident_kb(path) == SIZE // 1024
        release_pages(path)
        assert resident_kb(path) == 0
        assert bytes(mapped) == content


def test_a_file_that_is_not_mapped_is_left_alone(tmp_path: Path) -> None:
    release_pages(tmp_path / "absent.tflite")
    assert list(tmp_path.iterdir()) == []
