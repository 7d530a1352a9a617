"""Faults that an operator can mend, each told in one line instead of a traceback."""

from typing import Final

import aiohttp
import discord
from sqlalchemy.exc import OperationalError

from moodring.model import WeightsError

from .backends import BackendError
from .settings import SettingsError
from .store import StoreError, explain_failure

FAULTS: Final = (
    SettingsError,
    StoreError,
    OperationalError,
    WeightsError,
    BackendError,
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


_WRONG_SHARDS: Final = frozenset({4010, 4011})
"""How the gateway closes a connection of a shard that there is not, or of a bot that is too large for so few
(https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes)."""


def exit_code(fault: BaseException) -> int:
    """Return the exit code of a bot that a fault ended: 2 where the settings are wrong, else 1."""
    return 2 if isinstance(fault, _SETTINGS) or _are_shards_wrong(fault) else 1


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
        case _ if _are_shards_wrong(fault):
            return (
                "Discord refuses the shards: so many servers need more of them in all; change the number "
                "behind the slash of --shards in all processes, or leave --shards out"
            )
        case SettingsError() | StoreError() | WeightsError() | BackendError():
            return str(fault)
        case OperationalError():
            return explain_failure(fault)
        case _:
            reason = (str(fault).strip() or type(fault).__name__).splitlines()[0]
            return (
                f"Discord cannot be reached ({reason}); check the network and discordstatus.com, then retry"
            )


def _are_shards_wrong(fault: BaseException) -> bool:
    return isinstance(fault, discord.ConnectionClosed) and fault.code in _WRONG_SHARDS
