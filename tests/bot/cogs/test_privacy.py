"""Opting out is total and immediate."""

import json

import pytest
from simulated import Server

from moodring.bot import texts
from moodring.bot.cogs.privacy import privacy_embed


async def _opt_out(server: Server) -> None:
    shown = await server.alice.slash(server.channel, "privacy")
    await server.alice.click(shown.response, label=texts.say("opt-out"))


@pytest.mark.asyncio
async def test_privacy_tells_what_is_kept_and_where_the_person_stands(server: Server) -> None:
    shown = await server.alice.slash(server.channel, "privacy")
    assert shown.ephemeral
    [embed] = shown.response.embeds
    assert "For a day I keep the ids" in (embed.description or "")
    assert embed.fields[-1].value == texts.say("privacy-is-in")


@pytest.mark.asyncio
async def test_the_buttons_change_and_show_where_the_person_stands(server: Server) -> None:
    shown = await server.alice.slash(server.channel, "privacy")
    out = await server.alice.click(shown.response, label=texts.say("opt-out"))
    assert out.response.embeds[0].fields[-1].value == texts.say("privacy-is-out")
    back = await server.alice.click(shown.response, label=texts.say("opt-in"))
    assert back.response.embeds[0].fields[-1].value == texts.say("privacy-is-in")
    assert not await server.store.opt_outs.contains(server.alice.id)


@pytest.mark.asyncio
async def test_the_buttons_work_after_a_restart(server: Server) -> None:
    shown = await server.alice.slash(server.channel, "privacy")
    await server.restart()
    await server.alice.click(shown.response, label=texts.say("opt-out"))
    assert await server.store.opt_outs.contains(server.alice.id)


@pytest.mark.asyncio
async def test_nobody_gets_an_opted_out_message_read_on_any_way(server: Server) -> None:
    await server.watch()
    await _opt_out(server)
    said = await server.alice.send(server.channel, "joy", attachments=[("cat.png", b"a picture")])
    menu = await server.bob.context_menu(server.channel, texts.say("menu-analyze"), said)
    assert menu.response.content == texts.say("opted-out")
    await server.bob.send(server.channel, server.mention, reply_to=said)
    assert server.channel.last_message is not None
    assert server.channel.last_message.content == texts.say("opted-out")
    assert server.reader.samples == []


@pytest.mark.asyncio
async def test_what_an_opted_out_person_hands_in_is_not_read_either(server: Server) -> None:
    await _opt_out(server)
    result = await server.alice.slash(server.channel, "analyze", text="joy")
    assert result.response.content == texts.say("you-opted-out")
    await server.alice.send(server.channel, f"{server.mention} joy")
    assert server.channel.last_message is not None
    assert server.channel.last_message.content == texts.say("you-opted-out")
    assert server.reader.samples == []


@pytest.mark.asyncio
async def test_opting_out_takes_answers_and_reactions_back(server: Server) -> None:
    await server.watch()
    await server.alice.send(server.channel, "joy")
    await server.env.advance_time(60)
    await server.bob.send(server.channel, "love")
    await server.watch(mode="react")
    await server.env.advance_time(60)
    said = await server.alice.send(server.channel, "grief")
    assert server.reactions(said) == ["😭"]
    await _opt_out(server)
    assert server.answers() == ["❤️ Love"]
    assert server.reactions(said) == []
    assert await server.store.answers.to_author(server.alice.id) == []


@pytest.mark.asyncio
async def test_an_edit_after_opting_out_is_not_read(server: Server) -> None:
    await server.watch()
    said = await server.alice.send(server.channel, "joy")
    await server.store.opt_outs.add(server.alice.id)
    await server.alice.edit(said, "grief")
    assert server.read_texts == ["joy"]
    assert server.answers() == []


@pytest.mark.asyncio
async def test_others_are_read_as_before(server: Server) -> None:
    await _opt_out(server)
    said = await server.bob.send(server.channel, "joy")
    result = await server.alice.context_menu(server.channel, texts.say("menu-analyze"), said)
    assert result.response.embeds[0].title == "😊 Joy"


@pytest.mark.asyncio
async def test_a_button_that_fails_apologises(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    shown = await server.alice.slash(server.channel, "privacy")
    async with server.store._engine.begin() as connection:
        await connection.exec_driver_sql("DROP TABLE moodring_opt_outs")
    failed = await server.alice.click(shown.response, label=texts.say("opt-out"))
    assert failed.response.content == texts.say("failed")
    assert [record.message for record in caplog.records if record.exc_info] == ["failed"]


@pytest.mark.asyncio
async def test_who_is_not_known_is_told_so(server: Server) -> None:
    shown = await server.alice.slash(server.channel, "privacy")
    handed = await server.alice.click(shown.response, label=texts.say("my-data"))
    assert handed.ephemeral
    assert handed.response.content == texts.say("nothing-kept")


@pytest.mark.asyncio
async def test_a_person_gets_what_is_kept_about_them_and_nothing_of_others(server: Server) -> None:
    await server.watch()
    said = await server.alice.send(server.channel, "joy")
    await server.env.advance_time(60)
    await server.bob.send(server.channel, "love")
    shown = await server.alice.slash(server.channel, "privacy")
    handed = await server.alice.click(shown.response, label=texts.say("my-data"))
    assert handed.ephemeral
    [file] = handed.response.attachments
    assert file.filename == "moodring-my-data.json"
    kept = json.loads(await file.read())
    assert [row["message_id"] for row in kept["answers"]] == [str(said.id)]
    assert str(server.bob.id) not in json.dumps(kept)


@pytest.mark.asyncio
async def test_deleting_is_asked_about_and_then_takes_answers_back(server: Server) -> None:
    await server.watch()
    await server.alice.send(server.channel, "joy")
    shown = await server.alice.slash(server.channel, "privacy")
    asked = await server.alice.click(shown.response, label=texts.say("delete-me"))
    assert asked.ephemeral
    assert asked.response.content == texts.say("delete-means")
    assert len(server.answers()) == 1
    done = await server.alice.click(asked.response, label=texts.say("delete-now"))
    assert done.response.content == texts.say("deleted")
    assert server.answers() == []
    assert await server.store.about(server.alice.id) == {}


@pytest.mark.asyncio
async def test_who_opted_out_stays_so_after_deleting(server: Server) -> None:
    await _opt_out(server)
    shown = await server.alice.slash(server.channel, "privacy")
    asked = await server.alice.click(shown.response, label=texts.say("delete-me"))
    await server.restart()
    await server.alice.click(asked.response, label=texts.say("delete-now"))
    assert await server.store.opt_outs.contains(server.alice.id)


@pytest.mark.parametrize(
    ("contact", "said"), [("", "the managers of a server"), ("ada@example.org", "ada@example.org")]
)
def test_whom_to_ask_is_told(contact: str, said: str) -> None:
    embed = privacy_embed(opted_out=False, faces=False, contact=contact)
    assert any(f"Ask {said}" in (field.value or "") for field in embed.fields)
