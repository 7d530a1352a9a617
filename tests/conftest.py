"""How the tests share the machine: several processes, each with whole files (``--dist loadfile``)."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from .postgres import Server, find_programs, open_server

# How long something may take is measured in benchmarks/; here a neighbour may slow it down.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no process is left alone with it."""
    items.sort(key=lambda item: not item.nodeid.startswith("tests/model"))


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL server; each test takes a new database of it."""
    programs = find_programs()
    if programs is None:
        pytest.skip("no PostgreSQL server is installed (Debian: postgresql)")
    with open_server(programs) as server:
        yield server
