"""Records to arrays, and arrays to the batches of a training run."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from .augmentation import vary
from .data import Record
from .faces import MAX_FACES
from .image import augment, decode_image, scale
from .labels import EMOTIONS
from .sample import FACE_WIDTH, Picture
from .text import NO_TOKENS, Tokenizer, join, pad, shorten

IMAGE_DROPOUT: Final = 0.15
"""Share of pairs whose image is hidden in a training step."""

TEXT_DROPOUT: Final = 0.15
"""Share of pairs whose text is hidden; never the same pairs as those without an image."""

PICTURE_TEXT_DROPOUT: Final = 0.4
"""Share of pairs whose picture's text is hidden: most people run the bot without a reader for it."""

FACES_DROPOUT: Final = 0.5
"""Share of pairs whose faces are hidden: a guild has to ask for them to be read."""

SORTED_BATCHES: Final = 32
"""Batches whose rows are sorted by length together: little padding, and still another mix each epoch."""

LENGTH_STEP: Final = 8
"""Padded lengths are multiples of this many tokens: few shapes, little padding."""

WEAK_TOXICITY: Final = {"goemotions": 0.25}
"""Weight of toxicity targets that are inferred from other labels; they outnumber the judged ones."""


LABELS: Final = (
    "emotions",
    "has_emotions",
    "sentiment",
    "has_sentiment",
    "toxicity",
    "has_toxicity",
    "sexism",
    "has_sexism",
)
"""The targets of a row and the masks that tell which of them it has."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Records as arrays; a mask tells which labels a row has.

    Attributes:
        ids: Each row's record.
        sets: Name of each row's data set.
        texts: Each row's text as written.
        token_ids: int32 (n,) each, one a row.
        found_ids: int32 (n,) each, the text found in each row's picture.
        faces: float32 (N, `MAX_FACES`, FACE_WIDTH), what was read of the faces in each row's picture, zeros
            where there are fewer; (N, 0, FACE_WIDTH) where no picture was scanned for them.
        pictures: uint8 (P, 224, 224, 3), the distinct pictures.
        picture: int (N,), each row's picture or -1.
        emotions: float32 (N, 28) in {0, 1}.
        has_emotions: float32 (N,) in {0, 1}.
        sentiment: float32 (N, 3), the target distribution.
        has_sentiment: float32 (N,) in {0, 1}.
        toxicity: float32 (N,), the target probability.
        has_toxicity: float32 (N,) in 0..1, less than 1 for inferred targets.
        sexism: float32 (N,), the target probability.
        has_sexism: float32 (N,) in {0, 1}.
    """

    ids: NDArray[np.str_]
    sets: NDArray[np.str_]
    texts: list[str]
    token_ids: list[NDArray[np.int32]]
    found_ids: list[NDArray[np.int32]]
    faces: NDArray[np.float32]
    pictures: NDArray[np.uint8]
    picture: NDArray[np.int64]
    emotions: NDArray[np.float32]
    has_emotions: NDArray[np.float32]
    sentiment: NDArray[np.float32]
    has_sentiment: NDArray[np.float32]
    toxicity: NDArray[np.float32]
    has_toxicity: NDArray[np.float32]
    sexism: NDArray[np.float32]
    has_sexism: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.token_ids)


