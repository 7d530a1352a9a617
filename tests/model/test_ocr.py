"""Text in pictures is read where the reader is installed, and its absence is one line."""

import sys

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from moodring.model.ocr import MAX_TEXT, OcrUnavailableError, PictureTextReader


@pytest.fixture(scope="module")
def reader() -> PictureTextReader:
    return PictureTextReader()


def picture(*lines: str) -> np.ndarray:
    image = Image.new("RGB", (480, 60 + 50 * len(lines)), "white")
    for number, line in enumerate(lines):
        font = ImageFont.load_default(32)
        ImageDraw.Draw(image).text((20, 20 + 50 * number), line, "black", font)
    return np.asarray(image)


def test_lines_are_read_from_top_to_bottom(reader: PictureTextReader) -> None:
    assert reader.read(picture("never give up", "on your dreams")) == "never give up on your dreams"


def test_a_picture_without_a_word_has_no_text(reader: PictureTextReader) -> None:
    assert reader.read(picture()) == ""
    assert reader.read(picture("1 2 3")) == ""


def test_only_so_much_is_kept(reader: PictureTextReader, monkeypatch: pytest.MonkeyPatch) -> None:
    class Found:
        txts, scores = ["word"] * 200, [1.0] * 200

    monkeypatch.setattr(reader, "_engine", lambda _: Found)
    assert len(reader.read(picture())) == MAX_TEXT


def test_a_missing_reader_is_one_line_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(OcrUnavailableError, match=r"make ocr") as unavailable:
        PictureTextReader()
    assert "\n" not in str(unavailable.value)
