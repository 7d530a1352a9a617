"""Listening to channels."""

import asyncio

import aiohttp
import discord
import pytest
import simulated
from simulated import Server

from moodring.bot import texts
from moodring.bot.app import Moodring
from moodring.bot.classifier import BusyError
from moodring.bot.guild_settings import GuildSettings
from moodring.bot.services import WATCHED_AT_ONCE
from moodring.bot.setup.describe import watch_tuned
from moodring.bot.store import Watch
from moodring.bot.turns import PLACES

COOLDOWN = 10
"""Seconds, as by default."""


@pytest.mark.asyncio
async def test_nothing_is_read_before_a_manager_starts_it(server: Server) -> None:
    await server.alice.send(server.channel, "pure joy")
    assert server.reader.samples == []
    assert server.answers() == []


@pytest.mark.asyncio
async def test_the_start_is_announced_to_everyone_there(server: Server) -> None:
    result = await server.watch()
    assert not result.ephemeral
    assert server.channel.mention in result.response.content
    assert "/privacy" in result.response.content


@pytest.mark.asyncio
@pytest.mark.parametrize("elsewhere", [False, True])
async def test_the_start_is_announced_though_the_command_cannot_be_answered(
    server: Server, monkeypatch: pytest.MonkeyPatch, elsewhere: bool
) -> None:
    async def lost(*_: object, **__: object) -> None:
        raise aiohttp.ServerDisconnectedError

    place = server.guild.create_text_channel("other") if elsewhere else server.channel
    monkeypatch.setattr(discord.InteractionResponse, "send_message", lost)
    await server.watch(channel=place)
    told = place.last_message
    assert told is not None
    assert "/privacy" in told.content
    assert [type(error.__cause__) for error in server.env.errors] == [aiohttp.ServerDisconnectedError]


@pytest.mark.asyncio
async def test_a_watched_message_is_answered_without_a_ping(server: Server) -> None:
    await server.watch()
    said = await server.alice.send(server.channel, "pure joy")
    answer = server.channel.last_message
    assert answer is not None
    assert answer.reference is not None
    assert answer.reference.message_id == said.id
    assert answer.mentions == []
    assert server.answers() == ["😊 Joy"]


@pytest.mark.asyncio
async def test_a_reaction_is_the_other_way_to_answer(server: Server) -> None:
    await server.watch(mode="react")
    said = await server.alice.send(server.channel, "pure joy")
    assert server.reactions(said) == ["😊"]
    assert server.answers() == []


@pytest.mark.asyncio
async def test_only_the_chosen_channel_is_read(server: Server) -> None:
    other = server.guild.create_text_channel("other")
    await server.watch(channel=other)
    await server.alice.send(server.channel, "pure joy")
    await server.alice.send(other, "pure love")
    assert server.read_texts == ["pure love"]


@pytest.mark.asyncio
@pytest.mark.parametrize("said", ["just words", "maybe joy"])
async def test_neutral_and_doubtful_messages_are_left_alone(server: Server, said: str) -> None:
    await server.watch()
    await server.alice.send(server.channel, said)
    assert server.read_texts == [said]
    assert server.answers() == []


@pytest.mark.asyncio
async def test_the_managers_choose_how_sure_and_how_often(server: Server) -> None:
    await server.watch()
    await server.manager.slash(server.channel, "watch tune", confidence=30, cooldown=0)
    for said in ("maybe joy", "maybe love"):
        await server.alice.send(server.channel, said)
    assert len(server.answers()) == 2


@pytest.mark.asyncio
async def test_what_is_not_tuned_stays(server: Server) -> None:
    await server.manager.slash(server.channel, "watch tune", confidence=30)
    result = await server.manager.slash(server.channel, "watch tune", cooldown=60)
    assert result.response.content == watch_tuned(GuildSettings(min_confidence=0.3, cooldown_s=60))


@pytest.mark.asyncio
async def test_a_channel_rests_after_an_answer(server: Server) -> None:
    await server.watch()
    await server.alice.send(server.channel, "joy")
    await server.bob.send(server.channel, "love")
    assert server.answers() == ["😊 Joy"]
    await server.env.advance_time(COOLDOWN)
    await server.bob.send(server.channel, "love")
    assert server.answers() == ["😊 Joy", "❤️ Love"]


@pytest.mark.asyncio
async def test_bots_webhooks_and_notices_are_not_read(server: Server) -> None:
    await server.watch()
    robot = server.guild.add_member(server.env.create_user("robot", bot=True))
    await robot.send(server.channel, "joy")
    await server.guild.create_webhook(server.channel).send("joy")
    server.guild.create_system_message(
        server.channel, discord.MessageType.new_member.value, author=server.alice
    )
    await server.env.settle()
    assert server.reader.samples == []


