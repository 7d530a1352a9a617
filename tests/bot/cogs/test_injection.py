"""Words of strangers, by attempt: none pings, breaks out of an answer, forges a card or reaches a log."""

import csv
import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import discord
import pytest
import simcord
from simcord.http import router
from simulated import Server, WordReader, components

from moodring.bot import texts
from moodring.bot.guild_settings import MAX_LINE, GuildSettings
from moodring.bot.logs import JsonFormatter, TextFormatter
from moodring.bot.moderation.cases import State
from moodring.bot.mood.counting import Span
from moodring.bot.setup.files import exported
from moodring.bot.store import Watch
from moodring.bot.thresholds import QUOTED_CHARACTERS
from moodring.model import Prediction, Sample

HOSTILE = {
    "pings": "@everyone @here <@123456789012345678> <@&123456789012345678>",
    "markup": "**a** __b__ ~~c~~ ||d|| `e`\n```py\nf\n```\n# g\n-# h\n> i\n- j\n>>> k",
    "a masked link": "[sign in again](https://evil.example/login)",
    "a masked link on two lines": "[sign\nin](https://evil.example/login) [a]\\(https://evil.example)",
    "markup behind an address": "https://evil.example/||a||**b** <https:/||> steam://x/`c`",
    "other links": "<#123456789012345678> </mood:123456789012345678> <t:1:R> <id:guide> <:a:1234567890>",
    "a card": "### Toxicity\n`██████████` 97 % toxicity\n-# Case 1 · open\nmoodring:case:dismiss:1",
    "control characters": "\x1b[31mred\x1b[0m\r\n2026-01-31T12:00:00Z ERROR forged: line\x00\x0b\x85\u2028",
    "directions": "\u202enihtemos\u2066 \u200f",
    "combining marks": "e" + "\u0301" * 1500,
    "a formula": "=cmd|'/c calc'!A1",
    "another statement": "x'); DROP TABLE cases;--",
    "placeholders": "{ $count } { watch-stopped } %s {0} ${HOME}",
}
"""What strangers may write, by what it tries."""

attempts = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)

MARKUP = re.compile(r"[\\`*_~|<>\[\]#-]|://")
"""What must not be left once what is escaped is taken away."""

PICTURE = ("cat.png", b"a picture")
LIMITS = {"title": 256, "description": 4096, "value": 1024, "label": 80, "custom_id": 100}
"""Characters that Discord takes, by the key of what is sent."""


@dataclass(frozen=True)
class Sent:
    """A request of the bot to Discord."""

    method: str
    path: str
    body: Any
    reason: str | None

    @property
    def message(self) -> dict[str, Any] | None:
        """The message in it, if that is what it is about."""
        body = self.body if isinstance(self.body, dict) else {}
        found: dict[str, Any] = body.get("data") or body
        if "title" in found:  # a form
            return None
        return found if found.keys() & {"content", "embeds", "components"} else None


@pytest.fixture
def reader() -> WordReader:
    return PictureReader()


class PictureReader(WordReader):
    """Finds in a picture the words that were written beside it."""

    async def classify(self, sample: Sample) -> Prediction:
        return replace(await super().classify(sample), picture_text=sample.text)


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch, server: Server) -> list[Sent]:
    """What the bot asks of Discord from now on."""
    found: list[Sent] = []
    dispatch: Callable[..., Any] = router.dispatch

    def noted(backend: object, method: str, path: str, **options: Any) -> Any:
        found.append(Sent(method, path, options.get("json"), options.get("reason")))
        return dispatch(backend, method, path, **options)

    monkeypatch.setattr(router, "dispatch", noted)
    return found


