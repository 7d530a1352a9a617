"""Setting a server up as its managers do: in one private panel, and with a file."""

import json
from collections.abc import Sequence
from typing import Any

import discord
import pytest
import pytest_asyncio
import simcord
import yarl
from simulated import Server, as_filled_in, components, menu, said

from moodring.bot import texts
from moodring.bot.guild_settings import PRESETS, GuildSettings
from moodring.bot.moderation.automation import TRIAL, Automation
from moodring.bot.moderation.cases import Action
from moodring.bot.setup import describe, files
from moodring.bot.setup.changes import change_settings
from moodring.bot.setup.describe import Topic
from moodring.bot.store import Watch

DEFAULTS = GuildSettings()


class Panel:
    """The panel as a manager has it in front of them."""

    def __init__(self, server: Server, who: simcord.MemberActor) -> None:
        self._server = server
        self._who = who
        self._message: simcord.ResponseMessage | None = None

    @property
    def message(self) -> simcord.ResponseMessage:
        assert self._message is not None, "opened first"
        return self._message

    @property
    def text(self) -> str:
        return said(self.message).replace("\N{NO-BREAK SPACE}", " ")

    @property
    def buttons(self) -> list[str]:
        return [each["label"] for each in components(self.message) if "label" in each and "style" in each]

    async def open(self) -> None:
        opened = await self._who.slash(self._server.channel, "setup")
        assert opened.ephemeral
        self._take(opened)

    async def choose(self, placeholder: str, *values: Any) -> simcord.InteractionResult:
        custom_id = menu(self.message, placeholder)["custom_id"]
        return self._take(await self._who.select(self.message, values, custom_id=custom_id))

    async def turn(self, topic: Topic) -> None:
        await self.choose(texts.say("choose-topic"), topic.value)

    async def press(self, label: str) -> simcord.InteractionResult:
        return self._take(await self._who.click(self.message, label=label))

    async def write(self, label: str, **values: str) -> simcord.InteractionResult:
        """Fill in a form; what is left out is sent as it stands there."""
        form = await self.press(label)
        return self._take(await self._who.submit_modal(form, as_filled_in(form) | values))

    async def watch(self, channel: simcord.ChannelHandle, *does: str) -> simcord.InteractionResult:
        await self.choose(texts.say("choose-watched"), channel)
        return await self.choose(texts.say("choose-does", channel=str(channel.name)), *does)

    def _take(self, result: simcord.InteractionResult) -> simcord.InteractionResult:
        """Look at the panel again where it was changed."""
        shown = result.response
        if shown is not None and (self._message is None or shown.id == self._message.id):
            self._message = shown
        return result


@pytest_asyncio.fixture
async def panel(server: Server) -> Panel:
    panel = Panel(server, server.manager)
    await panel.open()
    return panel


async def settings(server: Server) -> GuildSettings:
    return await server.store.guilds.get(server.guild.id)


async def watched(server: Server) -> dict[int, set[str]]:
    return {watch.channel_id: set(watch.does) for watch in await server.store.watches.all()}


def public(channel: simcord.ChannelHandle) -> list[str]:
    """What the bot said in a channel for everyone, oldest first."""
    history = sorted(channel.history(), key=lambda message: message.id)
    return [message.content for message in history if message.author.bot]


def refusal(result: simcord.InteractionResult) -> str:
    """What a person alone was told instead of a change."""
    assert result.ephemeral
    assert result.response is not None
    return result.response.content


async def show_command_to_alice(server: Server) -> None:
    [setup] = [command for command in await server.bot.tree.fetch_commands() if command.name == "setup"]
    server.guild.set_command_permissions(setup, {server.alice: True})


# --- the panel ------------------------------------------------------------------------------------------


@pytest.mark.asyncio
async def test_one_private_panel_opens_with_what_may_be_chosen(server: Server, panel: Panel) -> None:
    assert public(server.channel) == []
    assert texts.say("topic-channels") in panel.text
    assert "**Log channel**: none" in panel.text
    assert f"**{texts.say('watched-channels')}**: none" in panel.text
    assert panel.buttons == [texts.say("show-all"), texts.say("export")]