@pytest.mark.asyncio
async def test_a_mention_in_a_watched_channel_is_answered_once(server: Server) -> None:
    await server.watch()
    await server.alice.send(server.channel, f"{server.mention} joy")
    assert server.answers() == ["😊 Joy"]


@pytest.mark.asyncio
async def test_a_message_that_could_not_be_read_is_passed_over_in_silence(server: Server) -> None:
    await server.watch()
    server.reader.error = BusyError()
    await server.alice.send(server.channel, "joy")
    server.reader.error = None
    await server.alice.send(server.channel, "love")
    assert server.answers() == ["❤️ Love"]


@pytest.mark.asyncio
async def test_of_a_flood_the_oldest_is_passed_over_in_silence_and_who_asks_is_answered(
    server: Server,
) -> None:
    """Beyond those that are read and those that wait, three messages come."""
    await server.watch()
    assert isinstance(server.bot, Moodring)
    server.reader.gate.clear()
    flood = [f"love {number}" for number in range(WATCHED_AT_ONCE + PLACES + 3)]
    for text in flood:
        server.env.backend.create_message(server.channel.id, server.alice.id, text)
    services = server.bot.services
    async with asyncio.timeout(20):
        while services.load().shed < 3 or len(server.reader.samples) < WATCHED_AT_ONCE:
            await asyncio.sleep(0)
    asking = asyncio.create_task(server.bob.slash(server.channel, "analyze", text="joy"))
    async with asyncio.timeout(20):
        while server.read_texts[-1] != "joy":
            await asyncio.sleep(0)
    server.reader.gate.set()
    assert "😊 Joy" in simulated.said((await asking).response)
    await server.env.settle()
    assert server.read_texts == [*flood[:WATCHED_AT_ONCE], "joy", *flood[WATCHED_AT_ONCE + 3 :]]
    assert server.answers() == ["❤️ Love"]
    assert texts.say("busy") not in [message.content for message in server.channel.history()]


@pytest.mark.asyncio
async def test_a_stopped_channel_is_not_read_any_more(server: Server) -> None:
    await server.watch()
    result = await server.manager.slash(server.channel, "watch stop")
    assert result.response.content == texts.say("watch-stopped", channel=server.channel.mention)
    await server.alice.send(server.channel, "joy")
    assert server.reader.samples == []
    result = await server.manager.slash(server.channel, "watch stop")
    assert result.response.content == texts.say("not-watched", channel=server.channel.mention)


@pytest.mark.asyncio
async def test_the_watch_goes_on_after_a_restart(server: Server) -> None:
    await server.watch(mode="react")
    await server.restart()
    said = await server.alice.send(server.channel, "joy")
    assert server.reactions(said) == ["😊"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("mode", "denied", "named"),
    [
        ("reply", "send_messages", "**Send Messages**"),
        ("reply", "embed_links", "**Embed Links**"),
        ("react", "add_reactions", "**Add Reactions**"),
        ("react", "read_message_history", "**Read Message History**"),
    ],
)
async def test_what_the_bot_lacks_is_named_before_it_starts(
    server: Server, mode: str, denied: str, named: str
) -> None:
    overwrites = {server.guild.me: discord.PermissionOverwrite(**{denied: False})}
    narrow = server.guild.create_text_channel("narrow", overwrites=overwrites)
    result = await server.watch(channel=narrow, mode=mode)
    assert result.ephemeral
    assert named in result.response.content
    assert await server.store.watches.all() == []


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("mode", "answers"), [("reply", True), ("react", True), ("flag", False), ("count", False)]
)
async def test_from_when_on_it_answers_is_said_where_it_answers(
    server: Server, mode: str, answers: bool
) -> None:
    await server.moderate()
    await server.manager.slash(server.channel, "watch start", mode=mode)
    status = await server.manager.slash(server.channel, "watch status")
    assert ("confidence on" in status.response.content) is answers


@pytest.mark.asyncio
async def test_a_permission_that_is_lost_later_shows_in_the_status_and_nothing_is_tried(
    server: Server,
) -> None:
    narrow = server.guild.create_text_channel(
        "narrow", overwrites={server.guild.me: discord.PermissionOverwrite(embed_links=False)}
    )
    await server.store.watches.start(Watch(narrow.id, server.guild.id, frozenset({"reply"})))
    await server.restart()
    await server.alice.send(narrow, "joy")
    assert not [
        each for each in server.env.http_requests if each.method == "POST" and str(narrow.id) in each.path
    ]
    result = await server.manager.slash(server.channel, "watch status")
    assert f"{narrow.mention}: reply" in result.response.content
    assert "**Embed Links**" in result.response.content


