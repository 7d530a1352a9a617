"""Safe decoding of strangers' image files.

Imports only Pillow: the decoding workers of the bot load nothing else, and numpy would take half as much
again. `image.py` has the same as arrays.
Limits and their reasons: https://pillow.readthedocs.io/en/stable/handbook/security.html
"""

import io
import math
import re
import struct
import warnings
from collections.abc import Callable
from typing import Final

from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

SIZE: Final = 224
"""Side of the image tower's input in pixels."""

WHOLE_SIDE: Final = 640
"""Longest side of an uncropped picture in pixels: the text of a meme is readable, a screenshot's mostly."""

FORMATS: Final = ("PNG", "JPEG", "GIF", "WEBP")
"""What Discord shows inline; every further decoder is a further way in."""

MAX_BYTES: Final = 8 * 1024 * 1024
"""Largest encoded file: a phone's photo fits, and it bounds memory per message."""

OVERSIZED: Final = f"larger than {MAX_BYTES // 1024**2} MiB"
"""Why a larger one is not read."""

MAX_PIXELS: Final = 25_000_000
"""Most pixels of one frame: 75 MB as RGB, checked before anything is decoded."""

MAX_SIDE: Final = 8_192
"""Longest side in pixels; longer ones are banners or bombs."""

MAX_SCANS: Final = 64
"""Most scans of a JPEG. Encoders make a dozen; each may be forty bytes and costs a pass over all pixels
(https://libjpeg-turbo.org/pmwiki/uploads/About/TwoIssueswiththeJPEGStandard.pdf)."""

_START_OF_SCAN: Final = 0xDA
_END_OF_IMAGE: Final = 0xD9
_MARKER: Final = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")
"""A marker that ends what is before it: between scans, and within one, no other two bytes are read so."""

_DAMAGED: Final = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    AssertionError,
    struct.error,
    MemoryError,
)
"""What Pillow raises on damaged files."""

_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How an image of each EXIF orientation is brought upright; 1 is upright."""


class ImageError(ValueError):
    """The bytes are no image that can be read; the message is one short clause for people."""


def decode_cropped(data: bytes) -> Image.Image:
    """Decode an untrusted image file to the image tower's size.

    Only the first frame of an animation is read, EXIF orientation is applied and metadata dropped,
    transparency is laid on white, and the shorter side is cropped to (centre crop), so that
    proportions keep.

    Args:
        data: An encoded PNG, JPEG, GIF or WebP file.

    Returns:
        RGB, `SIZE` × `SIZE` pixels.

    Raises:
        ImageError: The file is too large, of another type, damaged or a decompression bomb.
    """
    return _decode(data, _crop)


def decode_uncropped(data: bytes) -> Image.Image:
    """Decode an untrusted image file as `decode_cropped` does, but uncropped, for what reads details.

    Args:
        data: An encoded PNG, JPEG, GIF or WebP file.

    Returns:
        RGB, the longer side at most `WHOLE_SIDE` pixels.

    Raises:
        ImageError: The file is too large, of another type, damaged or a decompression bomb.
    """
    return _decode(data, _shrink)


def _decode(data: bytes, take: Callable[[Image.Image], Image.Image]) -> Image.Image:
    if len(data) > MAX_BYTES:
        raise ImageError(OVERSIZED)
    if data.startswith(b"\xff\xd8") and _has_too_many_scans(data):
        raise ImageError("damaged image file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                return take(image)
    except ImageError:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageError("too many pixels") from error
    except UnidentifiedImageError as error:
        raise ImageError("not a PNG, JPEG, GIF or WebP image") from error
    except _DAMAGED as error:
        raise ImageError("damaged image file") from error


def _has_too_many_scans(data: bytes) -> bool:
    """Return whether a JPEG has more scans than `MAX_SCANS`.

    What is behind its end, often a video, does not count.
    """
    scans, at = 0, 2
    while scans <= MAX_SCANS and (found := _MARKER.search(data, at)) is not None:
        marker = data[found.end() - 1]
        if marker == _END_OF_IMAGE:
            break
        scans += marker == _START_OF_SCAN
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")
    return scans > MAX_SCANS


def _crop(image: Image.Image) -> Image.Image:
    _check_size(image)
    # JPEGs are decoded at a half, quarter or eighth where that is enough: less memory and time.
    image.draft("RGB", (SIZE, SIZE))
    square = ImageOps.fit(_flatten(image), (SIZE, SIZE), Image.Resampling.BILINEAR)
    return _upright(square, image)


def _shrink(image: Image.Image) -> Image.Image:
    _check_size(image)
    shrink = WHOLE_SIDE / max(image.size)
    if shrink < 1:
        image.draft("RGB", (math.ceil(image.width * shrink), math.ceil(image.height * shrink)))
    whole = _flatten(image)
    whole.thumbnail((WHOLE_SIDE, WHOLE_SIDE), Image.Resampling.BILINEAR)
    return _upright(whole, image)


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise ImageError(f"too many pixels ({width}×{height})")


def _upright(changed: Image.Image, image: Image.Image) -> Image.Image:
    """Return an image turned as the file that it comes from says."""
    turn = _UPRIGHT.get(_orientation(image))
    return changed if turn is None else changed.transpose(turn)


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation; damaged metadata is no reason to refuse a whole picture."""
    try:
        return int(image.getexif().get(ExifTags.Base.Orientation, 1))
    except _DAMAGED:
        return 1


def _flatten(image: Image.Image) -> Image.Image:
    """Return the image as RGB, transparency laid on white."""
    if image.mode == "I;16":  # Pillow's own conversion would clip 16 bits instead of scaling them
        return image.point(lambda value: value / 256).convert("L").convert("RGB")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return image.convert("RGB")
