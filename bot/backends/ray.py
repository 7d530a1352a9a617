"""Inference by the replicas of a Ray Serve application, `moodring.model.ray_app`."""

import logging
import re
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from moodring.model import Logits, Prepared
from moodring.model.wire import UnknownNetworkError, arrays_of

from ..settings import SettingsError
from ..turns import BusyError
from . import BackendError

if TYPE_CHECKING:
    from ray.serve.handle import DeploymentHandle

APPLICATION: Final = "moodring"
"""The application's name in `deploy/ray.yaml`."""

CONNECT_TIMEOUT_S: Final = 5.0
"""Seconds that a cluster may take to accept a connection."""

RETRY_PAUSE_S: Final = 0.05
"""Seconds until a replica that could not be reached is asked again, or another."""


class RayBackend:
    """Sends prepared batches to replicas; whichever has the shortest queue answers.

    The bot's process joins the cluster as a *driver*, by the node of Ray on its own machine. It keeps asking
    while replicas die: the network keeps no state, so a question may be asked twice.

    Args:
        url: The cluster: ``auto`` for the one that this machine belongs to, or ``address:port`` of its head.
        network: Which network has to answer, by its `identity`.
        deadline_s: Seconds that an answer may take.

    Raises:
        SettingsError: Ray is not installed, or the URL is none.
        BackendError: There is no cluster, no application in it, or it holds other weights.
    """

    def __init__(self, url: str, network: str, deadline_s: float) -> None:
        self._network = network
        self._deadline_s = deadline_s
        self._joined = False
        # In a thread of its own: in the main thread Ray takes SIGTERM for itself, and in one with an event
        # loop it refuses to wait.
        with ThreadPoolExecutor(1, thread_name_prefix="ray") as thread:
            thread.submit(self._open, url).result()

    def infer(self, batch: Sequence[Prepared]) -> list[Logits]:
        """Return one answer for each prepared sample, in their order.

        Raises:
            BusyError: Too many calls wait for a replica already.
            BackendError: No answer in time, or the replicas hold other weights.
        """
        answers: list[Logits] = self._ask("infer", [arrays_of(prepared) for prepared in batch])
        return answers

    def infer_variants(
        self,
        prepared: Prepared,
        texts: Sequence[NDArray[np.int32]],
        hidden: Sequence[NDArray[np.bool_]],
    ) -> tuple[list[Logits], list[Logits]]:
        """Return the answers to one sample with other texts, and with parts of its pictures hidden.

        Raises:
            BusyError: Too many calls wait for a replica already.
            BackendError: No answer in time, or the replicas hold other weights.
        """
        answers: tuple[list[Logits], list[Logits]] = self._ask(
            "infer_variants", arrays_of(prepared), list(texts), list(hidden)
        )
        return answers

    def close(self) -> None:
        """Leave the cluster, unless this process was in it before."""
        if self._joined:
            import ray

            ray.shutdown()

    def _open(self, url: str) -> None:
        try:
            import ray
            from ray import serve
            from ray.serve.exceptions import RayServeException
        except ImportError:
            raise SettingsError(
                "MOODRING_BACKEND is ray, but Ray is not installed: `pip install 'moodring[ray]'`"
            ) from None
        _refuse_unreachable(url)
        logging.getLogger("ray").setLevel(logging.ERROR)  # it warns that SIGTERM was left alone
        logging.getLogger("ray.serve").setLevel(logging.WARNING)
        if not ray.is_initialized():  # a host may have joined before
            try:
                ray.init(url, log_to_driver=False, configure_logging=False)
            except (ConnectionError, RuntimeError, ValueError) as error:
                reason = str(error).splitlines()[0]
                raise BackendError(f"no Ray cluster at MOODRING_BACKEND_URL ({reason}); {_START}") from None
            self._joined = True
        try:
            self._handle: DeploymentHandle[Any] = serve.get_app_handle(APPLICATION)
            self._ask("infer", [])
        except RayServeException:
            self.close()
            raise BackendError(
                f"no application {APPLICATION} runs in the Ray cluster: `serve deploy deploy/ray.yaml` there"
            ) from None
        except BaseException:
            self.close()
            raise

    def _ask(self, method: str, *arrays: object) -> Any:
        from ray.exceptions import RayActorError
        from ray.serve.exceptions import BackPressureError

        deadline = time.monotonic() + self._deadline_s
        while True:
            response = getattr(self._handle, method).remote(self._network, *arrays)
            try:
                return response.result(timeout_s=max(0.0, deadline - time.monotonic()))
            except BackPressureError:
                raise BusyError from None
            except UnknownNetworkError:
                raise BackendError(
                    f"the Ray replicas do not hold the weights {self._network} of this bot: name them in "
                    "deploy/ray.yaml beside the others, `serve deploy` it, and wait for `serve status`"
                ) from None
            except TimeoutError:
                response.cancel()
                raise BackendError(f"no answer of a Ray replica within {self._deadline_s:g} s") from None
            except RayActorError:  # it died with the question, or cannot be reached
                time.sleep(RETRY_PAUSE_S)


_HOST: Final = re.compile(r"[\w.-]+", re.ASCII)
_START: Final = "start a node of it on this machine (`ray start`) or correct the URL"


def _refuse_unreachable(url: str) -> None:
    """Raise where nothing listens: Ray itself would wait for two minutes and then end the process."""
    if url == "auto":
        return
    host, _, port = url.rpartition(":")
    if not _HOST.fullmatch(host) or not port.isdecimal() or int(port) > 65_535:
        raise SettingsError(
            "MOODRING_BACKEND_URL: should be `auto`, or `address:port` of the Ray cluster's head"
        )
    try:
        socket.create_connection((host, int(port)), CONNECT_TIMEOUT_S).close()
    except OSError as error:
        reason = error.strerror or "no answer"
        raise BackendError(f"no Ray cluster at MOODRING_BACKEND_URL ({reason}); {_START}") from None
