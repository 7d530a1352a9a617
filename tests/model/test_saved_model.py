"""A SavedModel answers by its signatures as the networks do, whatever else is in the batch."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf
from keras import ops
from numpy.typing import NDArray

from moodring.model.classifier import Outputs, View
from moodring.model.conversion import ExportError
from moodring.model.image import scale
from moodring.model.sample import FACE_WIDTH, Prepared
from moodring.model.saved_model import write_saved_model, write_shipped
from moodring.model.signatures import INPUTS, NETWORK, OUTPUTS, READ, VARY, as_row, as_varied_row

from .exported import picture, small_runs
from .small import sentences, small_classifier, stir

NOTHING = np.zeros(0, np.int32)
TOLERANCE = 2e-4


class Served:
    """A SavedModel, and the networks that it was written of."""

    def __init__(self, strategy: str, folder: Path) -> None:
        self.text_run, self.classifier = small_runs()
        if strategy != "progressive":
            self.classifier = small_classifier(strategy)
            stir(self.classifier.fusion)
        stir(self.classifier.face_tokens)
        write_saved_model(self.text_run, self.classifier, "the one", folder)
        self.signatures = tf.saved_model.load(str(folder)).signatures

    def ask(self, name: str, rows: Sequence[dict[str, bytes]]) -> dict[str, NDArray[Any]]:
        inputs = {part: tf.constant([row[part] for row in rows]) for part in INPUTS[name]}
        return {output: value.numpy() for output, value in self.signatures[name](**inputs).items()}

    def expect(self, prepared: Prepared, hidden: NDArray[np.bool_] | None = None) -> Outputs:
        """Return what the networks themselves say of one message."""
        token_ids = prepared.token_ids[None] if len(prepared.token_ids) else np.zeros((1, 1), np.int32)
        if not prepared.pictures:
            return self.text_run(token_ids)
        _, *stages = self.classifier.image_encoder(scale(np.stack(prepared.pictures)))
        joined = [ops.reshape(stage, (1, -1, stage.shape[-1])) for stage in stages]
        faces = np.concatenate(prepared.faces)[None] if any(map(len, prepared.faces)) else None
        if hidden is None:
            return self.classifier.read(token_ids, View(None, joined, faces), np.array([True]))
        assert faces is None
        states = self.classifier.text_encoder(token_ids)
        fused = self.classifier.fusion(states, token_ids != 0, joined, ~hidden[None])
        return Outputs(*self.classifier.heads(fused))


@pytest.fixture(scope="module", params=["progressive", "late"])
def served(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Served:
    return Served(request.param, tmp_path_factory.mktemp("served") / "1")


def message(tokens: int, pictures: int = 0, faces: Sequence[int] = (), seed: int = 0) -> Prepared:
    random = np.random.default_rng(seed)
    token_ids = sentences(1, tokens, seed)[0] if tokens else NOTHING
    return Prepared(
        token_ids,
        tuple(picture(seed + number) for number in range(pictures)),
        (),
        (),
        faces=tuple(random.normal(0, 1, (count, FACE_WIDTH)).astype(np.float32) for count in faces),
    )


MESSAGES = {
    "words": message(6),
    "one token": message(1, seed=1),
    "a picture": message(0, 1, seed=2),
    "words and a picture": message(9, 1, seed=3),
    "four pictures": message(4, 4, seed=4),
    "faces in the second picture": message(5, 2, faces=(0, 3), seed=5),
    "longest text": message(64, seed=6),
}


@pytest.fixture(scope="module")
def mixed(served: Served) -> dict[str, NDArray[Any]]:
    """The answers to all of the messages in one batch."""
    return served.ask(READ, [as_row(prepared) for prepared in MESSAGES.values()])


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_in_a_mixed_batch_is_answered_as_by_the_networks(
    served: Served, mixed: dict[str, NDArray[Any]], name: str
) -> None:
    expected = served.expect(MESSAGES[name])
    for output in OUTPUTS:
        answer = mixed[output][list(MESSAGES).index(name)]
        np.testing.assert_allclose(answer, getattr(expected, output)[0], atol=TOLERANCE)


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_alone_is_answered_as_in_a_batch(
    served: Served, mixed: dict[str, NDArray[Any]], name: str
) -> None:
    alone = served.ask(READ, [as_row(MESSAGES[name])])
    for output in OUTPUTS:
        answer = mixed[output][list(MESSAGES).index(name)]
        np.testing.assert_allclose(alone[output][0], answer, atol=TOLERANCE)


def test_every_answer_says_which_network_it_is_of(mixed: dict[str, NDArray[Any]]) -> None:
    assert mixed[NETWORK].tolist() == [b"the one"] * len(MESSAGES)


def test_what_two_segments_say_is_read_as_two(served: Served) -> None:
    ids = np.array([2, 20, 30, 3, 40, 3], np.int32)
    [answer] = served.ask(READ, [as_row(Prepared(ids, (), (), ()))])["emotions"]
    np.testing.assert_allclose(answer, served.text_run(ids[None]).emotions[0], atol=TOLERANCE)
    other = served.text_run(np.where(ids == 3, 50, ids)[None]).emotions[0]
    assert np.abs(answer - other).max() > 0.01


def masks(prepared: Prepared, count: int) -> list[NDArray[np.bool_]]:
    tokens = 49 * len(prepared.pictures)
    drawn = list(np.random.default_rng(1).random((count, tokens)) > 0.5)
    return [*drawn, np.ones(tokens, np.bool_)]


def check_variations(served: Served, answers: dict[str, NDArray[Any]], row: int, prepared: Prepared) -> None:
    """Check the answers to the variations of one message that `vary` made."""
    _, texts, hidden = varied(prepared)
    expected = [served.expect(Prepared(ids, prepared.pictures, (), ())) for ids in texts]
    expected += [served.expect(prepared, mask) for mask in hidden]
    for output in OUTPUTS:
        for place, each in enumerate(expected):
            np.testing.assert_allclose(answers[output][row][place], getattr(each, output)[0], atol=TOLERANCE)


def varied(prepared: Prepared) -> tuple[Prepared, list[NDArray[np.int32]], list[NDArray[np.bool_]]]:
    texts = [prepared.token_ids, NOTHING, sentences(1, 3, seed=9)[0], sentences(1, 12, seed=8)[0]]
    return prepared, texts, masks(prepared, 2) if prepared.pictures else []


def test_variations_of_several_messages_at_once_are_answered_as_by_the_networks(served: Served) -> None:
    messages = [message(4, 2, seed=1), message(7, seed=2), message(0, 1, seed=3)]
    answers = served.ask(VARY, [as_varied_row(*varied(prepared)) for prepared in messages])
    assert answers["emotions"].shape == (3, 7, 28)
    for row, prepared in enumerate(messages):
        check_variations(served, answers, row, prepared)


def test_more_variations_than_are_fused_at_once_are_answered_in_their_order(served: Served) -> None:
    prepared = message(5, 3, seed=4)
    hidden = masks(prepared, 40)  # some 27 rows of 147 tokens at once
    answers = served.ask(VARY, [as_varied_row(prepared, [], hidden)])
    for place in (0, 25, 26, 27, 28, 40):
        expected = served.expect(prepared, hidden[place])
        np.testing.assert_allclose(answers["emotions"][0][place], expected.emotions[0], atol=TOLERANCE)


def test_faces_stay_where_parts_of_a_picture_are_hidden(served: Served) -> None:
    prepared = message(5, 1, faces=(2,), seed=6)
    nothing, everything = np.zeros(49, np.bool_), np.ones(49, np.bool_)
    [answers] = served.ask(VARY, [as_varied_row(prepared, [], [nothing, everything])])["emotions"]
    np.testing.assert_allclose(answers[0], served.expect(prepared).emotions[0], atol=TOLERANCE)
    blind = Prepared(prepared.token_ids, prepared.pictures, (), ())
    assert np.abs(answers[1] - served.expect(blind, everything).emotions[0]).max() > 0.001


def test_nothing_to_read_is_no_row() -> None:
    with pytest.raises(ValueError, match="neither tokens nor pictures"):
        as_row(message(0))


@pytest.mark.parametrize("strategy", ["text", "early"])
def test_a_network_that_cannot_read_several_pictures_is_not_served(strategy: str, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=f"a {strategy} model has no towers that run on their own"):
        write_saved_model(small_classifier("text"), small_classifier(strategy), "the one", tmp_path / "1")


def test_a_version_is_a_number_and_never_written_twice(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="the folder's name is the version, a number"):
        write_shipped(None, None, tmp_path / "new")
    (tmp_path / "1").mkdir()
    with pytest.raises(ExportError, match="is there already: give other weights the next number"):
        write_shipped(None, None, tmp_path / "1")
