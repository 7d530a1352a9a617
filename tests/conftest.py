"""How the tests share the machine: several processes, each with whole files (``--dist loadfile``)."""

import pytest
from hypothesis import settings

# How long something may take is measured in benchmarks/; here a neighbour may slow it down.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process is left alone with it."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/model"))
