"""Harmless talk of different people is read side by side."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from moodring.model import Prediction, Sample
from moodring.model.data import Record
from moodring.model.labels import EMOTIONS, SENTIMENTS
from moodring.model.subgroups import GROUPS, TEMPLATES, dialect_figures, identity_figures, speaks_dialect

CALM = Prediction(
    emotion="neutral",
    confidence=0.9,
    sure=True,
    labels=("neutral",),
    emotions=dict.fromkeys(EMOTIONS, 0.1),
    sentiment="neutral",
    sentiments=dict.fromkeys(SENTIMENTS, 1 / 3),
    toxicity=0.1,
    toxic=False,
    sexism=0.0,
    used=("text",),
    skipped=(),
    model="stand-in",
    ms=1.0,
)


class Unfair:
    """Takes one word for abuse."""

    def __init__(self, word: str) -> None:
        self._word = word

    def predict(self, samples: Sequence[Sample]) -> list[Prediction]:
        return [
            replace(CALM, toxicity=0.9, toxic=True) if self._word in sample.text else CALM
            for sample in samples
        ]


def test_the_term_that_fares_worst_is_named() -> None:
    predictor: Any = Unfair("queer")
    figures = identity_figures(predictor)
    assert figures.keys() == GROUPS.keys()
    unfair = figures["orientation"]
    assert unfair["messages"] == len(TEMPLATES) * len(GROUPS["orientation"])
    assert unfair["called_toxic"] == pytest.approx(1 / len(GROUPS["orientation"]), abs=1e-4)
    assert (unfair["worst_term"], unfair["worst_mean_toxicity"]) == ("queer", 0.9)
    assert figures["no group"]["called_toxic"] == 0


@pytest.mark.parametrize(
    ("text", "spoken"),
    [("I'm finna go", True), ("FINNA go", True), ("ain't it", True), ("infinite soup", False), ("", False)],
)
def test_dialect_is_found_by_whole_words(text: str, spoken: bool) -> None:
    assert speaks_dialect(text) is spoken


def test_only_what_people_judged_harmless_is_compared() -> None:
    records = [
        Record(id="1", text="finna eat", toxicity=0.0),
        Record(id="2", text="finna rest", toxicity=0.2),
        Record(id="3", text="going to eat", toxicity=0.0),
        Record(id="4", text="finna be vile", toxicity=1.0),
        Record(id="5", text="finna be unjudged"),
    ]
    predictor: Any = Unfair("eat")
    figures = dialect_figures(predictor, records)
    assert figures["with dialect words"] == {"messages": 2, "called_toxic": 0.5, "mean_toxicity": 0.5}
    assert figures["without"]["messages"] == 1
    assert dialect_figures(predictor, records[2:3]).keys() == {"without"}
