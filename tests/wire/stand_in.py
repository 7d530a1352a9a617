"""Discord on this machine, over real sockets: HTTP interface, gateway and CDN.

What it knows of Discord is simcord's in-memory server; here it gets a wire, and the wire its faults.
"""

import asyncio
import io
import json
import urllib.parse
from bisect import bisect_left
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from aiohttp import BodyPartReader, hdrs, web
from gateway import Gateway
from simcord.backend import Backend
from simcord.backend.cdn import CDN_BASE
from simcord.backend.errors import BackendError
from simcord.http import client as _routes  # noqa: F401 - importing it registers the routes
from simcord.http.router import RouteNotImplemented, UnsupportedField, dispatch

TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAwMA.Gstand.in-for-discord-on-this-machine-only"

API = "/api/v10"

MAX_UPLOAD = 32 * 1024**2
"""Bytes of a request."""

LOGGED = 100_000
"""Requests that are remembered."""

Answer = Callable[[], Awaitable[web.StreamResponse]]
Fault = Callable[[web.Request, Answer], Awaitable[web.StreamResponse]]
"""What happens to a request instead of, or before, its answer."""


class WallClock:
    """Tells simcord the time of this machine, as the bot's process has no other."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Request:
    """A request that was made.

    Attributes:
        at: When, in seconds of the event loop's clock.
        method: Its method.
        path: Its path, below the version.
        status: How it was answered; 0 where it was not.
    """

    at: float
    method: str
    path: str
    status: int


@dataclass
class _Scripted:
    """A fault and where it strikes."""

    method: str
    path: str
    fault: Fault
    left: int


@dataclass
class _File:
    """An uploaded file as simcord's routes take it."""

    fp: io.BytesIO
    filename: str
    description: str | None = None


