"""Private answers are in the language of whoever asked, public ones in the server's."""

from typing import Any

import discord
import pytest
from simulated import Server, said

from moodring.bot import texts
from moodring.bot.guild_settings import GuildSettings
from moodring.bot.local.world import own_locales
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
    await server.bob.send(server.channel, "utterly vile")
    [card] = server.cards()
    await server.max.click(card, label=in_language("de", "action-warn"))
    [card] = server.cards()
    assert in_language("de", "flag-toxicity") in said(card)
    assert in_language("de", "action-warn") in said(card)
    assert server.channel.last_message.content == in_language("de", "warn-line")
    again = await server.max.click(card, label=in_language("de", "action-delete"))
    shown = await server.max.slash(server.log, "cases show", case=1)
    assert in_language("es", "flag-toxicity") in said(shown.response)
    assert again is not None


async def test_a_run_over_the_past_is_shown_in_the_servers_language_to_its_end(server: Server) -> None:
    own_locales(server.env)[server.manager.id] = "es-ES"
    await server.moderate(language="de")
    began = await server.manager.slash(server.channel, "backtest")
    link = server.cards()[0].jump_url
    assert began.response.content == in_language("es", "backtest-started", link=link)
    assert in_language("de", "backtest-over") in said(server.cards()[0])


async def test_the_panel_its_forms_and_its_faults_are_in_the_managers_language(server: Server) -> None:
    own_locales(server.env)[server.manager.id] = "de"
    await server.store.guilds.put(server.guild.id, GuildSettings(language="es"))
    panel = await server.manager.slash(server.channel, "setup")
    assert in_language("de", "topic-channels") in said(panel.response)
    await server.watch(mode="flag")
    notice = server.channel.last_message
    assert notice is not None
    follows = in_language("es", "follows-flag")
    assert notice.content == in_language(
        "es", "watch-started", channel=server.channel.mention, follows=follows
    )


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
    for menu in server.bot.tree.get_commands(type=discord.AppCommandType.message):
        payload = await menu.get_translated_payload(server.bot.tree, translator)
        assert 1 <= len(payload["name_localizations"][locale]) <= 32


def said_by(result: Any) -> str:
    embeds = [field.value for embed in result.response.embeds for field in embed.fields]
    return "\n".join([result.response.content or "", *embeds])


def said_on(message: discord.Message) -> str | None:
    [row] = message.components
    return row.children[0].label
