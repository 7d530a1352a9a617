"""Data exports from this machine's disk, read as a stream: the JSON that DiscordChatExporter writes.

An export is an object with a list ``messages``, or that list alone. What matters of a message is its text,
its author, the names of its stickers and, where media were downloaded beside the export, its pictures.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import chain, islice
from pathlib import Path, PureWindowsPath
from typing import Annotated, BinaryIO, Final, TypeAlias

import ijson
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from . import MAX_IMAGES
from .message import IMAGE_SUFFIXES

MAX_MESSAGE_BYTES: Final = 16 * 1024**2
"""Bytes in which a message must come to its end, so that no junk fills the memory. One with tens of thousands
of reactions, each with its user, is smaller."""

MAX_DEPTH: Final = 32
"""Levels of a message that are kept: what matters is in the upper three."""

WRITTEN_BY_PEOPLE: Final = frozenset({"Default", "Reply"})
"""The types of messages that are no notices of Discord's own, such as that somebody joined."""

_BYTE_ORDER_MARK: Final = "\ufeff".encode()

_Event: TypeAlias = tuple[str, object]
"""One step of the parser: its name, and the key or the value that was met."""


class ExportError(Exception):
    """The file is no export that can be read to its end; the message is one line and quotes nothing of it."""


def _text_of_number(value: object) -> object:
    return str(value) if type(value) is int else value


Id: TypeAlias = Annotated[
    str, BeforeValidator(_text_of_number), StringConstraints(pattern=r"^[0-9A-Za-z_-]{1,64}$")
]
"""An id as the export has it, a string or a number; one word, so that printing it is safe."""


class _Part(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True)


class Author(_Part):
    """Who wrote a message.

    Attributes:
        id: Their id.
        is_bot: Whether it is a bot or a webhook.
    """

    id: Id
    is_bot: bool = Field(default=False, alias="isBot")


class Attachment(_Part):
    """A file beside a message.

    Attributes:
        url: Where it is: an address, or the path of a file that was downloaded.
    """

    url: str


class Sticker(_Part):
    """A sticker in a message.

    Attributes:
        name: Its name.
    """

    name: str


class ExportedMessage(_Part):
    """A message of an export, as far as it matters.

    Attributes:
        id: Its id.
        type: Its type by DiscordChatExporter's names.
        content: Its text.
        author: Who wrote it. Without it nobody could say whether they opted out.
        attachments: The files beside it.
        stickers: Its stickers.
    """

    id: Id
    type: str = "Default"
    content: str = ""
    author: Author
    attachments: list[Attachment] = []
    stickers: list[Sticker] = []

    @property
    def is_notice(self) -> bool:
        """Whether Discord itself wrote it."""
        return self.type not in WRITTEN_BY_PEOPLE

    @property
    def text(self) -> str:
        """What is to be read of it as words; as ``message.draft_of_message`` has it."""
        stickers = (sticker.name.replace("_", " ") for sticker in self.stickers)
        return "\n".join(filter(None, (self.content.strip(), *stickers)))


class Export:
    """A data export that is open.

    Made by :func:`open_export`.
    """

    def __init__(self, path: Path, file: BinaryIO, size: int) -> None:
        self._path = path
        self._size = size
        self._source = _Source(path, file)

    @property
    def share(self) -> float | None:
        """How much of the file was read, 0..1; None where its size is not known, as of a pipe."""
        return min(self._source.position / self._size, 1.0) if self._size else None

    def messages(self) -> Iterator[ExportedMessage | None]:
        """Read the messages, once.

        Yields:
            Each message; None for one whose parts have wrong types.

        Raises:
            ExportError: The file is not JSON, has no list of messages, ends in the middle or cannot be read.
        """
        found = 0
        try:
            for record in _records(self._path, self._source):
                found += 1
                yield _message(record)
        except OSError as error:
            raise ExportError(f"{self._path} cannot be read: {error.strerror}") from None
        except (ijson.JSONError, ValueError, ArithmeticError) as error:
            # The parser's own words quote the file, and nothing of a message is ever printed.
            if self._source.ended and isinstance(error, ijson.IncompleteJSONError):
                fault = "ends too early"
                remedy = "it was cut short; make the export anew"
            else:
                fault = "is not JSON"
                remedy = "make the export anew, in the format Json"
            place = f"at message {found + 1:,}, before byte {self._source.position + 1:,}"
            raise ExportError(f"{self._path} {fault}, {place}: {remedy}") from None


