"""The figures that are reported follow from the answers, set by set."""

import io
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from moodring.model import Logits, Predictor, Prepared
from moodring.model.data import Record
from moodring.model.evaluation import (
    Answers,
    Parts,
    chat_figures,
    emotion_figures,
    evaluate,
    prepare_record,
    read,
    sentiment_figures,
    toxicity_figures,
    valence_figures,
)
from moodring.model.labels import EMOTIONS, SENTIMENTS
from moodring.model.sample import FACE_WIDTH
from moodring.model.text import Tokenizer, join

from .stand_ins import CALIBRATION, ScriptedEngine, logits, write_weights

TEXT_ONLY, IMAGE_ONLY, BOTH = 1.0, 2.0, 3.0


class PartsEngine:
    """Answers with the parts that a sample has, as its toxicity."""

    def infer(self, batch: Sequence[Prepared]) -> list[Logits]:
        return [
            logits({}, toxicity=TEXT_ONLY * bool(len(sample.token_ids)) + IMAGE_ONLY * bool(sample.pictures))
            for sample in batch
        ]


@pytest.fixture
def pair(tmp_path: Path) -> Record:
    file = io.BytesIO()
    Image.new("RGB", (20, 20)).save(file, "PNG")
    (tmp_path / "black.png").write_bytes(file.getvalue())
    return Record(id="p/1", text="hot soup", image=tmp_path / "black.png", sentiment=(0.0, 0.0, 1.0))


def test_modalities_are_hidden_on_demand(tokenizer: Tokenizer, pair: Record) -> None:
    engine, text = PartsEngine(), Record(id="t/1", text="cold tea")
    assert read([text, pair], tokenizer, engine).toxicity.tolist() == [TEXT_ONLY, BOTH]
    assert read([text, pair], tokenizer, engine, Parts(image=False)).toxicity.tolist() == [
        TEXT_ONLY,
        TEXT_ONLY,
    ]
    assert read([text, pair], tokenizer, engine, Parts(text=False)).toxicity.tolist() == [
        TEXT_ONLY,
        IMAGE_ONLY,
    ]


def test_the_only_part_of_a_record_is_never_hidden(tokenizer: Tokenizer, pair: Record) -> None:
    picture = replace(pair, text="")
    assert read([picture], tokenizer, PartsEngine(), Parts(image=False)).toxicity.tolist() == [IMAGE_ONLY]


def test_what_is_in_a_picture_is_read_on_demand_only(tokenizer: Tokenizer, pair: Record) -> None:
    faces = np.ones((2, FACE_WIDTH), np.float32)
    scanned = replace(pair, picture_text="red tea", faces=faces)
    usual = prepare_record(scanned, tokenizer)
    assert usual.faces == ()
    assert len(usual.token_ids) == len(tokenizer.encode("hot soup")[0])
    written = prepare_record(scanned, tokenizer, Parts(picture_text=True))
    assert (
        written.token_ids.tolist()
        == join(*(tokenizer.encode(text)[0] for text in ("hot soup", "red tea"))).tolist()
    )
    assert [len(found) for found in prepare_record(scanned, tokenizer, Parts(faces=True)).faces] == [2]
    assert prepare_record(pair, tokenizer, Parts(picture_text=True, faces=True)).faces == ()


def emotion_record(*emotions: str) -> Record:
    return Record(id="g/1", text="soup", emotions=frozenset(emotions))


def answers(
    *emotions: dict[str, float],
    sentiment: Sequence[Sequence[float]] = (),
    toxicity: Sequence[float] = (),
    sexism: Sequence[float] = (),
) -> Answers:
    rows = max(len(emotions), len(sentiment), len(toxicity), len(sexism))
    return Answers.stack(
        [
            logits(
                emotions[row] if emotions else {},
                sentiment[row] if len(sentiment) else (0, 0, 0),
                toxicity[row] if len(toxicity) else 0.0,
                sexism[row] if len(sexism) else 0.0,
            )
            for row in range(rows)
        ]
    )


def test_emotions_that_are_all_right_score_one_where_they_are_given() -> None:
    given = [EMOTIONS[row % 28] for row in range(280)]
    records = [emotion_record(emotion) for emotion in given]
    figures = emotion_figures(records, answers(*({emotion: 3.0} for emotion in given)), CALIBRATION)
    for name in ("macro_f1", "macro_f1_cross_fitted", "ekman_macro_f1", "sentiment_groups_macro_f1"):
        assert figures[name] == pytest.approx(1), name
    assert figures["top_emotion_accuracy"] == figures["sure_share"] == figures["sure_accuracy"] == 1
    assert figures["top_emotion_ece_cross_fitted"] < 0.05


def test_neighbours_within_a_group_are_right_for_the_group_only() -> None:
    records = [emotion_record("joy"), emotion_record("anger")] * 40
    figures = emotion_figures(records, answers(*([{"love": 3.0}, {"annoyance": 3.0}] * 40)), CALIBRATION)
    assert figures["macro_f1"] == 0
    assert figures["ekman_macro_f1"] == pytest.approx(2 / 7)
    assert figures["top_emotion_accuracy"] == 0


