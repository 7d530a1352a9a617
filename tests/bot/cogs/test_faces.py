"""Faces are read nowhere until a server's managers switch it on, and only there."""

import aiohttp
import discord
import pytest
from simulated import Server

from moodring.bot import texts

PICTURE = [("cat.png", b"a picture")]


async def _analyze_everywhere(server: Server) -> None:
    """Have a picture read on every way there is."""
    said = await server.alice.send(server.channel, f"{server.mention} joy", attachments=PICTURE)
    await server.bob.context_menu(server.channel, texts.say("menu-analyze"), said)
    await server.alice.slash(server.channel, "analyze", text="joy")
    await server.watch()
    await server.env.advance_time(60)
    await server.alice.send(server.channel, "joy", attachments=PICTURE)


@pytest.mark.asyncio
async def test_faces_are_left_alone_until_a_manager_switches_them_on(server: Server) -> None:
    await _analyze_everywhere(server)
    samples = server.reader.samples  # in the watched channel the words are read once more, alone
    assert sum(bool(sample.images) for sample in samples) == 3
    assert not any(sample.faces for sample in samples)


@pytest.mark.asyncio
async def test_once_switched_on_they_are_read_on_every_way_and_everyone_is_told(server: Server) -> None:
    switched = await server.manager.slash(server.channel, "faces on")
    assert not switched.ephemeral
    assert switched.response.content == texts.say("faces-are-read")
    await _analyze_everywhere(server)
    samples = server.reader.samples
    assert [sample.faces for sample in samples] == [bool(sample.images) for sample in samples]
    assert sum(bool(sample.images) for sample in samples) == 3


@pytest.mark.asyncio
async def test_another_server_stays_as_it_was(server: Server) -> None:
    await server.manager.slash(server.channel, "faces on")
    elsewhere = server.env.create_guild()
    channel = elsewhere.create_text_channel("general")
    carol = elsewhere.add_member(server.env.create_user("carol"))
    await carol.send(channel, f"{server.mention} joy", attachments=PICTURE)
    [sample] = server.reader.samples
    assert sample.images
    assert not sample.faces


@pytest.mark.asyncio
async def test_privacy_says_whether_faces_are_read_here(server: Server) -> None:
    before = await server.alice.slash(server.channel, "privacy")
    assert before.response.embeds[0].fields[0].value == texts.say("privacy-no-faces")
    await server.manager.slash(server.channel, "faces on")
    after = await server.alice.slash(server.channel, "privacy")
    assert after.response.embeds[0].fields[0].value == texts.say("privacy-faces")
    chosen = await server.alice.click(after.response, label=texts.say("opt-out"))
    assert chosen.response.embeds[0].fields[0].value == texts.say("privacy-faces")


@pytest.mark.asyncio
async def test_the_other_settings_stay_and_switching_off_holds(server: Server) -> None:
    await server.manager.slash(server.channel, "watch tune", confidence=42)
    await server.manager.slash(server.channel, "faces on")
    await server.manager.slash(server.channel, "watch tune", cooldown=5)
    settings = await server.store.guilds.get(server.guild.id)
    assert (settings.min_confidence, settings.cooldown_s, settings.faces) == (0.42, 5, True)
    off = await server.manager.slash(server.channel, "faces off")
    assert off.response.content == texts.say("faces-are-not-read")
    assert not (await server.store.guilds.get(server.guild.id)).faces


@pytest.mark.asyncio
async def test_the_button_why_reads_what_was_read(server: Server) -> None:
    await server.manager.slash(server.channel, "faces on")
    await server.alice.send(server.channel, f"{server.mention} joy", attachments=PICTURE)
    assert server.channel.last_message is not None
    await server.bob.click(server.channel.last_message, label=texts.say("why"))
    assert [sample.faces for sample in server.reader.samples] == [True, True]


@pytest.mark.asyncio
async def test_everyone_is_told_though_the_command_cannot_be_answered(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost(*_: object, **__: object) -> None:
        raise aiohttp.ServerDisconnectedError

    monkeypatch.setattr(discord.InteractionResponse, "send_message", lost)
    await server.manager.slash(server.channel, "faces on")
    assert server.channel.last_message is not None
    assert server.channel.last_message.content == texts.say("faces-are-read")
    assert [type(error.__cause__) for error in server.env.errors] == [aiohttp.ServerDisconnectedError]
