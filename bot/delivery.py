"""At most once, over a wire that loses answers: what Discord may not have heard, or have heard already.

A request whose connection breaks may have been carried out or not. What may be asked twice is asked twice;
the rest is told as failed. An event that Discord sends again, as after a RESUME, is let pass.
"""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

import aiohttp
import discord

log: Final = logging.getLogger(__name__)

BROKEN: Final = (aiohttp.ClientError, OSError)
"""How discord.py says that a connection broke; a time-out is among them."""

FAILED: Final = (discord.HTTPException, *BROKEN)
"""How a request to Discord fails: refused, or its connection broke."""

ACKNOWLEDGED: Final = 40060
"""Discord's code for an interaction that has its first answer already."""

TOO_LATE: Final = frozenset({10015, 10062})
"""Discord's codes for an interaction that came too late to be answered, or whose 15 minutes are over."""

MAX_KNOWN: Final = 8192
"""Events of a bot that are remembered: at the busiest some minutes, far longer than a RESUME reaches back."""

Heard = TypeVar("Heard")

_known: Final[WeakKeyDictionary[discord.Client, OrderedDict[int, None]]] = WeakKeyDictionary()

_MARK: Final = "moodring: first"


def code_of(error: BaseException) -> int | None:
    """Return Discord's code for a refusal; None where it did not say one."""
    return error.code if isinstance(error, discord.HTTPException) else None


def is_lost(error: BaseException) -> bool:
    """Return whether a request failed for no reason of its own: Discord is down, or too busy for now."""
    of_discord = isinstance(error, discord.HTTPException) and (error.status >= 500 or error.status == 429)
    return of_discord or isinstance(error, (discord.RateLimited, *BROKEN))


def why(error: BaseException) -> dict[str, object]:
    """Return what a log says of a request that failed."""
    return {"why": type(error).__name__, "code": code_of(error)}


def is_new(client: discord.Client, event_id: int) -> bool:
    """Return whether a message or an interaction is handed to a bot for the first time, and remember it.

    Args:
        client: The bot.
        event_id: Its id.
    """
    known = _known.setdefault(client, OrderedDict())
    if event_id in known:
        log.info("came twice", extra={"event_id": event_id})
        return False
    known[event_id] = None
    if len(known) > MAX_KNOWN:
        known.popitem(last=False)
    return True


def is_first(interaction: discord.Interaction[Any]) -> bool:
    """Return whether an interaction came for the first time; of one object it may be asked again."""
    if _MARK not in interaction.extras:
        interaction.extras[_MARK] = is_new(interaction.client, interaction.id)
    return bool(interaction.extras[_MARK])


async def twice(ask: Callable[[], Awaitable[Heard]]) -> Heard:
    """Ask Discord for something, and once more where the connection broke.

    Args:
        ask: Asks; for what is the same done once or twice: an edit, or a message with a nonce.
    """
    try:
        return await ask()
    except BROKEN:
        return await ask()


async def promise(
    interaction: discord.Interaction[Any], *, ephemeral: bool = True, thinking: bool = True
) -> None:
    """Tell Discord within its 3 s that an answer follows, also where its own answer to that is lost.

    Args:
        interaction: What is to be answered.
        ephemeral: Whether only who asked sees the answer.
        thinking: Whether an answer of its own follows; otherwise what was clicked on may change.
    """
    await _heard(lambda: interaction.response.defer(ephemeral=ephemeral, thinking=thinking))


async def show_view(interaction: discord.Interaction[Any], view: discord.ui.LayoutView) -> None:
    """Answer with a view that only who asked sees, also where Discord's answer to that is lost."""
    if not await _heard(lambda: interaction.response.send_message(view=view, ephemeral=True)):
        await twice(lambda: interaction.edit_original_response(view=view))


async def change_message(interaction: discord.Interaction[Any], **fields: Any) -> None:
    """Change the message that was clicked on, also where Discord's answer to that is lost.

    Args:
        interaction: The click.
        fields: What `discord.InteractionResponse.edit_message` and `edit_original_response` both take.
    """
    if not await _heard(lambda: interaction.response.edit_message(**fields)):
        await twice(lambda: interaction.edit_original_response(**fields))


async def _heard(answer: Callable[[], Awaitable[object]]) -> bool:
    """Give an interaction its first answer; return whether discord.py knows what became of it.

    If not it is there all the same, but only another answer tells discord.py of the buttons on it.
    """
    try:
        await twice(answer)
    except discord.HTTPException as error:
        if error.code != ACKNOWLEDGED:
            raise
        return False
    return True
