"""Downloads come from the given origins only, and end in time whatever the server does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot.intake.download import (
    DISCORD_CDN,
    GONE,
    MAX_DOWNLOADS,
    NOT_DOWNLOADED,
    TOO_LARGE,
    TOO_SLOW,
    WATCHED_DOWNLOADS,
    Downloader,
    Patience,
    RemoteFile,
    open_downloader,
)
from moodring.bot.turns import Kind, Whose, on_behalf_of
from moodring.model import Unreadable
from moodring.model.decoding import MAX_BYTES

REFUSED = Unreadable("not an attachment from Discord")
IMPATIENT = Patience(total_s=0.5, connect_s=0.2, read_s=0.2)


class HostileServer:
    """A real server on the loopback device with one path for each kind of malice."""

    def __init__(self) -> None:
        self.requests: list[web.Request] = []
        self.app = web.Application(middlewares=[self._note])
        self.app.add_routes(
            [
                web.get("/fine", partial(stream, pieces=[b"pic", b"ture"], length=7)),
                web.get("/fine-in-chunks", partial(stream, pieces=[b"pic", b"ture"])),
                web.get("/large", partial(stream, length=MAX_BYTES + 1)),
                web.get("/endless", partial(stream, pieces=[bytes(1024**2)] * 1000)),
                web.get("/ends-early", partial(stream, pieces=[b"only this"], length=100)),
                web.get("/gzip-bomb", partial(stream, pieces=[b"bomb"], encoding="gzip")),
                web.get("/drip", partial(stream, pieces=[b"."] * 1000, pause_s=0.05)),
                web.get("/stalls", partial(stream, pieces=[b".", b"."], pause_s=5)),
                web.get("/cookie", partial(stream, pieces=[b"picture"], cookie="id=1")),
                web.get("/redirect", partial(stream, status=302, location="/fine")),
                web.get(r"/{status:\d+}", status_of_path),
            ]
        )

    @web.middleware
    async def _note(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        self.requests.append(request)
        return await handler(request)


async def stream(
    request: web.Request,
    *,
    pieces: Sequence[bytes] = (),
    status: int = 200,
    length: int | None = None,
    encoding: str | None = None,
    cookie: str | None = None,
    location: str | None = None,
    pause_s: float = 0,
) -> web.StreamResponse:
    stated = {
        "Content-Length": length and str(length),
        "Content-Encoding": encoding,
        "Set-Cookie": cookie,
        "Location": location,
    }
    response = web.StreamResponse(
        status=status, headers={name: said for name, said in stated.items() if said}
    )
    await response.prepare(request)
    for piece in pieces:
        await response.write(piece)
        await asyncio.sleep(pause_s)
    if length is not None and sum(map(len, pieces)) < length:
        request.transport.abort()
    return response


async def status_of_path(request: web.Request) -> web.Response:
    return web.Response(status=int(request.match_info["status"]))


@pytest_asyncio.fixture
async def hostile() -> AsyncIterator[tuple[HostileServer, str]]:
    hostile = HostileServer()
    async with TestServer(hostile.app) as server:
        yield hostile, str(server.make_url("/")).rstrip("/")


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("/fine", b"picture"),
        ("/fine-in-chunks", b"picture"),
        ("/large", TOO_LARGE),
        ("/endless", TOO_LARGE),
        ("/ends-early", NOT_DOWNLOADED),
        ("/gzip-bomb", NOT_DOWNLOADED),
        ("/redirect", NOT_DOWNLOADED),
        ("/404", GONE),
        ("/403", GONE),
        ("/204", NOT_DOWNLOADED),
        ("/500", NOT_DOWNLOADED),
    ],
)
async def test_what_a_server_sends_is_taken_or_refused(
    path: str, outcome: bytes | Unreadable, hostile: tuple[HostileServer, str]
) -> None:
    server, origin = hostile

    async with open_downloader({origin}) as downloader:
        assert await downloader.fetch(origin + path, declared_size=7) == outcome

    assert len(server.requests) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("path", ["/drip", "/stalls"])
async def test_a_slow_server_is_given_up(path: str, hostile: tuple[HostileServer, str]) -> None:
    _, origin = hostile

    async with open_downloader({origin}, IMPATIENT) as downloader:
        assert await downloader.fetch(origin + path) == TOO_SLOW


@pytest.mark.asyncio
async def test_nothing_is_told_or_remembered(hostile: tuple[HostileServer, str]) -> None:
    server, origin = hostile

    async with open_downloader({origin}) as downloader:
        await downloader.fetch(origin + "/cookie")
        await downloader.fetch(origin + "/cookie")

    for request in server.requests:
        assert request.headers["Accept-Encoding"] == "identity"
        assert not {"Cookie", "Referer", "Authorization"} & set(request.headers)


@pytest.mark.asyncio
async def test_a_server_that_is_not_there_is_a_reason() -> None:
    async with open_downloader({"http://127.0.0.1:1"}) as downloader:
        assert await downloader.fetch("http://127.0.0.1:1/picture") == NOT_DOWNLOADED


@pytest.mark.asyncio
async def test_a_download_that_outlives_the_session_is_a_reason(hostile: tuple[HostileServer, str]) -> None:
    server, origin = hostile
    async with open_downloader({origin}) as downloader:
        slow = [asyncio.create_task(downloader.fetch(origin + "/stalls")) for _ in range(MAX_DOWNLOADS)]
        async with asyncio.timeout(20):
            while len(server.requests) < MAX_DOWNLOADS:
                await asyncio.sleep(0.01)
        waiting = asyncio.create_task(downloader.fetch(origin + "/fine"))
        await asyncio.sleep(0)

    for task in slow:
        task.cancel()
    assert await waiting == NOT_DOWNLOADED
    assert len(server.requests) == MAX_DOWNLOADS


class Opened:
    """Stands in for what opens a URL; keeps count and serves a body of given pieces."""

    def __init__(self, *pieces: bytes, length: int | None = None) -> None:
        self.urls: list[str] = []
        self.open_now = self.most_at_once = 0
        self._pieces = pieces
        self._length = length

    @asynccontextmanager
    async def __call__(self, url: str) -> AsyncIterator[RemoteFile]:
        self.urls.append(url)
        self.open_now += 1
        self.most_at_once = max(self.most_at_once, self.open_now)
        await asyncio.sleep(0)
        yield RemoteFile(200, self._length, None, self._body())
        self.open_now -= 1

    async def _body(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


@pytest.mark.asyncio
async def test_a_length_that_lies_is_not_believed() -> None:
    opened = Opened(*[bytes(1024**2)] * 9, length=7)

    assert await Downloader(opened, DISCORD_CDN).fetch("https://cdn.discordapp.com/a.png") == TOO_LARGE


@pytest.mark.asyncio
async def test_what_is_announced_too_large_is_not_opened() -> None:
    opened = Opened()

    outcome = await Downloader(opened, DISCORD_CDN).fetch("https://cdn.discordapp.com/a.png", MAX_BYTES + 1)

    assert outcome == TOO_LARGE
    assert opened.urls == []


@pytest.mark.asyncio
async def test_only_a_few_are_open_at_once() -> None:
    opened = Opened(b"picture")
    downloader = Downloader(opened, DISCORD_CDN)

    await asyncio.gather(*(downloader.fetch("https://cdn.discordapp.com/a.png") for _ in range(20)))

    assert len(opened.urls) == 20
    assert opened.most_at_once == MAX_DOWNLOADS


@pytest.mark.asyncio
async def test_watched_pictures_leave_a_download_to_who_asks() -> None:
    opened = Opened(b"picture")
    downloader = Downloader(opened, DISCORD_CDN)

    async def fetch(kind: Kind, name: str) -> None:
        with on_behalf_of(Whose(kind)):
            await downloader.fetch(f"https://cdn.discordapp.com/{name}")

    kinds = [*[Kind.WATCHED] * 20, Kind.ASKED]
    await asyncio.gather(*(fetch(kind, kind) for kind in kinds))

    assert len(opened.urls) == 21
    assert opened.urls.index("https://cdn.discordapp.com/asked") == WATCHED_DOWNLOADS


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1&is=2&hm=3&",
        "https://media.discordapp.net/attachments/1/2/a%20b.png",
        "HTTPS://CDN.discordapp.com/attachments/1/2/ä.png",
    ],
)
async def test_discords_own_addresses_are_opened(url: str) -> None:
    opened = Opened(b"picture")

    assert await Downloader(opened, DISCORD_CDN).fetch(url) == b"picture"
    assert opened.urls == [url]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "url",
    [
        "http://cdn.discordapp.com/a.png",
        "ftp://cdn.discordapp.com/a.png",
        "file:///etc/passwd",
        "//cdn.discordapp.com/a.png",
        "/a.png",
        "",
        "https://",
        "https://cdn.discordapp.com.evil.example/a.png",
        "https://evil-cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com./a.png",
        "https://cdn.discоrdapp.com/a.png",  # a Cyrillic о
        "https://evil.example/cdn.discordapp.com/a.png",
        "https://evil.example#@cdn.discordapp.com/a.png",
        "https://evil.example?@cdn.discordapp.com/a.png",
        "https://evil.example\\@cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com@evil.example/a.png",
        "https://cdn.discordapp.com:443@evil.example/a.png",
        "https://user@cdn.discordapp.com/a.png",
        "https://user:password@cdn.discordapp.com/a.png",
        "https://:password@cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com:8443/a.png",
        "https://cdn.discordapp.com:99999/a.png",
        "https://cdn.discordapp.com:x/a.png",
        "https://cdn.discordapp.com\t.evil.example/a.png",
        "https://[::1]/a.png",
        "https://127.0.0.1/a.png",
        "https://169.254.169.254/latest/meta-data",
        "https://2130706433/a.png",
    ],
)
async def test_other_addresses_are_never_opened(url: str) -> None:
    opened = Opened(b"picture")

    assert await Downloader(opened, DISCORD_CDN).fetch(url) == REFUSED
    assert opened.urls == []


@given(st.text(max_size=40))
def test_no_text_makes_the_address_check_fail(text: str) -> None:
    opened = Opened(b"picture")

    assert asyncio.run(Downloader(opened, DISCORD_CDN).fetch(f"https://{text}/a.png")) == REFUSED


def test_plain_http_is_for_this_machine_alone() -> None:
    with pytest.raises(ValueError, match="must be https"):
        Downloader(Opened(), {"http://cdn.discordapp.com"})
