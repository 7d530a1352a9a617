"""Faults that an operator can mend, each told in one line instead of a traceback."""

from typing import Final

import aiohttp
import discord
from sqlalchemy.exc import OperationalError

from moodring.model import WeightsError

from .settings import SettingsError
from .store import StoreError, explain_failure

FAULTS: Final = (
    SettingsError,
    StoreError,
    OperationalError,
    WeightsError,
    discord.LoginFailure,
    discord.PrivilegedIntentsRequired,
    discord.HTTPException,
    discord.GatewayNotFound,
    discord.ConnectionClosed,
    aiohttp.ClientError,
    ConnectionError,
    TimeoutError,
)
"""What :func:`explain` explains. Anything else is a bug and keeps its traceback."""

_SETTINGS: Final = (SettingsError, discord.LoginFailure, discord.PrivilegedIntentsRequired)
"""Faults of the settings, found by Moodring or by Discord: starting again does not mend them."""


def exit_code(fault: BaseException) -> int:
    """Return the exit code of a bot that a fault ended: 2 where the settings are wrong, else 1."""
    return 2 if isinstance(fault, _SETTINGS) else 1


def explain(fault: BaseException) -> str:
    """Return what is wrong and what to do, in one line."""
    match fault:
        case discord.LoginFailure():
            return "Discord refuses the token; copy a fresh one from the Developer Portal to MOODRING_TOKEN"
        case discord.PrivilegedIntentsRequired():
            return (
                "Discord refuses the Message Content intent; switch it on in the Developer Portal "
                "(Bot, Privileged Gateway Intents) or set MOODRING_MESSAGE_CONTENT=false"
            )
        case SettingsError() | StoreError() | WeightsError():
            return str(fault)
        case OperationalError():
            return explain_failure(fault)
        case _:
            reason = (str(fault).strip() or type(fault).__name__).splitlines()[0]
            return (
                f"Discord cannot be reached ({reason}); check the network and discordstatus.com, then retry"
            )
