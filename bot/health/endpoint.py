"""The endpoint for probes and for Prometheus: three pages, on this machine only."""

import asyncio
import errno
import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from ..services import Services
from ..settings import SettingsError
from .database import DatabaseProbe
from .figures import STUCK_S
from .gateway import Gateway

log: Final = logging.getLogger(__name__)

HOSTS: Final = ("127.0.0.1", "::1")
"""Where it listens; the second only where the machine has it."""

ALIVE: Final = "the event loop turns\n"
"""What ``/live`` says."""

CONNECTIONS: Final = 8
"""Connections at once, but for a few of one moment; further ones are closed unheard."""

CONNECTION_S: Final = 10.0
"""Seconds that a connection may take, from its first byte to its last."""

_HERE: Final = re.compile(r"(127\.0\.0\.1|\[::1\]|localhost)(:[0-9]{1,5})?", re.IGNORECASE)
"""How a request may name this machine."""

_NO_SUCH_ADDRESS: Final = frozenset({errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT})


class Endpoint:
    """What the pages show; until :meth:`show`, and after :meth:`hide`, that the bot is not ready."""

    def __init__(self) -> None:
        self._services: Services | None = None
        self._gateway: Gateway | None = None
        self._database: DatabaseProbe | None = None

    def show(self, services: Services, gateway: Gateway) -> None:
        """Show the bot.

        Args:
            services: What it works with, open.
            gateway: Its connection.
        """
        self._services, self._gateway = services, gateway
        self._database = DatabaseProbe(services.store)

    def hide(self) -> None:
        """Show the bot no more."""
        self._services = self._gateway = self._database = None

    async def answer(self, request: web.BaseRequest) -> web.Response:
        """Answer a request, and end its connection."""
        response = _refusal(request)
        if response is None:
            response = await self._page(request.path)
        response.force_close()
        return response

    async def _page(self, path: str) -> web.Response:
        match path:
            case "/live":
                return web.Response(text=ALIVE)
            case "/ready":
                ready = await self._ready()
                return web.json_response(ready, status=200 if all(ready.values()) else 503)
            case "/metrics" if self._services is not None:
                page = generate_latest(self._services.metrics.registry)
                return web.Response(body=page, headers={"Content-Type": CONTENT_TYPE_LATEST})
            case "/metrics":
                return web.Response(status=503, text="starting or stopping\n")
        return web.Response(status=404, text="/live, /ready or /metrics\n")

    async def _ready(self) -> dict[str, bool]:
        database = None if self._database is None else await self._database.seconds()
        return {
            "classifier": self._services is not None and self._services.load().inference_s <= STUCK_S,
            "database": database is not None,
            "gateway": self._gateway is not None and self._gateway.is_ready,
        }


@asynccontextmanager
async def open_endpoint(port: int, *, connection_s: float = CONNECTION_S) -> AsyncIterator[Endpoint]:
    """Open the endpoint, and close it at the end.

    Args:
        port: The port; 0 opens none.
        connection_s: Seconds that a connection may take.

    Raises:
        SettingsError: The port cannot be had.
    """
    endpoint = Endpoint()
    if not port:
        yield endpoint
        return
    loop = asyncio.get_running_loop()
    server = web.Server(endpoint.answer, access_log=None)

    def accept() -> asyncio.Protocol:
        if len(server.connections) >= CONNECTIONS:
            return _Refusal()
        connection = server()
        loop.call_later(connection_s, connection.force_close)
        return connection

    listening: list[asyncio.Server] = []
    try:
        for host in HOSTS:
            try:
                listening.append(await loop.create_server(accept, host, port, backlog=CONNECTIONS))
            except OSError as error:
                if listening and error.errno in _NO_SUCH_ADDRESS:
                    continue
                raise SettingsError(_cannot_listen(port, error)) from None
        log.info("health endpoint open", extra={"port": port})
        yield endpoint
    finally:
        for each in listening:
            each.close()
        await server.shutdown(0)


class _Refusal(asyncio.Protocol):
    """Closes a connection at once."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Close it."""
        transport.close()


def _refusal(request: web.BaseRequest) -> web.Response | None:
    """Return why a request is not answered, if it is not."""
    if not _HERE.fullmatch(request.host):
        # A page in somebody's browser may give a name of its own to 127.0.0.1 ("DNS rebinding").
        return web.Response(status=403, text="only for 127.0.0.1, ::1 and localhost\n")
    if request.method != "GET":
        return web.Response(status=405, text="only GET\n", headers={"Allow": "GET"})
    if request.can_read_body:
        return web.Response(status=413, text="no body, please\n")
    return None


def _cannot_listen(port: int, error: OSError) -> str:
    taken = error.errno == errno.EADDRINUSE
    why = "another program has it" if taken else error.strerror or type(error).__name__
    return (
        f"MOODRING_HEALTH_PORT: port {port} of this machine cannot be opened ({why}); choose another one, "
        "or 0 for none"
    )