@pytest.mark.asyncio
async def test_every_page_is_one_choice_away(panel: Panel) -> None:
    for topic in reversed(Topic):
        await panel.turn(topic)
        assert f"## {texts.say(f'topic-{topic}')}" in panel.text.splitlines()


@pytest.mark.asyncio
async def test_a_log_channel_is_chosen_and_taken_away(server: Server, panel: Panel) -> None:
    await panel.choose(texts.say("choose-log"), server.log)
    assert (await settings(server)).log_channel_id == server.log.id
    assert f"**Log channel**: {server.log.mention}" in panel.text
    await panel.choose(texts.say("choose-log"))
    assert (await settings(server)).log_channel_id is None


@pytest.mark.asyncio
async def test_a_channel_for_the_digest_is_chosen_and_taken_away(server: Server, panel: Panel) -> None:
    await panel.choose(texts.say("choose-digest"), server.log)
    assert (await settings(server)).digest_channel_id == server.log.id
    assert f"**Weekly digest**: {server.log.mention}" in panel.text
    await panel.choose(texts.say("choose-digest"))
    assert (await settings(server)).digest_channel_id is None


@pytest.mark.asyncio
@pytest.mark.parametrize("does", [("flag",), ("react",), ("flag", "react", "reply"), ()])
async def test_a_watched_channel_is_announced_to_everyone_there(
    server: Server, panel: Panel, does: Sequence[str]
) -> None:
    await panel.watch(server.channel, *does)
    assert await watched(server) == {server.channel.id: set(does)}
    assert f"{server.channel.mention}: {texts.what_follows(does)}" in panel.text
    assert public(server.channel) == [
        texts.watch_started(server.channel.mention, does, DEFAULTS.min_confidence, DEFAULTS.cooldown_s)
    ]


@pytest.mark.asyncio
async def test_from_then_on_it_is_read(server: Server, panel: Panel) -> None:
    await panel.watch(server.channel, "react")
    message = await server.alice.send(server.channel, "pure joy")
    assert server.reactions(message) == ["😊"]


@pytest.mark.asyncio
async def test_a_channel_may_only_be_counted(server: Server, panel: Panel) -> None:
    await panel.choose(texts.say("choose-watched"), server.channel)
    await panel.press(texts.say("only-count"))
    assert await watched(server) == {server.channel.id: set()}
    assert texts.say("follows-nothing") in public(server.channel)[0]


@pytest.mark.asyncio
async def test_what_stays_as_it_was_is_not_announced_again(server: Server, panel: Panel) -> None:
    await panel.watch(server.channel, "flag")
    options = menu(panel.message, texts.say("choose-does", channel="general"))["options"]
    assert [option["value"] for option in options if option.get("default")] == ["flag"]
    await panel.watch(server.channel, "flag")
    assert len(public(server.channel)) == 1
    await panel.watch(server.channel, "reply")
    assert len(public(server.channel)) == 2


@pytest.mark.asyncio
async def test_a_channel_is_stopped_and_that_is_said_there(server: Server, panel: Panel) -> None:
    await panel.watch(server.channel, "flag")
    await panel.press(texts.say("stop-listening"))
    assert await watched(server) == {}
    assert public(server.channel)[1:] == [texts.say("watch-stopped", channel=server.channel.mention)]
    assert texts.say("stop-listening") not in panel.buttons
    await server.alice.send(server.channel, "joy")
    assert server.reader.samples == []


@pytest.mark.asyncio
async def test_where_nothing_can_be_announced_the_manager_is_told(server: Server, panel: Panel) -> None:
    quiet = server.guild.create_text_channel(
        "quiet", overwrites={server.guild.me: discord.PermissionOverwrite(send_messages=False)}
    )
    result = await panel.watch(quiet, "flag")
    assert await watched(server) == {quiet.id: {"flag"}}
    [told] = result.followups
    assert told.ephemeral
    assert told.content == texts.say("not-announced", channel=quiet.mention)


