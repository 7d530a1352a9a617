"""A backend that cannot be had is told in one line that says what to do, before the bot starts."""

import sys

import pytest

from moodring.bot.backends import BackendError, open_backend
from moodring.bot.backends.litert import LiteRTBackend
from moodring.bot.backends.ray import RayBackend
from moodring.bot.faults import FAULTS, exit_code, explain
from moodring.bot.settings import Settings, SettingsError


def settings(**values: str) -> Settings:
    return Settings(_env_file=None, **values)


def test_by_default_the_network_runs_in_this_process(predictor) -> None:
    assert isinstance(open_backend(settings(), predictor), LiteRTBackend)


@pytest.mark.parametrize("backend", ["ray", "tfserving"])
def test_where_it_is_has_to_be_said(backend: str, predictor) -> None:
    with pytest.raises(
        SettingsError, match=f"MOODRING_BACKEND is {backend}: .* MOODRING_BACKEND_URL, such as"
    ):
        open_backend(settings(backend=backend), predictor)


def test_ray_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(SettingsError, match=r"pip install 'moodring\[ray\]'"):
        RayBackend("auto", "any", deadline_s=1)


@pytest.mark.parametrize(
    "url",
    [
        "ray://127.0.0.1:10001",
        "http://127.0.0.1:8265",
        "127.0.0.1",
        "127.0.0.1:",
        ":6379",
        "a b:1",
        "h:99999",
    ],
)
def test_what_is_no_address_of_a_cluster(url: str) -> None:
    with pytest.raises(
        SettingsError, match="MOODRING_BACKEND_URL: should be `auto`, or `address:port`"
    ) as told:
        RayBackend(url, "any", deadline_s=1)
    assert exit_code(told.value) == 2  # starting again does not mend it


def test_a_cluster_that_is_not_there_is_told_soon_and_may_come(port: int) -> None:
    with pytest.raises(BackendError, match=r"no Ray cluster at MOODRING_BACKEND_URL \(.+\); start") as told:
        RayBackend(f"127.0.0.1:{port}", "any", deadline_s=1)
    assert isinstance(told.value, FAULTS)
    assert explain(told.value) == str(told.value)
    assert exit_code(told.value) == 1
