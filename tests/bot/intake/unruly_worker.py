"""A decode worker that does what a picture tells it: run as a program by the tests of the pool."""

import os
import signal
import time

from PIL import Image

from moodring.bot.intake import worker
from moodring.model.decoding import SIZE, decode_cropped

SQUARE = (SIZE, SIZE)


def decode(data: bytes) -> Image.Image:
    """Misbehave as told; anything else is decoded."""
    match data:
        case b"hang":
            time.sleep(60)
        case b"die":
            os._exit(3)
        case b"segfault":
            os.kill(os.getpid(), signal.SIGSEGV)
        case b"crash":
            raise RuntimeError("a bug in a decoder")
        case b"eat":
            bytes(1024**3)
        case b"secrets":
            return Image.new("RGB", SQUARE, (int("MOODRING_TOKEN" in os.environ),) * 3)
        case b"words" | b"endless words" | b"deadly words":
            return Image.new("RGB", SQUARE)
        case b"pid":
            return Image.frombytes("RGB", SQUARE, os.getpid().to_bytes(4) * (SIZE * SIZE * 3 // 4))
    return decode_cropped(data)


def read(data: bytes) -> str:
    """Read what the picture's name says."""
    match data:
        case b"endless words":
            time.sleep(60)
        case b"deadly words":
            os._exit(3)
    return "wörds"


if __name__ == "__main__":
    worker.main(decode, lambda: read)
