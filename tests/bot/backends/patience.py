"""Waiting for what another process does, with a bound."""

import time
from collections.abc import Callable
from typing import Final

READY_S: Final = 60
"""Seconds that something may take on a machine with other work."""


class DeploymentError(Exception):
    """Ray Serve gave up a deployment; the message is what it says of it."""


def until(is_so: Callable[[], bool]) -> None:
    """Wait until something is so, and fail where it takes too long."""
    end = time.monotonic() + READY_S
    while not is_so():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.05)
