"""Two replicas on a Ray cluster under load: they are killed, updated and asked for too much."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from patience import READY_S, DeploymentError, until

from moodring.bot.backends import Backend, BackendError
from moodring.bot.backends.ray import APPLICATION, RayBackend
from moodring.bot.classifier import BusyError, Classifier
from moodring.model import Decoded, Prediction, Predictor, Prepared, Sample
from moodring.model.wire import identity

pytestmark = pytest.mark.ray

Deploy = Callable[..., None]

SHIPPED, LATE = {}, {"fusion": "late"}
"""Weights as `deploy/ray.yaml` names them: two networks that differ where there is a picture."""

CALLERS = 4
"""As many as two replicas have room for, so each has something to lose at any time."""


@pytest.fixture(scope="module")
def late() -> Predictor:
    return Predictor(fusion="late")


@pytest.fixture
def batch(shipped: Predictor) -> list[Prepared]:
    """A call that takes a replica long enough to be killed within it."""
    pixels = np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8)
    return [shipped.prepare("I did not expect that. " * 20, [Decoded(pixels)]) for _ in range(4)]


class Load:
    """What came of the calls that several threads make, one after the other each.

    Attributes:
        answers: The emotions' logits of each call, (samples, 28).
        faults: What was raised instead.
    """

    def __init__(self, backend: Backend, batch: list[Prepared]) -> None:
        self.answers: list[np.ndarray] = []
        self.faults: list[Exception] = []
        self._backend = backend
        self._batch = batch
        self._over = threading.Event()
        self._calls: list[Future[None]] = []

    def begin(self, callers: ThreadPoolExecutor) -> None:
        self._calls = [callers.submit(self.ask) for _ in range(CALLERS)]

    def ask(self) -> None:
        while not self._over.is_set():
            try:
                self.answers.append(np.stack([each.emotions for each in self._backend.infer(self._batch)]))
            except Exception as fault:  # noqa: BLE001  # none is expected, whichever it is
                self.faults.append(fault)

    def go_on(self, calls: int = 3 * CALLERS) -> None:
        """Wait until so many more are answered."""
        enough = len(self.answers) + calls
        until(lambda: len(self.answers) >= enough or bool(self.faults))

    def end(self) -> None:
        """Ask no more, and wait for the answers to what was asked."""
        self._over.set()
        for call in self._calls:
            call.result(READY_S)


@contextmanager
def under_load(backend: Backend, batch: list[Prepared]) -> Iterator[Load]:
    load = Load(backend, batch)
    with ThreadPoolExecutor(CALLERS) as callers:
        load.begin(callers)
        try:
            load.go_on()
            yield load
        finally:
            load.end()


def assert_answered(load: Load, predictor: Predictor, batch: list[Prepared]) -> None:
    """Every call was answered, and by that network."""
    expected = np.stack([each.emotions for each in predictor.open().infer(batch)])
    assert load.faults == []
    np.testing.assert_allclose(load.answers, np.broadcast_to(expected, np.shape(load.answers)), atol=1e-4)


def two_replicas() -> list[int]:
    """The process ids of both replicas, once both run: Ray Serve takes a while to replace a killed one.

    Its status is no help, for it says RUNNING until Ray Serve has noticed.
    """
    import ray

    pids: list[int] = []

    def both_run() -> bool:
        names = [actor["name"] for actor in ray.util.list_named_actors(all_namespaces=True)]
        try:
            actors = [ray.get_actor(name, namespace="serve") for name in names if "SERVE_REPLICA::" in name]
            calls = [actor.__ray_call__.remote(lambda _: os.getpid()) for actor in actors]
            pids[:] = ray.get(calls, timeout=READY_S)
        except (ValueError, ray.exceptions.RayActorError):  # one died between the list and its answer
            return False
        return len(pids) == 2

    until(both_run)
    return pids


@pytest.mark.parametrize("killed", [1, 2])
def test_a_killed_replica_loses_no_call(
    killed: int, cluster: str, deploy: Deploy, shipped: Predictor, batch: list[Prepared]
) -> None:
    deploy(num_replicas=2)
    backend = RayBackend(cluster, identity(shipped), deadline_s=READY_S)
    before = two_replicas()

    with under_load(backend, batch) as load:
        for pid in before[:killed]:
            os.kill(pid, signal.SIGKILL)
        load.go_on()

    assert_answered(load, shipped, batch)


def test_an_update_under_load_fails_no_call_and_mixes_no_weights(
    cluster: str, deploy: Deploy, shipped: Predictor, late: Predictor, batch: list[Prepared]
) -> None:
    deploy(num_replicas=2, user_config={"weights": [SHIPPED]})
    before = two_replicas()
    old = RayBackend(cluster, identity(shipped), deadline_s=READY_S)
    with pytest.raises(BackendError, match=r"do not hold the weights late-.* `serve deploy`"):
        RayBackend(cluster, identity(late), deadline_s=READY_S)

    with under_load(old, batch) as first:
        deploy(num_replicas=2, user_config={"weights": [SHIPPED, LATE]})
        new = RayBackend(cluster, identity(late), deadline_s=READY_S)
        with under_load(new, batch) as second:
            first.go_on()
            first.end()
            deploy(num_replicas=2, user_config={"weights": [LATE]})
            second.go_on()

    assert_answered(first, shipped, batch)
    assert_answered(second, late, batch)
    assert sorted(two_replicas()) == sorted(before)  # they took up the weights as they ran
    with pytest.raises(BackendError, match="do not hold the weights progressive-"):
        old.infer(batch)


def test_an_update_that_fails_leaves_the_old_weights_and_loses_no_call(
    cluster: str, deploy: Deploy, shipped: Predictor, batch: list[Prepared], tmp_path: Path
) -> None:
    deploy(num_replicas=2)
    backend = RayBackend(cluster, identity(shipped), deadline_s=READY_S)

    with under_load(backend, batch) as load:
        with pytest.raises(DeploymentError, match=r"WeightsError: .*card\.json is missing"):
            deploy(num_replicas=2, user_config={"weights": [SHIPPED, {"folder": str(tmp_path)}]})
        load.go_on()

    assert_answered(load, shipped, batch)


@pytest.mark.asyncio
async def test_back_pressure_reaches_who_asks_as_busy(
    cluster: str, deploy: Deploy, shipped: Predictor, pool
) -> None:
    await asyncio.to_thread(deploy, num_replicas=2, max_ongoing_requests=1, max_queued_requests=1)
    backend = RayBackend(cluster, identity(shipped), deadline_s=READY_S)
    classifier = Classifier(
        shipped, backend, pool, threads=16, queue_limit=100, cache_entries=0, deadline_s=READY_S
    )
    try:
        samples = [Sample(f"{number} " + "what a day " * 50) for number in range(64)]
        answers = await asyncio.gather(*map(classifier.classify, samples), return_exceptions=True)
    finally:
        await classifier.aclose()

    kinds = {type(answer) for answer in answers}
    assert kinds == {Prediction, BusyError}


JOIN = """
import asyncio, signal
from contextlib import aclosing
from moodring.bot.classifier import open_classifier
from moodring.bot.settings import load_settings
from moodring.model import Sample

async def main():
    async with aclosing(open_classifier(load_settings())) as classifier:
        prediction = await classifier.classify(Sample("thank you all!"))
        print(prediction.emotion, signal.getsignal(signal.SIGTERM) is signal.SIG_DFL)

asyncio.run(main())
"""


def test_a_process_joins_the_cluster_and_keeps_its_own_signals(
    cluster: str, deploy: Deploy, tmp_path: Path
) -> None:
    deploy(num_replicas=2)
    env = {**os.environ, "MOODRING_BACKEND": "ray", "MOODRING_BACKEND_URL": cluster}

    done = subprocess.run(
        [sys.executable, "-c", JOIN], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "gratitude True\n"), done.stderr


def test_an_application_that_is_not_deployed_is_told(cluster: str) -> None:
    from ray import serve

    serve.start()
    serve.delete(APPLICATION)
    with pytest.raises(BackendError, match=r"no application moodring .*`serve deploy deploy/ray\.yaml`"):
        RayBackend(cluster, "any", deadline_s=READY_S)
