"""Answers stay true to their messages."""

import asyncio

import discord
import pytest
from simulated import Server

from moodring.bot.classifier import BusyError


@pytest.mark.asyncio
@pytest.mark.parametrize("restarted", [False, True])
async def test_an_edited_message_is_read_again_and_its_answer_edited(server: Server, restarted: bool) -> None:
    await server.watch()
    said = await server.alice.send(server.channel, "joy")
    if restarted:
        await server.restart()
    await server.alice.edit(said, "grief")
    assert server.answers() == ["😭 Grief"]


@pytest.mark.asyncio
@pytest.mark.parametrize("restarted", [False, True])
async def test_a_deleted_message_takes_its_answer_along(server: Server, restarted: bool) -> None:
    await server.watch()
    said = await server.alice.send(server.channel, "joy")
    if restarted:
        await server.restart()
    await server.alice.delete(said)
    assert server.answers() == []
    assert await server.store.answers.to_author(server.alice.id) == []


@pytest.mark.asyncio
async def test_swept_messages_take_their_answers_along(server: Server) -> None:
    await server.manager.slash(server.channel, "watch tune", cooldown=0)
    await server.watch()
    said = [await server.alice.send(server.channel, word) for word in ("joy", "love", "grief")]
    channel = server.bot.get_channel(server.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.delete_messages([discord.Object(message.id) for message in said[:2]])
    await server.env.settle()
    assert server.answers() == ["😭 Grief"]


@pytest.mark.asyncio
async def test_a_reaction_is_exchanged_after_an_edit(server: Server) -> None:
    await server.watch(mode="react")
    said = await server.alice.send(server.channel, "joy")
    await server.alice.edit(said, "grief")
    assert server.reactions(said) == ["😭"]


@pytest.mark.asyncio
async def test_reactions_of_people_stay(server: Server) -> None:
    await server.watch(mode="react")
    said = await server.alice.send(server.channel, "joy")
    await server.bob.react(said, "🦆")
    await server.alice.edit(said, "grief")
    assert sorted(server.reactions(said)) == sorted(["🦆", "😭"])


@pytest.mark.asyncio
async def test_a_message_without_an_answer_is_not_read_again(server: Server) -> None:
    await server.watch()
    said = await server.alice.send(server.channel, "just words")
    await server.alice.edit(said, "joy")
    assert server.read_texts == ["just words"]


@pytest.mark.asyncio
async def test_an_edit_that_leaves_nothing_to_read_takes_the_answer_back(server: Server) -> None:
    asked = await server.alice.send(server.channel, f"{server.mention} joy")
    await server.alice.edit(asked, server.mention)
    assert server.answers() == []


@pytest.mark.asyncio
@pytest.mark.parametrize("content", [True, False])
async def test_the_answer_to_a_mention_follows_its_message_too(server: Server) -> None:
    asked = await server.alice.send(server.channel, f"{server.mention} joy")
    await server.alice.edit(asked, f"{server.mention} grief")
    assert server.answers() == ["😭 Grief"]
    await server.alice.delete(asked)
    assert server.answers() == []


@pytest.mark.asyncio
async def test_a_busy_model_leaves_the_answer_as_it_is(server: Server) -> None:
    await server.watch()
    said = await server.alice.send(server.channel, "joy")
    server.reader.error = BusyError()
    await server.alice.edit(said, "grief")
    assert server.answers() == ["😊 Joy"]


@pytest.mark.asyncio
async def test_a_message_deleted_while_it_is_read_leaves_no_answer_behind(server: Server) -> None:
    await server.watch()
    server.reader.gate.clear()
    backend = server.env.backend
    message = backend.create_message(server.channel.id, server.alice.id, "joy")
    while not server.reader.samples:
        await asyncio.sleep(0)
    backend.delete_message(server.channel.id, message.id)
    server.reader.gate.set()
    await server.env.settle()
    assert server.answers() == []
    assert await server.store.answers.to_author(server.alice.id) == []


@pytest.mark.asyncio
async def test_an_answer_that_a_moderator_deletes_is_forgotten(server: Server) -> None:
    await server.watch()
    said = await server.alice.send(server.channel, "joy")
    answer = server.channel.last_message
    assert answer is not None
    await answer.delete()
    await server.env.settle()
    await server.alice.edit(said, "grief")
    assert server.answers() == []
    assert server.read_texts == ["joy"]


@pytest.mark.asyncio
async def test_after_a_day_the_answer_is_known_no_more(server: Server) -> None:
    await server.watch()
    await server.alice.send(server.channel, "joy")
    await server.env.advance_time(23 * 3600)
    assert await server.store.answers.to_author(server.alice.id) != []
    await server.env.advance_time(2 * 3600)
    assert await server.store.answers.to_author(server.alice.id) == []


@pytest.mark.asyncio
async def test_an_edit_in_a_channel_that_is_watched_no_more_is_not_read(server: Server) -> None:
    await server.watch()
    said = await server.alice.send(server.channel, "joy")
    await server.manager.slash(server.channel, "watch stop")
    await server.alice.edit(said, "grief")
    assert server.read_texts == ["joy"]
    assert server.answers() == []
