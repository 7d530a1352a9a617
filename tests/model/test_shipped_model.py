"""What ships is whole, says of itself what is true, and reads plain messages plainly."""

import threading
from pathlib import Path

import numpy as np
import pytest

from moodring.model import Decoded, Prediction, Predictor, Sample, Unreadable
from moodring.model.card import render
from moodring.model.data import CORPORA
from moodring.model.evaluation import chat_figures
from moodring.model.image import decode_image
from moodring.model.labels import EMOTIONS, SENTIMENTS
from moodring.model.litert import LiteRTEngine
from moodring.model.predictor import FILES, shipped_weights
from moodring.model.sample import Logits, Prepared
from moodring.model.text import BUCKETS

REPOSITORY = Path(__file__).parents[2]
PICTURES = REPOSITORY / "bot" / "local" / "pictures"
CHAT = REPOSITORY / "tests" / "data" / "chat.toml"

MAX_FILE_BYTES, MAX_NETWORK_BYTES = 50_000_000, 60_000_000
MIN_SAMPLES, MIN_SAME_TOP, MAX_DIFFERENCE = 200, 0.99, 0.03


@pytest.fixture(scope="module")
def predictor() -> Predictor:
    return Predictor()


def read(predictor: Predictor, text: str = "", *pictures: str) -> Prediction:
    images = tuple((PICTURES / name).read_bytes() for name in pictures)
    [prediction] = predictor.predict([Sample(text, images)])
    return prediction


# --------------------------------------------------------------------------------- card and files


def test_nothing_but_the_card_and_its_files_ships(predictor: Predictor) -> None:
    names = {path.name for path in shipped_weights().iterdir()}
    assert names == {"card.json", *predictor.card["files"]} >= {*FILES}


def test_the_files_are_as_large_as_the_card_says_and_small_enough(predictor: Predictor) -> None:
    sizes = {name: (shipped_weights() / name).stat().st_size for name in predictor.card["files"]}
    assert {name: entry["bytes"] for name, entry in predictor.card["files"].items()} == sizes
    networks = [size for name, size in sizes.items() if name.endswith(".tflite")]
    assert max(networks) < MAX_FILE_BYTES
    assert sum(networks) <= MAX_NETWORK_BYTES


def test_the_files_agreed_with_the_network_that_was_trained(predictor: Predictor) -> None:
    agreement = predictor.card["agreement"]
    assert agreement["samples"] >= MIN_SAMPLES
    assert agreement["same_top"] >= MIN_SAME_TOP
    assert agreement["largest_difference"] <= MAX_DIFFERENCE


def test_the_manifest_names_every_set_it_trained_on_with_its_checksums(predictor: Predictor) -> None:
    training = phase = predictor.card["training"]
    files = {corpus.name: set(corpus.files) for corpus in CORPORA}
    data = dict(phase["data"])
    while (phase := phase["started_from"]) is not None:
        data |= phase["data"]
    assert {name: set(checksums) for name, checksums in data.items()} == files
    assert training["rows"].keys() <= files.keys()
    assert training["settings"]["strategy"] == predictor.card["strategy"] == "progressive"
    assert predictor.version.startswith("progressive-")


def test_the_page_is_made_from_the_card(predictor: Predictor) -> None:
    assert (REPOSITORY / "docs" / "model-card.md").read_text("utf-8") == render(predictor.card)


def test_the_chat_lines_are_read_as_the_card_says(predictor: Predictor) -> None:
    figures = chat_figures(predictor, CHAT)
    listed = predictor.card["chat"]
    assert figures["lines"] == listed["lines"]
    # Another processor may round a close call the other way.
    assert figures["acceptable"] == pytest.approx(listed["acceptable"], abs=0.02)


# ------------------------------------------------------------------------------------ what it reads


