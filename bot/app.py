"""Moodring's own bot: wiring, and its life from login to stop."""

import asyncio
import gc
import logging
import signal
import sys
from collections.abc import Coroutine
from typing import Any, Final

import discord
from discord.ext import commands

from .addresses import use_addresses
from .brake import Brake, check_sessions
from .faults import FAULTS, exit_code, explain
from .health.database import expose_database
from .health.endpoint import open_endpoint
from .health.figures import count_requests, expose_process, measure_lag
from .health.gateway import Gateway
from .health.notify import STOPPING, notify
from .health.watchdog import Watchdog
from .identifying import Identifying, check_shared, open_identifying
from .intake.message import Downloads
from .services import Classifies, Services, open_services
from .settings import DiscordSettings, Settings, SettingsError
from .shards import Shards, own_shards
from .store import Store
from .sync import sync_if_changed

log: Final = logging.getLogger(__name__)

FEATURES: Final = "moodring.bot.plugin"
"""The extension with all features; by its full name, as any host loads it."""

_PATIENCE_S: Final = {signal.SIGINT: 1.0, signal.SIGTERM: 8.0}
"""Seconds for what is in flight: a person at the keyboard waits less than a service manager (10 s)."""


class Moodring(commands.AutoShardedBot):
    """The bot: slash commands, menus and mentions, no prefix commands, no pings, no message cache.

    Args:
        services: What the features work with.
        intents: What Discord tells the bot.
        identifying: What its sessions wait for; None where this process is alone.
        shards: What this process runs; None for all, as many as Discord recommends.
    """

    def __init__(
        self,
        services: Services,
        intents: discord.Intents,
        identifying: Identifying | None = None,
        shards: Shards | None = None,
    ) -> None:
        own: Any = {} if shards is None else {"shard_ids": list(shards.ids), "shard_count": shards.count}
        # A bot that never speaks needs no voice libraries: nobody has to hear that they are missing.
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents,
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            max_messages=None,
            http_trace=count_requests(services.metrics.registry),
            **own,
        )
        self._identifying = identifying or Identifying()
        self.services = services
        self.gateway = Gateway(self, services.metrics.registry)

    async def setup_hook(self) -> None:
        """Add the features and tell Discord about new commands."""
        http = self.http
        http.ws_connect = Brake(http.ws_connect, lambda: len(self.shards))  # type: ignore[method-assign]
        await self.load_extension(FEATURES)
        _leave_what_stays_to_itself()
        assert self.application_id is not None, "set by the login"  # noqa: S101
        if 0 in own_shards(self):  # one process of several tells Discord
            await sync_if_changed(self.tree, self.application_id, self.services.store.command_trees)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Begin a session not too soon after another one, and only where the day has some left."""
        if shard_id in self.shards:  # it had one, or was refused one just now
            await super().before_identify_hook(shard_id, initial=initial)
        await self._identifying.turn((shard_id or 0) % await check_sessions(self))

    async def is_owner(self, user: discord.abc.User, /) -> bool:
        """Return whether somebody owns the application, or is of its team, which may have changed meanwhile.

        Raises:
            discord.HTTPException: Discord does not say who owns it.
        """
        named = self.owner_id, self.owner_ids
        try:
            return await super().is_owner(user)
        finally:
            self.owner_id, self.owner_ids = named  # discord.py would keep the first answer

    async def on_message(self, message: discord.Message, /) -> None:
        """Take no message as a prefix command; the features listen on their own."""


def build_bot(
    settings: DiscordSettings, *, classifier: Classifies, downloader: Downloads, store: Store
) -> commands.AutoShardedBot:
    """Build the bot, not yet logged in. Everything with network, threads or files is handed in.

    The caller owns what is handed in: the bot never closes it, so a second bot can go on with it after
    a restart. Commands are sent to Discord at login if the store does not know them for this
    application: a new simulated server needs a new store. Cooldowns go by the times of the messages.

    Args:
        settings: The token is not read.
        classifier: Reads samples.
        downloader: Fetches pictures.
        store: Settings and ids, open.
    """
    services = Services(classifier=classifier, downloader=downloader, store=store, contact=settings.contact)
    return _bot(services, settings)


def run(settings: Settings, shards: Shards | None = None) -> int:
    """Connect to Discord and serve until SIGINT or SIGTERM.

    Args:
        settings: The settings.
        shards: What this process runs, of several; None for all.

    Returns:
        The exit code: 0 after a stop, else that of the fault, which is told in one line.
    """
    return _guarded(_serve(settings, shards))


def sync(settings: Settings) -> int:
    """Send the commands to Discord, changed or not.

    Returns:
        The exit code: 0, or that of a fault, which is told in one line.
    """
    return _guarded(_sync(settings))


async def _serve(settings: Settings, shards: Shards | None) -> None:
    token = _token(settings)
    check_shared(settings.database_url, shards)
    use_addresses(settings)
    async with (
        open_endpoint(settings.health_port) as endpoint,
        open_services(settings) as services,
        open_identifying(settings.database_url, shards) as identifying,
        _bot(services, settings, identifying, shards) as bot,
    ):
        registry = services.metrics.registry
        expose_process(registry)
        expose_database(services.store, registry)
        endpoint.show(services, bot.gateway)
        running = (
            asyncio.create_task(bot.start(token)),
            asyncio.create_task(Watchdog(bot.gateway).run()),
            asyncio.create_task(measure_lag(registry)),
        )
        try:
            patience = await _stop_requested(*running)
            if patience is None:
                return
            log.info("stopping")
            notify(STOPPING)
            await services.drain(patience)
        finally:
            endpoint.hide()
            await bot.close()
            for task in running:  # of the first, only a login on its way outlives the closed bot
                task.cancel()
            await asyncio.wait(running)
    log.info("stopped")


async def _sync(settings: Settings) -> None:
    token = _token(settings)
    use_addresses(settings)
    async with open_services(settings) as services, _bot(services, settings) as bot:
        await services.store.command_trees.clear()
        await bot.login(token)


def _bot(
    services: Services,
    settings: DiscordSettings,
    identifying: Identifying | None = None,
    shards: Shards | None = None,
) -> Moodring:
    intents = discord.Intents(  # by name: Message Content is privileged and only needed to listen to channels
        guilds=True, guild_messages=True, dm_messages=True, message_content=settings.message_content
    )
    return Moodring(services, intents, identifying, shards)


async def _stop_requested(*running: asyncio.Task[None]) -> float | None:
    """Wait for a signal to stop or for the end of something that runs; raises the fault that ended it.

    Returns:
        After a signal, the seconds that what is in flight may still take; None if something ended by itself.
    """
    loop = asyncio.get_running_loop()
    signalled: asyncio.Future[float] = loop.create_future()

    def stop(patience: float) -> None:
        if not signalled.done():
            signalled.set_result(patience)

    for number, patience in _PATIENCE_S.items():
        loop.add_signal_handler(number, stop, patience)
    awaited: tuple[asyncio.Future[Any], ...] = (*running, signalled)
    await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
    if signalled.done():
        return signalled.result()
    for task in running:
        if task.done():
            await task
    return None


def _leave_what_stays_to_itself() -> None:
    """Let the garbage collector pass over what was loaded for good.

    It would walk all of it each time, and the event loop wait: 200 ms of each 5 s in a flood
    (https://docs.python.org/3/library/gc.html#gc.freeze).
    """
    gc.collect()
    gc.freeze()


def _token(settings: DiscordSettings) -> str:
    if settings.token is None:
        raise SettingsError("MOODRING_TOKEN is missing; copy it from the Developer Portal (Bot, Reset Token)")
    return settings.token.get_secret_value()


def _guarded(work: Coroutine[Any, Any, None]) -> int:
    """Run to the end; tell a fault that its operator can mend in one line."""
    try:
        asyncio.run(work)
    except FAULTS as fault:
        sys.stderr.write(f"moodring: {explain(fault)}\n")
        return exit_code(fault)
    return 0
