"""The engine answers a batch in its order, whatever order it runs in."""

from pathlib import Path

import numpy as np
import pytest

from moodring.model.litert import LiteRTEngine
from moodring.model.sample import Logits, Prepared

from .stand_ins import logits


def prepared(tokens: int) -> Prepared:
    return Prepared(np.ones(tokens, np.int32), (), ("text",), ())


def test_a_batch_runs_bucket_by_bucket_and_is_answered_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[int] = []

    def infer(_: LiteRTEngine, sample: Prepared) -> Logits:
        ran.append(len(sample.token_ids))
        return logits({}, toxicity=float(len(sample.token_ids)))

    monkeypatch.setattr(LiteRTEngine, "_infer", infer)
    lengths = [100, 5, 40, 16, 128, 17]
    answers = LiteRTEngine(tmp_path).infer([prepared(length) for length in lengths])
    assert [answer.toxicity for answer in answers] == lengths
    assert ran == [5, 16, 17, 40, 100, 128]


def test_a_sample_with_nothing_in_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="neither tokens nor pictures"):
        LiteRTEngine(tmp_path).infer([prepared(0)])
