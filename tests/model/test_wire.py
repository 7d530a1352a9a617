"""What goes to another process is arrays; which network has to read them is named exactly."""

import pickle

import numpy as np
import pytest

from moodring.model import Predictor, Prepared
from moodring.model.sample import Language, Skipped
from moodring.model.wire import arrays_of, identity


def test_nothing_that_was_written_travels_beside_the_arrays() -> None:
    pictures = (np.full((224, 224, 3), 7, np.uint8),)
    prepared = Prepared(
        token_ids=np.arange(5, dtype=np.int32),
        pictures=pictures,
        used=("text", "image:0"),
        skipped=(Skipped("image:1", "damaged"),),
        language=Language.ENGLISH,
        picture_text="a secret",
        faces=(np.ones((1, 263), np.float32),),
    )

    bare = arrays_of(prepared)

    assert (bare.token_ids, bare.pictures, bare.faces) == (prepared.token_ids, pictures, prepared.faces)
    assert (bare.used, bare.skipped, bare.picture_text) == ((), (), "")
    assert b"secret" not in pickle.dumps(bare)
    assert len(pickle.dumps(bare)) < pictures[0].nbytes + 3_000  # uint8, and once


@pytest.mark.parametrize("other", ["version", "file"])
def test_weights_that_differ_in_anything_are_another_network(other: str) -> None:
    shipped, same, changed = Predictor(), Predictor(), Predictor()
    if other == "version":
        changed.version = "progressive-1"
    else:
        changed.card["files"]["upper.tflite"]["sha256"] = "0" * 64

    assert identity(shipped) == identity(same) != identity(changed)


def test_both_fusions_of_the_same_files_are_two_networks() -> None:
    assert identity(Predictor()) != identity(Predictor(fusion="late"))