@pytest.mark.asyncio
async def test_someone_without_manage_server_is_refused_even_if_the_command_is_shown_to_them(
    server: Server,
) -> None:
    [watch] = [command for command in await server.bot.tree.fetch_commands() if command.name == "watch"]
    server.guild.set_command_permissions(watch, {server.alice: True})
    result = await server.alice.slash(server.channel, "watch start")
    assert result.ephemeral
    assert result.response.content == texts.say("staff-only", permissions=texts.permissions(["manage_guild"]))
    assert await server.store.watches.all() == []
    assert [type(error).__name__ for error in server.env.errors] == ["CheckFailure"]


@pytest.mark.asyncio
@pytest.mark.parametrize("content", [False])
async def test_without_message_content_the_remedy_is_told(server: Server) -> None:
    result = await server.watch()
    assert result.ephemeral
    assert result.response.content == texts.say("needs-message-content")
    status = await server.manager.slash(server.channel, "watch status")
    assert texts.say("needs-message-content") in status.response.content


@pytest.mark.asyncio
async def test_two_messages_at_once_get_one_answer(server: Server) -> None:
    await server.watch()
    server.reader.gate.clear()
    backend = server.env.backend
    for author in (server.alice, server.bob):
        backend.create_message(server.channel.id, author.id, "joy")
    while len(server.reader.samples) < 2:
        await asyncio.sleep(0)
    server.reader.gate.set()
    await server.env.settle()
    assert server.answers() == ["😊 Joy"]


@pytest.mark.asyncio
async def test_a_deleted_channel_is_watched_no_more(server: Server) -> None:
    other = server.guild.create_text_channel("other")
    await server.watch(channel=other)
    channel = server.bot.get_channel(other.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.delete()
    await server.env.settle()
    assert await server.store.watches.all() == []


@pytest.mark.asyncio
async def test_a_server_that_the_bot_comes_back_to_is_listened_to_as_before(server: Server) -> None:
    await server.watch()
    guild = server.bot.get_guild(server.guild.id)
    assert guild is not None
    await server.hears("on_guild_remove", guild)
    await server.alice.send(server.channel, "joy")
    assert server.read_texts == []
    await server.hears("on_guild_join", guild)
    await server.alice.send(server.channel, "joy")
    assert server.read_texts == ["joy"]


@pytest.mark.asyncio
async def test_a_thread_is_watched_on_its_own_and_needs_its_own_permission(server: Server) -> None:
    channel = server.bot.get_channel(server.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="aside", type=discord.ChannelType.public_thread)
    [thread] = server.channel.threads
    await server.manager.slash(thread, "watch start")
    await server.alice.send(thread, "joy")
    await server.alice.send(server.channel, "love")
    assert server.read_texts == ["joy"]
    assert server.answers(thread) == ["😊 Joy"]
    assert server.guild.me is not None
    await channel.set_permissions(server.guild.me, send_messages_in_threads=False)
    refused = await server.manager.slash(thread, "watch start")
    assert "**Send Messages in Threads**" in refused.response.content


@pytest.mark.asyncio
async def test_a_channel_is_told_itself_wherever_the_command_was_given(server: Server) -> None:
    other = server.guild.create_text_channel("other")
    began = await server.manager.slash(other, "watch start", channel=server.channel, mode="count")
    assert began.ephemeral
    assert other.history() == []
    told = server.channel.last_message
    assert told is not None
    assert told.content == began.response.content
    assert server.channel.mention in told.content
    ended = await server.manager.slash(other, "watch stop", channel=server.channel)
    assert ended.ephemeral
    told = server.channel.last_message
    assert told is not None
    assert told.content == texts.say("watch-stopped", channel=server.channel.mention)


@pytest.mark.asyncio
async def test_where_a_channel_cannot_be_told_the_manager_has_to(server: Server) -> None:
    mute = discord.PermissionOverwrite(send_messages=False)
    quiet = server.guild.create_text_channel("quiet", overwrites={server.guild.me: mute})
    began = await server.manager.slash(server.channel, "watch start", channel=quiet, mode="count")
    assert began.ephemeral
    assert [each.content for each in began.followups] == [texts.say("not-announced", channel=quiet.mention)]
