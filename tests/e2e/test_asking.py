"""The three ways to ask: `/analyze`, the message menu, a mention."""

import io
from pathlib import Path

import discord
import pytest
from outcome import Outcome
from PIL import Image
from simcord import ChannelHandle

from moodring.bot import texts
from moodring.bot.classifier import BusyError, DeadlineError, Explained
from moodring.bot.intake import TOO_MANY
from moodring.bot.intake.message import NOT_A_PICTURE, PICTURE_TYPE
from moodring.bot.local.scenario import PICTURES
from moodring.bot.local.world import Member, World
from moodring.model import Prediction, Sample

pytestmark = pytest.mark.asyncio

JOYFUL = "I am so happy today, everything went well!"
SAD = "I am so sad today, I miss my grandmother"
CAT = ("cat.jpg", (PICTURES / "cat.jpg").read_bytes())
SMILE = ("smile.png", (Path(__file__).parents[1] / "data" / "smile.png").read_bytes())
BROKEN = ("broken.jpg", (PICTURES / "broken.jpg").read_bytes())


class Failing:
    """A classifier that cannot answer."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    async def classify(self, sample: Sample) -> Prediction:
        raise self._error

    async def explain(self, sample: Sample, label: str | None = None) -> Explained:
        raise self._error


@pytest.mark.parametrize("public", [False, True])
async def test_a_command_is_answered_to_its_user_alone_unless_it_is_to_be_public(
    alice: Member, general: ChannelHandle, outcome: Outcome, public: bool
) -> None:
    change = await outcome(alice.slash(general, "analyze", text=JOYFUL, public=public))
    [words] = change.said
    assert words.private is not public
    assert words.sentiment == "positive"


async def test_a_command_is_acknowledged_before_it_is_answered(
    world: World, alice: Member, general: ChannelHandle
) -> None:
    await alice.slash(general, "analyze", text=JOYFUL)
    first, second = world.env.http_requests[-2:]
    assert first.path.endswith("/callback")
    assert first.json is not None
    assert first.json["type"] == discord.InteractionResponseType.deferred_channel_message.value
    assert second.path.endswith("/messages/@original")


async def test_a_command_without_anything_to_read_says_what_to_give(
    alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    change = await outcome(alice.slash(general, "analyze"))
    [words] = change.said
    assert words.text == texts.say("nothing-given")
    assert words.private


async def test_the_menu_answers_who_chose_it_and_nobody_else(
    alice: Member, bob: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    message = await alice.send(general, JOYFUL)
    change = await outcome(bob.context_menu(general, texts.say("menu-analyze"), message))
    [words] = change.said
    assert words.private
    assert words.sentiment == "positive"
    assert [seen.id for seen in general.history(viewer=alice)] == [message.id]


async def test_a_mention_is_answered_by_a_reply_that_pings_nobody(
    world: World, alice: Member, general: ChannelHandle
) -> None:
    asked = await alice.send(general, f"@moodring @everyone {alice.mention} {JOYFUL}")
    sent = world.env.http_requests[-1]
    assert (sent.method, sent.path) == ("POST", f"/channels/{general.id}/messages")
    assert sent.json is not None
    assert int(sent.json["message_reference"]["message_id"]) == asked.id
    assert sent.json["allowed_mentions"] == {"parse": [], "replied_user": False}
    assert "everyone" not in str(sent.json)


async def test_a_mention_in_a_reply_asks_about_the_message_replied_to(
    alice: Member, bob: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    message = await alice.send(general, JOYFUL)
    change = await outcome(bob.send(general, f"@moodring {SAD}", reply_to=message))
    [words] = change.said
    assert words.sentiment == "positive"


async def test_a_mention_that_is_added_later_asks_nothing(
    alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    message = await alice.send(general, JOYFUL)
    assert (await outcome(alice.edit(message, f"@moodring {JOYFUL}"))).silent


async def test_a_reply_to_an_answer_asks_nothing(
    alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    given = await outcome(alice.send(general, f"@moodring {JOYFUL}"))
    [answer] = (given.scene.messages[number] for number in given.written)
    change = await outcome(alice.send(general, "that is just what I feel", reply_to=answer))
    assert change.silent


async def test_a_mention_alone_says_what_it_is_good_for(
    alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    change = await outcome(alice.send(general, "@moodring"))
    [words] = change.said
    assert words.text == texts.say("nothing-mentioned")


async def test_other_bots_and_webhooks_ask_nothing(
    world: World, general: ChannelHandle, outcome: Outcome
) -> None:
    robot = Member(world.env, world.guild, world.env.create_user("robot", bot=True))
    world.guild.add_member(robot.user)
    webhook = world.guild.create_webhook(general)
    mention = f"<@{world.bot_id}> {JOYFUL}"
    assert (await outcome(robot.send(general, mention))).silent
    assert (await outcome(webhook.send(mention))).silent


async def test_a_direct_message_is_answered_when_it_mentions_the_bot(world: World, alice: Member) -> None:
    await alice.send_dm(f"<@{world.bot_id}> {JOYFUL}")
    [_, answer] = alice.user.dm_channel.history()
    assert answer.author.id == world.bot_id
    assert answer.embeds


@pytest.mark.parametrize("message_content", [False])
async def test_without_message_content_commands_menu_and_mentions_work_in_full(
    alice: Member, bob: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    message = await alice.send(general, JOYFUL, attachments=[CAT])
    for deed in (
        bob.slash(general, "analyze", text=JOYFUL, image=CAT),
        bob.context_menu(general, texts.say("menu-analyze"), message),
        bob.send(general, f"@moodring {JOYFUL}", attachments=[CAT]),
    ):
        [words] = (await outcome(deed)).said
        assert words.sentiment == "positive"
        assert f"{texts.say('read')}: text, picture 1" in words.text


@pytest.mark.parametrize("message_content", [False])
async def test_without_message_content_a_replied_to_message_stays_hidden_and_the_way_round_is_told(
    alice: Member, bob: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    message = await alice.send(general, JOYFUL)
    change = await outcome(bob.send(general, "@moodring", reply_to=message))
    [words] = change.said
    assert words.text == texts.say("replied-to-is-hidden")


async def test_a_broken_picture_beside_a_good_one_is_skipped_with_its_reason(
    alice: Member, pictures: ChannelHandle, outcome: Outcome
) -> None:
    change = await outcome(alice.send(pictures, f"@moodring {JOYFUL}", attachments=[BROKEN, CAT]))
    [words] = change.said
    assert f"{texts.say('read')}: text, picture 2" in words.text
    assert f"{texts.say('skipped')}: picture 1: " in words.text


async def test_of_many_pictures_the_first_four_are_read(
    alice: Member, pictures: ChannelHandle, outcome: Outcome
) -> None:
    change = await outcome(alice.send(pictures, "@moodring", attachments=[CAT] * 5))
    [words] = change.said
    assert f"{texts.say('read')}: picture 1, picture 2, picture 3, picture 4\n" in words.text
    assert f"picture 5: {TOO_MANY}" in words.text


async def test_a_file_that_is_no_picture_is_named_as_such(
    alice: Member, pictures: ChannelHandle, outcome: Outcome
) -> None:
    change = await outcome(alice.send(pictures, "@moodring", attachments=[("notes.txt", b"hello")]))
    [words] = change.said
    assert NOT_A_PICTURE in words.text


async def test_a_bitmap_is_a_type_of_picture_that_cannot_be_read(
    alice: Member, pictures: ChannelHandle, outcome: Outcome
) -> None:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "BMP")
    change = await outcome(alice.slash(pictures, "analyze", image=("cat.bmp", file.getvalue())))
    [words] = change.said
    assert PICTURE_TYPE in words.text
    assert words.private


@pytest.mark.parametrize(
    ("classifier", "told"),
    [(Failing(BusyError()), texts.say("busy")), (Failing(DeadlineError(10)), texts.say("too-slow"))],
    ids=["busy", "too slow"],
)
async def test_who_cannot_be_answered_is_told_why_by_every_way(
    alice: Member, bob: Member, general: ChannelHandle, outcome: Outcome, told: str
) -> None:
    message = await alice.send(general, JOYFUL)
    for deed in (
        bob.slash(general, "analyze", text=JOYFUL),
        bob.context_menu(general, texts.say("menu-analyze"), message),
        bob.send(general, f"@moodring {JOYFUL}"),
    ):
        [words] = (await outcome(deed)).said
        assert words.text == told


async def test_a_mention_where_the_bot_may_not_write_is_left_alone(
    alice: Member, news: ChannelHandle, outcome: Outcome
) -> None:
    assert (await outcome(alice.send(news, f"@moodring {JOYFUL}"))).silent


async def test_why_shows_the_words_and_the_picture_that_made_the_answer(
    alice: Member, bob: Member, general: ChannelHandle, world: World
) -> None:
    await alice.send(general, f"@moodring {JOYFUL}", attachments=[CAT])
    answer = general.last_message
    assert answer is not None
    why = await bob.click(answer, label=texts.say("why"))
    assert why.ephemeral
    [embed] = why.response.embeds
    assert "**happy**" in (embed.description or "")
    [heat] = why.response.attachments
    with Image.open(io.BytesIO(world.env.backend.cdn.get(heat.url) or b"")) as picture:
        assert (picture.format, picture.size) == ("PNG", (224, 224))


async def test_faces_are_read_once_a_manager_switched_it_on_and_the_answer_says_so(
    admin: Member, alice: Member, general: ChannelHandle, outcome: Outcome
) -> None:
    async def ask() -> str:
        message = await alice.send(general, JOYFUL, attachments=[SMILE])
        [words] = (await outcome(alice.context_menu(general, texts.say("menu-analyze"), message))).said
        return words.text

    assert "Read: text, picture 1" in (before := await ask())
    assert "faces" not in before
    await admin.slash(general, "faces on")
    assert "faces in picture 1" in await ask()
    await admin.slash(general, "faces off")
    assert "faces" not in await ask()
