"""Pictures from disk are read whole and bounded, or there is a reason."""

import os
from pathlib import Path

import pytest

from moodring.bot.intake import MAX_IMAGES
from moodring.bot.intake.files import read_images
from moodring.model import Unreadable
from moodring.model.decoding import MAX_BYTES


def test_files_come_in_their_order(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).write_bytes(name.encode())

    assert read_images([str(tmp_path / "b"), str(tmp_path / "a")]) == (b"b", b"a")


def test_a_file_of_the_largest_size_is_read_and_no_larger_one(tmp_path: Path) -> None:
    largest, larger = tmp_path / "largest", tmp_path / "larger"
    largest.write_bytes(bytes(MAX_BYTES))
    larger.write_bytes(bytes(MAX_BYTES + 1))

    assert read_images([str(largest), str(larger)]) == (bytes(MAX_BYTES), Unreadable("larger than 8 MiB"))


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("missing.png", "no such file"),
        ("", "not a file"),
        (".", "not a file"),
        ("/dev/zero", "not a file"),
        ("pipe", "not a file"),
        ("a\0b", "no such file"),
        ("\ud800", "no such file"),
        ("a" * 5000, "cannot be read (File name too long)"),
    ],
)
def test_what_is_no_readable_file_is_a_reason(
    path: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")

    assert read_images([path]) == (Unreadable(reason),)


def test_files_beyond_the_limit_are_not_read(tmp_path: Path) -> None:
    picture = tmp_path / "a"
    picture.write_bytes(b"a")

    images = read_images([str(picture)] * (MAX_IMAGES + 1))

    assert images == (*[b"a"] * MAX_IMAGES, Unreadable(f"only the first {MAX_IMAGES} pictures are read"))
