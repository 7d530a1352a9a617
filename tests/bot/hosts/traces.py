"""What a bot and its process hold, so that before and after an extension can be compared."""

import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import discord
from discord.ext import commands
from PIL import Image, ImageFile

PROC: Final = Path("/proc/self")
LOGGERS: Final = ("", "discord", "moodring", "alembic", "sqlalchemy")

Traces = dict[str, Any]


def in_the_bot(bot: commands.Bot) -> Traces:
    """Everything that an extension can add to a bot; the things themselves, not only their names."""
    buttons = bot._connection._view_store
    kinds = discord.AppCommandType
    return {
        "commands": dict(bot.all_commands),
        "app commands": {kind: list(bot.tree.walk_commands(type=kind)) for kind in kinds},
        "listeners": {event: list(found) for event, found in bot.extra_events.items() if found},
        "waiting": {event: list(found) for event, found in bot._listeners.items() if found},
        "cogs": dict(bot.cogs),
        "extensions": dict(bot.extensions),
        "checks": [*bot._checks, *bot._check_once],
        "buttons": {message: sorted(items) for message, items in buttons._views.items() if items},
        "messages with buttons": dict(buttons._synced_message_views),
        "forms": dict(buttons._modals),
        "dynamic items": dict(buttons._dynamic_items),
        "persistent views": list(bot.persistent_views),
        "error handlers": (bot.on_error, bot.on_command_error, bot.tree.on_error),
        "translator": bot.tree.translator,
        "attributes": set(vars(bot)),
    }


def in_the_process() -> Traces:
    """Everything that could outlive an extension, or is everybody's."""
    return {
        "tasks": asyncio.all_tasks() - {asyncio.current_task()},
        "threads": {thread for thread in threading.enumerate() if not _is_the_loops(thread)},
        "processes": _children(),
        "open files": _open_files(),
        "loggers": [_logger(logging.getLogger(name)) for name in LOGGERS],
        "signals": {number: signal.getsignal(number) for number in signal.valid_signals()},
        "event loop": (asyncio.get_event_loop_policy(), asyncio.get_running_loop().get_exception_handler()),
        "hooks": (sys.excepthook, threading.excepthook, sys.unraisablehook),
        "paths": (list(sys.path), Path.cwd()),
        "environment": dict(os.environ),
        "picture limits": (Image.MAX_IMAGE_PIXELS, ImageFile.LOAD_TRUNCATED_IMAGES),
        "voice warnings": (discord.VoiceClient.warn_nacl, discord.VoiceClient.warn_dave),
    }


async def difference(look: Callable[[], Traces], before: Traces) -> Traces:
    """Return what is there now and was not before; what is on its way out has a moment to go."""
    deadline = time.monotonic() + 5
    while True:
        now = look()
        found = {name: now[name] for name, was in before.items() if not _is_same(was, now[name])}
        if not found or time.monotonic() > deadline:
            return found
        await asyncio.sleep(0.01)


def _is_same(before: object, now: object) -> bool:
    if isinstance(before, set | Counter) and isinstance(now, set | Counter):
        return now <= before  # something of an earlier test may have been on its way out
    return before == now


def _is_the_loops(thread: threading.Thread) -> bool:
    """Whether a thread is the event loop's own: it keeps a few for whoever asks, discord.py among others."""
    return thread.name.startswith("asyncio_")


def _children() -> set[str]:
    return {child for each in PROC.glob("task/*/children") for child in each.read_text("utf-8").split()}


def _open_files() -> Counter[str]:
    found: Counter[str] = Counter()
    for descriptor in (PROC / "fd").glob("*"):
        try:
            found[str(descriptor.readlink())] += 1
        except FileNotFoundError:  # the listing's own
            continue
    return found


def _logger(logger: logging.Logger) -> tuple[object, ...]:
    return logger.level, logger.propagate, logger.disabled, list(logger.handlers), list(logger.filters)
