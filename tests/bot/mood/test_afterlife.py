"""What is counted survives the process, in memory alone."""

import json
import stat
from contextlib import closing
from pathlib import Path

import pytest

from moodring.bot.mood.afterlife import FILE, Afterlife, UnfitFolderError, is_in_memory


@pytest.fixture
def in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every folder count as memory: not every machine that tests has one."""
    monkeypatch.setattr("moodring.bot.mood.afterlife.is_in_memory", lambda folder: True)


@pytest.mark.usefixtures("in_memory")
def test_what_was_put_aside_is_there_for_the_next_run(tmp_path: Path) -> None:
    for counted in ({"hours": [1]}, {"hours": [1, 2]}):
        with closing(Afterlife(tmp_path)) as afterlife:
            afterlife.save(counted)
    assert Afterlife(tmp_path).load() == {"hours": [1, 2]}
    assert [path.name for path in tmp_path.iterdir()] == [FILE]


@pytest.mark.usefixtures("in_memory")
def test_nobody_else_can_read_it(tmp_path: Path) -> None:
    Afterlife(tmp_path).save({})
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


@pytest.mark.usefixtures("in_memory")
def test_a_clean_end_leaves_nothing(tmp_path: Path) -> None:
    afterlife = Afterlife(tmp_path)
    afterlife.save({})
    afterlife.clear()
    afterlife.clear()
    assert afterlife.load() is None


@pytest.mark.usefixtures("in_memory")
@pytest.mark.parametrize("found", [b"", b"{", b"\xff", b"[]", json.dumps("x").encode()])
def test_a_damaged_file_is_nothing(tmp_path: Path, found: bytes) -> None:
    (tmp_path / FILE).write_bytes(found)
    assert Afterlife(tmp_path).load() is None


def test_a_folder_on_a_disk_is_refused(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"disk {tmp_path} ext4 rw 0 0\n")
    assert not is_in_memory(tmp_path, mounts)
    mounts.write_text(f"none {tmp_path} tmpfs rw 0 0\n")
    assert is_in_memory(tmp_path, mounts)
    assert not is_in_memory(tmp_path / "gone", mounts)
    assert not is_in_memory(tmp_path, tmp_path / "no such table")


def test_the_refusal_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnfitFolderError, match=r"below /run and /dev/shm"):
        Afterlife(tmp_path / "gone")


@pytest.mark.usefixtures("in_memory")
def test_a_folder_is_one_bot_s_alone(tmp_path: Path) -> None:
    with closing(Afterlife(tmp_path)), pytest.raises(UnfitFolderError, match=r"another bot.*of its own"):
        Afterlife(tmp_path)
    Afterlife(tmp_path).close()
