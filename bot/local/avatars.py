"""Small drawn avatars, so that one tells the simulated server's people apart at a glance."""

import io
from typing import Final

from PIL import Image, ImageDraw, ImageFont

SIZE: Final = 96
"""Side in pixels: twice what the page shows."""

PALETTE: Final[tuple[str, ...]] = ("#3a7ca5", "#6a994e", "#d1495b", "#7b5ea7", "#e07a5f")
"""Colours on which white letters are easy to read."""


def draw_avatar(initial: str, number: int) -> bytes:
    """Draw a letter on a colour.

    Args:
        initial: The letter.
        number: Which colour of the palette, counted round and round.

    Returns:
        A PNG file.
    """
    picture = Image.new("RGB", (SIZE, SIZE), PALETTE[number % len(PALETTE)])
    font = ImageFont.load_default(SIZE * 0.5)
    ImageDraw.Draw(picture).text((SIZE / 2, SIZE / 2), initial, fill="white", font=font, anchor="mm")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