@pytest.mark.asyncio
async def test_roles_and_channels_are_exempt(server: Server, panel: Panel) -> None:
    friends = server.guild.create_role("Friends")
    await panel.choose(texts.say("choose-roles"), friends)
    await panel.choose(texts.say("choose-channels"), server.channel, server.log)
    found = await settings(server)
    assert found.exempt_role_ids == (friends.id,)
    assert set(found.exempt_channel_ids) == {server.channel.id, server.log.id}
    assert f"**Exempt roles**: {friends.mention}" in panel.text
    await panel.choose(texts.say("choose-roles"))
    assert (await settings(server)).exempt_role_ids == ()


@pytest.mark.asyncio
@pytest.mark.parametrize("preset", PRESETS)
async def test_a_preset_sets_all_its_numbers(server: Server, panel: Panel, preset: str) -> None:
    await panel.turn(Topic.SENSITIVITY)
    await panel.choose(texts.say("choose-preset"), preset)
    assert await settings(server) == DEFAULTS.changed(**PRESETS[preset])
    assert f"**{texts.say('sensitivity')}**: {texts.say(f'preset-{preset}')}" in panel.text


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("written", "share"), [("85", 0.85), ("85%", 0.85), (" 85,5 % ", 0.855), ("99.25", 0.9925), ("0", 0)]
)
async def test_own_numbers_are_written_in_per_cent(
    server: Server, panel: Panel, written: str, share: float
) -> None:
    await panel.turn(Topic.SENSITIVITY)
    await panel.write(texts.say("numbers"), flag_toxicity=written)
    assert await settings(server) == DEFAULTS.changed(flag_toxicity=share)
    assert f"**{texts.say('sensitivity')}**: {texts.say('preset-own')}" in panel.text


@pytest.mark.asyncio
@pytest.mark.parametrize("written", ["much", "101", "-1", "nan", "1e9", "8 5"])
async def test_nonsense_is_refused_on_one_line_and_nothing_changes(
    server: Server, panel: Panel, written: str
) -> None:
    await panel.turn(Topic.SENSITIVITY)
    refused = refusal(await panel.write(texts.say("numbers"), flag_anger="50", act_toxicity=written))
    assert refused == texts.say("not-taken", why="“Act on toxicity from” takes a number from 0 to 100")
    assert written not in refused.removesuffix(" from 0 to 100.")
    assert await settings(server) == DEFAULTS


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("topic", "name", "written", "value"),
    [
        (Topic.READING, "cooldown_s", "60", 60),
        (Topic.READING, "cooldown_s", "3601", None),
        (Topic.READING, "cooldown_s", "1.5", None),
        (Topic.READING, "min_confidence", "42", 0.42),
        (Topic.CARE, "timeout_minutes", "5", 5),
        (Topic.CARE, "timeout_minutes", "0", None),
        (Topic.CARE, "retention_days", "7", None),
        (Topic.CARE, "retention_days", "365", 365),
    ],
)
async def test_other_numbers_have_their_bounds(
    server: Server, panel: Panel, topic: Topic, name: str, written: str, value: float | None
) -> None:
    await panel.turn(topic)
    result = await panel.write(texts.say("numbers"), **{name: written})
    if value is None:
        assert refusal(result).startswith(
            texts.say("not-taken", why=f"“{describe.title(name)}”").removesuffix(".")
        )
        assert "\n" not in refusal(result)
    assert await settings(server) == (DEFAULTS if value is None else DEFAULTS.changed(**{name: value}))


@pytest.mark.asyncio
async def test_words_are_written_in_a_form_and_may_be_empty(server: Server, panel: Panel) -> None:
    await panel.turn(Topic.CARE)
    await panel.write(texts.say("words"), heat_line=" Take a *breath*, @everyone ", distress_help="")
    found = await settings(server)
    assert (found.heat_line, found.distress_help) == ("Take a *breath*, @everyone", "")
    assert found.warn_line == DEFAULTS.warn_line
    assert "“Take a \\*breath\\*, @\u200beveryone”" in panel.text
    assert "**Help text**: none" in panel.text


