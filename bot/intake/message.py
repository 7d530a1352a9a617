"""What may be read of a Discord message, decided here and nowhere else.

- Its own text; ``moodring.model.text.normalise`` makes words of emoji, custom emoji, hashtags and markup.
- The names of its stickers, behind the text: a sticker is sent for what it says.
- Its first pictures.

Not the message that it replies to, nor one that it forwards: those are somebody else's words. Not links'
previews: they would have to be fetched.
"""

import asyncio
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final, Protocol

import discord

from moodring.model import Sample, Unreadable

from . import MAX_IMAGES, TOO_MANY

IMAGE_TYPES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
"""The content types that the decoder reads."""

IMAGE_SUFFIXES: Final = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp"})
"""File endings that stand in when Discord names no content type."""

NOT_A_PICTURE: Final = "not a picture"
PICTURE_TYPE: Final = "a type of picture I can't read (PNG, JPEG, GIF and WebP I can)"
"""Why an attachment is not read."""


class Downloads(Protocol):
    """What fetches a picture: ``intake.download`` for Discord, a stand-in for the simulated server."""

    async def fetch(self, url: str, declared_size: int | None) -> bytes | Unreadable:
        """Return the file, or why it could not be had."""
        ...


@dataclass(frozen=True, slots=True)
class ImageLink:
    """A picture that has not been fetched yet.

    Attributes:
        url: Where it is; signed, so it is used at once and never stored.
        size: Its size in bytes as Discord states it.
    """

    url: str
    size: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be read, before any picture is fetched.

    Attributes:
        text: The text as written.
        images: One entry for each attachment, in the message's order.
        guild_id: The guild that it was written in, whose settings say what may be read; None elsewhere.
    """

    text: str
    images: tuple[ImageLink | Unreadable, ...] = ()
    guild_id: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to read."""
        return not (self.text or self.images)


def is_from_person(message: discord.Message) -> bool:
    """Return whether a person wrote a message, and no bot, webhook or Discord itself."""
    return not (message.author.bot or message.webhook_id or message.is_system())


def draft_of_message(message: discord.Message, reader_id: int) -> Draft:
    """Return what is to be read of a message.

    Args:
        message: The message.
        reader_id: The bot's own user id; where it is mentioned, the mention is not part of the text.
    """
    text = re.sub(rf"<@!?{reader_id}>", " ", message.content).strip()
    stickers = (sticker.name.replace("_", " ") for sticker in message.stickers)
    written = "\n".join(filter(None, (text, *stickers)))
    return draft_of_parts(written, message.attachments, message.guild.id if message.guild else None)


def draft_of_parts(
    text: str, attachments: Iterable[discord.Attachment], guild_id: int | None = None
) -> Draft:
    """Return what is to be read of a text and of files beside it.

    Args:
        text: The text.
        attachments: The files.
        guild_id: The guild that they were given in, if any.
    """
    images: list[ImageLink | Unreadable] = []
    links = 0
    for attachment in attachments:
        reason = _unreadable_reason(attachment)
        if reason is None and links == MAX_IMAGES:
            reason = TOO_MANY
        if reason is None:
            links += 1
            images.append(ImageLink(attachment.url, attachment.size))
        else:
            images.append(Unreadable(reason))
    return Draft(text, tuple(images), guild_id)


async def fetch(
    draft: Draft, downloads: Downloads, *, faces: bool = False, picture_text: bool = True
) -> Sample:
    """Fetch the pictures of a draft, all at the same time.

    Args:
        draft: What is to be read.
        downloads: Fetches a picture.
        faces: Whether faces in the pictures may be read.
        picture_text: Whether text in the pictures may be read.
    """

    async def image(entry: ImageLink | Unreadable) -> bytes | Unreadable:
        return entry if isinstance(entry, Unreadable) else await downloads.fetch(entry.url, entry.size)

    images = tuple(await asyncio.gather(*map(image, draft.images)))
    return Sample(draft.text, images, faces, picture_text)


def _unreadable_reason(attachment: discord.Attachment) -> str | None:
    """Return why an attachment is not fetched at all, if so."""
    if attachment.content_type is None:
        suffix = PurePosixPath(attachment.filename).suffix.lower()
        return None if suffix in IMAGE_SUFFIXES else NOT_A_PICTURE
    content_type = attachment.content_type.partition(";")[0].strip().lower()
    if content_type in IMAGE_TYPES:
        return None
    return PICTURE_TYPE if content_type.startswith("image/") else NOT_A_PICTURE