class StandIn:
    """Discord on this machine. Made by :func:`open_stand_in`.

    Attributes:
        backend: What is there: guilds, channels, messages, interactions.
        gateway: Its gateway.
        requests: What the bot asked for.
        struck: How often a scripted fault struck.
        outage: What happens to every request while it lasts.
        files: What the CDN does for a path instead of handing out the attachment there.
        owner_id: Whose application the bot is, where that matters.
        gaps: Requests that simcord does not know; a test with one is worth nothing.
    """

    def __init__(self) -> None:
        self.backend = Backend(clock=WallClock())  # type: ignore[arg-type]
        for name in ("transcript", "http_requests"):  # else they grow for ever
            setattr(self.backend, name, deque(maxlen=1))
        self.gateway = Gateway(self.backend, self._public)
        self.requests: deque[Request] = deque(maxlen=LOGGED)
        self.struck = 0
        self.outage: Fault | None = None
        self.files: dict[str, Callable[[web.Request], Awaitable[web.StreamResponse]]] = {}
        self.gaps: list[str] = []
        self.host = ""
        self.owner_id: int | None = None
        self._scripted: list[_Scripted] = []
        self._nonces: dict[tuple[str, str], Any] = {}
        self._changed = asyncio.Event()
        self.backend.subscribers.append(lambda *_: self._changed.set())

    @property
    def environment(self) -> dict[str, str]:
        """The variables that send a bot here."""
        return {
            "MOODRING_TOKEN": TOKEN,
            "MOODRING_API_BASE": f"http://{self.host}{API}",
            "MOODRING_GATEWAY_URL": self.gateway.url,
            "MOODRING_CDN_HOSTS": self.host,
        }

    def now(self) -> datetime:
        """Return the time of day that messages are stamped with."""
        return self.backend.clock.now()

    def strike(self, method: str, path: str, fault: Fault, times: int = 1) -> None:
        """Let a fault strike the next requests of a method whose path begins so.

        Args:
            method: Their method.
            path: How their path begins.
            fault: What happens to them.
            times: How many of them.
        """
        self._scripted.append(_Scripted(method, path, fault, times))

    async def until(self, reached: Callable[[], object], seconds: float = 20) -> None:
        """Wait for something to be so; a bot has this long for it.

        Raises:
            TimeoutError: It is not so.
        """
        async with asyncio.timeout(seconds):
            while not reached():
                self._changed.clear()
                await self._changed.wait()

    async def quiet(self, seconds: float = 0.3, within: float = 20) -> None:
        """Wait until the bot has asked for nothing for some time.

        Raises:
            TimeoutError: It does not stop asking.
        """
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(within):
            while self.requests and (left := self.requests[-1].at + seconds - loop.time()) > 0:
                await asyncio.sleep(left)

    def busiest(self, window_s: float) -> int:
        """Return the largest number of requests within some seconds."""
        times = sorted(request.at for request in self.requests)
        counts = (index - bisect_left(times, at - window_s) + 1 for index, at in enumerate(times))
        return max(counts, default=0)

    async def _rest(self, request: web.Request) -> web.StreamResponse:
        path = request.path.removeprefix(API)
        status = 0
        try:
            response = await self._struck(request, path)
            status = response.status
        finally:
            at = asyncio.get_running_loop().time()
            self.requests.append(Request(at, request.method, path, status))
            self._changed.set()
        return response

    async def _struck(self, request: web.Request, path: str) -> web.StreamResponse:
        async def answer() -> web.StreamResponse:
            return await self._answer(request, path)

        if self.outage is not None:
            return await self.outage(request, answer)
        for scripted in self._scripted:
            if scripted.method == request.method and path.startswith(scripted.path):
                scripted.left -= 1
                if scripted.left == 0:
                    self._scripted.remove(scripted)
                self.struck += 1
                return await scripted.fault(request, answer)
        return await answer()

    async def _answer(self, request: web.Request, path: str) -> web.Response:
        carries_a_token = path.startswith(("/interactions/", "/webhooks/"))
        if not carries_a_token and request.headers.get(hdrs.AUTHORIZATION) != f"Bot {TOKEN}":
            return json_response({"message": "401: Unauthorized", "code": 0}, status=401)
        if path == "/gateway/bot":
            limit = self.gateway.session_start_limit
            return json_response({"url": self.gateway.url, "shards": 1, "session_start_limit": limit})
        body, files = await _read(request)
        return self._carried_out(request, path, body, files)

    def _carried_out(self, request: web.Request, path: str, body: Any, files: list["_File"]) -> web.Response:
        """Do what was asked for; a message with a nonce once."""
        fields = body if isinstance(body, dict) else {}
        nonce = (path, str(fields["nonce"])) if fields.get("enforce_nonce") else None
        if nonce in self._nonces:  # the same message again: the one that is there already
            return json_response(self._nonces[nonce])
        if self._answers_nothing(fields.get("message_reference")):
            return json_response({"message": "Invalid Form Body", "code": 50035}, status=400)
        reason = request.headers.get("X-Audit-Log-Reason")
        try:
            answered = dispatch(
                self.backend,
                request.method,
                path,
                json=body,
                params=dict(request.query),
                files=files,
                reason=reason and urllib.parse.unquote(reason),
            )
        except (RouteNotImplemented, UnsupportedField) as gap:
            self.gaps.append(str(gap))
            return json_response({"message": str(gap), "code": 0}, status=501)
        except BackendError as refused:
            return json_response(refused.to_json(), status=refused.status)
        if answered is None:
            return web.Response(status=204)
        if path == "/oauth2/applications/@me" and self.owner_id is not None:
            answered["owner"] = {**answered["owner"], "id": str(self.owner_id)}
        if nonce is not None:
            self._nonces[nonce] = self._public(answered)
        return json_response(self._public(answered))

    def _answers_nothing(self, reference: dict[str, Any] | None) -> bool:
        """Return whether a message replies to one that is not there; simcord takes it all the same."""
        if not reference or not reference.get("fail_if_not_exists", True):
            return False
        place = self.backend.messages.get(int(reference["channel_id"]), {})
        return int(reference["message_id"]) not in place

    async def _cdn(self, request: web.Request) -> web.StreamResponse:
        lie = self.files.get(request.path)
        if lie is not None:
            return await lie(request)
        data = self.backend.cdn.get(f"{CDN_BASE}{request.path}")
        return web.Response(status=404) if data is None else web.Response(body=data)

    def _public(self, payload: Any) -> Any:
        """Return something with the addresses of files as the bot can reach them."""
        return json.loads(json.dumps(payload, default=str).replace(CDN_BASE, f"http://{self.host}"))


def json_response(body: object, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """Answer as Discord does; its client reads a body as JSON under exactly this content type."""
    sent = {"Content-Type": "application/json", **(headers or {})}
    return web.Response(body=json.dumps(body, default=str).encode(), status=status, headers=sent)


async def _read(request: web.Request) -> tuple[Any, list[_File]]:
    """Return the JSON of a request and the files with it."""
    if not request.can_read_body:
        return None, []
    if not request.content_type.startswith("multipart/"):
        return await request.json(), []
    body, files = None, []
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader), "discord.py nests no parts"
        data = bytes(await part.read())
        if part.name == "payload_json":
            body = json.loads(data)
        else:
            files.append(_File(io.BytesIO(data), part.filename or "file"))
    return body, files


@asynccontextmanager
async def open_stand_in() -> AsyncIterator[StandIn]:
    """Listen on a free port of this machine."""
    stand_in = StandIn()
    app = web.Application(client_max_size=MAX_UPLOAD)
    app.add_routes(
        [
            web.get("/gateway", stand_in.gateway.serve),
            web.get("/attachments/{path:.*}", stand_in._cdn),
            web.route("*", API + "/{path:.*}", stand_in._rest),
        ]
    )
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        stand_in.host = f"127.0.0.1:{runner.addresses[0][1]}"
        stand_in.gateway.url = f"ws://{stand_in.host}/gateway"
        yield stand_in
    finally:
        await runner.cleanup()
