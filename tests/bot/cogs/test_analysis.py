"""Asking the bot to read something: slash command, message menu, mention."""

import asyncio

import discord
import pytest
from simulated import Server

from moodring.bot import texts
from moodring.bot.classifier import BusyError
from moodring.bot.intake.message import NOT_A_PICTURE

PICTURE = ("cat.png", b"a picture")


@pytest.mark.asyncio
async def test_the_answer_to_a_command_is_seen_by_the_person_alone(server: Server) -> None:
    result = await server.alice.slash(server.channel, "analyze", text="pure joy")
    assert result.ephemeral
    assert result.response.embeds[0].title == "😊 Joy"


@pytest.mark.asyncio
async def test_discord_hears_from_the_bot_before_anything_is_read(server: Server) -> None:
    server.reader.gate.clear()
    asked = asyncio.create_task(server.alice.slash(server.channel, "analyze", text="joy"))
    while not server.reader.samples:
        await asyncio.sleep(0)
    assert server.env.http_requests[-1].path.endswith("/callback")
    server.reader.gate.set()
    assert (await asked).response.embeds[0].title == "😊 Joy"


@pytest.mark.asyncio
async def test_a_public_answer_is_seen_by_all(server: Server) -> None:
    result = await server.alice.slash(server.channel, "analyze", text="pure joy", public=True)
    assert not result.ephemeral
    assert server.answers() == ["😊 Joy"]


@pytest.mark.asyncio
async def test_a_command_without_anything_to_read_says_what_to_give(server: Server) -> None:
    result = await server.alice.slash(server.channel, "analyze", public=True)
    assert result.ephemeral
    assert result.response.content == texts.say("nothing-given")


@pytest.mark.asyncio
async def test_a_busy_model_is_a_friendly_text(server: Server) -> None:
    server.reader.error = BusyError()
    result = await server.alice.slash(server.channel, "analyze", text="joy")
    assert result.response.content == texts.say("busy")


@pytest.mark.asyncio
async def test_a_bug_is_an_apology_without_a_traceback(server: Server) -> None:
    server.reader.error = ZeroDivisionError("a bug")
    result = await server.alice.slash(server.channel, "analyze", text="joy")
    assert result.response.content == texts.say("failed")
    assert [type(error.__cause__) for error in server.env.errors] == [ZeroDivisionError]


@pytest.mark.asyncio
@pytest.mark.parametrize("content", [True, False])
async def test_the_menu_reads_text_and_pictures_of_any_message(server: Server) -> None:
    message = await server.bob.send(server.channel, "love", attachments=[PICTURE, ("notes.pdf", b"x")])
    result = await server.alice.context_menu(server.channel, texts.say("menu-analyze"), message)
    assert result.ephemeral
    assert server.reader.samples[0].images[0] == b"a picture"
    fields = {field.name: field.value for field in result.response.embeds[0].fields}
    assert fields[texts.say("read")] == "text, picture 1"
    assert fields[texts.say("skipped")] == f"picture 2: {NOT_A_PICTURE}"


@pytest.mark.asyncio
@pytest.mark.parametrize("content", [True, False])
async def test_a_mention_is_answered_by_a_reply_that_pings_nobody(server: Server) -> None:
    asked = await server.alice.send(server.channel, f"{server.mention} such anger")
    answer = server.channel.last_message
    assert answer is not None
    assert answer.reference is not None
    assert answer.reference.message_id == asked.id
    assert answer.mentions == []
    assert server.answers() == ["😡 Anger"]
    assert server.read_texts == ["such anger"]


@pytest.mark.asyncio
async def test_a_mention_in_a_reply_reads_the_message_replied_to(server: Server) -> None:
    said = await server.bob.send(server.channel, "what a joy")
    await server.alice.send(server.channel, f"{server.mention} and this?", reply_to=said)
    assert server.read_texts == ["what a joy"]
    assert server.answers() == ["😊 Joy"]


@pytest.mark.asyncio
@pytest.mark.parametrize("content", [False])
async def test_without_message_content_a_reply_is_told_the_way_round(server: Server) -> None:
    said = await server.bob.send(server.channel, "what a joy")
    await server.alice.send(server.channel, server.mention, reply_to=said)
    assert server.read_texts == []
    assert server.channel.last_message is not None
    assert server.channel.last_message.content == texts.say("replied-to-is-hidden")


@pytest.mark.asyncio
async def test_a_reply_to_an_answer_is_no_request(server: Server) -> None:
    await server.alice.send(server.channel, f"{server.mention} joy")
    answer = server.channel.last_message
    await server.bob.send(server.channel, "well seen, such love", reply_to=answer)
    assert server.answers() == ["😊 Joy"]


@pytest.mark.asyncio
async def test_a_mention_in_a_reply_to_an_answer_reads_the_mention(server: Server) -> None:
    await server.alice.send(server.channel, f"{server.mention} joy")
    answer = server.channel.last_message
    await server.bob.send(server.channel, f"{server.mention} love", reply_to=answer)
    assert server.answers() == ["😊 Joy", "❤️ Love"]


@pytest.mark.asyncio
async def test_a_bare_mention_is_told_what_to_write(server: Server) -> None:
    await server.alice.send(server.channel, server.mention)
    assert server.channel.last_message is not None
    assert server.channel.last_message.content == texts.say("nothing-mentioned")


@pytest.mark.asyncio
async def test_bots_and_webhooks_are_not_answered(server: Server) -> None:
    webhook = server.guild.create_webhook(server.channel)
    await webhook.send(f"{server.mention} joy")
    robot = server.guild.add_member(server.env.create_user("robot", bot=True))
    await robot.send(server.channel, f"{server.mention} joy")
    assert server.reader.samples == []


@pytest.mark.asyncio
async def test_direct_messages_that_mention_the_bot_are_answered(server: Server) -> None:
    await server.alice.send_dm(f"{server.mention} relief")
    assert server.read_texts == ["relief"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("denied", "said"),
    [
        ("embed_links", "**Embed Links**"),
        ("read_message_history", "**Read Message History**"),
        ("send_messages", None),
    ],
)
async def test_a_missing_permission_is_named_where_something_can_be_said(
    server: Server, denied: str, said: str | None
) -> None:
    bot = server.guild.me
    overwrites = {bot: discord.PermissionOverwrite(**{denied: False})}
    narrow = server.guild.create_text_channel("narrow", overwrites=overwrites)
    await server.alice.send(narrow, f"{server.mention} joy")
    last = narrow.last_message
    assert last is not None
    assert server.reader.samples == []
    if said is None:
        assert last.author.id == server.alice.id
    else:
        assert said in last.content
