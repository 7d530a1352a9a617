"""Private answers are in the language of whoever asked, public ones in the server's."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
import pytest
from simulated import Server, as_filled_in, menu, said

from moodring.bot import texts
from moodring.bot.backtesting import run as run_module
from moodring.bot.guild_settings import GuildSettings
from moodring.bot.local.world import own_locales
from moodring.bot.mood.counting import Span
from moodring.bot.mood.digest import FROM_HOUR, WeeklyDigest
from moodring.bot.replies import EMOJI
from moodring.bot.setup import describe
from moodring.bot.texts import LANGUAGES, Language

pytestmark = pytest.mark.asyncio

CODES: dict[Language, str] = {"en": "en-GB", "es": "es-419", "de": "de", "zh": "zh-CN"}


def in_language(language: Language, key: str, **values: Any) -> str:
    with texts.speaking(language):
        return texts.say(key, **values)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_private_answer_is_in_the_askers_language(server: Server, language: Language) -> None:
    own_locales(server.env)[server.alice.id] = CODES[language]
    private = await server.alice.slash(server.channel, "analyze", text="joy")
    assert private.response.embeds[0].fields[0].name == in_language(language, "sentiment")
    privacy = await server.alice.slash(server.channel, "privacy")
    out = await server.alice.click(privacy.response, label=in_language(language, "opt-out"))
    assert in_language(language, "privacy-is-out") in said_by(out)
    refused = await server.alice.slash(server.channel, "analyze", text="joy")
    assert refused.response.content == in_language(language, "you-opted-out")
    others = await server.bob.slash(server.channel, "analyze", text="joy")
    assert others.response.embeds[0].fields[0].name == "Sentiment"


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_public_answer_is_in_the_servers_language(server: Server, language: Language) -> None:
    own_locales(server.env)[server.alice.id] = "de"
    await server.store.guilds.put(server.guild.id, GuildSettings(language=language))
    await server.alice.slash(server.channel, "analyze", text="joy", public=True)
    await server.alice.send(server.channel, f"{server.mention} joy")
    shown = [message for message in server.channel.history() if message.embeds]
    assert {message.embeds[0].fields[0].name for message in shown} == {in_language(language, "sentiment")}
    assert {said_on(message) for message in shown} == {in_language(language, "why")}


async def test_a_server_begins_with_the_language_that_discord_has_for_it(server: Server) -> None:
    server.env.backend.get_guild(server.guild.id).preferred_locale = "de"
    await server.restart()
    await server.alice.send(server.channel, f"{server.mention} joy")
    assert server.channel.last_message.embeds[0].fields[0].name == in_language("de", "sentiment")


async def test_a_button_answers_who_presses_it_in_their_language(server: Server) -> None:
    own_locales(server.env)[server.bob.id] = "zh-CN"
    await server.alice.send(server.channel, f"{server.mention} joy")
    answer = server.channel.last_message
    why = await server.bob.click(answer, label="Why?")
    assert why.response.embeds[0].title == in_language(
        "zh", "why-title", emotion=f"😊 {in_language('zh', 'emotion-joy')}"
    )


async def test_a_card_stays_in_the_servers_language_whoever_presses_it(server: Server) -> None:
    locales = own_locales(server.env)
    locales[server.max.id] = "es-ES"
    await server.moderate(language="de", direct_messages=True)
    message = await server.bob.send(server.channel, "utterly vile")
    [card] = server.cards()
    await server.max.click(card, label=in_language("de", "action-warn"))
    [card] = server.cards()
    assert in_language("de", "flag-toxicity") in said(card)
    assert in_language("de", "action-warn") in said(card)
    assert server.channel.last_message.content == in_language("de", "warn-line")
    shown = await server.max.slash(server.log, "cases show", case=1)
    assert in_language("es", "flag-toxicity") in said(shown.response)
    await server.bob.delete(message)
    refused = await server.max.click(card, label=in_language("de", "action-delete"))
    with texts.speaking("es"):
        delete, gone = texts.say("action-delete"), texts.say("message-is-gone")
        assert refused.followups[0].content == texts.say("deed-failed", action=delete, why=gone)


async def test_a_run_over_the_past_is_shown_in_the_servers_language_to_its_end(server: Server) -> None:
    own_locales(server.env)[server.manager.id] = "es-ES"
    await server.moderate(language="de")
    began = await server.manager.slash(server.channel, "backtest")
    link = server.cards()[0].jump_url
    assert began.response.content == in_language("es", "backtest-started", link=link)
    assert in_language("de", "backtest-over") in said(server.cards()[0])


async def test_the_panel_its_forms_and_its_faults_are_in_the_managers_language(server: Server) -> None:
    manager = server.manager
    own_locales(server.env)[manager.id] = "de"
    await server.store.guilds.put(server.guild.id, GuildSettings(language="es"))
    opened = await manager.slash(server.channel, "setup")
    assert in_language("de", "topic-channels") in said(opened.response)
    topics = menu(opened.response, in_language("de", "choose-topic"))
    turned = await manager.select(opened.response, ["care"], custom_id=topics["custom_id"])
    assert f"## {in_language('de', 'topic-care')}" in said(turned.response)
    form = await manager.click(turned.response, label=in_language("de", "numbers"))
    assert form.modal["title"] == in_language("de", "setup-title")
    refused = await manager.submit_modal(form, as_filled_in(form) | {"timeout_minutes": "0"})
    with texts.speaking("de"):
        fault = texts.say("fault-at-least", title=describe.title("timeout_minutes"), bound=1)
        assert refused.response.content == texts.say("not-taken", why=fault)
    form = await manager.click(turned.response, label=in_language("de", "numbers"))
    accepted = await manager.submit_modal(form, as_filled_in(form) | {"timeout_minutes": "7"})
    assert f"## {in_language('de', 'topic-care')}" in said(accepted.response)


async def test_a_member_appeals_in_their_language_and_moderators_read_it_in_the_servers(
    server: Server,
) -> None:
    own_locales(server.env)[server.bob.id] = "de"
    await server.moderate(language="es")
    await server.bob.send(server.channel, "utterly vile")
    await server.max.click(server.cards()[0], label=in_language("es", "action-warn"))
    [offered] = await server.bob.autocomplete(server.channel, "appeal", "case", "")
    assert offered["name"] == in_language("de", "own-case", case="1", day=server.env.now().date())
    form = await server.bob.slash(server.channel, "appeal")
    assert form.modal["title"] == in_language("de", "appeal-title", case="1")
    sent = await server.bob.submit_modal(form, {"words": "a quote"})
    assert sent.response.content == in_language("de", "appeal-sent")
    assert in_language("es", "appealed-title", case="1") in said(server.cards()[-1])
    assert in_language("de", "appeal-by") not in str(server.env.http_requests)  # not even for a moment


async def watch_notice(server: Server) -> str:
    await server.watch(mode="flag")
    return said(server.channel.last_message)


async def faces_notice(server: Server) -> str:
    await server.manager.slash(server.channel, "faces on")
    return said(server.channel.last_message)


async def answer_after_an_edit(server: Server) -> str:
    message = await server.alice.send(server.channel, f"{server.mention} joy")
    await server.alice.edit(message, f"{server.mention} anger")
    [answer] = [each for each in server.channel.history() if each.embeds]
    assert EMOJI["anger"] in said(answer)
    return said(answer)


async def card_of_a_backtest(server: Server) -> str:
    await server.alice.send(server.channel, "joy")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(run_module, "PAGE_S", 3600.0)  # it rests after its first page
        patched.setattr(run_module, "PAGE", 1)
        await server.manager.slash(server.channel, "backtest")
        return said(server.cards()[0])


async def result_of_a_backtest(server: Server) -> str:
    await server.manager.slash(server.channel, "backtest")
    return said(server.cards()[0])


async def weekly_digest(server: Server) -> str:
    monday = datetime(2026, 1, 5, FROM_HOUR, tzinfo=UTC)
    span = Span(server.guild.id, server.channel.id, monday - timedelta(days=3), 1, {"joy": 20})
    await server.store.moods.add([span])
    await WeeklyDigest(server.bot, server.store).send_due(monday)
    return said(server.log.last_message)


async def direct_message_about_a_decision(server: Server) -> str:
    await server.alice.send(server.channel, "utterly vile")
    await server.max.click(server.cards()[0], label=in_language("es", "action-delete"))
    return said(server.alice.user.dm_channel.last_message)


@pytest.mark.parametrize(
    ("reads", "key", "values"),
    [
        (watch_notice, "follows-flag", {}),
        (faces_notice, "faces-are-read", {}),
        (answer_after_an_edit, "sentiment", {}),
        (card_of_a_backtest, "backtest-going-on", {}),
        (result_of_a_backtest, "backtest-over", {}),
        (weekly_digest, "mood-digest-about", {}),
        (direct_message_about_a_decision, "told-delete", {"by": "person", "server": "Test Guild"}),
    ],
)
async def test_what_all_may_read_is_in_the_servers_language_whoever_causes_it(
    server: Server, reads: Callable[[Server], Awaitable[str]], key: str, values: dict[str, Any]
) -> None:
    locales = own_locales(server.env)
    locales |= {person.id: "de" for person in (server.alice, server.manager, server.max)}
    await server.moderate(language="es", direct_messages=True, digest_channel_id=server.log.id)
    shown = await reads(server)
    assert in_language("es", key, **values) in shown
    assert in_language("de", key, **values) not in shown


async def test_who_is_refused_is_told_so_in_their_language(server: Server) -> None:
    own_locales(server.env)[server.bob.id] = "zh-CN"
    [watch] = [command for command in await server.bot.tree.fetch_commands() if command.name == "watch"]
    server.guild.set_command_permissions(watch, {server.bob: True})
    refused = await server.bob.slash(server.channel, "watch stop")
    with texts.speaking("zh"):
        names = texts.permissions(["manage_guild"])
    assert refused.response.content == in_language("zh", "staff-only", permissions=names)
    assert [type(error).__name__ for error in server.env.errors] == ["CheckFailure"]


@pytest.mark.parametrize("locale", ["es-ES", "es-419", "de", "zh-CN", "zh-TW", "en-GB"])
async def test_discord_has_every_text_of_the_commands_within_its_limits(server: Server, locale: str) -> None:
    translator = server.bot.tree.translator
    assert translator is not None

    def check(entry: dict[str, Any], kind: str) -> None:
        if entry.get("description"):
            own = entry["description_localizations"][locale]
            assert 1 <= len(own) <= 100, (kind, entry["name"], own)
            assert locale == "en-GB" or own != entry["description"]
        for choice in entry.get("choices") or ():
            assert 1 <= len(choice["name_localizations"][locale]) <= 100
        for option in entry.get("options") or ():
            check(option, entry["name"])

    for command in server.bot.tree.get_commands():
        check(await command.get_translated_payload(server.bot.tree, translator), "command")
    for entry in server.bot.tree.get_commands(type=discord.AppCommandType.message):
        payload = await entry.get_translated_payload(server.bot.tree, translator)
        assert 1 <= len(payload["name_localizations"][locale]) <= 32


def said_by(result: Any) -> str:
    embeds = [field.value for embed in result.response.embeds for field in embed.fields]
    return "\n".join([result.response.content or "", *embeds])


def said_on(message: discord.Message) -> str | None:
    [row] = message.components
    return row.children[0].label
