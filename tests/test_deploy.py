"""What `deploy/` and docs/self-hosting.md say is true of this repository: paths, user, commands, limits."""

import configparser
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

from moodring.bot import app, cli, identifying
from moodring.bot.health import watchdog
from moodring.bot.intake.decode import DecodePool
from moodring.bot.settings import Settings, StorageSettings
from moodring.bot.shards import Shards, parse_shards
from moodring.model import Decoded

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "self-hosting.md").read_text("utf-8")
CONTAINERFILE = (DEPLOY / "Containerfile").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

CODE = "/srv/moodring"
STATE = "/var/lib/moodring"
MIB = 1024**2


def _service(name: str) -> configparser.SectionProxy:
    """What a unit says of its service; of a key that is there twice, the last."""
    unit = configparser.ConfigParser(interpolation=None, strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string((DEPLOY / name).read_text("utf-8"))
    return unit["Service"]


SERVICE = _service("moodring.service")
OF_SEVERAL = _service("shards.conf")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def _instructions(name: str) -> list[str]:
    """The arguments of each such instruction of the Containerfile, lines joined."""
    joined = CONTAINERFILE.replace("\\\n", " ")
    return [" ".join(found.split()) for found in re.findall(rf"^{name} (.*)$", joined, re.MULTILINE)]


def _server_settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"MOODRING_{name.upper()}", raising=False)
    return Settings(_env_file=DEPLOY / "server.env")


def _memory_max() -> int:
    """The unit's bound in bytes."""
    found = re.fullmatch(r"(\d+)M", SERVICE["MemoryMax"])
    assert found, SERVICE["MemoryMax"]
    return int(found[1]) * MIB


def test_every_file_of_the_folder_is_in_the_guide_and_is_there() -> None:
    pages = [page.read_text("utf-8") for page in (ROOT / "docs").glob("*.md")]
    assert set(re.findall(r"deploy/([\w.]+\w)", "".join(pages))) == {path.name for path in DEPLOY.iterdir()}


def test_the_unit_starts_the_command_that_make_install_makes() -> None:
    environment, _, command = SERVICE["ExecStart"].removeprefix(f"{CODE}/").partition("/bin/")
    assert f"\ninstall: {environment}/.run" in MAKEFILE
    assert command in PROJECT["project"]["scripts"]
    assert SERVICE["WorkingDirectory"] == CODE


def test_unit_settings_and_container_keep_everything_in_one_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    settings: StorageSettings = _server_settings(monkeypatch)
    assert settings.data_dir == Path(STATE)
    assert f"/var/lib/{SERVICE['StateDirectory']}" == STATE
    assert _instructions("VOLUME") == [STATE]
    assert _instructions("WORKDIR")[-1] == STATE
    assert f"--volume moodring:{STATE} " in GUIDE


def test_guide_unit_and_container_have_one_user_without_rights() -> None:
    user = SERVICE["User"]
    (added,) = re.findall(r"^ *sudo useradd .* (\w+)$", GUIDE, re.MULTILINE)
    assert added == user
    assert set(re.findall(r"sudo -u (\w+)", GUIDE)) == {user}
    assert set(re.findall(r"--owner (\w+) --group (\w+)", GUIDE)) == {(user, user)}
    assert _instructions("USER") == [user]
    assert re.search(rf"useradd --uid \d{{4,}} .* {user} ", _instructions("RUN")[-1])
    assert SERVICE["CapabilityBoundingSet"] == ""
    assert SERVICE["NoNewPrivileges"] == "true"


def test_a_wrong_setting_is_not_tried_again() -> None:
    assert int(SERVICE["RestartPreventExitStatus"]) == cli.USAGE_ERROR
    assert SERVICE["Restart"] == "on-failure"


def test_who_stops_it_waits_for_what_is_in_flight() -> None:
    patience = max(app._PATIENCE_S.values())
    (container,) = re.findall(r"--stop-timeout (\d+)", GUIDE)
    assert f"up to {patience:g} s" in (DEPLOY / "moodring.service").read_text("utf-8")
    assert f"for {patience:g} seconds at most" in GUIDE
    assert min(int(SERVICE["TimeoutStopSec"]), int(container)) > patience


