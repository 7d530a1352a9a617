"""``python -m bot doctor``: is everything there that the bot needs? One line each."""

import asyncio
import base64
import binascii
import re
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, closing
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias, cast

import aiohttp
import discord

from moodring.model import Predictor, Sample, WeightsError

from . import texts
from .addresses import use_addresses
from .backends import BackendError, open_backend
from .brake import KEPT
from .classifier import require_ocr
from .faults import FAULTS, explain
from .health.endpoint import ALIVE, open_endpoint
from .interrupts import run_until_stopped
from .mood.afterlife import UnfitFolderError, refuse_unfit
from .settings import DiscordSettings, Settings, SettingsError
from .setup.obstacles import Obstacles, grant_url, obstacles
from .store import Store, StoreError
from .turns import BusyError

TIMEOUT_S: Final = 10
"""Seconds that Discord may take for the login, and for what is asked about a server."""

_TOKEN: Final = re.compile(r"(?P<id>[\w-]{18,})\.[\w-]{6,}\.[\w-]{27,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found.

    Attributes:
        name: What was checked.
        good: Whether all is well.
        text: What is there, or what is wrong and what to do; one line.
    """

    name: str
    good: bool
    text: str

    def __str__(self) -> str:
        return f"{'ok   ' if self.good else 'WRONG'}  {self.name + ':':<12} {self.text}"


class Visitor(Protocol):
    """The bot, logged in to Discord to look around."""

    @property
    def application_flags(self) -> discord.ApplicationFlags:
        """What the application is allowed."""
        ...

    @property
    def application_id(self) -> int | None:
        """Its id; None before the login."""
        ...

    async def gateway(self) -> tuple[int, discord.SessionStartLimits]:
        """Return how many shards Discord recommends, and how many sessions it lets them begin.

        Raises:
            discord.GatewayNotFound: Discord does not say.
        """
        ...

    async def whole_guild(self, guild_id: int) -> discord.Guild:
        """Return a server with its channels, its roles and the bot in it.

        Raises:
            discord.NotFound: The server is gone, or the bot is not in it.
            discord.Forbidden: Discord does not show it to the bot.
        """
        ...


Login: TypeAlias = Callable[[str], AbstractAsyncContextManager[Visitor]]
"""Logs in with a token, and out again."""


class HttpVisitor(discord.Client):
    """Looks around over HTTP alone: the bot that is running keeps its gateway."""

    async def gateway(self) -> tuple[int, discord.SessionStartLimits]:
        """Return how many shards Discord recommends, and how many sessions it lets them begin.

        Raises:
            discord.GatewayNotFound: Discord does not say.
        """
        shards, _, limit = await self.http.get_bot_gateway()
        return shards, discord.SessionStartLimits(**limit)

    async def whole_guild(self, guild_id: int) -> discord.Guild:
        """Return a server as the gateway would show it, as far as permissions go.

        Raises:
            discord.NotFound: The server is gone, or the bot is not in it.
            discord.Forbidden: Discord does not show it to the bot.
        """
        assert self.user is not None, "set by the login"  # noqa: S101
        guild: dict[str, Any] = dict(await self.http.get_guild(guild_id, with_counts=False))
        guild["channels"] = await self.http.get_all_guild_channels(guild_id)
        guild["threads"] = (await self.http.get_active_threads(guild_id))["threads"]
        guild["members"] = [await self.http.get_member(guild_id, self.user.id)]
        return discord.Guild(data=cast(Any, guild), state=self._connection)


def doctor(settings: Settings) -> int:
    """Check weights, database, token and permissions, and print a line each.

    Settings that reach this function have been checked already.

    Returns:
        The exit code: 1 if something is wrong.
    """
    use_addresses(settings)
    findings = run_until_stopped(examine(settings, discord_login))
    sys.stdout.writelines(f"{finding}\n" for finding in findings)
    return 0 if all(finding.good for finding in findings) else 1


async def examine(settings: Settings, login: Login) -> list[Finding]:
    """Return what each check found.

    Args:
        settings: The settings.
        login: Asks Discord about the token.
    """
    async with AsyncExitStack() as stack:
        database, store = await check_database(settings.database_url, stack)
        token, visitor = await check_token(settings, login, stack)
        return [
            Finding("settings", True, "read, all values are valid"),
            check_weights(settings),
            *await check_backend(settings),
            *check_memory(settings),
            *check_ocr(settings),
            *await check_health(settings),
            database,
            token,
            *([await check_shards(visitor)] if visitor else []),
            *(await check_permissions(store, visitor, settings) if store and visitor else []),
        ]


def check_weights(settings: Settings) -> Finding:
    """Load the weights and read a word with them."""
    try:
        predictor = Predictor(settings.weights, settings.fusion)
    except WeightsError as error:
        return Finding("weights", False, str(error))
    [prediction] = predictor.predict([Sample("hello")])
    return Finding("weights", True, f"version {predictor.version}, answered in {prediction.ms:.0f} ms")


async def check_backend(settings: Settings) -> list[Finding]:
    """Ask what computes elsewhere, where something does."""
    if settings.backend == "litert":
        return []
    try:
        took_ms = await asyncio.to_thread(_ask_backend, settings)
    except WeightsError:
        return []  # the line of the weights says it
    except (SettingsError, BackendError, BusyError) as error:
        return [Finding("backend", False, str(error))]
    return [Finding("backend", True, f"{settings.backend} answered in {took_ms:.0f} ms")]


def _ask_backend(settings: Settings) -> float:
    """Return how many milliseconds a word takes there."""
    predictor = Predictor(settings.weights, settings.fusion)
    with closing(open_backend(settings, predictor)) as backend:
        start = time.perf_counter()
        backend.infer([predictor.prepare("hello")])
        return (time.perf_counter() - start) * 1000


def check_memory(settings: Settings) -> list[Finding]:
    """Look at the folder in memory through which counts survive a crash, where one is named."""
    if settings.memory_dir is None:
        return []
    try:
        refuse_unfit(settings.memory_dir)
    except UnfitFolderError as error:
        return [Finding("memory", False, f"MOODRING_MEMORY_DIR: {error}")]
    return [Finding("memory", True, f"{settings.memory_dir} is in memory, and can be written")]


def check_ocr(settings: Settings) -> list[Finding]:
    """Look for what reads text in pictures, where that is switched on."""
    if not settings.ocr:
        return []
    try:
        require_ocr()
    except SettingsError as error:
        return [Finding("ocr", False, str(error))]
    return [Finding("ocr", True, "what reads text in pictures is installed")]


async def check_health(settings: Settings) -> list[Finding]:
    """Try the port of the health endpoint, where there is to be one."""
    port = settings.health_port
    if not port:
        return []
    try:
        async with open_endpoint(port):
            return [Finding("health", True, f"port {port} is free")]
    except SettingsError as error:
        if await _is_alive(port):
            return [Finding("health", True, f"a bot that runs answers on port {port}")]
        return [Finding("health", False, str(error))]


async def _is_alive(port: int) -> bool:
    """Return whether it is a bot that has a port of this machine."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(TIMEOUT_S)) as session,
            session.get(f"http://127.0.0.1:{port}/live") as response,
        ):
            return await response.content.read(len(ALIVE) + 1) == ALIVE.encode()
    except (aiohttp.ClientError, TimeoutError):
        return False