def build_rows(
    records: Mapping[str, Sequence[Record]], tokenizer: Tokenizer, max_tokens: int, limit: int | None = None
) -> Rows:
    """Tokenise texts, decode pictures and lay out the targets.

    Args:
        records: Records by the name of their set.
        tokenizer: The text tower's.
        max_tokens: Longer texts are cut.
        limit: At most this many records a set.

    Returns:
        The rows; records without any readable part are left out.
    """
    kept = [(name, record) for name, group in records.items() for record in group[:limit]]
    rows: list[Record] = []
    names: list[str] = []
    token_ids: list[NDArray[np.int32]] = []
    found_ids: list[NDArray[np.int32]] = []
    pictures: list[Picture] = []
    picture: list[int] = []
    for name, record in tqdm(kept, "read", disable=None, leave=False):
        ids, _ = tokenizer.encode(record.text)
        if len(ids) == 0 and record.image is None:
            continue
        picture.append(len(pictures) if record.image is not None else -1)
        if record.image is not None:
            pictures.append(decode_image(record.image.read_bytes()))
        names.append(name)
        token_ids.append(shorten(ids, max_tokens))
        found_ids.append(shorten(tokenizer.encode(record.picture_text)[0], max_tokens))
        rows.append(record)
    emotions = np.array(
        [[label in (row.emotions or ()) for label in EMOTIONS] for row in rows], np.float32
    ).reshape(len(rows), len(EMOTIONS))
    return Rows(
        ids=np.array([row.id for row in rows], np.str_),
        sets=np.array(names, np.str_),
        texts=[row.text for row in rows],
        token_ids=token_ids,
        found_ids=found_ids,
        faces=lay_out_faces([row.faces for row in rows]),
        pictures=np.array(pictures, np.uint8).reshape(-1, 224, 224, 3),
        picture=np.array(picture, np.int64),
        emotions=emotions,
        has_emotions=np.array([row.emotions is not None for row in rows], np.float32),
        sentiment=np.array([row.sentiment or (0, 0, 0) for row in rows], np.float32).reshape(-1, 3),
        has_sentiment=np.array([row.sentiment is not None for row in rows], np.float32),
        toxicity=np.array([row.toxicity or 0.0 for row in rows], np.float32),
        has_toxicity=np.array(
            [
                0.0 if row.toxicity is None else WEAK_TOXICITY.get(name, 1.0)
                for name, row in zip(names, rows, strict=True)
            ],
            np.float32,
        ),
        sexism=np.array([row.sexism or 0.0 for row in rows], np.float32),
        has_sexism=np.array([row.sexism is not None for row in rows], np.float32),
    )


def lay_out_faces(found: Sequence[NDArray[np.float32] | None]) -> NDArray[np.float32]:
    """Return the faces of many pictures as one array.

    Args:
        found: For each picture one row a face, the largest first, or None where nobody looked.

    Returns:
        float32 (N, `MAX_FACES`, FACE_WIDTH), or (N, 0, FACE_WIDTH) where nobody looked at any picture.
    """
    most = 0 if all(faces is None for faces in found) else MAX_FACES
    laid_out = np.zeros((len(found), most, FACE_WIDTH), np.float32)
    for row, faces in enumerate(found):
        if faces is not None:
            laid_out[row, : len(faces)] = faces[:most]
    return laid_out


def in_batches(
    chosen: NDArray[np.int64], lengths: NDArray[np.int64], size: int, together: int
) -> list[NDArray[np.int64]]:
    """Return row numbers in batches of similar lengths.

    Args:
        chosen: Row numbers in random order.
        lengths: Length of each row.
        size: Rows a batch.
        together: Batches whose rows are sorted by length together.
    """
    batches = []
    for start in range(0, len(chosen), size * together):
        chunk = chosen[start : start + size * together]
        chunk = chunk[np.argsort(lengths[chunk], kind="stable")]
        batches += [chunk[first : first + size] for first in range(0, len(chunk), size)]
    return batches


def pad_in_steps(sequences: Sequence[NDArray[np.int32]]) -> NDArray[np.int32]:
    """Return sequences padded to the next of few lengths, int32 (B, L); L is a multiple of `LENGTH_STEP`."""
    return pad(sequences, max(1, math.ceil(max(map(len, sequences)) / LENGTH_STEP)) * LENGTH_STEP)


