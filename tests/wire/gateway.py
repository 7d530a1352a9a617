"""The gateway of the stand-in: sessions that outlive their sockets, and what can go wrong with them."""

import asyncio
import contextlib
import copy
import json
import zlib
from collections import Counter, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import discord
from aiohttp import WSMsgType, web
from simcord import intents as portal
from simcord.backend import Backend, serializers

UNSHARDED = (0, 1)
"""The shard of a bot that names none, and how many it has."""

HEARTBEAT_MS = 41_250
"""Milliseconds between two heartbeats, as Discord asks for them."""

SESSIONS_A_DAY = 1000
"""IDENTIFYs that Discord takes in a day (https://docs.discord.com/developers/events/gateway)."""

GUILD_EVENTS = {"GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"}
"""Those whose ``id`` is the guild's."""

MAX_REPLAY = 100_000
"""Events that are kept for a RESUME."""


@dataclass
class Session:
    """What a bot was told since its IDENTIFY, whatever became of the sockets.

    Attributes:
        id: Its name.
        shard: Its number, and how many the bot has.
        intents: What the bot asked for.
        events: What can be replayed, as number and frame.
        number: Of the last event.
        socket: The connection, if there is one now.
    """

    id: str
    shard: tuple[int, int]
    intents: discord.Intents
    events: deque[tuple[int, str]] = field(default_factory=lambda: deque(maxlen=MAX_REPLAY))
    number: int = 0
    socket: "Socket | None" = None

    def tell(self, event: str, payload: Mapping[str, Any], *, sent: bool = True) -> None:
        """Number an event and send it; without a connection it waits for the RESUME."""
        self.number += 1
        frame = json.dumps({"op": 0, "t": event, "s": self.number, "d": payload})
        self.events.append((self.number, frame))
        if self.socket is not None and sent:
            self.socket.send(frame)

    def is_told_of(self, guild_id: int | None) -> bool:
        """Return whether what happens in a guild, or in none, comes over this shard."""
        number, count = self.shard
        return number == (0 if guild_id is None else (guild_id >> 22) % count)

    def repeat(self, count: int) -> None:
        """Send the last events once more, as they were."""
        assert self.socket is not None
        for _, frame in list(self.events)[-count:]:
            self.socket.send(frame)


@dataclass(frozen=True, slots=True)
class Identified:
    """An IDENTIFY.

    Attributes:
        at: When it came, in seconds of the event loop's clock.
        shard: The number of its shard.
    """

    at: float
    shard: int


class Socket:
    """One connection; frames are compressed as one stream (``compress=zlib-stream``)."""

    def __init__(self, response: web.WebSocketResponse, *, compressed: bool) -> None:
        self.response = response
        self._stream = zlib.compressobj() if compressed else None
        self._frames: asyncio.Queue[str] = asyncio.Queue()
        self._sender = asyncio.create_task(self._send_all())

    def send(self, frame: str) -> None:
        self._frames.put_nowait(frame)

    def op(self, number: int, data: object = None) -> None:
        self.send(json.dumps({"op": number, "d": data, "s": None, "t": None}))

    async def flush(self) -> None:
        """Wait until everything so far is on its way."""
        await self._frames.join()

    def end(self) -> None:
        self._sender.cancel()

    def cut(self) -> None:
        """Break the connection without a word."""
        transport = self.response._req.transport if self.response._req else None
        if transport is not None:
            transport.abort()

    async def _send_all(self) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            while True:
                frame = await self._frames.get()
                if self._stream is None:
                    await self.response.send_str(frame)
                else:
                    data = self._stream.compress(frame.encode()) + self._stream.flush(zlib.Z_SYNC_FLUSH)
                    await self.response.send_bytes(data)
                self._frames.task_done()


