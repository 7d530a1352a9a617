"""How channels felt: counted in watched channels, shown to who may read them, and never of one person."""

import asyncio
import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
import simcord
from simulated import Server, components, said
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from moodring.bot import texts
from moodring.bot.cogs import mood as mood_module
from moodring.bot.cogs.mood import ROUND_MINUTES
from moodring.bot.guild_settings import GuildSettings
from moodring.bot.mood.counting import HOUR, MIN_AUTHORS, Span
from moodring.bot.mood.digest import FROM_HOUR, SHOWN_CHANNELS, WeeklyDigest
from moodring.bot.store import Watch
from moodring.bot.store.repositories import utc
from moodring.bot.store.tables import GuildRow, MoodRow

START = datetime(2026, 1, 1, tzinfo=UTC)
"""When the simulated server's clock begins: a Thursday."""

DAY = timedelta(days=1)
MONDAY = START + 4 * DAY
SENT = MONDAY + FROM_HOUR * HOUR
ENOUGH = {"joy": 15, "neutral": 5}


def plain(message: simcord.ResponseMessage | discord.Message | None) -> str:
    assert message is not None
    return said(message).replace("\N{NO-BREAK SPACE}", " ")


async def pass_hours(server: Server, hours: float) -> None:
    """Let time pass, and the round after it in which hours are closed and digests sent."""
    await server.env.advance_time(hours * 3600 + ROUND_MINUTES * 60)


async def talk(server: Server, words: str, *, authors: int = MIN_AUTHORS, rounds: int = 4) -> None:
    people = [server.alice, server.bob, server.max, server.ada, server.manager][:authors]
    for _ in range(rounds):
        for person in people:
            await person.send(server.channel, words)


async def kept(server: Server) -> Sequence[Span]:
    """Return every span of the server as it is kept, oldest first."""
    async with server.store._sessions() as session:
        rows = await session.scalars(select(MoodRow).order_by(MoodRow.start, MoodRow.channel_id))
        found = [Span(row.guild_id, row.channel_id, utc(row.start), row.hours, row.counts) for row in rows]
    return [span for span in found if span.guild_id == server.guild.id]


async def keep(
    server: Server, *starts: datetime, channel: simcord.ChannelHandle | None = None, **counts: int
) -> None:
    """Keep spans as if they had been counted."""
    place = (channel or server.channel).id
    spans = [Span(server.guild.id, place, start, 1, counts or ENOUGH) for start in starts]
    await server.store.moods.add(spans)


async def ask(
    server: Server, who: simcord.MemberActor | None = None, **options: Any
) -> simcord.ResponseMessage:
    result = await (who or server.alice).slash(server.channel, "mood", **options)
    assert result.ephemeral
    assert result.response is not None
    return result.response


async def press(server: Server, message: simcord.ResponseMessage, label: str) -> simcord.ResponseMessage:
    result = await server.alice.click(message, label=label)
    assert result.ephemeral
    assert result.response is not None
    return result.response


async def failing(_spans: object) -> None:
    """A database that cannot be written."""
    raise OperationalError("INSERT", {}, Exception("locked"))


def place(server: Server, channel: simcord.ChannelHandle | None = None) -> discord.TextChannel:
    """A channel as the bot has it."""
    found = server.bot.get_channel((channel or server.channel).id)
    assert isinstance(found, discord.TextChannel)
    return found


def hidden(server: Server, name: str) -> simcord.ChannelHandle:
    """A channel that only the bot and its staff see."""
    everyone, bot = server.guild.default_role, server.guild.me
    assert bot is not None
    overwrites = {
        everyone: discord.PermissionOverwrite(view_channel=False),
        bot: discord.PermissionOverwrite(view_channel=True),
    }
    return server.guild.create_text_channel(name, overwrites=overwrites)


# --- counting -------------------------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize("mode", ["reply", "react", "flag", "count"])
async def test_every_watched_channel_is_counted_whatever_follows_there(server: Server, mode: str) -> None:
    await server.watch(mode=mode)
    await talk(server, "pure joy")
    await talk(server, "maybe love", rounds=1)
    assert await kept(server) == []
    await pass_hours(server, 1)
    [span] = await kept(server)
    assert span == Span(server.guild.id, server.channel.id, START, 1, {"joy": 20, "unclear": 5})


