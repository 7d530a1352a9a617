"""The network as an application of Ray Serve, `deploy/ray.yaml` being its configuration.

Requests are not put together to batches here (`serve.batch`). LiteRT computes the samples of a batch one
after the other, so a batch of several callers would cost what its parts cost, and each would wait for all.
What saves calls has been done by who asks: it sends what waits as one batch of one length.

An update of weights is a new ``user_config``, which Ray Serve hands to running replicas, a few at a time and
without ending them (https://docs.ray.io/en/latest/serve/advanced-guides/inplace-updates.html). Both the old
and the new weights are named there while callers change over: each says which network it prepared for, and no
other answers it.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypedDict, TypeVar

import numpy as np
from numpy.typing import NDArray
from ray import serve

from .engine import Engine
from .predictor import Predictor
from .sample import Logits, Prepared
from .wire import UnknownNetworkError, identity

Result = TypeVar("Result")


class Weights(TypedDict, total=False):
    """Which weights to hold.

    Attributes:
        folder: The folder that they lie in, the same path on every machine; without it those that ship.
        fusion: The strategy that fuses; without it the default one of these weights.
    """

    folder: str
    fusion: str


class Config(TypedDict):
    """The deployment's ``user_config``.

    Attributes:
        weights: All the weights that callers may name.
    """

    weights: list[Weights]


class Network:
    """A replica: answers prepared samples by the network that the caller names.

    It computes in one thread. A second one gains nothing on what is computed in int8; another replica does.
    """

    def __init__(self) -> None:
        self._engines: dict[str, Engine] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="inference")

    async def reconfigure(self, config: Config) -> None:
        """Take up the weights that a configuration names, and let go of others; answers go on meanwhile.

        Args:
            config: The deployment's ``user_config``.

        Raises:
            WeightsError: Weights are missing or damaged. Ray Serve then starts a replica in this one's place
                and tells the error in ``serve status``.
        """
        opened = [await asyncio.to_thread(self._open, weights) for weights in config["weights"]]
        self._engines = dict(opened)

    async def infer(self, network: str, batch: Sequence[Prepared]) -> list[Logits]:
        """Return the logits of each prepared sample, in order.

        Args:
            network: Which network, by its `identity`.
            batch: Prepared samples in any mix.

        Raises:
            UnknownNetworkError: That network is not here.
        """
        return await self._aside(partial(self._engine(network).infer, batch))

    async def infer_variants(
        self,
        network: str,
        prepared: Prepared,
        texts: Sequence[NDArray[np.int32]],
        hidden: Sequence[NDArray[np.bool_]],
    ) -> tuple[list[Logits], list[Logits]]:
        """Return the logits of one sample with other texts, and with parts of its pictures hidden.

        Args:
            network: Which network, by its `identity`.
            prepared: The sample.
            texts: Token ids to read in place of the sample's.
            hidden: For the sample's own text, which of its pictures' tokens to hide, (tokens,) each.

        Raises:
            UnknownNetworkError: That network is not here.
        """
        return await self._aside(partial(self._engine(network).infer_variants, prepared, texts, hidden))

    def _open(self, weights: Weights) -> tuple[str, Engine]:
        folder = weights.get("folder")
        predictor = Predictor(Path(folder) if folder else None, weights.get("fusion"))
        name = identity(predictor)
        engine = self._engines.get(name)
        if engine is None:
            engine = predictor.open()
            engine.infer([predictor.prepare("hello")])  # what cannot compute is found here
        return name, engine

    def _engine(self, network: str) -> Engine:
        try:
            return self._engines[network]
        except KeyError:
            raise UnknownNetworkError(f"no {network}, but {', '.join(self._engines)}") from None

    async def _aside(self, work: Callable[[], Result]) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


app = serve.deployment(user_config=Config(weights=[{}]))(Network).bind()
"""The application, with the weights that ship; how many replicas it has is said in `deploy/ray.yaml`."""
