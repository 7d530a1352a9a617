"""The font that pictures are written in: one file for all languages, so that no machine needs any.

It is cut from Noto Sans SC (SIL Open Font License) to what the catalogues say; `make font` cuts it anew.
"""

import io
from functools import cache
from importlib.resources import files

from PIL import ImageFont


@cache
def font(size: int) -> ImageFont.FreeTypeFont:
    """Return the font in a size.

    Args:
        size: Height of type in pixels, at least 1.

    Raises:
        ValueError: The size is below 1.
    """
    file = io.BytesIO(files(__package__).joinpath("NotoSansSC-subset.ttf").read_bytes())
    # The basic layout is in every build of Pillow, so that pictures are alike everywhere.
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)
