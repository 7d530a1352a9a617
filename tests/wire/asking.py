"""Asking the bot for something, and looking whether it answers once."""

from people import Guild
from simcord.backend.models import Interaction, Message
from stand_in import StandIn

GLAD = "This is wonderful, thank you all so much!"


def ask(guild: Guild) -> tuple[Message, Interaction]:
    """Write a message in the watched channel, and use a command."""
    return guild.write("alice", GLAD), guild.slash("bob", "analyze", text=GLAD)


async def answered_once(
    stand_in: StandIn, guild: Guild, asked: tuple[Message, Interaction], seconds: float = 20
) -> None:
    message, used = asked
    await stand_in.until(lambda: guild.answers_to(message) and guild.shown(used), seconds)
    await stand_in.quiet()
    assert len(guild.answers_to(message)) == 1
    assert used.followup_ids == []