def test_only_rows_with_one_clear_sentiment_are_judged() -> None:
    targets = [(0.0, 0.0, 1.0), (1.0, 0.0, 0.0), (0.5, 0.0, 0.5), None]
    records = [Record(id=f"s/{n}", text="x", sentiment=target) for n, target in enumerate(targets)]
    found = answers(sentiment=[(0, 0, 9), (0, 9, 0), (9, 0, 0), (9, 0, 0)])
    figures = sentiment_figures(records, found, CALIBRATION)
    assert figures["rows"] == 2
    assert figures["accuracy"] == 0.5
    assert figures["weighted_f1"] == 0.5
    assert figures["ece"] == pytest.approx(0.5, abs=0.01)


def test_toxicity_is_ranked_by_set_and_false_alarms_are_counted_on_calm_talk() -> None:
    toxic = [Record(id=f"h/{n}", text="x", toxicity=float(n % 2)) for n in range(4)]
    talk = [emotion_record("joy"), emotion_record("anger"), emotion_record("neutral"), emotion_record("joy")]
    dev = {"hatemoji": toxic, "goemotions": talk, "vader_tweets": []}
    found = {
        "hatemoji": answers(toxicity=[-1, 2, 1, 3]),
        "goemotions": answers(toxicity=[-3, 5, 4, -2]),  # the angry one may be loud
    }
    figures = toxicity_figures(found, dev, CALIBRATION)
    assert figures["hatemoji"] == {
        "rows": 4,
        "auroc": 1.0,
        "auroc_interval": [1.0, 1.0],
        "recall": 1.0,
        "false_positive_rate": 0.0,
    }
    assert figures["calm_false_positive_rate"] == pytest.approx(1 / 3)
    assert figures["pooled_recall"] == 1
    assert "convabuse" not in figures


def test_sexist_posts_are_ranked_by_the_sexism_score() -> None:
    posts = [Record(id=f"e/{n}", text="x", toxicity=float(n % 2)) for n in range(4)]
    found = {"edos": answers(toxicity=[3, 2, 3, 2], sexism=[0, 1, 0, 1])}
    figures = toxicity_figures(found, {"edos": posts}, CALIBRATION)
    assert figures["edos"]["auroc"] == 1
    assert figures["edos"]["recall"] == 1  # a flag is raised for any kind of toxicity
    assert figures["pooled_rows"] == 4


def test_valence_follows_positive_minus_negative() -> None:
    records = [Record(id=f"v/{n}", text="x", valence=valence) for n, valence in enumerate((-3.0, 0.0, 3.0))]
    rising = answers(sentiment=[(2, 0, 0), (0, 0, 0), (0, 0, 2)])
    assert valence_figures(records, rising, CALIBRATION)["valence_correlation"] == pytest.approx(1)


def test_a_part_without_some_sets_is_measured_on_the_others(tokenizer: Tokenizer, pair: Record) -> None:
    figures = evaluate({"mvsa_single": [pair]}, tokenizer, PartsEngine(), CALIBRATION)
    assert figures.keys() == {"toxicity", "sentiment", "mvsa_single"}
    assert figures["mvsa_single"].keys() == {
        "text_and_image",
        "with_picture_text",
        "with_faces",
        "text_only",
        "image_only",
    }
    assert figures["mvsa_single"]["text_and_image"]["rows"] == 1


def test_figures_have_four_places(tokenizer: Tokenizer) -> None:
    tweets = [Record(id=f"v/{n}", text="soup", valence=float(n)) for n in range(3)]
    engine = ScriptedEngine({3: logits({}, (0.0, 0.1, 0.2))})
    figures = evaluate({"vader_tweets": tweets}, tokenizer, engine, CALIBRATION)
    assert figures["vader_tweets"]["valence_correlation"] == 0.0
    found = {"hatemoji": answers(toxicity=np.arange(7.0).tolist())}
    records = {"hatemoji": [Record(id=f"h/{n}", text="x", toxicity=float(n in {1, 5, 6})) for n in range(7)]}
    figures = evaluate(records, tokenizer, engine, CALIBRATION, found)
    assert figures["toxicity"]["hatemoji"]["auroc"] == round(9 / 12, 4)


CHAT = """
[[line]]
text = "hot soup"
kind = "plain"
emotions = ["joy"]

[[line]]
text = "hot hot soup"
kind = "plain"
emotions = ["joy", "love"]
sentiments = ["negative"]

[[line]]
text = "hot hot hot soup"
kind = "sarcasm"
emotions = ["anger"]
"""


def test_a_chat_line_is_missed_by_its_emotion_or_its_clear_sentiment(
    tmp_path: Path, tokenizer_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    predictor = Predictor(write_weights(tmp_path / "weights", tokenizer_file))
    joy = logits({"joy": 3.0}, (0.0, 0.0, 1.0))
    monkeypatch.setattr(predictor, "open", lambda: ScriptedEngine(dict.fromkeys((4, 5, 6), joy)))
    (tmp_path / "chat.toml").write_text(CHAT)
    figures = chat_figures(predictor, tmp_path / "chat.toml")
    assert figures["lines"] == 3
    assert figures["acceptable"] == pytest.approx(1 / 3, abs=1e-4)
    assert [miss["text"] for miss in figures["misses"]] == ["hot hot soup", "hot hot hot soup"]
    assert all(miss["read"] == "joy" and miss["sentiment"] in SENTIMENTS for miss in figures["misses"])
