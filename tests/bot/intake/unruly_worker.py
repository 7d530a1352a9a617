"""A decode worker that does what a picture tells it: run as a program by the tests of the pool."""

import os
import signal
import time

import numpy as np

from moodring.bot.intake import worker
from moodring.model import Picture
from moodring.model.image import decode_image


def decode(data: bytes) -> Picture:
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
            np.ones(1024**3, np.uint8)
        case b"secrets":
            return np.full((224, 224, 3), int("MOODRING_TOKEN" in os.environ), np.uint8)
        case b"words" | b"endless words" | b"deadly words":
            return np.zeros((224, 224, 3), np.uint8)
        case b"pid":
            return np.frombuffer(os.getpid().to_bytes(4) * (224 * 224 * 3 // 4), np.uint8)
    return decode_image(data)


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
