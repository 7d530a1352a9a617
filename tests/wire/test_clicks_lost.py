"""Clicks whose first answer is lost after it was done, and effects whose answer is: done once, and shown."""

import faults
import pytest
from asking import GLAD
from moderating import answer, cards_of, flagged, panel, says
from people import Guild
from process import Bot
from stand_in import Fault, StandIn

pytestmark = pytest.mark.asyncio(loop_scope="module")

LOST: dict[str, Fault] = {
    "cut within the answer": faults.cut(done=True),
    "500, but done": faults.fails(500, done=True),
    "504, but done": faults.fails(504, done=True),
}
"""What is done, and not known to be."""


@pytest.mark.parametrize("name", LOST)
async def test_a_warning_is_given_though_discord_did_not_say_that_it_heard_the_click(
    discord_here: StandIn, guild: Guild, bot: Bot, name: str
) -> None:
    message, card = await flagged(discord_here, guild)
    discord_here.strike("POST", "/interactions/", LOST[name])
    guild.click("moderator", card, "Warn")
    await discord_here.until(lambda: guild.answers_to(message))
    await discord_here.quiet(1)
    assert "acted on" in says(cards_of(guild, message)[0])
    await discord_here.quiet(1)
    assert len(guild.answers_to(message)) == 1


@pytest.mark.parametrize("name", LOST)
async def test_whoever_opted_out_is_out_and_their_answers_are_gone_though_the_answer_was_lost(
    discord_here: StandIn, guild: Guild, bot: Bot, name: str
) -> None:
    person = guild.join(name).name
    message = guild.write(person, GLAD)
    await discord_here.until(lambda: guild.answers_to(message))
    shown = await answer(discord_here, guild, guild.slash(person, "privacy"))
    discord_here.strike("POST", "/interactions/", LOST[name])
    guild.click(person, shown, "Opt out")
    await discord_here.until(lambda: not guild.answers_to(message))
    refused = await answer(discord_here, guild, guild.slash(person, "analyze", text=GLAD))
    assert refused.embeds == []


@pytest.mark.parametrize("name", LOST)
async def test_a_panel_works_on_though_the_answer_to_a_click_was_lost(
    discord_here: StandIn, guild: Guild, bot: Bot, name: str
) -> None:
    shown = await panel(discord_here, guild)
    discord_here.strike("POST", "/interactions/", LOST[name])
    used = guild.pick("admin", shown, "Choose the log channel", guild.general)
    await discord_here.until(lambda: used.responded)
    await discord_here.quiet(2)  # a server error is tried again a second later
    again = guild.pick("admin", shown, "Choose the log channel", guild.staff)
    await discord_here.until(lambda: again.responded)
    listed = await answer(discord_here, guild, guild.slash("admin", "setup", show=True))
    assert f"<#{guild.staff.id}>" in says(listed)


@pytest.mark.parametrize("name", LOST)
async def test_a_panel_works_though_the_answer_that_brought_it_was_lost(
    discord_here: StandIn, guild: Guild, bot: Bot, name: str
) -> None:
    discord_here.strike("POST", "/interactions/", LOST[name])
    shown = await panel(discord_here, guild)
    await discord_here.quiet(2)
    chosen = guild.pick("admin", shown, "Choose the log channel", guild.staff)
    await discord_here.until(lambda: chosen.responded)


@pytest.mark.parametrize("name", LOST)
async def test_a_warning_whose_answer_is_lost_is_one_warning(
    discord_here: StandIn, guild: Guild, bot: Bot, name: str
) -> None:
    message, card = await flagged(discord_here, guild)
    struck = discord_here.struck
    discord_here.strike("POST", f"/channels/{message.channel_id}/messages", LOST[name])
    guild.click("moderator", card, "Warn")
    await discord_here.until(lambda: discord_here.struck > struck)
    await discord_here.quiet(2)  # a server error is tried again a second later
    assert len(guild.answers_to(message)) == 1


async def test_a_warning_that_is_given_again_as_nobody_knew_of_it_stays_one(
    discord_here: StandIn, guild: Guild, bot: Bot
) -> None:
    message, card = await flagged(discord_here, guild)
    discord_here.strike("POST", f"/channels/{message.channel_id}/messages", faults.cut(done=True))
    guild.click("moderator", card, "Warn")
    await discord_here.until(lambda: "check this" in says(cards_of(guild, message)[0]))
    guild.click("moderator", cards_of(guild, message)[0], "Warn")
    await discord_here.until(lambda: "acted on" in says(cards_of(guild, message)[0]))
    assert len(guild.answers_to(message)) == 1


@pytest.mark.parametrize("name", LOST)
async def test_a_card_whose_answer_is_lost_is_one_card(
    discord_here: StandIn, guild: Guild, bot: Bot, name: str
) -> None:
    discord_here.strike("POST", f"/channels/{guild.staff.id}/messages", LOST[name])
    message, _card = await flagged(discord_here, guild)
    await discord_here.quiet(2)
    assert len(cards_of(guild, message)) == 1


@pytest.mark.parametrize("name", LOST)
async def test_words_whose_answer_is_lost_are_said_once(
    discord_here: StandIn, guild: Guild, bot: Bot, name: str
) -> None:
    struck = discord_here.struck
    discord_here.strike("POST", f"/channels/{guild.general.id}/messages", LOST[name])
    message = guild.mention("bob", "")  # nothing to read: that is said
    await discord_here.until(lambda: discord_here.struck > struck)
    await discord_here.quiet(2)
    [said] = guild.answers_to(message)
    assert said.embeds == []
