"""``/backtest``: an admin tries thresholds on the server's own past, and nothing of it is kept."""

import logging
import math
import re
from dataclasses import replace
from typing import Any

import discord
import pytest
import simcord
from simcord.enums import MessageType
from simulated import Server, WordReader, said

from moodring.bot import backtest as backtest_module
from moodring.bot import texts
from moodring.bot.app import FEATURES
from moodring.bot.backtesting import layouts
from moodring.bot.backtesting import run as run_module
from moodring.bot.backtesting import runs as runs_module
from moodring.bot.classifier import BusyError, InferenceError
from moodring.bot.guild_settings import GuildSettings
from moodring.bot.moderation.automation import Automation
from moodring.bot.moderation.cases import Action
from moodring.model import Language, NothingToReadError, Prediction, Sample

PAUSE_S = 3600.0
"""Longer than the simulated server waits for the bot: a run rests until a test moves the clock."""


class ScoreReader(WordReader):
    """Takes a text such as ``0.83`` for as toxic as it says."""

    language = Language.ENGLISH

    async def classify(self, sample: Sample) -> Prediction:
        prediction = await super().classify(sample)
        if not sample.text:
            raise NothingToReadError(())
        return replace(prediction, toxicity=float(sample.text), language=self.language)


@pytest.fixture
def reader() -> ScoreReader:
    return ScoreReader()


