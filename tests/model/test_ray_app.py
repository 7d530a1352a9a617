"""A replica holds the weights that it is told to hold, and answers by none but the named ones."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from moodring.model import Decoded, Predictor, WeightsError
from moodring.model.predictor import shipped_weights
from moodring.model.wire import UnknownNetworkError, identity

ray_app = pytest.importorskip("moodring.model.ray_app", reason="the extra `ray` is not installed")

SHIPPED, LATE = identity(Predictor()), identity(Predictor(fusion="late"))


@pytest.fixture
def replica():
    return ray_app.Network()


@pytest.mark.asyncio
async def test_the_named_network_answers(replica) -> None:
    await replica.reconfigure({"weights": [{}, {"fusion": "late"}]})
    seen = Predictor().prepare("look", [Decoded(np.zeros((224, 224, 3), np.uint8))])
    answers = []
    for name, predictor in ((SHIPPED, Predictor()), (LATE, Predictor(fusion="late"))):
        [answer], [expected] = await replica.infer(name, [seen]), predictor.open().infer([seen])
        np.testing.assert_array_equal(answer.emotions, expected.emotions)
        answers.append(answer.emotions)
    assert not np.array_equal(*answers)


@pytest.mark.asyncio
async def test_what_is_no_longer_named_is_let_go_and_what_stays_is_not_opened_again(replica) -> None:
    await replica.reconfigure({"weights": [{}, {"fusion": "late"}]})
    kept = replica._engines[LATE]
    await replica.reconfigure({"weights": [{"fusion": "late"}]})

    assert replica._engines == {LATE: kept}
    with pytest.raises(UnknownNetworkError, match=f"no {SHIPPED}, but {LATE}"):
        await replica.infer(SHIPPED, [])


@pytest.mark.asyncio
async def test_weights_of_a_folder(replica, tmp_path: Path) -> None:
    folder = shutil.copytree(shipped_weights(), tmp_path / "weights")
    await replica.reconfigure({"weights": [{"folder": str(folder)}]})

    assert list(replica._engines) == [SHIPPED]


@pytest.mark.asyncio
async def test_weights_that_cannot_be_read_leave_those_that_are_there(replica, tmp_path: Path) -> None:
    await replica.reconfigure({"weights": [{}]})
    with pytest.raises(WeightsError, match="missing"):
        await replica.reconfigure({"weights": [{"folder": str(tmp_path)}]})

    assert await replica.infer(SHIPPED, []) == []
