"""The button **Why?** under an answer."""

import asyncio

import discord
import pytest
from simulated import Server

from moodring.bot import texts
from moodring.bot.classifier import BusyError

PICTURE = ("cat.png", b"a picture")


def forget(server: Server) -> None:
    """Let a quarter of an hour pass for the bot's memory."""
    services = server.bot.services  # type: ignore[attr-defined]
    services.recent._kept.clear()


@pytest.mark.asyncio
async def test_the_words_that_made_the_answer_are_shown_to_who_asks(server: Server) -> None:
    shown = await server.alice.slash(server.channel, "analyze", text="maybe *pure* joy")
    why = await server.alice.click(shown.response, label=texts.say("why"))
    assert why.ephemeral
    [embed] = why.response.embeds
    assert embed.title == "Why 😊 joy?"
    assert embed.description == r"~~maybe~~ \*pure\* **joy**"
    assert not why.response.attachments


@pytest.mark.asyncio
async def test_pictures_come_with_their_heat(server: Server) -> None:
    message = await server.bob.send(server.channel, "love", attachments=[PICTURE, PICTURE])
    shown = await server.alice.context_menu(server.channel, texts.say("menu-analyze"), message)
    why = await server.alice.click(shown.response, label=texts.say("why"))
    assert [file.filename for file in why.response.attachments] == ["picture-1.png", "picture-2.png"]
    assert texts.say("why-pictures") in (why.response.embeds[0].fields[0].value or "")


@pytest.mark.asyncio
async def test_under_a_public_answer_others_do_not_see_what_was_handed_in(server: Server) -> None:
    await server.alice.slash(server.channel, "analyze", text="secret joy", public=True)
    answer = server.channel.last_message
    assert answer is not None
    refused = await server.bob.click(answer, label=texts.say("why"))
    assert refused.response.content == texts.say("why-not-yours")
    allowed = await server.alice.click(answer, label=texts.say("why"))
    assert allowed.response.embeds[0].description == "secret **joy**"


@pytest.mark.asyncio
async def test_under_an_answer_in_a_channel_anyone_may_ask_also_after_a_restart(server: Server) -> None:
    await server.alice.send(server.channel, f"{server.mention} joy")
    answer = server.channel.last_message
    assert answer is not None
    await server.restart()
    why = await server.bob.click(answer, label=texts.say("why"))
    assert why.response.embeds[0].description == "**joy**"


@pytest.mark.asyncio
async def test_what_is_forgotten_is_read_again_where_discord_shows_it(server: Server) -> None:
    await server.watch()
    await server.alice.send(server.channel, "pure joy", attachments=[PICTURE])
    answer = server.channel.last_message
    assert answer is not None
    forget(server)
    why = await server.bob.click(answer, label=texts.say("why"))
    assert why.response.embeds[0].description == "pure **joy**"
    assert len(why.response.attachments) == 1


@pytest.mark.asyncio
async def test_an_edit_is_explained_as_it_stands_now(server: Server) -> None:
    await server.watch()
    said = await server.alice.send(server.channel, "joy")
    answer = server.channel.last_message
    assert answer is not None
    await server.alice.edit(said, "so much love")
    why = await server.bob.click(answer, label=texts.say("why"))
    assert why.response.embeds[0].description == "so much **love**"


@pytest.mark.asyncio
async def test_what_is_forgotten_and_cannot_be_read_again_is_said_to_be(server: Server) -> None:
    shown = await server.alice.slash(server.channel, "analyze", text="joy")
    forget(server)
    why = await server.alice.click(shown.response, label=texts.say("why"))
    assert why.response.content == texts.say("why-forgotten")


@pytest.mark.asyncio
async def test_nothing_of_a_person_who_opted_out_meanwhile_is_explained(server: Server) -> None:
    message = await server.bob.send(server.channel, "love")
    shown = await server.alice.context_menu(server.channel, texts.say("menu-analyze"), message)
    await server.store.opt_outs.add(server.bob.id)
    why = await server.alice.click(shown.response, label=texts.say("why"))
    assert why.response.content == texts.say("opted-out")
    assert len(server.reader.samples) == 1


@pytest.mark.asyncio
async def test_a_busy_model_and_a_bug_are_told_like_everywhere(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    shown = await server.alice.slash(server.channel, "analyze", text="joy")
    server.reader.error = BusyError()
    why = await server.alice.click(shown.response, label=texts.say("why"))
    assert why.response.content == texts.say("busy")
    server.reader.error = ZeroDivisionError("a bug")
    why = await server.alice.click(shown.response, label=texts.say("why"))
    assert why.response.content == texts.say("failed")
    failures = [record.exc_info for record in caplog.records if record.exc_info]
    assert [kind for kind, _, _ in failures] == [ZeroDivisionError]


@pytest.mark.asyncio
async def test_discord_hears_of_the_press_before_anything_is_read(server: Server) -> None:
    shown = await server.alice.slash(server.channel, "analyze", text="joy")
    server.reader.gate.clear()
    asked = asyncio.create_task(server.alice.click(shown.response, label=texts.say("why")))
    while len(server.reader.samples) < 2:
        await asyncio.sleep(0)
    assert server.env.http_requests[-1].path.endswith("/callback")
    server.reader.gate.set()
    assert isinstance((await asked).response.embeds[0], discord.Embed)
