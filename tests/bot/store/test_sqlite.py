"""What SQLite's log begins with is told from anything else."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot.store.sqlite import FileError, refuse_damaged_files


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("log") / "database"
    path.write_bytes(b"not empty")
    return path


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A log as SQLite writes it."""
    path = tmp_path_factory.mktemp("real") / "database"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE kept (number)")
        return path.with_name("database-wal").read_bytes()


def _is_refused(database: Path, log: bytes) -> bool:
    database.with_name("database-wal").write_bytes(log)
    try:
        refuse_damaged_files(database)
    except FileError:
        return True
    return False


def test_a_log_that_sqlite_wrote_is_taken_and_so_is_one_in_which_nothing_was_committed(
    database: Path, log: bytes
) -> None:
    assert not _is_refused(database, log)
    for length in range(33):
        assert not _is_refused(database, log[:length])


@given(bit=st.integers(0, 32 * 8 - 1))
def test_one_wrong_bit_at_its_beginning_is_noticed(database: Path, log: bytes, bit: int) -> None:
    wrong = bytearray(log)
    wrong[bit // 8] ^= 1 << bit % 8
    assert _is_refused(database, bytes(wrong))


@given(noise=st.binary(min_size=33, max_size=200))
def test_noise_is_no_log(database: Path, noise: bytes) -> None:
    assert _is_refused(database, noise)
