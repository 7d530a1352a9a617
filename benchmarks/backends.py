"""What a backend elsewhere costs: milliseconds a call and memory, Ray Serve against the bot's own process.

A Ray cluster of this machine with one replica; one caller, calls by turns, so that both meet the same noise.
On one machine it shows what the way there and back takes, not what more machines bring.

Example: python benchmarks/backends.py
"""

import argparse
import os
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from measure import report, resident_mb

from moodring.bot.backends import Backend
from moodring.bot.backends.litert import LiteRTBackend
from moodring.bot.backends.ray import APPLICATION, RayBackend
from moodring.model import Decoded, Predictor, Prepared
from moodring.model.wire import identity

DEADLINE_S = 60


@contextmanager
def _cluster() -> Iterator[str]:
    """Start a cluster with one replica in processes below this one; yields its address."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ |= {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    import ray
    from ray import serve

    from moodring.model.ray_app import app

    with tempfile.TemporaryDirectory(prefix="ray-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        context = ray.init(include_dashboard=False, log_to_driver=False, _temp_dir=folder)
        try:
            serve.start(http_options={"location": "NoServer"})
            serve.run(app, name=APPLICATION, route_prefix=None)
            yield str(context.address_info["gcs_address"])
        finally:
            serve.shutdown()
            ray.shutdown()


def _inputs(predictor: Predictor) -> dict[str, list[Prepared]]:
    """Return calls of several sizes, by what they are."""
    picture = Decoded(np.random.default_rng(0).integers(0, 256, (224, 224, 3), np.uint8))
    word, sentence, longest = (
        "hello",
        "thank you all, that was the best evening of my life!",
        "what a day " * 200,
    )
    return {
        "a word": [predictor.prepare(word)],
        "a sentence": [predictor.prepare(sentence)],
        "the longest text": [predictor.prepare(longest)],
        "8 sentences": [predictor.prepare(sentence)] * 8,
        "a picture": [predictor.prepare("", [picture])],
        "8 sentences with a picture": [predictor.prepare(sentence, [picture])] * 8,
    }


def _race(backends: dict[str, Backend], batch: list[Prepared], rounds: int) -> dict[str, float]:
    """Return the median milliseconds of a call, by backend."""
    took_ms: dict[str, list[float]] = {name: [] for name in backends}
    for turn in range(rounds + 1):
        for name, backend in backends.items():
            start = time.perf_counter()
            backend.infer(batch)
            if turn:  # the first one opens interpreters
                took_ms[name].append((time.perf_counter() - start) * 1000)
    return {name: round(statistics.median(times), 2) for name, times in took_ms.items()}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=100, help="calls of each kind (default: 100)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    predictor = Predictor()
    with _cluster() as address:
        backends: dict[str, Backend] = {
            "litert": LiteRTBackend(predictor),
            "ray": RayBackend(address, identity(predictor), DEADLINE_S),
        }
        ms = {what: _race(backends, batch, options.rounds) for what, batch in _inputs(predictor).items()}
        everything = resident_mb(os.getpid())
    figures = {"ms": ms, "memory_mb": everything}
    told = ", ".join(f"{what} {took['litert']:g} → {took['ray']:g} ms" for what, took in ms.items())
    report("backends", figures, f"{told}; {everything['pss']:g} MB in all processes", as_json=options.json)


if __name__ == "__main__":
    main()
