"""Fetching pictures: from the given origins only, with caps on size and time, believing nothing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

import aiohttp
from yarl import URL

from moodring.model import Unreadable
from moodring.model.decoding import MAX_BYTES, OVERSIZED

from ..addresses import DISCORD_CDN, LOOPBACK
from ..turns import Turns

MAX_DOWNLOADS: Final = 4
"""Pictures fetched at the same time: with `MAX_BYTES` each, 32 MiB at most."""

WATCHED_DOWNLOADS: Final = 3
"""How many of them may be of watched messages: for who asks there is always one left."""

TOO_LARGE: Final = Unreadable(OVERSIZED)
GONE: Final = Unreadable("no longer there")
NOT_DOWNLOADED: Final = Unreadable("could not be downloaded")
TOO_SLOW: Final = Unreadable("took too long to download")

_GONE_STATUSES: Final = frozenset({403, 404, 410})
"""How a CDN answers when a file was deleted or its signed link has expired."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a download may take.

    Attributes:
        total_s: Seconds for everything; without it a drip of single bytes would last for ever.
        connect_s: Seconds until there is a connection.
        read_s: Seconds between two pieces of the answer.
    """

    total_s: float = 10
    connect_s: float = 3
    read_s: float = 5


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """An answer whose body has not been read yet.

    Attributes:
        status: HTTP status.
        length: Bytes of the body as the server states them.
        encoding: Content-Encoding as the server states it.
        chunks: The body, undecoded.
    """

    status: int
    length: int | None
    encoding: str | None
    chunks: AsyncIterator[bytes]


Fetch: TypeAlias = Callable[[str], AbstractAsyncContextManager[RemoteFile]]
"""Opens a URL without following redirects; raises `aiohttp.ClientError`, `OSError` or `TimeoutError`."""


class Downloader:
    """Reads pictures over whatever opens them, and gives a reason where it must not or cannot.

    Args:
        fetch: Opens a URL.
        origins: The only origins that are opened, such as ``https://cdn.discordapp.com``; plain http
            is for this machine alone.
        patience: How long a download may take; what opens a URL sees to the finer limits.
    """

    def __init__(self, fetch: Fetch, origins: Collection[str], patience: Patience = Patience()) -> None:
        self._fetch = fetch
        self._origins = frozenset(URL(origin) for origin in origins)
        for origin in self._origins:
            if origin.scheme != "https" and origin.host not in LOOPBACK:
                raise ValueError(f"{origin} must be https")
        self._total_s = patience.total_s
        self._turns = Turns(MAX_DOWNLOADS, watched=WATCHED_DOWNLOADS)

    async def fetch(self, url: str, declared_size: int | None = None) -> bytes | Unreadable:
        """Fetch one file.

        Args:
            url: Where it is.
            declared_size: Its size in bytes as announced beforehand, if it was.

        Returns:
            The file, at most `MAX_BYTES` long, or why it could not be had.
        """
        if not self._allows(url):
            return Unreadable("not an attachment from Discord")
        if declared_size is not None and declared_size > MAX_BYTES:
            return TOO_LARGE
        async with self._turns.turn():
            try:
                async with asyncio.timeout(self._total_s), self._fetch(url) as file:
                    return await _read(file)
            except TimeoutError:
                return TOO_SLOW
            except (aiohttp.ClientError, OSError):
                return NOT_DOWNLOADED

    def _allows(self, url: str) -> bool:
        """Return whether the origin is exactly one of ours, without a user before it."""
        try:
            parsed = URL(url)  # the parser that also connects: they cannot disagree on the host
            return parsed.origin() in self._origins and "@" not in parsed.raw_authority
        except ValueError:
            return False


async def _read(file: RemoteFile) -> bytes | Unreadable:
    if file.status in _GONE_STATUSES:
        return GONE
    # A redirect may lead anywhere, and a compressed body may unfold to anything.
    if file.status != 200 or file.encoding:
        return NOT_DOWNLOADED
    if file.length is not None and file.length > MAX_BYTES:
        return TOO_LARGE
    body = bytearray()
    async for chunk in file.chunks:
        body += chunk
        if len(body) > MAX_BYTES:
            return TOO_LARGE
    return bytes(body)


@asynccontextmanager
async def open_downloader(
    origins: Collection[str] = DISCORD_CDN, patience: Patience = Patience()
) -> AsyncIterator[Downloader]:
    """Open a downloader over HTTP with a session of its own, never that of the Discord client.

    Args:
        origins: The only origins that are opened.
        patience: How long a download may take.
    """
    async with aiohttp.ClientSession(
        auto_decompress=False,
        connector=aiohttp.TCPConnector(limit=MAX_DOWNLOADS),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"Accept-Encoding": "identity"},
        timeout=aiohttp.ClientTimeout(
            total=patience.total_s, sock_connect=patience.connect_s, sock_read=patience.read_s
        ),
    ) as session:
        yield Downloader(partial(_open, session), origins, patience)


@asynccontextmanager
async def _open(session: aiohttp.ClientSession, url: str) -> AsyncIterator[RemoteFile]:
    if session.closed:  # while the download waited for its turn
        raise aiohttp.ClientConnectionError("the session is closed")
    async with session.get(url, allow_redirects=False) as response:
        yield RemoteFile(
            status=response.status,
            length=response.content_length,
            encoding=response.headers.get("Content-Encoding"),
            chunks=response.content.iter_any(),
        )