@pytest.fixture(autouse=True)
def pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pages, and no pause between them."""
    monkeypatch.setattr(run_module, "PAGE", 5)
    monkeypatch.setattr(run_module, "PAGE_S", 0.0)
    monkeypatch.setattr(run_module, "RETRY_S", 0.0)


@pytest.fixture
def pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "PAGE_S", PAUSE_S)


async def write(server: Server, *scores: float, who: simcord.MemberActor | None = None) -> list[int]:
    """Write messages; return their ids."""
    backend, author = server.env.backend, who or server.alice
    messages = [backend.create_message(server.channel.id, author.id, f"{score}") for score in scores]
    await server.env.settle()
    return [message.id for message in messages]


async def begin(server: Server, **options: Any) -> simcord.InteractionResult:
    """Choose the log channel, if there is none, and begin a run."""
    settings = await server.store.guilds.get(server.guild.id)
    if settings.log_channel_id is None:
        await server.store.guilds.put(server.guild.id, settings.changed(log_channel_id=server.log.id))
    return await server.manager.slash(server.channel, "backtest", **options)


async def backtest(server: Server, **options: Any) -> discord.Message:
    """Begin a run; return the message that shows it."""
    result = await begin(server, **options)
    assert result.ephemeral
    message = server.cards()[-1]
    assert message.jump_url in result.response.content
    return message


def shown(server: Server) -> str:
    return said(server.cards()[-1])


def buttons(message: discord.Message) -> list[str]:
    view = discord.ui.LayoutView.from_message(message)
    return [each.label or "" for each in view.walk_children() if isinstance(each, discord.ui.Button)]


def fetches(server: Server) -> int:
    """How many pages of the past the bot has asked Discord for."""
    path = f"/channels/{server.channel.id}/messages"
    return sum(entry.method == "GET" and entry.path.endswith(path) for entry in server.env.http_requests)


@pytest.mark.asyncio
async def test_the_result_counts_what_each_threshold_would_have_flagged(server: Server) -> None:
    await write(server, *[0.0] * 5, 0.75, 0.85, 0.95)
    await backtest(server, thresholds="70, 80 %, .9")
    words = shown(server)
    assert f"{server.channel.mention} · the last 7 days" in words
    assert "**8** messages" in words
    assert "**8** of them read" in words
    assert "**70 %** (Watchful): **3**, or 375 in 1,000" in words
    assert "**80 %** (Balanced): **2**, or 250 in 1,000" in words
    assert "**90 %**: **1**, or 125 in 1,000" in words
    [histogram] = server.cards()[-1].attachments
    assert histogram.filename == "histogram.png"
    assert histogram.description is not None
    assert "Marked: 70 %, 80 %, 90 %" in histogram.description.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.asyncio
async def test_what_is_not_read_is_counted_by_reason(server: Server) -> None:
    await server.store.opt_outs.add(server.bob.id)
    await write(server, 0.1)
    await write(server, 0.1, 0.2, who=server.bob)
    channel = server.bot.get_channel(server.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.send("beep")
    hook = await channel.create_webhook(name="hook")
    await hook.send("boop")
    backend = server.env.backend
    backend.create_message(channel.id, server.alice.id, "Hi!", message_type=MessageType.NEW_MEMBER)
    await server.alice.send(server.channel, attachments=[("notes.txt", b"0.9")])
    await backtest(server)
    words = shown(server)
    assert "**1** of them read" in words
    for count, reason in (
        (2, "authors opted out"),
        (2, "written by bots"),
        (1, "Discord's own notices"),
        (1, "nothing to read"),
    ):
        assert f"{reason} {count}" in words
    assert server.read_texts == ["", "0.1"]


@pytest.mark.asyncio
async def test_pages_are_fetched_one_at_a_time_newest_first(server: Server, pause: None) -> None:
    await write(server, *[number / 100 for number in range(12)])
    await backtest(server)
    for page, read in ((1, 5), (2, 10), (3, 12)):
        assert fetches(server) == page
        assert len(server.read_texts) == read
        await server.env.advance_time(PAUSE_S)
    assert server.read_texts == [f"{number / 100}" for number in reversed(range(12))]
    assert "**12** messages" in shown(server)


@pytest.mark.asyncio
@pytest.mark.parametrize(("most", "read", "capped"), [(9, 9, True), (10, 10, True), (11, 11, False)])
async def test_no_more_is_read_than_the_cap(
    server: Server, monkeypatch: pytest.MonkeyPatch, most: int, read: int, capped: bool
) -> None:
    monkeypatch.setattr(run_module, "MAX_MESSAGES", most)
    await write(server, *[0.5] * 11)
    await backtest(server)
    assert f"**{read}** messages" in shown(server)
    assert ("There are more messages" in shown(server)) is capped


@pytest.mark.asyncio
async def test_what_is_older_is_not_read(server: Server) -> None:
    await write(server, 0.1)
    await server.env.advance_time(25 * 3600)
    await write(server, 0.2)
    await backtest(server, days=1)
    assert server.read_texts == ["0.2"]
    await backtest(server, days=2)
    assert server.read_texts == ["0.2", "0.2", "0.1"]


@pytest.mark.asyncio
async def test_progress_stands_on_the_message(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "PROGRESS_S", 0.0)
    monkeypatch.setattr(run_module, "PAGE_S", PAUSE_S)
    await write(server, *[0.1] * 6)
    message = await backtest(server)
    assert texts.say("backtest-going-on") in shown(server)
    assert "**5** messages, back to <t:" in shown(server)
    assert buttons(message) == ["Cancel"]
    await server.env.advance_time(PAUSE_S)
    assert texts.say("backtest-over") in shown(server)
    assert len(server.cards()) == 1


@pytest.mark.asyncio
async def test_cancelled_it_ends_with_what_was_read(server: Server, pause: None) -> None:
    await write(server, *[0.75] * 12)
    message = await backtest(server)
    refused = await server.max.click(message, label="Cancel")
    assert refused.response.content == texts.say(
        "staff-only", permissions=texts.permissions(["manage_guild"])
    )
    await server.manager.click(message, label="Cancel")
    await server.env.advance_time(PAUSE_S)
    assert texts.say("ending-cancelled") in shown(server)
    assert "**5** messages" in shown(server)
    assert buttons(server.cards()[0]) == []
    assert len(server.read_texts) == 5


@pytest.mark.asyncio
async def test_a_message_is_tried_again_while_live_ones_go_first(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run_module, "RETRY_S", PAUSE_S)
    server.reader.error = BusyError()
    await write(server, 0.1)
    await backtest(server)
    await server.env.advance_time(PAUSE_S)
    server.reader.error = None
    await server.env.advance_time(PAUSE_S)
    assert server.read_texts == ["0.1"] * 3
    assert "**1** of them read" in shown(server)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("error", "reason", "tries"),
    [
        (BusyError(), "refused as too many at once", run_module.RETRIES),
        (InferenceError("no"), "failed in the model", 1),
    ],
)
async def test_what_fails_is_counted_as_that(
    server: Server, error: Exception, reason: str, tries: int
) -> None:
    server.reader.error = error
    await write(server, 0.1)
    await backtest(server)
    assert f"{reason} 1" in shown(server)
    assert len(server.read_texts) == tries
    assert server.cards()[0].attachments == []


@pytest.mark.asyncio
async def test_an_unexpected_fault_ends_the_run_and_is_logged(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    await write(server, 0.1, 0.2)
    server.reader.error = RuntimeError("surprise")
    await backtest(server)
    assert texts.say("ending-failed") in shown(server)
    assert "backtest failed" in [record.getMessage() for record in caplog.records]
    server.reader.error = None
    await backtest(server)
    assert "**2** of them read" in shown(server)


@pytest.mark.asyncio
@pytest.mark.parametrize("denied", ["view_channel", "read_message_history"])
async def test_a_permission_lost_in_the_middle_ends_it(server: Server, pause: None, denied: str) -> None:
    await write(server, *[0.1] * 12)
    await backtest(server)
    channel = server.bot.get_channel(server.channel.id)
    assert isinstance(channel, discord.TextChannel)
    assert server.guild.me is not None
    await channel.set_permissions(server.guild.me, **{denied: False})
    await server.env.advance_time(PAUSE_S)
    assert texts.say("ending-no-access") in shown(server)
    assert "**5** messages" in shown(server)


@pytest.mark.asyncio
async def test_a_run_that_nobody_can_see_ends(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_module, "PROGRESS_S", 0.0)
    monkeypatch.setattr(run_module, "PAGE_S", PAUSE_S)
    await write(server, *[0.1] * 12)
    message = await backtest(server)
    server.env.backend.delete_message(server.log.id, message.id)
    await server.env.advance_time(3 * PAUSE_S)
    assert len(server.read_texts) == 6
    assert server.cards() == []


@pytest.mark.asyncio
async def test_a_server_has_one_run_at_a_time(server: Server, pause: None) -> None:
    await write(server, *[0.1] * 6)
    await backtest(server)
    assert (await begin(server)).response.content == texts.say("backtest-running")
    assert len(server.cards()) == 1
    await server.env.advance_time(PAUSE_S)
    await backtest(server)
    assert len(server.cards()) == 2


@pytest.mark.asyncio
async def test_there_is_a_bound_on_runs_everywhere(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs_module, "MAX_RUNNING", 0)
    assert (await begin(server)).response.content == texts.say("backtests-full")
    assert server.cards() == []


@pytest.mark.asyncio
async def test_of_many_runs_the_oldest_is_forgotten(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs_module, "MAX_KEPT", 1)
    await write(server, *[number / 60 for number in range(60)])
    first, second = await backtest(server), await backtest(server)
    gone = await server.manager.click(first, label="Judge examples")
    assert gone.response.content == texts.say("backtest-gone")
    judged = await server.manager.click(second, label="Judge examples")
    assert texts.say("judge-question") in said(judged.response)


@pytest.mark.asyncio
@pytest.mark.parametrize("content", [False])
async def test_without_message_content_the_remedy_is_told(server: Server) -> None:
    assert (await begin(server)).response.content == texts.say("needs-message-content")


@pytest.mark.asyncio
async def test_without_a_log_channel_the_remedy_is_told(server: Server) -> None:
    result = await server.manager.slash(server.channel, "backtest")
    assert result.ephemeral
    assert result.response.content == texts.say("backtest-no-log")
    assert fetches(server) == 0


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("whose", "denied"),
    [("bot", "view_channel"), ("bot", "read_message_history"), ("person", "read_message_history")],
)
async def test_a_channel_has_to_be_open_to_the_person_and_the_bot(
    server: Server, whose: str, denied: str
) -> None:
    who = server.guild.me if whose == "bot" else server.manager
    assert who is not None
    narrow = server.guild.create_text_channel(
        "narrow", overwrites={who: discord.PermissionOverwrite(**{denied: False})}
    )
    refused = await begin(server, channel=narrow)
    told = f"In {narrow.mention} {'I' if whose == 'bot' else 'you'} lack"
    assert told in refused.response.content
    assert texts.permissions([denied]) in refused.response.content
    assert server.cards() == []


@pytest.mark.asyncio
async def test_only_managers_may_begin(server: Server) -> None:
    [command] = [each for each in await server.bot.tree.fetch_commands() if each.name == "backtest"]
    server.guild.set_command_permissions(command, {server.max: True})
    refused = await server.max.slash(server.channel, "backtest")
    assert refused.response.content == texts.say(
        "staff-only", permissions=texts.permissions(["manage_guild"])
    )


@pytest.mark.asyncio
@pytest.mark.parametrize("thresholds", ["high", "70, 101 %", "0", "x" * 5000])
async def test_wrong_thresholds_are_told_in_one_private_line(server: Server, thresholds: str) -> None:
    refused = await begin(server, thresholds=thresholds)
    assert refused.ephemeral
    assert re.fullmatch("I did not take that, and nothing has changed: .+", refused.response.content)
    assert server.cards() == []


@pytest.mark.asyncio
async def test_a_thread_has_a_past_of_its_own(server: Server) -> None:
    channel = server.bot.get_channel(server.channel.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.create_thread(name="aside", type=discord.ChannelType.public_thread)
    [thread] = server.channel.threads
    await write(server, 0.1)
    server.env.backend.create_message(thread.id, server.alice.id, "0.2")
    await backtest(server, channel=thread)
    assert server.read_texts == ["0.2"]


@pytest.mark.asyncio
async def test_a_past_without_messages_is_told_as_that(server: Server) -> None:
    other = server.guild.create_text_channel("other")
    message = await backtest(server, channel=other)
    assert "**0** messages" in shown(server)
    assert buttons(message) == []


@pytest.mark.asyncio
async def test_other_languages_are_read_and_never_flagged(server: Server) -> None:
    await write(server, 0.95)
    assert isinstance(server.reader, ScoreReader)
    server.reader.language = Language.OTHER
    await backtest(server)
    words = shown(server)
    assert "**1** of them read" in words
    assert "In other languages than English, which I never flag: 1" in words
    assert "**70 %** (Watchful): **0**" in words


@pytest.mark.asyncio
async def test_where_no_files_may_be_sent_the_histogram_is_told_in_words(server: Server) -> None:
    assert server.guild.me is not None
    overwrites = {server.guild.me: discord.PermissionOverwrite(attach_files=False)}
    server.log = server.guild.create_text_channel("plain", overwrites=overwrites)
    await write(server, 0.1, 0.95)
    await backtest(server)
    words = shown(server)
    assert "Messages by toxicity: 1 from 10 to 20 %; 1 from 90 to 100 %" in words
    assert texts.i_lack(server.log.mention, ["attach_files"]) in words
    assert server.cards()[0].attachments == []


# --- judging ------------------------------------------------------------------------------------


def linked(response: simcord.ResponseMessage) -> int | None:
    """The id of the message that a judge is to look at."""
    found = re.search(r"/channels/\d+/\d+/(\d+)\)", said(response))
    return int(found[1]) if found else None


async def judge(
    server: Server, message: discord.Message, right: set[int], count: int, who: simcord.MemberActor
) -> simcord.ResponseMessage:
    """Let somebody judge examples; return what they see then."""
    private = (await who.click(message, label="Judge examples")).response
    for _ in range(count):
        await who.click(private, label="Right to flag" if linked(private) in right else "Not")
    return private


async def scored(server: Server, count: int = 60) -> tuple[discord.Message, set[int]]:
    """Try thresholds on messages with scores from 0 to 1.

    Returns:
        The run's message, and the ids of those from .6 on.
    """
    ids = await write(server, *[number / count for number in range(count)])
    return await backtest(server), set(ids[math.ceil(count * 0.6) :])


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let as many judgements be enough, to spare clicks."""
    for module in (backtest_module, layouts):
        monkeypatch.setattr(module, "MIN_JUDGEMENTS", 10)
    return 10


