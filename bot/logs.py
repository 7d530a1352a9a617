"""Logs: one line an event on standard error, as text or JSON. Events carry ids, never content."""

import json
import logging
from datetime import UTC, datetime
from typing import Any, Final

from .settings import LogSettings

_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}
"""What every record has; anything else was given as ``extra`` and belongs to the event."""


def configure_logs(settings: LogSettings) -> None:
    """Send all logs to standard error in the chosen form.

    Other libraries stay at INFO or above: at DEBUG the Discord client logs whole messages.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter() if settings.log_format == "json" else TextFormatter())
    level = logging.getLevelNamesMapping()[settings.log_level]
    logging.basicConfig(handlers=[handler], level=max(level, logging.INFO), force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # else ten lines at every start
    logging.getLogger("moodring").setLevel(level)


class TextFormatter(logging.Formatter):
    """``2026-01-31T12:00:00.000Z INFO moodring.bot.app: event key=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the event as one line."""
        event = _event(record)
        details = "".join(f" {key}={value}" for key, value in event["details"].items())
        line = f"{event['time']} {event['level']} {event['logger']}: {event['event']}{details}"
        # What breaks a line, moves a terminal or turns text round is written as Python writes it.
        return "".join(each if each.isprintable() else repr(each)[1:-1] for each in line)


class JsonFormatter(logging.Formatter):
    """One JSON object: ``time``, ``level``, ``logger``, ``event`` and what belongs to the event."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the event as one line."""
        event = _event(record)
        return json.dumps({**event.pop("details"), **event}, default=str)


def _event(record: logging.LogRecord) -> dict[str, Any]:
    time = datetime.fromtimestamp(record.created, UTC)
    # A name that begins with _ is no event's: Ray puts a time of its own into every record of its process.
    details = {
        key: value for key, value in vars(record).items() if key not in _STANDARD and not key.startswith("_")
    }
    if record.exc_info:
        details["error"] = logging.Formatter().formatException(record.exc_info)
    return {
        "time": time.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": record.levelname,
        "logger": record.name,
        "event": record.getMessage(),
        "details": details,
    }
