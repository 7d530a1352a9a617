"""Reading the raw files of the data sets, with errors that people understand."""

import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from .record import DataError


def _missing(path: Path) -> DataError:
    return DataError(f"{path} is missing: the source must be the folder that holds all data sets")


def read_text(path: Path) -> str:
    """Return the file's text with its line ends as they are.

    Raises:
        DataError: It is missing or not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        raise _missing(path) from None
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"{path} cannot be read as UTF-8 text: {error}") from None


def read_lines(path: Path) -> list[str]:
    """Return the file's lines, split at line feeds only: texts may hold other line separators."""
    lines = read_text(path).split("\n")
    if lines[-1] == "":
        lines.pop()
    return [line.removesuffix("\r") for line in lines]


def read_tsv(path: Path, columns: int) -> list[list[str]]:
    """Return the rows of a tab-separated file in which quotes mean nothing.

    Raises:
        DataError: A row has another number of columns.
    """
    rows = [line.split("\t") for line in read_lines(path)]
    for number, row in enumerate(rows, start=1):
        if len(row) != columns:
            raise DataError(f"{path}, line {number}: {len(row)} columns where {columns} were expected")
    return rows


def read_csv(path: Path) -> tuple[list[str], list[list[str]]]:
    """Return header and rows of a quoted, comma-separated file.

    Raises:
        DataError: It is empty or a row's length differs from the header's.
    """
    try:
        rows = list(csv.reader(io.StringIO(read_text(path), newline=""), strict=True))
    except csv.Error as error:
        raise DataError(f"{path} is not a whole comma-separated file: {error}") from None
    if not rows:
        raise DataError(f"{path} is empty")
    header, *body = rows
    for number, row in enumerate(body, start=1):
        if len(row) != len(header):
            raise DataError(f"{path}, row {number}: {len(row)} columns where {len(header)} were expected")
    return header, body


def read_table(path: Path) -> Iterator[dict[str, str]]:
    """Yield the rows of a quoted, comma-separated file as dictionaries."""
    header, rows = read_csv(path)
    return (dict(zip(header, row, strict=True)) for row in rows)


def checksum(path: Path) -> str:
    """Return the sha256 of a file, or of a folder's file names and contents.

    Raises:
        DataError: It is missing.
    """
    if not path.exists():
        raise _missing(path)
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    digest = hashlib.sha256()
    for member in sorted(path.iterdir()):
        digest.update(f"{member.name} {checksum(member)}\n".encode())
    return digest.hexdigest()
