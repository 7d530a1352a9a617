"""What tests of backends share: the shipped model, a Ray cluster on this machine, each backend over them."""

import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from patience import READY_S, DeploymentError, until
from tfserving_stub import shipped_saved_model, tfserving_backend

from moodring.bot.backends import Backend
from moodring.bot.backends.litert import LiteRTBackend
from moodring.bot.backends.ray import APPLICATION, RayBackend
from moodring.model import Predictor
from moodring.model.wire import identity

__all__ = ["shipped_saved_model", "tfserving_backend"]

ROOT = Path(__file__).parents[3]
CONFIG = ROOT / "deploy" / "ray.yaml"

Deploy = Callable[..., None]


@pytest.fixture(scope="session")
def shipped() -> Predictor:
    return Predictor()


@pytest.fixture(params=["litert", "tfserving", pytest.param("ray", marks=pytest.mark.ray)])
def backend(request: pytest.FixtureRequest) -> Backend:
    """Each backend in turn, over the shipped model."""
    opened: Backend = request.getfixturevalue(f"{request.param}_backend")
    return opened


@pytest.fixture(scope="session")
def litert_backend(shipped: Predictor) -> Backend:
    return LiteRTBackend(shipped)


@pytest.fixture(scope="module")
def ray_backend(shipped: Predictor, cluster: str, deploy: Deploy) -> Iterator[Backend]:
    """The replicas that `deploy/ray.yaml` starts as it is."""
    deploy()
    backend = RayBackend(cluster, identity(shipped), deadline_s=READY_S)
    yield backend
    backend.close()


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """A Ray cluster of this machine alone, which this process belongs to; its address."""
    ray = pytest.importorskip("ray", reason="the extra `ray` is not installed")
    from ray import serve

    # Unix sockets have short names, so not in pytest's own folder.
    with (
        tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp", ignore_cleanup_errors=True) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        # Ray's eight processes would each compile some thousand modules.
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("RAY_AUTH_TOKEN", secrets.token_hex(32))
        address = _start(folder)
        patch.setenv("RAY_ADDRESS", address)
        yield address
        serve.shutdown()
        ray.shutdown()
    os.environ.pop("RAY_AUTH_MODE", None)  # Ray put it there, for the processes that it starts


def _start(folder: str) -> str:
    """Start a cluster; its parts wait 15 s for each other, which is too short next to much other work."""
    import ray

    for again in (True, True, False):
        try:
            context = ray.init(
                num_cpus=8,
                include_dashboard=False,
                log_to_driver=False,
                object_store_memory=100 * 1024**2,
                _system_config={"automatic_object_spilling_enabled": False},
                _temp_dir=folder,
            )
        except Exception:
            ray.shutdown()
            if not again:
                raise
        else:
            return str(context.address_info["gcs_address"])
    raise AssertionError("unreachable")


@pytest.fixture(scope="session")
def deploy(cluster: str, tmp_path_factory: pytest.TempPathFactory) -> Deploy:
    """Deploys `deploy/ray.yaml` with some of the deployment's options changed, as an operator does."""
    import yaml
    from ray import serve

    def deploy(**options: Any) -> None:
        config = yaml.safe_load(CONFIG.read_text("utf-8"))
        [application] = config["applications"]
        [deployment] = application["deployments"]
        deployment.update(options)
        if "num_replicas" in options:
            del deployment["autoscaling_config"]
        file = tmp_path_factory.mktemp("config") / "ray.yaml"
        file.write_text(yaml.safe_dump(config))
        command = [Path(sys.executable).parent / "serve", "run", "--non-blocking", file]
        began = time.time()
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ)
        assert done.returncode == 0, done.stderr

        def is_up() -> bool:
            status = serve.status().applications[APPLICATION]
            if status.status == "DEPLOY_FAILED":
                raise DeploymentError(*(each.message for each in status.deployments.values()))
            return status.status == "RUNNING" and status.last_deployed_time_s >= began

        until(is_up)

    return deploy
