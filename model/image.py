"""Images as arrays: decoded, scaled, and augmented for training."""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from .decoding import SIZE, decode_cropped, decode_uncropped
from .sample import Picture


def decode_image(data: bytes) -> Picture:
    """Decode an untrusted image file to the image tower's size, as `decode_cropped` does.

    Args:
        data: An encoded PNG, JPEG, GIF or WebP file.

    Returns:
        uint8 RGB of shape (224, 224, 3).

    Raises:
        ImageError: The file is too large, of another type, damaged or a decompression bomb.
    """
    return np.asarray(decode_cropped(data), np.uint8)


def decode_whole(data: bytes) -> NDArray[np.uint8]:
    """Decode an untrusted image file uncropped, as `decode_uncropped` does.

    Args:
        data: An encoded PNG, JPEG, GIF or WebP file.

    Returns:
        uint8 RGB of shape (H, W, 3), the longer side at most `decoding.WHOLE_SIDE`.

    Raises:
        ImageError: The file is too large, of another type, damaged or a decompression bomb.
    """
    return np.asarray(decode_uncropped(data), np.uint8)


def scale(pictures: Picture) -> NDArray[np.float32]:
    """Return pictures, uint8 of shape (…, 224, 224, 3), as float32 in [0, 1]."""
    return pictures.astype(np.float32) / np.float32(255)


def augment(picture: Picture, random: "np.random.Generator") -> Picture:  # unquoted it is imported
    """Return a randomly cropped, flipped and rotated version for training.

    Crops keep 70–100 % of each side and rotations stay within 10°, so that faces, text and gestures
    stay readable.

    Args:
        picture: uint8 of shape (224, 224, 3).
        random: The source of randomness; the same state gives the same version.

    Returns:
        uint8 of shape (224, 224, 3).
    """
    image = Image.fromarray(picture)
    if random.random() < 0.5:
        image = ImageOps.mirror(image)
    image = image.rotate(random.uniform(-10, 10), Image.Resampling.BILINEAR, fillcolor=(127, 127, 127))
    side = int(SIZE * random.uniform(0.7, 1.0))
    left, top = (int(edge) for edge in random.integers(0, SIZE - side + 1, 2))
    box = (left, top, left + side, top + side)
    return np.asarray(image.resize((SIZE, SIZE), Image.Resampling.BILINEAR, box), np.uint8)
