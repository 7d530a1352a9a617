"""Discord's login and gateway on this machine: as much as a bot needs to come up."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import discord
import pytest
import yarl
from aiohttp import web
from discord.gateway import DiscordWebSocket

BOT = {"id": "42", "username": "Moodring", "discriminator": "0", "avatar": None, "bot": True}
APPLICATION = {
    "id": "42",
    "name": "Moodring",
    "icon": None,
    "description": "",
    "bot_public": True,
    "bot_require_code_grant": False,
    "verify_key": "",
    "owner": {**BOT, "id": "1", "bot": False},
}


class LoopbackDiscord:
    """Answers over real sockets.

    Attributes:
        refused_token: Whether the login fails.
        close_code: The gateway closes with it after IDENTIFY, if set.
        when_ready: Called when the bot is connected.
        allowed: What the application is allowed.
        intents: What the bot asked for.
        synced: How often commands were sent.
        guilds: What is said of servers, by path such as ``/guilds/1/channels``; an int is a status.
    """

    def __init__(self) -> None:
        self.refused_token = False
        self.close_code: int | None = None
        self.when_ready: Callable[[], Awaitable[None]] | None = None
        self.allowed = discord.ApplicationFlags()
        self.intents = discord.Intents.none()
        self.synced = 0
        self.guilds: dict[str, object] = {}
        self._address = ""

    @asynccontextmanager
    async def serve(self, patch: pytest.MonkeyPatch) -> AsyncIterator[None]:
        """Listen on a free port and point discord.py at it."""
        app = web.Application()
        app.add_routes([web.get("/gateway", self._gateway), web.route("*", "/{path:.*}", self._rest)])
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self._address = f"127.0.0.1:{runner.addresses[0][1]}"
        patch.setattr(discord.http.Route, "BASE", f"http://{self._address}")
        patch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(f"ws://{self._address}/gateway"))
        try:
            yield
        finally:
            await runner.cleanup()

    async def _rest(self, request: web.Request) -> web.Response:
        match request.path:
            case "/users/@me" if self.refused_token:
                return _json({"message": "401: Unauthorized", "code": 0}, status=401)
            case "/users/@me":
                return _json(BOT)
            case "/oauth2/applications/@me":
                return _json({**APPLICATION, "flags": self.allowed.value})
            case "/applications/42/commands":
                self.synced += 1
                return _json([])
            case "/gateway/bot":
                limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
                url = f"ws://{self._address}/gateway"
                return _json({"url": url, "shards": 1, "session_start_limit": limit})
        said = self.guilds.get(request.path, 404)
        status = said if isinstance(said, int) else 200
        return _json(said if status == 200 else {"message": f"{status}", "code": 0}, status=status)

    async def _gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": 10, "d": {"heartbeat_interval": 40_000}})
        async for frame in socket:
            message = json.loads(frame.data)
            if message["op"] == 1:
                await socket.send_json({"op": 11})
            elif message["op"] == 2:
                self.intents = discord.Intents._from_value(message["d"]["intents"])
                if self.close_code is not None:
                    await socket.close(code=self.close_code)
                    break
                ready = {
                    "user": BOT,
                    "guilds": [],
                    "session_id": "1",
                    "resume_gateway_url": f"ws://{self._address}/gateway",
                    "application": {"id": "42", "flags": 0},
                    "shard": [0, 1],
                }
                await socket.send_json({"op": 0, "s": 1, "t": "READY", "d": ready})
                if self.when_ready is not None:
                    await self.when_ready()
        return socket


def _json(body: object, status: int = 200) -> web.Response:
    # discord.py reads a body as JSON only under exactly this content type.
    headers = {"Content-Type": "application/json"}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=headers)