class Gateway:
    """Accepts bots and tells them what happens.

    Attributes:
        counts: Connections, IDENTIFY, RESUME and heartbeats so far.
        beats: When each heartbeat came, in seconds of the event loop's clock.
        heartbeat_ms: Milliseconds between two heartbeats, told in HELLO.
        acknowledges: Whether a heartbeat is answered.
        silent: Whether nothing comes any more over the connections that there are.
        refuses: Whether every connection is closed at once.
        breaks: Whether every connection is closed once the bot has identified itself or resumed.
        invalidates: Whether every IDENTIFY and every RESUME is answered by an invalid session.
        granted: How many IDENTIFYs a bot may send.
        max_concurrency: How many of them in five seconds.
        identified: Each IDENTIFY.
        ready: Set while a bot is connected and knows its guilds.
    """

    def __init__(self, backend: Backend, public: Callable[[Any], Any]) -> None:
        self._backend = backend
        self._public = public
        self._sessions: dict[str, Session] = {}
        self._sockets: set[Socket] = set()
        self.url = ""
        self.counts: Counter[str] = Counter()
        self.beats: list[float] = []
        self.identified: deque[Identified] = deque(maxlen=MAX_REPLAY)
        self.heartbeat_ms = HEARTBEAT_MS
        self.acknowledges = True
        self.silent = False
        self.refuses = False
        self.breaks = False
        self.invalidates = False
        self.granted = SESSIONS_A_DAY
        self.max_concurrency = 1
        self.ready = asyncio.Event()
        backend.subscribers.append(self.tell)

    @property
    def session_start_limit(self) -> dict[str, int]:
        """How many sessions a bot may begin in a day, and how many are left."""
        left = max(self.granted - self.counts["identifies"], 0)
        return {
            "total": self.granted,
            "remaining": left,
            "reset_after": 86_400_000,
            "max_concurrency": self.max_concurrency,
        }

    @property
    def connected(self) -> set[int]:
        """The numbers of the shards that have a connection."""
        return {session.shard[0] for session in self._sessions.values() if session.socket is not None}

    @property
    def session(self) -> Session:
        """The newest one."""
        return list(self._sessions.values())[-1]

    @property
    def socket(self) -> Socket:
        """The connection of the newest session."""
        socket = self.session.socket
        assert socket is not None, "the bot is connected"
        return socket

    def tell(self, event: str, payload: Mapping[str, Any]) -> None:
        """Tell every session what happened in its guilds, as far as its intents go."""
        # Of what is told of guilds, these alone do not name theirs so.
        guild_id = payload.get("id" if event in GUILD_EVENTS else "guild_id")
        for session in self._sessions.values():
            if not session.is_told_of(None if guild_id is None else int(guild_id)):
                continue
            if (seen := self._seen_by(session, event, payload)) is not None:
                session.tell(event, seen, sent=not self.silent)

    def forget_sessions(self) -> None:
        """Let no session be resumed any more."""
        self._sessions.clear()

    def _seen_by(self, session: Session, event: str, payload: Mapping[str, Any]) -> dict[str, Any] | None:
        gate = portal.required_intent(event, payload)
        if gate is not None and not getattr(session.intents, gate):
            return None
        seen: dict[str, Any] = copy.deepcopy(self._public(dict(payload)))
        if event == "GUILD_CREATE":
            portal.prune_guild_create(seen, session.intents, self._backend.bot_user.id)
        if event.startswith("MESSAGE_") and not session.intents.message_content:
            portal.censor_message(seen, self._backend.bot_user.id, backend=self._backend)
        return seen

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Hold one connection."""
        self.counts["connections"] += 1
        response = web.WebSocketResponse(max_msg_size=0)
        await response.prepare(request)
        if self.refuses:
            await response.close(code=1001)
            return response
        socket = Socket(response, compressed=request.query.get("compress") == "zlib-stream")
        self._sockets.add(socket)
        session: Session | None = None
        try:
            socket.op(10, {"heartbeat_interval": self.heartbeat_ms})
            async for frame in response:
                if frame.type is WSMsgType.TEXT:
                    session = self._hear(json.loads(frame.data), socket) or session
                if session is not None and self.breaks:
                    await response.close(code=4000)
        finally:
            socket.end()
            self._sockets.discard(socket)
            if session is not None and session.socket is socket:
                session.socket = None
                self.ready.clear()
        return response

    def _hear(self, frame: dict[str, Any], socket: Socket) -> Session | None:
        match frame["op"]:
            case 1:
                self.counts["heartbeats"] += 1
                self.beats.append(asyncio.get_running_loop().time())
                if self.acknowledges and not self.silent:
                    socket.op(11)
            case 2:
                self.counts["identifies"] += 1
                number, _ = frame["d"].get("shard", UNSHARDED)
                self.identified.append(Identified(asyncio.get_running_loop().time(), number))
                if not self.invalidates:
                    return self._identify(frame["d"], socket)
                socket.op(9, data=False)
            case 6:
                self.counts["resumes"] += 1
                if not self.invalidates:
                    return self._resume(frame["d"], socket)
                socket.op(9, data=False)
        return None

    def _identify(self, data: dict[str, Any], socket: Socket) -> Session:
        intents = discord.Intents._from_value(data["intents"])
        number, count = data.get("shard", UNSHARDED)
        session = Session(f"session-{self.counts['identifies']}", (number, count), intents)
        session.socket = socket
        others = [each for each in self._sessions.values() if each.shard != session.shard]
        self._sessions = {each.id: each for each in (*others, session)}
        guilds = [guild for guild in self._backend.guilds.values() if session.is_told_of(guild.id)]
        session.tell(
            "READY",
            {
                "v": 10,
                "user": dict(serializers.user_payload(self._backend.bot_user)),
                "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
                "session_id": session.id,
                "resume_gateway_url": self.url,
                "shard": session.shard,
                "application": {"id": str(self._backend.application_id), "flags": 0},
            },
        )
        for guild in guilds:
            payload = serializers.guild_create_payload(self._backend, guild)
            seen = self._seen_by(session, "GUILD_CREATE", payload)
            assert seen is not None, "every bot asks for guilds"
            session.tell("GUILD_CREATE", seen)
        self.ready.set()
        return session

    def _resume(self, data: dict[str, Any], socket: Socket) -> Session | None:
        session = self._sessions.get(data["session_id"])
        if session is None:
            socket.op(9, data=False)
            return None
        for number, frame in list(session.events):
            if number > data["seq"]:
                socket.send(frame)
        self.silent = False
        session.socket = socket
        session.tell("RESUMED", {"_trace": []})
        self.ready.set()
        return session
