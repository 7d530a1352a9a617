"""Who used a command that failed is told, also where Discord's answer to the first sign of it was lost."""

from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord.ext import commands

from moodring.bot import texts
from moodring.bot.apologies import apologise
from moodring.bot.delivery import ACKNOWLEDGED


class Refusal:
    """As much of an answer of Discord's as discord.py's errors look at."""

    status, reason = 400, ""


class Interaction:
    """An interaction whose first answer Discord has, but discord.py knows nothing of it.

    Attributes:
        told: What was said behind that answer.
    """

    id, guild_id, command = 1, 2, None

    def __init__(self) -> None:
        self.told: list[str] = []
        self.response: Any = SimpleNamespace(is_done=lambda: False, send_message=self._refuse)
        self.followup: Any = SimpleNamespace(send=self._tell)

    async def _refuse(self, *_: object, **__: object) -> None:
        raise discord.HTTPException(Refusal(), {"code": ACKNOWLEDGED, "message": "acknowledged"})  # type: ignore[arg-type]

    async def _tell(self, text: str, **_: object) -> None:
        self.told.append(text)


@pytest.mark.asyncio
async def test_a_failure_behind_a_promise_that_got_lost_is_told() -> None:
    interaction: Any = Interaction()
    await apologise(interaction, commands.CommandError("a bug"))
    assert interaction.told == [texts.say("failed")]