@pytest.mark.asyncio
async def test_who_opted_out_and_what_is_edited_is_not_counted(server: Server) -> None:
    await server.watch(mode="flag")
    await server.store.opt_outs.add(server.alice.id)
    message = await server.bob.send(server.channel, "pure joy")
    await server.bob.edit(message, "pure anger")
    assert server.read_texts == ["pure joy", "pure anger"]
    carol = server.guild.add_member(server.env.create_user("carol"))
    await talk(server, "pure joy")
    for _ in range(4):
        await carol.send(server.channel, "pure joy")
    await pass_hours(server, 1)
    [span] = await kept(server)
    assert span.counts == {"joy": 1 + 4 * 4 + 4}  # Bob's first, those of four others than Alice, Carol's


@pytest.mark.asyncio
async def test_who_opts_out_while_a_message_is_read_is_neither_answered_nor_counted(server: Server) -> None:
    await server.watch(mode="reply")
    await talk(server, "pure joy", authors=MIN_AUTHORS - 1, rounds=9)
    answers = len(server.answers())
    server.reader.gate.clear()
    writing = asyncio.create_task(server.manager.send(server.channel, "pure grief"))
    while server.read_texts[-1] != "pure grief":
        await asyncio.sleep(0)
    await server.store.opt_outs.add(server.manager.id)
    server.reader.gate.set()
    await writing
    await pass_hours(server, 1)
    assert len(server.answers()) == answers
    assert await kept(server) == []  # of four people