@contextmanager
def open_export(path: Path) -> Iterator[Export]:
    """Open a data export.

    Raises:
        ExportError: It is missing, no file, empty or must not be read.
    """
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            beginning = file.peek(len(_BYTE_ORDER_MARK))
            size = path.stat().st_size
        except OSError as error:
            raise ExportError(f"{path} cannot be read: {error.strerror}") from None
        if not beginning:
            raise ExportError(f"{path} is empty; make the export anew")
        if beginning.startswith(_BYTE_ORDER_MARK):
            file.read(len(_BYTE_ORDER_MARK))
        yield Export(path, file, size)


def local_pictures(folder: Path, attachments: Iterable[Attachment]) -> tuple[str, ...]:
    """Return the paths of a message's pictures that were downloaded with the export, `MAX_IMAGES` at most.

    What is an address, or lies outside the folder by whatever way, is left out. So is what is no picture.

    Args:
        folder: The export's own.
        attachments: The message's.
    """
    paths = (_inside(folder, attachment.url) for attachment in attachments)
    return tuple(islice((str(path) for path in paths if path is not None), MAX_IMAGES))


def _inside(folder: Path, url: str) -> Path | None:
    named = PureWindowsPath(url)  # knows both kinds of slashes: exports are made on any system
    if ":" in url or named.anchor or ".." in named.parts or named.suffix.lower() not in IMAGE_SUFFIXES:
        return None
    try:
        path = folder.joinpath(*named.parts).resolve(strict=True)
        return path if path.is_relative_to(folder.resolve()) else None
    except (OSError, ValueError, RuntimeError):  # it is not there, is no path, or is a link to itself
        return None


class _Source:
    """Hands the file to the parser.

    Attributes:
        position: Bytes handed over so far.
        settled: How many of them belong to what was dealt with.
        ended: Whether there are no more.
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.position = self.settled = 0
        self.ended = False
        self._path = path
        self._file = file

    def read(self, size: int) -> bytes:
        """Return up to so many bytes, none at the end."""
        if self.position - self.settled > MAX_MESSAGE_BYTES:
            raise ExportError(
                f"{self._path} has no end of a message within {MAX_MESSAGE_BYTES // 1024**2} MiB, "
                f"after {self.settled:,} bytes: it is no data export, or damaged"
            )
        data = self._file.read(size)
        self.position += len(data)
        self.ended = size > 0 and not data
        return data


def _records(path: Path, source: _Source) -> Iterator[object]:
    """Yield what is in the list of messages, each as it is."""
    events: Iterator[_Event] = ijson.basic_parse(source, use_float=True)
    found = False
    opening, _ = next(events)
    if opening == "start_array":
        found = True
        yield from _elements(events, source)
    elif opening == "start_map":
        while (key := next(events)) != ("end_map", None):
            first = next(events)
            if key == ("map_key", "messages") and first == ("start_array", None):
                found = True
                yield from _elements(events, source)
            else:
                _value(first, events)
    if not found:
        raise ExportError(f'{path} holds no list of "messages": it is no data export in the format Json')
    for _ in events:  # the parser complains of what follows
        pass


def _elements(events: Iterator[_Event], source: _Source) -> Iterator[object]:
    """Yield the elements of a list whose beginning has been met."""
    while (first := next(events)) != ("end_array", None):
        yield _value(first, events)
        source.settled = source.position


def _value(first: _Event, events: Iterator[_Event]) -> object:
    """Return the value that begins with an event, without what lies deeper than `MAX_DEPTH`."""
    builder = ijson.ObjectBuilder()
    depth = 0
    for event, value in chain((first,), events):
        depth += event.startswith("start_")
        if depth <= MAX_DEPTH:
            builder.event(event, value)
        depth -= event.startswith("end_")
        if not depth:
            break
    return builder.value


def _message(record: object) -> ExportedMessage | None:
    try:
        return ExportedMessage.model_validate(record)
    except ValidationError:
        return None
