"""The process that decodes pictures: a file comes in by a pipe, pixels or a reason go back.

Where the text in a picture is wanted, it follows the pixels as a message of its own; where its faces are, the
uncropped picture comes last, for the bot to look at. The process imports only what it needs for that,
holds no secret and may be killed at any time. It ends with the pipe, so it never outlives the bot; an
alarm of its own ends it where decoding hangs.
"""

import resource
import signal
import struct
import sys
from collections.abc import Callable
from enum import IntFlag
from multiprocessing.connection import Connection
from typing import Final, TypeAlias

from PIL import Image

from moodring.model.decoding import MAX_BYTES, ImageError, decode_cropped, decode_uncropped

READY: Final = b"ready"
"""What the worker says once it can take pictures."""

Reader: TypeAlias = Callable[[bytes], str]
"""Reads the text in an encoded picture."""

DECODED: Final = b"\x00"
"""First byte of a reply whose rest is the pixels."""

REFUSED: Final = b"\x01"
"""First byte of a reply whose rest is the reason, UTF-8."""

SHAPE: Final = struct.Struct("<HH")
"""Height and width in pixels, before an uncropped picture."""


class Wanted(IntFlag):
    """First byte of a request: what is wanted beside the pixels."""

    TEXT = 1
    WHOLE = 2  # the uncropped picture


def serve(
    connection: Connection, decode: Callable[[bytes], Image.Image], read: Reader | None, alarm_s: int
) -> None:
    """Answer requests until the other end closes.

    Args:
        connection: Where files come from and replies go to.
        decode: Turns a file into a picture or raises `ImageError`.
        read: Reads the text in a picture; None to read none, whatever is wanted.
        alarm_s: Whole seconds after which a picture ends the process, should nobody else do so.
    """
    connection.send_bytes(READY)
    while True:
        try:
            request = connection.recv_bytes(1 + MAX_BYTES)
        except EOFError:
            return
        wanted, data = Wanted(request[0]), request[1:]
        signal.alarm(alarm_s)
        try:
            reply = DECODED + decode(data).tobytes()
        except ImageError as error:
            reply = REFUSED + str(error).encode()
        except MemoryError:
            reply = REFUSED + b"needs too much memory to decode"
        connection.send_bytes(reply)
        if read is not None and Wanted.TEXT in wanted and reply.startswith(DECODED):
            connection.send_bytes(read(data).encode())
        if Wanted.WHOLE in wanted and reply.startswith(DECODED):
            whole = decode_uncropped(data)
            connection.send_bytes(SHAPE.pack(whole.height, whole.width) + whole.tobytes())
        signal.alarm(0)


def restrict(memory_bytes: int) -> None:
    """Cap this process's address space and forbid core dumps, which would write pictures to disk."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def open_reader() -> Reader:
    """Return what reads the text in pictures; it takes seconds to load."""
    from moodring.model.image import decode_whole
    from moodring.model.ocr import PictureTextReader

    reader = PictureTextReader()
    return lambda data: reader.read(decode_whole(data))


def main(
    decode: Callable[[bytes], Image.Image] = decode_cropped, reader: Callable[[], Reader] = open_reader
) -> None:
    """Run the worker: ``python -m moodring.bot.intake.worker FD MEMORY_BYTES ALARM_S READS_TEXT``."""
    descriptor, memory_bytes, alarm_s, reads_text = map(int, sys.argv[1:])
    # Ctrl-C and a service manager's SIGTERM reach the whole group; when to end is the bot's decision.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    restrict(memory_bytes)
    with Connection(descriptor) as connection:
        serve(connection, decode, reader() if reads_text else None, alarm_s)


if __name__ == "__main__":
    main()
