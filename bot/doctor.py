"""``python -m bot doctor``: is everything there that the bot needs? One line each."""

import asyncio
import base64
import binascii
import re
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import discord

from moodring.model import Predictor, Sample, WeightsError

from .classifier import require_ocr
from .faults import FAULTS, explain
from .settings import DiscordSettings, Settings, SettingsError
from .store import Store, StoreError

LOGIN_TIMEOUT_S: Final = 10
"""Seconds that Discord may take to answer."""

_TOKEN: Final = re.compile(r"(?P<id>[\w-]{18,})\.[\w-]{6,}\.[\w-]{27,}")


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
        return f"{'ok   ' if self.good else 'WRONG'}  {self.name + ':':<10} {self.text}"


Login: TypeAlias = Callable[[str], Awaitable[discord.ApplicationFlags]]
"""Logs in with a token and returns what the application is allowed."""


def doctor(settings: Settings) -> int:
    """Check weights, database and token, and print a line each.

    Settings that reach this function have been checked already.

    Returns:
        The exit code: 1 if something is wrong.
    """
    findings = asyncio.run(examine(settings, discord_login))
    sys.stdout.writelines(f"{finding}\n" for finding in findings)
    return 0 if all(finding.good for finding in findings) else 1


async def examine(settings: Settings, login: Login) -> list[Finding]:
    """Return what each check found.

    Args:
        settings: The settings.
        login: Asks Discord about the token.
    """
    return [
        Finding("settings", True, "read, all values are valid"),
        check_weights(settings),
        *check_ocr(settings),
        await check_database(settings.database_url),
        await check_token(settings, login),
    ]


def check_weights(settings: Settings) -> Finding:
    """Load the weights and read a word with them."""
    try:
        predictor = Predictor(settings.weights, settings.fusion)
    except WeightsError as error:
        return Finding("weights", False, str(error))
    [prediction] = predictor.predict([Sample("hello")])
    return Finding("weights", True, f"version {predictor.version}, answered in {prediction.ms:.0f} ms")


def check_ocr(settings: Settings) -> list[Finding]:
    """Look for what reads text in pictures, where that is switched on."""
    if not settings.ocr:
        return []
    try:
        require_ocr()
    except SettingsError as error:
        return [Finding("ocr", False, str(error))]
    return [Finding("ocr", True, "what reads text in pictures is installed")]


async def check_database(url: str) -> Finding:
    """Open the database and bring its tables up to date."""
    try:
        store = await Store.open(url)
    except StoreError as error:
        return Finding("database", False, str(error))
    await store.aclose()
    return Finding("database", True, "open, its tables are up to date")


async def check_token(settings: DiscordSettings, login: Login) -> Finding:
    """Look at the token's form, and ask Discord about it if the form is right."""
    if settings.token is None:
        return Finding("token", True, "none: the simulated server starts; for Discord set MOODRING_TOKEN")
    token = settings.token.get_secret_value()
    if not looks_like_token(token):
        return Finding(
            "token",
            False,
            "MOODRING_TOKEN does not look like a bot token (three parts with dots between); "
            "copy it from the Developer Portal (Bot, Reset Token), not the client secret or public key",
        )
    try:
        async with asyncio.timeout(LOGIN_TIMEOUT_S):
            allowed = await login(token)
    except FAULTS as fault:
        return Finding("token", False, explain(fault))
    content = allowed.gateway_message_content or allowed.gateway_message_content_limited
    if settings.message_content and not content:
        return Finding("token", False, explain(discord.PrivilegedIntentsRequired(None)))
    return Finding("token", True, "Discord accepts it")


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


async def discord_login(token: str) -> discord.ApplicationFlags:
    """Log in to Discord with a token and out again.

    Raises:
        discord.LoginFailure: Discord refuses the token.
        aiohttp.ClientError: Discord cannot be reached.
    """
    async with discord.Client(intents=discord.Intents.none()) as client:
        await client.login(token)
        return client.application_flags
