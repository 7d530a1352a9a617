"""`/privacy`: whoever opts out is read on no way, at once and for good."""

import pytest
from outcome import Outcome
from simcord import ChannelHandle

from moodring.bot import texts
from moodring.bot.local.seen import Change
from moodring.bot.local.world import Member, World
from moodring.bot.privacy import PARAGRAPHS

pytestmark = pytest.mark.asyncio

THANKS = "Thank you so much for your help, I really appreciate it!"


async def press(member: Member, channel: ChannelHandle, label: str) -> None:
    shown = await member.slash(channel, "privacy")
    assert shown.response is not None
    await member.click(shown.response, label=label)


async def test_privacy_tells_one_person_what_is_read_and_where_they_stand(
    alice: Member, olga: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    [words] = (await outcome(alice.slash(general, "privacy"))).said
    assert words.private
    assert all(texts.say(paragraph) in words.text for paragraph in PARAGRAPHS)
    assert texts.say("privacy-is-in") in words.text
    [words] = (await outcome(olga.slash(general, "privacy"))).said
    assert texts.say("privacy-is-out") in words.text


def _said(change: Change) -> list[str]:
    return [words.text for words in change.said]


async def test_nothing_of_someone_who_opted_out_is_read_on_any_way(
    admin: Member, bob: Member, olga: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    message = await olga.send(general, THANKS)
    assert _said(await outcome(olga.slash(general, "analyze", text=THANKS))) == [texts.say("you-opted-out")]
    assert _said(await outcome(olga.send(general, f"@moodring {THANKS}"))) == [texts.say("you-opted-out")]
    assert _said(await outcome(bob.context_menu(general, texts.say("menu-analyze"), message))) == [
        texts.say("opted-out")
    ]
    assert _said(await outcome(bob.send(general, "@moodring", reply_to=message))) == [texts.say("opted-out")]
    await admin.slash(general, "watch start")
    assert (await outcome(olga.send(general, THANKS))).silent


async def test_an_opt_out_holds_after_a_restart(
    world: World, olga: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    await world.restart()
    assert _said(await outcome(olga.send(general, f"@moodring {THANKS}"))) == [texts.say("you-opted-out")]


@pytest.mark.parametrize("restarted", [False, True])
async def test_opting_out_takes_earlier_answers_back_at_once(
    world: World, alice: Member, bob: Member, general: ChannelHandle, outcome: Outcome, restarted: bool
) -> None:
    message = await alice.send(general, f"@moodring {THANKS}")
    await bob.send(general, f"@moodring {THANKS}")
    if restarted:
        await world.restart()
    change = await outcome(press(alice, general, texts.say("opt-out")))
    assert len(change.removed) == 1
    assert (await outcome(alice.edit(message, f"@moodring {THANKS} Really!"))).silent


async def test_a_reaction_is_taken_back_as_well(
    admin: Member, alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    await admin.slash(general, "watch start", mode="react")
    await alice.send(general, THANKS)
    assert (await outcome(press(alice, general, texts.say("opt-out")))).withdrawn == 1


async def test_whoever_opts_in_again_is_read(olga: Member, general: ChannelHandle, outcome: Outcome) -> None:
    await press(olga, general, texts.say("opt-in"))
    [words] = (await outcome(olga.send(general, f"@moodring {THANKS}"))).said
    assert words.emotion == "gratitude"


async def test_the_buttons_of_an_earlier_run_still_work(
    world: World, olga: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    shown = await olga.slash(general, "privacy")
    assert shown.response is not None
    await world.restart()
    change = await outcome(olga.click(shown.response, label=texts.say("opt-in")))
    [panel] = change.edited
    assert texts.say("privacy-is-in") in change.scene.words[panel].text


async def test_the_buttons_are_for_whoever_presses_them(
    olga: Member, alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    await press(alice, general, texts.say("opt-in"))
    assert _said(await outcome(olga.send(general, f"@moodring {THANKS}"))) == [texts.say("you-opted-out")]
