"""Answers follow their messages: edited with them, gone with them."""

import pytest
from outcome import Outcome
from simcord import ChannelHandle

from moodring.bot.local.world import Member, World
from moodring.bot.replies import EMOJI

pytestmark = pytest.mark.asyncio

JOYFUL = "@moodring I am so happy today, everything went well!"
GRATEFUL = "@moodring thank you so much for your help, I really appreciate it!"
A_DAY_AND_MORE = 25 * 60 * 60


@pytest.mark.parametrize("restarted", [False, True])
async def test_an_edited_message_is_read_again_and_its_answer_edited(
    world: World, alice: Member, general: ChannelHandle, outcome: Outcome, restarted: bool
) -> None:
    message = await alice.send(general, JOYFUL)
    if restarted:
        await world.restart()
    change = await outcome(alice.edit(message, GRATEFUL))
    [answer] = change.edited
    assert change.scene.words[answer].emotion == "gratitude"
    assert not change.written


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_deleted_message_takes_its_answer_with_it(
    world: World, alice: Member, general: ChannelHandle, outcome: Outcome, restarted: bool
) -> None:
    message = await alice.send(general, JOYFUL)
    if restarted:
        await world.restart()
    change = await outcome(alice.delete(message))
    assert len(change.removed) == 1


@pytest.mark.parametrize("message_content", [False])
async def test_without_message_content_answers_follow_too(
    alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    message = await alice.send(general, JOYFUL)
    assert (await outcome(alice.edit(message, GRATEFUL))).edited
    assert (await outcome(alice.delete(message))).removed


async def test_an_edit_of_a_message_that_was_not_answered_is_left_alone(
    alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    message = await alice.send(general, "I am so happy today")
    assert (await outcome(alice.edit(message, "I am so sad today"))).silent


async def test_a_reaction_changes_with_its_message(
    world: World, admin: Member, alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    await admin.slash(general, "watch start", mode="react")
    message = await alice.send(general, "Thank you so much for your help, I really appreciate it!")
    await world.restart()
    change = await outcome(alice.edit(message, "haha that is so funny, I can't stop laughing"))
    assert change.reactions == (EMOJI["amusement"],)
    assert change.withdrawn == 1


async def test_an_answer_to_a_reply_goes_with_the_message_that_was_read(
    alice: Member, bob: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    message = await alice.send(general, "I am so happy today, everything went well!")
    await bob.send(general, "@moodring", reply_to=message)
    assert (await outcome(alice.delete(message))).removed


async def test_after_a_day_it_is_forgotten_which_answer_belongs_to_which_message(
    world: World, alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    message = await alice.send(general, JOYFUL)
    await world.env.advance_time(A_DAY_AND_MORE)
    assert (await outcome(alice.delete(message))).silent
