"""What is taken of a message."""

from typing import Any

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moodring.bot import texts
from moodring.bot.intake.message import MAX_IMAGES, Draft, ImageLink, draft_of_parts, fetch
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
        ("a.svg", "image/svg+xml", texts.PICTURE_TYPE),
        ("a.png", "application/zip", texts.NOT_A_PICTURE),
        ("a.zip", None, texts.NOT_A_PICTURE),
        ("png", None, texts.NOT_A_PICTURE),
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
