"""Messages as boxes: text and buttons in one frame, readable on a phone."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, TypeAlias

import discord

Layout: TypeAlias = discord.ui.LayoutView

COLOUR: Final = 0x3A7CA5
"""The stripe beside what is neither good nor bad news."""


def box(
    blocks: Iterable[str],
    *rows: Sequence[discord.ui.Item[Any]],
    stripe: int | None = None,
    picture: discord.File | None = None,
) -> Layout:
    """Return a box.

    Args:
        blocks: What it says, in Discord's markdown; 4,000 characters at most together.
        rows: What stands under it, a row each; empty ones are left out.
        stripe: The colour at its side; it says nothing that the words do not.
        picture: What stands between words and rows; it has to be sent along.
    """
    items: list[discord.ui.Item[Any]] = [discord.ui.TextDisplay(block) for block in blocks]
    if picture is not None:
        items.append(
            discord.ui.MediaGallery(discord.MediaGalleryItem(picture, description=picture.description))
        )
    items += [discord.ui.ActionRow(*row) for row in rows if row]
    view = discord.ui.LayoutView(timeout=None).add_item(discord.ui.Container(*items, accent_colour=stripe))
    view.stop()  # discord.py need not keep it, or a timer for it: its items are lasting ones
    return view