@pytest.mark.asyncio
async def test_a_switch_says_what_it_will_do(server: Server, panel: Panel) -> None:
    await panel.turn(Topic.READING)
    await panel.press("Text in pictures: turn off")
    assert not (await settings(server)).ocr
    await panel.press("Text in pictures: turn on")
    assert await settings(server) == DEFAULTS


@pytest.mark.asyncio
async def test_that_faces_are_read_is_said_in_public_once(server: Server, panel: Panel) -> None:
    await panel.turn(Topic.READING)
    turned = await panel.press("Faces: turn on")
    assert (await settings(server)).faces
    [told] = turned.followups
    assert not told.ephemeral
    assert told.content == texts.say("faces-are-read")
    assert (await panel.press("Text in pictures: turn off")).followups == []
    assert (await panel.press("Faces: turn off")).followups == []
    assert not (await settings(server)).faces


@pytest.mark.asyncio
async def test_all_settings_are_listed(server: Server, panel: Panel) -> None:
    await panel.watch(server.channel, "flag")
    pressed = await panel.press(texts.say("show-all"))
    asked = await server.manager.slash(server.channel, "setup", show=True)
    for shown in (pressed, asked):
        assert shown.ephemeral
        assert shown.response is not None
        words = said(shown.response)
        assert f"{server.channel.mention}: flag" in words
        assert "Balanced" in words
        assert "Keep cases for: 30 days" in words


@pytest.mark.asyncio
async def test_a_failure_of_ours_is_owned(
    server: Server, panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await panel.turn(Topic.CARE)
    form = await panel.press(texts.say("numbers"))

    async def broken(guild_id: int) -> GuildSettings:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(server.store.guilds, "get", broken)
    assert refusal(await panel.press("Heat notes: turn off")) == texts.say("failed")
    assert refusal(await server.manager.submit_modal(form, as_filled_in(form))) == texts.say("failed")
    assert [str(error) for error in server.env.errors] == ["the database is gone"] * 2


# --- what stands in the way -------------------------------------------------------------------------------


def links(message: simcord.ResponseMessage) -> dict[str, str]:
    return {each["label"]: each["url"] for each in components(message) if "url" in each}


@pytest.mark.asyncio
async def test_a_permission_that_a_channel_takes_away_is_named_with_the_way_to_grant_it(
    server: Server, panel: Panel
) -> None:
    narrow = server.guild.create_text_channel(
        "narrow", overwrites={server.guild.me: discord.PermissionOverwrite(add_reactions=False)}
    )
    await panel.watch(narrow, "react")
    assert (
        texts.say("grant-here", channel=narrow.mention, permissions=texts.permissions(["add_reactions"]))
        in panel.text
    )
    assert links(panel.message) == {}


@pytest.mark.asyncio
async def test_a_permission_that_the_role_lacks_is_granted_with_a_link(server: Server, panel: Panel) -> None:
    backend, guild = server.env.backend, server.guild
    lacking = discord.Permissions(embed_links=True)
    for role in backend.get_guild(guild.id).roles.values():
        backend.edit_role(guild.id, role.id, {"permissions": role.permissions & ~lacking.value})
    await server.env.settle()
    await panel.choose(texts.say("choose-log"), server.log)
    assert (
        texts.say(
            "grant-everywhere", channel=server.log.mention, permissions=texts.permissions(["embed_links"])
        )
        in panel.text
    )
    query = yarl.URL(links(panel.message)[texts.say("grant")]).query
    assert query["guild_id"] == str(guild.id)
    granted = discord.Permissions(int(query["permissions"]))
    seen = server.bot.get_guild(guild.id)
    assert seen is not None
    assert granted == discord.Permissions(seen.me.guild_permissions.value | lacking.value)


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("action", "missed"), [(None, False), (Action.TIME_OUT, False), (Action.DELETE, True)]
)
async def test_what_an_automatic_action_takes_is_missed_during_its_trial_already(
    server: Server, panel: Panel, action: Action | None, missed: bool
) -> None:
    flagged, other = (
        server.guild.create_text_channel(
            name, overwrites={server.guild.me: discord.PermissionOverwrite(manage_messages=False)}
        )
        for name in ("flagged", "other")
    )
    if action is not None:
        await server.store.automations.put(Automation(server.guild.id, action, server.env.now()))
    await panel.watch(other, "react")
    await panel.watch(flagged, "flag")
    assert (
        texts.say("grant-here", channel=flagged.mention, permissions=texts.permissions(["manage_messages"]))
        in panel.text
    ) is missed
    assert other.mention not in panel.text.partition("⚠️ In")[2]