class Batches:
    """The batches of a run, the same for the same seed, so that a resumed run goes on where it was.

    Rows with a picture come in batches of their own.

    Args:
        rows: The training rows.
        size: Rows a batch.
        seed: Seeds what is drawn and its order.
        shares: Share of a set's rows drawn anew for each epoch; 1 where a set is not named. With 2.5 each
            row comes twice or three times.
        images: Whether pictures are read; without, every row is text.
        varied: Share of the texts that are spelled otherwise each time they are drawn.
        encode: Turns a varied text into its token ids.
        views: What the image tower sees in versions of all pictures, as `views.see_augmented` returns it;
            without, pictures themselves are handed out.
        left_out: Rows that never come, bool (N,); None for none.
    """

    def __init__(
        self,
        rows: Rows,
        *,
        size: int,
        seed: int,
        shares: Mapping[str, float],
        images: bool,
        varied: float = 0.0,
        encode: Callable[[str], NDArray[np.int32]] | None = None,
        views: Sequence[Sequence[NDArray[np.float16]]] = (),
        left_out: NDArray[np.bool_] | None = None,
    ) -> None:
        self._rows = rows
        self._size = size
        self._seed = seed
        self._share = np.array([shares.get(name, 1.0) for name in rows.sets.tolist()])
        if left_out is not None:
            self._share = np.where(left_out, 0.0, self._share)
        self._paired = (rows.picture >= 0) & images
        found = np.array([len(ids) for ids in rows.found_ids])
        self._lengths = np.array([len(ids) for ids in rows.token_ids]) + np.where(self._paired, found, 0)
        self._varied = varied
        self._encode = encode
        self._views = views

    def plan(self, epoch: int) -> list[NDArray[np.int64]]:
        """Return the epoch's batches as row numbers, similar lengths together, in random order."""
        random = np.random.default_rng((self._seed, epoch))
        whole = np.floor(self._share)
        times = (whole + (random.random(len(self._rows)) < self._share - whole)).astype(np.int64)
        batches: list[NDArray[np.int64]] = []
        for paired in (True, False):
            drawn = np.repeat(np.arange(len(self._rows)), times * (self._paired == paired))
            chosen = random.permutation(drawn)
            batches += in_batches(chosen, self._lengths, self._size, SORTED_BATCHES)
        return [batches[index] for index in random.permutation(len(batches))]

    def _tokens(self, row: int, random: np.random.Generator) -> NDArray[np.int32]:
        ids = self._rows.token_ids[row]
        if self._encode is None or len(ids) == 0 or random.random() >= self._varied:
            return ids
        varied = self._encode(vary(self._rows.texts[row], random))
        return varied if len(varied) else ids

    def _seen(self, pictures: NDArray[np.int64], random: np.random.Generator) -> dict[str, NDArray[Any]]:
        if not self._views:
            augmented = [augment(self._rows.pictures[picture], random) for picture in pictures]
            return {"pictures": scale(np.array(augmented))}
        versions = [self._views[drawn] for drawn in random.integers(len(self._views), size=len(pictures))]
        return {
            f"stage_{index}": np.stack(
                [version[index][picture] for version, picture in zip(versions, pictures, strict=True)]
            ).astype(np.float32)
            for index in range(len(versions[0]))
        }

    def arrays(self, batch: NDArray[np.int64], random: np.random.Generator) -> dict[str, NDArray[Any]]:
        """Return one batch's arrays; pictures are augmented and modalities hidden at random.

        Args:
            batch: Row numbers, one entry of a `plan`.
            random: The source of randomness; the same state gives the same arrays.

        Returns:
            ``token_ids`` int32 (B, L) and the `LABELS`; for pairs also ``present`` bool (B,), false where
            the picture is hidden, either ``pictures`` float32 (B, 224, 224, 3) or what was seen in them,
            ``stage_0`` and so on, float32 (B, 49, channels), and ``faces`` where they were looked for.
        """
        rows = self._rows
        sequences = [self._tokens(index, random) for index in batch]
        arrays: dict[str, NDArray[Any]] = {name: getattr(rows, name)[batch] for name in LABELS}
        if self._paired[batch[0]]:
            drawn, scanned, faced = random.random((3, len(batch)))
            written = np.array([len(ids) > 0 for ids in sequences])
            present = (drawn >= IMAGE_DROPOUT) | ~written
            hidden = (drawn >= IMAGE_DROPOUT) & (drawn < IMAGE_DROPOUT + TEXT_DROPOUT)
            read = present & (scanned >= PICTURE_TEXT_DROPOUT)
            sequences = [
                join(NO_TOKENS if hidden[place] else ids, rows.found_ids[row] if read[place] else NO_TOKENS)
                for place, (row, ids) in enumerate(zip(batch, sequences, strict=True))
            ]
            arrays |= {"present": present, **self._seen(rows.picture[batch], random)}
            if rows.faces.shape[1]:
                arrays["faces"] = rows.faces[batch] * (faced >= FACES_DROPOUT)[:, None, None]
        return {"token_ids": pad_in_steps(sequences), **arrays}