def values(found: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """All texts in a request, with their keys."""
    if isinstance(found, dict):
        for name, each in found.items():
            yield from values(each, name)
    elif isinstance(found, list):
        for each in found:
            yield from values(each, key)
    elif isinstance(found, str):
        yield key, found


def assert_harmless(sent: list[Sent]) -> None:
    """Whatever was sent pings nobody, has only buttons of ours, and fits."""
    messages = [message for each in sent if (message := each.message) is not None]
    assert messages, "nothing was sent"
    for message in messages:
        allowed = message.get("allowed_mentions")
        assert allowed is not None, message
        assert allowed["parse"] == []
        assert not allowed.get("users")
        assert not allowed.get("roles")
        assert not allowed.get("replied_user")
        for key, text in values(message):
            assert len(text) <= LIMITS.get(key, 4096), key
        assert len(message.get("content") or "") <= 2000
        for embed in message.get("embeds") or []:
            assert len(discord.Embed.from_dict(embed)) <= 6000
        shown = [text for key, text in values(message.get("components") or []) if key == "content"]
        assert sum(map(len, shown)) <= 4000
        for key, text in values(message.get("components") or []):
            assert key != "custom_id" or re.fullmatch(r"moodring:[a-z:0-9_-]+|[0-9a-f]{32}", text), text


def assert_inert(shown: str | None) -> None:
    """Nothing in a text means anything to Discord."""
    assert shown
    assert not MARKUP.search(re.sub(r"\\[^0-9A-Za-z\s]", " ", shown)), shown
    assert not re.search(r"@(everyone|here|[!&]?\d{17,20})", shown), shown


def assert_unsaid(sent: list[Sent], *names: str) -> None:
    """None of these is anywhere in what was sent."""
    said = [text for each in sent for _, text in values(each.body)]
    assert not [text for text in said for name in names if name and name in text]


@attempts
@pytest.mark.asyncio
async def test_a_text_is_shown_as_it_is_written(server: Server, sent: list[Sent], text: str) -> None:
    shown = await server.alice.slash(server.channel, "analyze", text=text, public=True)
    [embed] = shown.response.embeds
    [found] = [field.value for field in embed.fields if field.name == texts.say("in-picture")]
    assert_inert(found)
    why = await server.alice.click(shown.response, label=texts.say("why"))
    assert_inert(why.response.embeds[0].description)
    assert_harmless(sent)


@attempts
@pytest.mark.asyncio
async def test_a_message_in_a_channel_is_answered_without_a_ping(
    server: Server, sent: list[Sent], text: str
) -> None:
    await server.watch()
    await server.alice.send(server.channel, f"{text} joy", attachments=[PICTURE])
    answer = server.channel.last_message
    assert answer is not None
    assert answer.author.bot
    assert_inert(answer.embeds[0].fields[-1].value)
    assert_harmless(sent)


@pytest.mark.asyncio
async def test_a_host_that_lets_pings_through_sends_none_of_ours_into_a_channel(
    server: Server, sent: list[Sent]
) -> None:
    text = HOSTILE["pings"]
    await server.moderate(warn_line=text, heat_line=text, distress_help=text)
    await server.store.watches.start(Watch(server.channel.id, server.guild.id, frozenset({"reply", "flag"})))
    await server.restart()
    server.bot._connection.allowed_mentions = None  # as a host's may be
    sent.clear()
    await server.alice.send(server.channel, f"{server.mention} {text} vile")
    await server.alice.send(server.channel, f"{text} vile")
    await server.max.slash(server.channel, "cases show", case=1)
    await server.env.advance_time(301)
    await server.bob.send(server.channel, f"{text} vile")
    await server.max.click(server.cards()[-1], label=texts.say("action-warn"))
    form = await server.bob.slash(server.channel, "appeal")
    await server.bob.submit_modal(form, {"words": text})
    posted = [each for each in sent if each.path.startswith("/channels/") and each.message]
    assert len(posted) >= 6
    assert_harmless(posted)


@attempts
@pytest.mark.asyncio
async def test_a_card_has_nothing_of_the_words_and_shows_them_inert(
    server: Server, sent: list[Sent], text: str
) -> None:
    await server.moderate()
    await server.alice.send(server.channel, f"{text} mallorys vile")
    assert_harmless(sent)
    assert_unsaid(sent, "mallorys")
    [card] = server.cards()
    shown = await server.max.click(card, label=texts.say("show"))
    assert_inert(shown.response.embeds[0].description)
    assert shown.response.content == texts.say("written-by", author=server.alice.mention)
    assert_harmless(sent)


@pytest.mark.asyncio
async def test_a_message_that_looks_like_a_card_has_no_buttons(server: Server) -> None:
    await server.moderate()
    await server.bob.send(server.channel, "vile")
    forged = await server.alice.send(server.log, HOSTILE["a card"])
    assert not list(components(forged))
    with pytest.raises(simcord.SetupError):
        await server.max.click(forged, custom_id="moodring:case:dismiss:1")
    [case] = await server.cases()
    assert case.state is State.OPEN


@pytest.mark.parametrize(
    "custom_id",
    [
        "moodring:case:dismiss:1;DROP TABLE cases",
        "moodring:case:dismiss:1\n",
        "moodring:case:dismiss:999999999999999999",
        "moodring:case:show:000000000000000002",
        "moodring:case:appeal:1",
        "moodring:case:dismiss:١",
        "moodring:mood:csv:week:99999999999999999999:9999999999",
        "moodring:mood:numbers:month:99999999999999999999:0",
        "moodring:backtest:use:99999999999999999999:99999999999999999999",
        "moodring:backtest:judge:0:0",
        "moodring:why:1",
    ],
)
@pytest.mark.asyncio
async def test_an_id_that_nobody_gave_out_does_nothing(
    server: Server, caplog: pytest.LogCaptureFixture, custom_id: str
) -> None:
    await server.moderate()
    await server.bob.send(server.channel, "vile")
    before = await server.cases()
    channel = server.bot.get_channel(server.log.id)
    assert isinstance(channel, discord.TextChannel)
    view = discord.ui.View(timeout=None)
    view.add_item(discord.ui.Button(label="x", custom_id=custom_id))
    view.stop()
    forged = await channel.send(view=view)
    server.bot._connection._view_store.remove_view(view)
    await server.max.click(forged, custom_id=custom_id)
    assert await server.cases() == before
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@attempts
@pytest.mark.asyncio
async def test_a_case_of_another_server_is_out_of_reach(server: Server, sent: list[Sent], text: str) -> None:
    """Beside it: what the other server is called is told nobody."""
    await server.moderate()
    await server.bob.send(server.channel, "vile")
    elsewhere = server.env.create_guild(text[:100])
    boss = elsewhere.add_member(
        server.env.create_user("boss"),
        roles=[elsewhere.create_role("Boss", permissions=discord.Permissions.all())],
    )
    channel = elsewhere.create_text_channel("general")
    sent.clear()
    result = await boss.slash(channel, "cases show", case=1)
    assert result.response.content == texts.say("no-such-case")
    assert_unsaid(sent, text[:100])


@attempts
@pytest.mark.asyncio
async def test_names_are_said_nowhere(server: Server, sent: list[Sent], text: str) -> None:
    name = text[:90]
    channel = server.guild.create_text_channel(name)
    role = server.guild.create_role(name)
    mallory = server.guild.add_member(server.env.create_user(name[:32]), nick=name[:32], roles=[role])
    settings = GuildSettings().changed(log_channel_id=server.log.id, exempt_role_ids=[role.id])
    await server.store.guilds.put(server.guild.id, settings)
    await server.store.watches.start(Watch(channel.id, server.guild.id, frozenset({"reply", "flag"})))
    await server.restart()
    sent.clear()
    await mallory.send(channel, "joy", attachments=[(f"{name}.png", b"a picture")])
    await mallory.slash(channel, "analyze", text="joy", public=True)
    await mallory.slash(channel, "mood")
    await server.manager.slash(channel, "watch status")
    await server.manager.slash(channel, "setup", show=True)
    await server.max.slash(channel, "cases list")
    assert_harmless(sent)
    assert_unsaid(sent, name, name[:32])


@attempts
@pytest.mark.asyncio
async def test_the_panel_says_a_channels_name_in_a_menu_and_nowhere_else(
    server: Server, sent: list[Sent], text: str
) -> None:
    channel = server.guild.create_text_channel(text[:100])
    opened = await server.manager.slash(server.channel, "setup")
    [menu] = [
        each for each in components(opened.response) if each.get("placeholder") == texts.say("choose-watched")
    ]
    await server.manager.select(opened.response, [channel], custom_id=menu["custom_id"])
    for each in sent:
        for key, said in values(each.body):
            assert key != "placeholder" or len(said) <= 150
            assert key == "placeholder" or text[:100] not in said
    assert_harmless(sent)


@attempts
@pytest.mark.asyncio
async def test_what_a_server_wrote_is_shown_inert_and_comes_back_from_its_file_unchanged(
    server: Server, sent: list[Sent], text: str
) -> None:
    line = text[:MAX_LINE]
    settings = GuildSettings().changed(warn_line=line, distress_help=line, heat_line=line)
    file = exported(settings, [])
    result = await server.manager.slash(server.channel, "setup", file=("settings.json", file))
    assert result.ephemeral
    assert (await server.store.guilds.get(server.guild.id)).warn_line == line
    sent.clear()
    await server.manager.slash(server.channel, "setup", show=True)
    assert_harmless(sent)
    said = "\n".join(text for each in sent for key, text in values(each.body) if key == "content")
    warned = said.partition(texts.say("setting-warn_line"))[2].partition("”")[0]
    assert_inert(warned.partition("“")[2])
    assert json.loads(exported(await server.store.guilds.get(server.guild.id), []))["settings"][
        "warn_line"
    ] == (line)


@attempts
@pytest.mark.asyncio
async def test_a_warning_in_a_servers_words_pings_nobody(server: Server, sent: list[Sent], text: str) -> None:
    await server.moderate(warn_line=text[:MAX_LINE])
    await server.alice.send(server.channel, "vile")
    await server.max.click(server.cards()[0], label=texts.say("action-warn"))
    [warning] = [message for message in server.channel.history() if message.author.bot]
    assert warning.content == text[:MAX_LINE]
    assert not warning.mentions
    assert not warning.mention_everyone
    assert_harmless(sent)


@pytest.mark.asyncio
async def test_every_setting_of_a_file_may_be_hostile_and_is_refused_in_one_line(server: Server) -> None:
    for text in HOSTILE.values():
        for content in (
            {text: text},
            {"language": text},
            {"log_channel_id": text},
            {"exempt_role_ids": [text]},
        ):
            file = json.dumps({"moodring": 1, "settings": content}).encode()
            result = await server.manager.slash(server.channel, "setup", file=("settings.json", file))
            assert result.ephemeral
            refused = result.response.content
            assert len(refused.splitlines()) == 1
            assert text not in refused
    assert await server.store.guilds.get(server.guild.id) == GuildSettings()


@attempts
@pytest.mark.asyncio
async def test_an_appeal_is_quoted_inert_and_fits_a_card(server: Server, sent: list[Sent], text: str) -> None:
    await server.moderate()
    await server.alice.send(server.channel, "vile")
    await server.max.click(server.cards()[0], label=texts.say("action-warn"))
    form = await server.alice.slash(server.channel, "appeal")
    await server.alice.submit_modal(form, {"words": text[:1000]})
    assert_harmless(sent)
    appeal = server.cards()[-1]
    said = next(each["content"] for each in components(appeal) if each.get("content"))
    quoted = [line for line in said.splitlines() if line.startswith("> ")]
    assert len(said.splitlines()) == 2 + len(quoted)
    assert_inert("\n".join(line.removeprefix("> ") for line in quoted))


@pytest.mark.asyncio
async def test_an_appeal_of_empty_lines_fits_a_card(server: Server, sent: list[Sent]) -> None:
    await server.moderate()
    await server.alice.send(server.channel, "vile")
    await server.max.click(server.cards()[0], label=texts.say("action-warn"))
    form = await server.alice.slash(server.channel, "appeal")
    await server.alice.submit_modal(form, {"words": "x" + "\n" * 998 + "x"})
    assert_harmless(sent)
    assert (await server.cases())[0].state is State.APPEALED


@attempts
@pytest.mark.asyncio
async def test_a_direct_message_names_the_server_inert(server: Server, sent: list[Sent], text: str) -> None:
    name = text[:100]
    server.env.backend.guilds[server.guild.id].name = name
    await server.moderate(direct_messages=True)
    assert server.bot.get_guild(server.guild.id).name == name  # type: ignore[union-attr]
    await server.alice.send(server.channel, "vile")
    await server.max.click(server.cards()[0], label=texts.say("action-warn"))
    before, after = texts.say("told-warn", by="person", server="\x00", minutes=60).split("\x00")
    [told] = [text for each in sent for _, text in values(each.body) if text.startswith(before)]
    assert_inert(told.removeprefix(before).removesuffix(after) or "-")
    assert_harmless(sent)


@attempts
@pytest.mark.asyncio
async def test_a_moderators_name_cannot_leave_its_header(server: Server, sent: list[Sent], text: str) -> None:
    name = f"max\r\nX-Forged: 1 {text}"[:32]
    may = discord.Permissions(moderate_members=True, manage_messages=True)
    role = server.guild.create_role("Moderators", permissions=may)
    mallory = server.guild.add_member(server.env.create_user(name), roles=[role])
    await server.moderate()
    await server.alice.send(server.channel, "vile")
    await mallory.click(server.cards()[0], label=texts.say("action-delete"))
    [reason] = [each.reason for each in sent if each.reason]
    assert len(reason) <= 512
    header = discord.http._uriquote(reason, safe="/ ")  # as discord.py puts it into the header
    assert header.isascii()
    assert header.isprintable()


@attempts
@pytest.mark.asyncio
async def test_thresholds_that_are_none_are_quoted_inert(server: Server, sent: list[Sent], text: str) -> None:
    await server.moderate()
    result = await server.manager.slash(server.channel, "backtest", thresholds=text)
    assert result.ephemeral
    assert len(result.response.content.splitlines()) == 1
    assert_harmless(sent)
    assert text[: QUOTED_CHARACTERS + 1] not in result.response.content


@attempts
@pytest.mark.asyncio
async def test_files_of_numbers_know_no_names_and_no_formulas(server: Server, text: str) -> None:
    channel = server.guild.create_text_channel(text[:100])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    await server.store.moods.add([Span(server.guild.id, channel.id, start, 1, {"joy": 15, "neutral": 5})])
    await server.env.advance_time(7200)
    shown = await server.alice.slash(server.channel, "mood", channel=channel)
    result = await server.alice.click(shown.response, label=texts.say("form-csv"))
    [attachment] = result.response.attachments
    content = (server.env.backend.cdn.get(attachment.url) or b"").decode()
    rows = list(csv.reader(io.StringIO(content)))
    assert len(rows) == 3
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert text[:100] not in content


@pytest.mark.parametrize("formatter", [TextFormatter(), JsonFormatter()], ids=["text", "json"])
@pytest.mark.asyncio
async def test_logs_have_a_line_an_event_and_nothing_of_what_people_wrote(
    server: Server, caplog: pytest.LogCaptureFixture, formatter: logging.Formatter
) -> None:
    caplog.set_level(logging.DEBUG, "moodring")
    await server.moderate()
    await server.watch()
    for text in HOSTILE.values():
        await server.alice.send(server.channel, f"{text} vile", attachments=[(f"{text[:50]}.png", b"x")])
        shown = await server.alice.slash(server.channel, "analyze", text=text)
        server.reader.error = ZeroDivisionError("a bug")
        await server.alice.click(shown.response, label=texts.say("why"))
        server.reader.error = None
    ours = [record for record in caplog.records if record.name.startswith("moodring")]
    assert len(ours) > len(HOSTILE)
    for record in ours:
        line = formatter.format(record)
        assert len(line.splitlines()) == 1
        assert not [text for text in HOSTILE.values() if text[:30] in line]


@attempts
@pytest.mark.asyncio
async def test_the_database_keeps_a_text_as_a_value(server: Server, text: str) -> None:
    others = server.env.create_guild("elsewhere")
    await server.store.guilds.put(others.id, GuildSettings())
    own = GuildSettings().changed(warn_line=text[:MAX_LINE])
    await server.store.guilds.put(server.guild.id, own)
    assert await server.store.guilds.get(server.guild.id) == own
    assert await server.store.guilds.get(others.id) == GuildSettings()
