"""How the tests share the machine: several processes, each with whole files."""

import pytest
from hypothesis import settings

# How long something may take is measured in benchmarks/; here a neighbour may slow it down.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests in one process, and in one those that share the export of a small network."""
    # What takes longest first, so that no process is left alone with it.
    items.sort(key=lambda item: not item.nodeid.startswith("tests/model"))
    for item in items:
        file, _, _ = item.nodeid.partition("::")
        group = "exported" if "exported" in getattr(item, "fixturenames", ()) else file
        item.add_marker(pytest.mark.xdist_group(group))