@pytest.mark.asyncio
async def test_what_is_being_written_when_its_channel_is_deleted_goes_too(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, began, gate = server.store.moods.add, asyncio.Event(), asyncio.Event()

    async def slow(spans: Sequence[Span]) -> None:
        began.set()
        await gate.wait()
        await write(spans)

    await server.watch(mode="count")
    await talk(server, "pure joy")
    monkeypatch.setattr(server.store.moods, "add", slow)
    passing = asyncio.create_task(pass_hours(server, 1))
    await began.wait()
    deleting = asyncio.create_task(place(server).delete())
    gate.set()
    await asyncio.gather(passing, deleting)
    await server.env.settle()
    assert await kept(server) == []


@pytest.mark.asyncio
async def test_a_quiet_hour_never_reaches_the_database_but_with_the_next(server: Server) -> None:
    await server.watch(mode="count")
    await talk(server, "pure joy", authors=MIN_AUTHORS - 1, rounds=9)
    await pass_hours(server, 1)
    assert await kept(server) == []
    await talk(server, "pure love")
    await pass_hours(server, 1)
    [span] = await kept(server)
    assert (span.start, span.hours, span.counts) == (START, 2, {"joy": 36, "love": 20})


@pytest.mark.asyncio
async def test_a_stop_keeps_what_is_enough_and_nothing_else(server: Server) -> None:
    await server.watch(mode="count")
    for words, authors in (
        ("pure joy", MIN_AUTHORS),
        ("pure anger", MIN_AUTHORS - 1),
        ("pure love", MIN_AUTHORS),
    ):
        await talk(server, words, authors=authors, rounds=6)
        await server.bot.reload_extension("moodring.bot.plugin")
    [span] = await kept(server)
    assert span.counts == {"joy": 30, "love": 30}


@pytest.mark.asyncio
async def test_a_database_that_fails_at_the_end_does_not_keep_the_bot_from_stopping(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await server.watch(mode="count")
    await talk(server, "pure joy")
    monkeypatch.setattr(server.store.moods, "add", failing)
    await server.bot.unload_extension("moodring.bot.plugin")
    assert "counts of feelings are lost" in caplog.text
    assert server.bot.cogs == {}


@pytest.mark.asyncio
async def test_a_database_that_fails_is_tried_again(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    await server.watch(mode="count")
    await talk(server, "pure joy")
    with monkeypatch.context() as patched:
        patched.setattr(server.store.moods, "add", failing)
        await pass_hours(server, 1)
        assert await kept(server) == []
    await pass_hours(server, 1)
    assert len(await kept(server)) == 1


@pytest.mark.asyncio
async def test_what_a_failing_database_does_not_take_has_a_bound(
    server: Server, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(mood_module, "MAX_UNWRITTEN", 2)
    await server.watch(mode="count")
    with monkeypatch.context() as patched:
        patched.setattr(server.store.moods, "add", failing)
        for _ in range(3):
            await talk(server, "pure joy")
            await pass_hours(server, 1)
    await pass_hours(server, 1)
    assert [span.start.hour for span in await kept(server)] == [1, 3]  # the first one is lost
    assert "counts of feelings are lost" in caplog.text


@pytest.mark.asyncio
async def test_of_a_channel_that_is_deleted_nothing_is_kept(server: Server) -> None:
    await server.watch(mode="count")
    await talk(server, "pure joy")
    await keep(server, START - DAY)
    await place(server).delete()
    await server.env.settle()
    await pass_hours(server, 1)
    assert await kept(server) == []


@pytest.mark.asyncio
async def test_of_a_thread_that_is_deleted_nothing_is_kept(server: Server) -> None:
    thread = await place(server).create_thread(name="talk", type=discord.ChannelType.public_thread)
    await server.env.settle()
    await server.store.moods.add([Span(server.guild.id, thread.id, START - DAY, 1, ENOUGH)])
    await thread.delete()
    await server.env.settle()
    assert await kept(server) == []


@pytest.mark.asyncio
async def test_of_a_server_that_is_left_only_what_was_kept_already_has_its_time(server: Server) -> None:
    await server.watch(mode="count")
    await talk(server, "pure joy")
    await keep(server, START - DAY)
    guild = server.bot.get_guild(server.guild.id)
    assert guild is not None
    await server.hears("on_guild_remove", guild)
    await pass_hours(server, 1)
    assert [span.start for span in await kept(server)] == [START - DAY]


# --- /mood ----------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_a_channel_that_talks_is_shown_with_a_chart_and_its_words(server: Server) -> None:
    await server.watch(mode="count")
    await talk(server, "pure joy")
    await pass_hours(server, 1)
    answer = await ask(server)
    text = plain(answer)
    assert f"How {server.channel.mention} felt: the last 7 days" in text
    assert "20 messages. Most frequent: joy 100 %." in text
    assert "fewer than 5 people or 20 messages" in text
    [gallery] = [each for each in components(answer) if each["type"] == 12]
    assert "Feelings in 20 messages" in gallery["items"][0]["description"]
    assert [each["label"] for each in components(answer) if "label" in each] == ["Numbers", "CSV"]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("period", "ago", "counted"),
    [
        ("day", 23 * HOUR, True),
        ("day", 25 * HOUR, False),
        ("month", 29 * DAY, True),
        ("week", 8 * DAY, False),
    ],
)
async def test_a_period_is_chosen(server: Server, period: str, ago: timedelta, counted: bool) -> None:
    await keep(server, START - ago)
    text = plain(await ask(server, period=period))
    assert ("20 messages" in text) == counted


@pytest.mark.asyncio
async def test_what_changed_is_said(server: Server) -> None:
    await keep(server, START - 10 * DAY, neutral=100)
    await keep(server, START - DAY)
    assert "Compared with the week before: joy 75 % instead of 0 %." in plain(await ask(server))


@pytest.mark.asyncio
async def test_another_channel_is_shown_where_it_is_asked_for(server: Server) -> None:
    await keep(server, START - DAY, channel=server.log)
    assert f"How {server.log.mention} felt" in plain(await ask(server, channel=server.log))
    assert f"I don't read {server.channel.mention}" in plain(await ask(server))


@pytest.mark.asyncio
async def test_where_there_is_nothing_to_show_it_is_said_what_it_takes(server: Server) -> None:
    assert "/watch start" in plain(await ask(server))
    await server.watch(mode="count")
    await talk(server, "pure joy", authors=MIN_AUTHORS - 1, rounds=9)
    await pass_hours(server, 1)
    text = plain(await ask(server))
    assert "at least 5 people" in text
    assert "20 messages" in text
    assert "joy" not in text


@pytest.mark.asyncio
@pytest.mark.parametrize("content", [False])
async def test_without_message_content_that_is_what_is_lacking(server: Server) -> None:
    await server.store.watches.start(Watch(server.channel.id, server.guild.id, frozenset()))
    assert texts.say("needs-message-content") in plain(await ask(server))


@pytest.mark.asyncio
async def test_who_may_not_read_a_channels_past_is_not_told_how_it_felt(server: Server) -> None:
    overwrites = {server.guild.default_role: discord.PermissionOverwrite(read_message_history=False)}
    fleeting = server.guild.create_text_channel("fleeting", overwrites=overwrites)
    await keep(server, START - DAY, channel=fleeting)
    text = plain(await ask(server, channel=fleeting))
    assert "you lack **Read Message History**" in text
    assert "joy" not in text


@pytest.mark.asyncio
async def test_where_the_bot_may_not_read_it_tells_nothing(server: Server) -> None:
    bot = server.guild.me
    assert bot is not None
    overwrites = {bot: discord.PermissionOverwrite(read_message_history=False)}
    blind = server.guild.create_text_channel("blind", overwrites=overwrites)
    await keep(server, START - DAY, channel=blind)
    assert "I lack **Read Message History**" in plain(await ask(server, channel=blind))


@pytest.mark.asyncio
@pytest.mark.parametrize("label", ["Numbers", "CSV"])
async def test_who_may_no_longer_see_a_channel_gets_no_numbers(server: Server, label: str) -> None:
    await keep(server, START - DAY, channel=server.log)
    shown = await ask(server, channel=server.log)
    await place(server, server.log).set_permissions(place(server).guild.default_role, view_channel=False)
    await server.env.settle()
    answer = await press(server, shown, label)
    assert "you lack **View Channel**" in plain(answer)
    assert not answer.attachments


@pytest.mark.asyncio
async def test_a_private_thread_is_shown_to_who_is_in_it(server: Server) -> None:
    thread = await place(server).create_thread(name="quiet", type=discord.ChannelType.private_thread)
    alice = discord.Object(server.alice.id)
    await thread.add_user(alice)
    await server.env.settle()
    await server.store.moods.add([Span(server.guild.id, thread.id, START - DAY, 1, ENOUGH)])
    [handle] = server.channel.threads
    shown = await ask(server, channel=handle)
    assert "20 messages" in plain(shown)
    await thread.remove_user(alice)
    await server.env.settle()
    assert "you are not in it" in plain(await press(server, shown, "Numbers"))


@pytest.mark.asyncio
async def test_of_a_channel_that_is_gone_there_are_no_numbers(server: Server) -> None:
    await keep(server, START - DAY, channel=server.log)
    shown = await ask(server, channel=server.log)
    await place(server, server.log).delete()
    await server.env.settle()
    assert "That channel is gone." in plain(await press(server, shown, "Numbers"))


# --- numbers --------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_the_numbers_are_given_on_request_also_after_a_restart(server: Server) -> None:
    await keep(server, START - DAY, START - 2 * DAY)
    shown = await ask(server)
    await server.restart()
    text = plain(await press(server, shown, "Numbers"))
    assert f"Numbers for {server.channel.mention}, 26 Dec to 1 Jan (UTC)" in text
    assert "joy 30, neutral 10" in text
    assert "**Wed 00:00–06:00**: 20 · joy 75 %" in text


@pytest.mark.asyncio
async def test_the_numbers_are_those_that_were_drawn(server: Server) -> None:
    await keep(server, START - DAY)
    shown = await ask(server)
    await pass_hours(server, 3)
    await keep(server, START + HOUR, anger=20)
    text = plain(await press(server, shown, "Numbers"))
    assert "anger" not in text


@pytest.mark.asyncio
async def test_the_file_has_all_of_them_and_nobody(server: Server) -> None:
    await keep(server, START - DAY)
    answer = await press(server, await ask(server), "CSV")
    [attachment] = answer.attachments
    data = server.env.backend.cdn.get(attachment.url)
    assert data is not None
    head, *rows = csv.reader(io.StringIO(data.decode()))
    assert head == ["start", "hours", "emotion", "messages"]
    assert rows == [
        ["2025-12-31T00:00:00+00:00", "1", "joy", "15"],
        ["2025-12-31T00:00:00+00:00", "1", "neutral", "5"],
    ]


# --- the digest -----------------------------------------------------------------------------------------


async def want_digest(server: Server, channel: simcord.ChannelHandle | None = None) -> None:
    settings = GuildSettings(digest_channel_id=(channel or server.channel).id)
    await server.store.guilds.put(server.guild.id, settings)


def digests(channel: simcord.ChannelHandle) -> list[discord.Message]:
    return [message for message in channel.history() if message.author.bot and message.components]


async def send_due(server: Server, now: datetime = SENT) -> None:
    await WeeklyDigest(server.bot, server.store).send_due(now)


@pytest.mark.asyncio
async def test_on_monday_morning_a_server_that_wants_it_hears_how_the_week_felt(server: Server) -> None:
    await want_digest(server)
    await keep(server, MONDAY - DAY, MONDAY - 2 * DAY)
    await keep(server, MONDAY - 8 * DAY, neutral=100)
    for _ in range(4):  # simcord does not wait for as many rounds at once
        await server.env.advance_time(DAY.total_seconds())
    await server.env.advance_time((FROM_HOUR * HOUR).total_seconds() - 60)
    assert digests(server.channel) == []
    await pass_hours(server, 0)
    [digest] = digests(server.channel)
    text = plain(digest)
    assert "The week in feelings: 29 Dec to 4 Jan" in text
    assert "40 messages. Most frequent: joy 75 %." in text
    assert (
        f"- {server.channel.mention}: joy 75 %. Compared with the week before: joy 75 % instead of 0 %."
        in text
    )
    await server.restart()
    await pass_hours(server, 2)
    assert len(digests(server.channel)) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize(
    "now", [MONDAY + (FROM_HOUR - 1) * HOUR, MONDAY - DAY + FROM_HOUR * HOUR, SENT + DAY], ids=str
)
async def test_at_another_time_there_is_no_digest(server: Server, now: datetime) -> None:
    await want_digest(server)
    await keep(server, now - 7 * DAY, now - DAY)
    await send_due(server, now)
    assert digests(server.channel) == []


@pytest.mark.asyncio
async def test_who_does_not_want_a_digest_or_has_nothing_to_hear_gets_none(server: Server) -> None:
    await keep(server, MONDAY - DAY)
    await server.store.guilds.put(server.guild.id, GuildSettings(faces=True))
    await send_due(server)
    await want_digest(server)
    await server.store.moods.forget_guild(server.guild.id)
    await keep(server, MONDAY, MONDAY - 8 * DAY)  # this week's, and of the one before
    await send_due(server)
    assert digests(server.channel) == []


@pytest.mark.asyncio
async def test_a_hidden_channel_is_told_of_only_in_itself(server: Server) -> None:
    secret, staff = hidden(server, "secret"), hidden(server, "staff")
    thread = await place(server).create_thread(name="t", type=discord.ChannelType.private_thread)
    await keep(server, MONDAY - DAY, anger=1000)
    await keep(server, MONDAY - DAY, channel=secret)
    await server.store.moods.add([Span(server.guild.id, thread.id, MONDAY - DAY, 1, {"grief": 5000})])
    await server.env.settle()
    for channel, told in ((server.channel, False), (staff, False), (secret, True)):
        await server.store.digests.forget_guild(server.guild.id)
        await want_digest(server, channel)
        await send_due(server)
        [digest] = digests(channel)
        assert (secret.mention in plain(digest)) == told
        assert ("1,020 messages" in plain(digest)) == told
        assert server.channel.mention in plain(digest)


@pytest.mark.asyncio
async def test_only_the_busiest_channels_are_named_and_gone_ones_are_not(server: Server) -> None:
    channels = [server.guild.create_text_channel(f"c{number}") for number in range(SHOWN_CHANNELS + 2)]
    for number, channel in enumerate(channels):
        await keep(server, MONDAY - DAY, channel=channel, joy=20 + number)
    await server.store.moods.add([Span(server.guild.id, 77, MONDAY - DAY, 1, {"anger": 9999})])
    await want_digest(server)
    await send_due(server)
    [digest] = digests(server.channel)
    text = plain(digest)
    lines = [line for line in text.splitlines() if line.startswith("- <#")]
    assert [line.split(":")[0] for line in lines] == [
        f"- {channel.mention}" for channel in reversed(channels[2:])
    ]
    assert "… and 2 more" in text
    assert "anger" not in text


@pytest.mark.asyncio
async def test_where_no_file_may_be_attached_the_chart_is_said(server: Server) -> None:
    bot = server.guild.me
    assert bot is not None
    overwrites = {bot: discord.PermissionOverwrite(attach_files=False)}
    words_only = server.guild.create_text_channel("words", overwrites=overwrites)
    await keep(server, MONDAY - DAY)
    await want_digest(server, words_only)
    await send_due(server)
    [digest] = digests(words_only)
    assert "Feelings in 20 messages, 29 Dec to 4 Jan (UTC)." in plain(digest)


@pytest.mark.asyncio
async def test_a_digest_that_cannot_be_sent_is_due_until_it_can(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    await keep(server, MONDAY - DAY)
    await server.store.guilds.put(server.guild.id, GuildSettings(digest_channel_id=77))
    await send_due(server)
    assert "cannot send a digest" in caplog.text
    await want_digest(server)
    await send_due(server)
    assert len(digests(server.channel)) == 1


@pytest.mark.asyncio
async def test_a_digest_waits_until_the_bot_may_send_it(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    bot = server.guild.me
    assert bot is not None
    overwrites = {bot: discord.PermissionOverwrite(send_messages=False)}
    mute = server.guild.create_text_channel("mute", overwrites=overwrites)
    await keep(server, MONDAY - DAY)
    await want_digest(server, mute)
    await send_due(server)
    assert "cannot send a digest" in caplog.text
    assert digests(mute) == []
    await place(server, mute).set_permissions(place(server).guild.me, overwrite=None)
    await server.env.settle()
    await send_due(server)
    assert len(digests(mute)) == 1


@pytest.mark.asyncio
async def test_a_server_whose_settings_cannot_be_read_takes_nobody_elses_digest(
    server: Server, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with server.store.guilds._sessions.begin() as session:
        session.add(GuildRow(guild_id=5, settings={"of_another_version": 1}))
    known = server.bot.get_guild  # the one that is looked at first is among the bot's
    monkeypatch.setattr(server.bot, "get_guild", lambda guild_id: known(guild_id) or known(server.guild.id))
    await keep(server, MONDAY - DAY)
    await want_digest(server)
    await send_due(server)
    assert len(digests(server.channel)) == 1
    assert "no digest" in caplog.text


@pytest.mark.asyncio
async def test_a_digest_that_discord_refuses_is_not_sent_twice(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    await keep(server, MONDAY - DAY)
    await want_digest(server)
    server.env.inject_error("POST", f"/channels/{server.channel.id}/messages", status=403, code=50013)
    await send_due(server)
    assert "Discord refused a digest" in caplog.text
    await send_due(server)
    assert digests(server.channel) == []


@pytest.mark.asyncio
async def test_a_voice_channel_that_nobody_may_join_is_shown_to_nobody(server: Server) -> None:
    voice = server.guild.create_voice_channel("locked")
    guild = server.bot.get_guild(server.guild.id)
    assert guild is not None
    await guild.voice_channels[0].set_permissions(guild.default_role, connect=False)
    await server.env.settle()
    await keep(server, START - DAY, channel=voice)
    assert "Connect" in plain(await ask(server, channel=voice))
    await keep(server, MONDAY - DAY, channel=voice)
    await want_digest(server)
    await send_due(server)
    assert digests(server.channel) == []