@pytest.mark.asyncio
async def test_a_log_channel_that_everyone_sees_is_hinted_at(server: Server, panel: Panel) -> None:
    await panel.choose(texts.say("choose-log"), server.log)
    assert texts.say("warning", text=texts.say("everyone-sees")) in panel.text
    hidden = server.guild.create_text_channel(
        "hidden",
        overwrites={
            server.guild.default_role: discord.PermissionOverwrite(view_channel=False),
            server.guild.me: discord.PermissionOverwrite(view_channel=True),
            server.manager: discord.PermissionOverwrite(view_channel=True),
        },
    )
    await panel.choose(texts.say("choose-log"), hidden)
    assert "⚠️" not in panel.text


@pytest.mark.asyncio
async def test_flags_without_a_log_channel_are_hinted_at(server: Server, panel: Panel) -> None:
    await panel.watch(server.channel, "react")
    assert "⚠️" not in panel.text
    await panel.watch(server.channel, "flag")
    assert texts.say("warning", text=texts.say("no-log-channel")) in panel.text


@pytest.mark.asyncio
async def test_a_log_channel_that_is_gone_is_hinted_at(server: Server) -> None:
    await server.store.guilds.put(server.guild.id, GuildSettings(log_channel_id=1))
    panel = Panel(server, server.manager)
    await panel.open()
    assert texts.say("warning", text=texts.say("log-channel-is-gone")) in panel.text


@pytest.mark.asyncio
async def test_what_stands_in_the_way_of_the_digest_is_hinted_at(server: Server) -> None:
    bot = server.guild.me
    overwrites = {bot: discord.PermissionOverwrite(embed_links=False)}
    quiet = server.guild.create_text_channel("quiet", overwrites=overwrites)
    lacks = texts.permissions(["embed_links"])
    for channel_id, hint in (
        (1, texts.say("warning", text=texts.say("digest-channel-is-gone"))),
        (quiet.id, texts.say("grant-here", channel=quiet.mention, permissions=lacks)),
    ):
        await server.store.guilds.put(server.guild.id, GuildSettings(digest_channel_id=channel_id))
        panel = Panel(server, server.manager)
        await panel.open()
        assert hint in panel.text


@pytest.mark.asyncio
@pytest.mark.parametrize("content", [False])
async def test_without_message_content_no_channel_is_watched_and_the_remedy_is_told(
    server: Server, panel: Panel
) -> None:
    assert refusal(await panel.watch(server.channel, "flag")) == texts.say("needs-message-content")
    assert await watched(server) == {}
    await server.store.watches.start(Watch(server.channel.id, server.guild.id, frozenset()))
    await panel.open()
    await panel.choose(texts.say("choose-log"), server.log)
    assert texts.say("warning", text=texts.say("needs-message-content")) in panel.text