async def check_database(url: str, stack: AsyncExitStack) -> tuple[Finding, Store | None]:
    """Open the database and bring its tables up to date.

    Args:
        url: Where it is.
        stack: Closes it at the end.
    """
    try:
        store = await Store.open(url)
    except StoreError as error:
        return Finding("database", False, str(error)), None
    stack.push_async_callback(store.aclose)
    return Finding("database", True, "open, whole, its tables are up to date"), store


async def check_token(
    settings: DiscordSettings, login: Login, stack: AsyncExitStack
) -> tuple[Finding, Visitor | None]:
    """Look at the token's form, and ask Discord about it if the form is right.

    Args:
        settings: The settings.
        login: Asks Discord about the token.
        stack: Logs out at the end.
    """
    if settings.token is None:
        text = "none: the simulated server starts; for Discord set MOODRING_TOKEN"
        return Finding("token", True, text), None
    token = settings.token.get_secret_value()
    if not looks_like_token(token):
        text = (
            "MOODRING_TOKEN does not look like a bot token (three parts with dots between); "
            "copy it from the Developer Portal (Bot, Reset Token), not the client secret or public key"
        )
        return Finding("token", False, text), None
    try:
        async with asyncio.timeout(TIMEOUT_S):
            visitor = await stack.enter_async_context(login(token))
    except FAULTS as fault:
        return Finding("token", False, explain(fault)), None
    allowed = visitor.application_flags
    content = allowed.gateway_message_content or allowed.gateway_message_content_limited
    if settings.message_content and not content:
        return Finding("token", False, explain(discord.PrivilegedIntentsRequired(None))), visitor
    return Finding("token", True, "Discord accepts it"), visitor


