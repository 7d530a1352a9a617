"""From a message to a sample: what may be read, fetching pictures, decoding them safely."""

from typing import Final

MAX_IMAGES: Final = 4
"""Pictures read of one message: more would cost much time and tell little."""
