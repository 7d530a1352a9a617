"""`/watch`: the bot listens where a manager turned it on, and speaks up rarely."""

import pytest
from outcome import Outcome
from simcord import ChannelHandle

from moodring.bot import texts
from moodring.bot.local.world import Member, World

pytestmark = pytest.mark.asyncio

THANKS = "Thank you so much for your help, I really appreciate it!"
MATTER_OF_FACT = "the meeting is at three in room 12"
A_MINUTE = 60


async def test_a_channel_is_read_only_while_it_is_watched(
    world: World, admin: Member, alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    assert (await outcome(alice.send(general, THANKS))).silent
    await admin.slash(general, "watch start")
    [words] = (await outcome(alice.send(general, THANKS))).said
    assert words.emotion == "gratitude"
    await admin.slash(general, "watch stop")
    await world.env.advance_time(A_MINUTE)
    assert (await outcome(alice.send(general, THANKS))).silent


async def test_one_channel_can_be_watched_from_another_one(
    admin: Member, alice: Member, general: ChannelHandle, pictures: ChannelHandle, outcome: Outcome
) -> None:
    await admin.slash(general, "watch start", channel=pictures)
    assert (await outcome(alice.send(general, THANKS))).silent
    assert (await outcome(alice.send(pictures, THANKS))).said


async def test_what_is_watched_is_listed_to_the_manager_alone(
    admin: Member, general: ChannelHandle, pictures: ChannelHandle, outcome: Outcome
) -> None:
    await admin.slash(general, "watch start", channel=pictures, mode="react")
    [words] = (await outcome(admin.slash(general, "watch status"))).said
    assert words.private
    assert f"{pictures.mention}: react" in words.text


async def test_an_answer_to_a_watched_message_is_a_reply_that_pings_nobody(
    world: World, admin: Member, alice: Member, general: ChannelHandle
) -> None:
    await admin.slash(general, "watch start")
    message = await alice.send(general, THANKS)
    sent = world.env.http_requests[-1]
    assert sent.json is not None
    assert int(sent.json["message_reference"]["message_id"]) == message.id
    assert sent.json["allowed_mentions"] == {"parse": [], "replied_user": False}


async def test_a_reaction_is_an_answer_too(
    admin: Member, alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    await admin.slash(general, "watch start", mode="react")
    change = await outcome(alice.send(general, THANKS))
    assert len(change.reactions) == 1
    assert not change.written


async def test_after_an_answer_the_channel_rests(
    world: World, admin: Member, alice: Member, bob: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    await admin.slash(general, "watch start")
    await admin.slash(general, "watch tune", cooldown=A_MINUTE)
    assert (await outcome(alice.send(general, THANKS))).said
    assert (await outcome(bob.send(general, THANKS))).silent
    await world.env.advance_time(A_MINUTE)
    assert (await outcome(bob.send(general, THANKS))).said


async def test_what_says_nothing_or_is_not_sure_enough_is_left_alone(
    admin: Member, alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    await admin.slash(general, "watch start")
    assert (await outcome(alice.send(general, MATTER_OF_FACT))).silent
    await admin.slash(general, "watch tune", confidence=100)
    assert (await outcome(alice.send(general, THANKS))).silent


async def test_bots_webhooks_and_the_bot_itself_are_not_answered(
    world: World, admin: Member, alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    robot = Member(world.env, world.guild, world.env.create_user("robot", bot=True))
    world.guild.add_member(robot.user)
    webhook = world.guild.create_webhook(general)
    await admin.slash(general, "watch start")
    await admin.slash(general, "watch tune", cooldown=0)
    assert (await outcome(robot.send(general, THANKS))).silent
    assert (await outcome(webhook.send(THANKS))).silent
    assert len((await outcome(alice.send(general, THANKS))).written) == 1


async def test_a_message_that_mentions_the_bot_is_answered_once(
    admin: Member, alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    await admin.slash(general, "watch start")
    assert len((await outcome(alice.send(general, f"@moodring {THANKS}"))).written) == 1


async def test_watching_goes_on_after_a_restart(
    world: World, admin: Member, alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    await admin.slash(general, "watch start")
    await world.restart()
    assert (await outcome(alice.send(general, THANKS))).said


@pytest.mark.parametrize("message_content", [False])
async def test_without_message_content_watching_says_what_is_missing(
    admin: Member, alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    [words] = (await outcome(admin.slash(general, "watch start"))).said
    assert words.text == texts.say("needs-message-content")
    assert words.private
    assert (await outcome(alice.send(general, THANKS))).silent


async def test_where_the_bot_may_not_answer_it_says_which_permission_is_missing(
    admin: Member, news: ChannelHandle, outcome: Outcome
) -> None:
    [words] = (await outcome(admin.slash(news, "watch start"))).said
    assert f"In {news.mention} I lack **Send Messages**" in words.text
    assert words.private


async def test_discord_offers_watching_to_managers_only(
    world: World, admin: Member, general: ChannelHandle
) -> None:
    offered = {
        member.name: {"watch start", "watch stop", "watch status"} & set(member.available_commands(general))
        for member in world.people.values()
    }
    assert len(offered.pop(admin.name)) == 3
    assert not any(offered.values())


async def test_someone_to_whom_a_server_shows_the_command_is_refused_all_the_same(
    world: World, alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    [watch] = [command for command in await world.bot.tree.fetch_commands() if command.name == "watch"]
    world.guild.set_command_permissions(watch, {alice: True})
    [words] = (await outcome(alice.slash(general, "watch start"))).said
    assert words.text == texts.say("staff-only", permissions=texts.permissions(["manage_guild"]))
    assert words.private
    assert (await outcome(alice.send(general, THANKS))).silent