def test_systemd_waits_for_a_start_longer_than_the_bot_waits_for_discord() -> None:
    assert SERVICE["Type"] == "notify"
    slow_start_s = 60
    assert int(SERVICE["TimeoutStartSec"]) >= watchdog.LOST_S + slow_start_s


def test_systemd_hears_several_times_in_the_time_that_it_gives() -> None:
    # Beyond twice its own interval a watchdog's sign may be late once (sd_watchdog_enabled(3)).
    assert int(SERVICE["WatchdogSec"]) >= 2 * watchdog.LOOK_S


@pytest.mark.parametrize(
    ("installed", "asked"),
    [
        ({"moodring.service": "moodring.service"}, "moodring.service"),
        (
            {"moodring.service": "moodring@.service", "shards.conf": "moodring@.service.d/shards.conf"},
            "moodring@0-15.service",
        ),
    ],
)
def test_systemd_finds_no_fault_in_the_unit(installed: dict[str, str], asked: str, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd is not installed")
    for name, place in installed.items():
        text = (DEPLOY / name).read_text("utf-8")
        there = tmp_path / place
        there.parent.mkdir(exist_ok=True)
        there.write_text(text.replace(SERVICE["ExecStart"], sys.executable), "utf-8")
        assert asked in GUIDE or f"deploy/{name}" in GUIDE
    unit = tmp_path / asked
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def _cover_all(shards: list[Shards]) -> bool:
    """Whether each shard of a bot is in exactly one process."""
    counts = {each.count for each in shards}
    return (
        sorted(number for each in shards for number in each.ids) == list(range(counts.pop())) and not counts
    )


def test_the_instances_of_the_guide_run_each_shard_once() -> None:
    assert OF_SEVERAL["ExecStart"] == f"{SERVICE['ExecStart']} run --shards %i/${{SHARDS}}"
    (count,) = re.findall(r"^SHARDS=(\d+)$", OF_SEVERAL["Environment"])
    for instances in re.findall(r"enable --now moodring@\{([\d,-]+)\}", GUIDE):
        assert _cover_all([parse_shards(f"{part}/{count}") for part in instances.split(",")])
        break
    else:
        pytest.fail("the guide starts no instances")


def test_each_instance_has_a_folder_in_memory_of_its_own() -> None:
    assert SERVICE["RuntimeDirectory"] != OF_SEVERAL["RuntimeDirectory"]
    assert "%i" in OF_SEVERAL["RuntimeDirectory"]


def _bots() -> dict[str, dict[str, Any]]:
    """The services of compose.yaml that are processes of the bot."""
    return {name: each for name, each in COMPOSE["services"].items() if name != "database"}


def test_the_containers_of_the_compose_file_run_each_shard_once() -> None:
    commands = {name: each["command"].split() for name, each in _bots().items()}
    assert {(run, option) for run, option, _ in commands.values()} == {("run", "--shards")}
    shards = {name: parse_shards(text) for name, (_, _, text) in commands.items()}
    assert {name: f"shards-{each.first}" for name, each in shards.items()} == {name: name for name in shards}
    assert _cover_all(list(shards.values()))


def test_the_compose_file_gives_a_bot_what_the_guide_does_and_no_more() -> None:
    (driver,) = PROJECT["project"]["optional-dependencies"]["postgres"]
    for bot in _bots().values():
        build = bot["build"]
        assert (DEPLOY / build["context"] / build["dockerfile"]).samefile(DEPLOY / "Containerfile")
        assert build["args"] == {"DRIVER": driver}
        assert f"DRIVER={driver}" in CONTAINERFILE
        assert (DEPLOY / bot["env_file"]).resolve() == ROOT / ".env"
        assert bot["read_only"] is True
        assert (bot["cap_drop"], bot["security_opt"]) == (["all"], ["no-new-privileges"])
        assert bot["mem_limit"].upper() == OF_SEVERAL["MemoryMax"]
        assert int(bot["stop_grace_period"].removesuffix("s")) > max(app._PATIENCE_S.values())
        assert not {"privileged", "ports", "cap_add", "devices", "network_mode", "pid"} & bot.keys()


def test_the_bots_of_the_compose_file_meet_in_its_database() -> None:
    database = COMPOSE["services"]["database"]["environment"]
    url = (
        f"postgresql+asyncpg://{database['POSTGRES_USER']}:{database['POSTGRES_PASSWORD']}"
        f"@database/{database['POSTGRES_DB']}"
    )
    assert {bot["environment"]["MOODRING_DATABASE_URL"] for bot in _bots().values()} == {url}
    assert Settings(_env_file=None, database_url=url).database_url == url


def test_systemd_waits_for_the_start_of_many_shards() -> None:
    (shards,) = re.findall(r"This is enough for (\d+)\.", (DEPLOY / "shards.conf").read_text("utf-8"))
    assert int(OF_SEVERAL["TimeoutStartSec"]) >= int(shards) * identifying.SPACING_S
    assert int(OF_SEVERAL["TimeoutStartSec"]) >= int(SERVICE["TimeoutStartSec"])


def test_the_settings_of_a_server_are_settings() -> None:
    text = (DEPLOY / "server.env").read_text("utf-8")
    names = re.findall(r"^#?(MOODRING_\w+)=", text, re.MULTILINE)
    assert names
    assert {name.removeprefix("MOODRING_").lower() for name in names} <= Settings.model_fields.keys()
    assert re.findall(r"^MOODRING_TOKEN=(.*)$", text, re.MULTILINE) == [""]


def test_the_container_installs_what_make_install_does() -> None:
    install, package = _instructions("RUN")[:2]
    (lock,) = re.findall(r"\n\.venv/\.run: (\S+) pyproject\.toml", MAKEFILE)
    assert f"--require-hashes --requirement {lock}" in install
    assert package.endswith("--no-deps --no-build-isolation .")
    assert _instructions("ENTRYPOINT") == [json.dumps(list(PROJECT["project"]["scripts"]))]


def test_the_container_copies_what_the_package_is_made_of() -> None:
    sources = [
        source for line in _instructions("COPY") if "--from" not in line for source in line.split()[:-1]
    ]
    assert all((ROOT / source).exists() for source in sources)
    tool, project = PROJECT["tool"]["setuptools"], PROJECT["project"]
    needed = {"pyproject.toml", project["readme"], *tool["package-dir"].values()}
    needed |= {pattern.partition("/")[0] for pattern in project["license-files"]}
    assert needed <= set(sources)


def test_the_container_has_a_python_that_the_project_runs_on() -> None:
    bases = {line.split()[0] for line in _instructions("FROM")}
    assert bases == {"${PYTHON}"}  # the environment that one stage makes belongs to the other's Python
    (minor,) = re.findall(r"^PYTHON=python:3\.(\d+)-slim$", "\n".join(_instructions("ARG")), re.MULTILINE)
    assert f"`python:3.{minor}-slim`" in GUIDE
    low, high = re.findall(r"3\.(\d+)", PROJECT["project"]["requires-python"])
    assert int(low) <= int(minor) < int(high)


def test_the_guide_gives_the_container_what_the_unit_gives_the_service() -> None:
    (memory,) = re.findall(r"--memory (\d+)m", GUIDE)
    assert int(memory) * MIB == _memory_max()
    assert f"`MemoryMax={SERVICE['MemoryMax']}`" in GUIDE


def test_the_guide_gives_the_container_no_right_that_it_does_not_need() -> None:
    (run,) = [
        line for line in GUIDE.replace("\\\n", " ").splitlines() if "docker run --name moodring" in line
    ]
    assert {"--read-only", "--cap-drop all", "--security-opt no-new-privileges", "--tmpfs /tmp"} <= set(
        re.findall(r"--read-only|--(?:cap-drop|security-opt|tmpfs) \S+", run)
    )
    assert not re.search(r"--(privileged|publish|cap-add|device|network|pid|ipc)\b", run)
    (user,) = re.findall(r"useradd --uid (\d+) ", _instructions("RUN")[-1])
    assert set(re.findall(r"--owner (\d+)|uid=(\d+)", GUIDE)) == {(user, ""), ("", user)}


CONFINED = """
mount -t tmpfs -o mode=700 tmpfs "$1" && mount -o remount,bind,ro / && cd "$1" || exit 77
! touch "$2" 2>/dev/null || exit 77
exec setpriv --no-new-privs --bounding-set=-all --inh-caps=-all "$3" -m moodring.bot doctor
"""
"""As the container runs it, without a container: no capability, and one folder that may be written to."""


def test_without_rights_on_a_read_only_root_everything_is_there(tmp_path: Path) -> None:
    command = ["unshare", "--map-root-user", "--mount", "sh", "-c", CONFINED, "sh"]
    data, beside = tmp_path / "data", tmp_path / "beside"
    data.mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MOODRING_", "TMP"))}
    done = subprocess.run(
        [*command, data, beside, sys.executable],
        env={**kept, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 77 or "unshare" in done.stderr:
        pytest.skip("this machine does not let a test have mounts of its own")
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(re.findall(r"^ok ", done.stdout, re.MULTILINE)) == 4


def test_the_guide_bounds_the_driver_for_postgresql_as_the_project_does() -> None:
    (driver,) = PROJECT["project"]["optional-dependencies"]["postgres"]
    assert f"'{driver}'" in GUIDE


def _picture(kind: str, size: tuple[int, int]) -> bytes:
    """A picture of the kind that takes most memory to decode."""
    gradient = Image.linear_gradient("L").resize(size)
    image = Image.merge("RGB", [gradient] * 3)
    if kind != "JPEG":
        image.putalpha(gradient)
    file = io.BytesIO()
    image.save(file, kind, progressive=True, subsampling=0, compress_level=1, method=0)  # each takes its own
    return file.getvalue()


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("kind", "size"), [("PNG", (3840, 2160)), ("WEBP", (3840, 2160)), ("JPEG", (5000, 5000))]
)
async def test_what_the_guide_promises_is_read_in_the_memory_of_a_small_server(
    kind: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = _server_settings(monkeypatch)
    pool = DecodePool(
        workers=settings.decode_workers,
        timeout_s=30,
        memory_mib=settings.decode_memory_mib,
        open_faces=lambda: pytest.fail("no faces are asked for"),
    )
    try:
        assert isinstance(await pool.decode(_picture(kind, size)), Decoded)
    finally:
        await pool.aclose()


def _measured(benchmark: str, *arguments: str) -> dict[str, float]:
    """The figures of a benchmark with the settings of a small server."""
    lines = (DEPLOY / "server.env").read_text("utf-8").splitlines()
    settings = dict(line.split("=", 1) for line in lines if line.startswith("MOODRING_DECODE_"))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MOODRING_")}
    done = subprocess.run(
        [sys.executable, ROOT / "benchmarks" / benchmark, *arguments, "--json"],
        env={**environment, **settings},
        stdout=subprocess.PIPE,
        check=True,
    )
    figures: dict[str, float] = json.loads(done.stdout)
    return figures


def test_the_bot_usually_takes_little_more_than_half_of_its_bound() -> None:
    figures = _measured("footprint.py", "--answers", "20", "--environment", str(DEPLOY))
    assert figures["rss_mb"] * 1_000_000 < 0.6 * _memory_max()


def test_a_hard_moment_fits_into_the_bound_and_the_swap_of_the_guide() -> None:
    figures = _measured("peak.py", "--moments", "1")
    (swap,) = re.findall(r"fallocate --length (\d+)G ", GUIDE)
    assert figures["rss_mb"] * 1_000_000 < _memory_max() + int(swap) * 1024 * MIB