async def check_shards(visitor: Visitor) -> Finding:
    """Ask Discord how many shards the bot should have, and whether their sessions may begin."""
    try:
        async with asyncio.timeout(TIMEOUT_S):
            shards, limits = await visitor.gateway()
    except FAULTS as fault:
        return Finding("shards", False, explain(fault))
    said = (
        f"Discord recommends {shards}, of which {limits.max_concurrency} may begin a session at once; "
        f"{limits.remaining} of {limits.total} sessions are left today"
    )
    if limits.remaining <= KEPT:
        hours = limits.reset_after / 3_600_000
        return Finding("shards", False, f"{said}, so the bot begins none for {hours:.1f} h")
    return Finding("shards", True, said)


async def check_permissions(store: Store, visitor: Visitor, settings: DiscordSettings) -> list[Finding]:
    """Look for what the bot lacks in each server that has settings or watched channels.

    Args:
        store: The database.
        visitor: The bot, logged in.
        settings: The settings.
    """
    watched = {watch.guild_id for watch in await store.watches.all()}
    findings = []
    for guild_id in sorted({*await store.guilds.ids(), *watched}):
        try:
            async with asyncio.timeout(TIMEOUT_S):
                guild = await visitor.whole_guild(guild_id)
        except (discord.NotFound, discord.Forbidden):
            text = (
                f"server {guild_id}: the bot is no longer in it; while it runs, what is kept about that "
                "server is deleted in time (MOODRING_DEPARTED_DAYS)"
            )
            findings.append(Finding("permissions", True, text))
        except FAULTS as fault:
            findings.append(Finding("permissions", False, f"server {guild_id}: {explain(fault)}"))
        else:
            found = obstacles(
                guild,
                await store.guilds.get(guild_id),
                await store.watches.of_guild(guild_id),
                await store.automations.get(guild_id),
                hears=settings.message_content,
            )
            findings.append(_told(guild, found, visitor.application_id))
    return findings


def looks_like_token(token: str) -> bool:
    """Return whether a text has the form of a bot token: the first part is the bot's id in base64."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return False
    encoded = found["id"]
    try:
        return base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)).isdigit()
    except binascii.Error:
        return False


@asynccontextmanager
async def discord_login(token: str) -> AsyncIterator[Visitor]:
    """Log in to Discord with a token, and out again.

    Raises:
        discord.LoginFailure: Discord refuses the token.
        aiohttp.ClientError: Discord cannot be reached.
    """
    discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False  # it never speaks
    intents = discord.Intents(guilds=True)  # not sent without a gateway, but discord.py warns without it
    async with HttpVisitor(intents=intents) as client:
        await client.login(token)
        yield client


def _told(guild: discord.Guild, found: Obstacles, application_id: int | None) -> Finding:
    """Return what stands in the way in a server on one line, in words for a shell."""
    faults = [hint.replace("*", "").removesuffix(".") for hint in found.hints]
    for lack in found.lacks:
        channel = guild.get_channel_or_thread(lack.channel_id)
        names = ", ".join(texts.say(f"permission-{name}") for name in lack.names)
        where = f"in #{texts.printable(channel.name) if channel else lack.channel_id}"
        faults.append(
            f"the bot's role lacks {names}, which it needs {where}"
            if lack.everywhere
            else f"{where} the bot lacks {names}: allow it to the bot's role in the channel's settings"
        )
    if found.lacking and application_id is not None:
        url = grant_url(application_id, guild, found.lacking)
        faults.append(f"give the role what it lacks as a manager of the server at {url}")
    text = f"{texts.printable(guild.name)} ({guild.id}): {'; '.join(faults) or 'ok'}"
    return Finding("permissions", not faults, text)