@pytest.mark.asyncio
async def test_a_judge_sees_a_link_and_neither_words_nor_score(server: Server, few: int) -> None:
    message, _ = await scored(server, few)
    private = await server.manager.click(message, label="Judge examples")
    assert private.ephemeral
    assert texts.say("judge-question") in said(private.response)
    assert f"{few} more until I suggest a threshold" in said(private.response)
    links = linked(private.response)
    assert links is not None
    [text] = [each.content for each in server.channel.history() if each.id == links]
    assert text not in said(private.response)


@pytest.mark.asyncio
async def test_a_run_that_begins_while_everything_stops_leaves_no_card(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    await server.moderate()
    send, cog = discord.TextChannel.send, server.bot.get_cog("MoodringBacktesting")
    assert cog is not None

    async def slow(self: discord.TextChannel, **message: Any) -> discord.Message:
        sent = await send(self, **message)
        await cog.cog_unload()
        return sent

    monkeypatch.setattr(discord.TextChannel, "send", slow)
    result = await server.manager.slash(server.channel, "backtest")
    assert texts.say("failed") in result.response.content
    assert server.cards() == []


@pytest.mark.asyncio
async def test_from_50_judgements_on_a_threshold_is_suggested_and_used(server: Server) -> None:
    message, right = await scored(server)
    since = server.env.now()
    await server.store.automations.put(Automation(server.guild.id, Action.DELETE, since, active=True))
    await server.env.advance_time(60)
    private = await judge(server, message, right, 49, server.manager)
    assert "49 judged by all of you; 1 more" in said(private)
    assert "Suggestion" not in said(private)
    label = "Right to flag" if linked(private) in right else "Not"
    await server.manager.click(private, label=label)
    words = said(private)
    suggested = re.search(r"flag from ([\d.]+)\N{NO-BREAK SPACE}% on", words)
    assert suggested is not None
    threshold = float(suggested[1]) / 100
    assert 0.4 < threshold < 0.6  # some of those below .6 are borne
    assert re.search(r"About \d+\s% of that would be false alarms; between \d+\s% and \d+\s%", words)
    await server.manager.click(private, label="Use it")
    settings = await server.store.guilds.get(server.guild.id)
    assert settings.flag_toxicity == pytest.approx(threshold)
    assert settings.differing() == {"log_channel_id": server.log.id, "flag_toxicity": settings.flag_toxicity}
    assert "trial of the automatic action begins anew" in said(private)
    automation = await server.store.automations.get(server.guild.id)
    assert automation is not None
    assert (automation.active, automation.since > since) == (False, True)


@pytest.mark.asyncio
async def test_several_judges_share_the_work(server: Server, few: int) -> None:
    deputy = server.guild.create_role("Deputy", permissions=discord.Permissions(manage_guild=True))
    carol = server.guild.add_member(server.env.create_user("carol"), roles=[deputy])
    message, right = await scored(server, few + 2)
    first = await judge(server, message, right, 5, server.manager)
    second = await judge(server, message, right, few - 6, carol)
    assert linked(first) != linked(second)
    assert "1 more until" in said(second)
    await carol.click(second, label="Not")
    assert "Suggestion" in said(second)


@pytest.mark.asyncio
async def test_what_is_skipped_does_not_come_again_and_what_was_judged_is_kept(
    server: Server, few: int
) -> None:
    message, right = await scored(server, few)
    private = await judge(server, message, right, 3, server.manager)
    skipped = set()
    while (current := linked(private)) is not None:
        assert current not in skipped
        skipped.add(current)
        await server.manager.click(private, label="Skip")
    assert len(skipped) == few - 3
    assert texts.say("nothing-left-to-judge") in said(private)
    again = (await server.manager.click(message, label="Judge examples")).response
    assert "3 judged" in said(again)


@pytest.mark.asyncio
async def test_a_judge_may_stop(server: Server, few: int) -> None:
    message, right = await scored(server, few)
    private = await judge(server, message, right, 2, server.manager)
    await server.manager.click(private, label="Stop")
    assert texts.say("judging-stopped") in said(private)
    assert linked(private) is None


@pytest.mark.asyncio
async def test_judging_takes_manage_server_and_sight_of_the_channel(server: Server, few: int) -> None:
    message, _ = await scored(server, few)
    refused = await server.max.click(message, label="Judge examples")
    assert refused.response.content == texts.say(
        "staff-only", permissions=texts.permissions(["manage_guild"])
    )
    channel = server.bot.get_channel(server.channel.id)
    assert isinstance(channel, discord.TextChannel)
    manager = await channel.guild.fetch_member(server.manager.id)
    await channel.set_permissions(manager, view_channel=False, send_messages=False)
    refused = await server.manager.click(message, label="Judge examples")
    assert f"In {server.channel.mention} you lack **View Channel**" in refused.response.content


@pytest.mark.asyncio
async def test_whoever_lost_manage_server_uses_nothing(server: Server, few: int) -> None:
    message, right = await scored(server, few)
    private = await judge(server, message, right, few, server.manager)
    guild = server.bot.get_guild(server.guild.id)
    assert guild is not None
    manager = await guild.fetch_member(server.manager.id)
    await manager.remove_roles(*manager.roles[1:])
    refused = await server.manager.click(private, label="Use it")
    assert refused.response.content == texts.say(
        "staff-only", permissions=texts.permissions(["manage_guild"])
    )
    settings = await server.store.guilds.get(server.guild.id)
    assert settings.flag_toxicity == GuildSettings().flag_toxicity


@pytest.mark.asyncio
async def test_with_too_few_examples_nobody_is_asked_to_judge(server: Server) -> None:
    await write(server, *[0.1] * 60)
    message = await backtest(server)
    assert "Examples to judge: 12; a suggestion takes 50" in shown(server)
    assert buttons(message) == []


# --- the life of a run --------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_stopped_in_the_middle_it_says_so_and_is_gone(server: Server, pause: None) -> None:
    await write(server, *[0.1] * 12)
    await backtest(server)
    await server.bot.unload_extension(FEATURES)
    assert texts.say("ending-stopped") in shown(server)
    assert "**5** messages" in shown(server)
    assert buttons(server.cards()[0]) == []
    await server.env.advance_time(3 * PAUSE_S)
    assert len(server.read_texts) == 5


@pytest.mark.asyncio
async def test_after_a_crash_it_can_be_begun_anew(server: Server, pause: None) -> None:
    await write(server, *[0.1] * 12)
    message = await backtest(server)
    await server.restart()
    gone = await server.manager.click(message, label="Cancel")
    assert gone.ephemeral
    assert gone.response.content == texts.say("backtest-gone")
    await backtest(server)
    assert len(server.cards()) == 2


@pytest.mark.asyncio
async def test_after_a_restart_every_button_says_that_the_run_is_gone(server: Server, few: int) -> None:
    message, right = await scored(server, few + 1)
    private = await judge(server, message, right, few, server.manager)
    await server.restart()
    for shows, label in ((message, "Judge examples"), (private, "Not"), (private, "Use it")):
        gone = await server.manager.click(shows, label=label)
        assert gone.ephemeral
        assert gone.response.content == texts.say("backtest-gone")
    assert (await server.store.guilds.get(server.guild.id)).flag_toxicity == GuildSettings().flag_toxicity


@pytest.mark.asyncio
async def test_a_server_that_the_bot_leaves_is_read_no_further(server: Server, pause: None) -> None:
    await write(server, *[0.1] * 12)
    await backtest(server)
    guild = server.bot.get_guild(server.guild.id)
    assert guild is not None
    await guild.leave()
    await server.env.advance_time(3 * PAUSE_S)
    assert len(server.read_texts) == 5


@pytest.mark.asyncio
async def test_no_word_of_a_message_is_logged_shown_or_kept(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await write(server, 0.987654)
    await backtest(server)
    assert "0.987654" in server.read_texts
    assert "0.987654" not in shown(server)
    ours = [record for record in caplog.records if record.name.startswith("moodring")]
    assert ours
    assert not any("987654" in str(vars(record)) for record in ours)
