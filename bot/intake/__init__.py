"""From a message to a sample: what may be read, fetching pictures, decoding them safely."""

from typing import Final

MAX_IMAGES: Final = 4
"""Pictures read of one message: more would cost much time and tell little."""

TOO_MANY: Final = f"only the first {MAX_IMAGES} pictures are read"
"""Why a picture beyond them is not read."""
