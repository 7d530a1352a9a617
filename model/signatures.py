"""What a network behind TensorFlow Serving takes and gives: the contract of its SavedModel with who asks it.

A message is one row, and each part of it one string of bytes. So rows of any length go together into one
batch, also where the server makes one of several callers' rows, and a picture is no list of 150,528 numbers.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .decoding import SIZE
from .labels import EMOTIONS, SENTIMENTS
from .sample import FACE_WIDTH, Prepared
from .text import MAX_TOKENS, pad

READ: Final = "serving_default"
"""Signature that answers messages: each its text, its pictures and the faces in them."""

VARY: Final = "variants"
"""Signature that answers variations of messages, for explanations: their pictures travel once."""

PARTS: Final = ("token_ids", "pictures", "faces")

INPUTS: Final[Mapping[str, Sequence[str]]] = {READ: PARTS, VARY: (*PARTS, "texts", "hidden")}
"""What each signature takes, string (B,) each; `as_row` and `as_varied_row` say what is in them."""

OUTPUTS: Final[Mapping[str, tuple[int, ...]]] = {
    "emotions": (len(EMOTIONS),),
    "sentiment": (len(SENTIMENTS),),
    "toxicity": (),
    "sexism": (),
}
"""What both give, and the shape of one answer's: logits, float32 (B, …), of variations (B, V, …)."""

NETWORK: Final = "network"
"""What both give beside that, string (B,): which network answers, by its `wire.identity`."""

PICTURE_BYTES: Final = SIZE * SIZE * 3
FACE_BYTES: Final = FACE_WIDTH * 4
TEXT_BYTES: Final = MAX_TOKENS * 4
"""Bytes of a picture, of a face, and of one of the texts of a variation."""


def as_row(prepared: Prepared) -> dict[str, bytes]:
    """Return a message's parts as bytes, numbers little-endian; what is not there is no bytes.

    Args:
        prepared: The message.

    Returns:
        ``token_ids``, int32 (n,); ``pictures``, uint8 (p, 224, 224, 3); ``faces``, those of all pictures,
        float32 (f, `FACE_WIDTH`).

    Raises:
        ValueError: The message has neither tokens nor pictures.
    """
    if not len(prepared.token_ids) and not prepared.pictures:
        raise ValueError("a prepared sample has neither tokens nor pictures")
    return {
        "token_ids": prepared.token_ids.astype("<i4").tobytes(),
        "pictures": b"".join(picture.tobytes() for picture in prepared.pictures),
        "faces": b"".join(faces.astype("<f4").tobytes() for faces in prepared.faces),
    }


def as_varied_row(
    prepared: Prepared, texts: Sequence[NDArray[np.int32]], hidden: Sequence[NDArray[np.bool_]]
) -> dict[str, bytes]:
    """Return a message and its variations as bytes.

    Args:
        prepared: The message.
        texts: Token ids to read in place of the message's.
        hidden: For the message's own text, which of its pictures' tokens to hide, (tokens,) each.

    Returns:
        What `as_row` returns; ``texts``, int32 (t, `MAX_TOKENS`), padded; ``hidden``, a byte for each token
        of each mask. The answers are those to ``texts``, and then those to ``hidden``.

    Raises:
        ValueError: The message has neither tokens nor pictures.
    """
    return {
        **as_row(prepared),
        "texts": pad(texts, MAX_TOKENS).astype("<i4").tobytes() if texts else b"",
        "hidden": b"".join(mask.astype(np.uint8).tobytes() for mask in hidden),
    }