@pytest.mark.asyncio
async def test_with_all_that_can_be_set_every_page_still_fits_into_a_message(server: Server) -> None:
    ids = tuple(range(10**18, 10**18 + 25))
    full = DEFAULTS.changed(
        exempt_role_ids=ids,
        exempt_channel_ids=ids,
        **dict.fromkeys(("heat_line", "distress_help", "warn_line"), "*" * 500),
    )
    await server.store.guilds.put(server.guild.id, full)
    overwrites = {
        server.guild.me: discord.PermissionOverwrite(
            view_channel=False, add_reactions=False, embed_links=False, read_message_history=False
        )
    }
    for number in range(40):
        channel = server.guild.create_text_channel(f"narrow-{number}", overwrites=overwrites)
        watch = Watch(channel.id, server.guild.id, frozenset({"flag", "react", "reply"}))
        await server.store.watches.start(watch)
    panel = Panel(server, server.manager)
    await panel.open()
    assert "- and 35 more" in panel.text
    for topic in Topic:
        await panel.turn(topic)
        assert texts.say(f"topic-{topic}") in panel.text
    shown = await panel.press(texts.say("show-all"))
    assert shown.response is not None
    assert "- and 30 more" in said(shown.response)


# --- who may ----------------------------------------------------------------------------------------------


@pytest.mark.asyncio
@pytest.mark.parametrize("options", [{}, {"show": True}, {"file": ("settings.json", b"{}")}])
async def test_someone_without_manage_server_is_refused_even_if_the_command_is_shown_to_them(
    server: Server, options: dict[str, Any]
) -> None:
    await show_command_to_alice(server)
    result = await server.alice.slash(server.channel, "setup", **options)
    assert refusal(result) == texts.say("staff-only", permissions=texts.permissions(["manage_guild"]))
    assert await settings(server) == DEFAULTS


@pytest.mark.asyncio
async def test_whoever_lost_the_permission_is_refused_in_the_open_panel(server: Server, panel: Panel) -> None:
    await panel.turn(Topic.CARE)
    form = await panel.press(texts.say("numbers"))
    server.env.backend.edit_member(server.guild.id, server.manager.id, {"role_ids": []})
    await server.env.settle()
    for label in ("Heat notes: turn off", texts.say("words"), texts.say("export")):
        assert refusal(await panel.press(label)) == texts.say(
            "staff-only", permissions=texts.permissions(["manage_guild"])
        )
    written = await server.manager.submit_modal(form, as_filled_in(form) | {"retention_days": "99"})
    assert refusal(written) == texts.say("staff-only", permissions=texts.permissions(["manage_guild"]))
    assert await settings(server) == DEFAULTS


# --- settings as a file -----------------------------------------------------------------------------------


async def export(server: Server, panel: Panel) -> bytes:
    exported = await panel.press(texts.say("export"))
    assert exported.ephemeral
    assert exported.response is not None
    [file] = exported.response.attachments
    data = server.env.backend.cdn.get(file.url)
    assert data is not None
    return data


async def hand_in(server: Server, data: bytes) -> simcord.InteractionResult:
    result = await server.manager.slash(server.channel, "setup", file=("settings.json", data))
    assert result.ephemeral
    return result


async def set_up(server: Server) -> GuildSettings:
    """Choose something of everything."""
    chosen = DEFAULTS.changed(
        log_channel_id=server.log.id,
        exempt_role_ids=[server.guild.create_role("Friends").id],
        exempt_channel_ids=[server.log.id],
        flag_toxicity=0.66,
        heat_line="Take a breath – or two",
    )
    await server.store.guilds.put(server.guild.id, chosen)
    return chosen


@pytest.mark.asyncio
async def test_what_was_exported_is_taken_back_by_the_same_server(server: Server, panel: Panel) -> None:
    chosen = await set_up(server)
    await panel.watch(server.channel, "flag", "react")
    data = await export(server, panel)
    await panel.press(texts.say("stop-listening"))
    await server.store.guilds.put(server.guild.id, DEFAULTS)
    taken = await hand_in(server, data)
    assert taken.response is not None
    assert taken.response.content == texts.settings_taken(0)
    assert await settings(server) == chosen
    assert await watched(server) == {server.channel.id: {"flag", "react"}}
    started = texts.watch_started(server.channel.mention, ["flag", "react"], 0.7, 10)
    assert public(server.channel).count(started) == 2