@pytest.mark.parametrize(
    ("text", "emotions", "sentiment"),
    [
        ("Thanks a lot, that saved my evening!", {"gratitude"}, "positive"),
        ("I love this so much", {"love", "joy", "admiration"}, "positive"),
        ("This is disgusting", {"disgust"}, "negative"),
        ("I am so sorry, I never meant that", {"remorse"}, "negative"),
        ("hahahaha that is hilarious 😂", {"amusement"}, "positive"),
        ("I'm terrified of the dark", {"fear"}, "negative"),
        ("What time does the meeting start?", {"curiosity", "neutral", "confusion"}, None),
    ],
)
def test_plain_messages_are_read_plainly(
    predictor: Predictor, text: str, emotions: set[str], sentiment: str | None
) -> None:
    prediction = read(predictor, text)
    assert prediction.emotion in emotions
    assert sentiment in {None, prediction.sentiment}


def test_the_other_fusion_ships_and_words_alone_are_no_fusions_matter(predictor: Predictor) -> None:
    late = Predictor(fusion="late")
    one, other = read(predictor, "what a day"), read(late, "what a day")
    assert one.emotions == other.emotions
    one, other = read(predictor, "what a day", "cat.jpg"), read(late, "what a day", "cat.jpg")
    assert one.sentiments != other.sentiments


def test_every_answer_is_whole(predictor: Predictor) -> None:
    for prediction in (
        read(predictor, "what a day"),
        read(predictor, "", "cat.jpg"),
        read(predictor, "what a day", "cat.jpg", "coffee.jpg", "rocket.jpg"),
    ):
        assert prediction.emotions.keys() == set(EMOTIONS)
        assert prediction.sentiments.keys() == set(SENTIMENTS)
        assert sum(prediction.sentiments.values()) == pytest.approx(1)
        probabilities = (*prediction.emotions.values(), prediction.toxicity, prediction.confidence)
        assert all(0 <= probability <= 1 for probability in probabilities)
        assert prediction.emotion == max(prediction.emotions, key=lambda name: prediction.emotions[name])


def flat(logits: Logits) -> np.ndarray:
    return np.concatenate([logits.emotions, logits.sentiment, [logits.toxicity]])


@pytest.fixture(scope="module")
def engine() -> LiteRTEngine:
    return LiteRTEngine(shipped_weights())


@pytest.mark.parametrize("length", BUCKETS)
def test_padding_changes_no_answer(predictor: Predictor, engine: LiteRTEngine, length: int) -> None:
    token_ids = predictor.prepare("We won!").token_ids
    padded = np.pad(token_ids, (0, length - len(token_ids)))
    plain, longer = engine.infer([Prepared(ids, (), (), ()) for ids in (token_ids, padded)])
    np.testing.assert_allclose(flat(longer), flat(plain), atol=1e-3)


def test_pictures_have_a_say_in_any_order_and_an_unreadable_one_has_none(predictor: Predictor) -> None:
    text = "look at this"
    alone, one = read(predictor, text), read(predictor, text, "cat.jpg")
    assert alone.emotions != one.emotions
    two, turned = (
        read(predictor, text, "cat.jpg", "rocket.jpg"),
        read(predictor, text, "rocket.jpg", "cat.jpg"),
    )
    assert list(two.emotions.values()) == pytest.approx(list(turned.emotions.values()), abs=1e-4)
    [broken] = predictor.predict([Sample(text, (Unreadable("gone"), b"no picture"))])
    assert broken.emotions == alone.emotions
    assert [skip.part for skip in broken.skipped] == ["image:0", "image:1"]


def test_a_face_is_read_only_where_it_may_be(predictor: Predictor) -> None:
    picture = (REPOSITORY / "tests" / "data" / "smile.png").read_bytes()
    samples = [Sample("look at this", (picture,), faces) for faces in (False, True)]
    without, with_face = predictor.predict(samples)
    assert without.used == ("text", "image:0")
    assert with_face.used == ("text", "image:0", "image_faces:0")
    assert with_face.emotions != without.emotions


def test_threads_with_engines_of_their_own_agree(predictor: Predictor) -> None:
    picture = Decoded(decode_image((PICTURES / "cat.jpg").read_bytes()))
    samples = [predictor.prepare("so long " * (1 + number % 20)) for number in range(20)]
    samples.append(predictor.prepare("look", [picture]))
    answers: dict[int, list[Logits]] = {}

    def work(number: int) -> None:
        answers[number] = predictor.open().infer(samples)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    first, second = (np.stack([flat(logits) for logits in answers[number]]) for number in range(2))
    np.testing.assert_allclose(first, second, atol=1e-5)
