"""What is taken of a message."""

from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot.intake.message import (
    MAX_IMAGES,
    NOT_A_PICTURE,
    PICTURE_TYPE,
    Draft,
    ImageLink,
    draft_of_message,
    draft_of_parts,
    fetch,
)
from moodring.model import Sample, Unreadable


def _attachment(filename: str, content_type: str | None = None, number: int = 1) -> discord.Attachment:
    data: Any = {
        "id": str(number),
        "filename": filename,
        "size": 100 + number,
        "url": f"https://cdn.discordapp.com/{number}",
        "proxy_url": "",
    }
    if content_type is not None:
        data["content_type"] = content_type
    return discord.Attachment(data=data, state=discord.Client(intents=discord.Intents.none())._connection)


class Shelf:
    """Hands out files by their address, and counts how often."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int | None]] = []

    async def fetch(self, url: str, declared_size: int | None) -> bytes | Unreadable:
        self.asked.append((url, declared_size))
        return url.encode()


@pytest.mark.parametrize(
    ("filename", "content_type", "reason"),
    [
        ("a.png", "image/png", None),
        ("a.jpg", "image/jpeg", None),
        ("a.gif", "image/gif", None),
        ("a.webp", "IMAGE/WebP; charset=binary", None),
        ("a.bin", "image/png", None),
        ("a.JPEG", None, None),
        ("a.svg", "image/svg+xml", PICTURE_TYPE),
        ("a.png", "application/zip", NOT_A_PICTURE),
        ("a.zip", None, NOT_A_PICTURE),
        ("png", None, NOT_A_PICTURE),
    ],
)
def test_only_pictures_that_can_be_decoded_are_fetched(
    filename: str, content_type: str | None, reason: str | None
) -> None:
    [image] = draft_of_parts("", [_attachment(filename, content_type)]).images
    if reason is None:
        assert image == ImageLink("https://cdn.discordapp.com/1", 101)
    else:
        assert image == Unreadable(reason)


def _message(content: str, **parts: Any) -> discord.Message:
    author = {"id": "9", "username": "alice", "discriminator": "0", "avatar": None}
    data: Any = {
        "id": "3",
        "channel_id": "2",
        "type": 0,
        "content": content,
        "author": author,
        "timestamp": "2026-11-01T00:00:00+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "pinned": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        **parts,
    }
    state = discord.Client(intents=discord.Intents.none())._connection
    channel: Any = discord.PartialMessageable(state, 2)
    return discord.Message(state=state, channel=channel, data=data)


@pytest.mark.parametrize(
    ("content", "parts", "read"),
    [
        ("just words", {}, "just words"),
        ("<@5> how is this?", {}, "how is this?"),
        ("<@!5>", {}, ""),
        ("hi <@6>", {}, "hi <@6>"),
        ("", {"sticker_items": [{"id": "7", "name": "sad_cat", "format_type": 1}]}, "sad cat"),
        (
            "well",
            {"sticker_items": [{"id": "7", "name": "Happy Wave", "format_type": 1}]},
            "well\nHappy Wave",
        ),
        ("look", {"embeds": [{"type": "rich", "title": "a preview", "description": "rage"}]}, "look"),
    ],
)
def test_a_messages_own_words_and_stickers_are_read(content: str, parts: dict[str, Any], read: str) -> None:
    assert draft_of_message(_message(content, **parts), 5) == Draft(read)


def test_the_words_of_the_message_replied_to_are_not_read() -> None:
    replied_to = _message("I hate this")
    reply = _message("same", message_reference={"message_id": "3", "channel_id": "2"}, type=19)
    reply.reference.resolved = replied_to  # type: ignore[union-attr]
    assert draft_of_message(reply, 5) == Draft("same")


@given(st.lists(st.sampled_from(["a.png", "a.txt"]), max_size=10))
def test_no_more_than_the_first_pictures_are_fetched_and_each_part_keeps_its_number(names: list[str]) -> None:
    images = draft_of_parts("", map(_attachment, names)).images
    assert len(images) == len(names)
    fetched = [index for index, image in enumerate(images) if isinstance(image, ImageLink)]
    assert fetched == [index for index, name in enumerate(names) if name == "a.png"][:MAX_IMAGES]


@pytest.mark.asyncio
async def test_pictures_are_fetched_in_order_and_others_keep_their_reason() -> None:
    shelf = Shelf()
    images = (ImageLink("https://x/1", 5), Unreadable("not a picture"), ImageLink("https://x/2", 6))
    sample = await fetch(Draft("hi", images), shelf)
    assert sample == Sample("hi", (b"https://x/1", Unreadable("not a picture"), b"https://x/2"))
    assert shelf.asked == [("https://x/1", 5), ("https://x/2", 6)]
