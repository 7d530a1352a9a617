"""Text in pictures, read by RapidOCR (PP-OCR in ONNX Runtime): optional, the extra ``ocr``."""

import importlib.util
import sys
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .image import decode_whole

MIN_SCORE: Final = 0.7
"""How sure a line must be; below, most are patterns and logos."""

MIN_LETTERS: Final = 2

MAX_TEXT: Final = 400
"""Characters of a picture that are kept: more than the text tower reads beside a message."""


class OcrUnavailableError(RuntimeError):
    """The extra ``ocr`` is not installed; the message is one line."""


def check_installed() -> None:
    """Raise where text in pictures cannot be read.

    Raises:
        OcrUnavailableError: RapidOCR or ONNX Runtime is not installed.
    """
    for library in ("rapidocr", "onnxruntime"):
        if sys.modules.get(library, library) is None or importlib.util.find_spec(library) is None:
            raise OcrUnavailableError(
                f"reading text in pictures needs the extra ocr ({library} is missing): "
                "install it with `make ocr` or `pip install 'moodring[ocr]'`"
            )


class PictureTextReader:
    """Reads the text in pictures; not thread-safe.

    Takes about two seconds to open and 100 to 400 MB of memory, by the size of pictures.

    Args:
        threads: Threads of one call.

    Raises:
        OcrUnavailableError: RapidOCR or ONNX Runtime is not installed.
    """

    def __init__(self, threads: int = 1) -> None:
        check_installed()
        from rapidocr import RapidOCR

        engine = "EngineConfig.onnxruntime"
        self._engine: Any = RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.use_cls": False,  # text upside down is rare, and looking for it costs a tenth
                f"{engine}.intra_op_num_threads": threads,
                f"{engine}.inter_op_num_threads": 1,
            }
        )

    def read(self, picture: NDArray[np.uint8]) -> str:
        """Return the lines that were found, in reading order, as one line.

        Args:
            picture: uint8 RGB of shape (H, W, 3), uncropped.
        """
        found = self._engine(picture[:, :, ::-1])  # it was trained on blue, green, red
        lines = zip(found.txts or (), found.scores or (), strict=True)
        kept = [text.strip() for text, score in lines if score >= MIN_SCORE]
        return " ".join(text for text in kept if sum(map(str.isalpha, text)) >= MIN_LETTERS)[:MAX_TEXT]

    def read_file(self, content: bytes) -> str:
        """Return the same of an encoded picture.

        Raises:
            ImageError: It is no picture that can be read.
        """
        return self.read(decode_whole(content))
