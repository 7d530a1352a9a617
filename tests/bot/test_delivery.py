"""At most once: what came twice, what was lost on its way, and what may be asked for again."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import aiohttp
import discord
import pytest

from moodring.bot import delivery
from moodring.bot.delivery import MAX_KNOWN, is_lost, is_new, twice


class Response:
    """As much of an answer as discord.py's errors look at."""

    reason = ""
    headers: ClassVar[dict[str, str]] = {}

    def __init__(self, status: int) -> None:
        self.status = status


def refused(status: int) -> discord.HTTPException:
    kind = discord.DiscordServerError if status >= 500 else discord.HTTPException
    return kind(Response(status), {"code": 0, "message": "no"})  # type: ignore[arg-type]


@pytest.fixture
def client() -> discord.Client:
    return discord.Client(intents=discord.Intents.none())


def test_an_event_is_new_once_for_each_bot(client: discord.Client) -> None:
    other = discord.Client(intents=discord.Intents.none())
    assert is_new(client, 1)
    assert not is_new(client, 1)
    assert is_new(client, 2)
    assert is_new(other, 1)


def test_no_more_events_are_remembered_than_the_bound(client: discord.Client) -> None:
    for event_id in range(MAX_KNOWN + 10):
        assert is_new(client, event_id)
    assert len(delivery._known[client]) == MAX_KNOWN
    assert not is_new(client, MAX_KNOWN + 9)


@pytest.mark.parametrize(
    ("error", "lost"),
    [
        (refused(500), True),
        (refused(503), True),
        (refused(429), True),
        (refused(400), False),
        (refused(403), False),
        (aiohttp.ServerDisconnectedError(), True),
        (ConnectionResetError(), True),
        (TimeoutError(), True),
        (ValueError(), False),
    ],
)
def test_a_refusal_is_no_loss(error: Exception, lost: bool) -> None:
    assert is_lost(error) is lost


def failing(*errors: Exception) -> tuple[Callable[[], Awaitable[str]], list[str]]:
    """Something that fails so often, then works; and how often it was asked."""
    asked: list[str] = []
    left = list(errors)

    async def ask() -> str:
        asked.append("asked")
        if left:
            raise left.pop(0)
        return "done"

    return ask, asked


@pytest.mark.asyncio
async def test_where_the_connection_broke_it_is_asked_once_more() -> None:
    ask, asked = failing(aiohttp.ServerDisconnectedError())
    assert await twice(ask) == "done"
    assert len(asked) == 2


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("errors", "times"), [([refused(403)], 1), ([ConnectionResetError(), ConnectionResetError()], 2)]
)
async def test_a_refusal_and_a_second_break_are_final(errors: list[Any], times: int) -> None:
    ask, asked = failing(*errors)
    with pytest.raises(type(errors[-1])):
        await twice(ask)
    assert len(asked) == times