@pytest.mark.asyncio
async def test_another_server_takes_all_but_the_ids(server: Server, panel: Panel) -> None:
    chosen = await set_up(server)
    await panel.watch(server.channel, "flag")
    data = await export(server, panel)
    other = Server(server.env, server.reader, server.store, server._cdn, content=True)
    taken = await hand_in(other, data)
    assert taken.response is not None
    assert taken.response.content == texts.settings_taken(4)
    left = {"log_channel_id": None, "exempt_role_ids": (), "exempt_channel_ids": ()}
    assert await settings(other) == chosen.changed(**left)
    assert await settings(server) == chosen
    assert await watched(server) == {server.channel.id: {"flag"}}


@pytest.mark.asyncio
async def test_a_category_is_no_channel_to_write_to_or_to_read(server: Server) -> None:
    category = server.guild.create_category("club")
    content = {
        "moodring": files.VERSION,
        "settings": {"log_channel_id": category.id, "exempt_channel_ids": [category.id]},
        "watched": {str(category.id): ["flag"]},
    }
    taken = await hand_in(server, json.dumps(content).encode())
    assert taken.response is not None
    assert taken.response.content == texts.settings_taken(3)
    assert await settings(server) == DEFAULTS
    assert await watched(server) == {}


@pytest.mark.asyncio
async def test_that_a_file_turns_faces_on_is_said_in_public_too(server: Server) -> None:
    data = files.exported(DEFAULTS.changed(faces=True), [])
    [told] = (await hand_in(server, data)).followups
    assert not told.ephemeral
    assert told.content == texts.say("faces-are-read")
    assert (await hand_in(server, data)).followups == []


@pytest.mark.asyncio
@pytest.mark.parametrize("content", [False])
async def test_without_message_content_a_file_starts_no_watch_and_says_so(server: Server) -> None:
    data = files.exported(DEFAULTS, [Watch(server.channel.id, server.guild.id, frozenset({"flag"}))])
    taken = await hand_in(server, data)
    assert taken.response is not None
    assert taken.response.content == f"{texts.settings_taken(0)}\n{texts.say('needs-message-content')}"
    assert await watched(server) == {}


def written(**content: Any) -> bytes:
    return json.dumps({"moodring": files.VERSION} | content).encode()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b" " * (files.MAX_BYTES + 1), "the file is larger than 64 KiB"),
        (b"\xff\xfe\x00", "the file is not JSON"),
        (b"[" * 30_000, "the file is not JSON"),
        (b"[]", "the file is not one that /setup exported"),
        (b'{"moodring": 99}', "the file is not one that /setup exported"),
        (written(settings=[1]), "this is not a list of settings"),
        (written(settings={"colour": "red"}), "colour is not a setting"),
        (written(settings={"a\nb" * 1000: 1}), "a name in it is not a setting"),
        (written(settings={"flag_anger": 7}), "“Flag anger from” takes 1 or less"),
        (
            written(settings={"faces": True}, watched={"here": ["flag"]}),
            "“watched” should name channels by id, with reply, react, flag",
        ),
    ],
)
async def test_a_bad_file_is_refused_on_one_line_and_nothing_changes(
    server: Server, panel: Panel, data: bytes, why: str
) -> None:
    await panel.watch(server.channel, "react")
    refused = await hand_in(server, data)
    assert refused.response is not None
    assert refused.response.content == texts.say("not-taken", why=why)
    assert await settings(server) == DEFAULTS
    assert await watched(server) == {server.channel.id: {"react"}}


@pytest.mark.asyncio
async def test_an_action_whose_trial_begins_anew_meanwhile_is_not_switched_on(
    server: Server, panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = server.env.now() - TRIAL
    await server.store.automations.put(Automation(server.guild.id, Action.DELETE, began))
    await panel.turn(Topic.AUTOMATIC)

    async def slowly(*_: object) -> bool:
        await change_settings(server.store, server.guild.id, lambda old: old.changed(flag_toxicity=0.99))
        return True

    monkeypatch.setattr("moodring.bot.cogs.setup.allows", slowly)
    await panel.press(texts.say("switch-on"))
    automation = await server.store.automations.get(server.guild.id)
    assert automation is not None
    assert not automation.active
    assert automation.since > began
